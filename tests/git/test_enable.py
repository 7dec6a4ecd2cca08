"""What `enable` writes, where, and what it leaves alone; and that `disable` undoes all of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.git.sandbox import Sandbox, make_repository, notebook

pytestmark = pytest.mark.slow

RAN = notebook("# Title", "x = 1", "print(x)", ran=True)


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    """All files below a folder but git's objects and the vault: name -> content and mode."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mode)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {"objects", "nbhotel", "index"} & set(path.parts)
    }


def outputs(document: Any) -> list[Any]:
    return [output for cell in document["cells"] for output in cell.get("outputs", [])]


def is_cleaned(repo: Sandbox, name: str = "a.ipynb") -> bool:
    """Whether git takes the outputs out of a notebook that has some."""
    repo.write(name, RAN)
    repo.git("add", "--", name)
    return outputs(repo.staged(name)) == []


def test_a_notebook_goes_in_clean_and_keeps_its_outputs_on_disk(enabled):
    assert is_cleaned(enabled)
    assert json.loads((enabled.folder / "a.ipynb").read_text()) == RAN


def test_all_keys_are_written(enabled):
    keys = enabled.git("config", "--local", "--name-only", "--get-regexp", "nbhotel").split()
    assert sorted(keys) == [
        "diff.nbhotel.cachetextconv",
        "diff.nbhotel.command",
        "diff.nbhotel.textconv",
        "diff.nbhotel.xfuncname",
        "difftool.nbhotel.cmd",
        "difftool.nbhotel.trustexitcode",
        "filter.nbhotel.clean",
        "filter.nbhotel.process",
        "filter.nbhotel.required",
        "filter.nbhotel.smudge",
        "merge.nbhotel.driver",
        "merge.nbhotel.name",
        "mergetool.nbhotel.cmd",
        "mergetool.nbhotel.trustexitcode",
    ]
    asked = enabled.git("check-attr", "filter", "diff", "merge", "--", "sub/a.ipynb", "a.py")
    assert asked.count(": nbhotel\n") == 3
    assert asked.count("a.py: ") == asked.count("a.py: filter: unspecified") + 2


def test_a_second_time_nothing_changes(enabled):
    before = files(enabled.folder)
    assert "nothing to do" in enabled.nbhotel("git", "enable")
    assert files(enabled.folder) == before


def test_disable_leaves_things_as_they_were(repo):
    repo.write(".git/info/attributes", "*.csv diff=csv\n")
    repo.git("config", "user.name", "Grace")
    before = files(repo.folder)
    repo.nbhotel("git", "enable")
    assert files(repo.folder) != before
    repo.nbhotel("git", "disable")
    after = files(repo.folder)
    assert after == before
    assert "was not enabled" in repo.nbhotel("git", "disable")


def test_disable_drops_the_cached_texts(enabled):
    enabled.nbhotel("git", "enable", "--cache")
    enabled.write("a.ipynb", RAN)
    enabled.commit()
    enabled.git("log", "-p")
    assert enabled.git("for-each-ref", "refs/notes") != ""
    enabled.nbhotel("git", "disable")
    assert enabled.git("for-each-ref", "refs/notes") == ""


def test_outside_of_a_repository(tmp_path, env):
    told = Sandbox(tmp_path, env).nbhotel("git", "enable", code=2)
    assert told == (f"nbhotel: {tmp_path}: there is no git repository here (go to one, or use --global)\n")


def test_the_program_may_have_any_path(tmp_path, env):
    folder = tmp_path / 'it\'s a "quoted" $HOME ü %f 100%'
    folder.mkdir()
    program = folder / "nbhotel"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nfrom nbhotel.cli.main import main\nsys.exit(main())\n"
    )
    program.chmod(0o755)
    repo = make_repository(tmp_path / "träger of 'notebooks'", env)
    assert repo.run([str(program), "git", "enable"]).returncode == 0
    for key in ("process", "clean"):  # git falls back to the second when there is no first
        assert is_cleaned(repo, f"{key} of it's.ipynb")
        repo.git("config", "--unset", "filter.nbhotel.process", code=0 if key == "process" else 5)
    repo.commit()
    repo.write("clean of it's.ipynb", notebook("# Title", "x = 2", ran=True))
    assert "+x = 2" in repo.git("diff").replace("  ", " ")
    assert "+x = 1" in repo.git("log", "-p")
    told = repo.nbhotel("git", "doctor", code=1)  # another program of the same version is as good as this one
    assert told.count("problem ") == 1
    assert "missing: filter.nbhotel.process" in told


def test_a_moved_environment_falls_back_to_the_path(tmp_path, repo):
    repo.nbhotel("git", "enable")
    here = str(Path(sys.executable).parent / "nbhotel")
    config = repo.folder / ".git" / "config"
    config.write_text(config.read_text().replace(here, "/nowhere/bin/nbhotel"))
    path = f"{Path(sys.executable).parent}{os.pathsep}{repo.env['PATH']}"
    repo.env["PATH"] = path
    assert is_cleaned(repo)


