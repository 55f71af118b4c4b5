"""A clone where links between files are plain text, as Git makes it on Windows without developer mode, reads every record."""

import os
import subprocess
import sys

import pytest
from support import ROOT

READ = """
import sys

import squeezelab
from squeezelab.recorded import record_names, recorded
from squeezelab.recorded.papers import published

assert squeezelab.__file__.startswith(sys.argv[1])
assert all(recorded(name) for name in record_names())
tables = [name for name, table in recorded("paper_tables").items() if isinstance(table, dict) and "rows" in table]
assert tables and all(published(name) for name in tables)
print(*record_names())
"""


def git(*arguments, cwd=ROOT):
    return subprocess.run(["git", *arguments], cwd=cwd, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """The last commit of the repository, cloned without links; its working files are the package alone."""
    folder = tmp_path_factory.mktemp("clone") / "squeezelab"
    options = ["--quiet", "--no-hardlinks", "--no-checkout", "--depth=1"]
    git("-c", "core.symlinks=false", "clone", *options, ROOT.as_uri(), str(folder))
    git("config", "core.symlinks", "false", cwd=folder)
    git("sparse-checkout", "set", "squeezelab", cwd=folder)
    git("checkout", "--quiet", cwd=folder)
    return folder


def test_no_file_of_the_repository_is_a_link(clone):
    entries = git("ls-files", "--stage", cwd=clone).splitlines()
    assert len(entries) > 300 and not [entry for entry in entries if entry.startswith("120000")]


def test_every_record_and_every_published_table_is_read_there(clone):
    settings = {**os.environ, "PYTHONPATH": str(clone)}
    done = subprocess.run(
        [sys.executable, "-c", READ, str(clone)], cwd=clone.parent, env=settings, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    listed = git("ls-files", "squeezelab/recorded/*.json", cwd=clone).split()
    assert done.stdout.split() == sorted(name.split("/")[-1].removesuffix(".json") for name in listed)
