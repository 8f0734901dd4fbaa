"""Kinesis, Firehose and CloudWatch Logs through boto3."""

import base64
import gzip
import json
import time
import uuid

import pytest
from aws_kinesis_agg.aggregator import RecordAggregator
from aws_kinesis_agg.deaggregator import iter_deaggregate_records
from botocore.exceptions import ClientError
from snappy.snappy import HadoopStreamDecompressor, StreamDecompressor

from conftest import wait_for


def code_of(raised):
    return raised.value.response["Error"]["Code"]


@pytest.fixture
def stream(client, name):
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName=name, ShardCount=2)
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    yield name
    kinesis.delete_stream(StreamName=name, EnforceConsumerDeletion=True)


def read_all(kinesis, stream, expected, kind="TRIM_HORIZON", **position):
    found = []
    for shard in kinesis.list_shards(StreamName=stream)["Shards"]:
        iterator = kinesis.get_shard_iterator(
            StreamName=stream, ShardId=shard["ShardId"], ShardIteratorType=kind, **position
        )["ShardIterator"]
        deadline = time.monotonic() + 10
        while True:
            answer = kinesis.get_records(ShardIterator=iterator)
            found += answer["Records"]
            iterator = answer["NextShardIterator"]
            if answer["MillisBehindLatest"] == 0 or time.monotonic() > deadline:
                break
    assert len(found) == expected
    return found


def test_records_come_back_in_order(client, stream):
    kinesis = client("kinesis")
    entries = [{"Data": f"{n}".encode(), "PartitionKey": "one"} for n in range(500)]
    answer = kinesis.put_records(StreamName=stream, Records=entries)
    assert answer["FailedRecordCount"] == 0
    single = kinesis.put_record(StreamName=stream, Data=b"500", PartitionKey="one")
    assert single["ShardId"] == answer["Records"][0]["ShardId"]
    records = read_all(kinesis, stream, 501)
    assert [int(record["Data"]) for record in records] == list(range(501))
    numbers = [int(record["SequenceNumber"]) for record in records]
    assert numbers == sorted(set(numbers))


def test_every_kind_of_position(client, stream):
    kinesis = client("kinesis")
    for text in "abc":
        put = kinesis.put_record(StreamName=stream, Data=text.encode(), PartitionKey="one")
    shard = put["ShardId"]
    whole = read_all(kinesis, stream, 3)
    second = whole[1]

    def read(kind, **position):
        iterator = kinesis.get_shard_iterator(
            StreamName=stream, ShardId=shard, ShardIteratorType=kind, **position
        )["ShardIterator"]
        return [record["Data"] for record in kinesis.get_records(ShardIterator=iterator)["Records"]]

    number, time_of_second = second["SequenceNumber"], second["ApproximateArrivalTimestamp"]
    assert read("AT_SEQUENCE_NUMBER", StartingSequenceNumber=number) == [b"b", b"c"]
    assert read("AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=number) == [b"c"]
    assert read("AT_TIMESTAMP", Timestamp=time_of_second) == [
        record["Data"] for record in whole if record["ApproximateArrivalTimestamp"] >= time_of_second
    ]
    assert read("LATEST") == []


def test_aggregated_records(client, stream, name, service_role, bucket):
    """A reader is given what the Kinesis Producer Library packed as it is; Firehose takes it apart."""
    kinesis, firehose, s3 = client("kinesis"), client("firehose"), client("s3")
    packing = RecordAggregator()
    lines = [f"line {n}\n".encode() for n in range(20)]
    for line in lines:
        packing.add_user_record("one", line)
    key, hash_key, packed = packing.clear_and_get().get_contents()
    arn = kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["StreamARN"]
    firehose.create_delivery_stream(
        DeliveryStreamName=name,
        DeliveryStreamType="KinesisStreamAsSource",
        KinesisStreamSourceConfiguration={"KinesisStreamARN": arn, "RoleARN": service_role},
        ExtendedS3DestinationConfiguration={
            "RoleARN": service_role,
            "BucketARN": f"arn:aws:s3:::{bucket}",
            "BufferingHints": {"IntervalInSeconds": 0, "SizeInMBs": 64},
        },
    )
    explicit = {} if hash_key is None else {"ExplicitHashKey": hash_key}
    kinesis.put_record(StreamName=stream, Data=packed, PartitionKey=key, **explicit)
    [record] = read_all(kinesis, stream, 1)
    assert record["Data"] == packed
    taken_apart = iter_deaggregate_records([record], data_format="Boto3")
    assert [base64.b64decode(each["kinesis"]["data"]) for each in taken_apart] == lines
    listed = wait_for("a delivered object", lambda: s3.list_objects_v2(Bucket=bucket).get("Contents"))
    [key] = [item["Key"] for item in listed]
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"".join(lines)
    firehose.delete_delivery_stream(DeliveryStreamName=name)


def test_records_are_pushed_to_a_consumer(client, stream):
    kinesis = client("kinesis")
    arn = kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["StreamARN"]
    consumer = kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="pushed")["Consumer"]
    put = kinesis.put_record(StreamName=stream, Data=b"there", PartitionKey="one")
    events = kinesis.subscribe_to_shard(
        ConsumerARN=consumer["ConsumerARN"], ShardId=put["ShardId"], StartingPosition={"Type": "TRIM_HORIZON"}
    )["EventStream"]
    kinesis.put_record(StreamName=stream, Data=b"pushed", PartitionKey="one")
    found = []
    for event in events:
        found += [record["Data"] for record in event["SubscribeToShardEvent"]["Records"]]
        if len(found) == 2:
            break
    events.close()
    assert found == [b"there", b"pushed"]
    kinesis.deregister_stream_consumer(ConsumerARN=consumer["ConsumerARN"])


