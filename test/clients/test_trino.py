"""Trino: Iceberg over REST and Glue, Hive tables over Glue; what either side writes or deletes, the other reads."""

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest

from conftest import database, procedure
from sample_rows import AS_TEXT, FIRST, SECOND, TEXTS, THIRD
from trino_server import trino, trino_bucket  # noqa: F401

VALUES = """
    (BIGINT '1', true, 0.5e0, DECIMAL '12.34', 'ä', DATE '2024-02-29', TIMESTAMP '2024-02-29 12:30:01.123', ARRAY['a', NULL],
        MAP(ARRAY['k'], ARRAY[BIGINT '1152921504606846976']), CAST(ROW(1.5, 2) AS ROW(x double, y integer)), 'even'),
    (2, false, -0e0, DECIMAL '-9999999999.99', '', DATE '1950-01-01', TIMESTAMP '1950-01-01 00:00:00', ARRAY[],
        MAP(), CAST(ROW(NULL, NULL) AS ROW(x double, y integer)), 'odd'),
    (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'odd')
"""
COLUMNS = """id bigint, flag boolean, ratio double, exact decimal(12,2), word varchar, day date, at timestamp({digits}),
    tags array(varchar), attributes map(varchar, bigint), point row(x double, y integer), kind varchar"""
MICROS = [[*row[:6], row[6] and f"{row[6]}000", *row[7:]] for row in TEXTS]
ICEBERG = ("tokens", "signed", "glue")
ZEROS = "'00000000-0000-0000-0000-000000000000'"


@pytest.fixture
def place(client, trino_bucket, name):
    """A namespace for this test alone, as (its name, SQL through Athena)."""
    with database(client, trino_bucket, name) as made:
        yield made


def texts(rows):
    return [[None if cell is None else str(cell) for cell in row] for row in rows]


@pytest.mark.parametrize("catalog, version", [("tokens", 2), ("signed", 3), ("glue", 2)])
def test_what_trino_changes_athena_reads(trino, place, catalog, version):
    namespace, sql = place
    table = f"{catalog}.{namespace}.t"
    trino(
        f"""CREATE TABLE {table} ({COLUMNS.format(digits=6)})
        WITH (format_version = {version}, partitioning = ARRAY['kind', 'bucket(id, 4)', 'month(day)'])"""
    )
    assert trino(f"INSERT INTO {table} VALUES {VALUES}") == [(3,)]
    assert trino(f"SELECT * FROM {table} ORDER BY id") == [FIRST, SECOND, THIRD]
    assert sql(f"SELECT {AS_TEXT} FROM t ORDER BY id") == MICROS
    assert sql("SELECT id FROM t WHERE kind = 'odd' AND day < DATE '1960-01-01'") == [["2"]]

    [(before,)] = trino(f'SELECT max_by(snapshot_id, committed_at) FROM {catalog}.{namespace}."t$snapshots"')
    trino(f"ALTER TABLE {table} ADD COLUMN more integer")
    trino(f"ALTER TABLE {table} RENAME COLUMN word TO name")
    trino(f"ALTER TABLE {table} DROP COLUMN ratio")
    trino(f"ALTER TABLE {table} ALTER COLUMN more SET DATA TYPE bigint")
    trino(f"ALTER TABLE {table} ADD COLUMN point.z bigint")
    trino(f"ALTER TABLE {table} SET PROPERTIES partitioning = ARRAY['kind', 'bucket(id, 4)']")
    trino(f"INSERT INTO {table} (id, more, name, kind) SELECT n, n * 10, format('n%s', n), 'new' FROM UNNEST(sequence(10, 29)) AS s(n)")
    trino(f"DELETE FROM {table} WHERE id % 10 = 5")
    trino(f"UPDATE {table} SET name = 'changed', more = NULL WHERE id IN (1, 11)")
    trino(
        f"""MERGE INTO {table} t USING UNNEST(sequence(28, 31)) AS s(id) ON t.id = s.id
        WHEN MATCHED AND s.id = 28 THEN DELETE WHEN MATCHED THEN UPDATE SET name = 'met'
        WHEN NOT MATCHED THEN INSERT (id, name, kind) VALUES (s.id, 'came', 'new')"""
    )
    deletes = trino(f'SELECT DISTINCT file_format FROM {catalog}.{namespace}."t$files" WHERE content <> 0')
    assert deletes == ([("PUFFIN",)] if version == 3 else [("PARQUET",)])
    wanted = {1: (None, "changed"), 2: (None, ""), 3: (None, None)}
    wanted |= {id: (id * 10, f"n{id}") for id in range(10, 30) if id not in (15, 25, 28)}
    wanted |= {11: (None, "changed"), 29: (290, "met"), 30: (None, "came"), 31: (None, "came")}
    theirs = trino(f"SELECT id, more, name FROM {table} ORDER BY id")
    assert {row[0]: row[1:] for row in theirs} == wanted
    assert sql("SELECT id, more, name FROM t ORDER BY id") == texts(theirs)
    assert sql("SELECT point.y, point.z FROM t WHERE id = 1") == [["2", None]]
    assert sql(f"SELECT id, ratio, word FROM t FOR VERSION AS OF {before} ORDER BY id") == [[row[0], row[2], row[4]] for row in TEXTS]

    # Trino's own upkeep, and its statistics, which are written to Puffin files.
    trino(f"ALTER TABLE {table} EXECUTE optimize")
    assert trino(f'SELECT count(*) FROM {catalog}.{namespace}."t$files" WHERE content <> 0') == [(0,)]
    trino(f"ANALYZE {table}")
    assert sql("SELECT id, more, name FROM t ORDER BY id") == texts(theirs)
    trino(f"DROP TABLE {table}")
    assert sql("SHOW TABLES") == []


