"""`nbhotel stage -p` over a real pipe: git's keys, hunks, edits, and answers at random."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbhotel.cli.staging.choosing import completed
from nbhotel.cli.staging.editing import Editor
from nbhotel.cli.staging.previews import preview
from nbhotel.cli.staging.prompt import Prompt
from nbhotel.cli.staging.titles import title
from nbhotel.cli.staging.verbs import DISCARD, STAGE, UNSTAGE
from nbhotel.git.staging.pairs import Version, made, pair_of
from nbhotel.git.staging.tree import nodes_of
from nbhotel.render.terminal.brush import Brush
from nbhotel.render.terminal.spans import Look
from tests.git.sandbox import Sandbox, environment, make_repository, notebook
from tests.git.valid import valid_pairs

pytestmark = pytest.mark.slow

LONG = [f"line {number}" for number in range(30)]
EDITED = [*LONG[:3], "early", *LONG[4:6], "near", *LONG[7:25], "late", *LONG[26:]]


@pytest.fixture
def repo(tmp_path: Path) -> Sandbox:
    """Three cells; in the worktree two are edited and one is added."""
    (tmp_path / "home").mkdir()
    made_here = make_repository(tmp_path / "repo", environment(tmp_path / "home"))
    made_here.write("a.ipynb", notebook("x = 1", "\n".join(LONG), "print(x)"))
    made_here.commit()
    made_here.write("a.ipynb", notebook("x = 2", "\n".join(EDITED), "print(x)", "y = 1\nz = 2"))
    return made_here


def asked(repo: Sandbox, answers: str, verb: str = "stage", editor: str = "false") -> str:
    """What the command prints; each character is an answer, unless there are lines."""
    lines = answers if "\n" in answers else "".join(f"{key}\n" for key in answers)
    return repo.nbhotel(verb, "-p", "a.ipynb", stdin=lines, GIT_EDITOR=editor)


def staged(repo: Sandbox) -> list[str]:
    return ["".join(cell["source"]) for cell in repo.staged("a.ipynb")["cells"]]


def test_yes_no_and_what_is_shown(repo):
    told = asked(repo, "yny")
    assert staged(repo) == ["x = 2", "\n".join(LONG), "print(x)", "y = 1\nz = 2"]
    assert "--- the index:a.ipynb\n+++ a.ipynb\n" in told
    assert (
        "── code cell 1 [ ] · source ──\n-x = 1\n+x = 2\n(1/3) Stage this cell [y,n,q,a,d,j,g,/,e,?]? "
        in told
    )
    assert "(2/3) Stage this cell [y,n,q,a,d,j,g,/,s,e,?]? " in told
    assert told.endswith(
        "a.ipynb: 2 of 5 changes staged\n  code cell 1 [ ] · source\n  code cell 4 [ ] · added\n"
    )
    assert "\x1b" not in told


@pytest.mark.parametrize(
    ("answers", "cells"),
    [
        ("yq", [1]),
        ("y", [1]),  # then the pipe ends
        ("q", []),
        ("a", [1, 2, 4]),
        ("nd", []),
        ("jya", [2, 4]),
        ("jykny", [2, 4]),
        ("g 3\ny\nn\nn\n", [4]),
        ("g\n3\ny\nq\n", [4]),
        ("g 9\ng x\ny\nd\n", [1]),
        ("/ near\ny\nd\n", [2]),
        ("/\nz = 2\ny\nq\n", [4]),
        ("/ (\n/ nowhere\ny\nq\n", [1]),
        ("?x\n\ny\nq\n", [1]),
    ],
)
def test_keys(repo, answers, cells):
    asked(repo, answers)
    whole = {1: "x = 2", 2: "\n".join(EDITED), 4: "y = 1\nz = 2"}
    assert [place for place, source in whole.items() if source in staged(repo)] == cells


def test_split_into_hunks_and_smaller_ones(repo):
    told = asked(repo, "nssnyyn")
    assert told.count("Split into 2 parts.") == 2
    assert staged(repo)[1].splitlines() == [*LONG[:6], "near", *LONG[7:25], "late", *LONG[26:]]
    assert "(2/5) Stage this hunk [y,n,q,a,d,j,g,/,e,?]? " in told
    asked(repo, "yyy")
    assert repo.git("diff", "--raw") == ""


def test_unstage_and_discard_take_the_same_keys(repo):
    repo.git("add", "a.ipynb")
    told = asked(repo, "nsyyy", "unstage")
    assert "--- HEAD:a.ipynb\n+++ the index:a.ipynb" in told
    assert "Unstage this hunk" in told
    assert staged(repo) == ["x = 2", "\n".join(LONG), "print(x)"]
    told = asked(repo, "sny", "discard")
    assert "Discard this hunk from the worktree" in told
    on_disk = json.loads((repo.folder / "a.ipynb").read_text())
    sources = ["".join(cell["source"]) for cell in on_disk["cells"]]
    early = [*LONG[:3], "early", *LONG[4:6], "near", *LONG[7:]]
    assert sources == ["x = 2", "\n".join(early), "print(x)", "y = 1\nz = 2"]


def test_parts_of_a_cell_are_asked_for_one_by_one(repo):
    document = notebook("x = 2", "\n".join(LONG), "print(x)", ran=True)
    document["cells"][0]["metadata"]["tags"] = ["t"]
    document["cells"][1:] = document["cells"][:0:-1]
    document["metadata"]["more"] = 1
    repo.write("a.ipynb", document)
    told = asked(repo, "ysynyyn")
    for question in (
        "this change of the notebook",
        "this hunk",
        "this metadata",
        "these outputs",
        "this cell",
    ):
        assert f"Stage {question} [" in told
    cells = repo.staged("a.ipynb")["cells"]
    assert (cells[0]["metadata"], bool(cells[0]["outputs"])) == ({}, True)
    assert repo.staged("a.ipynb")["metadata"]["more"] == 1


def edits(repo: Sandbox, program: str, answers: str, verb: str = "stage") -> str:
    """Answer with an editor that runs a sed program over the hunk."""
    return asked(repo, answers, verb, f"sed -i -e '{program}'")


def test_a_hunk_edited_by_hand(repo):
    edits(repo, "s/^+x = 2/+x = 3/", "eq")
    assert staged(repo)[0] == "x = 3"
    told = edits(repo, "s/^-/ /; /^+late/d", "n\ns\nn\ne\nq\n")
    assert "2 of" not in told
    assert staged(repo)[1].splitlines() == LONG
    edits(repo, "s/^-/ /; s/^+late/+more/", "n\ns\nn\ne\nq\n")
    assert staged(repo)[1].splitlines() == [*LONG[:26], "more", *LONG[26:]]


def test_an_added_cell_edited_by_hand(repo):
    edits(repo, "/^+z/d", "nne")
    assert staged(repo)[3] == "y = 1"
    repo.git("add", "a.ipynb")
    edits(repo, "s/^+y/ y/", "nne", "unstage")
    assert staged(repo)[3] == "y = 1"
    edits(repo, "p;d", "nne", "unstage")
    assert len(staged(repo)) == 3


def test_an_added_cell_of_which_no_line_is_left_is_none(repo):
    told = edits(repo, "/^+/d", "nne")
    assert "a.ipynb: nothing staged" in told
    assert len(staged(repo)) == 3
    repo.git("add", "a.ipynb")
    edits(repo, "s/^+/ /", "nne", "unstage")
    assert staged(repo)[3] == "y = 1\nz = 2"


def test_an_edit_that_does_not_apply(repo):
    told = edits(repo, "s/^-x = 1/-x = 7/", "e\nn\nq\n")
    assert 'Your edited hunk does not apply. Edit again (saying "no" discards!) [y/n]? ' in told
    assert repo.git("diff", "--cached", "--raw") == ""
    edits(repo, "1,$d", "eq")
    assert repo.git("diff", "--cached", "--raw") == ""
    told = repo.nbhotel("stage", "-p", "a.ipynb", stdin="e\n", code=2, GIT_EDITOR="false")
    assert "false: the editor failed" in told


def test_quit_ends_it_for_all_notebooks(repo):
    repo.write("b.ipynb", notebook("x = 1"))
    repo.git("add", "-N", "b.ipynb")
    repo.nbhotel("stage", "-p", "a.ipynb", "b.ipynb", stdin="y\nq\n")
    assert repo.git("status", "--short") == "MM a.ipynb\n A b.ipynb\n"
    repo.nbhotel("stage", "-p", "a.ipynb", "b.ipynb", stdin="d\ny\n")
    assert repo.git("status", "--short") == "MM a.ipynb\nA  b.ipynb\n"


def test_only_some_cells_are_asked_about(repo):
    told = repo.nbhotel("stage", "-p", "--cell", "4", "a.ipynb", stdin="y\n")
    assert told.count("]? ") == 1
    assert staged(repo)[3] == "y = 1\nz = 2"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_answers_at_random_leave_a_valid_index_and_the_worktree_alone(repo, seed):
    dice = random.Random(seed)
    file = repo.folder / "a.ipynb"
    document = notebook("x = 2", "print(x)", "\n".join(EDITED), "y = 1\nz = 2", ran=True, more=seed)
    file.write_text(json.dumps(document))
    before = file.read_bytes(), file.stat()
    for _ in range(3):
        keys = dice.choices("yyynnnsssadjkge?/q", k=30)
        answers = "".join(f"{key} {dice.randint(1, 5)}\n" if key in "g/" else f"{key}\n" for key in keys)
        editor = dice.choice(["true", "sed -i /^+/d", "sed -i s/^-/\\ /", "sed -i s/^+x/+w/"])
        asked(repo, answers, dice.choice(["stage", "unstage"]), editor)
        nbformat.validate(repo.staged("a.ipynb"))
    assert (file.read_bytes(), file.stat()) == before
    repo.nbhotel("stage", "--all", "a.ipynb")
    assert repo.git("hash-object", "a.ipynb") == repo.git("rev-parse", ":a.ipynb")


class Answers:
    """A console whose answers are known beforehand."""

    def __init__(self, answers: list[str]) -> None:
        self.answers = iter(answers)
        self.said: list[str] = []

    def say(self, lines: Iterable[str]) -> None:
        self.said += lines

    def ask(self, question: str) -> str | None:
        self.said.append(question)
        return next(self.answers, None)


def sides(drawn: tuple[Any, Any]) -> list[Version]:
    return [Version("a.ipynb", json.dumps(each).encode(), "100644") for each in drawn]


def test_what_is_looked_for_is_found_whatever_colours_it_has():
    sides_ = [notebook("x = 1"), notebook("x = 1", "def fit(table):\n    pass", "y = 2")]
    pair = pair_of(*sides((sides_[0], sides_[1])))
    brush = Brush(Look(depth="256"))
    console = Answers([r"/ ^\+def fit", "y", "n"])
    drawn = [line for node in nodes_of(pair.diff, pair.leaves) for line in preview(pair, node, brush)]
    assert not any("+def fit(table" in line for line in drawn)  # they have different colours
    nodes = nodes_of(pair.diff, pair.leaves)[::-1]
    prompt = Prompt(pair, nodes, STAGE, console, lambda node: preview(pair, node, brush), Editor(STAGE, {}))
    choice = prompt.run()
    assert "Nothing has that." not in console.said
    assert {pair.diff.cells[leaf.entry].new for leaf in choice.leaves} == {(1,)}


@settings(max_examples=60, deadline=None)
@given(
    valid_pairs(),
    st.lists(st.sampled_from([*"yyynnsssadjkq?", "g 2", "/ x", "g", "/"]), max_size=25),
    st.sampled_from([STAGE, UNSTAGE, DISCARD]),
)
def test_any_answers_make_a_valid_notebook(drawn, answers, verb):
    pair = pair_of(*sides(drawn))
    if not pair.leaves:
        return
    nodes = nodes_of(pair.diff, pair.leaves)
    console = Answers(answers)
    editor = Editor(verb, {})
    choice = Prompt(pair, nodes, verb, console, lambda node: [title(pair, node)], editor).run()
    leaves = completed(choice.leaves, pair, takes_back=verb.takes_back)
    result = made(pair, verb.taken(leaves, pair.leaves), choice.edits).data
    nbformat.validate(json.loads(result or b""))
    assert any(re.match(r"\(1/\d+\) ", line) for line in console.said)
