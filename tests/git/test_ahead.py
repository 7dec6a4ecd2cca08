"""Notebooks cleaned ahead: what git gets and what the vault keeps is what it would be without."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from nbhotel.cli.filtering import cleaning_ahead
from nbhotel.git.filter.ahead import Ahead
from nbhotel.git.filter.cleaning import Cleaned
from nbhotel.git.filter.following import following
from nbhotel.git.vault.store import Vault
from tests.git.runs import clean, ran
from tests.git.sandbox import Sandbox, environment

SOURCES = ["# one", "a = 1", "b = 2"]
NAMES = [f"{folder}{number:02}.ipynb" for folder in ("", "deep/er/", "deep/") for number in range(12)]


@pytest.fixture
def repo(tmp_path: Path) -> Sandbox:
    (tmp_path / "home").mkdir()
    found = Sandbox(tmp_path / "repo", environment(tmp_path / "home"))
    found.folder.mkdir()
    found.git("init", "-q")
    return found


def lay(folder: Path, names: list[str]) -> list[str]:
    """Write a notebook that was run under each name; return the names in git's order."""
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content(name))
    return sorted(names, key=os.fsencode)


def content(name: str) -> bytes:
    return ran(name, [*SOURCES, f"# {name}"])


def kept(repo: Sandbox) -> list[str]:
    """The paths in the vault."""
    with Vault(str(repo.folder / ".git/nbhotel/vault.sqlite")) as vault:
        return sorted(path.decode() for (path,) in vault.database.execute("SELECT path FROM original"))


def check(repo: Sandbox, names: list[str]) -> None:
    """git has them clean, the vault as they were."""
    assert kept(repo) == sorted(names)
    for name in names:
        assert repo.git("show", f":{name}").encode() == clean([*SOURCES, f"# {name}"])
        (repo.folder / name).unlink()
    repo.git("checkout", "-q", "--", *names)
    assert all((repo.folder / name).read_bytes() == content(name) for name in names)


@pytest.mark.slow
def test_a_whole_folder(repo):
    lay(repo.folder, NAMES)
    repo.nbhotel("git", "enable")
    repo.git("add", "--all")
    check(repo, NAMES)


@pytest.mark.slow
def test_what_git_did_not_ask_for_stays_out_of_the_vault(repo):
    names = lay(repo.folder, NAMES)
    repo.nbhotel("git", "enable")
    repo.git("add", *names[:20])
    check(repo, names[:20])


@pytest.mark.slow
def test_a_broken_one_is_told_of_once(repo):
    lay(repo.folder, NAMES)
    (repo.folder / "08.ipynb").write_text("{")
    repo.nbhotel("git", "enable")
    done = repo.run(["git", "add", "--all"])
    assert done.stderr.count("08.ipynb: left as it is") == 1
    assert repo.git("show", ":08.ipynb") == "{"
    check(repo, [name for name in NAMES if name != "08.ipynb"])


@pytest.mark.slow
def test_for_some_files_that_the_vault_knows_nobody_else_is_started(repo):
    names = lay(repo.folder, NAMES)
    repo.nbhotel("git", "enable")
    assert loads(repo, "git", "add", "--all")
    for name in names:
        os.utime(repo.folder / name, (1, 1))
    assert not loads(repo, "git", "status")


def loads(repo: Sandbox, *command: str) -> bool:
    """Whether the filter loads what cleans ahead; a Python that is asked for them tells its imports."""
    told = repo.run([*command], PYTHONPROFILEIMPORTTIME="1").stderr
    assert "nbhotel.git.filter.cleaning" in told
    return "nbhotel.git.filter.ahead" in told


def test_who_cleans_ahead_moves_the_log_into_the_vault(repo):
    file = repo.folder / ".git/nbhotel/vault.sqlite"
    with Vault(str(file)) as vault:
        vault.put(path="a", blob="b", rules="c", content=bytes(100_000), features=[])
        before = file.stat().st_size
        cleans = cleaning_ahead(str(repo.folder))
        for _ in range(40):
            cleans("a.ipynb", content("a.ipynb"))
        assert file.stat().st_size > before


