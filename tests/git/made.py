"""Made histories of one notebook: edits, moves, splits, joins, branches, new ids, new names, outputs.

The truth is written down as it is made (`truth`); the commits come into being by `git fast-import`.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random

from tests.git.truth import Line, TrueCell, TrueNotebook

_NAMES = (
    "alpha",
    "beta",
    "gamma",
    "rain",
    "wind",
    "frost",
    "cloud",
    "river",
    "stone",
    "maple",
    "heron",
    "otter",
)
_VERBS = ("load", "fit", "plot", "clean", "scale", "drop", "count", "group", "read", "write", "sort", "rank")
_PEOPLE = ("Ada <ada@example.org>", "Grace Höpper <grace@example.org>", "Linus <linus@example.org>")
_START = 1_700_000_000
_HOUR = 3600


@dataclass
class Made:
    """A history in a repository: the newest version, and the commits' ids by their numbers."""

    notebook: TrueNotebook
    ids: dict[int, str]
    #: What each commit did, by its number.
    deeds: dict[int, str]

    def number(self, commit: str) -> int:
        """The number of a commit."""
        return next(number for number, each in self.ids.items() if each == commit)


@dataclass
class Maker:
    """Makes one commit after the other."""

    random: Random
    notebook: TrueNotebook = field(default_factory=lambda: TrueNotebook([]))
    stream: list[bytes] = field(default_factory=list)
    commit: int = 0
    deeds: dict[int, str] = field(default_factory=dict)

    def line(self) -> str:
        pick = self.random.choice
        value = f"{pick(_VERBS)}({pick(_NAMES)}, {self.random.randrange(1000)}, {pick(_NAMES)}=1)"
        return f"{pick(_NAMES)}_{pick(_NAMES)} = {value}"

    def altered(self, text: str) -> str:
        """The line with another number or name in it."""
        new = text
        while "".join(new.split()) == "".join(text.split()):
            old = self.random.choice(
                [word for word in text.replace("(", " ").replace(",", " ").split() if word != "="]
            )
            new = text.replace(old, self.random.choice(_NAMES) + str(self.random.randrange(1000)), 1)
        return new

    def new_cell(self) -> TrueCell:
        lines = [Line(self.line(), self.commit) for _ in range(self.random.randrange(3, 9))]
        kind = self.random.choice(("code", "code", "code", "markdown"))
        cell = TrueCell(self.new_id(), kind, lines, [], self.commit)
        cell.note(self.commit, [line.number for line in lines])
        return cell

    def new_id(self) -> str:
        return f"{self.random.getrandbits(32):08x}"

    def save(
        self, deed: str, *, old_path: str = "", branch: str = "main", parents: tuple[int, ...] = ()
    ) -> None:
        """Write a commit of the notebook as it is now."""
        content = (json.dumps(self.notebook.as_json(), indent=1, ensure_ascii=False) + "\n").encode()
        who = f"{self.random.choice(_PEOPLE)} {_START + self.commit * _HOUR} +0100"
        message = f"{self.commit}: {deed}".encode()
        head = f"commit refs/heads/{branch}\nmark :{self.commit}\nauthor {who}\ncommitter {who}\n"
        first, *others = parents or ((self.commit - 1,) if self.commit > 1 else (0,))
        links = (f"from :{first}\n" if first else "") + "".join(f"merge :{each}\n" for each in others)
        gone = f"D {old_path}\n" if old_path else ""
        self.stream += [
            head.encode(),
            b"data %d\n%s\n" % (len(message), message),
            links.encode(),
            gone.encode(),
        ]
        self.stream.append(f"M 100644 inline {self.notebook.path}\n".encode())
        self.stream.append(b"data %d\n%s\n" % (len(content), content))
        self.deeds[self.commit] = deed


Deed = Callable[[Maker, list[TrueCell]], str | None]


def edit(maker: Maker, mine: list[TrueCell]) -> str | None:
    cell = maker.random.choice(mine)
    places = maker.random.sample(range(len(cell.lines)), min(len(cell.lines), maker.random.choice((1, 1, 2))))
    for place in places:
        cell.rewrite(place, [maker.altered(cell.lines[place].text)], maker.commit)
    return "edit"


