"""Terminal cells of a real server, with real kernels."""

from __future__ import annotations

import os
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from tests.browser.lab import Lab, open_lab
from tests.hotel.support import wait_until
from tests.room.shell.channel import Page

Opener = Callable[..., Page]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    settings = {"TerminalCells": {"shell": "/bin/bash", "output_limit": 5000}}
    with open_lab(tmp_path_factory.mktemp("lab"), settings, kind="server") as running:
        yield running


@pytest.fixture
def open_page(lab: Lab) -> Iterator[Opener]:
    with ExitStack() as opened:
        yield lambda kernel, path="a.ipynb": opened.enter_context(closing(Page(lab, kernel, path)))


@pytest.fixture
def kernel(lab: Lab) -> Iterator[str]:
    """A kernel, as each test has its own shell."""
    found: str = lab.ask("api/kernels", "POST", {"name": "python3"})["id"]
    yield found
    if any(each["id"] == found for each in lab.ask("api/kernels")):
        lab.ask(f"api/kernels/{found}", "DELETE")


def test_one_shell_for_all_cells_in_the_notebooks_folder(lab: Lab, kernel: str, open_page: Opener) -> None:
    (lab.root / "at: sub").mkdir(exist_ok=True)
    page = open_page(kernel, "RTC:at: sub/a.ipynb")
    assert page.run("pwd") == (f"{lab.root}/at: sub\n", 0)
    assert page.run("cd ..; X='a b'; f() { echo \"<$X>\"; }") == ("", 0)
    assert page.run("pwd; f; false") == (f"{lab.root}\n<a b>\n", 1)
    assert page.run("echo $?") == ("1\n", 0)
    assert page.run("cat <<END\n$X\nEND\necho 'ä€🙂'; printf 'no newline'") == ("a b\nä€🙂\nno newline", 0)


def test_a_progress_bar_is_one_line_with_its_colour(lab: Lab, kernel: str, open_page: Opener) -> None:
    bar = r"for i in 1 2 3; do printf '\r\033[2K\033[32m%d/3 🙂' $i; sleep 0.1; done; printf '\033[0m\n'"
    page = open_page(kernel)
    job = page.start(bar)
    page.hear_until(lambda: "1/3" in page.texts.get(job, ""))
    assert page.end_of(job) == ("\x1b[32m3/3 🙂\x1b[0m\n", 0)


def test_input_with_and_without_an_echo(lab: Lab, kernel: str, open_page: Opener) -> None:
    page = open_page(kernel)
    job = page.start("read -rp 'sure? ' answer; read -rsp 'Password: ' word; echo; echo $answer $word | rev")
    page.hear_until(lambda: page.runs.get(job, {}).get("waits", False))
    assert page.runs[job]["echo"]
    page.send("input", text="yes\n")
    page.hear_until(lambda: not page.runs[job]["echo"])
    page.send("input", text="secret\n")
    assert page.end_of(job) == ("sure? yes\nPassword: \nterces sey\n", 0)


def test_an_interrupt_of_the_kernel_is_one_of_the_shell(lab: Lab, kernel: str, open_page: Opener) -> None:
    page = open_page(kernel)
    # The shell alone: bash, in any other terminal too, loses a Ctrl+C that comes while it starts a program.
    first = page.start("Y=kept; echo go; while true; do true; done; echo never")
    second = page.start("echo never", "c2")
    page.hear_until(lambda: "go" in page.texts.get(first, ""))
    lab.ask(f"api/kernels/{kernel}/interrupt", "POST")
    assert page.end_of(first) == ("go\n^C\n", 130)
    assert page.end_of(second) == ("", None)
    assert page.runs[second]["note"] == "not run: interrupted"
    assert page.run("echo $Y") == ("kept\n", 0)


def test_what_ends_the_shell_and_what_does_not(lab: Lab, kernel: str, open_page: Opener) -> None:
    page = open_page(kernel)
    text, status = page.run("echo first\nif then (\necho never")
    assert text.startswith("first\n")
    assert "syntax error" in text
    assert status == 2
    job = page.start("Z=1; exit 3")
    after = page.start("echo [$Z]", "c2")
    assert page.end_of(job) == ("", 3)
    assert "ended with status 3" in page.runs[job]["note"]
    assert page.end_of(after) == ("[]\n", 0)
    job = page.start("kill -9 $$")
    assert page.end_of(job) == ("", -9)
    assert "by signal 9" in page.runs[job]["note"]


def test_a_program_that_takes_all_input_takes_no_cell(lab: Lab, kernel: str, open_page: Opener) -> None:
    page = open_page(kernel)
    job = page.start("wc -l")
    later = page.start("echo later", "c2")
    page.hear_until(lambda: page.runs.get(job, {}).get("waits", False))
    page.send("input", text="a\nb\n\x04")
    assert page.end_of(job)[0].split()[-1] == "2"
    assert page.end_of(later) == ("later\n", 0)


