"""S3 through boto3: its defaults (checksums in trailers, transfer manager) as they come."""

import hashlib
import io
import os
import re
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
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


def test_presigned_urls_for_every_operation(bucket):
    """Each is signed by boto3 and sent by a program that knows nothing of S3."""
    s3 = boto3.client("s3", config=Config(signature_version="s3v4"))

    def call(operation, method, body=None, headers=None, **parameters):
        url = s3.generate_presigned_url(operation, Params={"Bucket": bucket, **parameters}, HttpMethod=method)
        request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
        with urllib.request.urlopen(request) as answer:
            return answer.read().decode(), answer.headers

    def document(method, path, body):
        """What takes a document: boto3 signs URLs of these only together with it."""
        signed = AWSRequest(method, f"{os.environ['AWS_ENDPOINT_URL']}/{bucket}{path}")
        credentials = boto3.Session().get_credentials()
        S3SigV4QueryAuth(credentials, "s3", "us-east-1", expires=60).add_auth(signed)
        request = urllib.request.Request(signed.url, data=body, method=method, headers=xml)
        with urllib.request.urlopen(request) as answer:
            return answer.read().decode()

    def text(name, document):
        return re.search(f"<{name}>([^<]*)</{name}>", document).group(1).replace("&quot;", '"')

    plain = {"Content-Type": "application/octet-stream"}
    xml = {"Content-Type": "application/xml"}
    call("put_object", "PUT", b"one", plain, Key="k")
    assert call("get_object", "GET", Key="k")[0] == "one"
    assert call("head_object", "HEAD", Key="k")[1]["Content-Length"] == "3"
    asked = {"Key": "k", "ObjectAttributes": ["ObjectSize"]}
    attributes = call("get_object_attributes", "GET", None, {"x-amz-object-attributes": "ObjectSize"}, **asked)
    assert text("ObjectSize", attributes[0]) == "3"
    source = f"{bucket}/k"
    call("copy_object", "PUT", b"", {**plain, "x-amz-copy-source": source}, Key="copy", CopySource=source)
    begun = text("UploadId", call("create_multipart_upload", "POST", b"", plain, Key="parts")[0])
    part = {"Key": "parts", "UploadId": begun}
    etag = call("upload_part", "PUT", b"part", plain, PartNumber=1, **part)[1]["ETag"]
    assert text("PartNumber", call("list_parts", "GET", **part)[0]) == "1"
    assert begun in call("list_multipart_uploads", "GET")[0]
    parts = f"<CompleteMultipartUpload><Part><ETag>{etag}</ETag><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>"
    call("complete_multipart_upload", "POST", parts.encode(), xml, **part)
    given_up = text("UploadId", call("create_multipart_upload", "POST", b"", plain, Key="parts")[0])
    call("abort_multipart_upload", "DELETE", Key="parts", UploadId=given_up)
    tags = b"<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
    document("PUT", "/k?tagging", tags)
    assert text("Value", call("get_object_tagging", "GET", Key="k")[0]) == "b"
    call("delete_object_tagging", "DELETE", Key="k")
    assert "FULL_CONTROL" in call("get_object_acl", "GET", Key="k")[0]
    for operation in ("list_objects", "list_objects_v2", "list_object_versions"):
        assert call(operation, "GET", Prefix="copy")[0].count("<Key>copy</Key>") == 1, operation
    enabled = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    document("PUT", "?versioning", enabled)
    assert text("Status", call("get_bucket_versioning", "GET")[0]) == "Enabled"
    assert call("head_bucket", "HEAD")[1]["x-amz-bucket-region"] == "us-east-1"
    assert "LocationConstraint" in call("get_bucket_location", "GET")[0]
    call("delete_object", "DELETE", Key="k")
    batch = b"<Delete><Object><Key>copy</Key></Object><Object><Key>parts</Key></Object></Delete>"
    assert document("POST", "?delete", batch).count("<Deleted>") == 2


def test_a_bucket_in_another_region_is_found(name):
    """boto3 follows the region that it is told, whichever it was made for."""
    there = boto3.client("s3", region_name="eu-west-1")
    there.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    here = boto3.client("s3", region_name="us-east-1")
    here.put_object(Bucket=name, Key="k", Body=b"found")
    assert here.get_object(Bucket=name, Key="k")["Body"].read() == b"found"
    assert here.head_bucket(Bucket=name)["BucketRegion"] == "eu-west-1"
    here.delete_object(Bucket=name, Key="k")
    there.delete_bucket(Bucket=name)


def test_transfers_side_by_side(client, bucket, tmp_path):
    """Many files at once, each in parts and ranges, as the transfer manager does by default."""
    s3 = client("s3")
    config = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB, max_concurrency=8)
    bodies = {f"many/{n}": os.urandom(n * MIB + n) for n in range(12)}
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda key: s3.upload_fileobj(io.BytesIO(bodies[key]), bucket, key, Config=config), bodies))

        def back(key):
            into = io.BytesIO()
            s3.download_fileobj(bucket, key, into, Config=config)
            return into.getvalue() == bodies[key]

        assert all(pool.map(back, bodies))
    assert s3.list_multipart_uploads(Bucket=bucket).get("Uploads", []) == []
