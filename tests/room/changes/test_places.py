"""Where there is no git, and which of its variables are passed on."""

from __future__ import annotations

from pathlib import Path

import pytest

from nbhotel.errors import InputError, MissingPart
from nbhotel.room.changes.places import Place, environment_for_git
from tests.git.sandbox import environment, make_repository, notebook


def test_without_git_the_last_save_is_still_there(tmp_path: Path) -> None:
    with pytest.raises(MissingPart, match=r"a.ipynb: git is not installed \(.*last save"):
        Place("a.ipynb", str(tmp_path / "a.ipynb"), {"PATH": str(tmp_path)})


def test_the_repository_is_the_notebooks_and_not_the_one_that_the_server_was_started_from(
    tmp_path: Path,
) -> None:
    (tmp_path / "home").mkdir()
    own = environment(tmp_path / "home")
    repo, other = (make_repository(tmp_path / name, own) for name in ("repo", "other"))
    file = repo.write("sub/a.ipynb", notebook("x = 1"))
    repo.commit()
    inherited = {**own, "GIT_DIR": str(other.folder / ".git"), "GIT_WORK_TREE": str(other.folder)}
    place = Place("a.ipynb", str(file), environment_for_git(inherited))
    assert place.path == "sub/a.ipynb"
    assert place.content(place.committed("HEAD")) == file.read_bytes()


def test_gits_own_folder_is_no_place_for_notebooks(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    own = environment(tmp_path / "home")
    repo = make_repository(tmp_path / "repo", own)
    with pytest.raises(InputError, match="inside of git's own folder"):
        Place("a.ipynb", str(repo.folder / ".git/a.ipynb"), own)