def test_each_counts_on_with_the_distinct_values_that_the_other_counted(trino, place):
    namespace, sql = place
    table = f"tokens.{namespace}.t"
    trino(
        f"""CREATE TABLE {table} (id bigint, number integer, ratio double, word varchar, day date, at timestamp(6),
        price decimal(12,2), flag boolean, key uuid, data varbinary)"""
    )
    rows = """SELECT n, CAST(n % 7 AS integer), n / 4e0, 'w' || CAST(n % 11 AS varchar), DATE '2024-01-01' + (n % 5) * INTERVAL '1' DAY,
        TIMESTAMP '2024-01-01 00:00:00.123456' + (n % 3) * INTERVAL '1' SECOND, CAST(n % 9 AS decimal(12,2)) / 4, n % 2 = 0,
        {uuid}, CAST('b' || CAST(n % 4 AS varchar) AS varbinary) FROM UNNEST(sequence({first}, {last})) AS s(n)"""

    def counts():
        shown = {row[0]: row[2] for row in trino(f"SHOW STATS FOR {table}")}
        return [round(shown[name]) for name in ("id", "number", "ratio", "word", "day", "at", "price", "flag", "key", "data")]

    def count():
        return procedure(namespace, "t", "compute_table_stats")

    sql(f"INSERT INTO t {rows.format(first=1, last=20, uuid=ZEROS)}")
    assert count()["filesRead"] == 1
    assert counts() == [20, 7, 20, 11, 5, 3, 9, 2, 1, 4]

    # Trino unites its own sketch of new rows with ours: of the same values none counts twice, so their hashes are the same.
    trino(f"INSERT INTO {table} {rows.format(first=11, last=30, uuid=f'UUID {ZEROS}')}")
    assert counts() == [30, 7, 30, 11, 5, 3, 9, 2, 1, 4]

    # And we ours with Trino's: only what came since is read.
    trino(f"ANALYZE {table}")
    sql(f"INSERT INTO t {rows.format(first=25, last=40, uuid=ZEROS)}")
    counted = count()
    assert (counted["filesRead"], counted["distinct"]["id"]) == (1, 40)
    assert counts() == [40, 7, 40, 11, 5, 3, 9, 2, 1, 4]