def insert(maker: Maker, mine: list[TrueCell]) -> str | None:
    cell = maker.random.choice(mine)
    texts = [maker.line() for _ in range(maker.random.choice((1, 1, 2, 3)))]
    cell.rewrite(maker.random.randrange(len(cell.lines) + 1), texts, maker.commit, over=0)
    return "insert lines"


def delete(maker: Maker, mine: list[TrueCell]) -> str | None:
    cell = max(mine, key=lambda each: len(each.lines))
    if len(cell.lines) < 5:
        return None
    cell.rewrite(maker.random.randrange(len(cell.lines)), [], maker.commit)
    return "delete a line"


def add(maker: Maker, mine: list[TrueCell]) -> str | None:
    cell = maker.new_cell()
    maker.notebook.cells.insert(maker.random.randrange(len(maker.notebook.cells) + 1), cell)
    mine.append(cell)
    return "add a cell"


def remove(maker: Maker, mine: list[TrueCell]) -> str | None:
    if len(mine) < 6:
        return None
    cell = maker.random.choice(mine)
    mine.remove(cell)
    maker.notebook.cells = [each for each in maker.notebook.cells if each is not cell]
    return "remove a cell"


def move(maker: Maker, mine: list[TrueCell]) -> str | None:
    """Over at least two other cells: of two neighbours nobody can tell which one moved."""
    cells = maker.notebook.cells
    cell = maker.random.choice(mine)
    old = next(place for place, each in enumerate(cells) if each is cell)
    places = [place for place in range(len(cells)) if abs(place - old) >= 2]
    if not places:
        return None
    del cells[old]
    cells.insert(maker.random.choice(places), cell)
    cell.note(maker.commit)
    return "move a cell"


def split(maker: Maker, mine: list[TrueCell]) -> str | None:
    cell = max(mine, key=lambda each: len(each.lines))
    if len(cell.lines) < 6:
        return None
    at = maker.random.randrange(2, len(cell.lines) - 1)
    parts = [cell.part(0, at), cell.part(at, len(cell.lines))]
    parts[maker.random.randrange(2)].id = maker.new_id()
    for part in parts:
        part.touched = maker.commit
        part.note(maker.commit)
    _replace(maker, mine, [cell], parts)
    return "split a cell"


def join(maker: Maker, mine: list[TrueCell]) -> str | None:
    cells = maker.notebook.cells
    pairs = [
        (a, b)
        for a, b in pairwise(cells)
        if a.kind == b.kind and any(a is each for each in mine) and any(b is each for each in mine)
    ]
    if not pairs or len(mine) < 6:
        return None
    a, b = maker.random.choice(pairs)
    events = sorted({*a.events, *b.events}, key=lambda event: event.commit)
    whole = TrueCell(a.id, a.kind, a.sealed() + b.sealed(), events, maker.commit, list(a.outputs))
    whole.note(maker.commit)
    _replace(maker, mine, [a, b], [whole])
    return "join two cells"


def run(maker: Maker, mine: list[TrueCell]) -> str | None:
    code = [cell for cell in mine if cell.kind == "code"]
    if not code:
        return None
    cell = maker.random.choice(code)
    cell.outputs = [(f"loss {maker.random.random():.6f}", maker.commit)]
    cell.note(maker.commit, of_outputs=True)
    return "run a cell"


def reformat(maker: Maker, mine: list[TrueCell]) -> str | None:
    cell = maker.random.choice(mine)
    for place, line in enumerate(cell.lines):
        text = line.text.replace(", ", ",") if ", " in line.text else line.text.replace(",", ", ")
        if text != line.text:
            cell.reformat(place, text, maker.commit)
    return "reformat a cell"


def retype(maker: Maker, mine: list[TrueCell]) -> str | None:
    cell = maker.random.choice(mine)
    cell.kind = {"code": "raw", "markdown": "code", "raw": "code"}[cell.kind]
    cell.outputs = []
    cell.touched = maker.commit
    cell.note(maker.commit)
    return "change a cell's type"


def churn(maker: Maker, mine: list[TrueCell]) -> str | None:
    if not maker.notebook.has_ids:
        return None
    for cell in maker.notebook.cells:
        cell.id = maker.new_id()
    return "new ids for all cells"


