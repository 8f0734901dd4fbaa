"""The AWS CLI: version 1 from the package index, version 2 where the machine has it or may fetch it."""

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from conftest import WORK, run


def version_one():
    return Path(sys.executable).parent / "aws"


def version_two():
    """The CLI v2 of the machine, else Debian's package unpacked beside the tests."""
    for place in ("/usr/local/bin/aws", "/usr/bin/aws", shutil.which("aws") or ""):
        if place and Path(place).exists() and is_version_two([place], {}):
            return [place], {}
    folder = WORK / "awscli-v2"
    unpacked = folder / "usr" / "bin" / "aws"
    if not unpacked.exists():
        if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
            pytest.skip("not run: AWS CLI v2 is not on this machine, and it has no apt to fetch it")
        fetch_debian_packages(folder)
    command = ["/usr/bin/python3", str(unpacked)]
    environment = {"PYTHONPATH": str(folder / "usr/lib/python3/dist-packages")}
    if not is_version_two(command, environment):
        pytest.skip("not run: AWS CLI v2 from Debian's package does not start on this machine")
    return command, environment


def fetch_debian_packages(folder):
    """Downloads the package and what it needs, and unpacks it; nothing is installed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    depends = subprocess.run(
        ["apt-cache", "depends", "--recurse", "--no-recommends", "--no-suggests", "--no-conflicts",
         "--no-breaks", "--no-replaces", "--no-enhances", "awscli"],
        capture_output=True, text=True,
    )
    names = sorted({line for line in depends.stdout.splitlines() if line[:1].isalnum()})
    python_names = [name for name in names if name.startswith("python3-") or name == "awscli"]
    skipped = {"python3-minimal", "python3-distutils", "python3-lib2to3"}
    wanted = [name for name in python_names if name not in skipped]
    if "awscli" not in wanted:
        pytest.skip("not run: AWS CLI v2 is not on this machine, and apt does not know it")
    fetched = subprocess.run(["apt-get", "download", *wanted], cwd=folder, capture_output=True, text=True)
    archives = sorted(folder.glob("*.deb"))
    if fetched.returncode != 0 or not archives:
        pytest.skip(f"not run: AWS CLI v2 could not be fetched with apt: {fetched.stderr[-200:].strip()}")
    for archive in archives:
        subprocess.run(["dpkg-deb", "--extract", archive, folder], check=True)
        archive.unlink()


def is_version_two(command, environment):
    done = subprocess.run(
        [*command, "--version"], capture_output=True, text=True, env={**os.environ, **environment}
    )
    return done.returncode == 0 and done.stdout.startswith("aws-cli/2")


@pytest.fixture(params=["v1", "v2"])
def aws(request):
    command, environment = ([version_one()], {}) if request.param == "v1" else version_two()

    # Debian's version is older than the variable AWS_ENDPOINT_URL (2.13), and takes the option.
    endpoint = ["--endpoint-url", os.environ["AWS_ENDPOINT_URL"]] if request.param == "v2" else []

    def call(*arguments, ok=(0,)):
        done = run(
            [*command, *arguments, *endpoint, "--output", "json"],
            env={**environment, "AWS_PAGER": ""},
            ok=ok,
        )
        return json.loads(done.stdout) if done.stdout.strip().startswith(("{", "[")) else done.stdout

    call.command, call.environment, call.endpoint = command, environment, endpoint
    return call


def test_identity(aws):
    assert aws("sts", "get-caller-identity")["Account"] == "123456789012"


def test_s3_commands(aws, name, tmp_path):
    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    (folder / "a.txt").write_text("hello")
    (folder / "inner" / "big.bin").write_bytes(os.urandom(12 * 1024 * 1024))
    aws("s3", "mb", f"s3://{name}")
    aws("s3", "sync", folder, f"s3://{name}/x", "--quiet")
    assert "x/inner/big.bin" in aws("s3", "ls", f"s3://{name}/", "--recursive")
    aws("s3", "cp", f"s3://{name}/x/inner/big.bin", tmp_path / "back.bin", "--quiet")
    assert (tmp_path / "back.bin").read_bytes() == (folder / "inner" / "big.bin").read_bytes()
    aws("s3", "mv", f"s3://{name}/x/a.txt", f"s3://{name}/y/a.txt", "--quiet")
    aws("s3", "cp", f"s3://{name}/x", f"s3://{name}/copy", "--recursive", "--quiet")
    # What is gone here goes there, and what did not change is left alone.
    (folder / "b.txt").write_text("new")
    aws("s3", "cp", folder / "b.txt", f"s3://{name}/copy/old.txt", "--quiet")
    (folder / "a.txt").unlink()
    moved = aws("s3", "sync", folder, f"s3://{name}/copy", "--delete", "--no-progress")
    assert sorted(line.split(":")[0] for line in moved.splitlines()) == ["delete", "upload"], moved
    again = tmp_path / "again"
    aws("s3", "sync", f"s3://{name}/copy", again, "--quiet")
    names = sorted(str(path.relative_to(again)) for path in again.rglob("*") if path.is_file())
    assert names == ["b.txt", "inner/big.bin"]
    url = aws("s3", "presign", f"s3://{name}/y/a.txt", "--expires-in", "60").strip()
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"hello"
    piped = subprocess.run(
        [*aws.command, "s3", "cp", "-", f"s3://{name}/piped", *aws.endpoint],
        input=b"from a pipe", env={**os.environ, **aws.environment}, capture_output=True,
    )
    assert piped.returncode == 0, piped.stderr
    assert aws("s3", "cp", f"s3://{name}/piped", "-") == "from a pipe"
    aws("s3", "rb", f"s3://{name}", "--force")
    aws("s3api", "head-bucket", "--bucket", name, ok=(254, 255))


def test_kinesis_commands(aws, name):
    aws("kinesis", "create-stream", "--stream-name", name, "--shard-count", "1")
    aws("kinesis", "wait", "stream-exists", "--stream-name", name)
    put = aws("kinesis", "put-record", "--stream-name", name, "--partition-key", "k", "--data", "aGVsbG8=")
    iterator = aws(
        "kinesis", "get-shard-iterator", "--stream-name", name, "--shard-id", put["ShardId"],
        "--shard-iterator-type", "TRIM_HORIZON",
    )["ShardIterator"]
    records = aws("kinesis", "get-records", "--shard-iterator", iterator)["Records"]
    assert [record["SequenceNumber"] for record in records] == [put["SequenceNumber"]]
    aws("kinesis", "delete-stream", "--stream-name", name)


def test_other_services_answer(aws, name):
    assert aws("iam", "list-roles")["Roles"] is not None
    assert aws("kms", "list-keys")["Keys"] is not None
    assert aws("logs", "describe-log-groups")["logGroups"] is not None
    assert aws("firehose", "list-delivery-streams")["DeliveryStreamNames"] is not None
    assert aws("athena", "list-work-groups")["WorkGroups"][0]["Name"] == "primary"
    database = name.replace("-", "_")
    aws("glue", "create-database", "--database-input", f"Name={database}")
    assert aws("glue", "get-database", "--name", database)["Database"]["Name"] == database
    aws("glue", "delete-database", "--name", database)
