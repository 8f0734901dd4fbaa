"""Programs from Debian's packages, unpacked beside the tests: nothing is installed."""

import shutil
import subprocess

import pytest

from conftest import WORK


def from_debian(package, program):
    """The path of a program: the machine's own, else the one of the package; the test is skipped where there is no apt."""
    folder = WORK / f"debian-{package}"
    unpacked = folder / "usr" / "bin" / program
    if unpacked.exists():
        return unpacked
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        found = shutil.which(program)
        if found is None:
            pytest.skip(f"not run: {program} is not on this machine, and it has no apt to fetch it")
        return found
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    fetched = download(package, folder)
    if fetched.returncode != 0:
        # Old lists name packages that are no more.
        subprocess.run(["apt-get", "update"], capture_output=True)
        fetched = download(package, folder)
    archives = sorted(folder.glob("*.deb"))
    if fetched.returncode != 0 or not archives:
        pytest.skip(f"not run: {package} could not be fetched with apt: {fetched.stderr[-200:].strip()}")
    for archive in archives:
        subprocess.run(["dpkg-deb", "--extract", archive, folder], check=True)
        archive.unlink()
    return unpacked


def download(package, folder):
    return subprocess.run(["apt-get", "download", package], cwd=folder, capture_output=True, text=True)
