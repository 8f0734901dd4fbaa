"""Iceberg tables through PyIceberg: the REST catalog under both ways of signing in, and the Glue catalog."""

import os
from datetime import date, datetime
from decimal import Decimal

import pyarrow
import pytest
from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.exceptions import (
    BadRequestError,
    CommitFailedException,
    ForbiddenError,
    NamespaceAlreadyExistsError,
    NamespaceNotEmptyError,
    NoSuchNamespaceError,
    NoSuchTableError,
    OAuthError,
    TableAlreadyExistsError,
)
from pyiceberg.expressions import And, EqualTo, GreaterThanOrEqual, In, LessThan, StartsWith
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table.sorting import NullOrder, SortDirection, SortField, SortOrder
from pyiceberg.transforms import (
    BucketTransform,
    DayTransform,
    IdentityTransform,
    MonthTransform,
    TruncateTransform,
)
from pyiceberg.types import (
    DateType,
    DoubleType,
    IntegerType,
    ListType,
    LongType,
    NestedField,
    StringType,
    StructType,
)

from conftest import wait_for

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
KEY = os.environ["AWS_ACCESS_KEY_ID"]
SECRET = os.environ["AWS_SECRET_ACCESS_KEY"]

SIGN_IN = {
    "sigv4": {
        "rest.sigv4-enabled": "true",
        "rest.signing-name": "glue",
        "rest.signing-region": "us-east-1",
    },
    "oauth2": {"credential": f"{KEY}:{SECRET}"},
}


def open_rest(bucket, how, **more):
    return RestCatalog(
        "lake",
        uri=f"{ENDPOINT}/iceberg",
        warehouse=f"s3://{bucket}/warehouse",
        **{"py-io-impl": "pyiceberg.io.pyarrow.PyArrowFileIO"},
        **SIGN_IN[how],
        **more,
    )


def open_glue(bucket):
    return GlueCatalog(
        "glue",
        **{
            "warehouse": f"s3://{bucket}/glue",
            "glue.endpoint": ENDPOINT,
            "glue.region": "us-east-1",
            "s3.endpoint": ENDPOINT,
            "s3.region": "us-east-1",
            "s3.access-key-id": KEY,
            "s3.secret-access-key": SECRET,
            "py-io-impl": "pyiceberg.io.pyarrow.PyArrowFileIO",
        },
    )


@pytest.fixture(params=sorted(SIGN_IN))
def catalog(request, bucket):
    return open_rest(bucket, request.param)


@pytest.fixture
def namespace(catalog, name):
    namespace = name.replace("-", "_")
    catalog.create_namespace(namespace)
    yield namespace
    for identifier in catalog.list_tables(namespace):
        catalog.drop_table(identifier)
    catalog.drop_namespace(namespace)


PEOPLE = pyarrow.schema(
    [
        pyarrow.field("id", pyarrow.int64(), nullable=False),
        pyarrow.field("name", pyarrow.string()),
        pyarrow.field("born", pyarrow.date32()),
    ]
)


def people(*rows):
    return pyarrow.Table.from_pylist(
        [dict(zip(("id", "name", "born"), row)) for row in rows], schema=PEOPLE
    )


def rows_of(scan, order="id"):
    return sorted(scan.to_arrow().to_pylist(), key=lambda row: (row[order] is None, row[order]))


def ids_of(scan):
    return [row["id"] for row in rows_of(scan)]


def test_namespaces(catalog, name):
    namespace = name.replace("-", "_")
    with pytest.raises(NoSuchNamespaceError):
        catalog.load_namespace_properties(namespace)
    catalog.create_namespace(namespace, {"comment": "a place", "owner": "me"})
    with pytest.raises(NamespaceAlreadyExistsError):
        catalog.create_namespace(namespace)
    assert (namespace,) in catalog.list_namespaces()
    assert catalog.load_namespace_properties(namespace) == {"comment": "a place", "owner": "me"}
    summary = catalog.update_namespace_properties(namespace, {"owner", "nothing"}, {"team": "data"})
    assert (summary.removed, summary.updated, summary.missing) == (["owner"], ["team"], ["nothing"])
    assert catalog.load_namespace_properties(namespace) == {"comment": "a place", "team": "data"}
    assert catalog.list_namespaces(namespace) == []
    with pytest.raises(BadRequestError):
        catalog.create_namespace((namespace, "below"))
    with pytest.raises(NoSuchNamespaceError):
        catalog.load_namespace_properties((namespace, "below"))
    catalog.create_table((namespace, "t"), PEOPLE)
    with pytest.raises(NamespaceNotEmptyError):
        catalog.drop_namespace(namespace)
    catalog.drop_table((namespace, "t"))
    catalog.drop_namespace(namespace)
    with pytest.raises(NoSuchNamespaceError):
        catalog.drop_namespace(namespace)


