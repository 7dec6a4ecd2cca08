"""What a forked child does until it is a kernel: all that a new process would have found otherwise."""

from __future__ import annotations

import ctypes
import importlib.util
import json
import os
import resource
import site
import socket
import sys
import sysconfig
import tempfile
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

from nbhotel.room.warm import modules, stock


@dataclass(frozen=True, slots=True)
class Birth:
    """The nursery's pid, the child's end of the connection to the server, and where its output goes."""

    nursery: int
    connection: socket.socket
    stdout: int
    stderr: int


@dataclass(frozen=True, slots=True)
class Order:
    """What kernel the server wants."""

    command: list[str]  # of a cold kernel: Python, its options, `-m ipykernel_launcher -f FILE`
    environment: dict[str, str]
    folder: str
    umask: int
    limits: list[tuple[int, int, int]]  # resource, soft, hard (`man 2 getrlimit`)


def read_line(connection: socket.socket) -> bytes:
    """Return a line, which is all that comes; empty if the other side has gone."""
    with connection.makefile("rb") as lines:
        return lines.readline()


def become_kernel(born: Birth) -> NoReturn:
    """Read the order, run the kernel, and end the process as a Python program ends."""
    status = 1
    try:
        line = read_line(born.connection)
        born.connection.close()
        if line.endswith(b"\n"):  # else nobody waits for this kernel any more
            _settle(Order(**json.loads(line)), born)
            _run(born.nursery)
        status = 0
    except SystemExit as leaving:
        status = _status(leaving.code)
    except BaseException:  # noqa: BLE001 - a forked child must not go on as what it was forked from
        traceback.print_exc()
    # Frees what the notebook has made, runs what is registered for the exit, waits for threads.
    ctypes.pythonapi.Py_Exit(status)
    raise AssertionError("Py_Exit has returned")


def _status(code: object) -> int:
    if code is None or isinstance(code, int):
        return code or 0
    print(code, file=sys.__stderr__)  # as Python does
    return 1


def _settle(order: Order, born: Birth) -> None:
    os.setsid()
    _streams(born)
    for number, soft, hard in order.limits:
        if resource.getrlimit(number) != (soft, hard):
            with suppress(ValueError, OSError):
                resource.setrlimit(number, (soft, hard))
    os.umask(order.umask)
    os.chdir(order.folder)
    os.environ.clear()
    os.environ.update(stock.VARIABLES | order.environment)
    entitle(" ".join(order.command))
    sys.orig_argv = list(order.command)
    launcher = importlib.util.find_spec("ipykernel_launcher")
    sys.argv = [launcher.origin if launcher and launcher.origin else "", *order.command[3:]]
    _paths()
    modules.hide_what_the_folder_has(order.folder)
    _renew()


def _streams(born: Birth) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (born.stdout, 1), (born.stderr, 2)):
        os.dup2(source, target)
    for descriptor in {nothing, born.stdout, born.stderr} - {0, 1, 2}:
        os.close(descriptor)


def _paths() -> None:
    """Give `sys.path` the working directory's place, which IPython leaves out under Python's option `-P`.

    A hotel's zygote runs with that option, a cold kernel doesn't.
    """
    if sys.flags.safe_path and "PYTHONSAFEPATH" not in os.environ and "" not in sys.path:
        packages = ("site-packages", "dist-packages")
        found = [at for at, place in enumerate(sys.path) if os.path.basename(place) in packages]
        sys.path.insert(found[0] if found else 0, "")


def _renew() -> None:
    """Make new what a process makes for itself when modules are loaded."""
    time.tzset()
    tempfile.tempdir = None
    site.USER_BASE = site.USER_SITE = None
    site.getusersitepackages()
    sysconfig.get_config_vars()["userbase"] = site.USER_BASE
    numpy: Any = sys.modules.get("numpy.random")
    if numpy:
        numpy.seed()
    processes: Any = sys.modules.get("multiprocessing.process")
    if processes:
        processes.ORIGINAL_DIR = os.getcwd()
        processes.current_process().authkey = os.urandom(32)


def _run(nursery: int) -> None:
    from ipykernel.kernelapp import IPKernelApp

    # The parent whose end is the kernel's is the nursery, which ends with the server.
    has_parent = bool(os.environ.get("JPY_PARENT_PID"))
    app: Any = IPKernelApp.instance(parent_handle=nursery if has_parent else 0)
    make = app.init_kernel

    def init_kernel() -> None:
        with modules.as_in_a_cold_kernel():
            make()

    app.init_kernel = init_kernel
    app.initialize()
    if has_parent and os.getppid() != nursery:
        return  # it ended before ipykernel began to watch it
    app.start()


def entitle(title: str) -> None:
    """Show a command line in `ps`, if the package that can is installed."""
    with suppress(ImportError):
        import setproctitle

        setproctitle.setproctitle(title)
