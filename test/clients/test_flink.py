"""Apache Flink over Iceberg REST and Glue: its upserts delete by equality, which no other engine that is tried here does."""

import json
import os
from pathlib import Path

import pytest

from conftest import database
from flink_session import flink, flink_bucket  # noqa: F401
from sample_rows import AS_TEXT, TEXTS

# Where tables are kept that become fixtures; nothing is, otherwise.
FIXTURES = os.environ.get("BOATHOUSE_FIXTURES")
COLUMNS = """id bigint, flag boolean, ratio double, exact decimal(12,2), word string, `day` date, `at` timestamp(6),
    tags array<string>, attributes map<string, bigint>, point row<x double, y int>, kind string"""
VALUES = (
    """CAST(1 AS bigint), true, 0.5e0, CAST(12.34 AS decimal(12,2)), 'ä', DATE '2024-02-29', TIMESTAMP '2024-02-29 12:30:01.123', ARRAY['a', CAST(NULL AS string)],
    MAP['k', CAST(1152921504606846976 AS bigint)], CAST(ROW(1.5e0, 2) AS row<x double, y int>), 'even'""",
    """CAST(2 AS bigint), false, -CAST('0' AS double), CAST(-9999999999.99 AS decimal(12,2)), '', DATE '1950-01-01', TIMESTAMP '1950-01-01 00:00:00',
    ARRAY_REMOVE(ARRAY['a'], 'a'), MAP_FROM_ARRAYS(ARRAY_REMOVE(ARRAY['a'], 'a'), ARRAY_REMOVE(ARRAY[CAST(1 AS bigint)], CAST(1 AS bigint))), CAST(ROW(CAST(NULL AS double), CAST(NULL AS int)) AS row<x double, y int>), 'odd'""",
    """CAST(3 AS bigint), CAST(NULL AS boolean), CAST(NULL AS double), CAST(NULL AS decimal(12,2)), CAST(NULL AS string), CAST(NULL AS date), CAST(NULL AS timestamp(6)),
    CAST(NULL AS array<string>), CAST(NULL AS map<string, bigint>), CAST(NULL AS row<x double, y int>), 'odd'""",
)
# Its literals know no zero below zero.
RATIOS = ["0.5", "0.0", None]
MICROS = [[*row[:2], ratio, *row[3:6], row[6] and f"{row[6]}000", *row[7:]] for row, ratio in zip(TEXTS, RATIOS)]


@pytest.fixture
def place(client, flink_bucket, name):
    """A namespace for this test alone, as (its name, SQL through Athena)."""
    with database(client, flink_bucket, name) as made:
        yield made


@pytest.mark.parametrize("catalog", ["rest", "glue"])
def test_values_there_and_back(flink, place, catalog):
    namespace, sql = place
    table = f"{catalog}.{namespace}.t"
    flink(f"CREATE TABLE {table} ({COLUMNS}) PARTITIONED BY (kind) WITH ('format-version'='2')")
    for row in VALUES:
        flink(f"INSERT INTO {table} SELECT {row}")
    assert sql(f"SELECT {AS_TEXT} FROM t ORDER BY id") == MICROS
    theirs = sorted(flink(f"SELECT * FROM {table}"))
    assert theirs[1].startswith("+I[2, false, 0.0, -9999999999.99, , 1950-01-01"), theirs
    sql("CREATE TABLE u WITH (table_type = 'ICEBERG', is_external = false, format = 'PARQUET', partitioning = ARRAY['kind']) AS SELECT * FROM t")
    assert sorted(flink(f"SELECT * FROM {catalog}.{namespace}.u")) == theirs
    sql("DELETE FROM t WHERE id = 2")
    sql("UPDATE t SET word = 'changed' WHERE id = 3")
    assert sorted(flink(f"SELECT id, word FROM {table}")) == ["+I[1, ä]", "+I[3, changed]"]
    assert flink(f"SELECT id FROM {table} WHERE kind = 'odd'") == ["+I[3]"]
    for name in "tu":
        flink(f"DROP TABLE {catalog}.{namespace}.{name}")