def test_append_read_delete_overwrite(catalog, namespace):
    table = catalog.create_table((namespace, "people"), PEOPLE)
    table.append(people((1, "ann", date(1990, 1, 2)), (2, "bob", None), (3, None, date(1970, 1, 1))))
    table.append(people((4, "eve", date(2001, 5, 6))))
    assert rows_of(table.scan())[0] == {"id": 1, "name": "ann", "born": date(1990, 1, 2)}
    assert ids_of(table.scan(row_filter=StartsWith("name", "a"))) == [1]
    table.delete("id = 2")
    assert ids_of(table.scan()) == [1, 3, 4]
    table.overwrite(people((9, "new", None)), overwrite_filter=GreaterThanOrEqual("id", 3))
    assert ids_of(table.scan()) == [1, 9]
    table.upsert(people((1, "anne", None), (10, "ten", None)), join_cols=["id"])
    loaded = catalog.load_table((namespace, "people"))
    assert [(row["id"], row["name"]) for row in rows_of(loaded.scan())] == [
        (1, "anne"),
        (9, "new"),
        (10, "ten"),
    ]
    assert ids_of(loaded.scan(selected_fields=("id",), limit=2)) != []


def test_every_type(catalog, namespace):
    schema = pyarrow.schema(
        [
            ("id", pyarrow.int32()),
            ("flag", pyarrow.bool_()),
            ("ratio", pyarrow.float32()),
            ("exact", pyarrow.decimal128(18, 4)),
            ("at", pyarrow.timestamp("us")),
            ("instant", pyarrow.timestamp("us", tz="UTC")),
            ("time", pyarrow.time64("us")),
            ("raw", pyarrow.binary()),
            ("fixed", pyarrow.binary(4)),
            ("tags", pyarrow.list_(pyarrow.string())),
            ("attributes", pyarrow.map_(pyarrow.string(), pyarrow.int64())),
            ("point", pyarrow.struct([("x", pyarrow.float64()), ("y", pyarrow.float64())])),
        ]
    )
    row = {
        "id": 1,
        "flag": True,
        "ratio": 0.5,
        "exact": Decimal("12345.6789"),
        "at": datetime(2024, 2, 29, 12, 30, 1, 5),
        "raw": b"\x00\xff",
        "fixed": b"abcd",
        "tags": ["a", None],
        "attributes": [("k", 2**60)],
        "point": {"x": 1.5, "y": None},
    }
    table = catalog.create_table((namespace, "types"), schema)
    table.append(pyarrow.Table.from_pylist([row], schema=schema))
    got = rows_of(catalog.load_table((namespace, "types")).scan())[0]
    assert {key: got[key] for key in row} == row
    assert got["instant"] is None


def test_schema_evolution(catalog, namespace):
    schema = Schema(
        NestedField(1, "id", IntegerType(), required=True),
        NestedField(2, "name", StringType()),
        NestedField(
            3,
            "place",
            StructType(
                NestedField(4, "city", StringType()), NestedField(5, "area", IntegerType())
            ),
        ),
        NestedField(6, "tags", ListType(7, StringType(), element_required=False)),
    )
    table = catalog.create_table((namespace, "evolving"), schema)
    arrow = table.schema().as_arrow()
    table.append(
        pyarrow.Table.from_pylist(
            [{"id": 1, "name": "a", "place": {"city": "x", "area": 7}, "tags": ["t"]}], schema=arrow
        )
    )
    with table.update_schema() as update:
        update.rename_column("name", "label")
        update.rename_column(("place", "city"), "town")
        update.update_column("id", field_type=LongType())
        update.update_column(("place", "area"), field_type=LongType())
        update.add_column("score", DoubleType(), doc="how good")
        update.add_column(("place", "zip"), StringType())
        update.move_first("score")
    with table.update_schema() as update:
        update.delete_column("tags")
    with table.update_schema() as update:
        update.add_column("tags", StringType())
    table = catalog.load_table((namespace, "evolving"))
    assert [field.name for field in table.schema().fields] == ["score", "id", "label", "place", "tags"]
    assert table.metadata.last_column_id == 10
    assert rows_of(table.scan()) == [
        {
            "score": None,
            "id": 1,
            "label": "a",
            "place": {"town": "x", "area": 7, "zip": None},
            "tags": None,
        }
    ]
    assert len(table.metadata.schemas) == 4


