"""The notebook tools under the names that people type: each is a verb of `nbhotel`."""

from __future__ import annotations

import gc
import os
import sys

from nbhotel.cli.boundary import guard
from nbhotel.cli.main import SHORT_NAMES, run_verb


def nbdiff() -> int:
    """`nbdiff` is `nbhotel diff`."""
    return _run("diff")


def nbmerge() -> int:
    """`nbmerge` is `nbhotel merge`."""
    return _run("merge")


def nbshow() -> int:
    """`nbshow` is `nbhotel show`."""
    return _run("show")


def _run(verb: str) -> int:
    gc.disable()  # a short life, many values and no cycles: a tenth of the time of large notebooks
    code = guard(lambda: run_verb(verb, sys.argv[1:], SHORT_NAMES[verb]), verb)
    if sys.getprofile() is None and sys.gettrace() is None and _is_flushed():
        os._exit(code)  # to take everything apart, object by object, would be a tenth once more
    return code


def _is_flushed() -> bool:
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # the interpreter knows what to do about it
        return False
    return True
