"""dbt-athena: a project of seeds, tables, views, incremental models of both kinds, a snapshot and tests."""

import decimal
import hashlib
import os
import subprocess
import sys

import awswrangler as wr
import pytest

from conftest import CHECKOUT, WORK, empty_bucket

PROJECT = CHECKOUT / "test" / "clients" / "dbt"


@pytest.fixture(scope="session")
def dbt_program():
    """dbt in an environment of its own, made once for these requirements."""
    requirements = PROJECT / "requirements.txt"
    digest = hashlib.sha256(sys.version.encode() + requirements.read_bytes()).hexdigest()[:12]
    folder = WORK / f"dbt-{digest}"
    if not (folder / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--requirement"]
        subprocess.run([*pip, requirements], check=True)
        (folder / "complete").touch()
    return folder / "bin" / "dbt"


@pytest.fixture
def dbt(dbt_program, bucket, client, name, tmp_path):
    """dbt('run') in the project; fails when dbt does."""
    schema = name.replace("-", "_")

    def run(*words):
        command = [dbt_program, "--no-use-colors", *words, "--project-dir", PROJECT]
        places = {"profiles-dir": PROJECT, "target-path": tmp_path, "log-path": tmp_path}
        for option, place in places.items():
            command += [f"--{option}", place]
        environment = {
            **os.environ,
            "DBT_BUCKET": bucket,
            "DBT_SCHEMA": schema,
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    yield run, schema
    empty_bucket(client("s3"), bucket)
    wr.catalog.delete_database(schema)


def test_a_project_is_built_twice(dbt, bucket):
    run, schema = dbt

    def rows(sql):
        frame = wr.athena.read_sql_query(
            sql, database=schema, ctas_approach=False, s3_output=f"s3://{bucket}/read/"
        )
        return frame.astype(object).where(frame.notna(), None).values.tolist()

    run("build", "--vars", "run: 1")
    assert rows("SELECT * FROM customers ORDER BY customer") == [
        ["ann", 2, decimal.Decimal("15.75")],
        ["bob", 1, decimal.Decimal("20.00")],
        ["cid", 1, None],
    ]
    assert rows("SELECT customer FROM large_customers ORDER BY 1") == [["ann"], ["bob"]]
    assert rows("SELECT id, run FROM ledger ORDER BY id") == [[n, 1] for n in (1, 2, 3, 4)]
    assert rows("SELECT count(*), count(dbt_valid_to) FROM orders_snapshot") == [[4, 0]]

    run("build", "--vars", "run: 2")
    # The merge has written the rows that its query gave, and only those.
    assert rows("SELECT id, run FROM ledger ORDER BY id") == [[1, 1], [2, 1], [3, 2], [4, 2], [5, 2]]
    assert rows("SELECT count(*), sum(orders) FROM days") == [[3, 4]]

    run("docs", "generate", "--vars", "run: 2")
