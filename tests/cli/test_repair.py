"""`nbhotel repair`: files in place and elsewhere, what it tells, and the way back."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nbhotel.cli.main import main
from tests.cli.repositories import Repo, environment, notebook

SOUND = notebook("x = 1")
TWICE = notebook("x = 1", "y = 2", id="a")
CONFLICT = SOUND.replace('   "source"', '<<<<<<< HEAD\n   "source"').replace(
    '"x = 1"\n', '"x = 1"\n=======\n   "source": "x = 2"\n>>>>>>> topic\n'
)


MERGED = "1 conflict in the JSON; merged cell by cell from what stands between the markers"


def repair(*words: str, stdin: bytes = b"", cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "nbhotel", "repair", *words]
    return subprocess.run(command, input=stdin, capture_output=True, cwd=cwd, timeout=60)


def told(*words: str, cwd: Path, code: int = 0) -> list[str]:
    done = repair(*words, cwd=cwd)
    assert done.returncode == code, done
    return (done.stdout + done.stderr).decode().splitlines()


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A folder with a sound notebook, one with doubled ids, one that is cut, and one in conflict."""
    (tmp_path / "sound.ipynb").write_text(SOUND)
    (tmp_path / "twice.ipynb").write_text(TWICE)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "cut.ipynb").write_text(TWICE[: TWICE.index("y = 2") + 3])
    (tmp_path / "conflict.ipynb").write_text(CONFLICT)
    return tmp_path


def test_in_place(broken):
    before = (broken / "sound.ipynb").stat()
    assert told(".", cwd=broken, code=1) == [
        f"conflict.ipynb: line 8: {MERGED}, 1 left",
        "conflict.ipynb: conflicts are left in cell 1: nbhotel resolve conflict.ipynb",
        "mended conflict.ipynb; as it was: conflict.ipynb.orig",
        "twice.ipynb: cells had ids, which nbformat 4.4 has not; now 4.5",
        "twice.ipynb: cell 2: had the id a, which another cell has",
        "mended twice.ipynb; as it was: twice.ipynb.orig",
        "sub/cut.ipynb: line 16: the file ended too early",
        "sub/cut.ipynb: cell 2: was cut off in its source",
        "mended sub/cut.ipynb; as it was: sub/cut.ipynb.orig",
    ]
    after = (broken / "sound.ipynb").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert not (broken / "sound.ipynb.orig").exists()
    assert (broken / "twice.ipynb.orig").read_text() == TWICE
    assert told("sound.ipynb", "twice.ipynb", "sub", cwd=broken) == []
    # What is left to decide is told again, until it is decided.
    assert told("conflict.ipynb", cwd=broken, code=1) == [
        "conflict.ipynb: conflicts are left in cell 1: nbhotel resolve conflict.ipynb"
    ]


def test_an_older_original_is_never_overwritten(tmp_path):
    file = tmp_path / "a.ipynb"
    for number in range(3):
        file.write_text(TWICE + " " * number)
        assert main(["repair", str(file)]) == 0
    kept = [tmp_path / f"a.ipynb.orig{suffix}" for suffix in ("", ".1", ".2")]
    assert [each.read_text() for each in kept] == [TWICE, TWICE + " ", TWICE + "  "]
    file.write_text(TWICE)
    assert main(["repair", "--no-orig", str(file)]) == 0
    assert len(list(tmp_path.iterdir())) == 4


def test_rights_links_and_files_that_can_t_be_written(tmp_path):
    file, link = tmp_path / "a.ipynb", tmp_path / "link.ipynb"
    file.write_text(TWICE)
    file.chmod(0o640)
    link.symlink_to(file)
    assert main(["repair", str(link)]) == 0
    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "link.ipynb.orig").stat().st_mode) == 0o640
    file.write_text(TWICE)
    file.chmod(0o440)
    assert told("a.ipynb", cwd=tmp_path, code=2) == [
        "nbhotel: a.ipynb: is read-only, and was left as it is",
    ]
    assert file.read_text() == TWICE
    assert not (tmp_path / "a.ipynb.orig").exists()


@pytest.mark.parametrize("option", ["--check", "--dry-run"])
def test_looking_changes_nothing(broken, option):
    before = {path: path.read_bytes() for path in broken.rglob("*") if path.is_file()}
    lines = told(option, ".", cwd=broken, code=1)
    assert "twice.ipynb: cell 2: had the id a, which another cell has" in lines
    assert ("would mend twice.ipynb" in lines) is (option == "--dry-run")
    assert before == {path: path.read_bytes() for path in broken.rglob("*") if path.is_file()}
    assert told(option, "twice.ipynb", cwd=broken, code=int(option == "--check"))
    assert told(option, "sound.ipynb", cwd=broken) == []