def test_stream_errors(client, stream, name):
    kinesis = client("kinesis")
    with pytest.raises(ClientError) as raised:
        kinesis.create_stream(StreamName=stream, ShardCount=1)
    assert code_of(raised) == "ResourceInUseException"
    with pytest.raises(ClientError) as raised:
        kinesis.put_record(StreamName="nothing-here", Data=b"x", PartitionKey="k")
    assert code_of(raised) == "ResourceNotFoundException"
    with pytest.raises(ClientError) as raised:
        kinesis.get_records(ShardIterator="AAAAnotAnIterator")
    assert code_of(raised) == "InvalidArgumentException"


def test_stream_settings(client, stream):
    kinesis = client("kinesis")
    kinesis.increase_stream_retention_period(StreamName=stream, RetentionPeriodHours=48)
    kinesis.add_tags_to_stream(StreamName=stream, Tags={"a": "1"})
    summary = kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]
    assert (summary["RetentionPeriodHours"], summary["OpenShardCount"]) == (48, 2)
    assert kinesis.list_tags_for_stream(StreamName=stream)["Tags"] == [{"Key": "a", "Value": "1"}]
    consumer = kinesis.register_stream_consumer(StreamARN=summary["StreamARN"], ConsumerName="c")
    assert consumer["Consumer"]["ConsumerName"] == "c"


def test_a_channel_leads_a_stream_to_a_bucket(client, name, service_role, bucket):
    kinesis, s3 = client("kinesis"), client("s3")
    kinesis.create_stream(StreamName=name, StreamModeDetails={"StreamMode": "ON_DEMAND"})
    stream = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
    account = service_role.split(":")[4]
    made = kinesis.create_channel(
        ChannelName=name,
        ServiceExecutionRoleARN=service_role,
        StreamConfigurationList=[
            {"StreamARN": stream["StreamARN"], "RecordConfiguration": {"RecordFormatType": "JSON"}}
        ],
        S3DestinationConfiguration={
            "DataFreshnessInSeconds": 0,
            "StorageConfiguration": {
                "BucketARN": f"arn:aws:s3:::{bucket}",
                "ExpectedBucketOwner": account,
                "CompressionType": "GZIP",
                "OutputKeyTemplate": "channel/!{yyyy}/part!{extension:.json.gz}",
            },
        },
        Tags={"team": "streams"},
    )["ChannelDescription"]
    arn = made["ChannelARN"]
    assert kinesis.describe_channel(ChannelARN=arn)["ChannelDescription"] == made
    filters = [
        {
            "StreamARN": stream["StreamARN"],
            "StreamCreationTimestamp": stream["StreamCreationTimestamp"],
        }
    ]
    listed = kinesis.list_channels(StreamFilter=filters)["ChannelSummaries"]
    assert [channel["ChannelARN"] for channel in listed] == [arn]
    assert kinesis.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "team", "Value": "streams"}]
    kinesis.put_records(
        StreamName=name,
        Records=[{"Data": json.dumps({"n": n}), "PartitionKey": str(n)} for n in range(20)],
    )

    def all_delivered():
        found = s3.list_objects_v2(Bucket=bucket, Prefix="channel/").get("Contents", [])
        bodies = [s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in found]
        lines = b"".join(gzip.decompress(body) for body in bodies).splitlines()
        return sorted(json.loads(line)["n"] for line in lines) == list(range(20))

    wait_for("what the channel delivers", all_delivered)
    with pytest.raises(ClientError) as raised:
        kinesis.delete_stream(StreamName=name)
    assert code_of(raised) == "ResourceInUseException"
    kinesis.delete_channel(ChannelARN=arn)
    kinesis.delete_stream(StreamName=name)


