"""JupyterHub's own tests of spawners and named servers, with our spawner, a real zygote and our proxy.

As root they run as an ordinary user made for them: their users are no system accounts.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import nbhotel
from tests.hotel.support import ROOT, short_folder, system_user

TESTS = Path(__file__).parents[2]

#: What is about JupyterHub's own spawner: a TCP port, and tokens and variables that its mock adds.
OF_ANOTHER_SPAWNER = (
    "test_single_user_spawner",
    "test_spawner_reuse_api_token",
    "test_spawner_insert_api_token",
    "test_spawner_bad_api_token",
)
PLUGINS = ("tests.hotel.proxy.upstream.caddy_plugin", "tests.hotel.upstream.room_plugin")
LEAST = 60


@pytest.fixture
def place() -> Iterator[tuple[Path, list[str]]]:
    """A folder with a copy of the tests that the user who runs them can read, and how to become that user."""
    with short_folder() as folder:
        shutil.copytree(TESTS, folder / "tests", ignore=shutil.ignore_patterns("__pycache__"))
        if not ROOT:
            yield folder, []
            return
        with system_user() as user:
            drop = ["setpriv", f"--reuid={user.uid}", f"--regid={user.uid}", "--init-groups"]
            yield folder, [*drop, "env", f"HOME={user.home}", f"USER={user.name}"]


@pytest.mark.slow
def test_jupyterhubs_own_tests_pass(place: tuple[Path, list[str]]) -> None:
    folder, become = place
    options = {"asyncio_mode": "auto"} | {
        f"asyncio_default_{what}_loop_scope": "module" for what in ("fixture", "test")
    }
    pytest_ = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-W",
        "ignore",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
    ]
    pytest_ += [f"--rootdir={folder}", *(word for plugin in PLUGINS for word in ("-p", plugin))]
    pytest_ += [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    pytest_ += ["-k", " and ".join(f"not {name}" for name in OF_ANOTHER_SPAWNER)]
    suites = ["jupyterhub.tests.test_spawner", "jupyterhub.tests.test_named_servers"]
    env = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "PYTHONPATH": f"{Path(nbhotel.__file__).parents[1]}:{folder}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [*become, *pytest_, "--pyargs", *suites],
        cwd="/",
        env=env,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) >= LEAST
