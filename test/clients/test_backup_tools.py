"""rclone and restic: programs that people trust with their only copy."""

import json
import os

import pytest

from conftest import run
from debian import from_debian


@pytest.fixture
def tree(tmp_path):
    """A folder with the shapes of names and sizes that a home has."""
    folder = tmp_path / "tree"
    for name, size in {
        "empty": 0,
        "small.txt": 11,
        "a folder/with spaces & signs+#?.bin": 70_000,
        "ünï/cödé/日本.txt": 1_000,
        "deep/er/and/deeper/big.bin": 13 * 1024 * 1024,
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(size))
    return folder


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_rclone(bucket, tree, tmp_path):
    rclone = from_debian("rclone", "rclone")
    config = {
        "RCLONE_CONFIG": str(tmp_path / "rclone.conf"),
        "RCLONE_CONFIG_LAKE_TYPE": "s3",
        "RCLONE_CONFIG_LAKE_PROVIDER": "Other",
        "RCLONE_CONFIG_LAKE_ENV_AUTH": "true",
        "RCLONE_CONFIG_LAKE_ENDPOINT": os.environ["AWS_ENDPOINT_URL"],
        "RCLONE_CONFIG_LAKE_REGION": "us-east-1",
        "RCLONE_S3_CHUNK_SIZE": "5Mi",
        "RCLONE_S3_UPLOAD_CUTOFF": "6Mi",
    }

    def call(*arguments):
        return run([rclone, *arguments, "--retries", "1", "--low-level-retries", "1"], env=config).stdout

    there = f"lake:{bucket}/backup"
    call("sync", tree, there)
    listed = {entry["Path"]: entry["Size"] for entry in json.loads(call("lsjson", "-R", "--files-only", there))}
    assert listed == {name: len(body) for name, body in contents(tree).items()}
    # Size, time and MD5 of everything; then every byte, read again.
    call("check", tree, there)
    call("check", "--download", tree, there)
    (tree / "small.txt").write_text("changed")
    (tree / "empty").unlink()
    call("sync", tree, there)
    back = tmp_path / "back"
    call("copy", there, back)
    assert contents(back) == contents(tree)
    call("moveto", f"{there}/small.txt", f"{there}/moved +.txt")
    assert call("cat", f"{there}/moved +.txt") == "changed"
    call("purge", there)
    assert json.loads(call("lsjson", "-R", f"lake:{bucket}")) == []


def test_restic(bucket, tree, tmp_path):
    restic = from_debian("restic", "restic")
    environment = {
        "RESTIC_REPOSITORY": f"s3:{os.environ['AWS_ENDPOINT_URL']}/{bucket}/repository",
        "RESTIC_PASSWORD": "of the tests",
        "RESTIC_CACHE_DIR": str(tmp_path / "cache"),
    }

    def call(*arguments):
        return run([restic, *arguments], env=environment).stdout

    call("init")
    call("backup", tree)
    first = contents(tree)
    (tree / "small.txt").write_text("changed")
    call("backup", tree)
    snapshots = json.loads(call("snapshots", "--json"))
    assert len(snapshots) == 2
    call("check", "--read-data")
    call("restore", snapshots[0]["id"], "--target", tmp_path / "restored")
    assert contents(tmp_path / "restored" / tree.relative_to("/")) == first
    call("forget", "--keep-last", "1", "--prune")
    call("check", "--read-data")
    call("restore", "latest", "--target", tmp_path / "again")
    assert contents(tmp_path / "again" / tree.relative_to("/")) == contents(tree)
