"""What a kernel sees of the modules that were loaded for others: the server, or a site's notebooks."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from importlib.machinery import PathFinder
from types import ModuleType

from nbhotel.room.warm import stock

#: Modules taken out of `sys.modules`, which must not be freed: that would write to pages that are shared.
_HIDDEN: list[ModuleType] = []


def hide_what_the_folder_has(folder: str) -> None:
    """Let a module of the notebook's folder come before one of its name that a cold kernel had not loaded."""
    packages = {name.partition(".")[0] for name in stock.NAMES} | sys.stdlib_module_names
    here = _names_in(folder) - packages
    hidden = {name for name in here & sys.modules.keys() if _is_module(name, folder)}
    names = [name for name in sys.modules if name.partition(".")[0] in hidden] if hidden else []
    _HIDDEN.extend(sys.modules.pop(name) for name in names)


def _names_in(folder: str) -> set[str]:
    try:
        return {name.partition(".")[0] for name in os.listdir(folder)}
    except OSError:
        return set()


def _is_module(name: str, folder: str) -> bool:
    spec = PathFinder.find_spec(name, [folder])
    return bool(spec and spec.origin)  # a folder without `__init__.py` comes last, wherever it is


@contextmanager
def as_in_a_cold_kernel() -> Iterator[None]:
    """Let copies of `sys.modules` have only what a cold kernel has loaded.

    ipykernel takes one to know whose frames the debugger shall skip: those of the modules that were there
    first, which must not be a site's libraries. Besides, a look at each module would write to a page of each.
    """
    real = sys.modules
    sys.modules = _Modules(real)  # type: ignore[assignment]
    try:
        yield
    finally:
        sys.modules = real


class _Modules(MutableMapping[str, ModuleType]):
    """`sys.modules`, apart from its copies."""

    def __init__(self, real: dict[str, ModuleType]) -> None:
        self._real = real

    def copy(self) -> dict[str, ModuleType]:
        """Return the modules that every kernel has."""
        return {name: self._real[name] for name in stock.NAMES if name in self._real}

    def __getitem__(self, name: str) -> ModuleType:
        return self._real[name]

    def __setitem__(self, name: str, module: ModuleType) -> None:
        self._real[name] = module

    def __delitem__(self, name: str) -> None:
        del self._real[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._real)

    def __len__(self) -> int:
        return len(self._real)
