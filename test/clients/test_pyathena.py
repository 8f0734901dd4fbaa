"""PyAthena: DB-API cursors of every kind, and SQLAlchemy on top of them."""

import datetime
import decimal

import pytest
from pyathena import connect
from pyathena.async_cursor import AsyncCursor
from pyathena.cursor import DictCursor
from pyathena.error import OperationalError
from pyathena.pandas.cursor import PandasCursor
from sqlalchemy import MetaData, Table, create_engine, func, inspect, select


@pytest.fixture
def shop(client, bucket, name):
    """A database with a table of five rows in two partitions."""
    database = name.replace("-", "_")
    connection = connect(s3_staging_dir=f"s3://{bucket}/results/", schema_name=database)
    cursor = connection.cursor()
    cursor.execute(f"CREATE DATABASE {database}")
    cursor.execute(
        f"""CREATE TABLE sales WITH (format = 'PARQUET', external_location = 's3://{bucket}/sales/',
              partitioned_by = ARRAY['country']) AS
            SELECT * FROM (VALUES
              (1, DECIMAL '1.50', 'a', DATE '2024-05-01', TIMESTAMP '2024-05-01 10:00:00.123', true, 'de'),
              (2, DECIMAL '2.25', 'ü', DATE '2024-05-02', NULL, false, 'de'),
              (3, NULL, NULL, NULL, NULL, NULL, 'fr')
            ) AS t (id, price, word, day, at, flag, country)"""
    )
    yield connection, database, bucket
    cursor.execute("DROP TABLE IF EXISTS sales")
    cursor.execute("DROP VIEW IF EXISTS cheap")
    cursor.execute(f"DROP DATABASE {database}")
    connection.close()


def test_a_cursor_gives_rows_in_their_types(shop):
    connection, *_ = shop
    cursor = connection.cursor()
    cursor.execute("SELECT * FROM sales ORDER BY id")
    assert [column[0] for column in cursor.description] == [
        "id", "price", "word", "day", "at", "flag", "country",
    ]  # fmt: skip
    assert cursor.fetchall() == [
        (1, decimal.Decimal("1.50"), "a", datetime.date(2024, 5, 1),
         datetime.datetime(2024, 5, 1, 10, 0, 0, 123000), True, "de"),
        (2, decimal.Decimal("2.25"), "ü", datetime.date(2024, 5, 2), None, False, "de"),
        (3, None, None, None, None, None, "fr"),
    ]  # fmt: skip
    cursor.execute("SELECT id FROM sales WHERE word = %(word)s", {"word": "ü"})
    assert cursor.fetchone() == (2,)
    cursor.execute("SELECT id FROM sales WHERE id > ?", ["1"], paramstyle="qmark")
    assert len(cursor.fetchall()) == 2
    as_dict = connection.cursor(DictCursor).execute("SELECT count(*) AS n FROM sales")
    assert as_dict.fetchall() == [{"n": 3}]


def test_results_longer_than_a_page_come_whole(shop):
    connection, *_ = shop
    cursor = connection.cursor().execute("SELECT n FROM UNNEST(sequence(1, 2500)) AS t(n)")
    assert [row[0] for row in cursor] == list(range(1, 2501))


def test_a_mistake_is_an_error_of_the_interface(shop):
    connection, *_ = shop
    with pytest.raises(OperationalError, match="COLUMN_NOT_FOUND"):
        connection.cursor().execute("SELECT nothing FROM sales")


def test_pandas_and_asynchronous_cursors(shop):
    # ArrowCursor makes a file system of its own that knows no endpoint but AWS's.
    connection, *_ = shop
    frame = connection.cursor(PandasCursor).execute("SELECT * FROM sales ORDER BY id").as_pandas()
    assert frame["id"].tolist() == [1, 2, 3]
    assert frame["price"][0] == decimal.Decimal("1.50")
    unloaded = connection.cursor(PandasCursor, unload=True)
    assert unloaded.execute("SELECT id, word FROM sales").as_pandas()["id"].sum() == 6
    query, future = connection.cursor(AsyncCursor).execute("SELECT max(id) FROM sales")
    assert query
    assert future.result().fetchall() == [(3,)]


