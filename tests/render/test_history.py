"""What `log` and `blame` show: on a terminal, as a page, as JSON; whatever commits and notebooks hold."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nbhotel.diff.notebooks import diff_notebooks
from nbhotel.diff.values import BY_DEFAULT
from nbhotel.git.history.blaming import Blame, CellBlame, Origin
from nbhotel.git.history.commits import Commit
from nbhotel.git.history.walk import Step
from nbhotel.notebook.model import EMPTY, Notebook
from nbhotel.render.chronicle import Entry, Followed
from nbhotel.render.html.blame import blame_page
from nbhotel.render.html.history import log_page
from nbhotel.render.json.history import blame_json, log_json
from nbhotel.render.terminal.blame import blame_lines
from nbhotel.render.terminal.history import Telling, log_lines
from nbhotel.render.terminal.spans import Look
from tests.render import hostile_notebooks as hostile
from tests.render.html_audit import audit
from tests.strategies import read

DAY = 24 * 3600
NOW = 1_800_000_000


def commit(name: str = "a", *, message: str = "Say why\n\nAnd more.", days: int = 3, **more: Any) -> Commit:
    fields: dict[str, Any] = {"author": "Ada", "email": "ada@example.org", "date": f"{days} days ago"}
    fields |= {"iso": "2026-01-02T03:04:05+01:00", "parents": ("b" * 40,), **more}
    return Commit(id=name * 40, authored=NOW - days * DAY, message=message, **fields)


def code(source: str, *outputs: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": 2,
        "id": "x1",
        "metadata": {},
        "outputs": list(outputs),
        "source": source,
    }


def notebook(*cells: dict[str, Any]) -> Notebook:
    language = {"language_info": {"name": "python"}}
    return read({"cells": list(cells), "metadata": language, "nbformat": 4, "nbformat_minor": 5})


STREAM = {"output_type": "stream", "name": "stdout", "text": "one\ntwo\n"}
OLD = notebook(code("x = 1\nprint(x)"), code("pass"))
NEW = notebook(code("x = 2\nprint(x)", STREAM), code("pass"))
DIFF = diff_notebooks(OLD, NEW, BY_DEFAULT)
CHANGED = Entry(commit(), "a.ipynb", "a.ipynb", DIFF)
RENAMED = Entry(commit("c", message="Rename"), "b.ipynb", "a.ipynb", DIFF)
REMOVED = Entry(commit("d", message="Gone"), "", "a.ipynb", diff_notebooks(OLD, EMPTY, BY_DEFAULT))
BROKEN = Entry(commit("e", message="Oops"), "a.ipynb", "", None, "line 7: has conflict markers")


def drawn(entry: Entry, telling: Telling = Telling()) -> list[str]:  # noqa: B008 - it is a constant
    return "\n".join(log_lines([entry], Look(), telling)).split("\n")


HEAD = [
    f"commit {'a' * 40}",
    "Author: Ada <ada@example.org>",
    "Date:   3 days ago",
    "",
    "    Say why",
    "",
    "    And more.",
    "",
]
BODY = [
    "── code cell 1 [2] · source, outputs ──",
    "-x = 1",
    "+x = 2",
    " print(x)",
    "╌╌ output: stdout, added ╌╌",
    "+one",
    "+two",
]


def test_a_commit_on_a_terminal():
    assert drawn(CHANGED) == [*HEAD, "1 cell changed, 1 unchanged"]
    assert drawn(CHANGED, Telling(patch=True)) == [
        *HEAD, "1 cell changed, 1 unchanged", "", *BODY, "", "⋯ 1 unchanged cell"
    ]  # fmt: skip
    assert drawn(CHANGED, Telling(stat=True))[len(HEAD) :] == [
        " a.ipynb | 1~ cells | 2 +-",
        " 1 notebook changed; cells: 1 changed, 0 added, 0 removed; source lines: 1 added, 1 removed",
    ]
    assert drawn(CHANGED, Telling(stat=True, patch=True))[-3:] == ["+two", "", "⋯ 1 unchanged cell"]
    assert drawn(CHANGED, Telling(one_line=True)) == ["aaaaaaaa Say why · 1 cell changed, 1 unchanged"]


def test_one_cell_on_a_terminal():
    only = CHANGED._replace(diff=DIFF._replace(cells=DIFF.cells[:1]))
    assert drawn(only, Telling(one_cell=True, patch=True)) == [*HEAD, *BODY]
    assert drawn(only, Telling(one_cell=True)) == [*HEAD, "code cell 1 [2] · source, outputs"]
    assert drawn(only, Telling(one_cell=True, one_line=True)) == [
        "aaaaaaaa Say why · code cell 1 [2] · source, outputs"
    ]


def test_what_became_of_the_file():
    assert "renamed from a.ipynb to b.ipynb" in drawn(RENAMED)
    assert drawn(REMOVED)[-2:] == ["a.ipynb was removed", "2 cells removed"]
    assert drawn(BROKEN)[-1] == "note: the notebook can't be read here: line 7: has conflict markers"
    assert drawn(BROKEN, Telling(one_line=True)) == [
        "eeeeeeee Oops · not readable: line 7: has conflict markers"
    ]


def test_a_merge_names_its_parents():
    merge = CHANGED._replace(commit=commit(parents=("b" * 40, "c" * 40)))
    assert drawn(merge)[1] == "Merge:  bbbbbbbb cccccccc"


def test_commits_come_one_by_one():
    seen = []

    def entries():
        for entry in (CHANGED, RENAMED):
            seen.append(entry)
            yield entry

    lines = log_lines(entries(), Look(), Telling())
    assert next(lines).startswith("commit aaaa")
    assert seen == [CHANGED]
    assert next(lines).startswith("\ncommit cccc")


def origin(name: str = "a", *, days: int = 3, **more: Any) -> Origin:
    author = more.pop("author", "Ada")
    return Origin(commit(name, days=days, author=author), "a.ipynb", **more)


def a_blame(*origins: Origin) -> Blame:
    first = origins[0]
    cells = (CellBlame(0, first, tuple(origins), (first,)), CellBlame(1, first, (first,), ()))
    return Blame(Step(first.commit, "a.ipynb", "blob", ()), NEW, cells)


BLAMED = a_blame(origin(), origin("b", days=40, author="Grace 葛蕾絲", is_guess=True))


def test_blame_on_a_terminal():
    assert list(blame_lines(BLAMED, Look(), NOW, ["a note"])) == [
        "note: a note",
        "",
        "── code cell 1 [2] · aaaaaaaa Ada, 3 days ago · Say why ──",
        " aaaaaaaa Ada          3 days ago  1 │ x = 2",
        "?bbbbbbbb Grace 葛蕾絲 40 days ago 2 │ print(x)",
        " aaaaaaaa Ada          3 days ago    │ ╌╌ output: stdout ╌╌",
        "                                     │ one",
        "                                     │ two",
        "",
        "── code cell 2 [2] · aaaaaaaa Ada, 3 days ago · Say why ──",
        " aaaaaaaa Ada          3 days ago  1 │ pass",
    ]


def test_marks_and_colours_of_age():
    ages = [origin(days=1), origin(days=20), origin(days=100), origin(days=900, is_boundary=True)]
    sources = notebook(code("a\nb\nc\nd"))
    cells = (CellBlame(0, ages[0], tuple(ages), ()),)
    lines = list(blame_lines(a_blame(*ages)._replace(notebook=sources, cells=cells), Look(depth="16"), NOW))[
        1:
    ]
    assert [line.partition("m")[0] for line in lines] == ["\x1b[1;33", "\x1b[33", "\x1b[36", "\x1b[2"]
    assert "^aaaaaaaa" in lines[3]


def test_what_is_not_committed_yet():
    here = Origin(commit("0", message="Not committed yet"), "a.ipynb")
    assert (
        next(iter(blame_lines(a_blame(here, here), Look(), NOW)))
        == "── code cell 1 [2] · not committed yet ──"
    )


def test_json():
    document = json.loads(log_json("a.ipynb", Followed(NEW.cells[0], 0), [CHANGED, REMOVED, BROKEN]))
    assert document["schema"] == "nbhotel/log/1"
    assert document["cell"] == {"index": 0, "id": "x1", "type": "code"}
    first, gone, broken = document["commits"]
    assert (first["id"], first["author"], first["date"]) == ("a" * 40, "Ada", "2026-01-02T03:04:05+01:00")
    assert [cell["kind"] for cell in first["cells"]] == ["changed"]
    assert first["count"]["same"] == 1
    assert (gone["path"], gone["old_path"]) == (None, "a.ipynb")
    assert broken["note"] == "line 7: has conflict markers"
    assert "cells" not in broken
    document = json.loads(blame_json(BLAMED, [("e" * 40, "has conflict markers")]))
    assert document["schema"] == "nbhotel/blame/1"
    assert document["left_out"] == [{"commit": "e" * 40, "note": "has conflict markers"}]
    assert document["commits"]["b" * 40]["author"] == "Grace 葛蕾絲"
    assert document["cells"][0]["lines"] == [
        {"commit": "a" * 40, "text": "x = 2"},
        {"commit": "b" * 40, "guess": True, "text": "print(x)"},
    ]
    assert document["cells"][0]["outputs"] == [{"commit": "a" * 40}]


def test_pages():
    page = log_page("a.ipynb", None, [CHANGED, RENAMED, REMOVED, BROKEN])
    assert audit(page) == []
    for words in (
        "Say why",
        "And more.",
        "renamed from a.ipynb to b.ipynb",
        "removed a.ipynb",
        "conflict markers",
    ):
        assert words in page
    assert page.count('<section class="cell change') == 5  # and the metadata that went with the file
    page = blame_page(BLAMED, NOW, ["a note"])
    assert audit(page) == []
    assert page.count('<div class="run age1">') == 3
    assert page.count('<div class="run age3">') == 1
    assert ">2 cells, 2 commits</p>" in page
    assert audit(log_page("a.ipynb", Followed(NEW.cells[0], 0), [])) == []


EVIL = "<script>window.hacked = 1</script>\x1b]0;title\x07\x1b[2J\u202e\ud800"


@pytest.mark.parametrize("evil", [EVIL, *hostile.MARKUP[:12], "\x9b31m", "a\rb"])
def test_commits_may_hold_anything(evil):
    bad = commit(message=f"{evil}\n\n{evil}", author=evil, email=evil, date=evil, iso=evil)
    entry = CHANGED._replace(commit=bad, path=evil, old_path=evil + "2")
    blame = a_blame(Origin(bad, evil), Origin(bad, evil))
    blame = blame._replace(step=blame.step._replace(path=evil))
    for page in (log_page(evil, None, [entry]), blame_page(blame, NOW, [evil])):
        page.encode()
        assert audit(page) == []
    for lines in (log_lines([entry], Look(), Telling(patch=True)), blame_lines(blame, Look(), NOW, [evil])):
        text = "".join(lines).replace("\n", "")
        assert text.isprintable() or evil.isprintable()
        text.encode()
    for document in (log_json(evil, None, [entry]), blame_json(blame, [])):
        json.loads(document)
        document.encode()


def test_a_hostile_notebook():
    hostile_one = read(json.loads(hostile.text()))
    entry = CHANGED._replace(diff=diff_notebooks(EMPTY, hostile_one, BY_DEFAULT))
    assert audit(log_page("a", None, [entry])) == []
    who = origin()
    cells = tuple(
        CellBlame(place, who, (who,) * (cell.source.count("\n") + 1), (who,) * len(cell.outputs))
        for place, cell in enumerate(hostile_one.cells)
    )
    blame = BLAMED._replace(notebook=hostile_one, cells=cells)
    assert audit(blame_page(blame, NOW)) == []
    json.loads(blame_json(blame, []))
    assert all(line.replace("\t", "").isprintable() for line in blame_lines(blame, Look(limit=None), NOW))