def without_programs(repo: Sandbox, folder: Path) -> None:
    """Make PATH one folder with nothing but git and what a shell needs."""
    folder.mkdir()
    for name in ("git", "sh", "cat", "true"):
        found = subprocess.run(
            ["sh", "-c", f"command -v {name}"], capture_output=True, text=True
        ).stdout.strip()
        (folder / name).symlink_to(found if found.startswith("/") else f"/bin/{name}")
    repo.env["PATH"] = str(folder)


def test_without_any_program_nothing_leaks_and_reading_still_works(tmp_path, enabled):
    enabled.write("a.ipynb", RAN)
    enabled.commit()
    config = enabled.folder / ".git" / "config"
    here = str(Path(sys.executable).parent / "nbhotel")
    config.write_text(config.read_text().replace(here, "/nowhere/bin/nbhotel"))
    without_programs(enabled, tmp_path / "bin")
    enabled.write("b.ipynb", RAN)
    failed = enabled.run(["git", "add", "b.ipynb"])
    assert failed.returncode != 0
    assert "nbhotel: not found" in failed.stderr
    assert '"x = 1' in enabled.git("log", "-p", "--no-textconv")


def test_several_at_once(repo):
    command = [sys.executable, "-m", "nbhotel", "git", "enable"]
    running = [
        subprocess.Popen(
            command, cwd=repo.folder, env=repo.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(4)
    ]
    done = [(each.communicate(timeout=120), each.returncode) for each in running]
    assert [code for _, code in done] == [0] * 4, done
    assert (repo.folder / ".git/info/attributes").read_text().count("*.ipynb") == 1
    assert repo.git("config", "--get-all", "filter.nbhotel.process").count("\n") == 1
    assert "ok" in repo.nbhotel("git", "doctor")


def test_a_locked_configuration_is_one_line(repo, monkeypatch):
    repo.write(".git/config.lock", "")
    told = repo.nbhotel("git", "enable", code=2)
    assert told.count("\n") == 1
    assert "another git writes this configuration" in told
    assert "config.lock" in told
    assert not (repo.folder / ".git/info/attributes").exists()


@pytest.mark.root
def test_a_configuration_of_somebody_else_is_one_line(public):
    repo = public
    repo.git("config", "--global", "safe.directory", "*")
    command = [sys.executable, "-m", "nbhotel", "git", "enable"]
    done = subprocess.run(
        command, cwd=repo.folder, env=repo.env, capture_output=True, text=True, user="nobody"
    )
    assert done.returncode == 2, done
    assert done.stderr.count("\n") == 1
    assert "can't be written: permission denied" in done.stderr
    assert not (repo.folder / ".git/info/attributes").exists()


def test_for_all_repositories_of_a_person(tmp_path, env, repo):
    told = repo.nbhotel("git", "enable", "--global")
    assert "without the hook" in told
    assert "~/.config/git/attributes" in told
    assert is_cleaned(repo)
    assert is_cleaned(make_repository(tmp_path / "other", env))
    assert "nbhotel" not in (repo.folder / ".git/config").read_text()
    repo.nbhotel("git", "disable", "--global")
    assert not is_cleaned(repo, "b.ipynb")


def test_an_attributes_file_of_ones_own_is_respected(tmp_path, env, repo):
    mine = tmp_path / "home" / "my attributes"
    mine.write_text("*.csv diff=csv\n")
    repo.git("config", "--global", "core.attributesFile", "~/my attributes")
    repo.nbhotel("git", "enable", "--global")
    assert mine.read_text().startswith("*.csv diff=csv\n")
    assert "filter=nbhotel" in mine.read_text()
    assert is_cleaned(repo)
    assert not (tmp_path / "home" / ".config" / "git" / "attributes").exists()


def test_for_everybody(tmp_path, env):
    system = tmp_path / "etc" / "gitconfig"
    system.parent.mkdir()
    env = {key: value for key, value in env.items() if key != "GIT_CONFIG_NOSYSTEM"}
    repo = make_repository(tmp_path / "repo", {**env, "GIT_CONFIG_SYSTEM": str(system)})
    repo.nbhotel("git", "enable", "--system", "--attributes", ".gitattributes")
    assert "git-filter" in system.read_text()
    assert is_cleaned(repo)
    repo.nbhotel("git", "disable", "--system", "--attributes", ".gitattributes")
    assert system.read_text().strip() == ""


def test_attributes_that_are_committed(tmp_path, env, repo):
    repo.nbhotel("git", "enable", "--attributes", ".gitattributes")
    assert not (repo.folder / ".git/info/attributes").exists()
    assert is_cleaned(repo)
    repo.commit()
    clone = repo.at(tmp_path / "clone")
    repo.git("clone", "-q", str(repo.folder), str(clone.folder))
    # git does nothing for a driver that nobody has configured, and the doctor says so.
    assert not is_cleaned(clone, "b.ipynb")
    told = clone.nbhotel("git", "doctor", code=1)
    assert "the driver `nbhotel` is not configured" in told
    clone.nbhotel("git", "doctor", "--fix")
    assert is_cleaned(clone, "c.ipynb")


def test_linked_worktrees_share_it(tmp_path, repo):
    repo.commit()
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "other")
    linked = repo.at(tmp_path / "linked")
    linked.nbhotel("git", "enable")
    assert is_cleaned(linked)
    assert is_cleaned(repo)
    assert (repo.folder / ".git/info/attributes").exists()
    assert not (repo.folder / ".git/worktrees/linked/info/attributes").exists()