def test_a_restart_of_the_kernel_is_a_new_shell(lab: Lab, kernel: str, open_page: Opener) -> None:
    page = open_page(kernel)
    job = page.start("echo $$; W=1; sleep 60")
    page.hear_until(lambda: bool(page.texts.get(job)))
    shell = int(page.texts[job])
    lab.ask(f"api/kernels/{kernel}/restart", "POST")
    page.end_of(job)
    assert page.runs[job]["note"] == "the kernel was restarted, and its shell with it"
    wait_until(lambda: not running(shell), seconds=5, what="the old shell's end")
    assert page.run("echo [$W]") == ("[]\n", 0)


def test_shell_and_cells_end_with_the_kernel(lab: Lab, kernel: str, open_page: Opener) -> None:
    page = open_page(kernel)
    shell = int(page.run("echo $$")[0])
    address = f"nbhotel/api/shell/kernels/{kernel}"
    remember(lab, kernel, {"id": "c1", "source": "echo $$", "after": ""})
    assert [each["source"] for each in lab.ask(address)["cells"]] == ["echo $$"]
    lab.ask(f"api/kernels/{kernel}", "DELETE")
    wait_until(lambda: not running(shell), seconds=5, what="the shell's end")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        lab.ask(address)


def test_a_second_page_sees_what_the_first_runs(lab: Lab, kernel: str, open_page: Opener) -> None:
    first = open_page(kernel)
    job = first.start("echo one; read x; echo two $x")
    first.hear_until(lambda: first.runs.get(job, {}).get("waits", False))
    first.close()
    second = open_page(kernel)
    second.hear_until(lambda: "one" in second.texts.get(job, ""))
    second.send("input", text="!\n")
    assert second.end_of(job) == ("one\n!\ntwo !\n", 0)
    remember(lab, kernel, {"id": "c1", "source": "x", "after": ""})
    remember(lab, kernel, {"id": "c2", "source": "y", "after": "c1"})
    found = lab.ask(f"nbhotel/api/shell/kernels/{kernel}")
    assert (found["backend"], [each["id"] for each in found["cells"]]) == ("shell", ["c1", "c2"])
    assert found["cells"][0]["job"]["text"] == "one\n!\ntwo !\n"
    assert found["cells"][1]["job"] is None
    remember(lab, kernel, gone=["c1"])
    assert [each["id"] for each in lab.ask(f"nbhotel/api/shell/kernels/{kernel}")["cells"]] == ["c2"]


def test_of_much_output_the_last_is_kept(lab: Lab, kernel: str, open_page: Opener) -> None:
    text, status = open_page(kernel).run("seq 100000")
    assert status == 0
    assert text.startswith("[the beginning is left out")
    assert text.endswith("\n99999\n100000\n")
    assert len(text) < 6000


def test_a_background_program_speaks_with_the_next_cell(lab: Lab, kernel: str, open_page: Opener) -> None:
    page = open_page(kernel)
    flag = lab.root / "flag"
    page.run(f"(sleep 0.2; echo from behind; touch {flag}) &")
    wait_until(flag.exists, seconds=5, what="the program in the background")
    assert "from behind" in page.run("echo next")[0]


def test_what_no_shell_can_be_given(lab: Lab, kernel: str, open_page: Opener) -> None:
    page = open_page(kernel)
    job = page.start("echo \0")
    assert page.end_of(job) == ("", None)
    assert "NUL" in page.runs[job]["note"]
    page.send("run", job="x", cell="c", source="pwd", path="../../etc/a.ipynb", columns=80)
    assert "not below the folder" in page.hear()["message"]
    page.send("jump")
    assert "not understood" in page.hear()["message"]


def test_nothing_of_it_is_on_disk(lab: Lab, kernel: str, open_page: Opener) -> None:
    cell: dict[str, Any] = {
        "cell_type": "code",
        "id": "c1",
        "source": "echo secret-in-cell",
        "execution_count": None,
    }
    cell |= {"metadata": {"nbhotel": {"terminal": True}}, "outputs": []}
    text = {
        "cell_type": "markdown",
        "id": "c2",
        "source": "kept",
        "metadata": {"nbhotel": {"terminal": True}},
    }
    content = {"cells": [cell, text], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    saved = lab.ask("api/contents/a.ipynb", "PUT", {"type": "notebook", "format": "json", "content": content})
    assert saved["name"] == "a.ipynb"
    assert [each["id"] for each in lab.read_notebook("a.ipynb")["cells"]] == ["c2"]
    open_page(kernel).run("echo secret-in-cell > /dev/null")
    assert not [file for file in files_below(lab.root, lab.home) if b"secret-in-cell" in file.read_bytes()]


def remember(lab: Lab, kernel: str, *cells: dict[str, str], gone: list[str] | None = None) -> None:
    body: dict[str, Any] = {"cells": list(cells), "gone": gone or []}
    lab.ask(f"nbhotel/api/shell/kernels/{kernel}", "PATCH", body)


def files_below(*folders: Path) -> list[Path]:
    return [file for folder in folders for file in folder.rglob("*") if file.is_file()]


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
