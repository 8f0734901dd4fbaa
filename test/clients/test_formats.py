"""ORC, Avro and text under compressions: what PyArrow writes, SQL reads, and what SQL writes as ORC, PyArrow reads."""

import bz2
import datetime
import decimal
import io
import json

import awswrangler as wr
import pyarrow as pa
import pytest
from conftest import wait_for
from pyarrow import orc


@pytest.fixture
def database(lake):
    return lake[0]


@pytest.fixture
def run(lake):
    return lake[1]


@pytest.fixture
def rows(database, bucket):
    def rows(sql):
        frame = wr.athena.read_sql_query(
            sql, database=database, ctas_approach=False, s3_output=f"s3://{bucket}/results/"
        )
        return frame.astype(object).where(frame.notna(), None).values.tolist()

    return rows


def test_orc_goes_both_ways(client, bucket, run, rows):
    table = pa.table(
        {
            "id": pa.array([1, 2, None], pa.int64()),
            "word": pa.array(["a", None, "ü"]),
            "price": pa.array([decimal.Decimal("1.25"), None, decimal.Decimal("-3.00")], pa.decimal128(9, 2)),
            "at": pa.array([datetime.datetime(2024, 5, 1, 10, 0, 0, 123000), None, datetime.datetime(1950, 1, 1)], pa.timestamp("us")),
            "list": pa.array([[1, None], [], None], pa.list_(pa.int32())),
        }
    )
    for compression in ["zlib", "snappy", "zstd", "lz4", "uncompressed"]:
        out = io.BytesIO()
        orc.write_table(table, out, compression=compression)
        key = f"orc/{compression}.orc"
        client("s3").put_object(Bucket=bucket, Key=key, Body=out.getvalue())
    columns = "id bigint, word string, price decimal(9,2), at timestamp, list array<int>"
    run(f"CREATE EXTERNAL TABLE given ({columns}) STORED AS ORC LOCATION 's3://{bucket}/orc/'")
    assert rows("SELECT count(*), sum(id), max(word), min(price) FROM given") == [
        [15, 15, "ü", decimal.Decimal("-3.00")]
    ]

    for compression in ["ZLIB", "SNAPPY", "ZSTD", "NONE"]:
        folder = f"unloaded/{compression}/"
        run(
            f"UNLOAD (SELECT DISTINCT id, word, price, at, list FROM given) TO 's3://{bucket}/{folder}'"
            f" WITH (format = 'ORC', compression = '{compression}')"
        )
        [found] = client("s3").list_objects_v2(Bucket=bucket, Prefix=folder)["Contents"]
        body = client("s3").get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
        back = orc.read_table(io.BytesIO(body)).to_pylist()
        expected = sorted(table.to_pylist(), key=str)
        assert sorted(back, key=str) == expected, compression


def test_a_crawler_finds_orc_and_packed_json(client, name, bucket, database, service_role, rows):
    glue, s3 = client("glue"), client("s3")
    out = io.BytesIO()
    orc.write_table(pa.table({"n": [1, 2, 3]}), out)
    s3.put_object(Bucket=bucket, Key="found/numbers/a.orc", Body=out.getvalue())
    lines = "".join(json.dumps({"id": i, "tags": [f"t{i}"]}) + "\n" for i in range(10))
    s3.put_object(Bucket=bucket, Key="found/events/a.json.bz2", Body=bz2.compress(lines.encode()))
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/found/"}]}
    glue.create_crawler(Name=name, Role=service_role, DatabaseName=database, Targets=targets)
    glue.start_crawler(Name=name)
    def ended():
        crawler = glue.get_crawler(Name=name)["Crawler"]
        return crawler["State"] == "READY" and crawler.get("LastCrawl")

    assert wait_for("the crawl", ended)["Status"] == "SUCCEEDED"
    assert rows("SELECT sum(n) FROM numbers") == [[6]]
    assert rows("SELECT count(*), max(tags[1]) FROM events") == [[10, "t9"]]
    glue.delete_crawler(Name=name)
