"""Saves in a real Jupyter Server: what is exported, what git says, what people are told."""

from __future__ import annotations

import json
import os
import re
import time
import urllib.error
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from nbhotel.room.saving import worker
from tests.browser.lab import Lab, notebook, open_lab

SCRIPT = '[save]\nexports = ["script"]\n'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, failing_filters: None) -> Iterator[Lab]:
    with open_lab(tmp_path_factory.mktemp("saving"), kind="server") as server:
        yield server


@pytest.fixture
def folder(server: Lab, request: pytest.FixtureRequest) -> Path:
    """A folder of the test's own, below the server's root."""
    path: Path = server.root / re.sub(r"\W", "", request.node.name)[:60]
    path.mkdir()
    return path


def name_of(server: Lab, path: Path) -> str:
    return quote(str(path.relative_to(server.root)))


def save(server: Lab, path: Path, content: dict[str, Any]) -> dict[str, Any]:
    """Save as Lab does, and return how the exports went."""
    server.ask(f"api/contents/{name_of(server, path)}", "PUT", {"type": "notebook", "content": content})
    return status(server, path)


def status(server: Lab, path: Path) -> dict[str, Any]:
    found: dict[str, Any] = server.ask(f"nbhotel/api/saving/status?path={name_of(server, path)}")
    return found


def rename(server: Lab, path: Path, new: Path) -> dict[str, Any]:
    server.ask(f"api/contents/{name_of(server, path)}", "PATCH", {"path": str(new.relative_to(server.root))})
    return status(server, new)


def delete(server: Lab, path: Path) -> None:
    server.ask(f"api/contents/{name_of(server, path)}", "DELETE")
    status(server, path)


def names_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if each.name != ".ipynb_checkpoints")


