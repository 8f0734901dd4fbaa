"""examples/streaming-tutorial, unchanged: Terraform's AWS provider, the boto3 producer, Athena's answers."""

import collections
import gzip
import io
import json
import re
import sys

import pyarrow.parquet
import pytest

from conftest import ACCOUNT, CHECKOUT, athena_rows, run, wait_for
from terraform_stack import terraform_stack

TUTORIAL = CHECKOUT / "examples" / "streaming-tutorial"
COUNT = 2500


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    stack = terraform_stack(
        TUTORIAL, tmp_path_factory.mktemp("tutorial"), ["-var", "name=orders", "-var", "buffering_seconds=5"]
    )
    yield stack
    stack.destroy()


@pytest.fixture(scope="module")
def applied(stack):
    stack.apply()
    return stack.outputs()


@pytest.fixture(scope="module")
def orders(applied, tmp_path_factory):
    """What the producer sent, as it says itself."""
    copy = tmp_path_factory.mktemp("orders") / "orders.jsonl"
    run([sys.executable, TUTORIAL / "producer.py", "--stream", applied["stream"], "--count", COUNT,
         "--seed", 7, "--copy-to", copy])
    return [json.loads(line) for line in copy.read_text().splitlines()]


@pytest.fixture(scope="module")
def crawled(applied, orders, client):
    """The records are in Parquet files, and the crawler has found their partitions."""
    s3, glue = client("s3"), client("glue")

    def delivered():
        logged = raw_count(s3, applied["bucket"])
        return logged >= COUNT and parquet_count(s3, applied["bucket"]) >= COUNT

    wait_for("every order in Parquet files", delivered, seconds=120, every=1)
    glue.start_crawler(Name=applied["crawler"])
    crawler = wait_for(
        "the crawler",
        lambda: (c := glue.get_crawler(Name=applied["crawler"])["Crawler"])["State"] == "READY"
        and "LastCrawl" in c
        and c,
        seconds=120,
    )
    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED", crawler["LastCrawl"]
    return applied


def objects_of(s3, bucket, prefix):
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        yield from page.get("Contents", [])


def parquet_count(s3, bucket):
    total = 0
    for item in objects_of(s3, bucket, "orders/"):
        body = s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
        total += pyarrow.parquet.ParquetFile(io.BytesIO(body)).metadata.num_rows
    return total


def raw_count(s3, bucket):
    """The backup holds the records as they came, one JSON value after the other."""
    decoder, total = json.JSONDecoder(), 0
    for item in objects_of(s3, bucket, "raw/"):
        body = s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
        text = (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()
        at = 0
        while at < len(text):
            _, at = decoder.raw_decode(text, at)
            total += 1
            while at < len(text) and text[at].isspace():
                at += 1
    return total


def ask(client, applied, sql):
    return athena_rows(
        client("athena"),
        sql,
        WorkGroup=applied["workgroup"],
        QueryExecutionContext={"Database": applied["database"]},
    )


def test_apply_makes_the_stack(applied):
    assert applied["bucket"] == f"orders-lake-{ACCOUNT}"


def test_a_second_plan_is_empty(stack, applied):
    stack.assert_plan_is_empty()


def test_exactly_what_was_sent_is_delivered(crawled, client):
    s3 = client("s3")
    assert parquet_count(s3, crawled["bucket"]) == COUNT
    assert raw_count(s3, crawled["bucket"]) == COUNT
    assert list(objects_of(s3, crawled["bucket"], "errors/")) == []


def test_partitions_have_the_names_of_the_prefix(crawled, client):
    pages = client("glue").get_paginator("get_partitions").paginate(
        DatabaseName=crawled["database"], TableName="orders"
    )
    values = [partition["Values"] for page in pages for partition in page["Partitions"]]
    folders = {
        tuple(re.match(r"orders/year=(\d{4})/month=(\d\d)/day=(\d\d)/", item["Key"]).groups())
        for item in objects_of(client("s3"), crawled["bucket"], "orders/")
    }
    assert {tuple(value) for value in values} == folders


def test_athena_counts_every_order_once(crawled, orders, client):
    rows = ask(client, crawled, "SELECT count(*), count(DISTINCT order_id) FROM orders")
    assert rows == [[str(COUNT), str(COUNT)]]


def test_athena_groups_as_the_producer_does(crawled, orders, client):
    expected = collections.Counter()
    for order in orders:
        expected[order["product"]] += order["quantity"]
    rows = ask(client, crawled, "SELECT product, sum(quantity) FROM orders GROUP BY product ORDER BY product")
    assert rows == [[product, str(pieces)] for product, pieces in sorted(expected.items())]


def test_nested_values_and_times_are_whole(crawled, orders, client):
    sample = sorted(orders, key=lambda order: order["order_id"])[:20]
    rows = ask(
        client,
        crawled,
        """SELECT order_id, ordered_at, customer.name, customer.country, cardinality(tags), express
           FROM orders ORDER BY order_id LIMIT 20""",
    )
    assert rows == [
        [
            order["order_id"],
            order["ordered_at"],
            order["customer"]["name"],
            order["customer"]["country"],
            str(len(order["tags"])),
            str(order["express"]).lower(),
        ]
        for order in sample
    ]


def test_the_questions_of_the_tutorial_have_answers(crawled, orders):
    shown = run([sys.executable, TUTORIAL / "ask.py", "--database", crawled["database"],
                 "--workgroup", crawled["workgroup"]]).stdout
    assert "Revenue by product" in shown
    for product in {order["product"] for order in orders}:
        assert product in shown


def test_the_plan_is_still_empty_after_the_crawl(stack, crawled):
    stack.assert_plan_is_empty()


def test_a_change_is_made_in_place_and_the_plan_is_empty_again(stack, crawled, client):
    stack.apply("-var", "retention_hours=48", "-var", "buffering_seconds=6")
    stack.assert_plan_is_empty("-var", "retention_hours=48", "-var", "buffering_seconds=6")
    summary = client("kinesis").describe_stream_summary(StreamName=crawled["stream"])
    assert summary["StreamDescriptionSummary"]["RetentionPeriodHours"] == 48
    assert ask(client, crawled, "SELECT count(*) FROM orders") == [[str(COUNT)]]


def test_destroy_leaves_nothing(stack, crawled, client):
    stack.destroy()
    assert crawled["bucket"] not in [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]]
    assert crawled["stream"] not in client("kinesis").list_streams()["StreamNames"]
    databases = [database["Name"] for database in client("glue").get_databases()["DatabaseList"]]
    assert crawled["database"] not in databases
