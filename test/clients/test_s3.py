"""S3 through boto3: its defaults (checksums in trailers, transfer manager) as they come."""

import hashlib
import io
import os
import urllib.error
import urllib.request

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

MIB = 1024 * 1024


def code_of(raised):
    return raised.value.response["Error"]["Code"]


def test_put_get_head_delete(client, bucket):
    s3 = client("s3")
    put = s3.put_object(
        Bucket=bucket, Key="a/b c+ü.txt", Body=b"hello", ContentType="text/plain", Metadata={"who": "me"}
    )
    assert put["ETag"] == f'"{hashlib.md5(b"hello").hexdigest()}"'
    got = s3.get_object(Bucket=bucket, Key="a/b c+ü.txt")
    assert got["Body"].read() == b"hello"
    assert (got["ContentType"], got["Metadata"]) == ("text/plain", {"who": "me"})
    assert s3.head_object(Bucket=bucket, Key="a/b c+ü.txt")["ContentLength"] == 5
    s3.delete_object(Bucket=bucket, Key="a/b c+ü.txt")
    with pytest.raises(ClientError) as raised:
        s3.get_object(Bucket=bucket, Key="a/b c+ü.txt")
    assert code_of(raised) == "NoSuchKey"


def test_ranges_and_conditions(client, bucket):
    s3 = client("s3")
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")["ETag"]
    part = s3.get_object(Bucket=bucket, Key="k", Range="bytes=2-4")
    assert (part["Body"].read(), part["ContentRange"]) == (b"234", "bytes 2-4/10")
    assert s3.get_object(Bucket=bucket, Key="k", Range="bytes=-3")["Body"].read() == b"789"
    with pytest.raises(ClientError) as raised:
        s3.get_object(Bucket=bucket, Key="k", Range="bytes=10-20")
    assert code_of(raised) == "InvalidRange"
    with pytest.raises(ClientError) as raised:
        s3.get_object(Bucket=bucket, Key="k", IfNoneMatch=etag)
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 304
    with pytest.raises(ClientError) as raised:
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", IfNoneMatch="*")
    assert code_of(raised) == "PreconditionFailed"


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"])
def test_checksums(client, bucket, algorithm):
    s3 = client("s3")
    member = f"Checksum{algorithm}"
    body = os.urandom(100_000)
    put = s3.put_object(Bucket=bucket, Key="k", Body=io.BytesIO(body), ChecksumAlgorithm=algorithm)
    got = s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert got["Body"].read() == body
    assert got[member] == put[member]


def test_multipart_through_the_transfer_manager(client, bucket, tmp_path):
    s3 = client("s3")
    body = os.urandom(17 * MIB)
    config = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB)
    s3.upload_fileobj(io.BytesIO(body), bucket, "big", Config=config)
    assert s3.head_object(Bucket=bucket, Key="big")["ETag"].endswith('-4"')
    s3.download_file(bucket, "big", str(tmp_path / "big"), Config=config)
    assert (tmp_path / "big").read_bytes() == body
    s3.copy({"Bucket": bucket, "Key": "big"}, bucket, "copy", Config=config)
    assert s3.head_object(Bucket=bucket, Key="copy")["ContentLength"] == len(body)


def test_listing(client, bucket):
    s3 = client("s3")
    keys = sorted(f"{a}/{b}" for a in ("x", "y", "z") for b in range(7))
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 4})
    assert [item["Key"] for page in pages for item in page["Contents"]] == keys
    folders = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    assert [item["Prefix"] for item in folders["CommonPrefixes"]] == ["x/", "y/", "z/"]
    old = s3.list_objects(Bucket=bucket, Prefix="y/", MaxKeys=3)
    assert old["IsTruncated"] and len(old["Contents"]) == 3
    gone = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})
    assert len(gone["Deleted"]) == len(keys)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_versions(client, bucket):
    s3 = client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    second = s3.put_object(Bucket=bucket, Key="k", Body=b"2")["VersionId"]
    assert s3.get_object(Bucket=bucket, Key="k", VersionId=first)["Body"].read() == b"1"
    assert s3.delete_object(Bucket=bucket, Key="k")["DeleteMarker"] is True
    listed = s3.list_object_versions(Bucket=bucket)
    assert [version["VersionId"] for version in listed["Versions"]] == [second, first]
    assert len(listed["DeleteMarkers"]) == 1


def test_tags(client, bucket):
    s3 = client("s3")
    s3.put_object(Bucket=bucket, Key="k", Body=b"", Tagging="a=1&b=2")
    tags = s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"]
    assert sorted((tag["Key"], tag["Value"]) for tag in tags) == [("a", "1"), ("b", "2")]
    with pytest.raises(ClientError) as raised:
        s3.get_bucket_tagging(Bucket=bucket)
    assert code_of(raised) == "NoSuchTagSet"


@pytest.mark.parametrize("signature", ["boto3's own choice", "s3v4"])
def test_presigned_urls(bucket, signature):
    config = Config(signature_version="s3v4") if signature == "s3v4" else None
    s3 = boto3.client("s3", config=config)
    url = s3.generate_presigned_url(
        "put_object", Params={"Bucket": bucket, "Key": "a b.txt", "ContentType": "text/plain"}
    )
    request = urllib.request.Request(url, data=b"signed", method="PUT", headers={"Content-Type": "text/plain"})
    assert urllib.request.urlopen(request).status == 200
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a b.txt"})
    answer = urllib.request.urlopen(url)
    assert (answer.read(), answer.headers["Content-Type"]) == (b"signed", "text/plain")
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(url.replace("b.txt?", "c.txt?"))
    assert raised.value.code == 403