def test_partition_evolution(catalog, namespace):
    schema = Schema(
        NestedField(1, "id", LongType(), required=True),
        NestedField(2, "name", StringType()),
        NestedField(3, "born", DateType()),
    )
    spec = PartitionSpec(PartitionField(3, 1000, MonthTransform(), "born_month"))
    order = SortOrder(SortField(1, IdentityTransform(), SortDirection.DESC, NullOrder.NULLS_LAST))
    table = catalog.create_table(
        (namespace, "parts"), schema, partition_spec=spec, sort_order=order
    )
    assert table.sort_order().fields == order.fields
    table.append(people((1, "ann", date(2020, 1, 5)), (2, "bob", date(2020, 2, 5)), (3, "c", None)))
    with table.update_spec() as update:
        update.remove_field("born_month")
        update.add_field("id", BucketTransform(4), "id_bucket")
        update.add_field("name", TruncateTransform(2), "name_start")
    table.append(people((4, "dora", date(2020, 1, 9)), (5, "emil", date(2021, 1, 1))))
    with table.update_spec() as update:
        update.remove_field("id_bucket")
        update.add_field("born", DayTransform(), "day")
    table.append(people((6, "dorian", date(2020, 1, 9))))
    table = catalog.load_table((namespace, "parts"))
    assert len(table.metadata.partition_specs) == 3
    assert ids_of(table.scan()) == [1, 2, 3, 4, 5, 6]
    january = And(GreaterThanOrEqual("born", date(2020, 1, 1)), LessThan("born", date(2020, 2, 1)))
    assert ids_of(table.scan(row_filter=january)) == [1, 4, 6]
    assert len(list(table.scan(row_filter=EqualTo("born", date(2020, 1, 9))).plan_files())) < 5
    assert ids_of(table.scan(row_filter=In("id", {4, 5}))) == [4, 5]
    assert ids_of(table.scan(row_filter=StartsWith("name", "dor"))) == [4, 6]


def test_time_travel_branches_and_tags(catalog, namespace):
    table = catalog.create_table((namespace, "past"), PEOPLE)
    for number in range(3):
        table.append(people((number, "x", None)))
    first, second, third = [entry.snapshot_id for entry in table.history()]
    table.manage_snapshots().create_tag(first, "one").create_branch(second, "audit").commit()
    table = catalog.load_table((namespace, "past"))
    assert ids_of(table.scan(snapshot_id=first)) == [0]
    assert ids_of(table.scan().use_ref("one")) == [0]
    table.append(people((7, "on the branch", None)), branch="audit")
    table = catalog.load_table((namespace, "past"))
    assert ids_of(table.scan().use_ref("audit")) == [0, 1, 7]
    assert ids_of(table.scan()) == [0, 1, 2]
    assert table.current_snapshot().snapshot_id == third
    table.manage_snapshots().remove_tag("one").remove_branch("audit").commit()
    table.maintenance.expire_snapshots().by_id(first).commit()
    table = catalog.load_table((namespace, "past"))
    assert first not in [snapshot.snapshot_id for snapshot in table.metadata.snapshots]
    assert ids_of(table.scan()) == [0, 1, 2]


def test_a_creation_with_data_is_one_commit(catalog, namespace):
    identifier = (namespace, "made")
    with catalog.create_table_transaction(identifier, PEOPLE) as transaction:
        transaction.append(people((1, "a", None)))
        assert not catalog.table_exists(identifier)
    assert ids_of(catalog.load_table(identifier).scan()) == [1]
    with pytest.raises(TableAlreadyExistsError):
        catalog.create_table(identifier, PEOPLE)
    late = catalog.create_table_transaction((namespace, "late"), PEOPLE)
    catalog.create_table((namespace, "late"), PEOPLE)
    with pytest.raises(CommitFailedException):
        late.commit_transaction()


def test_a_transaction_is_one_commit(catalog, namespace):
    table = catalog.create_table((namespace, "tx"), PEOPLE)
    with table.transaction() as transaction:
        with transaction.update_schema() as update:
            update.add_column("more", StringType())
        transaction.append(
            pyarrow.Table.from_pylist(
                [{"id": 1, "name": "n", "born": None, "more": "m"}],
                schema=PEOPLE.append(pyarrow.field("more", pyarrow.string())),
            )
        )
        transaction.set_properties({"a": "1", "b": "2"})
        transaction.remove_properties("b")
    table = catalog.load_table((namespace, "tx"))
    assert rows_of(table.scan())[0]["more"] == "m"
    assert table.properties["a"] == "1" and "b" not in table.properties
    assert len(table.metadata.metadata_log) == 1


