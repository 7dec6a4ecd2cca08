"""IPython's magics of nbhotel: `%load_ext nbhotel.magics`. Their modules are imported when they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from comm.base_comm import BaseComm
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Add the magics."""
    _transfer(shell)
    shell.magics_manager.register_function(_terminal, "cell", "terminal")


def _transfer(shell: InteractiveShell) -> None:
    """`%put` and `%get`, and what answers the commands of the same kind in JupyterLab."""
    shell.magics_manager.register_function(_put, "line", "put")
    shell.magics_manager.register_function(_get, "line", "get")
    kernel = getattr(shell, "kernel", None)
    if kernel is not None:
        kernel.comm_manager.register_target("nbhotel.transfer", _opened)


def _put(line: str) -> None:
    """`%put [FOLDER]`: pick files in the browser; they land beside the notebook, or in the folder."""
    from nbhotel.magics.put import put

    _told(lambda: put(line))


def _get(line: str) -> None:
    """`%get PATTERN...`: send a file to the browser, or several and folders as a zip file."""
    from nbhotel.magics.get import get

    _told(lambda: get(line))


def _terminal(_: str, cell: str) -> None:
    """`%%terminal`: the cell goes to a shell that lives as long as the kernel."""
    from IPython.core.getipython import get_ipython

    from nbhotel.magics.terminal import terminal

    shell = get_ipython()
    if shell is not None:
        _told(lambda: terminal(shell, cell))


def _opened(comm: BaseComm, message: dict[str, Any]) -> None:
    from nbhotel.magics.opening import opened

    opened(comm, message)


def _told(work: Callable[[], None]) -> None:
    """Do it; an expected error becomes one that IPython tells without a traceback."""
    from IPython.core.error import UsageError

    from nbhotel.errors import NbhotelError

    try:
        work()
    except NbhotelError as error:
        raise UsageError(str(error)) from None
