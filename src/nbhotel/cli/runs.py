"""What `nbhotel history` found, for people and for programs."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from nbhotel.cli import pager
from nbhotel.cli.screen import has_colours
from nbhotel.cli.style import Style
from nbhotel.journal.looking import looked_up
from nbhotel.journal.values import Query, Run
from nbhotel.records import NamedTuple
from nbhotel.render.terminal.safe import safe

#: Characters of the first line of code that --oneline shows.
_ONE_LINE = 100


class Wishes(NamedTuple):
    """How to show runs; `at_most` is None for all of them."""

    at_most: int | None
    oneline: bool
    as_json: bool
    colour: str
    paged: bool


def show(file: str, query: Query, wishes: Wishes, *, ipython: str = "") -> int:
    """Show the runs that are asked for; 1 if there are none. Raises JournalError."""
    found = islice(looked_up(file, query, ipython=ipython), wishes.at_most)
    first = next(found, None)
    runs = found if first is None else chain([first], found)
    if wishes.as_json:
        import json

        pager.write([json.dumps({"runs": [run._asdict() for run in runs]}, indent=2)])
    elif first is None:
        what = "the journal has nothing like that" if os.path.exists(file) else "there is no journal yet"  # noqa: PTH110
        print(f"nbhotel: {safe(file)}: {what}", file=sys.stderr)
    else:
        terminal = sys.stdout.isatty()
        style = Style(has_colours(wishes.colour, terminal, os.environ))
        told = _one_lines(runs, style) if wishes.oneline else _wholes(runs, style)
        (pager.page if wishes.paged and terminal else pager.write)(told)
    return 1 if first is None else 0


def when(moment: float) -> str:
    """A time for people, by their clock."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(moment))


def _wholes(runs: Iterable[Run], style: Style) -> Iterator[str]:
    for number, run in enumerate(runs):
        if number:
            yield ""
        yield "  ".join(_head(run, style))
        for line in run.code.splitlines():
            yield f"    {safe(line)}".rstrip()
        for line in run.output.splitlines():
            yield style.faint(f"    | {safe(line)}")


def _one_lines(runs: Iterable[Run], style: Style) -> Iterator[str]:
    for run in runs:
        lines = run.code.strip().splitlines()
        code = lines[0][:_ONE_LINE] + (" …" if len(lines) > 1 or len(lines[0]) > _ONE_LINE else "")
        failed = [style.error("failed")] if run.failed else []
        yield "  ".join([style.warning(when(run.started)), _where(run), *failed, safe(code)])


def _head(run: Run, style: Style) -> list[str]:
    number = "" if run.number is None else f" [{run.number}]"
    took = [] if run.seconds is None else [_duration(run.seconds)]
    ended = {None: [] if run.spec == "ipython" else ["not seen to end"], True: [style.error("failed")]}
    return [
        style.warning(when(run.started)),
        style.strong(_where(run) + number),
        *took,
        *ended.get(run.failed, []),
    ]


def _where(run: Run) -> str:
    """The notebook, relative to the working directory if it lies below; else the kernel."""
    if not run.notebook:
        return safe(f"{run.spec} {run.kernel[:8]}".strip())
    here = os.getcwd() + os.sep  # noqa: PTH109 - a text is wanted
    return safe(run.notebook.removeprefix(here))


def _duration(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
