"""STS, IAM and KMS through boto3, to the depth that daily use and Terraform need."""

import json
import os

import boto3
import pytest
from botocore.exceptions import ClientError

from conftest import ACCOUNT, policy

TRUST = policy(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Action="sts:AssumeRole")
READ_S3 = policy(Action="s3:Get*", Resource="*")


def code_of(raised):
    return raised.value.response["Error"]["Code"]


def test_get_caller_identity(client):
    identity = client("sts").get_caller_identity()
    assert identity["Account"] == ACCOUNT
    assert identity["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"


def test_a_wrong_secret_is_refused():
    sts = boto3.client(
        "sts",
        aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key="not/the/secret/of/this/key",
    )
    with pytest.raises(ClientError) as raised:
        sts.get_caller_identity()
    assert code_of(raised) == "SignatureDoesNotMatch"


def test_an_unknown_key_is_refused():
    sts = boto3.client(
        "sts", aws_access_key_id="AKIAUNKNOWNUNKNOWNUN", aws_secret_access_key="any/secret/at/all"
    )
    with pytest.raises(ClientError) as raised:
        sts.get_caller_identity()
    assert code_of(raised) == "InvalidClientTokenId"


def test_a_session_token_works_and_is_needed(client):
    keys = client("sts").get_session_token(DurationSeconds=900)["Credentials"]
    session = boto3.client(
        "sts",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    assert session.get_caller_identity()["Account"] == ACCOUNT
    without = boto3.client(
        "sts",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
    )
    with pytest.raises(ClientError):
        without.get_caller_identity()


def test_assume_role(client, name):
    iam, sts = client("iam"), client("sts")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]
    try:
        answer = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="a-session")
        assumed = answer["AssumedRoleUser"]["Arn"]
        assert assumed == f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/a-session"
        keys = answer["Credentials"]
        as_role = boto3.client(
            "sts",
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )
        assert as_role.get_caller_identity()["Arn"] == assumed
    finally:
        iam.delete_role(RoleName=name)


def test_users_and_access_keys(client, name):
    iam = client("iam")
    user = iam.create_user(UserName=name, Path="/team/", Tags=[{"Key": "a", "Value": "1"}])["User"]
    assert user["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/team/{name}"
    key = iam.create_access_key(UserName=name)["AccessKey"]
    as_user = boto3.client(
        "sts",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    assert as_user.get_caller_identity()["Arn"] == user["Arn"]
    assert len(iam.list_access_keys(UserName=name)["AccessKeyMetadata"]) == 1
    with pytest.raises(ClientError) as raised:
        iam.delete_user(UserName=name)
    assert code_of(raised) == "DeleteConflict"
    iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName=name)
    with pytest.raises(ClientError) as raised:
        iam.get_user(UserName=name)
    assert code_of(raised) == "NoSuchEntity"


def test_role_policies(client, name):
    iam = client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, Description="x")
    iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=READ_S3)
    policy = iam.create_policy(PolicyName=name, PolicyDocument=READ_S3)["Policy"]
    iam.attach_role_policy(RoleName=name, PolicyArn=policy["Arn"])

    inline = iam.get_role_policy(RoleName=name, PolicyName="inline")["PolicyDocument"]
    assert inline == json.loads(READ_S3)
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    assert attached == [{"PolicyName": name, "PolicyArn": policy["Arn"]}]
    version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])
    assert version["PolicyVersion"]["Document"] == json.loads(READ_S3)

    iam.detach_role_policy(RoleName=name, PolicyArn=policy["Arn"])
    iam.delete_policy(PolicyArn=policy["Arn"])
    iam.delete_role_policy(RoleName=name, PolicyName="inline")
    iam.delete_role(RoleName=name)


def test_kms_keys_and_aliases(client, name):
    kms = client("kms")
    key = kms.create_key(Description=name)["KeyMetadata"]
    kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=key["KeyId"])
    described = kms.describe_key(KeyId=f"alias/{name}")["KeyMetadata"]
    assert described["Arn"] == key["Arn"]
    aliases = [alias["AliasName"] for alias in kms.list_aliases(KeyId=key["KeyId"])["Aliases"]]
    assert aliases == [f"alias/{name}"]
    with pytest.raises(ClientError) as raised:
        kms.describe_key(KeyId="alias/nothing-here")
    assert code_of(raised) == "NotFoundException"
