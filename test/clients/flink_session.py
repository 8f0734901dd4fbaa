"""Apache Flink's SQL in a process of its own, with the lake as two Iceberg catalogs."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import WORK, program, run

HERE = Path(__file__).parent / "flink"
ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
KEY = os.environ["AWS_ACCESS_KEY_ID"]
SECRET = os.environ["AWS_SECRET_ACCESS_KEY"]
FILES = {
    "type": "iceberg",
    "io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
    "s3.endpoint": ENDPOINT,
    "s3.path-style-access": "true",
    "client.region": os.environ["AWS_REGION"],
    # Others write to the same tables: nothing may be remembered.
    "cache-enabled": "false",
}
CATALOGS = {
    "rest": {
        **FILES,
        "catalog-type": "rest",
        "uri": f"{ENDPOINT}/iceberg",
        "credential": f"{KEY}:{SECRET}",
        "oauth2-server-uri": f"{ENDPOINT}/iceberg/v1/oauth/tokens",
        "header.X-Iceberg-Access-Delegation": "vended-credentials",
    },
    "glue": {**FILES, "catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog", "glue.endpoint": ENDPOINT},
}
# https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/deployment/java_compatibility/
OPENED = ("java.lang", "java.net", "java.io", "java.nio", "java.text", "java.time", "java.util", "java.util.concurrent", "java.util.concurrent.atomic")


@pytest.fixture(scope="session")
def flink_bucket(client):
    name = f"flink-{os.getpid()}"
    client("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture(scope="session")
def flink(flink_bucket, tmp_path_factory):
    """flink(statement) gives its rows as Flink prints them: `+I[1, a]`."""
    java = program("java", "Flink 1.20 needs a JDK, 17 or 21")
    maven = program("mvn", "it comes from maven.apache.org")
    folder = WORK / "flink"
    shutil.copytree(HERE, folder, dirs_exist_ok=True)
    listed = folder / "classpath.txt"
    run([maven, "-q", "-B", "compile", "dependency:build-classpath", f"-Dmdep.outputFile={listed}"], cwd=folder)
    where = os.pathsep.join([str(folder / "target" / "classes"), listed.read_text().strip()])
    flags = ["-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Duser.timezone=UTC"]
    flags += [f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in OPENED]
    log = tmp_path_factory.mktemp("flink") / "log"
    with open(log, "w") as out:
        process = subprocess.Popen(
            [java, *flags, "-cp", where, "lake.Flink"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=out,
            text=True,
        )

    def execute(statement):
        process.stdin.write(" ".join(statement.split()) + "\n")
        process.stdin.flush()
        rows = []
        for line in process.stdout:
            if line == "done\n":
                return rows
            if line.startswith("failed "):
                raise AssertionError(f"{statement}: {line}{log.read_text()[-4000:]}")
            rows.append(line.rstrip("\n"))
        raise AssertionError(f"{statement}: Flink has ended\n{log.read_text()[-4000:]}")

    try:
        for name, settings in CATALOGS.items():
            options = {"warehouse": f"s3://{flink_bucket}/warehouse", **settings}
            # A REST catalog is told of the lake's default where nothing is said.
            if name == "rest":
                del options["warehouse"]
            said = ", ".join(f"'{key}'='{value}'" for key, value in options.items())
            execute(f"CREATE CATALOG {name} WITH ({said})")
        yield execute
    finally:
        process.stdin.close()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
