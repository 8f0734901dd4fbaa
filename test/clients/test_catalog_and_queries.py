"""Glue and Athena through boto3."""

import io
import json

import pyarrow
import pyarrow.parquet
import pytest
from botocore.exceptions import ClientError

from conftest import athena_rows, wait_for


def code_of(raised):
    return raised.value.response["Error"]["Code"]


@pytest.fixture
def database(client, name):
    glue = client("glue")
    database = name.replace("-", "_")
    glue.create_database(DatabaseInput={"Name": database})
    yield database
    glue.delete_database(Name=database)


def parquet_storage(location, **columns):
    return {
        "Columns": [{"Name": column, "Type": kind} for column, kind in columns.items()],
        "Location": location,
        "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        "SerdeInfo": {
            "SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
        },
    }


def put_parquet(s3, bucket, key, **columns):
    sink = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns), sink)
    s3.put_object(Bucket=bucket, Key=key, Body=sink.getvalue())


def test_tables_and_versions(client, database):
    glue = client("glue")
    table = {"Name": "T1", "StorageDescriptor": parquet_storage("s3://b/t/", a="int")}
    glue.create_table(DatabaseName=database, TableInput=table)
    with pytest.raises(ClientError) as raised:
        glue.create_table(DatabaseName=database, TableInput=table)
    assert code_of(raised) == "AlreadyExistsException"
    table["StorageDescriptor"] = parquet_storage("s3://b/t/", a="int", b="string")
    glue.update_table(DatabaseName=database, TableInput=table)
    got = glue.get_table(DatabaseName=database, Name="t1")["Table"]
    assert [column["Name"] for column in got["StorageDescriptor"]["Columns"]] == ["a", "b"]
    assert len(glue.get_table_versions(DatabaseName=database, TableName="t1")["TableVersions"]) == 2
    glue.delete_table(DatabaseName=database, Name="t1")
    with pytest.raises(ClientError) as raised:
        glue.get_table(DatabaseName=database, Name="t1")
    assert code_of(raised) == "EntityNotFoundException"


def test_partitions_with_an_expression(client, database):
    glue = client("glue")
    storage = parquet_storage("s3://b/t/", a="int")
    keys = [{"Name": "year", "Type": "int"}, {"Name": "country", "Type": "string"}]
    glue.create_table(
        DatabaseName=database, TableInput={"Name": "t", "StorageDescriptor": storage, "PartitionKeys": keys}
    )
    values = [[str(year), country] for year in (2023, 2024, 2025) for country in ("de", "fr")]
    answer = glue.batch_create_partition(
        DatabaseName=database,
        TableName="t",
        PartitionInputList=[{"Values": value, "StorageDescriptor": storage} for value in values],
    )
    assert answer["Errors"] == []
    pages = glue.get_paginator("get_partitions").paginate(
        DatabaseName=database, TableName="t", Expression="year >= 2024 AND country = 'fr'"
    )
    found = sorted(partition["Values"] for page in pages for partition in page["Partitions"])
    assert found == [["2024", "fr"], ["2025", "fr"]]
    glue.delete_table(DatabaseName=database, Name="t")


def test_a_crawler_finds_tables_and_partitions(client, database, bucket, name, service_role):
    glue, s3 = client("glue"), client("s3")
    for day in ("01", "02"):
        put_parquet(s3, bucket, f"events/day={day}/a.parquet", n=[1, 2], word=["a", "b"])
    glue.create_crawler(
        Name=name,
        Role=service_role,
        DatabaseName=database,
        Targets={"S3Targets": [{"Path": f"s3://{bucket}/events/"}]},
    )
    glue.start_crawler(Name=name)
    crawler = wait_for(
        "the crawler",
        lambda: (c := glue.get_crawler(Name=name)["Crawler"])["State"] == "READY" and "LastCrawl" in c and c,
    )
    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED"
    table = glue.get_table(DatabaseName=database, Name="events")["Table"]
    columns = {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}
    assert columns == {"n": "bigint", "word": "string"}
    assert [key["Name"] for key in table["PartitionKeys"]] == ["day"]
    partitions = glue.get_partitions(DatabaseName=database, TableName="events")["Partitions"]
    assert sorted(partition["Values"] for partition in partitions) == [["01"], ["02"]]
    glue.delete_crawler(Name=name)
    glue.delete_table(DatabaseName=database, Name="events")


def test_sql_over_partitioned_parquet(client, database, bucket):
    athena, s3 = client("athena"), client("s3")
    put_parquet(s3, bucket, "sales/year=2024/a.parquet", amount=[10, 20], who=["x", None])
    put_parquet(s3, bucket, "sales/year=2025/a.parquet", amount=[7], who=["y"])
    where = {
        "ResultConfiguration": {"OutputLocation": f"s3://{bucket}/results/"},
        "QueryExecutionContext": {"Database": database},
    }
    athena_rows(
        athena,
        f"""CREATE EXTERNAL TABLE sales (amount bigint, who string)
            PARTITIONED BY (year int) STORED AS PARQUET LOCATION 's3://{bucket}/sales/'""",
        **where,
    )
    assert athena_rows(athena, "SELECT count(*) FROM sales", **where) == [["0"]]
    athena_rows(athena, "MSCK REPAIR TABLE sales", **where)
    rows = athena_rows(athena, "SELECT year, sum(amount) FROM sales GROUP BY year ORDER BY year", **where)
    assert rows == [["2024", "30"], ["2025", "7"]]
    rows = athena_rows(athena, "SELECT who FROM sales WHERE year = 2024 ORDER BY amount", **where)
    assert rows == [["x"], [None]]
    athena_rows(athena, "DROP TABLE sales", **where)


def test_a_wrong_query_fails_and_says_why(client, database, bucket):
    athena = client("athena")
    query_id = athena.start_query_execution(
        QueryString="SELECT * FROM nothing_here",
        QueryExecutionContext={"Database": database},
        ResultConfiguration={"OutputLocation": f"s3://{bucket}/results/"},
    )["QueryExecutionId"]

    def failed():
        status = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]
        return status if status["State"] == "FAILED" else None

    assert "nothing_here" in wait_for("the query to fail", failed)["StateChangeReason"]


def test_json_rows(client, database, bucket):
    athena, s3 = client("athena"), client("s3")
    lines = [{"id": n, "tags": ["a", "b"][:n], "at": {"x": n * 1.5}} for n in range(3)]
    body = "\n".join(json.dumps(line) for line in lines)
    s3.put_object(Bucket=bucket, Key="lines/a.json", Body=body.encode())
    where = {
        "ResultConfiguration": {"OutputLocation": f"s3://{bucket}/results/"},
        "QueryExecutionContext": {"Database": database},
    }
    athena_rows(
        athena,
        f"""CREATE EXTERNAL TABLE lines (id int, tags array<string>, `at` struct<x:double>)
            ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://{bucket}/lines/'""",
        **where,
    )
    rows = athena_rows(athena, 'SELECT id, cardinality(tags), "at".x FROM lines ORDER BY id', **where)
    assert rows == [["0", "0", "0.0"], ["1", "1", "1.5"], ["2", "2", "3.0"]]
    athena_rows(athena, "DROP TABLE lines", **where)
