"""The terminal face: the same as yesterday, and right where it is easy to be wrong."""

from __future__ import annotations

import base64
import json
import re
import zlib
from typing import Any

import pytest

from nbhotel.diff.values import EVERYTHING
from nbhotel.notebook.model import EMPTY
from nbhotel.notebook.reading import read_notebook
from nbhotel.render.subjects import compare
from nbhotel.render.terminal.measure import width
from nbhotel.render.terminal.notebooks import diff_lines
from nbhotel.render.terminal.spans import Look
from nbhotel.render.terminal.stat import stat_lines
from tests.render.terminal_cases import CASES, EXAMPLE, LOOKS, NAMES, drawn

COLOURS = re.compile(r"\x1b\[[0-9;:]*m")


def code(source: Any, *outputs: Any, **more: Any) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": list(outputs),
    }
    return {**raw, "source": source, **more}


def stream(text: Any, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def display(**data: Any) -> dict[str, Any]:
    bundle = {mime.replace("_", "/"): value for mime, value in data.items()}
    return {"output_type": "display_data", "data": bundle, "metadata": {}}


def notebook(*cells: Any, **metadata: Any) -> Any:
    named = [{"id": f"cell-{number}", **cell} for number, cell in enumerate(cells)]
    document = {"cells": named, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return read_notebook(json.dumps(document).encode())


def difference(old: Any, new: Any, **look: Any) -> list[str]:
    """What is drawn below the names of the files and the counts."""
    lines = diff_lines([compare("a", old, "b", new)], Look(**look))
    return [line for line in lines if line][3:]


def cells(old: Any, new: Any, **look: Any) -> list[str]:
    return difference(notebook(old), notebook(new), **look)


@pytest.mark.parametrize("name", NAMES)
def test_the_example(name):
    assert drawn(name) == (CASES / name).read_text()


@pytest.mark.parametrize("name", [name for name, look in LOOKS.items() if look.depth != "none"])
def test_colours_change_no_word(name):
    without = Look(**{**LOOKS[name]._asdict(), "depth": "none"})

    def words(text: str) -> list[str]:
        return COLOURS.sub("", text).replace("─", "").split()

    assert words(drawn(name)) == words("\n".join(diff_lines([EXAMPLE], without)))


def test_nothing_for_notebooks_that_are_the_same():
    same = compare("a", notebook(code("x")), "b", notebook(code("x")))
    assert list(diff_lines([same], Look())) == []
    assert list(stat_lines([same], Look())) == []


def test_several_notebooks_stand_one_after_the_other():
    one = compare("a", notebook(code("x")), "b", notebook(code("y")))
    lines = list(diff_lines([one, one], Look()))
    assert [line for line in lines if line.startswith("---")] == ["--- a", "--- a"]


def test_an_added_and_a_removed_notebook():
    full = notebook(code("x\ny"))
    assert list(diff_lines([compare("/dev/null", EMPTY, "b", full)], Look()))[:2] == [
        "--- /dev/null",
        "+++ b",
    ]
    assert difference(EMPTY, full)[-3:] == ["── code cell 1 [ ] · added ──", "+x", "+y"]
    assert difference(full, EMPTY)[-3:] == ["── code cell 1 [ ] · removed ──", "-x", "-y"]


def test_a_broken_notebook_is_compared_as_text():
    broken = read_notebook(b'{"cells": [\n<<<<<<< HEAD\n')
    lines = list(diff_lines([compare("a", broken, "b", notebook())], Look()))
    assert lines[2] == "note: a: line 2: has conflict markers; compared as text"
    assert "-<<<<<<< HEAD" in lines


def test_context_is_as_wide_as_asked_for_and_a_gap_of_one_line_is_shown():
    old = "\n".join("abcdefghij")
    new = old.replace("e", "E").replace("g", "G")
    heading = "── code cell 1 [ ] · source ──"
    assert cells(code(old), code(new), context=0) == [
        heading, " ⋯ 4 unchanged lines", "-e", "+E", " f", "-g", "+G", " ⋯ 3 unchanged lines",
    ]  # fmt: skip
    assert cells(code(old), code(new), context=2) == [
        heading, " ⋯ 2 unchanged lines", " c", " d", "-e", "+E", " f", "-g", "+G", " h", " i", " j",
    ]  # fmt: skip


def test_a_newline_at_the_end_of_both_outputs_makes_no_empty_line():
    lines = cells(code("x", stream("a\n")), code("x", stream("b\n")))
    assert lines[1:] == ["╌╌ output: stdout ╌╌", "-a", "+b"]


def test_words_are_bracketed_without_colours_as_with():
    changed = [code("total = price * count"), code("total = cost * count")]
    assert cells(*changed, words=True)[1:] == [" total = [-price-]{+cost+} * count"]
    assert (
        COLOURS.sub("", cells(*changed, words=True, depth="true")[1]) == " total = [-price-]{+cost+} * count"
    )


def test_changed_words_are_underlined_not_only_coloured():
    changed = [code("total = price * count"), code("total = cost * count")]
    removed, added = cells(*changed, depth="256")[1:]
    assert re.search(r"\x1b\[[0-9;]*;1;4m[^\x1b]*price", removed)
    assert re.search(r"\x1b\[[0-9;]*;1;4m[^\x1b]*cost", added)
    removed, added = cells(*changed, depth="16")[1:]
    assert "\x1b[31;7mprice\x1b[0m" in removed


def test_lines_that_are_alike_stand_beside_each_other():
    old, new = code("alpha beta gamma\nrest"), code("something new\nalpha beta delta\nrest")
    lines = cells(old, new, side_by_side=True, width=61)[1:]
    assert [tuple(part.strip() for part in line.split("│")) for line in lines] == [
        ("", "+ something new"),
        ("- alpha beta gamma", "+ alpha beta delta"),
        ("rest", "rest"),
    ]


@pytest.mark.parametrize("columns", [40, 41, 80, 161])
def test_two_columns_fit_the_width(columns):
    wide = "x = '日本語 e\u0301 👩\t" + "long " * 60 + "'"
    lines = cells(code(wide), code(wide.replace("日", "月")), side_by_side=True, width=columns, depth="true")
    assert len(lines) > 3
    assert {width(COLOURS.sub("", line)) <= columns for line in lines} == {True}


def test_two_columns_need_room():
    assert cells(code("a = 1"), code("a = 2"), side_by_side=True, width=39)[1:] == ["-a = 1", "+a = 2"]


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("a\tb", 6), ("\x1b", 4)]
)
def test_width(text, columns):
    assert width(text) == columns


