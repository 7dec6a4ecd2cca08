"""Broken set-ups, each made for real: `doctor` finds it, `--fix` mends it, and then git works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from tests.git.sandbox import Sandbox, environment, notebook

RAN = notebook("# Title", "x = 1", ran=True)
HERE = str(Path(sys.executable).parent / "nbhotel")


def rival_attributes(repo: Sandbox) -> None:
    """What `nbstripout --install` writes, and `nbdime config-git --enable`."""
    repo.git("config", "filter.nbstripout.clean", '"/usr/bin/python3" -m nbstripout')
    repo.git("config", "filter.nbstripout.smudge", "cat")
    repo.git("config", "diff.ipynb.textconv", '"/usr/bin/python3" -m nbstripout -t')
    repo.git("config", "merge.jupyternotebook.driver", "git-nbmergedriver merge %O %A %B %L %P")
    attributes = repo.folder / ".git/info/attributes"
    rivals = "*.ipynb filter=nbstripout\n*.zpln filter=nbstripout\n*.ipynb diff=ipynb\n"
    attributes.write_text(attributes.read_text() + rivals + "*.ipynb\tmerge=jupyternotebook\n")


def moved_environment(repo: Sandbox) -> None:
    config = repo.folder / ".git/config"
    hook = repo.folder / ".git/hooks/post-index-change"
    for file in (config, hook):
        file.write_text(file.read_text().replace(HERE, "/home/ada/old env/bin/nbhotel"))


def worktree_attributes(repo: Sandbox) -> None:
    """What a tool writes that takes a linked worktree's own git directory for the repository's."""
    repo.commit()
    repo.git("worktree", "add", "-q", "../linked", "-b", "linked")
    (repo.folder / ".git/info/attributes").unlink()
    info = repo.folder / ".git/worktrees/linked/info"
    info.mkdir()
    (info / "attributes").write_text("*.ipynb filter=nbhotel diff=nbhotel merge=nbhotel\n")


def missing_required(repo: Sandbox) -> None:
    repo.git("config", "--unset", "filter.nbhotel.required")


def hook_switched_off(repo: Sandbox) -> None:
    (repo.folder / ".git/hooks/post-index-change").chmod(0o644)


def hooks_elsewhere(repo: Sandbox) -> None:
    repo.git("config", "core.hooksPath", str(repo.folder.parent / "my hooks"))


def not_on_path(repo: Sandbox) -> None:
    """What somebody writes by hand."""
    repo.git("config", "filter.nbhotel.process", "nbhotel-of-old git-filter")
    repo.git("config", "filter.nbhotel.clean", "nbhotel-of-old git-clean %f")


def another_version(repo: Sandbox) -> None:
    other = repo.folder.parent / "other" / "nbhotel"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\necho nbhotel 0.0.1\n")
    other.chmod(0o755)
    config = repo.folder / ".git/config"
    config.write_text(config.read_text().replace(HERE, str(other)))


def python_without_nbhotel(repo: Sandbox) -> None:
    """A script whose environment was upgraded under it: it starts, and fails with 1."""
    other = repo.folder.parent / "other" / "nbhotel"
    other.parent.mkdir()
    other.write_text(f"#!{sys.executable} -S\nimport nbhotel_of_old\n")
    other.chmod(0o755)
    config = repo.folder / ".git/config"
    config.write_text(config.read_text().replace(HERE, str(other)))


def abandoned_lock(repo: Sandbox) -> None:
    missing_required(repo)
    lock = repo.write(".git/config.lock", "")
    os.utime(lock, (1_700_000_000, 1_700_000_000))


def switched_off_by_hand(repo: Sandbox) -> None:
    attributes = repo.folder / ".git/info/attributes"
    attributes.write_text(attributes.read_text() + "*.ipynb -filter\n")


def keys_of_another_version(repo: Sandbox) -> None:
    repo.git("config", "diff.nbhotel.command", "nbdiff-of-old")
    repo.git("config", "--unset", "merge.nbhotel.driver")


def damaged_vault(repo: Sandbox) -> None:
    repo.write(".git/nbhotel/vault.sqlite", "no database, but long enough to be looked at as one" * 50)


BROKEN: dict[str, tuple[Callable[[Sandbox], None], str]] = {
    "rival": (rival_attributes, "nbdime and nbstripout stand before notebooks instead of nbhotel"),
    "moved": (
        moved_environment,
        "/home/ada/old env/bin/nbhotel, which .git/config names, can't be run any more",
    ),
    "worktree": (worktree_attributes, "speaks of notebooks, but git does not read it"),
    "required": (missing_required, "filter.nbhotel.required is not set"),
    "hook off": (hook_switched_off, "the hook .git/hooks/post-index-change is not executable"),
    "hook elsewhere": (hooks_elsewhere, "core.hooksPath is "),
    "path": (not_on_path, "git finds no `nbhotel-of-old` on PATH"),
    "version": (another_version, "which is nbhotel 0.0.1; this is nbhotel "),
    "python": (python_without_nbhotel, "can't be run any more"),
    "lock": (abandoned_lock, "was left behind by a git that was killed"),
    "attributes": (switched_off_by_hand, "filter is unset (.git/info/attributes:5)"),
    "vault": (damaged_vault, "outputs are neither kept nor put back: .git/nbhotel/vault.sqlite is damaged"),
    "keys": (keys_of_another_version, "keys of the driver are missing: merge.nbhotel.driver"),
}


#: Several at once, where they have nothing to do with one another: each repository takes two seconds.
TOGETHER = (
    "moved",
    "path",
    "version",
    "python",
    "lock",
    "rival, hook off",
    "worktree, required, vault",
    "hook elsewhere, keys",
    "attributes",
)


def treats_rightly(repo: Sandbox, name: str = "probe.ipynb") -> None:
    """Assert that a notebook goes in clean, looks unmodified after a run, and is compared by cells."""
    repo.write(name, RAN)
    repo.git("add", name)
    repo.git("commit", "-q", "-m", "probe")
    assert '"outputs": []' in repo.git("cat-file", "blob", f":{name}")
    again = json.loads(json.dumps(RAN).replace("output of cell", "another output of cell"))
    repo.write(name, again)
    assert repo.git("status", "--porcelain", name) == ""
    repo.write(name, notebook("# Title", "x = 2", ran=True))
    assert "1 cell changed" in repo.git("diff", name)


@pytest.fixture(scope="module")
def used_once(enabled_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that has treated a notebook rightly: made once."""
    folder = tmp_path_factory.mktemp("used")
    (folder / "home").mkdir()
    made = Sandbox(Path(copytree(enabled_once, folder / "repo")), environment(folder / "home"))
    treats_rightly(made)
    made.git("checkout", "-q", "--", ".")
    return made.folder


