"""A day with notebooks in git: after each step, which outputs lie on the disk, and which are in git.

One cell has the tag `keep_output`: its output is in git because somebody wants it there, and shows that
outputs in git are counted.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.git.runs import Memory, ran, tokens
from tests.git.sandbox import Sandbox, make_repository

ANALYSIS, PLOTS, TABLES, REPORT = "analysis.ipynb", "week 1/plots.ipynb", "tables.ipynb", "report.ipynb"
_KEPT = "out-kept-1"
_FIRST = {
    ANALYSIS: ["# analysis_title", "load = 1", "fit = 1", "show = 1"],
    PLOTS: ["lines = 1", "bars = 1", "# plots_end"],
    TABLES: ["means = 1", "sums = 1"],
}


class Row(NamedTuple):
    """What was found after a step: counts, and the cells and outputs that are not where they should be."""

    step: str
    on_disk: int
    in_git: int
    lost: tuple[str, ...]
    leaked: tuple[str, ...]


class Said(NamedTuple):
    """What a command of git printed, and its exit code."""

    command: str
    code: int
    printed: str


class Day:
    """The story, told step by step in an empty repository; `aside` is a folder for clones and the like."""

    def __init__(self, repo: Sandbox, aside: Path) -> None:
        self.repo = repo
        self.git = repo.git
        self.aside = aside
        self.memory = Memory()
        self.repositories = [repo]
        self.now = {name: list(sources) for name, sources in _FIRST.items()}

    def steps(self) -> Iterator[Row]:
        """Tell the story. Raises AssertionError if git refuses something."""
        yield from self._alone()
        yield from self._branches()
        yield from self._elsewhere()

    def _alone(self) -> Iterator[Row]:
        for name in self.now:
            self._run("Ada", name)
        self._run_report()
        yield self._look("run four notebooks")
        self.repo.commit("first")
        yield self._look("commit")
        shown = self.git("show", "--no-textconv", "--no-ext-diff", "HEAD")
        yield self._look("show", artefacts=[shown.encode()])
        self._run("Ada2", ANALYSIS)
        assert self.git("status", "--porcelain") == ""
        yield self._look("run again, status")
        self._edit(ANALYSIS, "fit = 1", "fit = 2")
        self._run("Ada3", ANALYSIS)
        self.git("stash", "-q")
        yield self._look("edit, run, stash")
        self.git("stash", "pop", "-q")
        yield self._look("stash pop")
        self.git("commit", "-q", "-a", "-m", "fitted better")
        yield self._look("commit -a")

    def _branches(self) -> Iterator[Row]:
        main = {name: list(sources) for name, sources in self.now.items()}
        self.git("switch", "-q", "-c", "topic", "HEAD~")
        self.now = {name: list(sources) for name, sources in _FIRST.items()}
        self._edit(ANALYSIS, "show = 1", "show = 2")
        self._edit(PLOTS, "bars = 1", "bars = 2")
        self.now[PLOTS].append("dots = 1")
        for name in (ANALYSIS, PLOTS):
            self._run("Ben", name)
        self.git("commit", "-q", "-a", "-m", "other plots")
        yield self._look("branch, edit, run, commit")
        for branch in ("main", "topic", "main", "topic"):
            self.git("switch", "-q", branch)
            yield self._look(f"switch {branch}")
        self.git("rebase", "-q", "main")
        yield self._look("rebase main")
        self.git("switch", "-q", "main")
        self.now = main
        self._edit(TABLES, "sums = 1", "sums = 2")
        self._run("Ada4", TABLES)
        self.git("commit", "-q", "-a", "-m", "other sums")
        self.git("merge", "-q", "--no-edit", "topic")
        yield self._look("merge topic")
        self.git("switch", "-q", "-c", "fix", "HEAD~")
        self.git("cherry-pick", "topic")
        yield self._look("cherry-pick topic")
        self.git("revert", "--no-edit", "HEAD")
        yield self._look("revert")
        self.git("switch", "-q", "main")
        self.git("reset", "-q", "--hard", "HEAD~")
        self.git("reset", "-q", "--hard", "ORIG_HEAD")
        yield self._look("reset --hard there and back")

    def _elsewhere(self) -> Iterator[Row]:
        self.git("worktree", "add", "-q", str(self.aside / "worktree"), "fix")
        yield self._look("worktree add", at=self.repo.at(self.aside / "worktree"))
        clone = self.repo.at(self.aside / "clone")
        self.git("clone", "-q", "--no-checkout", str(self.repo.folder), str(clone.folder))
        clone.nbhotel("git", "enable")
        clone.git("checkout", "-q")
        self.repositories.append(clone)
        yield self._look("clone of a local path", at=clone)
        hub = make_repository(self.aside / "hub.git", self.repo.env, "--bare")
        self.git("push", "-q", str(hub.folder), "main", "topic", "fix")
        self.repositories.append(hub)
        yield self._look("push")
        yield self._look("archive", artefacts=[self._bytes("archive", "HEAD")])
        patches = self._bytes("format-patch", "--stdout", "--root", "HEAD")
        yield self._look("format-patch", artefacts=[patches])
        self.git("gc", "-q", "--prune=now")
        self.git("switch", "-q", "topic")
        yield self._look("gc, switch topic")

    def _edit(self, name: str, old: str, new: str) -> None:
        self.now[name] = [new if source == old else source for source in self.now[name]]

    def _run(self, who: str, name: str) -> None:
        self.repo.write(name, self.memory.run(f"{who}_{Path(name).stem}", self.now[name]))

    def _run_report(self) -> None:
        document = json.loads(ran("kept", ["figure = 1"]))
        document["cells"][0]["metadata"] = {"tags": ["keep_output"]}
        content = json.dumps(document, indent=1) + "\n"
        self.memory.note(content.encode())
        self.repo.write(REPORT, content)

    def _look(self, step: str, *, at: Sandbox | None = None, artefacts: Sequence[bytes] = ()) -> Row:
        files = sorted((at or self.repo).folder.rglob("*.ipynb"))
        contents = [path.read_bytes() for path in files]
        in_git = {name for each in (*map(_objects, self.repositories), *artefacts) for name in tokens(each)}
        pairs = zip(files, contents, strict=True)
        lost = [f"{path.name}: {cell}" for path, each in pairs for cell in self.memory.lost(each)]
        return Row(
            step,
            sum(len(tokens(each)) for each in contents),
            len(in_git),
            tuple(lost),
            tuple(in_git - {_KEPT}),
        )

    def _bytes(self, *words: str) -> bytes:
        command = ["git", *words]
        done = subprocess.run(
            command, cwd=self.repo.folder, env=self.repo.env, capture_output=True, check=True
        )
        return done.stdout


def _objects(repo: Sandbox) -> bytes:
    """All objects of a repository, reachable or not."""
    listed = repo.git("cat-file", "--batch-all-objects", "--batch", "--unordered")
    return listed.encode("utf-8", "surrogateescape")


def after_a_run(repo: Sandbox, aside: Path) -> Iterator[Said]:
    """Only outputs change, before each command: say what it prints, and whether `git status` is empty."""
    memory = Memory()
    path = repo.write(ANALYSIS, memory.run("Ada", _FIRST[ANALYSIS]))
    repo.commit("first")
    _share(repo, repo.at(aside / "colleague"), aside / "upstream.git")
    repo.git("checkout", "-q", "-b", "other")
    repo.write(ANALYSIS, memory.run("Ada2", ["# analysis_title", "load = 1", "fit = 1", "show = 2"]))
    repo.commit("other")
    repo.git("checkout", "-q", "main")
    repo.write(ANALYSIS, memory.run("Ada3", ["# analysis_title", "load = 2", "fit = 1", "show = 1"]))
    repo.commit("mine")
    for number, command in enumerate(_DAILY):
        cells = json.loads(path.read_bytes())["cells"]
        path.write_bytes(memory.run(f"again{number}", ["".join(cell["source"]) for cell in cells]))
        for words in ("status --short", command):
            done = repo.run(["git", *words.split()])
            yield Said(words, done.returncode, (done.stdout + done.stderr).strip())
        lost = memory.lost(path.read_bytes())
        assert not lost, f"git {command}: lost {lost}"


_DAILY = ("pull --rebase", "checkout other", "checkout main", "merge --no-edit other", "rebase HEAD~", "pull")


def _share(repo: Sandbox, colleague: Sandbox, upstream: Path) -> None:
    """A colleague has added a cell to the notebook, and pushed it."""
    repo.git("clone", "-q", "--bare", ".", str(upstream))
    repo.git("remote", "add", "origin", str(upstream))
    repo.git("fetch", "-q", "origin")
    repo.git("branch", "-q", "--set-upstream-to=origin/main")
    repo.git("clone", "-q", str(upstream), str(colleague.folder))
    colleague.nbhotel("git", "enable")
    colleague.write(ANALYSIS, ran("Cleo", [*_FIRST[ANALYSIS], "more = 1"]))
    colleague.commit("a cell more")
    colleague.git("push", "-q")
