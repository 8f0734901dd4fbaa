"""awswrangler (the AWS SDK for pandas): data frames to Parquet with a catalog, and back through Athena."""

import datetime
import decimal

import awswrangler as wr
import pandas
import pytest


@pytest.fixture
def database(name):
    database = name.replace("-", "_")
    wr.catalog.create_database(database)
    yield database
    wr.catalog.delete_database(database)


def test_a_data_frame_goes_to_a_table_and_comes_back(database, bucket):
    frame = pandas.DataFrame(
        {
            "id": [1, 2, 3, 4],
            "price": [1.5, None, 3.25, 4.0],
            "word": ["a", "b", None, "ü"],
            "flag": [True, False, True, True],
            "at": pandas.to_datetime(["2024-05-01 10:00:00.123"] * 4),
            "day": [datetime.date(2024, 5, n) for n in (1, 2, 3, 4)],
            "exact": [decimal.Decimal("1.10")] * 4,
            "country": ["de", "fr", "de", "fr"],
        }
    )
    wr.s3.to_parquet(
        frame,
        path=f"s3://{bucket}/orders/",
        dataset=True,
        mode="overwrite",
        database=database,
        table="orders",
        partition_cols=["country"],
    )
    types = wr.catalog.get_table_types(database=database, table="orders")
    assert types["id"] == "bigint" and types["at"] == "timestamp" and types["country"] == "string"
    assert len(wr.catalog.get_partitions(database=database, table="orders")) == 2

    back = wr.athena.read_sql_query(
        "SELECT * FROM orders ORDER BY id",
        database=database,
        s3_output=f"s3://{bucket}/results/",
    )
    assert back["id"].tolist() == [1, 2, 3, 4]
    assert back["price"].fillna(-1).tolist() == [1.5, -1, 3.25, 4.0]
    assert back["word"].fillna("none").tolist() == ["a", "b", "none", "ü"]
    assert back["flag"].tolist() == [True, False, True, True]
    assert back["at"][0] == pandas.Timestamp("2024-05-01 10:00:00.123")
    assert back["day"][3] == datetime.date(2024, 5, 4)
    assert back["exact"][0] == decimal.Decimal("1.10")
    assert back["country"].tolist() == ["de", "fr", "de", "fr"]

    wr.s3.to_parquet(
        frame.head(1).assign(country="it"),
        path=f"s3://{bucket}/orders/",
        dataset=True,
        mode="append",
        database=database,
        table="orders",
        partition_cols=["country"],
    )
    counted = wr.athena.read_sql_query(
        "SELECT country, count(*) AS n FROM orders GROUP BY country ORDER BY country",
        database=database,
        s3_output=f"s3://{bucket}/results/",
        ctas_approach=False,
    )
    assert counted.values.tolist() == [["de", 2], ["fr", 2], ["it", 1]]
    wr.catalog.delete_table_if_exists(database=database, table="orders")


def test_files_are_read_and_listed(bucket):
    frame = pandas.DataFrame({"n": range(1000)})
    wr.s3.to_parquet(frame, path=f"s3://{bucket}/plain/a.parquet")
    wr.s3.to_csv(frame, path=f"s3://{bucket}/plain/a.csv", index=False)
    assert len(wr.s3.list_objects(f"s3://{bucket}/plain/")) == 2
    assert wr.s3.read_parquet(f"s3://{bucket}/plain/a.parquet")["n"].sum() == 499500
    assert wr.s3.read_csv(f"s3://{bucket}/plain/a.csv")["n"].sum() == 499500


def test_answers_can_be_read_in_chunks(database, bucket):
    chunks = wr.athena.read_sql_query(
        "SELECT n FROM UNNEST(sequence(1, 5000)) AS t(n)",
        database=database,
        s3_output=f"s3://{bucket}/results/",
        chunksize=1000,
    )
    assert sum(len(chunk) for chunk in chunks) == 5000


def test_a_query_is_unloaded(bucket):
    frame = wr.athena.read_sql_query(
        "SELECT n, 'x' AS word FROM UNNEST(sequence(1, 100)) AS t(n)",
        database="default",
        s3_output=f"s3://{bucket}/unloaded/",
        ctas_approach=False,
        unload_approach=True,
    )
    assert frame["n"].sum() == 5050
    assert set(frame["word"]) == {"x"}


def test_rows_are_inserted(database, bucket):
    wr.athena.create_ctas_table(
        sql="SELECT 1 AS n, 'a' AS place",
        database=database,
        ctas_table="places",
        s3_output=f"s3://{bucket}/places",
        partitioning_info=["place"],
        wait=True,
    )
    query = wr.athena.start_query_execution(
        sql="INSERT INTO places VALUES (2, 'b')",
        database=database,
        s3_output=f"s3://{bucket}/results/",
        wait=True,
    )
    assert query["Status"]["State"] == "SUCCEEDED"
    frame = wr.athena.read_sql_query(
        "SELECT n, place FROM places ORDER BY n", database=database, s3_output=f"s3://{bucket}/results/"
    )
    assert frame.values.tolist() == [[1, "a"], [2, "b"]]
    wr.catalog.delete_table_if_exists(database=database, table="places")