def test_worktree_configuration(tmp_path, repo):
    repo.git("config", "extensions.worktreeConfig", "true")
    repo.commit()
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "other")
    linked = repo.at(tmp_path / "linked")
    linked.nbhotel("git", "enable")
    assert is_cleaned(repo)
    linked.git("config", "--worktree", "filter.nbhotel.required", "false")
    assert "required" in linked.nbhotel("git", "doctor", code=1)
    linked.nbhotel("git", "doctor", "--fix")
    assert linked.git("config", "filter.nbhotel.required") == "true\n"


def test_bare_repositories(tmp_path, repo):
    repo.write("a.ipynb", notebook("x = 1"))
    repo.commit()
    bare = repo.at(tmp_path / "bare.git")
    repo.git("clone", "-q", "--bare", str(repo.folder), str(bare.folder))
    bare.nbhotel("git", "enable")
    assert "+x = 1" in bare.git("log", "-p")
    assert not (bare.folder / "hooks" / "post-index-change").exists()
    assert "enabled" in bare.nbhotel("git", "status")
    bare.nbhotel("git", "disable")
    assert "+x = 1" not in bare.git("log", "-p")


def test_submodules_are_repositories_of_their_own(tmp_path, env, repo):
    part = make_repository(tmp_path / "part", env)
    part.commit()
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(part.folder), "part")
    assert "git submodule foreach --recursive nbhotel git enable" in repo.nbhotel("git", "enable")
    inside = repo.at(repo.folder / "part")
    assert not is_cleaned(inside)
    inside.nbhotel("git", "enable")
    assert is_cleaned(inside, "b.ipynb")
    assert (repo.folder / ".git/modules/part/info/attributes").exists()


def test_outputs_that_stay_in_git(enabled):
    enabled.nbhotel("git", "enable", "--keep-outputs", "reports/*.ipynb", "--keep-outputs", "a b.ipynb")
    for name in ("reports/a.ipynb", "a b.ipynb"):
        enabled.write(name, RAN)
    assert is_cleaned(enabled)
    enabled.git("add", ".")
    assert len(outputs(enabled.staged("reports/a.ipynb"))) == 2
    assert len(outputs(enabled.staged("a b.ipynb"))) == 2
    before = files(enabled.folder)
    enabled.nbhotel("git", "enable")  # remembers it
    assert files(enabled.folder)[".git/info/attributes"] == before[".git/info/attributes"]
    assert "kept   reports/*.ipynb" in enabled.nbhotel("git", "status")
    enabled.nbhotel("git", "doctor")


def test_git_lfs_keeps_what_it_has(repo):
    repo.git("config", "filter.lfs.clean", "sed s/^/lfs:/")
    repo.write(".gitattributes", "data/*.ipynb filter=lfs diff=lfs merge=lfs -text\n")
    told = repo.nbhotel("git", "enable")
    assert "data/*.ipynb keeps the filter lfs (.gitattributes:1)" in told
    assert is_cleaned(repo)
    repo.write("data/a.ipynb", RAN)
    repo.git("add", ".")
    assert repo.git("cat-file", "blob", ":data/a.ipynb").startswith("lfs:{")
    repo.nbhotel("git", "doctor")


def test_a_broken_configuration_of_git_is_one_line(repo):
    repo.write(".git/config", (repo.folder / ".git/config").read_text() + "[filter\n")
    told = repo.nbhotel("git", "enable", code=2)
    assert told.count("\n") == 1
    assert "bad config line" in told


def test_what_is_committed_already_is_told(repo):
    repo.write("a.ipynb", RAN)
    repo.write("b.ipynb", notebook("x = 1"))
    repo.commit()
    told = repo.nbhotel("git", "enable")
    assert "a notebook is committed with outputs, such as a.ipynb" in told
    assert repo.nbhotel("git", "refresh", "--renormalize") == "staged clean: a.ipynb\n"
    assert outputs(repo.staged("a.ipynb")) == []
    assert "committed with outputs" not in repo.nbhotel("git", "enable")
