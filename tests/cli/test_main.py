from __future__ import annotations

import pty
import re
import shutil
import subprocess
import sys

import pytest

from nbhotel import __version__
from nbhotel.cli import boundary
from nbhotel.cli.main import VERBS, command_parser, load_command, main
from nbhotel.errors import StateError


def test_version(nbhotel):
    done = nbhotel("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"nbhotel {__version__}\n", "")


def test_help_lists_every_verb_with_its_summary(nbhotel):
    done = nbhotel("--help")
    assert done.returncode == 0
    words = " ".join(done.stdout.split())
    for verb in VERBS:
        assert f" {verb} {load_command(verb).SUMMARY}" in words


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_explains_itself(verb, capsys):
    assert main([verb, "--help"]) == 0
    assert f"usage: nbhotel {verb}" in capsys.readouterr().out


@pytest.mark.parametrize("verb", VERBS)
def test_each_option_has_a_help_text(verb):
    undocumented = [
        action.dest for action in command_parser(verb)._actions if not action.help and action.dest != "action"
    ]
    assert undocumented == []


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        (["statsu"], "nbhotel: there is no verb 'statsu' (did you mean 'status'?)\n"),
        (["confg", "show"], "nbhotel: there is no verb 'confg' (did you mean 'config'?)\n"),
        (
            ["config", "show", "--jsn"],
            "nbhotel: unrecognized arguments: --jsn (see `nbhotel config --help`)\n",
        ),
        (["--verbose"], "nbhotel: unrecognized arguments: --verbose (see `nbhotel --help`)\n"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(typed, line, nbhotel):
    done = nbhotel(*typed)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", line)


def test_a_word_like_no_verb_gets_the_list(nbhotel):
    assert "there are: up, down, status" in nbhotel("xyzzy").stderr


def test_no_verb_at_all_shows_the_help(nbhotel):
    done = nbhotel()
    assert done.returncode == 2
    assert "usage: nbhotel" in done.stderr


def test_an_expected_error_is_one_line(capsys):
    def fails() -> int:
        raise StateError("it is\n  full", where="/x", remedy="empty it")

    assert boundary.guard(fails, "up") == 2
    assert capsys.readouterr().err == "nbhotel: /x: it is full (empty it)\n"


def test_a_defect_is_a_report_without_arguments(capsys):
    assert boundary.guard(lambda: int("secret argument"[:0]), "status") == 3
    report = capsys.readouterr().err
    assert "defect of nbhotel" in report
    assert f"nbhotel {__version__}, verb status, Python 3." in report
    assert report.rstrip().endswith("ValueError: invalid literal for int() with base 10: ''")


def test_interrupted(capsys):
    def interrupted() -> int:
        raise KeyboardInterrupt

    assert boundary.guard(interrupted, "up") == 130
    assert capsys.readouterr().err == ""


def test_a_reader_that_goes_away_is_no_error(tmp_path):
    # Enough output to fill a pipe whose reader takes one line and leaves.
    (tmp_path / "hotel.toml").write_text(f"allow = [{', '.join(repr(f'guest{n}') for n in range(20_000))}]\n")
    shell = 'set -o pipefail; "$0" -m nbhotel config show | head -n 1'
    done = subprocess.run(
        ["bash", "-c", shell, sys.executable], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("bind = ")


def test_colours_are_for_terminals_only(nbhotel):
    assert "\x1b" not in nbhotel("oops").stderr
    assert b"\x1b[1;31mnbhotel:" in _stderr_at_terminal({"TERM": "xterm"})
    assert b"\x1b" not in _stderr_at_terminal({"TERM": "xterm", "NO_COLOR": "1"})


def _stderr_at_terminal(environment: dict[str, str]) -> bytes:
    import os

    leader, follower = pty.openpty()
    try:
        subprocess.run(
            [sys.executable, "-m", "nbhotel", "oops"],
            stderr=follower,
            env={**os.environ, **environment},
            timeout=60,
        )
        return os.read(leader, 4096)
    finally:
        os.close(leader)
        os.close(follower)


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion_knows_verbs_and_their_options(shell, nbhotel):
    done = nbhotel("completion", shell)
    assert (done.returncode, done.stderr) == (0, "")
    assert "status" in done.stdout
    assert "--config" in done.stdout


def test_bash_completes_a_verb(nbhotel, tmp_path):
    script = tmp_path / "completion.bash"
    script.write_text(nbhotel("completion", "bash").stdout)
    shell = """
        source "$0"; COMP_WORDS=(nbhotel con); COMP_CWORD=1
        $(complete -p nbhotel | sed -E 's/.*-F ([^ ]+).*/\\1/') nbhotel con nbhotel
        echo "${COMPREPLY[@]}"
    """
    done = subprocess.run(["bash", "-c", shell, str(script)], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["config"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_the_short_names(shell, nbhotel):
    done = nbhotel("completion", shell)
    assert (done.returncode, done.stderr) == (0, "")
    for name in ("nbdiff", "nbmerge", "nbshow"):
        assert re.search(rf"\b{name}\b.*", done.stdout)
    assert "ignore-noise" in done.stdout


def test_bash_completes_an_option_of_a_short_name(nbhotel, tmp_path):
    script = tmp_path / "completion.bash"
    script.write_text(nbhotel("completion", "bash").stdout)
    shell = """
        source "$0"; COMP_WORDS=(nbdiff --ignore-n); COMP_CWORD=1
        $(complete -p nbdiff | sed -E 's/.*-F ([^ ]+).*/\\1/') nbdiff --ignore-n nbdiff
        echo "${COMPREPLY[@]}"
    """
    done = subprocess.run(["bash", "-c", shell, str(script)], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["--ignore-noise"]


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("nbdiff --ignore-n", "--ignore-noise"),
        ("nbdiff --color ", "never"),
        ("nbhotel us", "users"),
        ("nbhotel users l", "list"),
        ("nbhotel diff --color-w", "--color-words"),
        ("nbshow note", "notebook.ipynb"),
    ],
)
def test_fish_completes(typed, word, nbhotel, tmp_path):
    script = tmp_path / "completion.fish"
    script.write_text(nbhotel("completion", "fish").stdout)
    (tmp_path / "notebook.ipynb").touch()
    command = ["fish", "--no-config", "-c", 'source $argv[1]; complete -C "$argv[2]"', str(script), typed]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert word in [line.split("\t")[0] for line in done.stdout.splitlines()]


def test_fish_gets_each_option_with_its_help(nbhotel):
    lines = nbhotel("completion", "fish").stdout.splitlines()
    assert "complete -c nbdiff -l color-words -d 'changed words within one line'" in lines
    inner = [
        line for line in lines if line.startswith("complete -c nbhotel -n '__fish_seen_subcommand_from users")
    ]
    assert any(
        line.endswith("-d 'show everybody whom the hotel knows, and how they may enter'") for line in lines
    )
    assert inner
