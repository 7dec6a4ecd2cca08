"""`[save]`: where exports go, and what is told when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from nbhotel.chain.config import load_chain
from nbhotel.chain.exports import exports_of
from nbhotel.errors import ConfigError
from nbhotel.notebook.model import Notebook
from nbhotel.notebook.reading import read_notebook


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "deep").mkdir()
    return tmp_path


def the_notebook() -> Notebook:
    found = read_notebook(b'{"cells": [], "metadata": {"language_info": {"name": "julia"}}, "nbformat": 4}')
    assert isinstance(found, Notebook)
    return found


def targets(repository: Path, path: str = "deep/a.ipynb") -> list[str]:
    full = str(repository / path)
    found = [export.target(full, the_notebook()) for export in exports_of(full)]
    return [str(Path(each).relative_to(repository)) for each in found]


def test_where_exports_go(repository):
    (repository / "nbhotel.toml").write_text("""
[save]
exports = [
  "script",
  { chain = "vcs", folder = "stripped" },
  { chain = "page", folder = "./docs/pages/" },
]
[chains.page]
exporter = "html"
""")
    assert targets(repository) == ["deep/a.jl", "stripped/deep/a.ipynb", "docs/pages/deep/a.html"]
    assert targets(repository, "b.ipynb") == ["b.jl", "stripped/b.ipynb", "docs/pages/b.html"]
    # What stands where exports are written is none of the originals.
    assert targets(repository, "stripped/a.ipynb") == []


def test_the_example_of_the_docs(repository):
    page = (Path(__file__).parents[2] / "docs/saving.md").read_text()
    (repository / "nbhotel.toml").write_text(page.split("```toml\n")[1].split("```")[0])
    assert targets(repository, "reports/may.ipynb") == [
        "reports/may.jl",
        "stripped/reports/may.ipynb",
        "docs/pages/reports/may.html",
    ]


def test_in_pyproject_and_nowhere(repository):
    assert targets(repository) == []
    (repository / "pyproject.toml").write_text('[tool.nbhotel.save]\nexports = ["code"]\n')
    assert targets(repository) == ["deep/a.jl"]
    (repository / "pyproject.toml").write_text("[tool.nbhotel]\n")
    assert targets(repository) == []


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("save = 1", 1, "save: must be a table"),
        ("[save]\nexport = []", 2, "save.export: there is no such key (did you mean 'exports'?)"),
        ('[save]\nexports = "script"', 2, "save.exports: must be a list"),
        ("[save]\nexports = [1]", 2, "save.exports: must be chains, by name or as"),
        (
            '[save]\nexports = [\n"scirpt"]',
            3,
            "save.exports.scirpt: there is no chain 'scirpt' (did you mean",
        ),
        ('[save]\nexports = [{ chain = "script", to = "x" }]', 2, "save.exports.to: there is no such key"),
        ('[save]\nexports = ["vcs"]', 2, "save.exports.vcs: a chain that makes a notebook needs a folder"),
        ('[save]\nexports = [{ chain = "vcs", folder = "." }]', 2, "save.exports.vcs: a chain that makes"),
        (
            '[save]\nexports = [{ chain = "script", folder = 1 }]',
            2,
            "save.exports.folder: must be a folder's",
        ),
        (
            '[save]\nexports = [{ chain = "script", folder = "../x" }]',
            2,
            "save.exports.folder.../x: must be a",
        ),
        (
            '[save]\nexports = [{ chain = "script", folder = "/x" }]',
            2,
            "save.exports.folder./x: must be a folder",
        ),
        (
            '[save]\nexports = [{ chain = "script", folder = ".git/x" }]',
            2,
            "save.exports.folder..git/x: must be",
        ),
    ],
)
def test_mistakes_are_told_with_file_line_and_key(repository, text, line, told):
    (repository / "nbhotel.toml").write_text(f"{text}\n")
    with pytest.raises(ConfigError) as caught:
        exports_of(str(repository / "a.ipynb"))
    assert str(caught.value).startswith(f"{repository}/nbhotel.toml:{line}: {told}")
    # What only the room obeys keeps nobody from using git.
    assert load_chain("vcs", repository).filters
