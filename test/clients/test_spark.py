"""Apache Spark: files over S3A under its committers, and Iceberg over REST and Glue; what either side writes or deletes, the other reads."""

import json
from datetime import date, datetime
from decimal import Decimal

import pytest

from conftest import database
from sample_rows import AS_TEXT, FIRST, SECOND, TEXTS, THIRD
from spark_session import in_utc, spark, spark_bucket  # noqa: F401

VALUES = """
    (1L, true, 0.5D, 12.34BD, 'ä', DATE'2024-02-29', TIMESTAMP'2024-02-29 12:30:01.123', array('a', NULL), map('k', 1152921504606846976L), named_struct('x', 1.5D, 'y', 2), 'even'),
    (2L, false, -0.0D, -9999999999.99BD, '', DATE'1950-01-01', TIMESTAMP'1950-01-01 00:00:00', array(), map(), named_struct('x', NULL, 'y', NULL), 'odd'),
    (3L, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'odd')
"""
COLUMNS = "id, flag, ratio, exact, word, day, at, tags, attributes, point, kind"
HIVE = """id bigint, flag boolean, ratio double, exact decimal(12,2), word string, day date, at timestamp,
    tags array<string>, attributes map<string,bigint>, point struct<x:double,y:int>"""


@pytest.fixture
def place(client, spark_bucket, name):
    """A namespace for this test alone, as (its name, SQL through Athena)."""
    with database(client, spark_bucket, name) as made:
        yield made


def tuples(frame):
    """The rows as plain tuples, structs too."""
    return [tuple(tuple(cell) if isinstance(cell, tuple) else cell for cell in row) for row in frame.collect()]


def sample(spark):
    wanted = COLUMNS.replace("exact", "CAST(exact AS DECIMAL(12,2)) AS exact")
    return spark.sql(f"SELECT {wanted} FROM VALUES {VALUES} AS t({COLUMNS})")


STORED = {
    "parquet": "STORED AS PARQUET",
    "orc": "STORED AS ORC",
    "json": "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'",
}


@pytest.mark.parametrize("kind, committer", [("parquet", "magic"), ("orc", "directory"), ("json", "file")])
def test_files_over_s3a(spark, spark_bucket, place, client, kind, committer):
    namespace, sql = place
    path = f"{spark_bucket}/{namespace}/files"
    options = {"fs.s3a.committer.name": committer, "timestampFormat": "yyyy-MM-dd HH:mm:ss.SSS"}
    writer = sample(spark).write.partitionBy("kind").options(**options)
    writer.format(kind).save(f"s3a://{path}")
    kept = sorted(
        found["Key"].removeprefix(f"{namespace}/files/")
        for found in client("s3").list_objects_v2(Bucket=spark_bucket, Prefix=f"{namespace}/files/")["Contents"]
    )
    # Nothing of the work in between is left behind.
    assert [key.split("/")[0] for key in kept if not key.endswith("/")] == ["_SUCCESS", "kind=even", "kind=odd"]
    if committer != "file":
        success = client("s3").get_object(Bucket=spark_bucket, Key=f"{namespace}/files/_SUCCESS")
        assert json.load(success["Body"])["committer"] == committer

    back = spark.read.options(**options).schema(sample(spark).schema).format(kind).load(f"s3a://{path}")
    assert tuples(back.orderBy("id")) == [FIRST, SECOND, THIRD]
    sql(f"CREATE EXTERNAL TABLE files ({HIVE}) PARTITIONED BY (kind string) {STORED[kind]} LOCATION 's3://{path}/'")
    sql("MSCK REPAIR TABLE files")
    assert sql(f"SELECT {AS_TEXT} FROM files ORDER BY id") == TEXTS
    sql(f"UNLOAD (SELECT * FROM files) TO 's3://{spark_bucket}/{namespace}/out/' WITH (format = '{kind.upper()}')")
    read = spark.read.options(**options).schema(sample(spark).schema).format(kind)
    out = read.load(f"s3a://{spark_bucket}/{namespace}/out/")
    assert tuples(out.orderBy("id")) == [FIRST, SECOND, THIRD]

    writer.format(kind).mode("append").save(f"s3a://{path}")
    assert sql("SELECT count(*) FROM files") == [["6"]]
    writer.format(kind).mode("overwrite").save(f"s3a://{path}")
    assert sql("SELECT count(*) FROM files") == [["3"]]


