"""Two servers of one user: none recovers what the other has open, and a killed one holds nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from nbhotel.room.together.holds import hold, is_held, is_held_elsewhere, release
from tests.browser.lab import open_lab, started
from tests.hotel.support import wait_until
from tests.room.together.pages import OpenNotebook

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


def test_asking_about_others_gives_up_nothing(tmp_path):
    file = str(tmp_path / "together.sqlite")
    hold(file, ".notebook:1.y")
    assert not is_held_elsewhere(file, ".notebook:1.y")
    ask = [sys.executable, "-c", HOLD.replace("hold(", "print(is_held(").replace('.y")', '.y"))', 1)]
    ask[2] = ask[2].replace("import hold", "import is_held")
    assert subprocess.check_output([*ask, file], stdin=subprocess.DEVNULL, text=True) == "True\nheld\n"
    release(file, ".notebook:1.y")
    assert subprocess.check_output([*ask, file], stdin=subprocess.DEVNULL, text=True) == "False\nheld\n"


def test_two_rooms_know_of_each_other_and_exports_are_made(tmp_path: Path) -> None:
    with open_lab(tmp_path, kind="server", together=True) as one:
        one.write_notebook("a.ipynb", "x = 1\n")
        (one.root / "nbhotel.toml").write_text('[save]\nexports = ["script"]\n')
        page = OpenNotebook("a.ipynb")
        page.connect(one)
        question = "nbhotel/api/together/elsewhere?path=RTC:a.ipynb"
        assert one.ask(question) == {"together": True, "elsewhere": False}
        page.type(0, "typed = 1\n")
        script = one.root / "a.py"
        wait_until(lambda: script.exists() and "typed = 1" in script.read_text(), what="the export")
        with started(tmp_path, one.environment, "server") as two:
            other = OpenNotebook("a.ipynb")
            other.connect(two)
            assert one.ask(question)["elsewhere"]
            assert two.ask(question)["elsewhere"]
            other.close()
        wait_until(lambda: not one.ask(question)["elsewhere"], what="the other's end")
        page.close()
