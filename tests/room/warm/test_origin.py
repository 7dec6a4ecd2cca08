"""What a nursery may be the start of."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from nbhotel.room.warm.origin import Origin, agree, is_plain

PLAIN = [sys.executable, "-m", "ipykernel_launcher", "-f", "kernel.json"]


def test_this_environments_plain_kernel() -> None:
    assert is_plain(PLAIN)
    assert is_plain([str(Path(sys.executable).with_name("python3")), *PLAIN[1:]])


@pytest.mark.parametrize(
    "command",
    [
        ["/usr/bin/python3", *PLAIN[1:]],
        [*PLAIN, "--matplotlib=inline"],
        [sys.executable, "-X", "dev", *PLAIN[1:]],
        [sys.executable, "-m", "xeus", "-f", "kernel.json"],
        ["bash"],
        [],
    ],
)
def test_other_commands(command: list[str]) -> None:
    assert not is_plain(command)


@pytest.mark.parametrize(
    ("began", "asked", "same"),
    [
        ({}, {"HOME": "/home/me", "OMP_NUM_THREADS": "2"}, True),
        ({}, {"PYTHONPATH": "/x"}, False),
        ({"PYTHONOPTIMIZE": "1"}, {}, False),
        ({}, {"LD_PRELOAD": "x.so"}, False),
        ({}, {"TZ": "UTC"}, False),
        ({"LC_CTYPE": "C.UTF-8"}, {"LANG": "C.UTF-8"}, True),
        ({"LANG": "C"}, {}, True),
        ({}, {"LC_ALL": "C"}, False),
        ({"LANG": "de_DE.UTF-8"}, {"LANG": "C.UTF-8"}, False),
    ],
)
def test_environments_of_interpreters(began: dict[str, str], asked: dict[str, str], same: bool) -> None:
    assert Origin(began, {}).suits(asked) is same


def test_environments_of_libraries() -> None:
    assert agree({"A": "1", "JPY_SESSION_NAME": "a.ipynb"}, {"A": "1", "JPY_PARENT_PID": "3"})
    assert not agree({"A": "1"}, {"A": "2"})
    assert not agree({"A": "1"}, {})


def test_a_changed_folder_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(tmp_path / "not there")])
    origin = Origin.now()
    assert origin.is_current()
    (tmp_path / "new").mkdir()
    assert not origin.is_current()
