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

#: Read by the interpreter, the C library or the debugger when they start or are loaded, not later.
_READ_AT_START = re.compile(
    r"PYTHON|LD_|MALLOC_|GLIBC_|LC_|LANG$|LANGUAGE$|TZ$|PYDEVD_|DEBUGPY_|JUPYTER_PLATFORM_DIRS$"
)
#: Different for each kernel, and read by no library.
_A_KERNELS_OWN = re.compile(r"JPY_|JUPYTER|KERNEL_")


@dataclass(frozen=True, slots=True)
class Origin:
    """The environment of a process when it began, and the state of the folders that it loads modules from."""

    environment: Mapping[str, str]
    folders: Mapping[str, int | None]

    @classmethod
    def now(cls) -> Origin:
        """Return this process's; to be called before the modules are loaded."""
        places = [place for place in sys.path if place]
        return cls(dict(os.environ), {place: _changed(place) for place in places})

    def is_current(self) -> bool:
        """Return whether no package was installed, upgraded or removed since: each changes its folder."""
        return all(_changed(place) == then for place, then in self.folders.items())

    def suits(self, environment: Mapping[str, str], *, libraries: bool) -> bool:
        """Return whether a kernel with this environment may begin here.

        Without `libraries` only what the interpreter reads when it starts has to agree. A site's libraries
        may read any variable when they are imported, so with them all has to.
        """
        names = environment.keys() | self.environment.keys()
        differing = [name for name in names if environment.get(name) != self.environment.get(name)]
        if libraries:
            return all(_A_KERNELS_OWN.match(name) for name in differing)
        return not any(_READ_AT_START.match(name) for name in differing)


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
