"""Which notebooks a range changed, and what is wrong with the new ones."""

from __future__ import annotations

import subprocess

import pytest

from nbhotel.errors import InputError, UsageError
from nbhotel.review.changes import Range, fetch_missing, parse_range, review
from tests.cli.repositories import ONE, THREE, TWO, Repo, environment, notebook

#: So much of its own that git takes no other notebook for it.
LONG = "\n".join(f"print({number} ** 2, 'of {number}')" for number in range(60))


@pytest.fixture
def repo(tmp_path) -> Repo:
    """main has gone on since topic left it; topic has a change of each kind."""
    made = Repo(tmp_path / "repo")
    made.commit(a=notebook(ONE), gone=notebook(LONG), old=notebook(THREE), same=notebook("1"), broken="{}")
    made.git("switch", "-q", "-c", "topic")
    made.git("mv", "old.ipynb", "new.ipynb")
    (made.folder / "gone.ipynb").unlink()
    made.write("script.py", "print()\n")
    made.commit(a=notebook(TWO), sub__more=notebook("x = 1", outputs=[], execution_count=3), broken="{")
    made.git("switch", "-q", "main")
    made.commit(other=notebook("y"))
    return made


def look(repo: Repo, word: str, *paths: str, check: bool = True):
    wanted = parse_range(word)
    return review(str(repo.folder), wanted, paths, environment(repo.folder.parent), check=check)


def test_every_kind_of_change_is_there_once(repo):
    found = look(repo, "main...topic")
    assert [(each.old_name, each.new_name, each.diff is None) for each in found.comparisons] == [
        ("a.ipynb", "a.ipynb", False),
        ("broken.ipynb", "broken.ipynb", True),
        ("gone.ipynb", "/dev/null", False),
        ("/dev/null", "sub/more.ipynb", False),
    ]
    assert found.renamed == (("old.ipynb", "new.ipynb"),)
    assert found.notebooks == 5
    assert (found.old, found.new) == (
        repo.git("merge-base", "main", "topic").strip(),
        repo.git("rev-parse", "topic").strip(),
    )


def test_two_dots_compare_the_two_as_they_are(repo):
    assert "other.ipynb" in {each.old_name for each in look(repo, "main..topic").comparisons}
    assert look(repo, "topic...topic").notebooks == 0


def test_only_new_notebooks_are_checked(repo):
    checked = look(repo, "main...topic").checked
    assert [
        (each.file, [finding.path for finding in each.findings], bool(each.error)) for each in checked
    ] == [
        ("broken.ipynb", [], True),
        ("sub/more.ipynb", ["execution_count"], False),
    ]
    assert look(repo, "main...topic", check=False).checked == ()


def test_the_chain_is_the_worktrees(repo):
    repo.write("sub/nbhotel.toml", '[chains.vcs]\nfilters = ["ids"]\n')
    assert [each.file for each in look(repo, "main...topic").checked] == ["broken.ipynb"]


def test_paths_narrow_it(repo):
    assert [each.new_name for each in look(repo, "main...topic", "sub").comparisons] == ["sub/more.ipynb"]
    assert look(repo, "main...topic", "script.py").notebooks == 0


@pytest.mark.parametrize("word", ["nothing...topic", "main...nothing"])
def test_a_commit_that_is_not_there_says_how_to_get_it(repo, word):
    with pytest.raises(InputError, match=r"nothing: the repository has no such commit .*fetch-depth: 0"):
        look(repo, word)


def test_histories_without_a_common_commit_are_an_error(repo):
    repo.git("switch", "-q", "--orphan", "alone")
    repo.commit(z=notebook("z"))
    with pytest.raises(InputError, match=r"no common ancestor .*fetch-depth: 0"):
        look(repo, "main...alone")


def test_a_range_is_no_option():
    with pytest.raises(UsageError):
        parse_range("--output=x")
    assert parse_range("main") == Range("main", "HEAD", from_base=False)
    assert parse_range("main...") == Range("main", "HEAD", from_base=True)


@pytest.mark.parametrize("ref", ["main", "topic"])
def test_what_a_shallow_checkout_lacks_is_fetched(repo, tmp_path, ref):
    env = environment(tmp_path)
    old, new = (repo.git("rev-parse", branch).strip() for branch in ("main", "topic"))
    command = [
        "git",
        "clone",
        "-q",
        "--depth=1",
        "--single-branch",
        "-b",
        ref,
        f"file://{repo.folder}",
        "clone",
    ]
    subprocess.run(command, cwd=tmp_path, env=env, check=True)
    clone = str(tmp_path / "clone")
    wanted = Range(old, new, from_base=True)
    with pytest.raises(InputError):
        review(clone, wanted, [], env, check=False)
    fetch_missing(clone, wanted, env)
    assert review(clone, wanted, [], env, check=False).notebooks == 5
