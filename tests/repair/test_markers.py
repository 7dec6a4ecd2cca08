"""Conflict markers in a notebook's JSON, as git's text merge and people's hands leave them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from nbhotel.merge.notebooks import merge_notebooks
from nbhotel.merge.values import Labels, Policy
from nbhotel.notebook.model import Notebook
from nbhotel.notebook.writing import dump_notebook
from nbhotel.repair.regions import marked
from nbhotel.repair.unresolved import unresolved
from nbhotel.repair.values import Repaired, Stages
from tests.merge.histories import Author, History, changed, history, lines, made, sources
from tests.repair.damage import everything, repaired

STYLES = {"merge": [], "diff3": ["--diff3"], "zdiff3": ["--zdiff3"]}
LABELS = Labels("HEAD", "parent", "topic")
HERE = History(
    base=made("import a", "x = 1", "print(x)"),
    local=changed(made("import a", "x = 1", "print(x)"), _1={"source": ["x = 'ours'"]}),
    remote=changed(made("import a", "x = 1", "print(x)"), _1={"source": ["x = 'theirs'"]}),
)


def by_git(sides: History, folder: Path, style: str = "merge", size: int = 7) -> bytes | None:
    """What git's text merge leaves; None if it finds no conflict."""
    for name, side in zip(("base", "local", "remote"), sides, strict=True):
        (folder / name).write_bytes(dump_notebook(side))
    options = [*STYLES[style], f"--marker-size={size}", "-L", "HEAD", "-L", "parent", "-L", "topic"]
    command = ["git", "merge-file", "-p", *options, "local", "base", "remote"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    return done.stdout if done.returncode else None


def stages(sides: History) -> Stages:
    base, ours, theirs = map(dump_notebook, sides)
    return Stages(base, ours, theirs)


def merged(sides: History, style: str = "merge") -> Notebook:
    return merge_notebooks(*sides, Policy(style="merge" if style == "merge" else "diff3"), LABELS).notebook


def conflicted(sides: History, folder: Path, style: str = "merge") -> bytes:
    data = by_git(sides, folder, style)
    assert data is not None
    return data


@pytest.mark.parametrize("style", STYLES)
def test_with_the_index_it_is_what_our_driver_would_have_merged(style, tmp_path):
    count = 0
    for seed in range(60):
        sides = history(seed)
        data = by_git(sides, tmp_path, style)
        if data is None:
            continue
        count += 1
        found = repaired(data, stages(sides))
        want = merge_notebooks(*sides, Policy(style="merge" if style == "merge" else "diff3"), LABELS)
        assert found.notebook.raw["cells"] == want.notebook.raw["cells"]
        assert found.conflicts == want.conflicts
        assert found.findings[0].kind == "markers"
        assert found.findings[0].line > 0
    assert count > 10


@pytest.mark.parametrize("style", STYLES)
def test_without_the_index_no_line_of_either_side_is_lost(style, tmp_path):
    for seed in range(100, 160):
        sides = history(seed)
        data = by_git(sides, tmp_path, style)
        if data is None:
            continue
        kept = everything(repaired(data))
        old = set(lines(sides.base))
        both = set(lines(sides.local)) & set(lines(sides.remote))
        for line in {*lines(sides.local), *lines(sides.remote)} - (old - both):
            assert line in kept, (seed, line)


@pytest.mark.parametrize("style", STYLES)
def test_the_sides_are_read_from_the_markers(style, tmp_path):
    found = repaired(conflicted(HERE, tmp_path, style))
    lines_ = found.notebook.cells[1].source.split("\n")
    assert lines_[0] == "<<<<<<< HEAD"
    assert lines_[-1] == ">>>>>>> topic"
    assert ("x = 1" in lines_) is (style != "merge")
    assert sources(found.notebook)[0::2] == ["import a", "print(x)"]
    (conflict,) = unresolved(found.notebook)
    assert (conflict.conflict.local, conflict.conflict.remote) == (["x = 'ours'"], ["x = 'theirs'"])


def test_line_ends_and_longer_markers_and_indented_ones(tmp_path):
    data = by_git(HERE, tmp_path, size=20)
    assert data is not None
    plain = sources(repaired(conflicted(HERE, tmp_path)).notebook)
    assert sources(repaired(data).notebook) == plain
    assert sources(repaired(data.replace(b"\n", b"\r\n")).notebook) == plain
    indented = (
        data.replace(b"\n<<<<", b"\n    <<<<")
        .replace(b"\n====", b"\n    ====")
        .replace(b"\n>>>>", b"\n    >>>>")
    )
    assert sources(repaired(indented).notebook) == plain


def test_several_conflicts_one_of_them_within_a_string_of_one_line():
    ours = made("a = 1", "b = 2", "c = 3")
    theirs = changed(ours, _0={"source": ["a = 10"]}, _2={"source": ["c = 30"]})
    one, two = (dump_notebook(each).decode().split("\n") for each in (ours, theirs))
    text = []
    for here, there in zip(one, two, strict=True):
        text += [here] if here == there else ["<<<<<<<", here, "=======", there, ">>>>>>>"]
    found = repaired("\n".join(text).encode())
    assert [each.conflict.kind for each in unresolved(found.notebook)] == ["source", "source"]
    assert unresolved(found.notebook)[0].labels[:3] == ("ours", "", "theirs")
    minified = [
        "<<<<<<< HEAD",
        "".join(map(str.strip, one)),
        "=======",
        "".join(map(str.strip, two)),
        ">>>>>>> x",
    ]
    assert sources(repaired("\n".join(minified).encode()).notebook) == [
        each.replace("ours", "HEAD").replace("theirs", "x") for each in sources(found.notebook)
    ]


def test_nested_conflicts():
    """git nests them where it merges several common ancestors."""
    inner = "<<<<<<<<< Temporary 1\n2\n=========\n3\n>>>>>>>>> Temporary 2"
    found = marked(f"[\n<<<<<<< HEAD\n1\n||||||| base\n{inner}\n=======\n4\n>>>>>>> x\n]")
    assert found is not None
    assert found.sides is not None
    assert [found.sides.ours, found.sides.base, found.sides.theirs] == ["[\n1\n]", "[\n2\n]", "[\n4\n]"]


@pytest.mark.parametrize("gone", [b"<<<<<<< HEAD\n", b"=======\n", b">>>>>>> topic\n"])
def test_a_marker_is_missing(gone, tmp_path):
    data = conflicted(HERE, tmp_path).replace(gone, b"")
    found = repaired(data)
    assert found.findings[0].what.startswith("conflict markers that don't belong together")
    assert found.notebook.cells[1].source == "x = 'ours'\nx = 'theirs'"
    whole = repaired(data, stages(HERE))  # nothing was typed, so git's versions will do
    named = sources(whole.notebook)[1].replace("<<< ours", "<<< HEAD").replace(">>> theirs", ">>> topic")
    assert named == sources(merged(HERE))[1]


def test_what_somebody_typed_into_the_conflicts_is_kept(tmp_path):
    sides = history(1)
    author = Author(7, 5)
    while (data := by_git(sides, tmp_path)) is None:
        sides = History(sides.base, author.edited(sides.base), author.edited(sides.base))
    typed = data.replace(b"<<<<<<< HEAD\n", b'<<<<<<< HEAD\n    "typed = 1\\n",\n', 1)
    found = repaired(typed, stages(sides))
    assert "typed = 1" in everything(found)
    assert "between the markers" in found.findings[0].what


def test_markers_within_cells_are_left_alone():
    teaching = made("# How git shows it:\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> topic", kinds="m")
    assert repaired(dump_notebook(teaching)).sound
    data = dump_notebook(teaching).replace(b'"metadata": {},\n "nb', b'"metadata": {},,\n "nb')
    assert sources(repaired(data).notebook) == sources(teaching)


def test_one_side_is_broken_as_well(tmp_path):
    data = conflicted(HERE, tmp_path).replace(b'"nbformat": 4,', b'"nbformat": 4')
    found: Repaired = repaired(data)
    assert len(found.conflicts) == 1
    assert "syntax" in {each.kind for each in found.findings}