def test_long_outputs_are_cut_and_said_to_be():
    long = stream("".join(f"{n}\n" for n in range(5000)))
    lines = cells(code("x"), code("x", long))
    assert len(lines) == 43
    assert lines[-1] == " … 4,960 more lines (--full shows all)"
    assert cells(code("x"), code("x", long), limit=None)[-1] == "+4999"


def test_long_lines_of_outputs_are_cut_but_no_source_is():
    lines = cells(code("x"), code("y" * 5000, stream("z" * 5000)))
    assert f"+{'y' * 5000}" in lines
    assert lines[-1] == f"+{'z' * 2000} … 3,000 more characters"


def test_a_cell_that_was_only_run_again_is_folded():
    old = notebook(code("a", execution_count=1), code("b", execution_count=2), code("c = 1"))
    new = notebook(code("a", execution_count=7), code("b", execution_count=8), code("c = 2"))
    lines = list(diff_lines([compare("a", old, "b", new)], Look()))
    assert lines[2] == "1 cell changed, 2 renumbered"
    assert "⋯ 2 cells with a new prompt number only" in lines


def test_a_result_that_only_got_a_new_number_is_not_told_twice():
    def result(number: int) -> dict[str, Any]:
        return {"output_type": "execute_result", "execution_count": number, "data": {}, "metadata": {}}

    old, new = (code(text, result(n), execution_count=n) for text, n in (("x = 1", 1), ("x = 2", 2)))
    assert cells(old, new) == ["── code cell 1 [1] → [2] · source ──", "-x = 1", "+x = 2"]


def test_a_cell_of_another_kind():
    old, new = (
        code("# Title\ntext\nmore"),
        {"cell_type": "markdown", "source": "# Title\ntext\nmore", "metadata": {}},
    )
    assert cells(old, new)[0].startswith("── code → markdown cell 1")


