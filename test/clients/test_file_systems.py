"""File systems over S3: PyArrow's own and s3fs, as data frames and datasets use them."""

import hashlib
import os
import shutil
import sys
from pathlib import Path
from urllib.parse import urlparse

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.fs as fs
import pyarrow.parquet as pq
import pytest

from conftest import WORK, run

HERE = Path(__file__).parent


@pytest.fixture
def arrow():
    endpoint = urlparse(os.environ["AWS_ENDPOINT_URL"])
    return fs.S3FileSystem(
        endpoint_override=endpoint.netloc, scheme=endpoint.scheme, allow_bucket_creation=True
    )


def test_pyarrow_files(arrow, bucket):
    body = os.urandom(23 * 1024 * 1024)
    path = f"{bucket}/a b/ü+.bin"
    with arrow.open_output_stream(path, metadata={"Content-Type": "text/plain"}) as out:
        out.write(body)
    info = arrow.get_file_info(path)
    assert (info.type, info.size) == (fs.FileType.File, len(body))
    with arrow.open_input_file(path) as back:
        assert back.read_at(7, 5_000_000) == body[5_000_000:5_000_007]
        assert back.read() == body
    with arrow.open_input_stream(path) as back:
        assert back.metadata()["Content-Type"] == b"text/plain"
    arrow.copy_file(path, f"{bucket}/copy")
    arrow.move(f"{bucket}/copy", f"{bucket}/moved")
    names = [found.path for found in arrow.get_file_info(fs.FileSelector(bucket, recursive=True))]
    assert sorted(names) == [f"{bucket}/a b", path, f"{bucket}/moved"]
    arrow.create_dir(f"{bucket}/empty/er")
    assert arrow.get_file_info(f"{bucket}/empty/er").type == fs.FileType.Directory
    arrow.delete_dir_contents(f"{bucket}/empty")
    with pytest.raises(FileNotFoundError):
        arrow.open_input_file(f"{bucket}/missing").read()
    arrow.delete_dir_contents(bucket)
    assert arrow.get_file_info(fs.FileSelector(bucket, recursive=True)) == []


def test_pyarrow_datasets(arrow, bucket):
    table = pa.table({"day": [1, 1, 2, 2, 3] * 1000, "value": list(range(5000))})
    where = f"{bucket}/set"
    ds.write_dataset(
        table, where, filesystem=arrow, format="parquet", partitioning=["day"], partitioning_flavor="hive"
    )
    read = ds.dataset(where, filesystem=arrow, format="parquet", partitioning="hive")
    assert read.count_rows() == 5000
    assert read.to_table(filter=ds.field("day") == 2).num_rows == 2000
    pq.write_table(table, f"{bucket}/one.parquet", filesystem=arrow, row_group_size=1000)
    some = pq.ParquetFile(f"{bucket}/one.parquet", filesystem=arrow).read_row_group(2, columns=["value"])
    assert some["value"].to_pylist() == list(range(2000, 3000))


def test_s3fs(name):
    assert run([environment(), HERE / "s3fs" / "suite.py", name]).stdout == "ok\n"


def environment():
    """The Python of an environment with s3fs; kept until its requirements change."""
    requirements = HERE / "s3fs" / "requirements.txt"
    said = f"{sys.version_info[:2]} {requirements.read_text()}"
    folder = WORK / f"s3fs-{hashlib.sha256(said.encode()).hexdigest()[:12]}"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        run([sys.executable, "-m", "venv", folder])
        run([python, "-m", "pip", "install", "--quiet", "--requirement", requirements])
        (folder / "complete").write_text("")
    return python
