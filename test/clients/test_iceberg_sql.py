"""Iceberg tables that SQL through Athena and PyIceberg write in turn, and read value for value, deletes included."""

import os
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import awswrangler
import pandas
import pyarrow
import pytest
from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.expressions import And, EqualTo, GreaterThanOrEqual, In, IsNull, LessThan
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import BucketTransform, DayTransform, TruncateTransform
from pyiceberg.types import (
    DecimalType,
    LongType,
    NestedField,
    StringType,
    StructType,
    TimestampType,
)

from conftest import athena_rows

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
CREDENTIAL = f"{os.environ['AWS_ACCESS_KEY_ID']}:{os.environ['AWS_SECRET_ACCESS_KEY']}"


@pytest.fixture
def catalog(bucket):
    return RestCatalog(
        "lake",
        uri=f"{ENDPOINT}/iceberg",
        warehouse=f"s3://{bucket}/warehouse",
        credential=CREDENTIAL,
        **{"py-io-impl": "pyiceberg.io.pyarrow.PyArrowFileIO"},
    )


@pytest.fixture
def namespace(catalog, name):
    namespace = name.replace("-", "_")
    catalog.create_namespace(namespace)
    yield namespace
    for identifier in catalog.list_tables(namespace):
        catalog.drop_table(identifier)
    catalog.drop_namespace(namespace)


@pytest.fixture
def sql(client, bucket, namespace):
    def run(statement):
        return athena_rows(
            client("athena"),
            statement,
            QueryExecutionContext={"Database": namespace},
            ResultConfiguration={"OutputLocation": f"s3://{bucket}/results/"},
        )

    return run


def rows_of(table, **scan):
    rows = table.scan(**scan).to_arrow().to_pylist()
    return sorted(rows, key=lambda row: (row["id"] is None, row["id"]))


SALES = Schema(
    NestedField(1, "id", LongType()),
    NestedField(2, "name", StringType()),
    NestedField(3, "at", TimestampType()),
    NestedField(4, "price", DecimalType(12, 2)),
    NestedField(5, "place", StructType(NestedField(6, "city", StringType()))),
)


def sale(n):
    return {
        "id": n,
        "name": None if n % 7 == 0 else f"name {n % 5} of {n}",
        "at": datetime(2024, 1, 1) + timedelta(hours=n, microseconds=n),
        "price": Decimal(n) / 4,
        "place": None if n % 3 == 0 else {"city": f"city {n % 2}"},
    }


def arrow(table, rows):
    return pyarrow.Table.from_pylist(rows, schema=table.schema().as_arrow())


@pytest.mark.parametrize("mode", ["merge-on-read", "copy-on-write"])
def test_each_reads_what_the_other_changed(catalog, namespace, sql, mode):
    spec = PartitionSpec(
        PartitionField(3, 1000, DayTransform(), "day"),
        PartitionField(1, 1001, BucketTransform(3), "bucket"),
        PartitionField(2, 1002, TruncateTransform(6), "begin"),
    )
    modes = {f"write.{what}.mode": mode for what in ("delete", "update", "merge")}
    table = catalog.create_table((namespace, "sales"), SALES, partition_spec=spec, properties=modes)
    model = {n: sale(n) for n in range(60)}
    table.append(arrow(table, list(model.values())))
    printed = sql("SELECT id, name, \"at\", price, place FROM sales ORDER BY id")
    assert [row[0] for row in printed] == [str(n) for n in model]
    assert printed[8] == ["8", "name 3 of 8", "2024-01-01 08:00:00.000008", "2.00", "{city=city 0}"]
    assert printed[21] == ["21", None, "2024-01-01 21:00:00.000021", "5.25", None]

    def agree():
        table.refresh()
        assert rows_of(table) == list(model.values())
        total = sum(row["price"] for row in model.values())
        assert sql("SELECT count(*), sum(price) FROM sales") == [[str(len(model)), f"{total:.2f}"]]
        # PyIceberg prunes by what SQL wrote of partitions and bounds.
        for row_filter, passes in [
            (EqualTo("id", 17), lambda row: row["id"] == 17),
            (In("name", ["name 3 of 8", "fresh"]), lambda row: row["name"] in ("name 3 of 8", "fresh")),
            (IsNull("name"), lambda row: row["name"] is None),
            (
                And(GreaterThanOrEqual("at", "2024-01-02T00:00:00"), LessThan("at", "2024-01-02T06:00:00")),
                lambda row: datetime(2024, 1, 2) <= row["at"] < datetime(2024, 1, 2, 6),
            ),
        ]:
            assert rows_of(table, row_filter=row_filter) == [row for row in model.values() if passes(row)]

    agree()
    sql("DELETE FROM sales WHERE id % 10 = 3 OR name = 'name 1 of 1'")
    model = {n: row for n, row in model.items() if n % 10 != 3 and row["name"] != "name 1 of 1"}
    agree()
    sql("UPDATE sales SET price = price + 100, name = 'fresh' WHERE id BETWEEN 20 AND 25")
    for n in range(20, 26):
        if n in model:
            model[n] |= {"price": model[n]["price"] + 100, "name": "fresh"}
    agree()
    table.append(arrow(table, [sale(n) for n in (100, 101)]))
    model |= {n: sale(n) for n in (100, 101)}
    table.delete("id == 100")
    del model[100]
    agree()
    sql(
        """MERGE INTO sales s USING (VALUES (5, 'gone'), (6, 'kept'), (200, 'new')) AS c(id, what) ON s.id = c.id
           WHEN MATCHED AND c.what = 'gone' THEN DELETE
           WHEN MATCHED THEN UPDATE SET name = c.what
           WHEN NOT MATCHED THEN INSERT (id, name, "at") VALUES (c.id, c.what, TIMESTAMP '2030-01-01 00:00:00')"""
    )
    del model[5]
    model[6]["name"] = "kept"
    model[200] = {"id": 200, "name": "new", "at": datetime(2030, 1, 1), "price": None, "place": None}
    table.refresh()
    assert rows_of(table) == list(model.values())
    deletes = table.inspect.delete_files().num_rows
    assert deletes > 0 if mode == "merge-on-read" else deletes == 0


