"""Many files: told on a terminal when it takes long, and nowhere else."""

from __future__ import annotations

import io
import sys

from nbhotel.cli import parallel, progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_is_told_how_far_it_is_and_then_cleared(monkeypatch):
    monkeypatch.setattr(progress, "_PATIENCE", -1)
    monkeypatch.setattr(progress, "_EVERY", -1)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert list(parallel.each(str.upper, ["a", "b"])) == ["A", "B"]
    assert terminal.getvalue() == "\r\x1b[Knotebooks: 1 of 2\r\x1b[Knotebooks: 2 of 2\r\x1b[K"


def test_a_pipe_and_somebody_patient_are_told_nothing(monkeypatch):
    for stream, patience in ((io.StringIO(), -1), (Terminal(), 60)):
        monkeypatch.setattr(progress, "_PATIENCE", patience)
        monkeypatch.setattr(sys, "stderr", stream)
        assert list(parallel.each(str.upper, ["a"])) == ["A"]
        assert stream.getvalue() == ""