def test_json(broken):
    done = repair("--json", "--check", ".", cwd=broken)
    assert done.returncode == 1
    files: dict[str, Any] = {each["file"]: each for each in json.loads(done.stdout)["files"]}
    nothing: dict[str, Any] = {"findings": [], "lost": [], "conflicts": [], "orig": None, "error": ""}
    assert files["sound.ipynb"] == {"file": "sound.ipynb", "sound": True, **nothing}
    assert files["conflict.ipynb"]["conflicts"] == [{"cell": 0}]
    assert files["conflict.ipynb"]["findings"][0]["line"] == 8
    assert files["twice.ipynb"]["findings"][1] == {
        "kind": "ids",
        "what": "had the id a, which another cell has",
        "cell": 1,
        "line": None,
    }


def test_standard_input_and_other_places(broken):
    done = repair(stdin=TWICE.encode())
    assert done.returncode == 0
    assert json.loads(done.stdout)["nbformat_minor"] == 5
    assert b"standard input: cell 2: had the id a" in done.stderr
    assert repair("--stdout", "twice.ipynb", cwd=broken).stdout == done.stdout
    assert repair("-o", "new.ipynb", "twice.ipynb", cwd=broken).returncode == 0
    assert (broken / "new.ipynb").read_bytes() == done.stdout
    assert (broken / "twice.ipynb").read_text() == TWICE
    assert repair("--stdout", "sound.ipynb", "twice.ipynb", cwd=broken).returncode == 2


def test_hopeless_and_missing_files_don_t_keep_others_from_being_mended(broken):
    (broken / "lfs.ipynb").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n")
    lines = told("lfs.ipynb", "none.ipynb", "twice.ipynb", cwd=broken, code=2)
    assert lines[-2:] == [
        "nbhotel: lfs.ipynb: is a pointer of Git LFS (get the notebook with `git lfs pull`)",
        "nbhotel: none.ipynb: there is no such file",
    ]
    assert "mended twice.ipynb; as it was: twice.ipynb.orig" in lines


def test_other_files_only_if_forced(tmp_path):
    (tmp_path / "notes.txt").write_text("notes")
    assert told("notes.txt", cwd=tmp_path) == [
        "nbhotel: notes.txt: left alone, as it is no .ipynb (--force mends it as one)"
    ]
    assert told("--force", "notes.txt", cwd=tmp_path)
    assert json.loads((tmp_path / "notes.txt").read_text())["cells"][0]["source"] == ["notes"]


def test_what_the_terminal_s_encoding_does_not_have_is_escaped(tmp_path):
    (tmp_path / "é.ipynb").write_text(TWICE)
    command = [sys.executable, "-m", "nbhotel", "repair", "é.ipynb"]
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, cwd=tmp_path, env=env, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.endswith(b"mended \\xe9.ipynb; as it was: \\xe9.ipynb.orig\n")


def test_in_a_conflict_git_has_the_sides(tmp_path, monkeypatch):
    for key, value in environment(tmp_path).items():
        monkeypatch.setenv(key, value)
    repo = Repo(tmp_path / "repo")
    many = [f"line_{number} = {number}" for number in range(9)]
    repo.commit(a=notebook("\n".join(many)))
    repo.git("checkout", "-q", "-b", "topic")
    repo.commit(a=notebook("\n".join(many).replace("= 8", "= 80"), "new()"))
    repo.git("checkout", "-q", "main")
    repo.commit(a=notebook("\n".join(many).replace("= 8", "= 800")))
    with pytest.raises(subprocess.CalledProcessError):
        repo.git("merge", "topic")
    monkeypatch.chdir(repo.folder)
    lines = told("a.ipynb", cwd=repo.folder, code=1)
    assert "from git's index, 1 left" in lines[0]
    cells = json.loads(Path("a.ipynb").read_text())["cells"]
    assert "".join(cells[0]["source"]).endswith(
        "<<<<<<< HEAD\nline_8 = 800\n=======\nline_8 = 80\n>>>>>>> topic"
    )
    assert cells[1]["source"] == "new()"
    assert os.fsencode("<<<<<<<") in Path("a.ipynb.orig").read_bytes()
