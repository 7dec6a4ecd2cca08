"""A folder from Lab's menu to a repository: real git, over real smart HTTP."""

from __future__ import annotations

import shutil

import pytest

from nbhotel.errors import InputError
from nbhotel.room.sharing.hosts import choose
from nbhotel.room.sharing.projects import known_project
from tests.room.changes.asking import refusal
from tests.room.sharing.room import SECRET, Room


def test_a_folder_becomes_a_repository_then_a_pull_request(room: Room) -> None:
    room.lab.write_notebook("my work/a.ipynb", "x = 1")
    (room.root / "my work/d.csv").write_text("1,2\n")
    known = room.known("project", "my work")
    assert {**known, "host": None, "size": 0} == {
        "host": None,
        "path": "my work",
        "name": "my-work",
        "files": 2,
        "size": 0,
        "branch": "",
        "repository": "",
        "configured": False,
    }
    shared = room.share("project", "my work")
    address = f"{room.github.address}/mona/my-work"
    assert shared["result"] == {"address": address, "name": "mona/my-work", "pull": ""}
    assert shared["steps"] == [
        "made a repository",
        "set git up for notebooks",
        "committed 2 files",
        f"made {address}",
        "pushed to main",
    ]
    there = room.github.repositories
    assert there.known["mona/my-work"]["private"] is True
    assert there.git("mona/my-work", "log", "--format=%an: %s", "main") == "Mona: Share my work\n"

    # Again, from a folder in it: it is known where it belongs.
    room.lab.write_notebook("my work/deep/b.ipynb", "y = 2")
    known = room.known("project", "my work/deep")
    assert (known["path"], known["branch"], known["configured"]) == ("my work", "main", True)
    assert known["repository"] == "mona/my-work"
    wish = {"branch": "more", "pull": True, "message": "More of it", "repository": known["repository"]}
    pulled = room.share("project", known["path"], **wish)
    assert pulled["result"]["pull"] == f"{address}/pulls/1"
    assert pulled["steps"][-1] == f"pull request: {pulled['result']['pull']}"
    pull = there.pulls[-1]
    assert pull["title"] == "More of it"
    assert "y = 2" in pull["body"]


def test_secrets_and_large_files_stay_here(room: Room) -> None:
    room.lab.write_notebook("careful/a.ipynb", f"t = '{SECRET}'")
    asks = room.share("project", "careful")
    assert [each["path"] for each in asks["secrets"]] == ["a.ipynb"]
    assert not (room.root / "careful/.git").exists()
    with (room.root / "careful/huge.bin").open("wb") as huge:
        huge.truncate((100 << 20) + 1)
    assert "too large: huge.bin (105 MB)" in room.refused("project", "careful", allowed=asks["secrets"])
    (room.root / "careful/huge.bin").unlink()
    wish = {"allowed": asks["secrets"], "outputs": "keep", "public": True, "repository": "group/open"}
    assert room.share("project", "careful", **wish)["state"] == "done"
    assert room.github.repositories.known["group/open"]["private"] is False


def test_what_can_t_be_shared_is_told(room: Room) -> None:
    (room.root / "empty").mkdir()
    assert "nothing to share in it" in refusal(lambda: room.known("project", "empty"))
    assert "there is no such folder" in refusal(lambda: room.known("project", "none"))
    room.lab.write_notebook("plain/a.ipynb", "1")
    for name in ("x", "a/..", "a/b?c", "../x"):
        assert "is no repository's name" in room.refused("project", "plain", repository=name)
    no_pull = room.refused("project", "plain", repository="mona/new", pull=True)
    assert "no such repository yet" in no_pull
    room.github.repositories.make("mona/plain")
    assert "name another branch" in room.refused("project", "plain", pull=True, branch="main")
    assert not (room.root / "plain/.git").exists()


def test_a_home_is_no_project(room: Room) -> None:
    room.lab.write_notebook("me/a.ipynb", "1")
    with pytest.raises(InputError, match="is your home"):
        known_project(str(room.root / "me"), str(room.root), choose("", {}), {"HOME": str(room.root / "me")})


def test_a_failure_says_what_was_done_before(room: Room) -> None:
    room.lab.write_notebook("half/a.ipynb", "1")
    told = room.refused("project", "half", repository="nobody/half")
    assert "before that, it made a repository, set git up for notebooks, committed 1 file" in told


def test_a_repository_that_begins_above_the_server_s_root_is_not_shared(room: Room) -> None:
    room.lab.write_notebook("inner/a.ipynb", "1")
    room.lab.run("git", "init", "-q", str(room.root.parent))
    try:
        told = refusal(lambda: room.known("project", "inner"))
    finally:
        shutil.rmtree(room.root.parent / ".git")
    assert "is a part of a repository" in told


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://mona:pass@127.0.0.1:1/a/b.git", "a/b"),
        ("git@127.0.0.1:a/b.git", "a/b"),
        ("git@github.com:a/b.git", ""),
        ("/srv/a/b", ""),
        ("http://[a/b", ""),
    ],
)
def test_a_remote_on_the_host_is_proposed(room: Room, url: str, name: str) -> None:
    folder = room.root / "with remote"
    room.lab.write_notebook("with remote/a.ipynb", "1")
    shutil.rmtree(folder / ".git", ignore_errors=True)
    room.lab.run("git", "init", "-q", str(folder))
    room.lab.run("git", "-C", str(folder), "remote", "add", "origin", url)
    assert room.known("project", "with remote")["repository"] == name