def test_who_comes_second_is_told(catalog, namespace, bucket):
    catalog.create_table((namespace, "raced"), PEOPLE)
    one = catalog.load_table((namespace, "raced"))
    other = open_rest(bucket, "sigv4").load_table((namespace, "raced"))
    one.append(people((1, "first", None)))
    with pytest.raises(CommitFailedException):
        other.append(people((2, "second", None)))
    other.refresh()
    other.append(people((2, "second", None)))
    assert ids_of(catalog.load_table((namespace, "raced")).scan()) == [1, 2]


def test_rename_register_drop_purge(catalog, namespace, client, bucket):
    first, renamed = (namespace, "first"), (namespace, "renamed")
    table = catalog.create_table(first, PEOPLE)
    table.append(people((1, "a", None)))
    catalog.rename_table(first, renamed)
    assert catalog.list_tables(namespace) == [renamed]
    with pytest.raises(NoSuchTableError):
        catalog.load_table(first)
    table = catalog.load_table(renamed)
    assert ids_of(table.scan()) == [1]
    catalog.drop_table(renamed)
    assert not catalog.table_exists(renamed)
    again = catalog.register_table((namespace, "again"), table.metadata_location)
    assert again.metadata.table_uuid == table.metadata.table_uuid
    assert ids_of(again.scan()) == [1]
    with pytest.raises(TableAlreadyExistsError):
        catalog.register_table((namespace, "again"), table.metadata_location)
    again.append(people((2, "b", None)))
    catalog.purge_table((namespace, "again"))
    prefix = again.location().removeprefix(f"s3://{bucket}/") + "/"
    s3 = client("s3")
    wait_for(
        "the files to go",
        lambda: s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"] == 0,
    )


def test_glue_and_rest_are_one(catalog, namespace, bucket, client):
    glue = open_glue(bucket)
    made = catalog.create_table((namespace, "shared"), PEOPLE)
    made.append(people((1, "rest", None)))
    through_glue = glue.load_table((namespace, "shared"))
    assert ids_of(through_glue.scan()) == [1]
    through_glue.append(people((2, "glue", None)))
    assert ids_of(catalog.load_table((namespace, "shared")).scan()) == [1, 2]
    # A commit over Glue that started before one over REST loses, and the other way round.
    stale_glue = glue.load_table((namespace, "shared"))
    stale_rest = catalog.load_table((namespace, "shared"))
    catalog.load_table((namespace, "shared")).append(people((3, "rest", None)))
    with pytest.raises(CommitFailedException):
        stale_glue.append(people((99, "lost", None)))
    glue.load_table((namespace, "shared")).append(people((4, "glue", None)))
    with pytest.raises(CommitFailedException):
        stale_rest.append(people((99, "lost", None)))
    assert ids_of(glue.load_table((namespace, "shared")).scan()) == [1, 2, 3, 4]

    own = glue.create_table((namespace, "from_glue"), PEOPLE, location=f"s3://{bucket}/own")
    own.append(people((5, "glue", None)))
    assert ids_of(catalog.load_table((namespace, "from_glue")).scan()) == [5]
    columns = client("glue").get_table(DatabaseName=namespace, Name="shared")["Table"][
        "StorageDescriptor"
    ]["Columns"]
    assert [(column["Name"], column["Type"]) for column in columns] == [
        ("id", "bigint"),
        ("name", "string"),
        ("born", "date"),
    ]


def test_tables_of_other_formats_are_not_there(catalog, namespace, client):
    glue = client("glue")
    glue.create_table(DatabaseName=namespace, TableInput={"Name": "hive"})
    assert catalog.list_tables(namespace) == []
    with pytest.raises(NoSuchTableError):
        catalog.load_table((namespace, "hive"))
    with pytest.raises(TableAlreadyExistsError):
        catalog.create_table((namespace, "hive"), PEOPLE)
    glue.delete_table(DatabaseName=namespace, Name="hive")


