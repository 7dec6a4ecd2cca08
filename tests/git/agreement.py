"""How far `blame` and `log --cell` agree with the truth of a made history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nbhotel.diff.values import BY_DEFAULT
from nbhotel.git.history.blaming import Blame, blame
from nbhotel.git.history.follow import changes_of_cell
from nbhotel.git.history.objects import Objects
from nbhotel.git.history.versions import Readable, Versions
from nbhotel.git.history.walk import History
from nbhotel.git.revisions import Repository
from tests.git.made import Made


@dataclass
class Agreement:
    """What was asked, and where the answer was another one than the truth."""

    asked: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def check(self, what: str, answer: object, truth: object, where: str) -> None:
        self.asked[what] = self.asked.get(what, 0) + 1
        if answer != truth:
            self.wrong.append(f"{what}: {where}: {answer}, in truth {truth}")

    def __str__(self) -> str:
        asked = ", ".join(f"{count} {what}" for what, count in self.asked.items())
        return "\n".join([f"{asked}; {len(self.wrong)} wrong", *self.wrong])


def agreement(folder: Path, made: Made, env: Mapping[str, str]) -> Agreement:
    """Ask for every cell and line of the newest version."""
    result = Agreement()
    found = _blamed(folder, made, env)
    for place, (cell, blamed) in enumerate(zip(made.notebook.cells, found.cells, strict=True)):
        where = f"cell {place + 1}"
        result.check("cells' last commits", made.number(blamed.touched.commit.id), cell.touched, where)
        for number, (line, origin) in enumerate(zip(cell.lines, blamed.lines, strict=True), 1):
            told = f"{where}, line {number}: {line.text}"
            result.check("lines", made.number(origin.commit.id), line.commit, told)
        for (_, commit), origin in zip(cell.outputs, blamed.outputs, strict=True):
            result.check("outputs", made.number(origin.commit.id), commit, where)
        answer = _followed(folder, made, env, place)
        deeds = {n: made.deeds[n] for n in set(answer) ^ set(cell.commits)}
        result.check("cells' histories", answer, cell.commits, f"{where}: {deeds}")
    return result


def _blamed(folder: Path, made: Made, env: Mapping[str, str]) -> Blame:
    objects, versions, steps = _opened(folder, made, env)
    found = blame(iter(steps), versions, chosen=lambda each: range(len(each.cells)), outputs=True)
    objects.close()
    assert found is not None
    return found


def _followed(folder: Path, made: Made, env: Mapping[str, str], cell: int) -> list[int]:
    objects, versions, steps = _opened(folder, made, env)
    compared = BY_DEFAULT._replace(details=False)
    found = [
        made.number(each.step.commit.id) for each in changes_of_cell(iter(steps), versions, compared, cell)
    ]
    objects.close()
    return found


def _opened(folder: Path, made: Made, env: Mapping[str, str]) -> tuple[Objects, Versions, Readable]:
    repository = Repository(str(folder), env)
    objects = Objects(repository)
    versions = Versions(objects)
    return objects, versions, Readable(History(repository).steps(made.notebook.path, ()), versions)
