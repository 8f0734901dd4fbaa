"""What every suite uses: clients made from the environment alone, and patience with a deadline."""

import json
import os
import shutil
import subprocess
import time
import urllib.request
import uuid
from contextlib import contextmanager
from pathlib import Path

import boto3
import botocore.session
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

CHECKOUT = Path(os.environ["BOATHOUSE_CHECKOUT"])
WORK = Path(os.environ["BOATHOUSE_CLIENTS_WORK"])
ACCOUNT = "123456789012"


@pytest.fixture
def name():
    """A name that no other test has."""
    return f"t-{uuid.uuid4().hex[:10]}"


@pytest.fixture(scope="session")
def client():
    """client('s3') is boto3.client('s3'): endpoint, region and keys come from the environment."""
    made = {}

    def make(service):
        if service not in made:
            made[service] = boto3.client(service)
        return made[service]

    return make


@pytest.fixture
def bucket(client, name):
    s3 = client("s3")
    s3.create_bucket(Bucket=name)
    yield name
    empty_bucket(s3, name)
    s3.delete_bucket(Bucket=name)


@pytest.fixture
def service_role(client, name):
    """The ARN of a role that AWS services may take, with every right."""
    iam = client("iam")
    services = ("firehose", "glue", "kinesis")
    principals = {"Service": [f"{service}.amazonaws.com" for service in services]}
    role = iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=policy(Principal=principals, Action="sts:AssumeRole")
    )["Role"]
    iam.put_role_policy(
        RoleName=name, PolicyName="all", PolicyDocument=policy(Action="*", Resource="*")
    )
    yield role["Arn"]
    iam.delete_role_policy(RoleName=name, PolicyName="all")
    iam.delete_role(RoleName=name)


def policy(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def empty_bucket(s3, name):
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
        for kind in ("Versions", "DeleteMarkers"):
            for version in page.get(kind, []):
                s3.delete_object(Bucket=name, Key=version["Key"], VersionId=version["VersionId"])


def wait_for(what, ask, seconds=60, every=0.25):
    """Asks until the answer is truthy, and returns it."""
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(every)


def athena_rows(athena, sql, **options):
    """Runs a statement and returns its rows as lists of text, without the header."""
    started = athena.start_query_execution(QueryString=sql, **options)
    query_id = started["QueryExecutionId"]

    def ended():
        execution = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        return execution if execution["Status"]["State"] in ("SUCCEEDED", "FAILED", "CANCELLED") else None

    execution = wait_for("the query to end", ended, every=0.05)
    status = execution["Status"]
    assert status["State"] == "SUCCEEDED", status.get("StateChangeReason")
    rows = []
    for page in athena.get_paginator("get_query_results").paginate(QueryExecutionId=query_id):
        for row in page["ResultSet"]["Rows"]:
            rows.append([cell.get("VarCharValue") for cell in row["Data"]])
    return rows[1:] if execution["StatementType"] == "DML" else rows


@contextmanager
def database(client, bucket, name):
    """A database of the catalog with a folder of its own, as (its name, SQL through Athena)."""
    database = name.replace("-", "_")
    glue = client("glue")
    glue.create_database(DatabaseInput={"Name": database, "LocationUri": f"s3://{bucket}/{database}"})

    def sql(statement):
        return athena_rows(
            client("athena"),
            statement,
            QueryExecutionContext={"Database": database},
            ResultConfiguration={"OutputLocation": f"s3://{bucket}/results/"},
        )

    yield database, sql
    glue.delete_database(Name=database)


@pytest.fixture
def lake(client, bucket, name):
    """The same for one test."""
    with database(client, bucket, name) as made:
        yield made


def program(command, why):
    """The path of a program, or the test is reported as not run, by name."""
    found = shutil.which(command)
    if found is None:
        pytest.skip(f"not run: {command} is not on this machine ({why})")
    return found


def run(arguments, cwd=None, env=None, ok=(0,), timeout=600):
    """Runs a program; a status that was not expected shows everything that it said."""
    done = subprocess.run(
        [str(argument) for argument in arguments],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    if done.returncode not in ok:
        shown = " ".join(str(argument)[:120] for argument in arguments)
        raise AssertionError(f"{shown}: status {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def procedure(namespace, table, name, **given):
    """What a procedure of the Iceberg REST catalog answers, by a signed request."""
    url = f"{os.environ['AWS_ENDPOINT_URL']}/iceberg/v1/namespaces/{namespace}/tables/{table}/procedures/{name}"
    session = botocore.session.get_session()
    headers = {"content-type": "application/json"}
    request = AWSRequest(method="POST", url=url, data=json.dumps(given), headers=headers)
    SigV4Auth(session.get_credentials(), "glue", os.environ["AWS_REGION"]).add_auth(request)
    sent = urllib.request.Request(url, data=request.data.encode(), headers=dict(request.headers), method="POST")
    with urllib.request.urlopen(sent) as answer:
        return json.load(answer)