def test_vended_credentials_reach_the_table_alone(catalog, namespace, bucket):
    import boto3
    from botocore.exceptions import ClientError

    table = catalog.create_table((namespace, "narrow"), PEOPLE)
    config = table.io.properties
    assert config["s3.access-key-id"].startswith("ASIA")
    s3 = boto3.client(
        "s3",
        aws_access_key_id=config["s3.access-key-id"],
        aws_secret_access_key=config["s3.secret-access-key"],
        aws_session_token=config["s3.session-token"],
    )
    inside = table.location().removeprefix(f"s3://{bucket}/")
    s3.put_object(Bucket=bucket, Key=f"{inside}/data/x", Body=b"x")
    assert s3.list_objects_v2(Bucket=bucket, Prefix=f"{inside}/data/")["KeyCount"] == 1
    for refused in (
        lambda: s3.put_object(Bucket=bucket, Key="elsewhere", Body=b"x"),
        lambda: s3.list_objects_v2(Bucket=bucket),
        lambda: s3.list_buckets(),
    ):
        with pytest.raises(ClientError) as raised:
            refused()
        assert raised.value.response["Error"]["Code"] == "AccessDenied"


def test_what_a_user_may_not_do(bucket, client, name):
    iam = client("iam")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    namespace = name.replace("-", "_")
    root = open_rest(bucket, "sigv4")
    root.create_namespace(namespace)
    root.create_table((namespace, "t"), PEOPLE).append(people((1, "a", None)))
    iam.put_user_policy(
        UserName=name,
        PolicyName="read",
        PolicyDocument="""{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Resource": "*",
            "Action": ["glue:GetTable", "s3:GetObject", "s3:ListBucket"]}}""",
    )
    reader = RestCatalog(
        "reader",
        uri=f"{ENDPOINT}/iceberg",
        credential=f"{key['AccessKeyId']}:{key['SecretAccessKey']}",
        **{"py-io-impl": "pyiceberg.io.pyarrow.PyArrowFileIO"},
    )
    table = reader.load_table((namespace, "t"))
    assert ids_of(table.scan()) == [1]
    with pytest.raises((ForbiddenError, OSError)):
        table.append(people((2, "b", None)))
    with pytest.raises(ForbiddenError):
        reader.drop_table((namespace, "t"))
    with pytest.raises(ForbiddenError):
        reader.list_namespaces()
    assert ids_of(root.load_table((namespace, "t")).scan()) == [1]
    root.drop_table((namespace, "t"))
    root.drop_namespace(namespace)
    iam.delete_user_policy(UserName=name, PolicyName="read")
    iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName=name)


def test_a_wrong_secret_gets_no_token(bucket):
    with pytest.raises(OAuthError) as raised:
        RestCatalog("lake", uri=f"{ENDPOINT}/iceberg", credential=f"{KEY}:wrong")
    assert "invalid_client" in str(raised.value)


def test_scans_planned_on_the_server(catalog, namespace, bucket):
    spec = PartitionSpec(
        PartitionField(2, 1000, IdentityTransform(), "name"),
        PartitionField(3, 1001, MonthTransform(), "month"),
    )
    schema = Schema(
        NestedField(1, "id", LongType(), required=True),
        NestedField(2, "name", StringType()),
        NestedField(3, "born", DateType()),
    )
    table = catalog.create_table((namespace, "planned"), schema, partition_spec=spec)
    for number, name in enumerate(["a", "b", "c"]):
        table.append(people((number, name, date(2020, 1 + number, 5))))
    planning = open_rest(bucket, "oauth2", **{"rest-scan-planning-enabled": "true"})
    assert planning.supports_server_side_planning()
    table = planning.load_table((namespace, "planned"))
    assert ids_of(table.scan()) == [0, 1, 2]
    scan = table.scan(row_filter=EqualTo("name", "b"))
    assert len(list(scan.plan_files())) == 1
    assert ids_of(scan) == [1]
    assert ids_of(table.scan(row_filter=GreaterThanOrEqual("born", date(2020, 2, 1)))) == [1, 2]


def test_views_are_seen(catalog, namespace, client):
    assert catalog.list_views(namespace) == []
    assert not catalog.view_exists((namespace, "nothing"))


def run_sql(client, bucket, sql):
    athena = client("athena")
    started = athena.start_query_execution(
        QueryString=sql, ResultConfiguration={"OutputLocation": f"s3://{bucket}/results/"}
    )
    identifier = started["QueryExecutionId"]

    def ended():
        status = athena.get_query_execution(QueryExecutionId=identifier)["QueryExecution"]["Status"]
        return status if status["State"] not in ("QUEUED", "RUNNING") else None

    status = wait_for("the query to end", ended)
    assert status["State"] == "SUCCEEDED", f"{sql}: {status.get('StateChangeReason')}"


