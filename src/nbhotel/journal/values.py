"""What the journal holds, and what can be asked of it."""

from __future__ import annotations

from nbhotel.records import NamedTuple


class Run(NamedTuple):
    """One piece of code that a kernel ran.

    `message` is the id that its request had in the kernel's protocol, `started` seconds since the epoch.
    `seconds` and `failed` are None as long as it runs, and for ever if nobody saw it end. `notebook` is an
    absolute path, "" for what no notebook sent; `cell` the cell's id, "" if the client did not tell it.
    `kernel` is the id of the running kernel, `spec` the name of its kernelspec, `number` the prompt's.
    """

    message: str
    started: float
    code: str
    seconds: float | None = None
    failed: bool | None = None
    notebook: str = ""
    cell: str = ""
    kernel: str = ""
    spec: str = ""
    language: str = ""
    number: int | None = None
    output: str = ""
    id: int = 0


class Query(NamedTuple):
    """Which runs: those in which all words stand, whatever their case.

    `notebook` is a notebook's path, a folder's, or the bare name of a notebook that may lie anywhere.
    `kernel` is the beginning of a kernel's id. `since` and `before` are seconds since the epoch.
    """

    words: tuple[str, ...] = ()
    notebook: str = ""
    kernel: str = ""
    since: float | None = None
    before: float | None = None
    failed: bool = False


class Stats(NamedTuple):
    """How much is in a journal; times in seconds since the epoch, the size in bytes."""

    runs: int
    oldest: float | None
    newest: float | None
    size: int