MERGE_ON_READ = ", ".join(f"'write.{verb}.mode'='merge-on-read'" for verb in ("delete", "update", "merge"))


@pytest.mark.parametrize("catalog, version", [("signed", 2), ("tokens", 3), ("remote", 2), ("glue", 2)])
def test_what_spark_changes_athena_reads(spark, spark_bucket, place, catalog, version):
    namespace, sql = place
    table = f"{catalog}.{namespace}.t"
    spark.sql(
        f"""CREATE TABLE {table} (id bigint, flag boolean, ratio double, exact decimal(12,2), word string, day date,
        at timestamp_ntz, tags array<string>, attributes map<string,bigint>, point struct<x:double,y:int>, kind string)
        USING iceberg PARTITIONED BY (kind, bucket(4, id), months(day))
        TBLPROPERTIES ('format-version'='{version}', {MERGE_ON_READ})"""
    )
    rows = sample(spark)
    rows.withColumn("at", rows["at"].cast("timestamp_ntz")).writeTo(table).append()
    assert sql(f"SELECT {AS_TEXT} FROM t ORDER BY id") == [
        [*row[:6], row[6] and f"{row[6]}000", *row[7:]] for row in TEXTS
    ]
    assert sql("SELECT id FROM t WHERE kind = 'odd' AND day < DATE '1960-01-01'") == [["2"]]

    before = spark.sql(f"SELECT snapshot_id FROM {table}.snapshots").first()[0]
    spark.sql(f"ALTER TABLE {table} ADD COLUMN more int AFTER id")
    spark.sql(f"ALTER TABLE {table} RENAME COLUMN word TO name")
    spark.sql(f"ALTER TABLE {table} DROP COLUMN ratio")
    spark.sql(f"ALTER TABLE {table} ALTER COLUMN more TYPE bigint")
    spark.sql(f"ALTER TABLE {table} DROP PARTITION FIELD months(day)")
    spark.sql(
        f"""INSERT INTO {table} BY NAME SELECT id, id * 10 AS more, concat('n', id) AS name, 'new' AS kind, NULL AS flag,
        NULL AS exact, NULL AS day, NULL AS at, NULL AS tags, NULL AS attributes, NULL AS point FROM range(10, 30)"""
    )
    spark.sql(f"DELETE FROM {table} WHERE id % 10 = 5")
    spark.sql(f"UPDATE {table} SET name = 'changed', more = NULL WHERE id IN (1, 11)")
    spark.sql(
        f"""MERGE INTO {table} t USING (SELECT id FROM range(28, 32)) s ON t.id = s.id
        WHEN MATCHED AND s.id = 28 THEN DELETE WHEN MATCHED THEN UPDATE SET name = 'met'
        WHEN NOT MATCHED THEN INSERT (id, name, kind) VALUES (s.id, 'came', 'new')"""
    )
    deletes = spark.sql(f"SELECT DISTINCT file_format FROM {table}.delete_files").collect()
    assert [row[0] for row in deletes] == (["PUFFIN"] if version == 3 else ["PARQUET"])
    theirs = spark.sql(f"SELECT id, more, name FROM {table} ORDER BY id").collect()
    texts = [[None if cell is None else str(cell) for cell in row] for row in theirs]
    assert sql("SELECT id, more, name FROM t ORDER BY id") == texts
    wanted = {1: (None, "changed"), 2: (None, ""), 3: (None, None)}
    wanted |= {id: (id * 10, f"n{id}") for id in range(10, 30) if id not in (15, 25, 28)}
    wanted |= {11: (None, "changed"), 29: (290, "met"), 30: (None, "came"), 31: (None, "came")}
    assert {row[0]: (row[1], row[2]) for row in theirs} == wanted
    assert sql(f"SELECT id, ratio, word FROM t FOR VERSION AS OF {before} ORDER BY id") == [
        [row[0], row[2], row[4]] for row in TEXTS
    ]
    spark.sql(f"DROP TABLE {table} PURGE")


