"""What `percent` and `markdown` write, jupytext reads back into the same cells."""

from __future__ import annotations

import ast

import jupytext
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbhotel.chain.exporters.markdown import markdown
from nbhotel.chain.exporters.percent import percent
from nbhotel.notebook.model import Notebook
from tests.chain.made import code, notebook, text
from tests.strategies import thorough

SOURCES = [
    "x = 1",
    "def f():\n    return 1",
    "@decorator\nclass C:\n    pass",
    "async def f():\n    pass\n\n\nx = 1",
    "%matplotlib inline\nimport numpy",
    "%%bash\necho hi\n# comment\n\nls",
    "%%html --isolated\n<b>\"hi\"</b>\n'''",
    "%%time\nx = 1\ny = 2",
    '%%writefile a.txt\nno python {\n"""',
    "%%nobodys magic\nno python {",
    "%%python3\nprint(1)",
    "!pip install x\nimport x",
    "files = !ls\nfiles",
    "a, b = !ls",
    "x.y = %who_ls",
    "?print",
    "print??",
    "if x:\n    %time f()\n    !ls",
    "ls",
    "cd ..",
    "cat = 1\nls(x)",
    "# %matplotlib inline\n# !pip install x\n# # !ls",
    "#!shebang\n#%time",
    '"""\n%not magic\n!neither\n"""\n%magic',
    "'''a''' + '''\n!x\n'''",
    "%time f(1,\\\n  2)\nx",
    "x = '''never closed",
    "print('# no comment') # comment '''",
    "x = 1  \n\n\n\ny = 2",
    "`" * 3 + "\nin code",
    "%timeit x  # noescape",
    "",
    "é = '🎈'",
    "    indented = 1",
    "# only a comment",
]
#: Code with triple quotes that nothing closes.
UNCLOSED = [
    each for each in SOURCES if (each.count("'''") % 2 or each.count('"""') % 2) and "# comment" not in each
]
TEXTS = [
    "# Title",
    "",
    "one\n\ntwo",
    "one\n\n\ntwo",
    "\nleading",
    "trailing\n",
    "```python\nx = 1\n```",
    "```\n# %% no cell\n```",
    "```json\nnever closed \\n",
    "    indented code\n\n    more",
    "- a\n    - b",
    "<!-- #region -->\nx\n<!-- #endregion -->",
    "# %% [markdown]\nx",
    "---\ntitle: x\n---",
    "'''quotes\"\"\"",
    "$x$ | é\n\n\n",
    "<!-- #raw -->",
]


def sources(cells: object) -> list[tuple[str, str]]:
    """Kind and source; empty lines at the end of code are nobody's."""
    return [
        (cell.cell_type, cell.source.rstrip("\n") if cell.cell_type == "code" else cell.source)
        for cell in cells  # type: ignore[attr-defined]
    ]


def ours(nb: Notebook) -> list[tuple[str, str]]:
    return [
        (cell.kind, cell.source.rstrip("\n") if cell.kind == "code" else cell.source) for cell in nb.cells
    ]


def in_between(cell: dict[str, object]) -> Notebook:
    return notebook(code("before = 1"), cell, text("after"), text("more"), code("def last():\n    pass"))


CELLS = [code(source) for source in SOURCES] + [text(each) for each in TEXTS]
CELLS += [text(each, "raw") for each in TEXTS]
CELLS += [code("x", tags=["a b", 'q"'], name="é"), text("x", tags=["t"], deep={"a": [1, None]})]
CELLS += [code("x", title="no", active="py", language="R", cell_type="raw", **{"a key": 1})]


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{cell['cell_type']} {cell['source']!r}"[:40])
@pytest.mark.parametrize(("export", "fmt"), [(percent(), "py:percent"), (markdown(), "md")], ids=["py", "md"])
def test_a_cell_comes_back(cell, export, fmt):
    nb = in_between(cell)
    back = jupytext.reads(str(export(nb)), fmt)
    if fmt == "md" and cell["source"] in UNCLOSED:
        assert sources(back.cells) != ours(nb)  # jupytext looks for the end of the string, not of the fence
    else:
        assert sources(back.cells) == ours(nb)


@pytest.mark.parametrize(("export", "fmt"), [(percent(), "py:percent"), (markdown(), "md")], ids=["py", "md"])
def test_all_of_them_at_once_with_their_metadata(export, fmt):
    cells = [cell for cell in CELLS if cell["source"] not in UNCLOSED]
    cells = [cell for cell in cells if "never closed" not in cell["source"]]
    nb = notebook(*cells, kernelspec={"display_name": 'P "3": é', "language": "python", "name": "p"})
    back = jupytext.reads(str(export(nb)), fmt)
    assert sources(back.cells) == ours(nb)
    assert back.metadata["kernelspec"] == nb.metadata["kernelspec"]
    found = {cell.source: cell.metadata for cell in back.cells}
    assert found["x"].get("tags") == ["t"] or any(cell.metadata.get("tags") == ["t"] for cell in back.cells)
    assert any(cell.metadata.get("name") == "é" for cell in back.cells)


@pytest.mark.parametrize("source", SOURCES)
def test_percent_is_python_if_the_cells_are(source):
    script = str(percent()(in_between(code(source))))
    if source not in ("%timeit x  # noescape", "ls", "cd ..", "`" * 3 + "\nin code"):
        ast.parse(script)


@pytest.mark.parametrize(
    ("language", "fmt", "prefix"),
    [
        ("R", "r:percent", "#"),
        ("julia", "jl:percent", "#"),
        ("c++", "cpp:percent", "//"),
        ("octave", "m:percent", "%"),
    ],
)
def test_other_languages_come_back_too(language, fmt, prefix):
    spec = {"display_name": "x", "language": language, "name": "x"}
    nb = notebook(text("# Title"), code("x <- 1\n\ny"), code("z"), language=language, kernelspec=spec)
    script = str(percent()(nb))
    assert f"\n{prefix} %% [markdown]\n{prefix} # Title\n" in script
    assert sources(jupytext.reads(script, fmt).cells) == ours(nb)


lines = st.sampled_from(
    ["x = 1", "", "%magic a", "!ls", "  y", "# %% x?", "def f():", "    pass", "```", "a?", "é"]
)
plain = st.lists(lines.filter(lambda line: "%%" not in line), max_size=6).map("\n".join)
made = st.lists(st.tuples(st.sampled_from(["code", "markdown", "raw"]), plain), min_size=1, max_size=6).map(
    lambda cells: notebook(
        *(code(source) if kind == "code" else text(source, kind) for kind, source in cells)
    )
)


@thorough
@given(made)
def test_any_cells_come_back_from_percent(nb):
    if any(cell.source.count("```") % 2 for cell in nb.cells if cell.kind == "raw"):
        return  # jupytext looks for the end of a fence in the cells below
    back = jupytext.reads(str(percent()(nb)), "py:percent")
    assert [(kind, source.rstrip()) for kind, source in sources(back.cells)] == [
        (kind, source.rstrip()) for kind, source in ours(nb)
    ]


@thorough
@given(made)
def test_any_cells_come_back_from_markdown(nb):
    back = jupytext.reads(str(markdown()(nb)), "md")
    assert sources(back.cells) == ours(nb)
