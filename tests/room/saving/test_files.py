"""A file appears whole or not at all, also when there is no room for it."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nbhotel.room.saving.files import existing, replace


@contextmanager
def no_file_over(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_that_finds_no_room_leaves_the_old_one(tmp_path: Path):
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    with no_file_over(1000), pytest.raises(OSError, match="too large"):
        replace(str(path), b"x" * 100_000)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_rights_stay_and_new_files_get_the_usual_ones(tmp_path: Path):
    path, plain = tmp_path / "deep/a.py", tmp_path / "plain"
    plain.touch()
    replace(str(path), b"1")
    assert path.stat().st_mode == plain.stat().st_mode
    path.chmod(0o750)
    replace(str(path), b"2")
    assert path.stat().st_mode & 0o777 == 0o750
    assert path.read_bytes() == b"2"


def test_links_and_folders_are_no_files_of_ours(tmp_path: Path):
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    assert existing(str(tmp_path / "nowhere")) is None
    for path in (tmp_path / "link", tmp_path):
        with pytest.raises(FileExistsError, match="is no ordinary file"):
            existing(str(path))
