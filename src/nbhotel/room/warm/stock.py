"""The modules that ipykernel loads until its first result, loaded ahead."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

#: Seen in `sys.modules` of a cold kernel after its first result; each loads what it needs itself.
MODULES = (
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "encodings.idna",
    "faulthandler",
    "psutil",
    "sqlite3",
    "tornado.platform.asyncio",
)

#: The modules that were loaded when `load` was done; in a fresh process those of a cold kernel.
NAMES: set[str] = set()

#: Environment variables that were set by what was imported.
VARIABLES: dict[str, str] = {}

#: While it is set, the debugger's import doesn't warn of Python's own frozen modules.
_QUIET = "PYDEVD_DISABLE_FILE_VALIDATION"


def load() -> None:
    """Import what every kernel needs; what is not there (no debugger), kernels do without."""
    with _quiet(), noticing_variables():
        for name in MODULES:
            with suppress(ImportError):
                importlib.import_module(name)
        _rehearse()
    NAMES.update(sys.modules)


@contextmanager
def noticing_variables() -> Iterator[None]:
    """Remember which environment variables an import sets, for kernels get another environment."""
    before = dict(os.environ)
    yield
    VARIABLES.update({name: value for name, value in os.environ.items() if before.get(name) != value})


def _rehearse() -> None:
    """Compile the regular expressions of the first cell, Python's tokenizer's among them."""
    from IPython.core.inputtransformer2 import TransformerManager

    manager = TransformerManager()  # type: ignore[no-untyped-call]
    manager.transform_cell("1 + 1\n")


@contextmanager
def _quiet() -> Iterator[None]:
    told = os.environ.get(_QUIET)
    os.environ[_QUIET] = "1"
    try:
        yield
    finally:
        del os.environ[_QUIET]
        if told is not None:
            os.environ[_QUIET] = told