def with_output(text: str) -> dict[str, Any]:
    made = notebook("print(1)")
    made["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]
    return made


def test_a_file_of_the_standard_librarys_name_disturbs_nothing(server, folder):
    (server.root / "json.py").write_text("1 / 0\n")
    (folder / "nbhotel.toml").write_text(SCRIPT)
    assert save(server, folder / "a.ipynb", notebook("x"))["problems"] == []


def test_without_a_configuration_nothing_is_done(server, folder):
    assert save(server, folder / "a.ipynb", notebook("x")) == {"state": "none", "exports": [], "problems": []}
    assert names_in(folder) == ["a.ipynb"]


def test_exports_stand_beside_the_notebook_and_in_folders_and_keep_in_step(server, folder):
    listed = '["script", { chain = "vcs", folder = "stripped" }]'
    (folder / "nbhotel.toml").write_text(f"[save]\nexports = {listed}\n")
    (folder / "deep").mkdir()
    path = folder / "deep" / "a b.ipynb"
    done = save(server, path, with_output("1\n"))
    assert done == {"state": "done", "exports": ["a b.py", "../stripped/deep/a b.ipynb"], "problems": []}
    assert "print(1)" in (folder / "deep/a b.py").read_text()
    stripped = json.loads((folder / "stripped/deep/a b.ipynb").read_text())
    assert stripped["cells"][0]["outputs"] == []
    assert json.loads(path.read_text())["cells"][0]["outputs"]
    before = (folder / "deep/a b.py").stat()
    save(server, path, with_output("2\n"))  # the script is the same
    assert (folder / "deep/a b.py").stat().st_mtime_ns == before.st_mtime_ns
    save(server, path, notebook("print(2)"))
    assert "print(2)" in (folder / "deep/a b.py").read_text()
    # What stands where exports are written is no original.
    save(server, folder / "stripped/deep/a b.ipynb", notebook("mine"))
    assert not (folder / "stripped/deep/a b.py").exists()


def test_exports_are_renamed_and_removed_with_their_notebook_and_its_folder(server, folder):
    listed = '["script", { chain = "markdown-of-it", folder = "texts" }]'
    chain = '[chains.markdown-of-it]\nexporter = "markdown"\n'
    (folder / "nbhotel.toml").write_text(f"[save]\nexports = {listed}\n{chain}")
    (folder / "one").mkdir()
    save(server, folder / "one/a.ipynb", notebook("x"))
    rename(server, folder / "one/a.ipynb", folder / "one/b.ipynb")
    assert names_in(folder / "one") == ["b.ipynb", "b.py"]
    assert names_in(folder / "texts/one") == ["b.md"]
    rename(server, folder / "one", folder / "two")
    assert names_in(folder / "two") == ["b.ipynb", "b.py"]
    assert names_in(folder / "texts/two") == ["b.md"]
    assert names_in(folder / "texts/one") == []
    delete(server, folder / "two/b.ipynb")
    assert names_in(folder / "two") == []
    assert names_in(folder / "texts/two") == []


def test_a_rename_while_the_configuration_is_broken_loses_no_export(server, folder):
    (folder / "nbhotel.toml").write_text(SCRIPT)
    save(server, folder / "a.ipynb", notebook("x"))
    (folder / "nbhotel.toml").write_text("[save]\nexports = 1\n")
    assert "must be a list" in rename(server, folder / "a.ipynb", folder / "b.ipynb")["problems"][0]
    assert names_in(folder) == ["a.py", "b.ipynb", "nbhotel.toml"]
    (folder / "nbhotel.toml").write_text(SCRIPT)
    save(server, folder / "b.ipynb", notebook("x"))
    assert names_in(folder) == ["b.ipynb", "b.py", "nbhotel.toml"]


def test_exports_that_are_no_longer_asked_for_go(server, folder):
    (folder / "nbhotel.toml").write_text('[save]\nexports = ["script"]\n')
    save(server, folder / "a.ipynb", notebook("x"))
    (folder / "nbhotel.toml").write_text('[save]\nexports = [{ chain = "script", folder = "scripts" }]\n')
    save(server, folder / "a.ipynb", notebook("x"))
    assert not (folder / "a.py").exists()
    assert (folder / "scripts/a.py").exists()


def test_two_exports_of_one_name_are_told(server, folder):
    (folder / "nbhotel.toml").write_text('[save]\nexports = ["script", "code"]\n')
    told = save(server, folder / "a.ipynb", notebook("x"))
    assert told["exports"] == ["a.py"]
    assert told["problems"] == ["a.py: two exports have this name (give one of them a folder in [save])"]
    assert (folder / "a.py").read_text().startswith("# %%")


def test_a_file_that_was_not_made_here_is_left_alone_with_a_word(server, folder):
    (folder / "nbhotel.toml").write_text(SCRIPT)
    (folder / "a.py").write_text("precious\n")
    told = save(server, folder / "a.ipynb", notebook("x"))
    assert told["exports"] == []
    assert told["problems"] == [
        "a.py: was not made by nbhotel, and is left alone "
        "(rename or delete it, and the next save makes it anew)"
    ]
    assert (folder / "a.py").read_text() == "precious\n"
    (folder / "a.py").unlink()
    assert save(server, folder / "a.ipynb", notebook("x"))["problems"] == []
    (folder / "a.py").write_text("edited by hand\n")
    assert (
        "was changed since it was exported" in save(server, folder / "a.ipynb", notebook("y"))["problems"][0]
    )
    delete(server, folder / "a.ipynb")
    assert (folder / "a.py").read_text() == "edited by hand\n"


def test_in_a_fresh_clone_the_committed_exports_are_ours(server, folder):
    (folder / "nbhotel.toml").write_text(SCRIPT)
    save(server, folder / "a.ipynb", notebook("x"))
    for words in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qm1"],
    ):
        server.run("git", *words, cwd=folder)
    clone = folder.with_name(f"{folder.name}-clone")
    server.run("git", "clone", "-q", str(folder), str(clone))
    assert save(server, clone / "a.ipynb", notebook("y"))["problems"] == []
    assert "y" in (clone / "a.py").read_text()


def test_a_failing_chain_saves_the_notebook_and_says_so(server, folder):
    (folder / "nbhotel.toml").write_text('[save]\nexports = ["scirpt"]\n')
    told = save(server, folder / "a.ipynb", notebook("x"))
    assert told["problems"] == [
        f"{folder}/nbhotel.toml:2: save.exports.scirpt: there is no chain 'scirpt' (did you mean 'script'?)"
    ]
    assert server.read_notebook(f"{folder.name}/a.ipynb")["cells"][0]["source"] == ["x"]
    assert told["problems"][0] in server.log


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("boom", "out/a.ipynb: 'boom' failed: ZeroDivisionError: division by zero "),
        ("leave", "a.ipynb: the exports failed: "),
    ],
    ids=["boom", "leave"],
)
def test_a_filter_that_fails_holds_nobody_up(server, folder, name, told):
    listed = '{ chain = "mine", folder = "out" }, "script"'
    chain = f'[chains.mine]\nfilters = ["{name}"]\n'
    (folder / "nbhotel.toml").write_text(f"[save]\nexports = [{listed}]\n{chain}")
    path = folder / "a.ipynb"
    server.ask(f"api/contents/{name_of(server, path)}", "PUT", {"type": "notebook", "content": notebook("x")})
    began = time.monotonic()
    server.ask("api/status")  # the server is there for others
    assert time.monotonic() - began < 4
    assert told in status(server, path)["problems"][0]
    # One that fails in an orderly way leaves the other exports.
    assert (folder / "a.py").exists() == (name == "boom")