def test_a_table_made_and_evolved_with_sql(catalog, namespace, sql, bucket):
    sql(
        f"""CREATE TABLE made WITH (table_type = 'ICEBERG', is_external = false, location = 's3://{bucket}/made',
            partitioning = ARRAY['month(day)'])
            AS SELECT CAST(x AS integer) AS id, DATE '2024-01-30' + x * INTERVAL '1' DAY AS day, x * 0.5E0 AS half,
               CAST(ROW('c', ARRAY[x]) AS ROW(a varchar, b array(bigint))) AS nested, MAP(ARRAY['k'], ARRAY[x]) AS m
            FROM UNNEST(sequence(0, 3)) AS t(x)"""
    )
    table = catalog.load_table((namespace, "made"))
    assert rows_of(table) == [
        {
            "id": n,
            "day": date(2024, 1, 30) + timedelta(days=n),
            "half": n / 2,
            "nested": {"a": "c", "b": [n]},
            "m": [("k", n)],
        }
        for n in range(4)
    ]
    partitions = table.inspect.partitions().to_pylist()
    assert sorted(p["partition"]["day_month"] for p in partitions) == [648, 649]
    sql("ALTER TABLE made ADD COLUMNS (note string)")
    sql("ALTER TABLE made CHANGE COLUMN id key bigint")
    sql("ALTER TABLE made DROP COLUMN half")
    sql("INSERT INTO made (key, note) VALUES (5000000000, 'big')")
    table.refresh()
    assert [field.name for field in table.schema().fields] == ["key", "day", "nested", "m", "note"]
    rows = table.scan(selected_fields=("key", "note")).to_arrow().sort_by("key").to_pylist()
    assert rows == [{"key": n, "note": None} for n in range(4)] + [{"key": 5000000000, "note": "big"}]
    with table.update_schema() as change:
        change.rename_column("note", "remark")
        change.rename_column("nested.a", "alpha")
    assert sql("SELECT key, remark, nested.alpha FROM made WHERE key > 2 ORDER BY key") == [
        ["3", None, "c"],
        ["5000000000", "big", None],
    ]
    snapshot = table.history()[0].snapshot_id
    assert sql(f"SELECT count(*), max(id) FROM made FOR VERSION AS OF {snapshot}") == [["4", "3"]]
    sql("DROP TABLE made")


def test_branches_and_tags_are_read(catalog, namespace, sql):
    table = catalog.create_table((namespace, "tagged"), Schema(NestedField(1, "id", LongType())))
    table.append(arrow(table, [{"id": 1}]))
    table.manage_snapshots().create_tag(table.current_snapshot().snapshot_id, "first").commit()
    before = datetime.now(timezone.utc)
    table.append(arrow(table, [{"id": 2}]))
    assert sql("SELECT * FROM tagged FOR VERSION AS OF 'first'") == [["1"]]
    moment = before.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    assert sql(f"SELECT * FROM tagged FOR TIMESTAMP AS OF TIMESTAMP '{moment} UTC'") == [["1"]]
    assert sql('SELECT name, type FROM "tagged$refs" ORDER BY name') == [["first", "TAG"], ["main", "BRANCH"]]


def test_awswrangler_keeps_an_iceberg_table(namespace, bucket, sql):
    place = {
        "database": namespace,
        "table": "wrangled",
        "temp_path": f"s3://{bucket}/temp/",
        "keep_files": False,
        "s3_output": f"s3://{bucket}/results/",
    }
    frame = pandas.DataFrame({"id": [1, 2, 3], "name": ["John", "Lily", "Richard"]})
    awswrangler.athena.to_iceberg(df=frame, table_location=f"s3://{bucket}/wrangled/", **place)
    assert sql("SELECT * FROM wrangled ORDER BY id") == [["1", "John"], ["2", "Lily"], ["3", "Richard"]]
    more = pandas.DataFrame({"id": [3, 4], "name": ["Rick", "Ann"], "age": [30, 40]})
    awswrangler.athena.to_iceberg(
        df=more, merge_cols=["id"], schema_evolution=True, fill_missing_columns_in_df=True, **place
    )
    assert sql("SELECT * FROM wrangled ORDER BY id") == [
        ["1", "John", None],
        ["2", "Lily", None],
        ["3", "Rick", "30"],
        ["4", "Ann", "40"],
    ]
    awswrangler.athena.delete_from_iceberg_table(
        df=pandas.DataFrame({"id": [1, 4]}), merge_cols=["id"], **place
    )
    read = awswrangler.athena.read_sql_query(
        "SELECT id, name FROM wrangled ORDER BY id",
        database=namespace,
        ctas_approach=False,
        s3_output=f"s3://{bucket}/results/",
    )
    assert read.values.tolist() == [[2, "Lily"], [3, "Rick"]]
    sql("DROP TABLE wrangled")
