"""What Firehose makes of JSON by a table's schema, as PyArrow reads it: values, types, and the bounds that readers prune by."""

import datetime
import decimal
import io
import json
import random
import re
import struct

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from conftest import wait_for

EPOCH = datetime.datetime(1970, 1, 1)
PIECES = ["a", "é", "日本", "😀", '"', "\\", "\n", "some more text ", ""]


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
def test_values_types_and_bounds(client, name, service_role, bucket, lake, packed):
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
    documents = [{of: as_json(value) for of, value in row.items() if value is not None} for row in rows]
    files = delivered(client, name, service_role, bucket, lake, types, packed, documents)

    schema = pa.schema([(of, pa.int64() if of == "id" else MAKERS[kind][0]) for of, kind in types.items()])
    read = [file.read() for file in files]
    assert all(table.schema.equals(schema) for table in read)
    assert pa.concat_tables(read).sort_by("id").equals(pa.table(columns, schema=schema))
    # What packs with GZIP is the engine.
    writers = {file.metadata.created_by.split()[0] for file in files}
    assert writers == {"DuckDB" if packed == "GZIP" else "Boathouse"}
    for file, table in zip(files, read):
        bounds_hold(file.metadata, table, packed)


def a_list(of):
    return pa.list_(pa.field("element", of))


NESTED = {
    "id": pa.int64(),
    "s": pa.struct([("x", pa.int64()), ("y", pa.string()), ("z", pa.struct([("w", pa.float64()), ("v", pa.bool_())]))]),
    "l": a_list(pa.int32()),
    "ll": a_list(a_list(pa.string())),
    "m": pa.map_(pa.string(), pa.float64()),
    "mm": pa.map_(pa.int32(), pa.map_(pa.date32(), a_list(pa.int16()))),
    "deep": a_list(pa.struct([("k", pa.decimal128(9, 2)), ("m", pa.map_(pa.string(), a_list(pa.struct([("t", pa.timestamp("us"))]))))])),
    "never": pa.struct([("a", a_list(pa.int32())), ("b", pa.string())]),
}
SCALARS = {of: (kind, make) for kind, (of, make) in MAKERS.items()}


def hive_type(of):
    if pa.types.is_struct(of):
        return f"struct<{','.join(f'{field.name}:{hive_type(field.type)}' for field in of.fields)}>"
    if pa.types.is_list(of):
        return f"array<{hive_type(of.value_type)}>"
    if pa.types.is_map(of):
        return f"map<{hive_type(of.key_type)},{hive_type(of.item_type)}>"
    return SCALARS[of][0]


def any_value(of, chance):
    """A value as PyArrow gives it; of a map in the order of the JSON."""
    some = range(chance.choice([0, 1, 2, 5]))
    if chance.random() < 0.1:
        return None
    if pa.types.is_struct(of):
        return {field.name: any_value(field.type, chance) for field in of.fields}
    if pa.types.is_list(of):
        return [any_value(of.value_type, chance) for _ in some]
    if pa.types.is_map(of):
        keys = [f"key{chance.randint(0, 50)}" if of.key_type == pa.string() else SCALARS[of.key_type][1](chance) for _ in some]
        return [(key, any_value(of.item_type, chance)) for key in dict.fromkeys(keys)]
    return SCALARS[of][1](chance)


def nested_json(value, of):
    if value is None:
        return None
    if pa.types.is_struct(of):
        # A field that is missing is the same as one that is null.
        members = {field.name: nested_json(value[field.name], field.type) for field in of.fields}
        return {key: member for key, member in members.items() if member is not None or len(key) % 2}
    if pa.types.is_list(of):
        return [nested_json(item, of.value_type) for item in value]
    if pa.types.is_map(of):
        return {str(as_json(key)): nested_json(item, of.item_type) for key, item in value}
    return as_json(value)