def _replace(maker: Maker, mine: list[TrueCell], old: list[TrueCell], new: list[TrueCell]) -> None:
    cells = maker.notebook.cells
    at = next(place for place, each in enumerate(cells) if each is old[0])
    cells[at : at + len(old)] = new
    mine[:] = [each for each in mine if not any(each is gone for gone in old)] + new


#: What people do, as often as they do it.
DEEDS: tuple[Deed, ...] = (
    *(edit,) * 8, *(insert,) * 3, *(delete,) * 3, *(add,) * 2, remove, *(move,) * 2, *(split,) * 2,
    *(join,) * 2, *(run,) * 3, reformat, retype, churn,
)  # fmt: skip
#: What they do on two branches at once, each in cells of its own.
IN_BRANCHES: tuple[Deed, ...] = (*(edit,) * 4, *(insert,) * 2, delete, run, reformat)


def make(folder: Path, commits: int, seed: int, env: dict[str, str]) -> Made:
    """Make a history of so many commits in a new repository."""
    maker = Maker(Random(seed))
    maker.commit = 1
    maker.notebook.cells = [maker.new_cell() for _ in range(12)]
    maker.save("begin")
    while maker.commit < commits:
        if maker.commit % 20 == 15 and maker.commit + 8 < commits:
            _branch(maker)
        elif maker.commit % 60 == 25:
            _rename(maker)
        elif maker.commit % 90 == 40:
            _change_format(maker)
        else:
            _do(maker, DEEDS, maker.notebook.cells)
    return _imported(folder, maker, env)


def _do(maker: Maker, deeds: tuple[Deed, ...], mine: list[TrueCell]) -> None:
    """One commit, on the branch that is under way."""
    maker.commit += 1
    deed = None
    while deed is None:
        deed = maker.random.choice(deeds)(maker, list(mine) if mine is maker.notebook.cells else mine)
    maker.save(deed)


def _rename(maker: Maker) -> None:
    maker.commit += 1
    old = maker.notebook.path
    maker.notebook.path = f"{'abc'[maker.commit % 3]}/notebook {maker.commit}.ipynb"
    maker.save("rename the file", old_path=old)


def _change_format(maker: Maker) -> None:
    maker.commit += 1
    maker.notebook.has_ids = not maker.notebook.has_ids
    maker.save("change the format's minor version")


def _branch(maker: Maker) -> None:
    """Two lines of commits from here, on cells of their own, and their merge."""
    base, start = maker.notebook, maker.commit
    ours, theirs = base.copy(), base.copy()
    half = len(base.cells) // 2
    left = maker.random.sample(range(len(base.cells)), half)
    tips = []
    for notebook, places, name in (
        (ours, left, "main"),
        (theirs, [place for place in range(len(base.cells)) if place not in left], "topic"),
    ):
        maker.notebook = notebook
        mine = [notebook.cells[place] for place in places]
        parent = start
        for _ in range(3):
            maker.commit += 1
            deed = None
            while deed is None:
                deed = maker.random.choice(IN_BRANCHES)(maker, mine)
            maker.save(f"{deed} on {name}", branch=name, parents=(parent,))
            parent = maker.commit
        tips.append(parent)
    maker.commit += 1
    merged = [(ours if place in left else theirs).cells[place] for place in range(len(base.cells))]
    maker.notebook = TrueNotebook(merged, base.path, base.has_ids)
    maker.save("merge", parents=(tips[0], tips[1]))


def _imported(folder: Path, maker: Maker, env: dict[str, str]) -> Made:
    folder.mkdir(parents=True, exist_ok=True)
    marks = folder / ".git" / "marks"
    git = ["git", "-C", str(folder)]
    subprocess.run([*git, "init", "-q", "-b", "main"], env=env, check=True)
    command = [*git, "fast-import", "--quiet", f"--export-marks={marks}"]
    subprocess.run(command, input=b"".join(maker.stream), env=env, check=True)
    subprocess.run([*git, "reset", "-q", "--hard", "main"], env=env, check=True)
    pairs = (line.split() for line in marks.read_text().splitlines())
    ids = {int(mark[1:]): commit for mark, commit in pairs}
    return Made(maker.notebook, ids, maker.deeds)
