"""Every resource of Terraform's AWS provider that the services here stand behind: made, read, changed, gone."""

from pathlib import Path

import pytest

from terraform_stack import terraform_stack

CHANGED = ["-var", "step=2"]


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    stack = terraform_stack(
        Path(__file__).parent / "terraform", tmp_path_factory.mktemp("resources"), ["-var", "name=wide"]
    )
    yield stack
    stack.destroy(*CHANGED)


def test_apply_and_an_empty_plan(stack):
    stack.apply()
    stack.assert_plan_is_empty()


def test_a_change_and_an_empty_plan(stack):
    stack.apply(*CHANGED)
    stack.assert_plan_is_empty(*CHANGED)


def test_destroy_leaves_nothing(stack, client):
    stack.destroy(*CHANGED)
    assert not [b["Name"] for b in client("s3").list_buckets()["Buckets"] if b["Name"].startswith("wide")]
    assert not [u for u in client("iam").list_users()["Users"] if u["UserName"].startswith("wide")]
    assert not [r for r in client("iam").list_roles()["Roles"] if r["RoleName"].startswith("wide")]