@pytest.mark.parametrize("version", [2, 3])
def test_what_athena_changes_trino_reads(trino, place, version):
    namespace, sql = place
    trino(
        f"""CREATE TABLE tokens.{namespace}.t (id bigint, name varchar, day date, price decimal(12,2), at timestamp(6),
        tags array(varchar), point row(x double, y integer)) WITH (format_version = {version}, partitioning = ARRAY['bucket(id, 2)'])"""
    )
    sql(
        """INSERT INTO t SELECT n, 'n' || CAST(n AS VARCHAR), DATE '2024-01-01' + n * INTERVAL '1' DAY,
        CAST(n AS DECIMAL(12,2)) / 4, TIMESTAMP '2024-01-01 00:00:00.123456', ARRAY['a', NULL],
        CAST(ROW(n / 2e0, n) AS ROW(x DOUBLE, y INTEGER)) FROM UNNEST(sequence(1, 20)) AS s(n)"""
    )
    tables = [f"{catalog}.{namespace}.t" for catalog in ICEBERG]
    third = (3, "n3", date(2024, 1, 4), Decimal("0.75"), datetime(2024, 1, 1, 0, 0, 0, 123456), ["a", None], (1.5, 3))
    for table in tables:
        assert trino(f"SELECT * FROM {table} WHERE id = 3") == [third]
    [(inserted,)] = trino(f'SELECT max_by(snapshot_id, committed_at) FROM signed.{namespace}."t$snapshots"')

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
        got = trino(f"SELECT id, name, price, more FROM {table}")
        assert {row[0]: row[1] for row in got} == wanted and len(got) == len(wanted)
        assert {row[0]: row[2] for row in got if row[0] in (7, 8)} == {7: None, 8: Decimal("2.00")}
        assert trino(f"SELECT id FROM {table} WHERE id BETWEEN 9 AND 11 ORDER BY id") == [(9,), (11,)]
        assert trino(f"SELECT count(*), max(name) FROM {table} FOR VERSION AS OF {inserted}") == [(20, "n9")]

    # In turn over the same rows: a delete on top of the other's.
    trino(f"DELETE FROM {tables[1]} WHERE id IN (8, 9)")
    sql("DELETE FROM t WHERE id IN (11, 12)")
    trino(f"INSERT INTO {tables[2]} (id, name) VALUES (50, 'glue')")
    sql("UPDATE t SET more = 1 WHERE id > 20")
    left = sorted({*wanted, 50} - {8, 9, 11, 12})
    for table in tables:
        got = trino(f"SELECT id, more FROM {table} ORDER BY id")
        assert [row[0] for row in got] == left
        assert [row[0] for row in got if row[1] == 1] == [21, 50]
    sql("OPTIMIZE t REWRITE DATA USING BIN_PACK")
    trino(f"ALTER TABLE {tables[0]} EXECUTE optimize_manifests")
    for table in tables:
        assert trino(f"SELECT id FROM {table} ORDER BY id") == [(id,) for id in left]
    assert sql("SELECT id FROM t ORDER BY id") == [[str(id)] for id in left]
    trino(f"DROP TABLE {tables[0]}")


def test_every_type_there_and_back(trino, place):
    """What Trino wrote and SQL copied is to Trino what it was, under every partition transform."""
    namespace, sql = place
    columns = """id integer, flag boolean, big bigint, f real, d double, exact decimal(38,10), day date, clock time(6), instant timestamp(6) with time zone,
        at timestamp(6), word varchar, raw varbinary, unique_id uuid, points array(row(x integer, y array(varchar))), named map(varchar, row(n bigint))"""
    for name in ("one", "two"):
        trino(
            f"""CREATE TABLE signed.{namespace}.{name} ({columns})
            WITH (partitioning = ARRAY['hour(instant)', 'truncate(word, 2)', 'bucket(raw, 3)', 'year(day)', 'flag'])"""
        )
    trino(
        f"""INSERT INTO signed.{namespace}.one VALUES
        (2147483647, true, 9223372036854775807, REAL 'Infinity', infinity(), DECIMAL '9999999999999999999999999999.9999999999', DATE '9999-12-31', TIME '23:59:59.999999',
            TIMESTAMP '2024-03-10 09:59:59.999999 UTC', TIMESTAMP '2024-03-10 02:30:00.000001', 'žluť', X'00FF80', UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59',
            ARRAY[CAST(ROW(1, ARRAY['a', NULL]) AS ROW(x integer, y array(varchar))), NULL], MAP(ARRAY['k', 'l'], ARRAY[CAST(ROW(1) AS ROW(n bigint)), NULL])),
        (-2147483648, false, -9223372036854775808, REAL '-Infinity', 4.9E-324, DECIMAL '-0.0000000001', DATE '0001-01-01', TIME '00:00:00',
            TIMESTAMP '1969-12-31 23:59:59.999999 UTC', TIMESTAMP '1582-10-04 00:00:00', '', X'', UUID '00000000-0000-0000-0000-000000000000', ARRAY[], MAP()),
        (0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)"""
    )
    sql("INSERT INTO two SELECT * FROM one")
    one, two = (trino(f"SELECT * FROM signed.{namespace}.{name} ORDER BY id") for name in ("one", "two"))
    assert [row[0] for row in one] == [-(2**31), 0, 2**31 - 1]
    assert two == one
    utc = timezone.utc
    assert [row[8] for row in two] == [datetime(1969, 12, 31, 23, 59, 59, 999999, utc), None, datetime(2024, 3, 10, 9, 59, 59, 999999, utc)]
    for name in ("one", "two"):
        # By values that decide which partitions and files are read.
        for condition in ("instant < TIMESTAMP '1970-01-01 00:00:00 UTC'", "word = ''", "exact < 0", "day < DATE '0001-01-02'", "flag = false"):
            assert sql(f"SELECT id FROM {name} WHERE {condition}") == [["-2147483648"]], condition
        assert trino(f"SELECT id FROM glue.{namespace}.{name} WHERE word = 'žluť' AND exact > 1") == [(2**31 - 1,)]
        trino(f"DROP TABLE signed.{namespace}.{name}")


