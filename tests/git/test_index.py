"""Sizes taken out of git's index in place: git itself says what is in it afterwards, and what is not."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from nbhotel.git.filter.sizes import Entry, take_out_sizes, without_sizes
from tests.git.sandbox import Sandbox, environment

#: What `git ls-files --debug` says of one file.
_DEBUG = re.compile(r"^(\S+)\n((?:  .*\n)+)", re.MULTILINE)
_SIZE = re.compile(r"  size: (\d+)")
FILES = ("a.ipynb", "b.ipynb", "x/a.ipynb", "xyz/deep/a.ipynb", "plain.txt", "é.ipynb")
#: Some of them, of which two have one content.
CHOSEN = ("a.ipynb", "é.ipynb")


def repository(folder: Path, *options: str) -> Sandbox:
    """One with files of two contents, in the order of their names."""
    (folder / "home").mkdir()
    repo = Sandbox(folder / "repo", environment(folder / "home"))
    repo.folder.mkdir()
    repo.git("init", "-q", *options)
    for name in FILES:
        file = repo.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("one\n" if name.endswith("a.ipynb") else f"content of {name}\n")
    repo.git("add", ".")
    return repo


def entries(repo: Sandbox, *paths: str) -> list[Entry]:
    """What the hook knows of files."""
    found = []
    for line in repo.git("ls-files", "--stage", "-z").split("\0")[:-1]:
        head, _, path = line.partition("\t")
        mode, blob, _ = head.split()
        found.append(Entry(mode, blob, path))
    return [entry for entry in found if entry.path in paths]


def sizes(repo: Sandbox) -> dict[str, int]:
    """What the index has as sizes."""
    said = repo.git("-c", "core.quotePath=false", "ls-files", "--debug")
    return {path: int(_SIZE.findall(text)[0]) for path, text in _DEBUG.findall(said)}


def rest(repo: Sandbox) -> str:
    """All that the index says but sizes."""
    return _SIZE.sub("", repo.git("ls-files", "--debug", "--stage", "-v"))


@pytest.mark.parametrize("hash_name", ["sha1", "sha256"])
@pytest.mark.parametrize("skip", ["false", "true"], ids=["checksum", "skipHash"])
@pytest.mark.parametrize("bits", [(), ("--skip-worktree",), ("--assume-unchanged",)], ids=str)
def test_chosen_entries_lose_their_size_and_nothing_else(hash_name, skip, bits, tmp_path):
    repo = repository(tmp_path, f"--object-format={hash_name}")
    repo.git("config", "index.skipHash", skip)
    if bits:
        repo.git("update-index", *bits, "a.ipynb", "b.ipynb")
    index = repo.folder / ".git" / "index"
    os.utime(index, ns=(10**18, 10**18))
    before = sizes(repo)
    said = rest(repo)

    assert take_out_sizes(str(index), entries(repo, *CHOSEN))

    assert index.stat().st_mtime_ns == 10**18
    assert sizes(repo) == {path: 0 if path in CHOSEN else size for path, size in before.items()}
    assert rest(repo) == said
    assert repo.git("fsck", "--strict") == ""
    assert [file.name for file in index.parent.glob("index*")] == ["index"]


def test_git_looks_at_the_content_then(tmp_path):
    repo = repository(tmp_path)
    repo.git("commit", "-q", "-m", "first")
    index = str(repo.folder / ".git" / "index")
    for name, by in (("b.ipynb", "another content, and longer\n"), ("a.ipynb", "one\n")):
        (repo.folder / name).write_text(by)
    take_out_sizes(index, entries(repo, "a.ipynb", "b.ipynb"))
    assert repo.git("status", "--porcelain") == " M b.ipynb\n"


@pytest.mark.parametrize("words", [("--index-version", "4"), ("--split-index",)], ids=str)
def test_what_is_not_known_is_left_to_git(words, tmp_path):
    repo = repository(tmp_path)
    repo.git("update-index", *words)
    index = repo.folder / ".git" / "index"
    before = index.read_bytes()
    assert not take_out_sizes(str(index), entries(repo, *CHOSEN))
    assert index.read_bytes() == before
    assert not index.with_name("index.lock").exists()


def test_an_index_that_is_being_written_is_left_alone(tmp_path):
    repo = repository(tmp_path)
    index = repo.folder / ".git" / "index"
    chosen = entries(repo, *CHOSEN)
    lock = index.with_name("index.lock")
    lock.write_bytes(b"somebody's")
    before = index.read_bytes()
    assert take_out_sizes(str(index), chosen)
    assert index.read_bytes() == before
    assert lock.read_bytes() == b"somebody's"


def test_a_damaged_index_and_an_entry_of_another_content_are_left_to_git(tmp_path):
    repo = repository(tmp_path)
    content = (repo.folder / ".git" / "index").read_bytes()
    chosen = entries(repo, *CHOSEN)
    damaged = content[:20] + bytes([content[20] ^ 1]) + content[21:]
    assert without_sizes(damaged, chosen) is None
    assert without_sizes(content, [chosen[0]._replace(blob="0" * 40)]) is None
    assert without_sizes(b"", chosen) is None
    again = without_sizes(content, chosen)
    assert again is not None
    assert without_sizes(again, chosen) == again
