"""What Firehose makes of JSON by a table's schema, as PyArrow reads it: values, types, and the bounds that readers prune by."""

import datetime
import decimal
import io
import json
import random
import re
import struct

import awswrangler as wr
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from conftest import wait_for

EPOCH = datetime.datetime(1970, 1, 1)
PIECES = ["a", "é", "日本", "😀", '"', "\\", "\n", "some more text ", ""]


@pytest.fixture
def database(name):
    database = name.replace("-", "_")
    wr.catalog.create_database(database)
    yield database
    wr.catalog.delete_database(database)


def text(chance):
    length = chance.choice([0, 1, 3, 40, 400])
    return "".join(chance.choice(PIECES) for _ in range(length))


MAKERS = {
    "bigint": (pa.int64(), lambda chance: chance.randint(-(10**17), 10**17)),
    "int": (pa.int32(), lambda chance: chance.randint(-(2**31), 2**31 - 1)),
    "smallint": (pa.int16(), lambda chance: chance.randint(-(2**15), 2**15 - 1)),
    "tinyint": (pa.int8(), lambda chance: chance.randint(-128, 127)),
    "double": (pa.float64(), lambda chance: (chance.random() - 0.5) * 10.0 ** chance.randint(-30, 15)),
    "float": (pa.float32(), lambda chance: struct.unpack("f", struct.pack("f", chance.uniform(-1e9, 1e9)))[0]),
    "decimal(9,2)": (pa.decimal128(9, 2), lambda chance: decimal.Decimal(chance.randint(-(10**9) + 1, 10**9 - 1)).scaleb(-2)),
    "decimal(18,3)": (pa.decimal128(18, 3), lambda chance: decimal.Decimal(chance.randint(-(10**14), 10**14)).scaleb(-3)),
    "boolean": (pa.bool_(), lambda chance: chance.random() < 0.5),
    "date": (pa.date32(), lambda chance: datetime.date.fromordinal(chance.randint(1, 3_000_000))),
    "timestamp": (
        pa.timestamp("us"),
        lambda chance: EPOCH + datetime.timedelta(microseconds=chance.randint(-(10**16), 10**16)),
    ),
    "string": (pa.string(), text),
}


def as_json(value):
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ", timespec="microseconds")
    if isinstance(value, decimal.Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, datetime.date) else value


@pytest.mark.parametrize("packed", ["SNAPPY", "UNCOMPRESSED", "GZIP"])
def test_values_types_and_bounds(client, name, service_role, bucket, database, packed):
    chance = random.Random(packed)
    count = 3000
    types, columns = {"id": "bigint"}, {"id": list(range(count))}
    for kind, (_, make) in MAKERS.items():
        for shape, missing in [("any", 0), ("few", 0.2), ("seldom", 0.95), ("never", 1)]:
            some = [make(chance) for _ in range(9)]
            of = re.sub(r"\W+", "_", kind) + shape
            types[of] = kind
            columns[of] = [
                None if chance.random() < missing else chance.choice(some) if shape == "few" else make(chance)
                for _ in range(count)
            ]
    rows = [{of: values[row] for of, values in columns.items()} for row in range(count)]

    declared = ", ".join(f"{of} {kind}" for of, kind in types.items())
    wr.athena.start_query_execution(
        f"CREATE EXTERNAL TABLE t ({declared}) STORED AS PARQUET LOCATION 's3://{bucket}/t/'",
        database=database,
        s3_output=f"s3://{bucket}/results/",
        wait=True,
    )
    firehose, s3 = client("firehose"), client("s3")
    firehose.create_delivery_stream(
        DeliveryStreamName=name,
        ExtendedS3DestinationConfiguration={
            "RoleARN": service_role,
            "BucketARN": f"arn:aws:s3:::{bucket}",
            "Prefix": "t/",
            "ErrorOutputPrefix": "wrong/",
            "BufferingHints": {"IntervalInSeconds": 1, "SizeInMBs": 64},
            "DataFormatConversionConfiguration": {
                "SchemaConfiguration": {"DatabaseName": database, "TableName": "t", "RoleARN": service_role},
                "InputFormatConfiguration": {"Deserializer": {"OpenXJsonSerDe": {}}},
                "OutputFormatConfiguration": {"Serializer": {"ParquetSerDe": {"Compression": packed}}},
            },
        },
    )
    for first in range(0, count, 500):
        records = [
            {"Data": json.dumps({of: as_json(value) for of, value in row.items() if value is not None}).encode()}
            for row in rows[first : first + 500]
        ]
        answer = firehose.put_record_batch(DeliveryStreamName=name, Records=records)
        assert answer["FailedPutCount"] == 0

    files = {}

    def all_there():
        for item in s3.list_objects_v2(Bucket=bucket, Prefix="t/").get("Contents", []):
            if item["Key"] not in files:
                body = s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
                files[item["Key"]] = pq.ParquetFile(io.BytesIO(body))
        return sum(file.metadata.num_rows for file in files.values()) >= count

    wait_for("all rows", all_there, seconds=120)
    firehose.delete_delivery_stream(DeliveryStreamName=name)
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket, Prefix="wrong/")

    schema = pa.schema([(of, pa.int64() if of == "id" else MAKERS[kind][0]) for of, kind in types.items()])
    read = [file.read() for file in files.values()]
    assert all(table.schema.equals(schema) for table in read)
    assert pa.concat_tables(read).sort_by("id").equals(pa.table(columns, schema=schema))
    # What packs with GZIP is the engine.
    writers = {file.metadata.created_by.split()[0] for file in files.values()}
    assert writers == {"DuckDB" if packed == "GZIP" else "Boathouse"}
    for file, table in zip(files.values(), read):
        bounds_hold(file.metadata, table, packed)


def bounds_hold(metadata, table, packed):
    """Of every column of every row group, against the values that are in it."""
    first = 0
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        held = table.slice(first, group.num_rows)
        first += group.num_rows
        for place in range(group.num_columns):
            chunk = group.column(place)
            values = held.column(place)
            assert chunk.compression == packed
            assert chunk.num_values == group.num_rows
            statistics = chunk.statistics
            assert statistics.null_count == values.null_count, chunk.path_in_schema
            if not statistics.has_min_max:
                continue
            least, greatest = pc.min(values).as_py(), pc.max(values).as_py()
            if isinstance(least, str):
                # Long ones are cut off, and they are compared as bytes.
                assert statistics.min.encode() <= least.encode()
                assert statistics.max.encode() >= greatest.encode()
            else:
                assert (statistics.min, statistics.max) == (least, greatest), chunk.path_in_schema
