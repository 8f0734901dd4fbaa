"""Apache Spark in the tests' own process, with the lake behind S3A and three Iceberg catalogs."""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import WORK, program, run

HERE = Path(__file__).parent / "spark"
ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
KEY = os.environ["AWS_ACCESS_KEY_ID"]
SECRET = os.environ["AWS_SECRET_ACCESS_KEY"]

TOKENS = {
    "type": "rest",
    "uri": f"{ENDPOINT}/iceberg",
    "credential": f"{KEY}:{SECRET}",
    "oauth2-server-uri": f"{ENDPOINT}/iceberg/v1/oauth/tokens",
}
# Each signs in, or reaches the files, in a way of its own: the caller's keys, vended ones, signatures on demand.
CATALOGS = {
    "signed": {
        "type": "rest",
        "uri": f"{ENDPOINT}/iceberg",
        "rest.auth.type": "sigv4",
        "rest.signing-name": "glue",
        "rest.signing-region": "us-east-1",
    },
    "tokens": {**TOKENS, "header.X-Iceberg-Access-Delegation": "vended-credentials"},
    "remote": {**TOKENS, "header.X-Iceberg-Access-Delegation": "remote-signing"},
    "glue": {"type": "glue", "glue.endpoint": ENDPOINT},
}


def settings(bucket, scratch):
    """What a user would set, and little room: one thread, few partitions, no pages."""
    extensions = "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"
    cloud = "org.apache.spark.internal.io.cloud"
    found = {
        "spark.ui.enabled": "false",
        "spark.driver.memory": "1g",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Duser.timezone=UTC",
        "spark.local.dir": f"{scratch}/local",
        "spark.sql.warehouse.dir": f"{scratch}/warehouse",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.extensions": extensions,
        # https://hadoop.apache.org/docs/r3.3.4/hadoop-aws/tools/hadoop-aws/committers.html
        "spark.sql.sources.commitProtocolClass": f"{cloud}.PathOutputCommitProtocol",
        "spark.sql.parquet.output.committer.class": f"{cloud}.BindingParquetOutputCommitter",
        "spark.hadoop.mapreduce.outputcommitter.factory.scheme.s3a": "org.apache.hadoop.fs.s3a.commit.S3ACommitterFactory",
        "spark.hadoop.fs.s3a.committer.staging.tmp.path": f"file://{scratch}/staging",
        "spark.hadoop.fs.s3a.buffer.dir": f"{scratch}/buffer",
        "spark.hadoop.fs.s3a.endpoint": ENDPOINT,
        "spark.hadoop.fs.s3a.path.style.access": "true",
        "spark.hadoop.fs.s3a.connection.ssl.enabled": "false",
        "spark.hadoop.fs.s3a.access.key": KEY,
        "spark.hadoop.fs.s3a.secret.key": SECRET,
    }
    for catalog, options in CATALOGS.items():
        prefix = f"spark.sql.catalog.{catalog}"
        found[prefix] = "org.apache.iceberg.spark.SparkCatalog"
        options = {
            **options,
            "warehouse": f"s3://{bucket}/warehouse",
            "io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
            "client.region": "us-east-1",
            "s3.endpoint": ENDPOINT,
            "s3.path-style-access": "true",
            # Others write to the same tables: nothing may be remembered.
            "cache-enabled": "false",
        }
        found |= {f"{prefix}.{key}": value for key, value in options.items()}
    return found


def installed():
    """The folders of Spark's Python packages and of its jars, fetched once for these versions."""
    program("java", "Spark 3.5 needs a JDK, 8 to 17")
    maven = program("mvn", "it comes from maven.apache.org")
    wanted = [(HERE / name).read_bytes() for name in ("requirements.txt", "pom.xml")]
    digest = hashlib.sha256(sys.version.encode() + b"".join(wanted)).hexdigest()[:12]
    folder = WORK / f"spark-{digest}"
    if not (folder / "complete").exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--upgrade"]
        requirements = ["--requirement", HERE / "requirements.txt"]
        subprocess.run([*pip, "--target", folder / "python", *requirements], check=True)
        copy = ["dependency:copy-dependencies", f"-DoutputDirectory={folder / 'jars'}"]
        run([maven, "-q", "-B", "-f", HERE / "pom.xml", *copy])
        (folder / "complete").touch()
    return folder / "python", folder / "jars"


@pytest.fixture(scope="session")
def spark_bucket(client):
    name = f"spark-{os.getpid()}"
    client("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture(scope="session")
def in_utc():
    """PySpark gives instants as times of the process's own zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


@pytest.fixture(scope="session")
def spark(spark_bucket, tmp_path_factory, in_utc):
    packages, jars = installed()
    sys.path.append(str(packages))
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").appName("clients")
    builder = builder.config("spark.jars", ",".join(str(jar) for jar in sorted(jars.glob("*.jar"))))
    builder = builder.config(map=settings(spark_bucket, tmp_path_factory.mktemp("spark")))
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
