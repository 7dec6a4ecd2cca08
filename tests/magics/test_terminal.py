"""`%%terminal` in a real kernel, by a real client."""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

pytestmark = pytest.mark.slow


class Kernel:
    """A kernel with the extension, and what it says."""

    def __init__(self, client: BlockingKernelClient, interrupt: Any) -> None:
        self.client = client
        self.interrupt = interrupt
        #: What it has asked for: whether it was a password.
        self.asked: list[bool] = []

    def terminal(
        self, source: str, *answers: str, stdin: bool = True, interrupt: str = ""
    ) -> tuple[str, dict[str, Any]]:
        """Run a cell; `interrupt` it when it has printed this. Return what it printed, and the reply."""
        return self.run(f"%%terminal\n{source}", *answers, stdin=stdin, interrupt=interrupt)

    def run(
        self, code: str, *answers: str, stdin: bool = True, interrupt: str = ""
    ) -> tuple[str, dict[str, Any]]:
        sent = self.client.execute(code, allow_stdin=stdin)
        left = list(answers)
        text = ""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            self._answer(left)
            try:
                heard = self.client.get_iopub_msg(timeout=0.05)
            except queue.Empty:
                continue
            content = heard["content"]
            if heard["msg_type"] == "stream":
                text += content["text"]
                if interrupt and interrupt in text:
                    self.interrupt()
                    interrupt = ""
            elif heard["parent_header"].get("msg_id") == sent and content.get("execution_state") == "idle":
                return text, self._reply(sent)
        raise AssertionError(f"the cell has not ended: {text}")

    def _reply(self, sent: str) -> dict[str, Any]:
        while True:
            heard = self.client.get_shell_msg(timeout=5)
            if heard["parent_header"]["msg_id"] == sent:
                content: dict[str, Any] = heard["content"]
                return content

    def _answer(self, left: list[str]) -> None:
        try:
            asked = self.client.get_stdin_msg(timeout=0)
        except queue.Empty:
            return
        self.asked.append(asked["content"]["password"])
        self.client.input(left.pop(0))


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    folder = tmp_path_factory.mktemp("notebooks")
    manager, client = start_new_kernel(cwd=str(folder))
    found = Kernel(client, manager.interrupt_kernel)
    found.run("%load_ext nbhotel.magics")
    yield found
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_one_shell_where_the_notebook_is(kernel: Kernel) -> None:
    folder = Path(kernel.run("import os; print(os.getcwd())")[0].strip())
    assert kernel.terminal("pwd; mkdir sub; cd sub; X=kept")[0] == f"{folder}\n"
    assert kernel.terminal("pwd; echo $X; (exit 3)")[0] == f"{folder}/sub\nkept\n[exit 3]\n"
    assert kernel.run("print(_exit_code)")[0] == "3\n"
    assert kernel.terminal("cat <<END\n$X\nEND")[0] == "kept\n"


def test_colours_and_carriage_returns_come_as_they_are(kernel: Kernel) -> None:
    assert kernel.terminal(r"printf '1\r2\n\033[31mred\033[0m'")[0] == "1\r2\n\x1b[31mred\x1b[0m"


def test_the_front_end_is_asked_for_input_and_for_a_password(kernel: Kernel) -> None:
    source = "read -rp 'sure? ' a; read -rsp 'Password: ' w; echo; echo $a $w | rev"
    text, _ = kernel.terminal(source, "yes", "secret")
    assert text == "sure? Password: \nterces sey\n"
    assert kernel.asked == [False, True]


def test_without_somebody_to_ask_input_ends(kernel: Kernel) -> None:
    assert kernel.terminal("read x; echo got [$x]", stdin=False)[0] == "got []\n"
    assert kernel.terminal("while true; do read x; done", stdin=False)[1]["status"] == "ok"


def test_an_interrupt_is_the_programs(kernel: Kernel) -> None:
    # The shell alone: bash loses a Ctrl+C that comes while it starts a program.
    text, reply = kernel.terminal("Y=1; echo go; while true; do true; done; echo never", interrupt="go")
    assert text.startswith("go\n^C\n")
    assert reply["ename"] == "KeyboardInterrupt"
    assert kernel.terminal("echo $Y")[0] == "1\n"


INTERRUPTED_WHILE_IT_PRINTS = """
import os, signal, sys

class Printer:
    written = ""
    def write(self, text):
        if text and not self.written:
            os.kill(os.getpid(), signal.SIGINT)
        self.written += text
    def flush(self): pass

before, sys.stdout = sys.stdout, Printer()
try:
    get_ipython().run_cell_magic("terminal", "", "echo one; echo two")
finally:
    sys.stdout = before
"""


def test_an_interrupt_while_the_cell_prints_loses_nothing(kernel: Kernel) -> None:
    _, reply = kernel.run(INTERRUPTED_WHILE_IT_PRINTS)
    assert reply["ename"] == "KeyboardInterrupt"
    assert kernel.terminal("echo three")[0].endswith("three\n")


def test_a_shell_that_has_ended_is_followed_by_a_new_one(kernel: Kernel) -> None:
    assert "has ended, status 3" in kernel.terminal("Z=1; exit 3")[0]
    assert kernel.terminal("echo [$Z]")[0] == "[]\n"


def test_the_shell_ends_with_the_kernel() -> None:
    manager, client = start_new_kernel()
    kernel = Kernel(client, manager.interrupt_kernel)
    kernel.run("%load_ext nbhotel.magics")
    shell = int(kernel.terminal("echo $$")[0])
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    end = time.monotonic() + 5
    while Path(f"/proc/{shell}").exists() and time.monotonic() < end:
        time.sleep(0.05)
    with pytest.raises(ProcessLookupError):
        os.kill(shell, 0)
