"""Trino as a server of the tests' own, with the lake behind three Iceberg catalogs and a Hive one."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from trino.dbapi import connect

from conftest import WORK, program, run

HERE = Path(__file__).parent / "trino"
JAVA = 25
ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
KEY = os.environ["AWS_ACCESS_KEY_ID"]
SECRET = os.environ["AWS_SECRET_ACCESS_KEY"]
REGION = os.environ["AWS_REGION"]

FILES = {
    "fs.s3.enabled": "true",
    "s3.endpoint": ENDPOINT,
    "s3.region": REGION,
    "s3.path-style-access": "true",
}
KEYS = {"s3.aws-access-key": KEY, "s3.aws-secret-key": SECRET}
GLUE = {
    "hive.metastore.glue.endpoint-url": ENDPOINT,
    "hive.metastore.glue.region": REGION,
    "hive.metastore.glue.aws-access-key": KEY,
    "hive.metastore.glue.aws-secret-key": SECRET,
}
REST = {"connector.name": "iceberg", "iceberg.catalog.type": "rest", "iceberg.rest-catalog.uri": f"{ENDPOINT}/iceberg"}
CATALOGS = {
    # A token, and the keys to the files that the catalog gives out.
    "tokens": {
        **REST,
        **FILES,
        "iceberg.rest-catalog.security": "OAUTH2",
        "iceberg.rest-catalog.oauth2.credential": f"{KEY}:{SECRET}",
        "iceberg.rest-catalog.oauth2.server-uri": f"{ENDPOINT}/iceberg/v1/oauth/tokens",
        "iceberg.rest-catalog.vended-credentials-enabled": "true",
    },
    "signed": {
        **REST,
        **FILES,
        **KEYS,
        "iceberg.rest-catalog.security": "SIGV4",
        "iceberg.rest-catalog.signing-name": "glue",
    },
    "glue": {"connector.name": "iceberg", "iceberg.catalog.type": "glue", **GLUE, **FILES, **KEYS},
    # By the name that Athena gives it, which stands in the views of both.
    "awsdatacatalog": {
        "connector.name": "hive",
        "hive.metastore": "glue",
        "hive.iceberg-catalog-name": "glue",
        "hive.non-managed-table-writes-enabled": "true",
        **GLUE,
        **FILES,
        **KEYS,
    },
}


def java():
    """The machine's JDK that is new enough for Trino, or the tests are reported as not run."""
    homes = [os.environ.get("JAVA_HOME"), *sorted(map(str, Path("/usr/lib/jvm").glob("*")), reverse=True)]
    found = [Path(home) for home in homes if home and (Path(home) / "bin" / "javac").exists()]
    on_path = shutil.which("javac")
    for home in [*found, *([Path(on_path).resolve().parent.parent] if on_path else [])]:
        said = subprocess.run([home / "bin" / "javac", "-version"], capture_output=True, text=True).stdout
        version = re.search(r"javac (\d+)", said)
        if version and int(version[1]) >= JAVA:
            return home
    pytest.skip(f"not run: Trino needs a JDK {JAVA} or newer")


def classpath(home):
    maven = program("mvn", "it comes from maven.apache.org")
    folder = WORK / "trino"
    shutil.copytree(HERE, folder, dirs_exist_ok=True)
    listed = folder / "classpath.txt"
    run(
        [maven, "-q", "-B", "compile", "dependency:build-classpath", f"-Dmdep.outputFile={listed}"],
        cwd=folder,
        env={"JAVA_HOME": str(home)},
    )
    return os.pathsep.join([str(folder / "target" / "classes"), listed.read_text().strip()])


@pytest.fixture(scope="session")
def trino_bucket(client):
    name = f"trino-{os.getpid()}"
    client("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture(scope="session")
def trino(trino_bucket, tmp_path_factory):
    """trino(statement) gives its rows as tuples of Python's own values."""
    home = java()
    where = classpath(home)
    folder = tmp_path_factory.mktemp("trino")
    for name, settings in CATALOGS.items():
        lines = [f"{key}={value}" for key, value in settings.items()]
        (folder / f"{name}.properties").write_text("\n".join(lines))
    flags = [
        "-Xmx1g",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Duser.timezone=UTC",
        "--add-modules=jdk.incubator.vector",
        "--sun-misc-unsafe-memory-access=allow",
        "--enable-native-access=ALL-UNNAMED",
    ]
    with open(folder / "log", "w") as log:
        server = subprocess.Popen(
            [home / "bin" / "java", *flags, "-cp", where, "lake.Trino", folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        ready = server.stdout.readline()
        assert ready.startswith("ready "), (folder / "log").read_text()[-4000:]
        connection = connect(host="127.0.0.1", port=int(ready.split()[1]), user="test", timezone="UTC")

        def execute(statement):
            cursor = connection.cursor()
            cursor.execute(statement)
            return [tuple(row) for row in cursor.fetchall()]

        yield execute
    finally:
        server.stdin.close()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
