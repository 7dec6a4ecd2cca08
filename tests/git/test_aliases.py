"""`nbhotel git enable --aliases`: git's own words for our verbs."""

from __future__ import annotations

import pytest

from nbhotel.cli.main import VERBS
from nbhotel.git.setup.drivers import ALIASES
from tests.git.sandbox import Sandbox, notebook


@pytest.fixture
def aliased(repo: Sandbox) -> Sandbox:
    repo.nbhotel("git", "enable", "--aliases")
    return repo


def test_git_has_words_for_our_verbs_from_a_subfolder_too(aliased):
    aliased.write("deep/a.ipynb", notebook("x = 1"))
    aliased.commit("a commit that git nblog shows")
    below = aliased.at(aliased.folder / "deep")
    assert "a commit that git nblog shows" in below.git("nblog", "a.ipynb")
    assert set(ALIASES.values()) <= set(VERBS)


def test_they_stay_with_a_plain_enable_and_go_with_disable(aliased):
    before = aliased.git("config", "alias.nblog")
    aliased.nbhotel("git", "enable")
    assert aliased.git("config", "alias.nblog") == before
    aliased.nbhotel("git", "disable")
    aliased.git("config", "--get-regexp", "^alias", code=1)


def test_a_word_that_means_something_else_stays(repo):
    repo.git("config", "alias.nblog", "log --oneline")
    said = repo.nbhotel("git", "enable", "--aliases")
    assert "alias.nblog means something else already, and stays" in said
    assert repo.git("config", "alias.nblog") == "log --oneline\n"
    assert "!nbhotel=" in repo.git("config", "alias.nbblame")


def test_a_moved_environment_is_mended_in_them_as_well(aliased):
    config = aliased.folder / ".git/config"
    config.write_text(config.read_text().replace("nbhotel='/", "nbhotel='/gone/"))
    aliased.nbhotel("git", "doctor", code=1)
    aliased.nbhotel("git", "doctor", "--fix")
    assert "/gone/" not in config.read_text()
