"""What leaves as a gist, what must not, and where it is remembered."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from nbhotel.errors import InputError, ShareError, UsageError
from nbhotel.notebook.reading import read_notebook
from nbhotel.share.gist import pieces_of
from nbhotel.share.hosts.host import Snippet
from nbhotel.share.hosts.kinds import GITHUB, GITLAB
from nbhotel.share.links import link_of, links_in, place_of, remember
from nbhotel.share.pieces import Suspicion, suspicions

GIST, SNIPPET = (kind.snippets for kind in (GITHUB, GITLAB) if kind.snippets)
SECRET = "ghp_" + "aB3" * 12


def notebook(source: str = "1", text: str = "", **metadata: object) -> str:
    outputs = [{"output_type": "stream", "name": "stdout", "text": text}] if text else []
    cell = {"cell_type": "code", "id": "a", "execution_count": 3, "source": source}
    return json.dumps(
        {
            "cells": [{**cell, "outputs": outputs, "metadata": metadata}],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def written(path: Path, text: str | bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_files_leave_as_they_are_or_without_outputs(tmp_path):
    path = written(tmp_path / "a.ipynb", notebook(text="out"))
    data = written(tmp_path / "d.csv", "a,ü\n")
    kept = pieces_of([path, data, path], GIST, strip=False)
    assert [(piece.name, piece.text) for piece in kept] == [
        ("a.ipynb", notebook(text="out")),
        ("d.csv", "a,ü\n"),
    ]
    (stripped, _) = pieces_of([path, data], GIST, strip=True)
    cell = read_notebook(stripped.text.encode()).cells[0]  # type: ignore[union-attr]
    assert (cell.outputs, cell.execution_count, cell.source) == ([], None, "1")
    assert Path(path).read_text() == notebook(text="out")


def test_the_repository_s_own_chain_strips(tmp_path):
    written(tmp_path / "nbhotel.toml", '[chains.vcs]\nextends = "vcs"\nwithout = ["execution-counts"]\n')
    path = written(tmp_path / "a.ipynb", notebook(text="out"))
    (stripped,) = pieces_of([path], GIST, strip=True)
    assert read_notebook(stripped.text.encode()).cells[0].execution_count == 3  # type: ignore[union-attr]


#: content -> what is told of it
REFUSED: dict[str, tuple[bytes, str]] = {
    "x.csv": (b" \n", "is empty, and a gist takes no empty files"),
    "x.png": (b"\x89PNG\xff", "is no text in UTF-8, and a gist takes nothing else"),
    "x.txt": (b"x" * (GIST.largest + 1), "has 10.0 MB; a file of a gist has at most 10 MB"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_gist_can_t_hold_is_refused(name, tmp_path):
    content, told = REFUSED[name]
    path = written(tmp_path / name, content)
    with pytest.raises(InputError) as error:
        pieces_of([path], GIST, strip=False)
    assert str(error.value) == f"{path}: {told}"


def test_what_is_not_there_or_no_file_or_broken(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        pieces_of([str(tmp_path / "none")], GIST, strip=False)
    with pytest.raises(InputError, match="is a folder, and a gist has none"):
        pieces_of([str(tmp_path)], GIST, strip=False)
    broken = written(tmp_path / "b.ipynb", '{"cells": [')
    assert pieces_of([broken], GIST, strip=False)[0].text == '{"cells": ['
    with pytest.raises(InputError, match=r"b.ipynb: .*`nbhotel repair` mends it"):
        pieces_of([broken], GIST, strip=True)


def test_names_that_are_the_same_and_too_many_files(tmp_path):
    paths = [written(tmp_path / name / "d.csv", "1") for name in "ab"]
    with pytest.raises(
        UsageError, match=r"b/d.csv: has the same name as .*a/d.csv, and a gist has no folders"
    ):
        pieces_of(paths, GIST, strip=False)
    many = [written(tmp_path / f"{number}.txt", "1") for number in range(GIST.most + 1)]
    with pytest.raises(UsageError, match="at most 300 files, and these are 301"):
        pieces_of(many, GIST, strip=False)
    with pytest.raises(UsageError, match="a snippet has at most 10 files, and these are 11"):
        pieces_of(many[:11], SNIPPET, strip=False)


def test_secrets_are_found_wherever_they_stand(tmp_path):
    paths = [
        written(tmp_path / "source.ipynb", notebook(f"1\nt = '{SECRET}'")),
        written(tmp_path / "output.ipynb", notebook(text=f"{SECRET}\n")),
        written(tmp_path / "metadata.ipynb", notebook(note=SECRET)),
        written(tmp_path / "data.csv", f"a\nb\n{SECRET}\n"),
        written(tmp_path / "broken.ipynb", f'{{"cells": [ "{SECRET}"'),
        written(tmp_path / "fine.ipynb", notebook("x = 1", text="fine")),
    ]
    kind = "a GitHub token (ghp_…, 40 characters)"
    found = suspicions(pieces_of(paths, GIST, strip=False))
    assert found == [
        Suspicion(paths[0], f"cell 1: source, line 2: {kind}"),
        Suspicion(paths[1], f"cell 1: outputs.0.text, line 1: {kind}"),
        Suspicion(paths[2], f"cell 1: metadata: {kind}"),
        Suspicion(paths[3], f"line 3: {kind}"),
        Suspicion(paths[4], f"line 1: {kind}"),
    ]
    assert SECRET not in repr(found)
    # What is stripped does not leave.
    assert suspicions(pieces_of([paths[1]], GIST, strip=True)) == []


def snippet(known: str, *files: str) -> Snippet:
    return Snippet("github.com", known, f"https://gist.github.com/{known}", False, files)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


def test_links_stand_beside_the_repository_for_all_worktrees(repository, tmp_path):
    path = written(repository / "nb" / "a.ipynb", notebook())
    place = place_of(path, os.environ, str(tmp_path / "state"))
    assert place.file == str(repository / ".git" / "nbhotel" / "shared.json")
    assert link_of(place, "github.com", [path]) is None
    remember(place, snippet("1", "a.ipynb", "other.csv"), {"a.ipynb": path})
    assert Path(place.file).stat().st_mode & 0o777 == 0o600
    assert [each.name for each in Path(place.file).parent.iterdir()] == ["shared.json"]
    config = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *config, "commit", "-q", "--allow-empty", "-m", "1"], cwd=repository, check=True)
    subprocess.run(["git", "worktree", "add", "-q", "../second"], cwd=repository, check=True)
    there = written(tmp_path / "second" / "nb" / "a.ipynb", notebook())
    link = link_of(place_of(there, os.environ, ""), "github.com", [there])
    assert link
    assert (link.id, link.files) == ("1", {"a.ipynb": "nb/a.ipynb"})
    assert link_of(place, "git.example.org", [path]) is None


def test_the_newest_link_counts_and_files_that_stayed_are_remembered(repository):
    a, b = (written(repository / name, "1") for name in ("a.csv", "b.csv"))
    place = place_of(a, os.environ, "")
    remember(place, snippet("1", "a.csv", "b.csv"), {"a.csv": a, "b.csv": b})
    remember(place, snippet("2", "a.csv"), {"a.csv": a})
    assert [link.id for link in links_in(place)] == ["2", "1"]
    remember(place, snippet("1", "a.csv", "b.csv"), {"a.csv": a})
    assert [link.id for link in links_in(place)] == ["1", "2"]
    assert links_in(place)[0].files == {"a.csv": "a.csv", "b.csv": "b.csv"}


def test_outside_of_a_repository_links_stand_in_the_user_s_state(tmp_path, monkeypatch):
    path = written(tmp_path / "a.csv", "1")
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(tmp_path)}
    place = place_of(path, environment, str(tmp_path / "state"))
    assert place == (str(tmp_path / "state" / "nbhotel" / "shared.json"), "")
    remember(place, snippet("1", "a.csv"), {"a.csv": path})
    monkeypatch.chdir(tmp_path)
    link = link_of(place, "github.com", ["a.csv"])
    assert link
    assert link.files == {"a.csv": path}


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"gists": 1}', '{"gists": [{"host": "github.com"}]}', "\x00", '{"gists": [{"files": 1}]}'],
)
def test_a_damaged_record_of_links_is_told(text, repository):
    place = place_of(str(repository / "a.csv"), os.environ, "")
    written(Path(place.file), text)
    with pytest.raises(ShareError) as error:
        links_in(place)
    assert str(error.value) == f"{place.file}: is damaged (it remembers what was shared; mend or remove it)"
