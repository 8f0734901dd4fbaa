"""Lambda through boto3: a Python function that uses boto3 itself, an event, a mapping, a transformed delivery."""

import base64
import io
import json
import zipfile

import boto3
import pytest
from botocore.exceptions import ClientError

from conftest import policy, wait_for


def zipped(**files):
    """The bytes of a zip; `app__py` becomes app.py."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file, text in files.items():
            archive.writestr(file.replace("__", "."), text)
    return buffer.getvalue()


@pytest.fixture
def role(client, name):
    iam = client("iam")
    services = {"Service": ["lambda.amazonaws.com", "firehose.amazonaws.com"]}
    made = iam.create_role(
        RoleName=f"{name}-f", AssumeRolePolicyDocument=policy(Principal=services, Action="sts:AssumeRole")
    )["Role"]
    iam.put_role_policy(
        RoleName=f"{name}-f", PolicyName="all", PolicyDocument=policy(Action="*", Resource="*")
    )
    yield made["Arn"]
    iam.delete_role_policy(RoleName=f"{name}-f", PolicyName="all")
    iam.delete_role(RoleName=f"{name}-f")


@pytest.fixture
def function(client, name, role):
    """function(code, …) makes a function of one file and answers its ARN."""
    functions = client("lambda")
    made = []

    def make(code, runtime="python3.12", handler="app.handler", file="app__py", **more):
        full = f"{name}-{len(made)}"
        answer = functions.create_function(
            FunctionName=full, Runtime=runtime, Handler=handler, Role=role, Timeout=30,
            Code={"ZipFile": zipped(**{file: code})}, **more,
        )
        made.append(full)
        return answer["FunctionArn"]

    yield make
    for full in made:
        functions.delete_function(FunctionName=full)


def test_a_python_function_answers_and_logs(client, function):
    functions = client("lambda")
    arn = function(
        "import logging\n"
        "def handler(event, context):\n"
        "    logging.getLogger().warning('seen %s', event['name'])\n"
        "    return {'hello': event['name'], 'from': context.function_name}\n"
    )
    functions.get_waiter("function_active_v2").wait(FunctionName=arn, WaiterConfig={"Delay": 1})
    answer = functions.invoke(FunctionName=arn, LogType="Tail", Payload=json.dumps({"name": "world"}))
    assert "FunctionError" not in answer, answer["Payload"].read()
    assert json.loads(answer["Payload"].read()) == {"hello": "world", "from": arn.rsplit(":")[-1]}
    assert "[WARNING]" in base64.b64decode(answer["LogResult"]).decode()
    group = f"/aws/lambda/{arn.rsplit(':')[-1]}"

    def lines():
        try:
            events = client("logs").filter_log_events(logGroupName=group)["events"]
        except ClientError:
            return None
        return any(event["message"].startswith("REPORT") for event in events)

    wait_for("the log of the function", lines)


def test_an_error_is_told(client, function):
    arn = function("def handler(event, context):\n    raise KeyError('nothing')\n")
    answer = client("lambda").invoke(FunctionName=arn)
    assert answer["FunctionError"] == "Unhandled"
    assert json.loads(answer["Payload"].read())["errorType"] == "KeyError"


def test_a_node_function_writes_an_object_for_each_event(client, function, bucket):
    arn = function(
        "import { S3Client, PutObjectCommand } from '@aws-sdk/client-s3'\n"
        "const s3 = new S3Client({ forcePathStyle: true })\n"
        "export const handler = (event) => s3.send(new PutObjectCommand(\n"
        f"  {{ Bucket: '{bucket}', Key: event.key, Body: 'written' }})).then(() => 'done')\n",
        runtime="nodejs22.x", handler="index.handler", file="index__mjs",
    )
    functions = client("lambda")
    answer = functions.invoke(
        FunctionName=arn, InvocationType="Event", Payload=json.dumps({"key": "later"})
    )
    assert answer["StatusCode"] == 202
    s3 = client("s3")
    wait_for("the object of the event", lambda: s3.list_objects_v2(Bucket=bucket).get("KeyCount"))


def test_records_of_a_stream_reach_the_function(client, name, function, bucket):
    kinesis, functions = client("kinesis"), client("lambda")
    kinesis.create_stream(StreamName=name, ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    source = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
    arn = function(
        "import { S3Client, PutObjectCommand } from '@aws-sdk/client-s3'\n"
        "const s3 = new S3Client({ forcePathStyle: true })\n"
        "export const handler = async ({ Records }) => {\n"
        "  for (const { kinesis } of Records) await s3.send(new PutObjectCommand({\n"
        f"    Bucket: '{bucket}', Key: Buffer.from(kinesis.data, 'base64').toString(), Body: '' }}))\n"
        "}\n",
        runtime="nodejs22.x", handler="index.handler", file="index__mjs",
    )
    mapping = functions.create_event_source_mapping(
        EventSourceArn=source, FunctionName=arn, StartingPosition="TRIM_HORIZON"
    )
    for n in range(5):
        kinesis.put_record(StreamName=name, Data=f"{n}".encode(), PartitionKey="k")
    s3 = client("s3")
    wait_for("five objects", lambda: s3.list_objects_v2(Bucket=bucket).get("KeyCount") == 5)
    functions.delete_event_source_mapping(UUID=mapping["UUID"])
    kinesis.delete_stream(StreamName=name)


def test_a_delivery_is_transformed(client, name, function, role, bucket):
    arn = function(
        "import base64\n"
        "def handler(event, context):\n"
        "    upper = lambda data: base64.b64encode(base64.b64decode(data).upper() + b'\\n').decode()\n"
        "    return {'records': [{'recordId': r['recordId'], 'result': 'Ok', 'data': upper(r['data'])}\n"
        "                        for r in event['records']]}\n"
    )
    firehose, s3 = client("firehose"), client("s3")
    parameters = [
        {"ParameterName": "LambdaArn", "ParameterValue": arn},
        {"ParameterName": "RoleArn", "ParameterValue": role},
    ]
    firehose.create_delivery_stream(
        DeliveryStreamName=name,
        ExtendedS3DestinationConfiguration={
            "RoleARN": role, "BucketARN": f"arn:aws:s3:::{bucket}", "Prefix": "out/",
            "ErrorOutputPrefix": "errors/",
            "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 0},
            "ProcessingConfiguration": {
                "Enabled": True, "Processors": [{"Type": "Lambda", "Parameters": parameters}],
            },
        },
    )
    firehose.put_record(DeliveryStreamName=name, Record={"Data": b"quiet"})
    found = wait_for(
        "the transformed object", lambda: s3.list_objects_v2(Bucket=bucket).get("Contents")
    )
    body = s3.get_object(Bucket=bucket, Key=found[0]["Key"])["Body"].read()
    assert body == b"QUIET\n"
    firehose.delete_delivery_stream(DeliveryStreamName=name)


def test_a_session_of_another_user_is_refused(client, name, function):
    iam = client("iam")
    arn = function("def handler(event, context):\n    return 1\n")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    other = boto3.client(
        "lambda", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
    )
    with pytest.raises(ClientError) as raised:
        other.invoke(FunctionName=arn)
    assert raised.value.response["Error"]["Code"] == "AccessDeniedException"
    iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName=name)
