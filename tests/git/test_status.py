"""`nbhotel git status` says what git does, and `refresh` has git look again."""

from __future__ import annotations

import json
from pathlib import Path

from tests.git.sandbox import Sandbox, notebook

RAN = notebook("# Title", "x = 1", ran=True)


def effects(repo: Sandbox, code: int = 0) -> dict[str, tuple[bool, str, str]]:
    document = json.loads(repo.nbhotel("git", "status", "--json", code=code))
    return {
        each["commands"].split(",")[0]: (each["active"], each["does"], each["by"])
        for each in document["effects"]
    }


def test_on_one_screen(enabled):
    shown = enabled.nbhotel("git", "status").splitlines()
    assert shown[0] == f"{enabled.folder}: nbhotel is enabled"
    assert len(shown) < 24
    assert max(map(len, shown)) < 130
    starts = [line[2:].split(",")[0].split("  ")[0] for line in shown if line.startswith("* ")]
    assert starts == ["add", "checkout", "archive", "status", "diff", "show", "merge", "difftool"]
    assert "vault  none yet" in shown
    enabled.write("a.ipynb", RAN)
    enabled.git("add", ".")
    assert "vault  .git/nbhotel/vault.sqlite, " in enabled.nbhotel("git", "status")


def test_not_enabled(repo):
    shown = repo.nbhotel("git", "status", code=1)
    assert "nbhotel is not enabled (`nbhotel git enable`)" in shown
    assert "* " not in shown
    assert effects(repo, code=1)["add"] == (False, "outputs go into git", "no attributes file")


def test_what_is_off_is_said_to_be(enabled):
    attributes = enabled.folder / ".git/info/attributes"
    attributes.write_text(attributes.read_text() + "*.ipynb -filter\n")
    enabled.git("config", "--unset", "diff.nbhotel.command")
    (enabled.folder / ".git/hooks/post-index-change").unlink()
    seen = effects(enabled)
    assert seen["add"] == (False, "outputs go into git", ".git/info/attributes:5")
    assert seen["diff"] == (False, "sources as plain text", "diff.nbhotel.command is not set")
    assert seen["status"][0] is False
    assert seen["merge"][0] is True


def test_where_settings_come_from(repo):
    repo.nbhotel("git", "enable", "--global")
    repo.git("config", "diff.nbhotel.cachetextconv", "true")
    document = json.loads(repo.nbhotel("git", "status", "--json"))
    scopes = {(each["key"], each["scope"]) for each in document["settings"]}
    assert ("filter.nbhotel.process", "global") in scopes
    assert ("diff.nbhotel.cachetextconv", "local") in scopes
    assert document["chain"]["filters"][0] == "outputs"
    assert effects(repo)["show"][1] == "sources as plain text, cached"


def test_outside_of_a_repository(tmp_path, env):
    told = Sandbox(tmp_path, env).nbhotel("git", "status", code=2)
    assert "there is no git repository here" in told


def ran_again(repo: Sandbox, name: str) -> None:
    path = repo.folder / name
    path.write_text(path.read_text().replace("output of", "a much longer output of"))


def test_refresh_without_the_hook(repo):
    told = repo.nbhotel("git", "enable", "--no-hook")
    assert "until `nbhotel git refresh`" in told
    assert not (repo.folder / ".git/hooks/post-index-change").exists()
    assert "problem" not in repo.nbhotel("git", "doctor")  # it was a choice
    (repo.folder / "sub").mkdir()
    for name in ("a.ipynb", "sub/b c.ipynb", "c.ipynb"):
        repo.write(name, RAN)
    repo.write("notes.txt", "one\n")
    repo.commit()
    ran_again(repo, "a.ipynb")
    ran_again(repo, "sub/b c.ipynb")
    repo.write("c.ipynb", notebook("# Title", "x = 2", ran=True))
    repo.write("notes.txt", "two\n")
    assert repo.git("status", "--porcelain").count(" M ") == 4
    told = repo.nbhotel("git", "refresh", "--dry-run").splitlines()
    assert told == ["would be fresh: a.ipynb", "would be fresh: sub/b c.ipynb", "really modified: c.ipynb"]
    assert repo.git("status", "--porcelain").count(" M ") == 4
    inside = repo.at(repo.folder / "sub")
    assert inside.nbhotel("git", "refresh", ".") == "fresh: sub/b c.ipynb\n"
    told = repo.nbhotel("git", "refresh").splitlines()
    assert told == ["fresh: a.ipynb", "really modified: c.ipynb"]
    assert repo.git("status", "--porcelain") == " M c.ipynb\n M notes.txt\n"
    assert repo.git("diff", "--cached", "--name-only") == ""
    assert "nothing to do" in inside.nbhotel("git", "refresh", ".")


def test_refresh_in_a_bare_repository(tmp_path, env, repo):
    bare = repo.at(tmp_path / "bare.git")
    repo.git("clone", "-q", "--bare", str(repo.folder), str(bare.folder))
    assert "has no worktree" in bare.nbhotel("git", "refresh", code=2)


def test_renormalize_leaves_other_changes_alone(repo):
    repo.write("old.ipynb", RAN)
    repo.write("other.ipynb", RAN)
    repo.commit()
    repo.nbhotel("git", "enable")
    assert repo.nbhotel("git", "refresh", "--renormalize", "-n", "old.ipynb").startswith(
        "would be staged clean: old.ipynb\n"
    )
    repo.nbhotel("git", "refresh", "--renormalize", "old.ipynb")
    assert repo.git("diff", "--cached", "--name-only") == "old.ipynb\n"
    assert json.loads(Path(repo.folder / "old.ipynb").read_text()) == RAN