def test_upserts(flink, place):
    """Each is an equality delete and a new row: https://iceberg.apache.org/docs/latest/flink-writes/#upsert"""
    namespace, sql = place
    table = f"rest.{namespace}.t"
    flink(
        f"""CREATE TABLE {table} (id bigint, name string, kind string NOT NULL, PRIMARY KEY (id, kind) NOT ENFORCED)
        PARTITIONED BY (kind) WITH ('format-version'='2', 'write.upsert.enabled'='true')"""
    )
    flink(f"INSERT INTO {table} VALUES (1, 'a', 'x'), (2, 'b', 'x'), (3, 'c', 'y')")
    flink(f"INSERT INTO {table} VALUES (2, 'again', 'x'), (4, 'd', 'x'), (3, 'other', 'x')")
    # Twice in one commit: the first of them is deleted by its position.
    flink(f"INSERT INTO {table} VALUES (1, 'once', 'x'), (1, 'twice', 'x')")
    wanted = [["1", "twice", "x"], ["2", "again", "x"], ["3", "c", "y"], ["3", "other", "x"], ["4", "d", "x"]]
    assert sql("SELECT id, name, kind FROM t ORDER BY 1, 2") == wanted
    contents = sql('SELECT DISTINCT content FROM "t$files" ORDER BY 1')
    assert ["2"] in contents, contents

    # Our changes on top of theirs, then theirs on top of ours.
    sql("UPDATE t SET name = 'ours' WHERE id = 2")
    sql("DELETE FROM t WHERE id = 4")
    flink(f"INSERT INTO {table} VALUES (2, 'theirs', 'x'), (4, 'back', 'x')")
    wanted = [["1", "twice", "x"], ["2", "theirs", "x"], ["3", "c", "y"], ["3", "other", "x"], ["4", "back", "x"]]
    rows = [f"+I[{', '.join(row)}]" for row in wanted]
    assert sql("SELECT id, name, kind FROM t ORDER BY 1, 2") == wanted
    assert sorted(flink(f"SELECT * FROM {table}")) == rows
    sql("OPTIMIZE t REWRITE DATA USING BIN_PACK")
    assert sql("SELECT id, name, kind FROM t ORDER BY 1, 2") == wanted
    assert sorted(flink(f"SELECT * FROM {table}")) == rows
    flink(f"DROP TABLE {table}")


@pytest.mark.parametrize("form", ["avro", "orc"])
def test_upserts_in_files_of_other_formats(flink, flink_bucket, place, client, form):
    """Data files and equality deletes in Avro and ORC. `test/fixtures/iceberg-equality` is what this leaves behind."""
    namespace, sql = place
    name = f"equality_{form}"
    table = f"rest.{namespace}.{name}"
    bucket = "rows" if FIXTURES else flink_bucket
    if FIXTURES:
        client("s3").create_bucket(Bucket="rows")
    flink(
        f"""CREATE TABLE {table} (id bigint, name string, `day` date, exact decimal(9,2), kind string NOT NULL,
        PRIMARY KEY (id, `day`, exact, kind) NOT ENFORCED) PARTITIONED BY (kind) WITH ('format-version'='2', 'write.upsert.enabled'='true',
        'write.format.default'='{form}', 'write.delete.format.default'='{form}', 'location'='s3://{bucket}/{name}')"""
    )
    rows = lambda *given: ", ".join(f"({id}, '{name}', DATE '2024-02-29', CAST({id}.25 AS decimal(9,2)), 'x')" for id, name in given)
    flink(f"INSERT INTO {table} VALUES {rows((1, 'a'), (2, 'b'), (3, 'c'))}")
    flink(f"INSERT INTO {table} VALUES {rows((2, 'again'), (4, 'd'))}")
    flink(f"INSERT INTO {table} VALUES {rows((1, 'once'), (1, 'twice'))}")
    wanted = [["1", "twice"], ["2", "again"], ["3", "c"], ["4", "d"]]
    assert sql(f"SELECT id, name FROM {name} ORDER BY 1, 2") == wanted
    files = sql(f'SELECT DISTINCT content, file_format FROM "{name}$files" ORDER BY 1')
    assert ["2", form.upper()] in files and [kind for _, kind in files] == [form.upper()] * len(files), files
    if FIXTURES:
        keep(client, namespace, name, wanted)
    flink(f"DROP TABLE {table}")


def keep(client, namespace, name, rows):
    """The table as a fixture: it lies in s3://rows."""
    location = client("glue").get_table(DatabaseName=namespace, Name=name)["Table"]["Parameters"]["metadata_location"]
    for found in client("s3").list_objects_v2(Bucket="rows", Prefix=f"{name}/")["Contents"]:
        if found["Key"].endswith(".metadata.json") and not location.endswith(found["Key"]):
            continue
        path = Path(FIXTURES) / found["Key"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(client("s3").get_object(Bucket="rows", Key=found["Key"])["Body"].read())
    kept = {"metadataLocation": location, "rows": rows}
    (Path(FIXTURES) / name / "expected.json").write_text(json.dumps(kept, indent=1) + "\n")
