"""What stands on a page: each kind of cell, output and change."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbhotel.diff.values import EVERYTHING
from nbhotel.notebook.model import EMPTY, Notebook
from nbhotel.notebook.reading import read_notebook
from nbhotel.render.html.ansi import terminal
from nbhotel.render.html.code import coloured
from nbhotel.render.html.markdown import rendered
from nbhotel.render.html.pages import diff_page, show_page
from nbhotel.render.html.sanitise import clean, has_something_to_see
from nbhotel.render.html.tags import size
from nbhotel.render.html.tokens import painted
from nbhotel.render.subjects import Comparison, Exhibit, compare
from tests.strategies import read


def code(source: str = "", *outputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "cell_type": "code",
        "metadata": {},
        "execution_count": None,
        "outputs": list(outputs),
    }
    return {**raw, "source": source, **more}


def notebook(*cells: dict[str, Any]) -> Notebook:
    return read({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


def display(**data: Any) -> dict[str, Any]:
    bundle = {mime.replace("__", "+").replace("_", "/"): value for mime, value in data.items()}
    return {"output_type": "display_data", "data": bundle, "metadata": {}}


def diffed(old: Notebook, new: Notebook) -> str:
    return body(diff_page([compare("old", old, "new", new, EVERYTHING)]))


def shown(*cells: dict[str, Any]) -> str:
    return body(show_page([Exhibit("n", notebook(*cells))]))


def body(page: str) -> str:
    return page.split("<main", 1)[1].split("</main>", 1)[0]


def text_of(markup: str) -> str:
    return re.sub("<[^>]*>", "", markup)


def test_changed_words_are_marked_within_coloured_lines():
    page = diffed(
        notebook(code("def area(r):\n    return 3 * r")), notebook(code("def area(r):\n    return 4 * r"))
    )
    words = '<span class="k">return</span> <mark><span class="m">{1}</span></mark> * r'
    line = f'<{{0}} class="l" data-n="2">    {words}</{{0}}>'
    assert line.format("del", 3) in page
    assert line.format("ins", 4) in page


def test_far_from_changes_lines_are_folded():
    lines = [f"line{n} = {n}" for n in range(40)]
    changed = [*lines[:20], "other", *lines[21:]]
    page = diffed(notebook(code("\n".join(lines))), notebook(code("\n".join(changed))))
    assert "<summary>17 unchanged lines</summary>" in page
    assert "<summary>16 unchanged lines</summary>" in page


def test_runs_of_unchanged_cells_are_folded():
    cells = [code(f"x{n} = {n} * {n}") for n in range(9)]
    page = diffed(notebook(*cells), notebook(*cells[:5], code("import this"), *cells[5:]))
    assert re.findall("<summary>(.*?)</summary>", page) == ["5 unchanged cells", "4 unchanged cells"]
    assert "1 cell added" in page


def test_nothing_changed():
    assert "No differences." in diffed(notebook(code("x")), notebook(code("x")))


def test_a_broken_file_is_compared_as_text_and_says_why():
    broken = read_notebook(b'{"cells": [')
    page = body(diff_page([compare("a", broken, "b", notebook(code("x")))]))
    assert "Compared as plain text. a: line 1: ends too early (truncated)" in page
    assert '<del class="l" data-n="1">' in page
    assert "Not readable as a notebook" in body(show_page([Exhibit("a", broken)]))


def test_a_comparison_of_texts_without_difference():
    assert "No differences." in diff_page([Comparison("a", "b", None, None, "because")])


def test_several_notebooks_have_an_index():
    one = compare("a", EMPTY, "b", notebook(code("x")))
    page = diff_page([one, one])
    assert re.findall(r'<nav class="index".*?href="#n1".*?href="#n2"', page, re.DOTALL)
    assert page.count("<article") == 2
    assert '<nav class="index"' not in diff_page([one])
    assert "Nothing to show." in diff_page([])


def test_a_moved_cell_has_links_both_ways():
    cells = [code(f"name{n} = load({n})") for n in range(5)]
    page = diffed(notebook(*cells), notebook(*cells[1:], cells[0]))
    (away,) = re.findall(r'<p class="away" id="(.*?)">', page)
    assert f'href="#{away}"' in page
    assert f'id="{away.removesuffix("-was")}"' in page
    assert f'href="#{away.removesuffix("-was")}"' in page


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (display(text_html="<b>x</b>", text_plain="y"), "<b>x</b>"),
        (display(text_html="<script>draw()</script><div></div>", text_plain="y"), ">y</span>"),
        (display(text_markdown="*x*", text_plain="y"), "<em>x</em>"),
        (display(text_latex="$x^2$", text_plain="y"), "<msup>"),
        (display(text_plain=["a\n", "b"]), '<span class="l" data-n="2">b</span>'),
        (display(application_json={"a": 1}), "application/json, "),
        (display(application_pdf="AAAA"), "application/pdf of 3 bytes: can&#39;t be shown here."),
        ({"output_type": "stream", "name": "stderr", "text": "x\n"}, 'class="listing plain stderr"'),
        ({"output_type": "stream", "name": "stdout", "text": "\x1b[31mx"}, '<span class="fg1">x</span>'),
        ({"output_type": "error", "ename": "E", "evalue": "v", "traceback": []}, "E: v"),
        ({"output_type": "error", "ename": 1, "traceback": ["\x1b[31mtrace"]}, '<span class="fg1">trace'),
        ({"output_type": "future"}, "future (an output of a kind unknown here)"),
        ({}, "None (an output of a kind unknown here)"),
        ({"output_type": "display_data", "data": {}}, "An output without data."),
        ({"output_type": ["x"], "data": 7}, "an output of a kind unknown here"),
    ],
)
def test_each_kind_of_output(output, expected):
    page = shown(code("x", output))
    assert expected in page
    assert expected in diffed(notebook(), notebook(code("x", output)))


def test_a_script_s_output_says_that_something_stands_for_it():
    page = shown(code("x", display(text_html="<script>1</script>", text_plain="fallback")))
    assert "text/html can&#39;t be shown without running its script; this stands for it:" in page
    assert "fallback" in page


def test_an_svg_is_an_image_of_its_own():
    page = shown(code("x", {"output_type": "display_data", "data": {"image/svg+xml": "<svg onload='x'/>"}}))
    uri = base64.b64encode(b"<svg onload='x'/>").decode()
    assert f'<img src="data:image/svg+xml;base64,{uri}" alt="SVG image">' in page
    assert "<svg" not in page


def test_an_image_that_is_none_is_named():
    page = shown(code("x", {"output_type": "display_data", "data": {"image/png": "bm90IGFuIGltYWdl"}}))
    assert "image/png of about 12 bytes: can&#39;t be decoded." in page
    assert "<img" not in page


def test_an_attached_image_is_shown_in_its_text():
    svg = {"image/svg+xml": "<svg/>"}
    cell = {"cell_type": "markdown", "source": "![x](attachment:a%20b.svg)", "attachments": {"a b.svg": svg}}
    assert '<img src="data:image/svg+xml;base64,' in shown(cell)


def test_images_on_the_web_are_links():
    markup = rendered("![chart](https://e.example/c.png) ![](c.png)")
    assert (
        '<a href="https://e.example/c.png" rel="noopener noreferrer">chart: image on the web, not loaded</a>'
        in markup
    )
    assert "image c.png, not part of the notebook" in markup
    assert "<img" not in markup


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$a^2$", "<msup>"),
        ("$$\\frac{a}{b}$$", '<math display="block">'),
        ("\\begin{align}a&=b\\end{align}", "<mtable"),
        ("it costs $5 and then $10", "it costs $5 and then $10"),
        ("$\\begin{nonsense}$", "<code>\\begin{nonsense}</code>"),
        ("~~x~~", "<s>x</s>"),
        ("|a|\n|-|\n|b|", "<td>b</td>"),
        ("```python\ndef f(): ...\n```", '<span class="k">def</span>'),
        ("<b style='color:red' class='x' id='y'>x</b>", "<b>x</b>"),
        ("<u>x</u><br><sub>2</sub>", "<u>x</u><br><sub>2</sub>"),
        ("x" * 60_000, "Too long or too deeply nested to be rendered."),
    ],
)
def test_markdown(text, expected):
    assert expected in rendered(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[1;31mx\x1b[0my", '<span class="fg1 ansi-bold">x</span>y'),
        ("\x1b[38;5;196mx", '<span class="fg9">x</span>'),
        ("\x1b[38;2;0;0;230mx", '<span class="fg4">x</span>'),
        ("\x1b[48;5;232;97mx", '<span class="fg15 bg0">x</span>'),
        ("\x1b[7;32mx", '<span class="bg2 ansi-inverse">x</span>'),
        (
            "\x1b[3;4;9;2mx\x1b[23;24;29;22my",
            '<span class="ansi-faint ansi-italic ansi-strike ansi-underline">x</span>y',
        ),
        ("\x1b[44;39;49mx", "x"),
        (" 10%\r 50%\r100%", "100%"),
        ("done\r", "done"),
        ("\x1b]8;;http://x\x07link\x1b]8;;\x07", "link"),
        ("\x1b[2K\x1b[1Gx\x1b", "x"),
        ("\x1b[999999999999;;38;5mx", "x"),
    ],
)
def test_terminal_colours(text, expected):
    assert "".join(painted(tokens) for tokens in terminal([text])) == expected


@given(st.lists(st.text("a\r\x1b[]m;1380\x07\\ <&", max_size=20), max_size=4))
def test_tokens_of_a_terminal_are_its_lines(lines):
    assert ["".join(text for _, text in tokens) for tokens in terminal(lines)] == lines


@given(
    st.lists(
        st.text("ab'\"#\\%! \t\r\n(é", max_size=12).map(lambda line: line.replace("\n", "")), max_size=4
    ),
    st.sampled_from(["python", "markdown", "html", "r", "", "unknown", "json"]),
)
def test_tokens_of_code_are_its_lines(lines, language):
    assert ["".join(text for _, text in tokens) for tokens in coloured(language)(lines)] == lines


def test_a_cell_magic_names_its_language():
    (_, line) = coloured("python")(["%%bash", "for i in a; do echo; done"])
    assert ("k", "for") in line
    assert ("k", "do") in line


@given(
    st.lists(st.tuples(st.sampled_from(["", "k", None]), st.text("ab", max_size=3))),
    st.lists(st.tuples(st.text("ab", max_size=3), st.booleans())),
)
def test_marks_lose_no_character(tokens, words):
    seen = "".join(text for kind, text in tokens if kind is not None)
    assert text_of(painted(tokens, words)) == seen


def test_indentation_that_changed_is_not_struck_through():
    assert (
        painted([("k", "  if")], [("  if", True)])
        == '<mark class="white"><span class="k">  </span></mark><mark><span class="k">if</span></mark>'
    )


@pytest.mark.slow
def test_a_huge_output_makes_no_huge_page():
    lines = [f"line {n} " + "x" * 90 for n in range(200_000)]
    stream = {"output_type": "stream", "name": "stdout"}
    sides = [notebook(code("x", {**stream, "text": "\n".join(some)})) for some in (lines, lines[::-1])]
    for page in (diffed(*sides), shown(sides[0].raw["cells"][0])):
        assert len(page) < 2_000_000
        assert "not shown" in page


def test_a_page_that_is_full_leaves_outputs_out_and_says_so(monkeypatch):
    monkeypatch.setattr("nbhotel.render.html.pages.CONTEXT_UP_TO", 2_000)
    cells = [
        code(f"cell{n}", {"output_type": "stream", "name": "stdout", "text": "out " * 200}) for n in range(9)
    ]
    page = diffed(notebook(*cells), notebook(*cells, code("new")))
    assert page.count("An output is left out: more than 2.0 kB would make the page slow to open.") > 5
    assert all(f"cell{n}" in page for n in range(9))


def test_a_long_line_is_cut():
    page = shown(code("x = '" + "y" * 50_000 + "'"))
    assert "… 48,006 more characters" in page
    assert len(page) < 10_000


def test_markup_that_draws_nothing():
    assert not has_something_to_see(clean("<div><p> </p><script>1</script></div>") or "")
    assert has_something_to_see(clean("<table><tr><td>1</td></tr></table>") or "")
    assert has_something_to_see(clean("<img src='data:image/png;base64,AAAA'>") or "")


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (1, "1 byte"),
        (999, "999 bytes"),
        (1234, "1.2 kB"),
        (99_900, "100 kB"),
        (999_900, "1.0 MB"),
        (20e6, "20 MB"),
    ],
)
def test_sizes(length, expected):
    assert size(int(length)) == expected


def test_what_is_heavy_is_imported_only_when_it_is_needed():
    script = (
        "import sys\nfrom nbhotel.render.html.pages import diff_page\n"
        "heavy = {'PIL', 'pygments', 'nh3', 'markdown_it', 'latex2mathml'}\n"
        "print(heavy & set(sys.modules)); diff_page([]); print(heavy & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\nset()\n"