@pytest.fixture
def used(used_once: Path, tmp_path: Path, env: dict[str, str]) -> Sandbox:
    """A copy of it."""
    return Sandbox(Path(copytree(used_once, tmp_path / "repo", symlinks=True)), env)


@pytest.mark.parametrize("names", TOGETHER)
def test_found_and_mended(names, used):
    tellings = []
    for name in names.split(", "):
        break_it, told = BROKEN[name]
        break_it(used)
        tellings.append(told)
    before = used.nbhotel("git", "doctor", code=1).splitlines()
    fixed = used.nbhotel("git", "doctor", "--fix").splitlines()
    for told in tellings:
        assert any(told in line and "--fix mends it" in line for line in before)
        assert any(told in line and line.startswith("mended ") for line in fixed)
    assert "problem" not in used.nbhotel("git", "doctor")
    treats_rightly(used, "other.ipynb")


def test_all_of_them_are_tested():
    assert sorted(BROKEN) == sorted(", ".join(TOGETHER).split(", "))


@pytest.mark.root
def test_a_read_only_configuration(public):
    enabled = public
    enabled.nbhotel("git", "enable")
    missing_required(enabled)
    subprocess.run(["chown", "-R", "nobody", str(public.folder.parent)], check=True)
    (enabled.folder / ".git").chmod(0o555)

    def doctor(*options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "nbhotel", "git", "doctor", *options]
        return subprocess.run(
            command, cwd=enabled.folder, env=enabled.env, capture_output=True, text=True, user="nobody"
        )

    told = doctor()
    assert (told.returncode, told.stderr) == (1, "")
    assert "git's configuration can't be changed: .git is read-only (--fix mends it)" in told.stdout
    assert doctor("--fix").returncode == 0
    assert doctor().returncode == 0