def deliver(client, name, role, bucket, records, **options):
    """A direct-put delivery stream, fed with the records; answers when S3 holds an object."""
    firehose, s3 = client("firehose"), client("s3")
    firehose.create_delivery_stream(
        DeliveryStreamName=name,
        DeliveryStreamType="DirectPut",
        ExtendedS3DestinationConfiguration={
            "RoleARN": role,
            "BucketARN": f"arn:aws:s3:::{bucket}",
            "BufferingHints": {"IntervalInSeconds": 1, "SizeInMBs": 64},
            **options,
        },
    )
    wait_for(
        "an active delivery stream",
        lambda: firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"][
            "DeliveryStreamStatus"
        ]
        == "ACTIVE",
    )
    answer = firehose.put_record_batch(
        DeliveryStreamName=name, Records=[{"Data": json.dumps(record).encode() + b"\n"} for record in records]
    )
    assert answer["FailedPutCount"] == 0
    listed = wait_for(
        "a delivered object", lambda: s3.list_objects_v2(Bucket=bucket).get("Contents"), seconds=60
    )
    firehose.delete_delivery_stream(DeliveryStreamName=name)
    return [item["Key"] for item in listed]


def test_delivery_of_lines(client, name, service_role, bucket):
    records = [{"n": n} for n in range(100)]
    keys = deliver(
        client,
        name,
        service_role,
        bucket,
        records,
        Prefix="lines/!{timestamp:yyyy}/",
        ErrorOutputPrefix="errors/",
        CompressionFormat="GZIP",
    )
    s3 = client("s3")
    assert all(key.startswith(f"lines/{time.gmtime().tm_year}/") for key in keys), keys
    text = b"".join(gzip.decompress(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys)
    assert [json.loads(line) for line in text.splitlines()] == records


@pytest.mark.parametrize(
    ("packed", "reader"),
    [("Snappy", StreamDecompressor), ("HADOOP_SNAPPY", HadoopStreamDecompressor)],
)
def test_delivery_packed_by_snappy(client, name, service_role, bucket, packed, reader):
    records = [{"n": n, "text": "again and again " * 10} for n in range(450)]
    keys = deliver(client, name, service_role, bucket, records, Prefix="packed/", CompressionFormat=packed)
    s3 = client("s3")
    text = b"".join(
        reader().decompress(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys
    )
    assert [json.loads(line) for line in text.splitlines()] == records


def test_log_events(client, name):
    logs = client("logs")
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="s")
    now = int(time.time() * 1000)
    words = ["alpha", "beta", uuid.uuid4().hex]
    logs.put_log_events(
        logGroupName=name,
        logStreamName="s",
        logEvents=[{"timestamp": now + n, "message": word} for n, word in enumerate(words)],
    )
    got = logs.get_log_events(logGroupName=name, logStreamName="s", startFromHead=True)["events"]
    assert [event["message"] for event in got] == words
    found = logs.filter_log_events(logGroupName=name, filterPattern="beta")["events"]
    assert [event["message"] for event in found] == ["beta"]
    logs.put_retention_policy(logGroupName=name, retentionInDays=7)
    group = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]
    assert group["retentionInDays"] == 7
    logs.delete_log_group(logGroupName=name)
    with pytest.raises(ClientError) as raised:
        logs.get_log_events(logGroupName=name, logStreamName="s")
    assert code_of(raised) == "ResourceNotFoundException"
