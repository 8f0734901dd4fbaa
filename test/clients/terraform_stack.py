"""Terraform as a user runs it, in a folder of its own, with the provider that this machine can have."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import program, run

PROVIDER = re.compile(r"/([^/]+)/hashicorp/aws/\d+\.\d+\.\d+$")


def provider_mirror():
    """The folder of a local mirror: the one above `<registry host>/hashicorp/aws/<version>`, or None."""
    places = ["/opt", "/usr/share", "/usr/local", "/var/lib", str(Path.home()), "/srv", "/mnt"]
    found = subprocess.run(
        ["find", "-L", *[place for place in places if Path(place).is_dir()], "-maxdepth", "9",
         "-type", "d", "-path", "*/hashicorp/aws/*.*.*", "-not", "-path", "*/.terraform/*",
         "-not", "-path", "*/node_modules/*"],
        capture_output=True, text=True,
    )
    for line in sorted(found.stdout.splitlines()):
        if PROVIDER.search(line) and "." in PROVIDER.search(line)[1]:
            return Path(line).parents[3]
    return None


class Stack:
    def __init__(self, terraform, folder, environment, variables):
        self.terraform, self.folder, self.environment = terraform, folder, environment
        self.variables = variables

    def call(self, *arguments, ok=(0,)):
        return run([self.terraform, *arguments, "-no-color"], cwd=self.folder, env=self.environment, ok=ok)

    def apply(self, *variables):
        return self.call("apply", "-auto-approve", "-input=false", *self.variables, *variables)

    def assert_plan_is_empty(self, *variables):
        done = self.call(
            "plan", "-detailed-exitcode", "-input=false", *self.variables, *variables, ok=(0, 2)
        )
        assert done.returncode == 0, f"the plan is not empty:\n{done.stdout}"

    def destroy(self, *variables):
        return self.call("destroy", "-auto-approve", "-input=false", *self.variables, *variables)

    def outputs(self):
        values = json.loads(self.call("output", "-json").stdout)
        return {key: value["value"] for key, value in values.items()}


def terraform_stack(source, folder, variables):
    """Copies the stack into the folder and initialises it; skips, by name, what this machine cannot have."""
    terraform = program("terraform", "it comes from developer.hashicorp.com/terraform/install")
    for path in source.glob("*.tf"):
        shutil.copy(path, folder)
    mirror = provider_mirror()
    rules = f'filesystem_mirror {{\n    path = "{mirror}"\n  }}' if mirror else "direct {}"
    config = folder / "terraform.rc"
    config.write_text(f"provider_installation {{\n  {rules}\n}}\ndisable_checkpoint = true\n")
    stack = Stack(
        terraform, folder, {"TF_CLI_CONFIG_FILE": str(config), "TF_IN_AUTOMATION": "1"}, variables
    )
    try:
        stack.call("init", "-input=false")
    except AssertionError as error:
        if mirror is None:
            pytest.skip(f"not run: Terraform's AWS provider is not here and cannot be fetched: {error}")
        raise
    return stack
