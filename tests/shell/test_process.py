"""Shells of each kind, as they are installed."""

from __future__ import annotations

import os
import select
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nbhotel.errors import MissingPart
from nbhotel.shell.marks import Ended, Event, Mark, Marks, Prompt, Started, Text, prefix_of
from nbhotel.shell.process import Shell

PRESENT = [kind for kind in ("bash", "dash", "zsh", "fish", "ksh") if shutil.which(kind)]


@pytest.fixture(params=PRESENT)
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shell]:
    """One with settings of its person's own that a shell must survive."""
    (tmp_path / ".bashrc").write_text("PS1='mine> '; PROMPT_COMMAND='echo prompt'; alias hi='echo hello'\n")
    (tmp_path / ".zshrc").write_text("PS1='mine> '; precmd() { echo prompt }; alias hi='echo hello'\n")
    (tmp_path / ".config/fish").mkdir(parents=True)
    (tmp_path / ".config/fish/config.fish").write_text(
        "function fish_prompt; echo 'mine> '; end; alias hi='echo hello'\n"
    )
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / ".config")}
    program = shutil.which(request.param)
    assert program
    found = Shell(program, cwd=str(tmp_path), environment=environment)
    yield found
    found.close()


def wait(shell: Shell, condition: Callable[[list[Event]], object]) -> list[Event]:
    """Read until the condition holds of what was read."""
    found: list[Event] = []
    end = time.monotonic() + 10
    while not condition(found):
        assert time.monotonic() < end, found
        if select.select([shell.fd], [], [], 0.02)[0]:
            found += shell.read()
    return found


def run(shell: Shell, source: str, *, interrupt: bool = False) -> tuple[str, int]:
    wait(shell, lambda _: shell.ready)
    shell.run(source)
    events = []
    if interrupt:
        events += wait(shell, lambda found: "go" in text_of(found))
        time.sleep(0.1)  # until what is to be interrupted runs
        shell.interrupt()
    events += wait(shell, lambda found: found and isinstance(found[-1], Ended))
    assert isinstance(events[-1], Ended)
    return text_of(events).replace("\r\n", "\n"), events[-1].status


def text_of(events: list[Event]) -> str:
    return "".join(each.text for each in events if isinstance(each, Text))


def test_each_kind_keeps_its_state_and_says_how_a_cell_ended(shell: Shell, tmp_path: Path) -> None:
    fish = shell.program.endswith("fish")
    (tmp_path / "sub").mkdir()
    assert run(shell, "cd sub") == ("", 0)
    assert run(shell, "set X 5" if fish else "X=5") == ("", 0)
    assert run(shell, "pwd; echo $X\nfalse") == (f"{tmp_path}/sub\n5\n", 1)
    assert run(shell, "echo $status" if fish else "echo $?") == ("1\n", 0)
    if not shell.program.endswith("dash"):
        assert run(shell, "hi") == ("hello\n", 0)
    assert run(shell, "echo \u00e4\u20ac \\\n  more # comment") == ("ä€ more\n", 0)


def test_each_kind_survives_errors_and_interrupts(shell: Shell) -> None:
    fish = shell.program.endswith("fish")
    text, status = run(shell, "if then ( fi")
    assert text
    assert status != 0
    text, status = run(shell, "sh -c 'echo go; sleep 60'\necho never", interrupt=True)
    assert (text.replace("^C", "").strip(), status) == ("go", 130)
    loop = "echo go; while true; end" if fish else "echo go; while true; do :; done"
    text, status = run(shell, loop, interrupt=True)
    assert text.replace("^C", "").strip() == "go"
    assert run(shell, "echo alive")[0] == "alive\n"


def test_each_kind_can_end_and_leaves_nothing(shell: Shell) -> None:
    if shell.program.endswith("fish"):
        pytest.skip("fish takes `exit` in what it sources for the end of that")
    wait(shell, lambda _: shell.ready)
    folder = Path(shell._folder)
    assert folder.exists()
    shell.run("exit 3")
    wait(shell, lambda _: shell.ended is not None)
    assert shell.ended == 3
    assert not folder.exists()


def test_no_such_shell(tmp_path: Path) -> None:
    with pytest.raises(MissingPart, match="no-such-shell"):
        Shell("/no-such-shell", cwd=str(tmp_path), environment={})


def test_marks_in_pieces() -> None:
    head = f"\x1b]{prefix_of('word')}".encode()
    stream = b"noise" + head + b"start\x07" + "ä\x1b[0m\x1b]0;title\x07".encode() + head + b"end;130\x07rest"
    expected = [Text("noise"), Started(), Text("ä\x1b[0m\x1b]0;title\x07"), Prompt(130), Text("rest")]
    for size in range(1, len(stream) + 1):
        marks = Marks("word")
        found: list[Mark] = []
        for at in range(0, len(stream), size):
            for event in marks.feed(stream[at : at + size]):
                if isinstance(event, Text) and found and isinstance(found[-1], Text):
                    found[-1] = Text(found[-1].text + event.text)
                else:
                    found.append(event)
        assert found == expected, size
