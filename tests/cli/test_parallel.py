"""Many files: told on a terminal when it takes long, and nowhere else."""

from __future__ import annotations

import io
import sys

from nbhotel.cli import parallel


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_is_told_how_far_it_is_and_then_cleared(monkeypatch):
    monkeypatch.setattr(parallel, "_PATIENCE", -1)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert list(parallel.each(str.upper, ["a", "b"])) == ["A", "B"]
    assert terminal.getvalue() == "\r\x1b[K1 of 2 notebooks\r\x1b[K2 of 2 notebooks\r\x1b[K"


def test_a_pipe_and_somebody_patient_are_told_nothing(monkeypatch):
    for stream, patience in ((io.StringIO(), -1), (Terminal(), 60)):
        monkeypatch.setattr(parallel, "_PATIENCE", patience)
        monkeypatch.setattr(sys, "stderr", stream)
        assert list(parallel.each(str.upper, ["a"])) == ["A"]
        assert stream.getvalue() == ""