STORED = {
    "PARQUET": "STORED AS PARQUET",
    "ORC": "STORED AS ORC",
    "AVRO": "STORED AS AVRO",
    "JSON": "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'",
}
HIVE = """id bigint, flag boolean, ratio double, exact decimal(12,2), word string, day date, at timestamp,
    tags array<string>, attributes map<string,bigint>, point struct<x:double,y:int>"""


@pytest.mark.parametrize("format", STORED)
def test_hive_tables(trino, trino_bucket, place, client, format):
    """Trino's Hive connector and Athena, each in a table of its own and in the other's."""
    namespace, sql = place
    theirs = f"awsdatacatalog.{namespace}.theirs"
    trino(f"CREATE TABLE {theirs} ({COLUMNS.format(digits=3)}) WITH (format = '{format}', partitioned_by = ARRAY['kind'])")
    trino(f"INSERT INTO {theirs} VALUES {VALUES}")
    assert trino(f"SELECT * FROM {theirs} ORDER BY id") == [FIRST, SECOND, THIRD]
    assert sql(f"SELECT {AS_TEXT} FROM theirs ORDER BY id") == TEXTS
    found = client("glue").get_column_statistics_for_partition(
        DatabaseName=namespace, TableName="theirs", PartitionValues=["odd"], ColumnNames=["id"]
    )
    counted = found["ColumnStatisticsList"][0]["StatisticsData"]["LongColumnStatisticsData"]
    assert (counted["MinimumValue"], counted["MaximumValue"], counted["NumberOfNulls"]) == (2, 3, 0)

    sql(f"CREATE EXTERNAL TABLE ours ({HIVE}) PARTITIONED BY (kind string) {STORED[format]} LOCATION 's3://{trino_bucket}/{namespace}/ours/'")
    ours = f"awsdatacatalog.{namespace}.ours"
    sql("INSERT INTO ours SELECT * FROM theirs")
    sql("INSERT INTO theirs SELECT * FROM ours WHERE kind = 'odd'")
    assert sql(f"SELECT {AS_TEXT} FROM ours ORDER BY id") == TEXTS
    assert trino(f"SELECT * FROM {ours} ORDER BY id") == [FIRST, SECOND, THIRD]
    trino(f"INSERT INTO {ours} SELECT * FROM {theirs} WHERE kind = 'even'")
    counts = [["even", "2"], ["odd", "2"]]
    assert sql("SELECT kind, count(*) FROM ours GROUP BY 1 ORDER BY 1") == counts
    assert texts(trino(f"SELECT kind, count(*) FROM {theirs} GROUP BY 1 ORDER BY 1")) == [["even", "1"], ["odd", "4"]]
    assert trino(f'SELECT kind FROM awsdatacatalog.{namespace}."theirs$partitions" WHERE kind > \'f\'') == [("odd",)]

    trino(f"ALTER TABLE {ours} ADD COLUMN more bigint")
    assert sql("SELECT id, more FROM ours WHERE kind = 'even'") == [["1", None]] * 2
    trino(f"DELETE FROM {ours} WHERE kind = 'odd'")
    assert sql("SELECT kind, count(*) FROM ours GROUP BY 1") == [["even", "2"]]
    for table in (theirs, ours):
        trino(f"DROP TABLE {table}")
    assert sql("SHOW TABLES") == []