def test_what_a_filter_prints_is_no_part_of_anything(server, folder):
    chain = '[chains.mine]\nfilters = ["chat"]\n'
    listed = '{ chain = "mine", folder = "out" }'
    (folder / "nbhotel.toml").write_text(f"[save]\nexports = [{listed}]\n{chain}")
    assert save(server, folder / "a.ipynb", notebook("x"))["problems"] == []
    assert "chatter" not in (folder / "out/a.ipynb").read_text()


def test_terminal_cells_are_in_no_export(server, folder):
    listed = '"script", { chain = "vcs", folder = "stripped" }'
    (folder / "nbhotel.toml").write_text(f"[save]\nexports = [{listed}]\n")
    made = notebook("x", "echo secret")
    made["cells"][1]["metadata"] = {"nbhotel": {"terminal": True}}
    assert save(server, folder / "a.ipynb", made)["problems"] == []
    for name in ("a.ipynb", "a.py", "stripped/a.ipynb"):
        assert "x" in (folder / name).read_text()
        assert "secret" not in (folder / name).read_text()


def test_a_record_that_cannot_be_read_is_told(tmp_path):
    (tmp_path / "nbhotel.toml").write_text(SCRIPT)
    (tmp_path / "a.ipynb").write_text(json.dumps(notebook("x")))
    record = tmp_path / "record.sqlite"
    record.write_text("no database, but long enough to be looked at as one" * 9)
    job = {"kind": "save", "path": str(tmp_path / "a.ipynb"), "record": str(record)}
    (problem,) = worker.run(job, os.environ)["problems"]
    assert problem.startswith(f"{record}: the record of exports can't be used: file is not a database (")
    assert not (tmp_path / "a.py").exists()


def test_a_folder_that_cannot_be_written_is_told(server, folder):
    (folder / "nbhotel.toml").write_text('[save]\nexports = [{ chain = "script", folder = "out" }]\n')
    (folder / "out").write_text("a file")
    told = save(server, folder / "a.ipynb", notebook("x"))
    assert told["problems"] == ["out/a.py: can't be written: not a directory"]


def test_a_folder_that_leads_out_of_the_repository_is_not_written(server, folder, tmp_path):
    (folder / "nbhotel.toml").write_text('[save]\nexports = [{ chain = "script", folder = "out" }]\n')
    (folder / "out").symlink_to(tmp_path)
    told = save(server, folder / "a.ipynb", notebook("x"))
    assert "a link leads out of the folder of the configuration" in told["problems"][0]
    assert list(tmp_path.iterdir()) == []


def test_a_save_of_outputs_only_leaves_git_status_clean_and_stages_nothing(server, folder):
    for number in range(70):  # more than the hook of git's index looks at by content
        (folder / f"{number}.ipynb").write_text(json.dumps(notebook(f"x = {number}")))
    path = folder / "0.ipynb"
    save(server, path, notebook("x = 0"))
    os.utime(path, (1, 1))
    server.run("git", "init", "-q", cwd=folder)
    (folder / ".git/info/exclude").write_text(".ipynb_checkpoints\n")
    server.run("nbhotel", "git", "enable", cwd=folder)
    server.run("git", "add", ".", cwd=folder)
    server.run("git", "-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qm1", cwd=folder)
    made = json.loads(path.read_text())
    made["cells"][0] |= {"outputs": with_output("7\n")["cells"][0]["outputs"], "execution_count": 3}
    path.write_text(json.dumps(made, indent=1))
    assert server.run("git", "status", "--porcelain", cwd=folder) == " M 0.ipynb\n"  # without us
    save(server, path, made)
    assert server.run("git", "status", "--porcelain", cwd=folder) == ""
    made["cells"][0]["source"] = "x = 'changed'"
    save(server, path, made)
    assert server.run("git", "status", "--porcelain", cwd=folder) == " M 0.ipynb\n"


def test_a_path_outside_the_root_is_refused(server):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        server.ask("nbhotel/api/saving/status?path=../../etc/passwd")