@pytest.mark.parametrize("version", ["2", "3"])
def test_what_sql_writes_is_read(catalog, namespace, bucket, client, version):
    """Snapshots, manifests and deletes are ours; in format 3 the deletes are deletion vectors."""
    identifier = (namespace, f"written_{version}")
    table = catalog.create_table(
        identifier, PEOPLE, properties={"format-version": version, "write.delete.mode": "merge-on-read"}
    )
    name = f"{namespace}.{identifier[1]}"
    run_sql(client, bucket, f"INSERT INTO {name} SELECT CAST(n AS BIGINT), 'n' || CAST(n AS VARCHAR), DATE '2024-01-01' FROM UNNEST(sequence(1, 20)) AS t(n)")
    run_sql(client, bucket, f"DELETE FROM {name} WHERE id % 5 = 0")
    run_sql(client, bucket, f"UPDATE {name} SET name = 'changed' WHERE id = 7")
    table = catalog.load_table(identifier)
    rows = {row["id"]: row["name"] for row in rows_of(table.scan())}
    assert sorted(rows) == [number for number in range(1, 21) if number % 5 != 0]
    assert rows[7] == "changed" and rows[8] == "n8"
    assert ids_of(table.scan(row_filter=GreaterThanOrEqual("id", 18))) == [18, 19]
    assert table.current_snapshot().summary["total-delete-files"] != "0"
    assert table.inspect.files().num_rows > 0
    if version == "2":
        table.append(people((100, "theirs", None)))
        run_sql(client, bucket, f"DELETE FROM {name} WHERE id = 1")
        assert 1 not in ids_of(catalog.load_table(identifier).scan())
        assert 100 in ids_of(catalog.load_table(identifier).scan())


def test_tables_of_format_1_are_of_both(catalog, namespace, bucket, client):
    """PyIceberg writes format 1, and reads what SQL writes there: no deletes beside files, no sequence numbers."""
    schema = Schema(NestedField(1, "id", LongType(), required=False), NestedField(2, "word", StringType(), required=False))
    table = catalog.create_table((namespace, "first"), schema, properties={"format-version": "1"})
    rows = lambda: sorted((row["id"], row["word"]) for row in table.refresh().scan().to_arrow().to_pylist())
    sql = lambda text: run_sql(client, bucket, text.replace("first", f"{namespace}.first"))
    table.append(pyarrow.Table.from_pylist([{"id": 1, "word": "theirs"}, {"id": 2, "word": "goes"}], schema=table.schema().as_arrow()))
    sql("INSERT INTO first VALUES (3, 'ours'), (4, 'changes')")
    sql("DELETE FROM first WHERE id = 2")
    sql("UPDATE first SET word = 'changed' WHERE id = 4")
    assert rows() == [(1, "theirs"), (3, "ours"), (4, "changed")]
    table.append(pyarrow.Table.from_pylist([{"id": 5, "word": "again"}], schema=table.schema().as_arrow()))
    assert rows() == [(1, "theirs"), (3, "ours"), (4, "changed"), (5, "again")]
    assert table.metadata.format_version == 1
    sql("DELETE FROM first WHERE id < 5")
    assert rows() == [(5, "again")]


def test_files_taken_in_place_are_read(catalog, namespace, bucket, client):
    import requests

    source = f"{namespace}.hive"
    run_sql(
        client,
        bucket,
        f"CREATE TABLE {source} WITH (format = 'PARQUET', external_location = 's3://{bucket}/{namespace}-hive/') AS SELECT CAST(n AS BIGINT) AS id, 'x' AS name, DATE '2024-01-01' AS born FROM UNNEST(sequence(1, 3)) AS t(n)",
    )
    catalog.create_table((namespace, "taken"), PEOPLE)
    token = requests.post(
        f"{ENDPOINT}/iceberg/v1/oauth/tokens",
        data={"grant_type": "client_credentials", "client_id": KEY, "client_secret": SECRET},
    ).json()["access_token"]
    answer = requests.post(
        f"{ENDPOINT}/iceberg/v1/namespaces/{namespace}/tables/taken/add-files",
        json={"source": {"namespace": [namespace], "name": "hive"}},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.json() == {"files": 1, "rows": 3}, answer.text
    table = catalog.load_table((namespace, "taken"))
    assert ids_of(table.scan()) == [1, 2, 3]
    assert ids_of(table.scan(row_filter=EqualTo("id", 2))) == [2]
    client("glue").delete_table(DatabaseName=namespace, Name="hive")
