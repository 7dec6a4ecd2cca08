"""The one place where errors become exit codes.

0 fine; 1 the answer is "no" (the command's own doing); 2 an expected error, one line on stderr;
3 a defect of ours, with a report ready to paste; 130 interrupted.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable

from nbhotel.errors import NbhotelError

DEFECT = 3
INTERRUPTED = 130


def guard(command: Callable[[], int], verb: str) -> int:
    """Run `command` and return the exit code of the program; `verb` names it in a report."""
    _open_what_is_closed()
    try:
        code = command()
        sys.stdout.flush()
    except NbhotelError as error:
        return tell(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _reader_went_away()
    except Exception:  # noqa: BLE001 - the boundary is where everything unexpected ends
        return _report(verb)
    return code


def tell(error: NbhotelError) -> int:
    """Print an expected error as one line on stderr; return its exit code."""
    from nbhotel.cli.style import Style
    from nbhotel.render.terminal.safe import safe

    line = safe(" ".join(str(error).split()))  # the name of a file may hold commands for the terminal
    print(f"{Style.of(sys.stderr).error('nbhotel:')} {line}", file=sys.stderr)
    return error.exit_code


def drop_output() -> None:
    """Let standard output go nowhere: the interpreter flushes it once more at exit, which must not fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_what_is_closed() -> None:
    """A program that was started with its output closed (`>&-`) has None there, which nothing expects.

    What a terminal's encoding does not have is no reason to stop either: it is written escaped.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - until the exit
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")


def _reader_went_away() -> int:
    """The reader of our output is gone (`nbhotel logs | head`): that is its right, and no error."""
    drop_output()
    return 0


def _report(verb: str) -> int:
    """Print what a maintainer needs. No arguments: they may hold what should not be pasted."""
    import platform
    import traceback

    from nbhotel import __version__

    print(
        f"nbhotel: this is a defect of nbhotel, not of your doing. Please report the lines below.\n\n"
        f"nbhotel {__version__}, verb {verb}, Python {platform.python_version()}, {platform.platform()}\n"
        f"{traceback.format_exc()}",
        end="",
        file=sys.stderr,
    )
    return DEFECT