def leaves(value, of, path):
    """Of each column that is in a value the values, with None for each gap."""
    if pa.types.is_struct(of):
        for field in of.fields:
            yield from leaves(None if value is None else value[field.name], field.type, f"{path}.{field.name}")
    elif pa.types.is_list(of):
        for item in value or [None]:
            yield from leaves(item, of.value_type, f"{path}.list.element")
    elif pa.types.is_map(of):
        for key, item in value or [(None, None)]:
            yield f"{path}.key_value.key", key
            yield from leaves(item, of.item_type, f"{path}.key_value.value")
    else:
        yield path, value


@pytest.mark.parametrize("packed", ["SNAPPY", "UNCOMPRESSED"])
def test_structs_lists_and_maps(client, name, service_role, bucket, lake, packed):
    chance = random.Random(packed)
    count = 2000
    rows = [
        {of: row if of == "id" else None if of == "never" else any_value(kind, chance) for of, kind in NESTED.items()}
        for row in range(count)
    ]
    types = {of: hive_type(kind) for of, kind in NESTED.items()}
    documents = [{of: nested_json(value, NESTED[of]) for of, value in row.items()} for row in rows]
    files = delivered(client, name, service_role, bucket, lake, types, packed, documents)
    assert {file.metadata.created_by.split()[0] for file in files} == {"Boathouse"}
    read = [file.read() for file in files]
    for table in read:
        assert table.schema.equals(pa.schema(list(NESTED.items()))), table.schema
    assert sorted((row for table in read for row in table.to_pylist()), key=lambda row: row["id"]) == rows
    for file, table in zip(files, read):
        counts_hold(file.metadata, table.to_pylist())

    # What reads it here is DuckDB.
    _, sql = lake
    assert sql(
        "SELECT count(*), count(s.x), sum(cardinality(l)), count(element_at(m, 'key7')), count(s.z), count(deep) FROM t"
    ) == [
        [
            str(count),
            str(sum((row["s"] or {}).get("x") is not None for row in rows)),
            str(sum(len(row["l"] or []) for row in rows)),
            str(sum(dict(row["m"] or []).get("key7") is not None for row in rows)),
            str(sum((row["s"] or {}).get("z") is not None for row in rows)),
            str(sum(row["deep"] is not None for row in rows)),
        ]
    ]


def counts_hold(metadata, rows):
    """Values, gaps and bounds of all columns within others."""
    assert metadata.num_row_groups == 1
    group = metadata.row_group(0)
    held = {}
    for row in rows:
        for of, kind in NESTED.items():
            for path, value in leaves(row[of], kind, of):
                held.setdefault(path, []).append(value)
    assert [group.column(place).path_in_schema for place in range(group.num_columns)] == list(held)
    for place, values in enumerate(held.values()):
        chunk = group.column(place)
        there = [value for value in values if value is not None]
        statistics = chunk.statistics
        assert (chunk.num_values, statistics.null_count) == (len(values), len(values) - len(there)), chunk.path_in_schema
        assert statistics.has_min_max or not there or isinstance(there[0], str)
        if statistics.has_min_max and not isinstance(there[0], str):
            assert (statistics.min, statistics.max) == (min(there), max(there)), chunk.path_in_schema


def delivered(client, name, service_role, bucket, lake, types, packed, documents):
    """The files that a delivery stream makes of these documents, by a table of these columns."""
    database, sql = lake
    declared = ", ".join(f"{of} {kind}" for of, kind in types.items())
    sql(f"CREATE EXTERNAL TABLE t ({declared}) STORED AS PARQUET LOCATION 's3://{bucket}/t/'")
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
    for first in range(0, len(documents), 500):
        records = [{"Data": json.dumps(document).encode()} for document in documents[first : first + 500]]
        answer = firehose.put_record_batch(DeliveryStreamName=name, Records=records)
        assert answer["FailedPutCount"] == 0

    files = {}

    def all_there():
        for item in s3.list_objects_v2(Bucket=bucket, Prefix="t/").get("Contents", []):
            if item["Key"] not in files:
                body = s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
                files[item["Key"]] = pq.ParquetFile(io.BytesIO(body))
        return sum(file.metadata.num_rows for file in files.values()) >= len(documents)

    wait_for("all rows", all_there, seconds=120)
    firehose.delete_delivery_stream(DeliveryStreamName=name)
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket, Prefix="wrong/")
    return list(files.values())


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