@pytest.mark.parametrize("version", [2, 3])
def test_what_athena_changes_spark_reads(spark, spark_bucket, place, version):
    namespace, sql = place
    spark.sql(
        f"""CREATE TABLE tokens.{namespace}.t (id bigint, name string, day date, price decimal(12,2), at timestamp_ntz,
        tags array<string>, point struct<x:double,y:int>) USING iceberg PARTITIONED BY (bucket(2, id))
        TBLPROPERTIES ('format-version'='{version}', {MERGE_ON_READ})"""
    )
    sql(
        """INSERT INTO t SELECT n, 'n' || CAST(n AS VARCHAR), DATE '2024-01-01' + n * INTERVAL '1' DAY,
        CAST(n AS DECIMAL(12,2)) / 4, TIMESTAMP '2024-01-01 00:00:00.123456', ARRAY['a', NULL],
        CAST(ROW(n / 2e0, n) AS ROW(x DOUBLE, y INTEGER)) FROM UNNEST(sequence(1, 20)) AS s(n)"""
    )
    tables = [f"{catalog}.{namespace}.t" for catalog in ("signed", "tokens", "glue")]
    first = tuples(spark.sql(f"SELECT * FROM {tables[0]} WHERE id = 3"))
    at = datetime(2024, 1, 1, 0, 0, 0, 123456)
    assert first == [(3, "n3", date(2024, 1, 4), Decimal("0.75"), at, ["a", None], (1.5, 3))]
    inserted = spark.sql(f"SELECT snapshot_id FROM {tables[0]}.snapshots").first()[0]

    sql("DELETE FROM t WHERE id % 5 = 0")
    sql("UPDATE t SET name = 'changed', price = NULL WHERE id = 7")
    sql(
        """MERGE INTO t USING (VALUES BIGINT '1', BIGINT '2', BIGINT '21') AS s(id) ON t.id = s.id
        WHEN MATCHED AND s.id = 1 THEN DELETE WHEN MATCHED THEN UPDATE SET name = 'met'
        WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, 'came')"""
    )
    sql("ALTER TABLE t ADD COLUMNS (more int)")
    wanted = {id: f"n{id}" for id in range(2, 22) if id % 5 != 0} | {2: "met", 7: "changed", 21: "came"}
    for table in tables:
        got = spark.sql(f"SELECT id, name, price, more FROM {table}").collect()
        assert {row.id: row.name for row in got} == wanted and len(got) == len(wanted)
        assert {row.id: row.price for row in got if row.id in (7, 8)} == {7: None, 8: Decimal("2.00")}
        assert spark.sql(f"SELECT id FROM {table} WHERE id BETWEEN 9 AND 11 ORDER BY id").collect() == [(9,), (11,)]
        past = spark.sql(f"SELECT count(*), max(name) FROM {table} VERSION AS OF {inserted}")
        assert tuples(past) == [(20, "n9")]

    # In turn over the same rows: a delete on top of the other's.
    spark.sql(f"DELETE FROM {tables[0]} WHERE id IN (8, 9)")
    sql("DELETE FROM t WHERE id IN (11, 12)")
    spark.sql(f"INSERT INTO {tables[2]} VALUES (50, 'glue', NULL, NULL, NULL, NULL, NULL, NULL)")
    sql("UPDATE t SET more = 1 WHERE id > 20")
    left = sorted({*wanted, 50} - {8, 9, 11, 12})
    for table in tables:
        got = spark.sql(f"SELECT id, more FROM {table} ORDER BY id").collect()
        assert [row.id for row in got] == left
        assert [row.id for row in got if row.more == 1] == [21, 50]
    assert sql("SELECT id FROM t ORDER BY id") == [[str(id)] for id in left]

    # Spark's own upkeep, on files of both.
    spark.sql(f"CALL tokens.system.rewrite_data_files(table => '{namespace}.t', options => map('rewrite-all', 'true'))")
    assert sql("SELECT id FROM t ORDER BY id") == [[str(id)] for id in left]
    spark.sql(f"DROP TABLE {tables[1]} PURGE")


