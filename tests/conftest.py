"""What every test may use."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from tests.hotel.hotels import Hotel

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent

NbHotel = Callable[..., "subprocess.CompletedProcess[str]"]


#: Fixtures that start a whole hotel, and those of repositories in which git calls nbhotel again and again.
SLOW_FIXTURES = {"open_hotel", "enabled", "forked", "public", "used"}
#: Where each test starts programs or tries hundreds of notebooks: a quick run takes only the first one.
MOSTLY_SLOW = {
    *(f"cli/test_{name}.py" for name in ("config", "diff_git", "history_command", "main")),
    *(f"cli/test_{name}.py" for name in ("resolve", "review", "stage_views", "terminals")),
    *(f"git/test_{name}.py" for name in ("aliases", "staging", "status", "textconv", "truth", "vault_sweep")),
    *(f"hotel/{name}.py" for name in ("proxy/test_headers", "proxy/test_routes", "test_service")),
    "chain/exporters/test_others.py",
    "render/test_nbdime.py",
    "repair/test_markers.py",
    "review/test_action.py",
    "share/hosts/test_github.py",
}
#: Sessions of the documentation, each one long test.
SLOW_SESSIONS = {"test_docs_git.py", "test_docs_staging.py"}
#: Files that use the same server, which takes long to start: one process runs them all.
SAME_SERVER = {
    **{f"tests/browser/test_lab_{name}.py": "lab" for name in ("changes", "comments", "saving", "terminal")},
    "tests/browser/test_lab_transfer.py": "lab",
    **{
        f"tests/{name}.py": "house"
        for name in ("browser/test_hotel", "browser/test_hotel_room", "hotel/test_safety")
    },
    "tests/hotel/test_shared_documents.py": "three guests",
    "tests/hotel/test_shares.py": "three guests",
}
#: Where tests take longest.
LONGEST = {"browser", "hotel", "test_bootstrap.py", "test_docs_hotel.py"}


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what `-m` doesn't want
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts a hub as slow, skip what needs root for an ordinary user, and put slow files first."""
    begun: set[str] = set()
    for item in items:
        file = os.path.relpath(item.path, TESTS)
        slow_by_file = file in SLOW_SESSIONS or file in MOSTLY_SLOW & begun
        if slow_by_file or SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
        begun.add(file)
        if item.get_closest_marker("root") and os.geteuid() != 0:
            item.add_marker(pytest.mark.skip(reason="needs root"))
    # Long files come first: at the end, one process would wait for the other.
    items.sort(key=lambda item: LONGEST.isdisjoint(item.path.parts))


class ByServer(LoadFileScheduling):
    """Gives each process whole files, and all those together that use the same server."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return SAME_SERVER.get(file, file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByServer | None:
    """For `--dist loadfile`, which the Makefile asks for."""
    return ByServer(config, log) if config.getoption("dist") == "loadfile" else None


#: What `nbhotel up` makes as root.
SYSTEM_USERS = ("nbhotel-hub", "nbhotel-proxy")


def _made(names: tuple[str, ...]) -> set[str]:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return known & set(names)


def pytest_configure(config: pytest.Config) -> None:
    """Undo what a shell does to programs in the background: they, and all they start, ignore SIGINT.

    And keep the compiled tests, even where Python is told not to: each worker reads all of them, at each run.
    """
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.stash[_NO_BYTECODE] = sys.dont_write_bytecode
    sys.dont_write_bytecode = False


def pytest_collection_finish(session: pytest.Session) -> None:
    """What tests load is their own matter."""
    sys.dont_write_bytecode = session.config.stash[_NO_BYTECODE]


@pytest.hookimpl
def pytest_sessionstart(session: pytest.Session) -> None:
    """Note whose system users were there before."""
    session.config.stash[_BEFORE] = _made(SYSTEM_USERS)


@pytest.hookimpl
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remove the hotel's system users if the tests' own hotels made them."""
    if hasattr(session.config, "workerinput") or os.geteuid() != 0:
        return
    before: set[str] = session.config.stash[_BEFORE]
    for name in sorted(_made(SYSTEM_USERS) - before):
        subprocess.run(["userdel", name], check=False, capture_output=True)
    if not _made(SYSTEM_USERS):
        subprocess.run(["groupdel", "nbhotel"], check=False, capture_output=True)


_BEFORE = pytest.StashKey[set[str]]()
_NO_BYTECODE = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def house() -> Iterator[Hotel]:
    """One hotel for all modules that need no settings of their own: see `admitted`."""
    from tests.hotel.hotels import needs_guests, open_hotel
    from tests.hotel.support import short_folder

    with short_folder() as folder, open_hotel(folder, needs_guests("nbadmin")) as hotel:
        yield hotel


@pytest.fixture
def nbhotel(tmp_path: Path) -> NbHotel:
    """Run `nbhotel ARG…` as a process of its own, in an empty folder, and return what it did."""

    def run(*arguments: str, cwd: Path = tmp_path, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "nbhotel", *arguments]
        return subprocess.run(
            command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60
        )

    return run
