"""The JavaScript, Go, Java and Rust SDKs as they come, and a driver of Athena for Go, each in a small program of its own."""

import os
import shutil
from pathlib import Path

import pytest

from conftest import CHECKOUT, WORK, program, run

HERE = Path(__file__).parent


def offline(error):
    """What package managers say when their registry cannot be reached."""
    said = str(error)
    signs = ("Could not resolve", "Could not transfer", "dial tcp", "no such host", "Network is unreachable", "failed to download")
    return any(sign in said for sign in signs)


def build(what, arguments, cwd):
    try:
        run(arguments, cwd=cwd)
    except AssertionError as error:
        if offline(error):
            pytest.skip(f"not run: {what} could not be fetched: {error}")
        raise


def test_javascript_kinesis_over_http2(name):
    script = HERE / "sdk-js" / "kinesis-over-http2.ts"
    assert run([CHECKOUT / "bin" / "node24", script, name]).stdout == "ok\n"


def test_javascript_objects(name):
    script = HERE / "sdk-js" / "objects.ts"
    assert run([CHECKOUT / "bin" / "node24", script, name]).stdout == "ok\n"


def test_rust(name):
    cargo = program("cargo", "it comes from rust-lang.org")
    folder = WORK / "sdk-rust"
    shutil.copytree(HERE / "sdk-rust", folder, dirs_exist_ok=True)
    build("the AWS SDK for Rust", [cargo, "build", "--quiet", "--locked"], folder)
    assert run([folder / "target" / "debug" / "sdk-rust", name]).stdout == "ok\n"


def test_go(name):
    go = program("go", "it comes from go.dev")
    binary = WORK / "sdk-go"
    build("the AWS SDK for Go", [go, "build", "-o", binary, "."], HERE / "sdk-go")
    assert run([binary, name]).stdout == "ok\n"


def test_go_database_driver(client, bucket, name):
    go = program("go", "it comes from go.dev")
    binary = WORK / "athena-go"
    build("the Athena driver for Go", [go, "build", "-o", binary, "."], HERE / "athena-go")
    database = name.replace("-", "_")
    glue = client("glue")
    glue.create_database(DatabaseInput={"Name": database})
    assert run([binary, bucket, database]).stdout == "ok\n"
    glue.delete_table(DatabaseName=database, Name="sales")
    glue.delete_database(Name=database)


def test_java(name):
    maven = program("mvn", "it comes from maven.apache.org")
    java = program("java", "any JDK from 11 on")
    folder = WORK / "sdk-java"
    shutil.copytree(HERE / "sdk-java", folder, dirs_exist_ok=True)
    classpath = folder / "classpath.txt"
    build(
        "the AWS SDK for Java",
        [maven, "-q", "-B", "compile", "dependency:build-classpath", f"-Dmdep.outputFile={classpath}"],
        folder,
    )
    where = os.pathsep.join([str(folder / "target" / "classes"), classpath.read_text().strip()])
    done = run([java, "-cp", where, "lake.Clients", name])
    assert done.stdout.endswith("ok\n"), done.stdout + done.stderr
