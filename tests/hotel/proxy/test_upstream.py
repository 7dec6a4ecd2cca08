"""JupyterHub's own proxy tests, with our class and a real Caddy: docs/design/proxy.md says which.

Those of named servers are in tests/hotel/upstream, with the same proxy.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import nbhotel

ROOT = Path(__file__).parents[3]

#: What is about configurable-http-proxy's own process and API, not about the interface.
CHP_ONLY = ("test_external_proxy", "test_proxy_bind_ip")

TESTS = [
    f"jupyterhub.tests.{name}"
    for name in (
        "test_proxy",
        "test_services::test_proxy_service",
        "test_pages::test_spawn_redirect",
        "test_pages::test_user_redirect",
        "test_pages::test_proxy_error",
        "test_pages::test_server_not_running_api_request",
        "test_pages::test_static_files",
    )
]
#: How many tests these are at least, so that a change of names upstream is noticed.
LEAST = 38


@pytest.mark.slow
def test_jupyterhubs_own_tests_pass(tmp_path: Path) -> None:
    options = {"asyncio_mode": "auto"} | {
        f"asyncio_default_{what}_loop_scope": "module" for what in ("fixture", "test")
    }
    command = [
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
    command += [f"--rootdir={tmp_path}", "-p", "tests.hotel.proxy.upstream.caddy_plugin"]
    command += [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    command += ["-k", " and ".join(f"not {name}" for name in CHP_ONLY), "--pyargs", *TESTS]
    # The tests start programs of their own: `jupyterhub-singleuser` and Python as on this interpreter's PATH.
    path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}"
    here = f"{Path(nbhotel.__file__).parents[1]}:{ROOT}"
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "PATH": path, "PYTHONPATH": here},
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None, done.stdout[-2000:]
    assert int(passed[1]) >= LEAST
