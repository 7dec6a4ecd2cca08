"""`nbhotel clean`: files in place, standard input, what it tells, and what it must leave alone."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nbhotel.cli import parallel
from nbhotel.cli.main import main

CASES = Path(__file__).resolve().parent.parent / "cases" / "chain"
MADE = CASES / "nbstripout.ipynb"
STRIPPED = [json.loads(line) for line in (CASES / "nbstripout.jsonl").read_text().splitlines()]


def clean(
    *words: str, stdin: bytes | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "nbhotel", "clean", *words]
    return subprocess.run(command, input=stdin, capture_output=True, cwd=cwd, timeout=60)


def joined(value: Any, key: str = "") -> Any:
    """Multi-line strings as one, as nbstripout's were written down."""
    if isinstance(value, dict):
        return {name: joined(each, name) for name, each in value.items()}
    if isinstance(value, list):
        if key in {"source", "text", "text/plain"} and all(isinstance(each, str) for each in value):
            return "".join(value)
        return [joined(each) for each in value]
    return value


@pytest.mark.parametrize("case", STRIPPED, ids=lambda case: case["flags"] or "none")
def test_nbstripouts_options_do_what_nbstripout_does(case, tmp_path):
    """The results were made by nbstripout 0.9.1; `--chain nbstripout` changes what it changes and no more."""
    copy = tmp_path / "made.ipynb"
    copy.write_bytes(MADE.read_bytes())
    assert main(["clean", "--chain", "nbstripout", str(copy), *shlex.split(case["flags"])]) == 0
    mine, theirs = joined(json.loads(copy.read_bytes())), case["notebook"]
    if "nix" in case["flags"]:
        # nbstripout looks for the last tag only; of two that are asked for, we drop both
        assert not any("drop" in cell["metadata"].get("tags", []) for cell in mine["cells"])
        assert any("drop" in cell["metadata"].get("tags", []) for cell in theirs["cells"])
    else:
        assert mine == theirs


def test_the_usual_chain_keeps_ids_and_strips_what_else_is_volatile(tmp_path):
    copy = tmp_path / "made.ipynb"
    copy.write_bytes(MADE.read_bytes())
    assert main(["clean", str(copy)]) == 0
    mine, theirs = joined(json.loads(copy.read_bytes())), STRIPPED[0]["notebook"]
    made = json.loads(MADE.read_bytes())
    assert [cell["id"] for cell in mine["cells"]] == [cell["id"] for cell in made["cells"]]
    for cell in (*mine["cells"], *theirs["cells"]):
        del cell["id"]
    assert theirs["cells"][12]["metadata"].pop("jupyter") == {"outputs_hidden": True}
    assert theirs["metadata"]["language_info"].pop("version")
    assert mine == theirs


def test_zeppelin(tmp_path):
    note = tmp_path / "note.zpln"
    note.write_bytes((CASES / "zeppelin.zpln").read_bytes())
    assert main(["clean", str(note)]) == 0
    assert note.read_bytes() == (CASES / "zeppelin-stripped.zpln").read_bytes()
    done = clean("-m", "zeppelin", stdin=(CASES / "zeppelin.zpln").read_bytes())
    assert done.stdout == note.read_bytes()
    assert clean("-m", "zeppelin", stdin=b"{}").stderr == (
        b"nbhotel: -: is no Zeppelin notebook: it has no paragraphs\n"
    )


def test_standard_input_to_standard_output():
    done = clean(stdin=MADE.read_bytes())
    assert (done.returncode, done.stderr) == (0, b"")
    assert b'"outputs": []' in done.stdout
    assert clean("--stdin", stdin=done.stdout).stdout == done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.ipynb", "deep/b.ipynb", ".hidden/c.ipynb", "no-notebook.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(MADE.read_bytes())
    return tmp_path


def test_a_folder(folder, capsys):
    (folder / "broken.ipynb").write_text("<<<<<<< HEAD\n")
    assert main(["clean", str(folder)]) == 2
    out, err = capsys.readouterr()
    assert out.splitlines() == [f"cleaned {folder / 'a.ipynb'}", f"cleaned {folder / 'deep' / 'b.ipynb'}"]
    assert err == f"nbhotel: {folder / 'broken.ipynb'}: line 1: has conflict markers\n"
    for untouched in (".hidden/c.ipynb", "no-notebook.txt"):
        assert (folder / untouched).read_bytes() == MADE.read_bytes()
    assert main(["clean", str(folder / "a.ipynb"), str(folder / "no-notebook.txt")]) == 0
    assert capsys.readouterr().out == ""  # clean already, and no notebook by its name
    assert main(["clean", "--force", str(folder / "no-notebook.txt")]) == 0
    assert (folder / "no-notebook.txt").read_bytes() == (folder / "a.ipynb").read_bytes()


def test_what_would_change_is_only_told(folder, capsys):
    path = str(folder / "a.ipynb")
    assert main(["clean", "--dry-run", path]) == 0
    assert capsys.readouterr().out == f"would clean {path}\n"
    assert main(["clean", "--verify", path]) == 1
    assert main(["clean", "--diff", path]) == 0
    assert Path(path).read_bytes() == MADE.read_bytes()


