"""`stage` and `unstage` by real git: what the index has afterwards, whatever state a notebook is in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.git.commits import conflict
from tests.git.sandbox import Sandbox, make_repository, notebook

pytestmark = pytest.mark.slow

NAME = "a.ipynb"
OLD = ("# Rain in Bergen", "x = 1", "print(x)")
NEW = ("# Rain in Bergen, Oslo", "x = 2", "print(x)", "y = 3")


def sources(document: Any) -> list[str]:
    return ["".join(cell["source"]) for cell in document["cells"]]


def edited(repo: Sandbox, name: str = NAME) -> Path:
    """Commit the old notebook, and write the new one."""
    repo.write(name, notebook(*OLD, ran=True))
    repo.git("add", "--", name, GIT_LITERAL_PATHSPECS="1")
    repo.git("commit", "-q", "-m", "old")
    return repo.write(name, notebook(*NEW, ran=True))


def staged(repo: Sandbox, name: str = NAME) -> list[str]:
    return sources(repo.staged(name))


def test_a_cell_is_staged_and_nothing_else_changes(enabled):
    file = edited(enabled)
    before = file.read_bytes(), file.stat()
    told = enabled.nbhotel("stage", "--cell", "2", NAME)
    assert told == "a.ipynb: 1 of 3 changes staged\n  code cell 2 [ ] · source\n"
    assert staged(enabled) == ["# Rain in Bergen", "x = 2", "print(x)"]
    assert (file.read_bytes(), file.stat()) == before
    assert "output" not in json.dumps([cell.get("outputs") for cell in enabled.staged(NAME)["cells"]])
    assert enabled.git("status", "--short") == "MM a.ipynb\n"


def test_the_rest_is_exactly_what_git_add_adds(enabled):
    edited(enabled)
    for word in ("2", "/Oslo/", "cell-4"):
        enabled.nbhotel("stage", "--cell", word, NAME)
    blob = enabled.git("rev-parse", f":{NAME}")
    assert enabled.git("status", "--short") == "M  a.ipynb\n"
    enabled.git("add", NAME)
    assert enabled.git("rev-parse", f":{NAME}") == blob
    assert enabled.nbhotel("stage", "--all", NAME) == "a.ipynb: nothing to stage\n"


def test_without_our_filter_outputs_are_a_choice(repo):
    edited(repo)
    repo.nbhotel("stage", "--cell", "4", "--only", "source", NAME)
    assert repo.staged(NAME)["cells"][3] == notebook(*NEW)["cells"][3]
    repo.nbhotel("stage", "--all", NAME)
    assert repo.git("cat-file", "blob", f":{NAME}") == (repo.folder / NAME).read_text()


def test_unstaging_takes_cells_out_again(enabled):
    file = edited(enabled)
    enabled.git("add", NAME)
    content = file.read_bytes()
    assert "1 of 3 changes unstaged" in enabled.nbhotel("unstage", "--cell", "4", NAME)
    assert staged(enabled) == ["# Rain in Bergen, Oslo", "x = 2", "print(x)"]
    enabled.nbhotel("unstage", "--all")
    assert enabled.git("diff", "--cached", "--raw") == ""
    assert file.read_bytes() == content
    assert enabled.nbhotel("unstage", "--all") == "nothing to unstage\n"


def test_a_new_notebook_whole_or_in_part(enabled):
    enabled.write(NAME, notebook(*NEW, ran=True))
    enabled.nbhotel("stage", "--cell", "/^x/", "--cell", "4", NAME)
    assert staged(enabled) == ["x = 2", "y = 3"]
    assert enabled.staged(NAME)["metadata"] == notebook()["metadata"]
    enabled.nbhotel("unstage", "--cell", "1", NAME)
    assert staged(enabled) == ["y = 3"]
    enabled.nbhotel("unstage", "--all", NAME)
    assert enabled.git("ls-files") == ""
    enabled.git("add", "--intent-to-add", NAME)
    enabled.nbhotel("stage", "--cell", "3", NAME)
    assert staged(enabled) == ["print(x)"]
    enabled.nbhotel("stage", "--all", NAME)
    assert enabled.git("status", "--short") == "A  a.ipynb\n"


def test_a_notebook_without_cells_is_one_change(enabled):
    enabled.write(NAME, notebook())
    assert "notebook · new file" in enabled.nbhotel("stage", "--all", NAME)
    assert enabled.git("status", "--short") == "A  a.ipynb\n"


def test_a_deleted_notebook(enabled):
    edited(enabled).unlink()
    assert "notebook · deleted file" in enabled.nbhotel("stage", "--all", NAME)
    assert enabled.git("status", "--short") == "D  a.ipynb\n"
    enabled.nbhotel("unstage", "--all", NAME)
    assert enabled.git("status", "--short") == " D a.ipynb\n"
    assert "2 cells" not in enabled.nbhotel("discard", "--all", "--yes", NAME)
    assert sources(json.loads((enabled.folder / NAME).read_text())) == list(OLD)
    assert "output of cell 2" in (enabled.folder / NAME).read_text()


def test_a_renamed_notebook_is_compared_with_what_it_was(enabled):
    edited(enabled)
    enabled.git("checkout", "-q", NAME)
    enabled.git("mv", NAME, "b.ipynb")
    enabled.write("b.ipynb", notebook("# Rain in Bergen", "x = 1", "print(x)", "y = 3"))
    enabled.git("add", "b.ipynb")
    told = enabled.nbhotel("unstage", "--all", "b.ipynb")
    assert told.splitlines() == ["b.ipynb: 1 of 1 change unstaged", "  code cell 4 [ ] · added"]
    assert enabled.git("status", "--short") == "RM a.ipynb -> b.ipynb\n"


def test_the_executable_bit_is_kept_and_is_a_choice(enabled):
    edited(enabled).chmod(0o755)
    enabled.nbhotel("stage", "--cell", "2", NAME)
    assert enabled.git("ls-files", "-s").startswith("100644 ")
    assert "notebook · mode 100644 → 100755" in enabled.nbhotel("stage", "--all", NAME)
    assert enabled.git("ls-files", "-s").startswith("100755 ")
    enabled.nbhotel("unstage", "--cell", "2", NAME)
    assert enabled.git("ls-files", "-s").startswith("100755 ")


def refused(repo: Sandbox, *words: str, **more: str) -> str:
    """The one line that a command ends with; nothing may have been written."""
    index = repo.git("ls-files", "-s")
    told = repo.nbhotel(*words, code=2, **more)
    assert told.count("\n") == 1
    assert repo.git("ls-files", "-s") == index
    return told.removeprefix("nbhotel: ").strip()


def test_what_is_refused_in_one_line(enabled):
    edited(enabled)
    (enabled.folder / "link.ipynb").symlink_to(NAME)
    enabled.write("broken.ipynb", "{")
    enabled.write("text.ipynb", "")
    enabled.write(".gitignore", "ignored.ipynb\n")
    enabled.write("ignored.ipynb", notebook("x = 1"))
    assert "symbolic link" in refused(enabled, "stage", "--all", "link.ipynb")
    assert "broken.ipynb: line 1: ends too early" in refused(enabled, "stage", "--all", "broken.ipynb")
    assert "is ignored" in refused(enabled, "stage", "--all", "ignored.ipynb")
    assert "no such file" in refused(enabled, "stage", "--all", "gone.ipynb")
    assert "there is no cell 9" in refused(enabled, "stage", "--cell", "9", NAME)
    assert "nothing to go back to" in refused(enabled, "discard", "--all", "--yes", "ignored.ipynb")
    assert "is no git revision" in refused(enabled, "discard", "--all", "--yes", "--from", "nope", NAME)
    enabled.git("add", "broken.ipynb")
    enabled.write("broken.ipynb", notebook("x = 1"))
    assert "the index:broken.ipynb: line 1" in refused(enabled, "stage", "--all", "broken.ipynb")
    lock = enabled.folder / ".git" / "index.lock"
    lock.touch()
    assert "index.lock': File exists." in refused(enabled, "stage", "--all", NAME)
    lock.unlink()
    outside = enabled.at(enabled.folder.parent)
    assert "not a git repository" in outside.nbhotel("stage", "--all", "x.ipynb", code=2)
    assert "no worktree" in enabled.at(enabled.folder / ".git").nbhotel("stage", "--all", "x.ipynb", code=2)


def test_a_broken_notebook_among_others_stops_before_anything_is_written(enabled):
    edited(enabled)
    enabled.write("z.ipynb", notebook("x = 1"))
    enabled.commit()
    enabled.write("z.ipynb", "{")
    edited(enabled, "b.ipynb")
    assert "z.ipynb" in refused(enabled, "stage", "--all")


def test_a_conflict_is_for_resolve(enabled):
    conflict(enabled)
    assert refused(enabled, "stage", "--all", NAME) == "a.ipynb: has a conflict (nbhotel resolve a.ipynb)"
    assert "nbhotel resolve" in refused(enabled, "unstage", "--all", NAME)


def test_an_index_that_changes_meanwhile_is_left_alone(enabled):
    edited(enabled)
    editor = f"git -C {enabled.folder} add {NAME}; true"
    told = enabled.nbhotel("stage", "-p", NAME, code=2, stdin="e\ny\ny\ny\n", GIT_EDITOR=editor)
    assert "the index was changed by another program" in told
    assert staged(enabled) == list(NEW)


def test_several_notebooks_and_folders(enabled):
    for name in ("a.ipynb", "sub/b.ipynb", "sub/deep/c.ipynb"):
        edited(enabled, name)
    enabled.nbhotel("stage", "--cell", "2", "sub")
    assert enabled.git("status", "--short") == " M a.ipynb\nMM sub/b.ipynb\nMM sub/deep/c.ipynb\n"
    inner = enabled.at(enabled.folder / "sub" / "deep")
    assert "c.ipynb: 2 of 2 changes staged" in inner.nbhotel("stage", "--all", "c.ipynb")
    assert "../../a.ipynb: 1 of 3 changes staged" in inner.nbhotel("stage", "--cell", "2")
    outside = enabled.at(enabled.folder.parent)
    outside.nbhotel("stage", "--all", f"{enabled.folder.name}/sub/b.ipynb")
    assert enabled.git("status", "--short") == "MM a.ipynb\nM  sub/b.ipynb\nM  sub/deep/c.ipynb\n"


def test_names_that_mean_something_elsewhere(enabled):
    for name in ("b.ipynb", "*.ipynb", ":(top)b.ipynb", "é \n.ipynb"):
        edited(enabled, name)
        enabled.nbhotel("stage", "--cell", "2", name)
        assert staged(enabled, name)[1] == "x = 2"
        assert enabled.git("diff", "--cached", "--name-only", "-z") == f"{name}\0"
        enabled.git("reset", "-q", "--hard")


def test_a_linked_worktree_and_a_submodule(enabled, tmp_path):
    edited(enabled)
    enabled.git("checkout", "-q", NAME)
    enabled.git("worktree", "add", "-q", "-b", "aside", str(tmp_path / "aside"))
    aside = enabled.at(tmp_path / "aside")
    aside.write(NAME, notebook(*NEW, ran=True))
    aside.nbhotel("stage", "--cell", "2", NAME)
    assert staged(aside) == ["# Rain in Bergen", "x = 2", "print(x)"]
    assert aside.nbhotel("discard", "--cell", "4", "--yes", NAME).count("nbhotel/discarded") == 1
    assert list((enabled.folder / ".git" / "nbhotel" / "discarded").rglob(NAME))
    above = make_repository(tmp_path / "above", enabled.env)
    above.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(enabled.folder), "inner")
    above.write("inner/a.ipynb", notebook(*NEW))
    above.nbhotel("stage", "--cell", "2", "inner/a.ipynb")
    assert staged(above.at(above.folder / "inner")) == ["# Rain in Bergen", "x = 2", "print(x)"]


def test_by_an_alias_from_below_the_top_of_a_linked_worktree(enabled, tmp_path):
    """git sets GIT_DIR there, and would take the folder for the top of the worktree."""
    enabled.nbhotel("git", "enable", "--aliases")
    edited(enabled, "sub/a.ipynb")
    enabled.git("worktree", "add", "-q", "-b", "aside", str(tmp_path / "aside"))
    aside = enabled.at(tmp_path / "aside")
    aside.write("sub/a.ipynb", notebook(*NEW, ran=True))
    below = enabled.at(aside.folder / "sub")
    assert below.git("nbstage", "--cell", "2", "a.ipynb").startswith("a.ipynb: 1 of 3 changes staged\n")
    assert aside.git("nbstage", "--cell", "1", "sub/a.ipynb").startswith("sub/a.ipynb: 1 of 2 changes")
    assert aside.git("ls-files") == "sub/a.ipynb\n"
    assert below.git("nbunstage", "--all").startswith("a.ipynb: 2 of 2 changes unstaged\n")
    below.git("nbdiscard", "--all", "--yes")
    assert aside.git("status", "--short") == ""
    assert enabled.git("status", "--short") == " M sub/a.ipynb\n"


@pytest.mark.parametrize("setting", ["core.splitIndex=true", "index.version=4", "core.untrackedCache=true"])
def test_an_index_in_another_form(enabled, setting):
    enabled.git("config", *setting.split("="))
    edited(enabled)
    enabled.nbhotel("stage", "--cell", "2", NAME)
    assert staged(enabled) == ["# Rain in Bergen", "x = 2", "print(x)"]
    assert enabled.git("fsck") == ""


def test_a_sparse_checkout(repo):
    edited(repo, "in/a.ipynb")
    edited(repo, "out/a.ipynb")
    repo.commit()
    repo.git("sparse-checkout", "set", "--cone", "--sparse-index", "in")
    repo.write("in/a.ipynb", notebook(*OLD, ran=True))
    assert "outside of the sparse checkout" in refused(repo, "stage", "--all", "out/a.ipynb")
    repo.nbhotel("stage", "--cell", "2", "in/a.ipynb")
    assert staged(repo, "in/a.ipynb")[1] == "x = 1"
    assert repo.git("status", "--short") == "MM in/a.ipynb\n"


def test_sha256(tmp_path, env):
    repo = make_repository(tmp_path / "sha256", env, "--object-format=sha256")
    edited(repo)
    repo.nbhotel("stage", "--cell", "2", "--only", "source", NAME)
    assert staged(repo) == ["# Rain in Bergen", "x = 2", "print(x)"]
    repo.git("mv", NAME, "b.ipynb")
    repo.nbhotel("unstage", "--all", "b.ipynb")
    assert staged(repo, "b.ipynb") == list(OLD)


def test_crlf_and_form(repo):
    edited(repo)
    repo.git("config", "core.autocrlf", "input")
    content = (json.dumps(notebook(*OLD, ran=True), indent=2) + "\n").replace("\n", "\r\n")
    (repo.folder / NAME).write_bytes(content.encode())
    told = repo.nbhotel("stage", "--all", NAME)
    assert "the same content, written in another way" in told
    assert repo.git("cat-file", "blob", f":{NAME}") == content.replace("\r\n", "\n")


def test_json_tells_what_there_is_and_what_was_done(enabled):
    edited(enabled)
    found = json.loads(enabled.nbhotel("stage", "--json", NAME))
    (entry,) = found["notebooks"]
    assert [each["chosen"] for each in entry["changes"]] == [False, False, False]
    assert enabled.git("diff", "--cached", "--raw") == ""
    found = json.loads(enabled.nbhotel("stage", "--json", "--cell", "cell-2", NAME))
    (entry,) = found["notebooks"]
    assert (found["schema"], found["verb"], entry["path"]) == ("nbhotel/stage/1", "stage", NAME)
    assert entry["changes"] == [
        {
            "part": "source",
            "kind": "changed",
            "old": [{"cell": 2, "id": "cell-2"}],
            "new": [{"cell": 2, "id": "cell-2"}],
            "removed": ["x = 1"],
            "added": ["x = 2"],
            "chosen": True,
        }
    ]
    assert entry["blob"] == enabled.git("rev-parse", f":{NAME}").strip()
    assert "blob" not in enabled.nbhotel("stage", "--json", "--dry-run", "--all", NAME)


def test_wrong_usage_is_one_line(enabled):
    edited(enabled)
    for words, line in (
        (["stage", NAME], "say what to stage (--all, --cell, or -p, which asks)"),
        (["stage", "--all", "--cell", "1", NAME], "--all and --cell can't both be"),
        (["stage", "-p", "--json", NAME], "-p asks, and --json doesn't"),
        (
            ["stage", "--all", "--only", "sauce", NAME],
            "--only: there is no part 'sauce' (did you mean 'source'?)",
        ),
        (["stage", "--cell", "/(/", NAME], "is no regular expression"),
        (["discard", "--all", NAME], "discarding changes files (say --yes, or -p to be asked"),
    ):
        assert line in refused(enabled, *words)
