import os

import pytest

from nbhotel.errors import StateError
from nbhotel.hotel.auth.hubfolder import open_folder
from tests.hotel.auth.hub import SOMEBODY


def test_files_are_written_whole_and_private(state):
    os.umask(old := os.umask(0))
    os.umask(0)
    try:
        with open_folder(state / "hub") as folder:
            assert folder.read("a") is None
            assert folder.version("a") is None
            folder.write("a", b"one")
            first = folder.version("a")
            folder.write("a", b"two")
            assert folder.version("a") != first
            assert folder.read("a") == b"two"
            assert folder.names() == ["a"]
    finally:
        os.umask(old)
    assert (state / "hub" / "a").stat().st_mode & 0o777 == 0o600


@pytest.mark.root
def test_what_root_writes_belongs_to_the_folders_owner(state):
    os.chown(state / "hub", SOMEBODY, SOMEBODY)
    with open_folder(state / "hub", "inner") as folder:
        folder.write("a", b"")
    for path in (state / "hub" / "inner", state / "hub" / "inner" / "a"):
        assert (path.stat().st_uid, path.stat().st_gid) == (SOMEBODY, SOMEBODY)


def test_links_and_pipes_are_not_followed(state, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (state / "hub" / "link").symlink_to(secret)
    (state / "hub" / "inner").symlink_to(tmp_path)
    os.mkfifo(state / "hub" / "pipe")
    for name in ("link", "pipe"):
        with pytest.raises(StateError), open_folder(state / "hub") as folder:
            folder.read(name)
    with pytest.raises(StateError), open_folder(state / "hub", "inner") as folder:
        folder.write("planted", b"")
    with open_folder(state / "hub") as folder:
        folder.write("link", b"new")
    assert secret.read_text() == "secret"
    assert not (tmp_path / "planted").exists()


def test_of_two_moves_one_wins(state):
    with open_folder(state / "hub") as folder:
        folder.write("a", b"")
        assert [folder.move("a", "b"), folder.move("a", "b")] == [True, False]


def test_a_full_disk_leaves_the_old_file(state, monkeypatch):
    def full(_fd):
        raise OSError(28, "No space left on device")

    with open_folder(state / "hub") as folder:
        folder.write("a", b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StateError, match="No space left"), open_folder(state / "hub") as folder:
        folder.write("a", b"new")
    assert [path.name for path in (state / "hub").iterdir()] == ["a"]
    assert (state / "hub" / "a").read_bytes() == b"old"


def test_no_hotel_and_somebody_elses_are_told_apart(state, tmp_path):
    with pytest.raises(StateError, match="no hotel here yet"), open_folder(tmp_path / "nowhere" / "hub"):
        pass
    with pytest.raises(StateError, match="somebody else's"), open_folder(state / "hub"):
        raise PermissionError
