"""The extension for JupyterLab is committed as it was built: from these sources, and whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import lab


def test_the_build_was_made_of_these_sources():
    made_of = (lab.BUILT / lab.DIGEST).read_text().strip()
    assert made_of == lab.digest(), "lab/ was changed since it was built: run `python tools/lab.py`"


def test_the_build_has_what_jupyterlab_looks_for():
    described = json.loads((lab.BUILT / "package.json").read_text())
    assert described["name"] == "nbhotel"
    assert (lab.BUILT / described["jupyterlab"]["_build"]["load"]).is_file()
    schemas = {path.name for path in (lab.LAB / "schema").glob("*.json")}
    assert schemas <= {path.name for path in (lab.BUILT / "schemas/nbhotel").iterdir()}


@pytest.mark.parametrize("name", ["src/index.ts", "style/index.css", "package.json"])
def test_each_change_of_a_source_changes_the_digest(tmp_path: Path, name: str):
    copy = tmp_path / "lab"
    shutil.copytree(lab.LAB, copy, ignore=shutil.ignore_patterns("node_modules", "lib"))
    assert lab.digest(copy) == lab.digest()
    (copy / name).write_text((copy / name).read_text() + "\n")
    assert lab.digest(copy) != lab.digest()


def test_a_new_file_changes_the_digest(tmp_path: Path):
    copy = tmp_path / "lab"
    shutil.copytree(lab.LAB, copy, ignore=shutil.ignore_patterns("node_modules", "lib"))
    (copy / "src/new.ts").write_text("")
    assert lab.digest(copy) != lab.digest()
