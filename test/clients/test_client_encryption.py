"""The Amazon S3 Encryption Client opens results that Athena encrypted before it stored them (CSE_KMS)."""

import boto3
from s3_encryption import S3EncryptionClient, S3EncryptionClientConfig
from s3_encryption.materials.kms_keyring import KmsKeyring
from s3_encryption.materials.materials import CommitmentPolicy

from conftest import wait_for


def test_the_encryption_client_reads_a_result(client, bucket):
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    athena = client("athena")
    started = athena.start_query_execution(
        QueryString="SELECT 42 AS answer, 'ü' AS word",
        ResultConfiguration={
            "OutputLocation": f"s3://{bucket}/sealed/",
            "EncryptionConfiguration": {"EncryptionOption": "CSE_KMS", "KmsKey": key},
        },
    )["QueryExecutionId"]

    def ended():
        execution = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]
        return execution["Status"]["State"] in ("SUCCEEDED", "FAILED") and execution

    execution = wait_for("the end of the query", ended)
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]

    path = execution["ResultConfiguration"]["OutputLocation"].removeprefix(f"s3://{bucket}/")
    plain = client("s3").get_object(Bucket=bucket, Key=path)["Body"].read()
    assert b"answer" not in plain
    keyring = KmsKeyring(boto3.client("kms"), key)
    # Athena's format has no commitment to the key: the client's second, not its third.
    config = S3EncryptionClientConfig(
        keyring=keyring, commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT
    )
    opened = S3EncryptionClient(boto3.client("s3"), config).get_object(Bucket=bucket, Key=path)
    assert opened["Body"].read().decode() == '"answer","word"\n"42","ü"\n'

    rows = athena.get_query_results(QueryExecutionId=started)["ResultSet"]["Rows"]
    assert [value["VarCharValue"] for value in rows[1]["Data"]] == ["42", "ü"]
