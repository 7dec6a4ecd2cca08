"""`nbhotel vault info | gc | find`, as people type it."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from nbhotel.cli import progress
from nbhotel.git.vault.schedule import only_one
from nbhotel.git.vault.store import Vault
from tests.git.sandbox import Sandbox, environment, make_repository, notebook

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a repository that nbhotel is enabled in, and one in which it was used, to be copied."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "home").mkdir()
    repository = make_repository(folder / "repo", environment(folder / "home"))
    repository.nbhotel("git", "enable")
    shutil.copytree(folder / "repo", folder / "used")
    # Three originals: two versions of a notebook, and one in a folder.
    used = repository.at(folder / "used")
    used.write("sub/deep/b.ipynb", notebook("b = 1", "b = 2", ran=True))
    used.write("a.ipynb", notebook("a = 1", ran=True))
    used.git("add", ".")
    used.write("a.ipynb", notebook("a = 'hé \"x\"\\n'", ran=True))
    used.git("add", ".")
    return folder


@pytest.fixture
def repo(made: Path, tmp_path: Path) -> Sandbox:
    """A repository that nbhotel is enabled in."""
    return copied(made, "repo", tmp_path)


@pytest.fixture
def used(made: Path, tmp_path: Path) -> Sandbox:
    """One with three originals."""
    return copied(made, "used", tmp_path)


def copied(made: Path, name: str, folder: Path) -> Sandbox:
    (folder / "home").mkdir()
    shutil.copytree(made / name, folder / "repo")
    return Sandbox(folder / "repo", environment(folder / "home"))


def vault(repo: Sandbox) -> Vault:
    return Vault(str(repo.folder / ".git/nbhotel/vault.sqlite"))


def make_old(repo: Sandbox, days: float) -> None:
    with vault(repo) as opened, opened.writing() as database:
        database.execute("UPDATE original SET used = used - ?", (days * 86_400,))


def found(repo: Sandbox, *words: str, code: int = 0) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(repo.nbhotel("vault", "find", "--json", *words, code=code))[
        "originals"
    ]
    return rows


def paths(repo: Sandbox, *words: str, code: int = 0) -> list[str]:
    return [row["path"] for row in found(repo, *words, code=code)]


@pytest.mark.parametrize("action", ["info", "gc"])
def test_when_there_is_none_yet(repo, action):
    told = repo.nbhotel("vault", action)
    assert told.startswith("no vault yet: .git/nbhotel/vault.sqlite is made when git cleans the first")
    assert not (repo.folder / ".git/nbhotel").exists()


def test_find_when_there_is_none_yet(repo):
    assert repo.nbhotel("vault", "find", code=1) == "nbhotel: the vault has nothing like that\n"


@pytest.mark.parametrize("words", [["info"], ["gc"], ["find"], ["gc", "--auto"]])
def test_outside_of_a_repository(tmp_path, words):
    told = Sandbox(tmp_path, environment(tmp_path)).nbhotel("vault", *words, code=2)
    assert told == f"nbhotel: {tmp_path}: is in no git repository\n"


def test_info(used):
    shown = used.nbhotel("vault", "info").splitlines()
    size = re.escape(f"{(used.folder / '.git/nbhotel/vault.sqlite').stat().st_size / 1000:.1f}")
    when = r"\d{4}-\d\d-\d\d \d\d:\d\d"
    expected = [
        rf"vault      \.git/nbhotel/vault\.sqlite, {size} kB",
        r"originals  3 of 2 notebooks, [\d.]+ kB, stored as \d+ B",
        rf"used       from {when} to {when}",
        r"bounds     1\.0 GB  unless nbhotel\.vaultSize says otherwise",
        r"           180 days  unless nbhotel\.vaultAge says otherwise",
        r"sweeps     automatic  unless nbhotel\.vaultAuto says otherwise",
    ]
    assert len(shown) == len(expected)
    for line, pattern in zip(shown, expected, strict=True):
        assert re.fullmatch(pattern, line), line


def test_bounds_of_the_configuration(used):
    used.git("config", "nbhotel.vaultSize", "2.5G")
    used.git("config", "--global", "nbhotel.vaultAge", "never")
    shown = used.nbhotel("vault", "info")
    assert "bounds     2.5 GB  nbhotel.vaultSize in .git/config\n" in shown
    assert f"for ever  nbhotel.vaultAge in {used.env['HOME']}/.gitconfig\n" in shown
    used.git("config", "nbhotel.vaultAuto", "off")
    used.nbhotel("vault", "gc")
    assert "sweeps     by `nbhotel vault gc` only, the last one 20" in used.nbhotel("vault", "info")


def test_info_for_programs(used):
    used.git("config", "nbhotel.vaultAge", "12w")
    document = json.loads(used.nbhotel("vault", "info", "--json"))
    assert document["file"] == str(used.folder / ".git/nbhotel/vault.sqlite")
    assert (document["vault"]["originals"], document["vault"]["paths"]) == (3, 2)
    assert document["bounds"]["age"] == 12 * 7 * 86_400
    assert document["bounds"]["age_by"] == ".git/config"
    assert document["last_sweep"] is None
    used.git("config", "nbhotel.vaultAge", "never")
    assert json.loads(used.nbhotel("vault", "info", "--json"))["bounds"]["age"] is None


@pytest.mark.parametrize(
    ("key", "value", "such_as"),
    [
        ("vaultSize", "lots", "500M or 2G"),
        ("vaultSize", "-1", "500M or 2G"),
        ("vaultAge", "90", "90d, 12w or never"),
        ("vaultAuto", "maybe", "true or false"),
    ],
)
def test_a_wrong_value_is_one_line(used, key, value, such_as):
    used.git("config", f"nbhotel.{key}", value)
    for action in ("info", "gc"):
        told = used.nbhotel("vault", action, code=2)
        assert told == (
            f"nbhotel: .git/config: nbhotel.{key}: {value!r} can't be understood (such as {such_as})\n"
        )


@pytest.mark.parametrize("option", ["--size=5X", "--age=tomorrow"])
def test_a_wrong_option_is_one_line(used, option):
    told = used.nbhotel("vault", "gc", option, code=2)
    assert re.fullmatch(r"nbhotel: --(size|age): '\w+' can't be understood \(such as .*\)\n", told)


def test_gc(used):
    assert used.nbhotel("vault", "gc").startswith("forgot 0 of 3 originals; stored: ")
    used.git("rm", "-q", "--cached", "-r", "sub")
    make_old(used, 200)
    would = used.nbhotel("vault", "gc", "--dry-run")
    assert would.startswith("would forget 2 of 3 originals; stored: ")
    assert json.loads(used.nbhotel("vault", "gc", "--age", "1y", "--json"))["forgotten"] == 0
    document = json.loads(used.nbhotel("vault", "gc", "--json"))
    assert document["forgotten"] == 2
    assert document["after"] < document["before"]
    assert paths(used) == ["a.ipynb"]


def test_a_terminal_is_told_how_far_long_work_is(monkeypatch, capsys):
    with progress.Progress() as tell:
        tell("compressing", 1, 9)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with progress.Progress() as tell:
        tell("compressing", 2, 9)  # it doesn't take long yet
    monkeypatch.setattr(progress, "_PATIENCE", -1.0)
    with progress.Progress() as tell:
        tell("compressing", 3, 9)
    assert capsys.readouterr().err == "\r\x1b[Kcompressing: 3 of 9\r\x1b[K"


def test_one_gc_at_a_time(used):
    with only_one(str(used.folder / ".git/nbhotel/vault.sqlite")) as alone:
        assert alone
        for option in ("--age=1d", "--rebuild"):
            told = used.nbhotel("vault", "gc", option, code=2)
            assert told.endswith("is being swept already (wait until that is done)\n")


def test_find_lists_the_newest_first(used):
    shown = used.nbhotel("vault", "find").splitlines()
    assert shown[0].split() == ["name", "stored", "used", "size", "outputs", "path"]
    rows = [re.split("  +", line.strip()) for line in shown[1:]]
    assert [row[5] for row in rows] == ["a.ipynb", "sub/deep/b.ipynb", "a.ipynb"] or [
        row[5] for row in rows
    ] == ["a.ipynb", "a.ipynb", "sub/deep/b.ipynb"]
    assert {row[5]: row[4] for row in rows} == {"a.ipynb": "1", "sub/deep/b.ipynb": "2"}
    assert all(re.fullmatch("[0-9a-f]{10}", row[0]) for row in rows)
    assert len({line.index(path) for line in shown[1:] for path in ("a.ipynb", "sub/") if path in line}) == 1


def test_find_by_path_from_any_folder(used):
    assert paths(used, "a.ipynb") == ["a.ipynb"] * 2
    assert paths(used, "sub") == paths(used, "./sub/deep/") == ["sub/deep/b.ipynb"]
    assert len(paths(used, ".")) == 3
    assert paths(used, "su", code=1) == []
    below = used.at(used.folder / "sub")
    assert paths(below, ".") == paths(below, "deep/b.ipynb") == ["sub/deep/b.ipynb"]
    assert paths(below, "../a.ipynb", str(used.folder / "sub")).count("a.ipynb") == 2
    assert paths(below, "../../elsewhere.ipynb", code=1) == []
    assert "  ../a.ipynb\n" in below.nbhotel("vault", "find")
    (used.folder / "a.ipynb").unlink()
    assert paths(used, "a.ipynb") == ["a.ipynb"] * 2


def test_find_by_text(used):
    assert paths(used, "--containing", "output of cell 2") == ["sub/deep/b.ipynb"]
    assert paths(used, "--containing", 'hé "x"\\n') == ["a.ipynb"]
    assert paths(used, "--containing", "nowhere", code=1) == []


def test_find_no_more_than_the_limit(used):
    shown = used.nbhotel("vault", "find", "--limit", "2")
    assert shown.endswith("… and more: see --limit\n")
    assert len(shown.splitlines()) == 4
    assert "more" not in used.nbhotel("vault", "find", "--limit", "3")
    assert used.nbhotel("vault", "find", "--limit", "0", code=2) == "nbhotel: --limit must be 1 or more\n"


def test_the_way_back(used):
    """A person clears all outputs and saves; git sees it; the outputs are wanted after all."""
    before = (used.folder / "sub/deep/b.ipynb").read_bytes()
    used.write("sub/deep/b.ipynb", notebook("b = 1", "b = 2"))
    used.git("add", ".")
    (row,) = found(used, "sub")
    used.nbhotel("vault", "find", row["name"], "--out", "back.ipynb")
    assert (used.folder / "back.ipynb").read_bytes() == before
    assert used.nbhotel("vault", "find", row["name"][:4], "--out", "-") == before.decode()
    told = used.nbhotel("vault", "find", "sub", "--out", "sub/deep/b.ipynb", code=2)
    assert told == "nbhotel: sub/deep/b.ipynb: is there already (--force writes over it)\n"
    used.nbhotel("vault", "find", "sub", "--out", "sub/deep/b.ipynb", "--force")
    assert (used.folder / "sub/deep/b.ipynb").read_bytes() == before
    assert list(used.folder.glob("**/.nbhotel-*")) == []


def test_a_link_is_not_written_through_without_being_asked(used):
    (used.folder / "link.ipynb").symlink_to("nowhere")
    told = used.nbhotel("vault", "find", "sub", "--out", "link.ipynb", code=2)
    assert "is there already" in told


def test_what_is_written_out_must_be_one(used):
    several = used.nbhotel("vault", "find", "a.ipynb", "--out", "x.ipynb", code=2)
    assert several.startswith("nbhotel: several originals are like that (name one")
    none = used.nbhotel("vault", "find", "ffffffffffffffff", "--out", "x.ipynb", code=2)
    assert none == "nbhotel: the vault has nothing like that (see `nbhotel vault find`)\n"
    assert not (used.folder / "x.ipynb").exists()
    told = used.nbhotel("vault", "find", "sub", "--out", "no/such/folder.ipynb", code=2)
    assert "can't be written: no such file or directory" in told


def test_find_marks_nothing_as_used(used):
    make_old(used, 10)
    before = [row["used"] for row in found(used)]
    used.nbhotel("vault", "find", "sub", "--out", "back.ipynb")
    assert [row["used"] for row in found(used)] == before


def test_names_that_are_no_text_and_files_that_are_no_notebooks(repo):
    data = b'{"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {"outputs": 1}}'
    with vault(repo) as opened:
        for path in (os.fsdecode(b"\xff.ipynb"), "a\nb\x1b[31m.ipynb", "odd"):
            content = data if path != "odd" else b"no notebook"
            opened.put(path=path, blob=path[-3:], rules="", content=content, features=[])
    shown = repo.nbhotel("vault", "find")
    assert "a\\nb\\x1b[31m.ipynb\n" in shown
    assert re.search(r" - +odd\n", shown)
    assert {row["outputs"] for row in found(repo)} == {0, None}
    assert os.fsdecode(b"\xff.ipynb") in paths(repo)
