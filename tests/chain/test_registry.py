"""Names to filters; only what a chain needs is imported."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from nbhotel.chain import registry
from nbhotel.errors import ConfigError
from nbhotel.notebook.model import EMPTY

#: What starting Python costs nothing to have.
LIGHT = {"contextlib", "collections", "functools", "json", "re", "typing"}
HEAVY = {
    "dataclasses",
    "difflib",
    "fnmatch",
    "importlib.metadata",
    "inspect",
    "logging",
    "pathlib",
    "subprocess",
}
HEAVY |= {"tempfile", "tomllib", "urllib.parse"}


def loaded_by(program: str) -> set[str]:
    program += "\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{program}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(json.loads(done.stdout))


def test_the_git_filters_chain_loads_nothing_heavy(tmp_path):
    modules = loaded_by(
        "from nbhotel.chain.config import load_chain\n"
        "from nbhotel.notebook.reading import read_notebook\n"
        "from nbhotel.notebook.rewriting import rewritten\n"
        f"chain = load_chain('vcs', {str(tmp_path)!r})\n"
        'data = b\'{"cells": [{"cell_type": "code", "outputs": [{}], "source": "x"}]}\'\n'
        "nb = read_notebook(data)\n"
        "rewritten(data, nb.raw, chain.clean(nb).raw)"
    )
    assert modules & HEAVY == set()
    ours = {name.removeprefix("nbhotel.chain.") for name in modules if name.startswith("nbhotel.chain.")}
    filters = {"filters", *(f"filters.{name}" for name in ("counts", "metadata", "outputs", "secrets"))}
    assert ours == {"config", "edits", "model", "paths", "registry", *filters}


def test_positive_control_a_configuration_is_seen_to_load_tomllib(tmp_path):
    (tmp_path / "nbhotel.toml").write_text("")
    assert "tomllib" in loaded_by(
        f"from nbhotel.chain.config import load_chain\nload_chain('vcs', {str(tmp_path)!r})"
    )


@pytest.mark.parametrize("name", registry.FILTERS)
def test_each_filter_is_there_and_says_what_its_options_do(name):
    factory = registry._found(name, registry.FILTERS, "none")
    assert factory.__doc__
    for option in factory.__kwdefaults__ or {}:
        assert option in factory.__doc__


@pytest.mark.parametrize("name", registry.EXPORTERS)
def test_each_exporter_is_there(name):
    made, suffix = registry.exporter(name, {})
    assert callable(made)
    assert suffix == "" or suffix.startswith(".")


def test_other_packages_bring_filters_and_exporters(tmp_path, monkeypatch):
    (tmp_path / "theirs.py").write_text(
        "def loud(*, much, mark: str = '!'):\n    return lambda notebook: notebook\n"
        "def plain():\n    return lambda notebook: 'text'\n"
        "def fails():\n    return lambda notebook: 1 / 0\n"
    )
    info = tmp_path / "theirs-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[nbhotel.filters]\nloud = theirs:loud\nfails = theirs:fails\ngone = theirs:gone\n"
        "[nbhotel.exporters]\nplain = theirs:plain\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert registry.step("loud", {"much": 3, "mark": "?"}).name == "loud"
    made, _ = registry.exporter("plain", {})
    assert made(None) == "text"  # type: ignore[arg-type]
    with pytest.raises(registry.WrongOption, match="mark"):
        registry.step("loud", {"much": 3, "mark": 4})
    with pytest.raises(registry.WrongOption, match="much"):
        registry.step("loud", {})
    with pytest.raises(ConfigError, match="'fails' failed: ZeroDivisionError: division by zero"):
        registry.step("fails", {}).run(EMPTY)
    with pytest.raises(ConfigError, match="'gone' failed: AttributeError"):
        registry.step("gone", {})
    with pytest.raises(registry.UnknownName) as raised:
        registry.step("lout", {})
    assert {"loud", "outputs"} <= set(raised.value.args[1])


def test_optional_libraries_are_declared():
    pyproject = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    declared = {name.split(">")[0] for name in pyproject["project"]["optional-dependencies"]["export"]}
    assert declared == {"ipython", "jupytext", "mistune", "nbconvert"}