@pytest.mark.parametrize("seed", range(20))
def test_what_follows_is_what_git_lists(seed, repo):
    rng = random.Random(seed)
    parts = ["a", "a-b", "a.b", "a b", "ab", "b.ipynb", "é", "Z"]
    names = {
        "/".join([*rng.choices(parts, k=rng.randint(0, 3)), f"{rng.choice(parts)}.ipynb"]) for _ in range(25)
    }
    for name in sorted(names):
        if not any(above.as_posix() in names for above in Path(name).parents):
            (repo.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (repo.folder / name).write_text("{}")
    repo.git("add", "--all")
    listed = repo.git("ls-files", "-z").split("\0")[:-1]
    for number, name in enumerate(listed):
        assert list(following(str(repo.folder), name)) == listed[number + 1 :]


def test_nothing_follows_from_another_repository_or_from_behind_a_link(repo, tmp_path):
    lay(repo.folder, ["a.ipynb", "sub/a.ipynb", "z/a.ipynb"])
    lay(tmp_path / "else", ["a.ipynb"])
    (repo.folder / "sub/.git").mkdir()
    (repo.folder / "link").symlink_to(tmp_path / "else", target_is_directory=True)
    assert list(following(str(repo.folder), "a.ipynb")) == ["z/a.ipynb"]


def cleaned_as(pid: int) -> Callable[[str, bytes], Cleaned]:
    return lambda path, read: Cleaned(read.upper(), str(pid), {"path": path})


@pytest.fixture
def ahead(tmp_path: Path):
    found = Ahead(str(tmp_path), lambda: cleaned_as(os.getpid()), processes=2)
    yield found
    found.close()


def asked(ahead: Ahead, folder: Path, names: list[str]) -> list[Cleaned | None]:
    return [ahead.cleaned(name, (folder / name).read_bytes()) for name in names]


def test_others_clean_once_git_goes_on_in_order(ahead, tmp_path):
    names = lay(tmp_path, [f"{number:02}.ipynb" for number in range(30)])
    answers = asked(ahead, tmp_path, names)
    used = [cleaned for cleaned in answers if cleaned]
    assert len(used) >= 20
    assert all(
        cleaned is None or (cleaned.result, cleaned.arguments) == (content(name).upper(), {"path": name})
        for name, cleaned in zip(names, answers, strict=True)
    )
    workers = {int(cleaned.step) for cleaned in used}
    assert len(workers) == 2
    assert os.getpid() not in workers
    ahead.close()
    for pid in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_only_the_very_same_content_counts(ahead, tmp_path):
    names = lay(tmp_path, [f"{number:02}.ipynb" for number in range(30)])
    asked(ahead, tmp_path, names[:15])
    assert ahead.cleaned(names[15], b"what git had read before somebody wrote the file") is None
    assert ahead.cleaned(names[16], content(names[16])) is not None


def test_leaving_files_out_and_going_back_is_no_harm(ahead, tmp_path):
    names = lay(tmp_path, [f"{number:03}.ipynb" for number in range(200)])
    rng = random.Random(1)
    some = [names[rng.randrange(200)] for _ in range(50)] + names[::3] + names[::-1]
    for name, cleaned in zip(some, asked(ahead, tmp_path, some), strict=True):
        assert cleaned is None or cleaned.result == content(name).upper()


def test_killed_processes_are_no_harm(ahead, tmp_path):
    names = lay(tmp_path, [f"{number:02}.ipynb" for number in range(40)])
    used = [cleaned for cleaned in asked(ahead, tmp_path, names[:20]) if cleaned]
    for pid in {int(cleaned.step) for cleaned in used}:
        os.kill(pid, signal.SIGKILL)
    rest = asked(ahead, tmp_path, names[20:])
    assert rest[-1] is None


def test_processes_that_fail_are_no_harm(tmp_path):
    def fail() -> Callable[[str, bytes], Cleaned]:
        raise RuntimeError

    names = lay(tmp_path, [f"{number:02}.ipynb" for number in range(20)])
    ahead = Ahead(str(tmp_path), fail, processes=2)
    assert asked(ahead, tmp_path, names) == [None] * 20
    ahead.close()


def test_one_processor_cleans_nothing_ahead(tmp_path):
    names = lay(tmp_path, [f"{number:02}.ipynb" for number in range(20)])
    ahead = Ahead(str(tmp_path), lambda: cleaned_as(0), processes=0)
    assert asked(ahead, tmp_path, names) == [None] * 20
    ahead.close()