def test_what_spark_lists(spark, place):
    namespace, sql = place
    sql(f"CREATE EXTERNAL TABLE hive (id bigint) LOCATION 's3://nothing/{namespace}/'")
    spark.sql(f"CREATE TABLE glue.{namespace}.mine (id bigint) USING iceberg")
    for catalog in ("signed", "tokens", "glue"):
        names = [row.tableName for row in spark.sql(f"SHOW TABLES IN {catalog}.{namespace}").collect()]
        assert names == ["mine"]
    spark.sql(f"ALTER TABLE signed.{namespace}.mine RENAME TO {namespace}.renamed")
    assert spark.sql(f"DESCRIBE glue.{namespace}.renamed").first()[:2] == ("id", "bigint")
    spark.sql(f"DROP TABLE tokens.{namespace}.renamed")
    assert spark.sql(f"SHOW TABLES IN glue.{namespace}").collect() == []
    sql("DROP TABLE hive")
    for catalog in ("signed", "glue"):
        assert not spark.catalog.tableExists(f"{catalog}.{namespace}_none.t")
        spark.sql(f"DROP TABLE IF EXISTS {catalog}.{namespace}_none.t")


def test_every_type_there_and_back(spark, place):
    """What Spark wrote and SQL copied is to Spark what it was, under every partition transform."""
    namespace, sql = place
    columns = """id int, flag boolean, big bigint, f float, d double, exact decimal(38,10), day date, instant timestamp, at timestamp_ntz,
        word string, raw binary, points array<struct<x:int,y:array<string>>>, named map<string,struct<n:bigint>>"""
    for name in ("one", "two"):
        spark.sql(
            f"""CREATE TABLE signed.{namespace}.{name} ({columns}) USING iceberg
            PARTITIONED BY (hours(instant), truncate(2, word), bucket(3, raw), years(day), flag)"""
        )
    # NaN does not equal itself: isnan tells it.
    spark.sql(
        f"""INSERT INTO signed.{namespace}.one VALUES
        (2147483647, true, 9223372036854775807L, float('infinity'), double('NaN'), 9999999999999999999999999999.9999999999BD, DATE'9999-12-31',
            TIMESTAMP'2024-03-10 09:59:59.999999Z', TIMESTAMP_NTZ'2024-03-10 02:30:00.000001', 'žluť', X'00FF80', array(named_struct('x', 1, 'y', array('a', NULL)), NULL), map('k', named_struct('n', 1L), 'l', NULL)),
        (-2147483648, false, -9223372036854775808L, float('-infinity'), 4.9E-324D, -0.0000000001BD, DATE'0001-01-01',
            TIMESTAMP'1969-12-31 23:59:59.999999Z', TIMESTAMP_NTZ'1582-10-04 00:00:00', '', X'', array(), map()),
        (0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)"""
    )
    sql("INSERT INTO two SELECT * FROM one")
    read = "SELECT *, isnan(d) AS nan FROM (SELECT * FROM {}) ORDER BY id"
    one, two = (
        [row.asDict(recursive=True) | ({"d": "NaN"} if row.nan else {}) for row in spark.sql(read.format(f"signed.{namespace}.{name}")).collect()]
        for name in ("one", "two")
    )
    assert [row["id"] for row in one] == [-(2**31), 0, 2**31 - 1] and one[2]["d"] == "NaN"
    assert two == one
    assert [row["instant"] for row in two] == [datetime(1969, 12, 31, 23, 59, 59, 999999), None, datetime(2024, 3, 10, 9, 59, 59, 999999)]
    for name in ("one", "two"):
        # By values that decide which partitions and files are read.
        for condition in ("instant < TIMESTAMP '1970-01-01 00:00:00 UTC'", "word = ''", "exact < 0", "day < DATE '0001-01-02'", "flag = false"):
            assert sql(f"SELECT id FROM {name} WHERE {condition}") == [["-2147483648"]], condition
        assert spark.sql(f"SELECT id FROM glue.{namespace}.{name} WHERE word = 'žluť' AND exact > 1").collect() == [(2**31 - 1,)]
        spark.sql(f"DROP TABLE signed.{namespace}.{name} PURGE")


