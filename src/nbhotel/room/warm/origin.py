"""What a nursery was made from, and hence which kernels may begin there.

A kernel is born warm only if a cold one would begin with the same interpreter, the same libraries and the
same view of the environment. In doubt it begins cold.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from nbhotel.room.warm import stock

#: Read by the interpreter, the C library or the debugger when they start or are loaded, not later.
_READ_AT_START = re.compile(r"PYTHON|LD_|MALLOC_|GLIBC_|TZ$|PYDEVD_|DEBUGPY_")
#: Different for each kernel, and read by no library.
_A_KERNELS_OWN = re.compile(r"JPY_|JUPYTER|KERNEL_")

Environment = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Origin:
    """The environment of a process when it began, and the state of the folders that it loads modules from."""

    environment: dict[str, str]
    folders: Mapping[str, int | None]

    @classmethod
    def now(cls) -> Origin:
        """Return this process's; to be called before the modules are loaded."""
        places = [place for place in sys.path if place]
        return cls(dict(os.environ), {place: _changed(place) for place in places})

    def is_current(self) -> bool:
        """Return whether no package was installed, upgraded or removed since: each changes its folder."""
        return all(_changed(place) == then for place, then in self.folders.items())

    def suits(self, environment: dict[str, str]) -> bool:
        """Return whether an interpreter that began with this environment would be as this one is."""
        # Both will have what imports set, unless they say otherwise.
        asked, began = stock.VARIABLES | environment, stock.VARIABLES | self.environment
        told = (name for name in _differing(asked, began) if _READ_AT_START.match(name))
        return not any(told) and _locale(environment) == _locale(self.environment)


def agree(environment: Environment, other: Environment) -> bool:
    """Return whether libraries would find the same in both: they may read any variable."""
    return all(_A_KERNELS_OWN.match(name) for name in _differing(environment, other))


def _differing(environment: Environment, other: Environment) -> list[str]:
    return [name for name in environment.keys() | other.keys() if environment.get(name) != other.get(name)]


def _locale(environment: Environment) -> str:
    """Return the one category that Python sets when it starts, with its replacement for C (PEP 538)."""
    names = ("LC_ALL", "LC_CTYPE", "LANG")
    name, value = next(((name, environment[name]) for name in names if environment.get(name)), ("", "C"))
    return "C.UTF-8" if value in {"C", "POSIX"} and name != "LC_ALL" else value


def is_plain(command: Sequence[str]) -> bool:
    """Return whether a kernel's command is this environment's own `python -m ipykernel_launcher -f FILE`."""
    if len(command) != 5 or list(command[1:4]) != ["-m", "ipykernel_launcher", "-f"]:
        return False
    python = os.path.expanduser(command[0])
    # Environments share one Python and differ by where a link to it lies.
    same_folder = os.path.dirname(python) == os.path.dirname(sys.executable)
    return same_folder and os.path.realpath(python) == os.path.realpath(sys.executable)


def _changed(place: str) -> int | None:
    with suppress(OSError):
        return os.stat(place).st_mtime_ns
    return None