def test_the_difference_is_shown(folder):
    done = clean("--diff", str(folder / "a.ipynb"))
    assert done.returncode == 0
    assert b"output: stdout, removed" in done.stdout


def test_printing_leaves_the_file_alone(folder):
    done = clean("-t", str(folder / "a.ipynb"))
    assert done.stdout == clean(stdin=MADE.read_bytes()).stdout
    assert (folder / "a.ipynb").read_bytes() == MADE.read_bytes()


def test_json(folder, capsys):
    assert main(["clean", "--json", str(folder / "a.ipynb"), str(folder / "gone.ipynb")]) == 2
    assert json.loads(capsys.readouterr().out) == {
        "files": [
            {"file": str(folder / "a.ipynb"), "changed": True, "error": ""},
            {"file": str(folder / "gone.ipynb"), "changed": False, "error": "there is no such file"},
        ]
    }


def test_rights_links_and_the_style_of_a_file_stay(folder):
    target = folder / "a.ipynb"
    text = json.dumps(json.loads(MADE.read_bytes()), indent=4).replace("\n", "\r\n")
    target.write_bytes(b"\xef\xbb\xbf" + text.encode())
    target.chmod(0o640)
    link, hard = folder / "link.ipynb", folder / "hard.ipynb"
    link.symlink_to(target)
    os.link(target, hard)
    assert main(["clean", str(link)]) == 0
    assert link.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o640
    assert hard.read_bytes() == target.read_bytes()
    data = target.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf{\r\n    ")
    assert not data.endswith(b"\n")
    assert data.count(b"\r\n") == data.count(b"\n") > 50
    assert main(["clean", "--unix-newlines", str(target)]) == 0
    assert b"\r" not in target.read_bytes()


def test_what_is_clean_is_not_written(folder):
    path = folder / "a.ipynb"
    main(["clean", str(path)])
    before = path.stat()
    assert main(["clean", str(path)]) == 0
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_read_only_files_are_left_with_a_word(folder, capsys):
    path = folder / "a.ipynb"
    path.chmod(0o444)
    assert main(["clean", str(path)]) == 2
    assert capsys.readouterr().err == f"nbhotel: {path}: is read-only, and was left as it is\n"
    assert path.read_bytes() == MADE.read_bytes()
    assert sorted(folder.glob(".nbhotel-*")) == []


def test_a_folders_own_configuration_counts(folder):
    (folder / "deep" / "nbhotel.toml").write_text('[chains.vcs]\nfilters = ["execution-counts"]\n')
    assert main(["clean", str(folder)]) == 0
    assert b'"outputs": []' in (folder / "a.ipynb").read_bytes()
    assert b"keep" in (folder / "deep" / "b.ipynb").read_bytes()
    assert b'"execution_count": 1' not in (folder / "deep" / "b.ipynb").read_bytes()


def test_nbstripouts_settings_in_git_on_request(folder):
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    for key, value in (
        ("extrakeys", "cell.metadata.foo metadata.foo"),
        ("keepmetadatakeys", "metadata.widgets"),
    ):
        subprocess.run(["git", "config", f"filter.nbstripout.{key}", value], cwd=folder, check=True)
    without = json.loads(clean(stdin=MADE.read_bytes(), cwd=folder).stdout)
    with_them = json.loads(clean("--nbstripout-config", stdin=MADE.read_bytes(), cwd=folder).stdout)
    assert ("foo" in without["metadata"], "widgets" in without["metadata"]) == (True, False)
    assert ("foo" in with_them["metadata"], "widgets" in with_them["metadata"]) == (False, True)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--chain", "vsc"], "there is no chain 'vsc' (did you mean 'vcs'?)"),
        (["--max-size", "much"], "'much' is no size: write a number, or one with K, M or G behind it"),
        (["--extra-keys", "foo"], "'foo' is no key: write metadata.NAME or cell.metadata.NAME"),
        (["a", "-"], "standard input can't be among other files"),
        (["no*such"], "no*such: there is no notebook"),
    ],
)
def test_wrong_words(words, line, tmp_path):
    done = clean(*words, stdin=MADE.read_bytes(), cwd=tmp_path)
    assert (done.returncode, done.stderr.decode()) == (2, f"nbhotel: {line}\n")


def test_several_processes_do_the_same(folder, capsys, monkeypatch):
    for number in range(6):
        (folder / f"n{number}.ipynb").write_bytes(MADE.read_bytes())
    (folder / "nbhotel.toml").write_text('[chains.vcs]\nextends = "vcs"\nfilters = ["outputz"]\n')
    monkeypatch.setattr(parallel, "WORTH_IT", 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1})
    assert main(["clean", str(folder)]) == 2
    where = f"{folder}/nbhotel.toml:3: chains.vcs.filters.outputz"
    assert where in capsys.readouterr().err
    (folder / "nbhotel.toml").unlink()
    assert main(["clean", str(folder)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 8
    assert (folder / "n5.ipynb").read_bytes() == clean(stdin=MADE.read_bytes()).stdout