def test_text_and_buckets(trino, trino_bucket, place):
    namespace, sql = place
    at = f"awsdatacatalog.{namespace}"
    rows = "(BIGINT '1', 'a b', DECIMAL '1.50', TIMESTAMP '2024-01-01 12:30:00.5'), (2, 'ü,\"x\"', NULL, NULL), (3, NULL, -0.25, NULL)"
    wanted = [["1", "a b", "1.50", "2024-01-01 12:30:00.500"], ["2", 'ü,"x"', None, None], ["3", None, "-0.25", None]]
    columns = "id bigint, word varchar, price decimal(9,2), at timestamp(3)"
    for table, options in {
        "text": "format = 'TEXTFILE', textfile_field_separator = '|'",
        "buckets": "format = 'PARQUET', bucketed_by = ARRAY['id'], bucket_count = 3",
    }.items():
        trino(f"CREATE TABLE {at}.{table} ({columns}) WITH ({options})")
        trino(f"INSERT INTO {at}.{table} VALUES {rows}")
        assert sql(f"SELECT * FROM {table} ORDER BY id") == wanted
        assert sql(f"SELECT word FROM {table} WHERE id = 2") == [['ü,"x"']]
    sql("INSERT INTO text SELECT * FROM buckets WHERE id = 2")
    assert trino(f"SELECT word, count(*) FROM {at}.text GROUP BY 1 ORDER BY 2 DESC LIMIT 1") == [('ü,"x"', 2)]
    trino(f"CREATE TABLE {at}.csv (id varchar, word varchar) WITH (format = 'CSV', csv_separator = ';')")
    trino(f"INSERT INTO {at}.csv VALUES ('1', 'a;b'), ('2', 'say \"x\"')")
    assert sql("SELECT * FROM csv ORDER BY id") == [["1", "a;b"], ["2", 'say "x"']]
    for table in ("text", "buckets", "csv"):
        trino(f"DROP TABLE {at}.{table}")


BUCKETED = {
    "boolean": "(true), (false), (NULL)",
    "tinyint": "(TINYINT '-128'), (TINYINT '7'), (NULL)",
    "integer": "(-2147483648), (7), (-1), (NULL)",
    "bigint": "(BIGINT '-9223372036854775808'), (BIGINT '1152921504606846977'), (BIGINT '-1'), (NULL)",
    "real": "(REAL '1.5'), (REAL '-0.0'), (REAL 'NaN'), (REAL '-3.25e20'), (NULL)",
    "double": "(1.5e0), (-0e0), (nan()), (-3.25e200), (NULL)",
    "date": "(DATE '2024-02-29'), (DATE '1950-01-01'), (NULL)",
    "varchar": "('a'), (''), ('žluť 🜚'), ('hello'), (NULL)",
    "varchar(9)": "('a'), (''), ('žluť 🜚'), ('hello'), (NULL)",
}


@pytest.mark.parametrize("kind", BUCKETED)
def test_our_buckets(trino, place, kind):
    """Trino reads of a bucketed table only the bucket that it computes itself, and checks that rows lie in theirs."""
    namespace, sql = place
    sql(
        f"""CREATE TABLE ours WITH (format = 'ORC', bucketed_by = ARRAY['k', 'n'], bucket_count = 7) AS
        SELECT CAST(k AS {kind}) AS k, n, 'x' AS more FROM (VALUES {BUCKETED[kind]}) AS t(k) CROSS JOIN UNNEST(sequence(1, 9)) AS s(n)"""
    )
    ours = f"awsdatacatalog.{namespace}.ours"
    rows = trino(f'SELECT CAST(k AS varchar), n, "$bucket" FROM {ours}')
    assert len(rows) == 9 * BUCKETED[kind].count("(") - (9 if "nan()" in BUCKETED[kind] else 0)
    assert len({bucket for _, _, bucket in rows}) > 1
    trino(f"CREATE TABLE awsdatacatalog.{namespace}.theirs WITH (format = 'ORC', bucketed_by = ARRAY['k', 'n'], bucket_count = 7) AS SELECT * FROM {ours}")
    theirs = trino(f'SELECT CAST(k AS varchar), n, "$bucket" FROM awsdatacatalog.{namespace}.theirs')
    key = lambda row: tuple(map(str, row))
    assert sorted(rows, key=key) == sorted(theirs, key=key)
    for table in ("ours", "theirs"):
        trino(f"DROP TABLE awsdatacatalog.{namespace}.{table}")


