"""Two servers of one user: none recovers what the other has open, and a killed one holds nothing."""

from __future__ import annotations

import subprocess
import sys

from nbhotel.room.together.holds import is_held

HOLD = """
import sys
from nbhotel.room.together.holds import hold
hold(sys.argv[1], ".notebook:1.y")
print("held", flush=True)
sys.stdin.read()
"""


def test_a_document_is_held_until_the_process_ends_however_it_ends(tmp_path):
    file = str(tmp_path / "together.sqlite")
    command = [sys.executable, "-c", HOLD, file]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        assert is_held(file, ".notebook:1.y")
        assert not is_held(file, ".notebook:2.y")
        other.kill()
        other.wait()
        assert not is_held(file, ".notebook:1.y")
