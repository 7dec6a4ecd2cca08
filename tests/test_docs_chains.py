"""What docs/chains.md says is so: its examples run, its tables are complete."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from nbhotel.chain import registry
from nbhotel.chain.config import load_chain
from nbhotel.chain.filters.metadata import VOLATILE_IN_CELLS, VOLATILE_IN_NOTEBOOKS
from nbhotel.cli.main import command_parser
from nbhotel.cli.parallel import WORTH_IT
from nbhotel.notebook.writing import dump_notebook
from tests.chain.made import notebook, text

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "chains.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def block(kind: str, beginning: str) -> str:
    found: str
    (found,) = [text for each, text in BLOCKS if each == kind and text.startswith(beginning)]
    return found


def test_every_filter_exporter_chain_and_option_is_named():
    factories = {**registry.FILTERS, **registry.EXPORTERS}
    words = set(re.findall(r"`([\w-]+)[`:]", PAGE))
    assert set(factories) | set(registry.CHAINS) <= words
    for name, table in ((name, registry.FILTERS) for name in registry.FILTERS):
        options = set(registry._found(name, table, "none").__kwdefaults__ or {})
        rows = [row for row in PAGE.splitlines() if row.startswith("| ") and f"`{name}`" in row.split("|")[1]]
        assert any(all(f"`{option}`" in row for option in options) for row in rows), name
    assert {f"`{path}`" for path in (*VOLATILE_IN_CELLS, *VOLATILE_IN_NOTEBOOKS)} <= set(
        re.findall(r"`[\w.]+`", PAGE)
    )
    assert f"From {WORTH_IT // 1_000_000} MB on" in PAGE


def test_nbstripouts_options_are_all_there():
    named = set(re.findall(r"`(--[a-z-]+)", PAGE))
    ours = {word for verb in ("clean", "export") for word in command_parser(verb)._option_string_actions}
    assert named <= ours
    assert len(named) > 15


def test_the_example_of_a_configuration(tmp_path):
    (tmp_path / "nbhotel.toml").write_text(block("toml", "[chains.vcs]"))
    assert [step.name for step in load_chain("vcs", tmp_path).filters] == [
        "outputs",
        "cell-metadata",
        "notebook-metadata",
        "secrets",
        "coalesce-streams",
        "drop-cells",
        "cell-metadata",
    ]
    assert load_chain("handout", tmp_path).suffix == ".md"
    assert load_chain("slides", tmp_path).suffix == ".slides.html"


@pytest.fixture
def shouting(tmp_path: Path) -> Path:
    """A folder with the page's package, as pip installs it, and its configuration."""
    source = block("python", "# nbhotel_shout.py")
    assert len([line for line in source.splitlines() if line.strip()]) <= 20
    (tmp_path / "nbhotel_shout.py").write_text(source)
    project = tomllib.loads(block("toml", "# pyproject.toml"))["project"]
    info = tmp_path / "nbhotel_shout-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: 1\n")
    lines = [f"{key} = {value}" for key, value in project["entry-points"]["nbhotel.filters"].items()]
    (info / "entry_points.txt").write_text("\n".join(["[nbhotel.filters]", *lines]) + "\n")
    (tmp_path / "nbhotel.toml").write_text(block("toml", "# nbhotel.toml"))
    return tmp_path


def test_the_example_of_a_filter_from_a_package(shouting):
    cells = [text("# Hello\nyou", tags=["title"]), text("# Quiet"), text("# Done!", tags=["title"])]
    path = shouting / "a.ipynb"
    path.write_bytes(dump_notebook(notebook(*cells)))

    def nbhotel(*words: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "nbhotel", *words]
        done = subprocess.run(
            command,
            cwd=shouting,
            env={"PYTHONPATH": str(shouting), "PATH": ""},
            capture_output=True,
            text=True,
        )
        assert done.stderr == ""
        return done.returncode, done.stdout

    assert nbhotel("check", "a.ipynb") == (1, "a.ipynb: cell 1 (cell0): source is changed\n")
    before = path.read_text()
    assert nbhotel("clean", "a.ipynb") == (0, "cleaned a.ipynb\n")
    assert path.read_text() == before.replace("Hello\\n", "Hello!\\n")
    assert nbhotel("check", "a.ipynb") == (0, "")


def test_pre_commit_hooks_name_commands_that_there_are():
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text()
    entries = re.findall(r"entry: nbhotel (\w+)", hooks)
    assert entries == ["clean", "check"]
    assert set(re.findall(r"id: (nbhotel-\w+)", PAGE)) <= set(re.findall(r"id: (nbhotel-\w+)", hooks))
