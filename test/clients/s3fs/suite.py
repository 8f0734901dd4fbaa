"""s3fs as pandas, Dask and Hugging Face use it: everything it needs to know is in the environment."""

import os
import sys

import s3fs

MIB = 1024 * 1024
bucket = sys.argv[1]


def main():
    lake = s3fs.S3FileSystem(default_block_size=5 * MIB)
    lake.mkdir(bucket)
    files(lake)
    folders(lake)
    versions(lake)
    lake.rm(bucket, recursive=True)
    assert not lake.exists(bucket)
    print("ok")


def files(lake):
    path = f"{bucket}/a b/ü+%.bin"
    body = os.urandom(17 * MIB)
    with lake.open(path, "wb") as out:
        for start in range(0, len(body), 3 * MIB):
            out.write(body[start : start + 3 * MIB])
    info = lake.info(path)
    assert (info["size"], info["type"]) == (len(body), "file"), info
    assert "-" in info["ETag"], "it came in parts"
    with lake.open(path, "rb") as back:
        back.seek(5 * MIB - 3)
        assert back.read(7) == body[5 * MIB - 3 : 5 * MIB + 4]
        back.seek(-9, 2)
        assert back.read() == body[-9:]
    assert lake.cat_ranges([path, path], [0, 100], [10, 130]) == [body[:10], body[100:130]]
    lake.pipe(f"{bucket}/small", b"0123456789")
    assert lake.cat_file(f"{bucket}/small", start=-3) == b"789"
    lake.copy(path, f"{bucket}/copy")
    assert lake.checksum(f"{bucket}/copy") and lake.du(f"{bucket}/copy") == len(body)
    with lake.open(f"{bucket}/small", "ab") as more:
        more.write(b"abc")
    assert lake.cat(f"{bucket}/small") == b"0123456789abc"
    try:
        lake.cat(f"{bucket}/missing")
        raise AssertionError("a missing file was read")
    except FileNotFoundError:
        pass
    lake.setxattr(f"{bucket}/small", owner="me")
    assert lake.getxattr(f"{bucket}/small", "owner") == "me"
    assert lake.cat(f"{bucket}/small") == b"0123456789abc"


def folders(lake):
    names = [f"{bucket}/tree/{a}/{b}" for a in "xyz" for b in range(5)]
    lake.pipe({name: name.encode() for name in names})
    lake.invalidate_cache()
    assert sorted(lake.find(f"{bucket}/tree")) == names
    assert sorted(lake.ls(f"{bucket}/tree")) == [f"{bucket}/tree/{a}" for a in "xyz"]
    assert lake.glob(f"{bucket}/tree/*/3") == [f"{bucket}/tree/{a}/3" for a in "xyz"]
    assert lake.cat(f"{bucket}/tree/y/4") == names[9].encode()
    lake.copy(f"{bucket}/tree/x", f"{bucket}/moved", recursive=True)
    lake.rm(f"{bucket}/tree/x", recursive=True)
    assert len(lake.find(f"{bucket}/moved")) == 5 and not lake.exists(f"{bucket}/tree/x/0")


def versions(lake):
    lake.call_s3(
        "put_bucket_versioning", Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
    )
    aware = s3fs.S3FileSystem(version_aware=True, skip_instance_cache=True)
    path = f"{bucket}/versioned"
    for text in (b"one", b"two"):
        aware.pipe(path, text)
    ids = [version["VersionId"] for version in aware.object_version_info(path)]
    assert len(ids) == 2
    for found, text in zip(ids, (b"two", b"one")):
        assert aware.cat_file(path, version_id=found) == text
        with aware.open(path, version_id=found) as file:
            assert file.read() == text
    for found in ids:
        aware.call_s3("delete_object", Bucket=bucket, Key="versioned", VersionId=found)
    lake.call_s3(
        "put_bucket_versioning", Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
    )
    lake.rm(lake.find(bucket))
    markers = lake.call_s3("list_object_versions", Bucket=bucket).get("DeleteMarkers", [])
    for marker in markers:
        lake.call_s3("delete_object", Bucket=bucket, Key=marker["Key"], VersionId=marker["VersionId"])
    lake.invalidate_cache()


main()