def test_partitions_by_projection(trino, trino_bucket, place):
    """Partitions that stand in no catalog: https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html"""
    namespace, sql = place
    at = f"awsdatacatalog.{namespace}"
    trino(
        f"""CREATE TABLE {at}.theirs (id bigint,
        day varchar WITH (partition_projection_type = 'date', partition_projection_format = 'yyyy-MM-dd',
            partition_projection_range = ARRAY['2024-01-01', '2024-01-09']),
        part varchar WITH (partition_projection_type = 'enum', partition_projection_values = ARRAY['a', 'b']))
        WITH (partitioned_by = ARRAY['day', 'part'], partition_projection_enabled = true)"""
    )
    trino(f"INSERT INTO {at}.theirs VALUES (1, '2024-01-02', 'a'), (2, '2024-01-03', 'b'), (3, '2024-01-03', 'a')")
    assert sql("SELECT id FROM theirs WHERE day > '2024-01-02' AND part = 'a'") == [["3"]]
    sql(
        f"""CREATE EXTERNAL TABLE ours (id bigint) PARTITIONED BY (day string, part string) STORED AS ORC LOCATION 's3://{trino_bucket}/{namespace}/theirs/'
        TBLPROPERTIES ('projection.enabled'='true', 'projection.day.type'='date', 'projection.day.format'='yyyy-MM-dd',
        'projection.day.range'='2024-01-01,2024-01-09', 'projection.part.type'='enum', 'projection.part.values'='a,b',
        'storage.location.template'='s3://{trino_bucket}/{namespace}/theirs/day=${{day}}/part=${{part}}/')"""
    )
    for table in ("theirs", "ours"):
        assert sql(f"SELECT * FROM {table} ORDER BY id") == [["1", "2024-01-02", "a"], ["2", "2024-01-03", "b"], ["3", "2024-01-03", "a"]]
        assert trino(f"SELECT id FROM {at}.{table} WHERE part = 'a' ORDER BY id") == [(1,), (3,)]
    for table in ("ours", "theirs"):
        sql(f"DROP TABLE {table}")


def test_views(trino, place):
    """Athena and Trino keep the views of Hive catalogs in one form; those of Iceberg catalogs are Iceberg's."""
    namespace, sql = place
    trino(f"CREATE TABLE tokens.{namespace}.t AS SELECT * FROM (VALUES (BIGINT '1', 'a'), (2, 'b')) AS s(id, name)")
    sql("CREATE VIEW ours AS SELECT id, upper(name) AS name FROM t WHERE id > 1")
    assert trino(f"SELECT * FROM awsdatacatalog.{namespace}.ours") == [(2, "B")]
    trino(f"CREATE VIEW awsdatacatalog.{namespace}.theirs SECURITY INVOKER AS SELECT id * 2 AS twice FROM awsdatacatalog.{namespace}.ours")
    assert sql("SELECT twice FROM theirs") == [["4"]]
    trino(f"USE tokens.{namespace}")
    trino(f"CREATE VIEW v AS SELECT max(a.id) AS m FROM t a JOIN tokens.{namespace}.t b ON a.id = b.id")
    assert trino(f"SELECT m FROM signed.{namespace}.v") == [(2,)]
    assert sql("SELECT m FROM v") == [["2"]]
    assert sorted(trino(f"SHOW TABLES FROM signed.{namespace}")) == [("t",), ("v",)]
    trino(f"DROP VIEW tokens.{namespace}.v")
    trino(f"DROP VIEW awsdatacatalog.{namespace}.theirs")
    sql("DROP VIEW ours")
    trino(f"DROP TABLE tokens.{namespace}.t")


def test_what_trino_lists(trino, trino_bucket, place):
    namespace, sql = place
    for catalog in ICEBERG:
        assert (namespace,) in trino(f"SHOW SCHEMAS FROM {catalog}")
        trino(f"CREATE SCHEMA {catalog}.{namespace}_more WITH (location = 's3://{trino_bucket}/{namespace}_more/')")
        trino(f"CREATE TABLE {catalog}.{namespace}_more.t COMMENT 'of trino' AS SELECT 1 AS id")
        assert trino(f"SHOW TABLES FROM awsdatacatalog.{namespace}_more") == [("t",)]
        assert trino(f"SELECT column_name FROM {catalog}.information_schema.columns WHERE table_schema = '{namespace}_more'") == [("id",)]
        trino(f"ALTER TABLE {catalog}.{namespace}_more.t RENAME TO {catalog}.{namespace}_more.u")
        trino(f"ALTER TABLE {catalog}.{namespace}_more.u EXECUTE expire_snapshots")
        trino(f"ALTER TABLE {catalog}.{namespace}_more.u EXECUTE remove_orphan_files")
        assert trino(f"SELECT id FROM {catalog}.{namespace}_more.u") == [(1,)]
        trino(f"DROP SCHEMA {catalog}.{namespace}_more CASCADE")
        assert (f"{namespace}_more",) not in trino(f"SHOW SCHEMAS FROM {catalog}")