def test_what_is_fine_is_fine(enabled):
    assert enabled.nbhotel("git", "doctor") == "ok        git treats notebooks rightly here\n"


def test_json(enabled):
    missing_required(enabled)
    enabled.write("a.ipynb", RAN)
    document = json.loads(enabled.nbhotel("git", "doctor", "--json", code=1))
    assert [(each["name"], each["state"], each["mendable"]) for each in document["findings"]] == [
        ("required", "problem", True)
    ]
    document = json.loads(enabled.nbhotel("git", "doctor", "--json", "--fix"))
    assert [each["state"] for each in document["findings"]] == ["mended"]


def test_notes_do_not_count(repo):
    repo.write("old.ipynb", RAN)
    repo.write("kept/a.ipynb", RAN)
    repo.write("kept/.gitattributes", "*.ipynb -filter\n")
    repo.write(".pre-commit-config.yaml", "repos:\n- repo: https://example.org/nbstripout\n")
    repo.write(".git/hooks/pre-commit", "#!/bin/sh\njupytext --sync *.ipynb\n")
    repo.commit()
    repo.nbhotel("git", "enable")
    told = repo.nbhotel("git", "doctor")
    assert "committed with outputs: 2 notebooks, such as kept/a.ipynb" in told
    assert ".pre-commit-config.yaml:2 calls nbstripout" in told
    assert ".git/hooks/pre-commit:2 calls jupytext" in told
    assert "problem" not in told


def test_a_cache_of_other_texts(enabled):
    enabled.nbhotel("git", "enable", "--cache")
    enabled.write("a.ipynb", notebook("x = 1"))
    enabled.commit()
    enabled.git("log", "-p")
    assert "problem" not in enabled.nbhotel("git", "doctor")
    enabled.write("nbhotel.toml", '[chains.vcs]\nextends = "vcs"\nwithout = ["outputs"]\n')
    told = enabled.nbhotel("git", "doctor", code=1)
    assert "keys of the driver are not as this nbhotel has them: diff.nbhotel.textconv" in told
    assert "holds texts that another nbhotel made" in enabled.nbhotel("git", "doctor", "--fix")
    assert enabled.git("for-each-ref", "refs/notes") == ""


def test_what_can_not_be_mended_is_told(enabled):
    enabled.write("hooks/pre-commit", "#!/bin/sh\n")
    enabled.commit()
    enabled.git("config", "core.hooksPath", "hooks")
    told = enabled.nbhotel("git", "doctor", "--fix", code=1)
    assert 'put `nbhotel git-index-written "$@" || :` in it' in told
    assert not (enabled.folder / "hooks/post-index-change").exists()


def test_outside_of_a_repository(tmp_path, env):
    assert "there is no git repository here" in Sandbox(tmp_path, env).nbhotel("git", "doctor", code=2)


def test_a_wrong_chain_is_one_line(enabled):
    enabled.write("nbhotel.toml", '[chains.vcs]\nfilters = ["outputz"]\n')
    told = enabled.nbhotel("git", "doctor", code=2)
    assert told.count("\n") == 1
    assert "nbhotel.toml:2" in told