def test_branches_tags_and_views(spark, place):
    namespace, sql = place
    table = f"tokens.{namespace}.t"
    spark.sql(f"CREATE TABLE {table} (id bigint) USING iceberg")
    spark.sql(f"INSERT INTO {table} VALUES (1)")
    spark.sql(f"ALTER TABLE {table} CREATE TAG first")
    spark.sql(f"ALTER TABLE {table} CREATE BRANCH audit")
    sql("INSERT INTO t VALUES 2")
    spark.sql(f"INSERT INTO {table}.branch_audit VALUES (3)")
    read = {None: [1, 2], "first": [1], "audit": [1, 3]}
    for ref, ids in read.items():
        version = f"VERSION AS OF '{ref}'" if ref else ""
        assert [row.id for row in spark.sql(f"SELECT id FROM {table} {version} ORDER BY id").collect()] == ids
    spark.sql(f"ALTER TABLE {table} DROP BRANCH audit")
    spark.sql(f"CREATE VIEW tokens.{namespace}.v AS SELECT max(id) AS m FROM {table}")
    assert spark.sql(f"SELECT m FROM signed.{namespace}.v").collect() == [(2,)]
    assert [row.viewName for row in spark.sql(f"SHOW VIEWS IN signed.{namespace}").collect()] == ["v"]
    spark.sql(f"DROP VIEW tokens.{namespace}.v")
    spark.sql(f"DROP TABLE {table} PURGE")


def test_rows_keep_their_ids(spark, place):
    """Row lineage of format 3: https://iceberg.apache.org/spec/#row-lineage"""
    namespace, sql = place
    table = f"signed.{namespace}.t"
    spark.sql(f"CREATE TABLE {table} (id bigint, name string) USING iceberg TBLPROPERTIES ('format-version'='3', {MERGE_ON_READ})")

    def lineage():
        rows = spark.sql(f"SELECT id, _row_id, _last_updated_sequence_number AS changed FROM {table}").collect()
        return {row.id: (row._row_id, row.changed) for row in rows}

    sql("INSERT INTO t SELECT n, 'a' FROM UNNEST(sequence(1, 5)) AS s(n)")
    spark.sql(f"INSERT INTO {table} VALUES (6, 'b')")
    before = lineage()
    assert sorted(row for row, _ in before.values()) == [0, 1, 2, 3, 4, 5]
    sql("UPDATE t SET name = 'c' WHERE id IN (2, 6)")
    spark.sql(f"UPDATE {table} SET name = 'd' WHERE id = 3")
    sql("DELETE FROM t WHERE id = 1")
    after = lineage()
    assert {id: row for id, (row, _) in after.items()} == {id: row for id, (row, _) in before.items() if id != 1}
    assert {id for id in after if after[id][1] != before[id][1]} == {2, 3, 6}
    spark.sql(f"DROP TABLE {table} PURGE")