def test_results_are_reused_when_asked(shop):
    connection, *_ = shop
    cursor = connection.cursor(result_reuse_enable=True, result_reuse_minutes=60)
    for expected in (False, True):
        cursor.execute("SELECT sum(id) FROM sales")
        assert cursor.reused_previous_result is expected
        assert cursor.fetchall() == [(6,)]


def test_sqlalchemy_reflects_and_queries(shop):
    _, database, bucket = shop
    engine = create_engine(
        f"awsathena+rest://:@athena.us-east-1.amazonaws.com:443/{database}"
        f"?s3_staging_dir=s3://{bucket}/results/"
    )
    with engine.connect() as connection:
        assert inspect(connection).get_table_names(schema=database) == ["sales"]
        sales = Table("sales", MetaData(), autoload_with=connection, schema=database)
        assert [column.name for column in sales.columns][-1] == "country"
        by_country = (
            select(sales.c.country, func.count(), func.sum(sales.c.price))
            .group_by(sales.c.country)
            .order_by(sales.c.country)
        )
        assert connection.execute(by_country).fetchall() == [
            ("de", 2, decimal.Decimal("3.75")),
            ("fr", 1, None),
        ]
        connection.exec_driver_sql("CREATE OR REPLACE VIEW cheap AS SELECT id FROM sales WHERE price < 2")
        assert inspect(connection).get_view_names(schema=database) == ["cheap"]
        assert connection.exec_driver_sql("SELECT * FROM cheap").fetchall() == [(1,)]
    engine.dispose()


def test_what_superset_asks_of_sqlalchemy(shop):
    """The calls of Superset's models and of its engine specification, in the order in which a data set and a chart are made."""
    connection, database, bucket = shop
    connection.cursor().execute("CREATE OR REPLACE VIEW cheap AS SELECT id FROM sales WHERE price < 2")
    engine = create_engine(
        f"awsathena+rest://:@athena.us-east-1.amazonaws.com:443/{database}"
        f"?s3_staging_dir=s3://{bucket}/results/"
    )
    with engine.connect() as connected:
        assert engine.dialect.do_ping(connected.connection.dbapi_connection)
        inspector = inspect(connected)
        assert database in inspector.get_schema_names()
        assert inspector.get_table_names(schema=database) == ["sales"]
        assert inspector.get_view_names(schema=database) == ["cheap"]
        assert inspector.has_table("sales", schema=database)
        columns = {column["name"]: str(column["type"]) for column in inspector.get_columns("sales", schema=database)}
        assert columns["price"].startswith("DECIMAL") and columns["at"] == "TIMESTAMP"
        assert inspector.get_pk_constraint("sales", schema=database)["constrained_columns"] == []
        assert inspector.get_indexes("sales", schema=database) == []
        inspector.get_table_comment("sales", schema=database)
        quote = engine.dialect.identifier_preparer.quote
        day = f"date_trunc('day', CAST({quote('at')} AS TIMESTAMP))"
        chart = (
            f"SELECT {day} AS {quote('__timestamp')}, sum(price) AS {quote('SUM(price)')} FROM {database}.sales "
            f"WHERE {quote('at')} >= TIMESTAMP '2024-05-01 00:00:00.000000' GROUP BY {day} ORDER BY {quote('SUM(price)')} DESC LIMIT 1000"
        )
        cursor = connected.connection.cursor()
        cursor.execute(chart)
        assert [column[0] for column in cursor.description] == ["__timestamp", "SUM(price)"]
        assert cursor.fetchmany(1000) == [(datetime.datetime(2024, 5, 1), decimal.Decimal("1.50"))]
        cursor.execute(f"SELECT * FROM {database}.sales LIMIT 100")
        assert len(cursor.fetchall()) == 3
    engine.dispose()