def test_metadata_is_named_by_its_path():
    lines = cells(code("x", metadata={"a": {"b.c": 1}}), code("x", metadata={"a": {"b.c": 2}, "t": ["é"]}))
    assert lines[1:] == ['-metadata.a."b.c": 1', '+metadata.a."b.c": 2', '+metadata.t: ["é"]']


def test_long_values_are_cut():
    line = cells(code("x"), code("x", metadata={"k": "v" * 1000}))[-1]
    assert line.endswith(" … 702 more characters")
    assert len(line) < 400


def png(width_: int, height: int, grey: int) -> str:
    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = width_.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    rows = b"".join(b"\0" + bytes([grey]) * width_ for _ in range(height))
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + body).decode()


def test_images_in_words():
    black, white, wide = png(10, 10, 0), png(10, 10, 255), png(20, 10, 0)
    assert " image/png: 100.0 % of pixels changed, 10×10," in cells(*images(black, white))[2]
    assert " image/png: 50.0 % of pixels changed, 10×10 → 20×10," in cells(*images(black, wide))[2]
    assert " image/png: changed, undecodable → 10×10," in cells(*images("AAAA", black))[2]
    assert cells(code("x"), code("x", display(image_png=wide)))[2].startswith("+image/png: 20×10, ")
    assert cells(code("x"), code("x", display(image_png="AAAA")))[2] == "+image/png: undecodable, 3 B"


def images(old: str, new: str) -> list[dict[str, Any]]:
    return [code("x", display(image_png=data)) for data in (old, new)]


@pytest.mark.parametrize(
    ("protocol", "start", "end"),
    [
        ("kitty", "\x1b_Ga=T,f=100,q=2,m=0;", "\x1b\\"),
        ("iterm", "\x1b]1337;File=inline=1", "\x07"),
        ("sixel", '\x1bPq"1;1;', "\x1b\\"),
    ],
)
def test_previews(protocol, start, end):
    lines = cells(*images(png(10, 10, 0), png(10, 10, 255)), images=protocol)
    previews = [part for line in lines for part in line.split("\n") if start in part]
    assert len(previews) == 3  # the old one, the new one, the difference
    assert {preview.endswith(end) for preview in previews} == {True}


def test_a_kitty_preview_is_the_image():
    lines = cells(*images(png(10, 10, 0), png(10, 10, 255)), images="kitty")
    data = next(line for line in lines if "\x1b_G" in line).partition(";")[2].partition("\x1b")[0]
    from nbhotel.diff.images import compare_images

    assert compare_images(base64.b64decode(data), base64.b64decode(png(10, 10, 0))).changed == 0


def test_the_text_that_reads_best_is_shown_and_the_rest_named():
    html = {"text_html": "<b>1</b>", "text_plain": "1"}
    lines = cells(code("x", display(**html)), code("x", display(text_html="<b>22</b>", text_plain="2")))
    assert lines[2:] == ["-1", "+2", " text/html: changed, 8 B → 9 B"]
    only = cells(code("x", display(text_html="<b>1</b>")), code("x", display(text_html="<b>2</b>")))
    assert only[2:] == ["-<b>1</b>", "+<b>2</b>"]


def test_colours_of_outputs_are_kept_only_where_there_are_colours():
    red = stream("\x1b[0;31mred\x1b[0m plain")
    assert cells(code("x"), code("x", red))[-1] == "+red plain"
    assert "31mred\x1b[0m" in cells(code("x"), code("x", red), depth="16")[-1]


def test_stat_counts_and_fits():
    long = notebook(*(code(f"line {n}\n" * 9) for n in range(40)))
    stats = [
        compare("/dev/null", EMPTY, "long.ipynb", long),
        compare("a", notebook(code("x = 1")), "b", notebook(code("x = 2"))),
    ]
    lines = list(stat_lines(stats, Look(width=60)))
    assert lines[1] == " b          | 1~ cells  |   2 +-"
    assert lines[2].endswith("cells: 1 changed, 40 added, 0 removed; source lines: 401 added, 1 removed")
    assert max(map(len, lines[:2])) <= 60


def test_ids_are_shown_if_they_are_compared():
    old, new = (notebook(code("x", id=name)) for name in ("old-id", "new-id"))
    lines = list(diff_lines([compare("a", old, "b", new, EVERYTHING)], Look()))
    assert lines[-2:] == ['-id: "old-id"', '+id: "new-id"']
