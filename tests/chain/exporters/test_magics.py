"""IPython's own lines: kept, commented, or made Python; with and without IPython."""

from __future__ import annotations

import ast

import pytest

from nbhotel.chain.exporters import magics
from nbhotel.chain.exporters.magics import cell_magic, commented, has_magics

#: IPython's line -> what IPython makes of it.
FORMS = {
    "%time f(1)": "get_ipython().run_line_magic('time', 'f(1)')",
    "  %pwd": "get_ipython().run_line_magic('pwd', '')",
    "!ls *.py": "get_ipython().system('ls *.py')",
    "!!ls": "get_ipython().getoutput('ls')",
    "files = !ls": "files = get_ipython().getoutput('ls')",
    "here = %pwd": "here = get_ipython().run_line_magic('pwd', '')",
    "print?": "get_ipython().run_line_magic('pinfo', 'print')",
    "?print": "get_ipython().run_line_magic('pinfo', 'print')",
    "print??": "get_ipython().run_line_magic('pinfo2', 'print')",
    "%%bash -x\necho hi\n": "get_ipython().run_cell_magic('bash', '-x', 'echo hi\\n')",
    "x = '''\n%no magic\n'''": "x = '''\n%no magic\n'''",
    "x % y\nf(a,\n  !b)": "x % y\nf(a,\n  !b)",
    "!a \\\nb\nx": "get_ipython().system('a  b')\nx",
}


@pytest.mark.parametrize("source", FORMS)
def test_our_own_forms_are_ipythons(source):
    lines = source.rstrip("\n").split("\n")
    assert "\n".join(magics._by_hand(lines)) == FORMS[source]
    if "!b" in source:
        return  # in brackets, where IPython looks for no command, it fails on what is no Python
    assert "\n".join(magics._by_ipython(lines)) == FORMS[source]


@pytest.mark.parametrize("source", FORMS)
def test_commented_lines_are_python(source):
    if "!b" not in source:
        ast.parse("\n".join(commented(source.rstrip("\n").split("\n"))))


def test_blocks_are_never_empty():
    lines = ["if x:", "    %time f()", "    !ls \\", "      -l", "y"]
    assert commented(lines) == ["if x:", "    pass  # %time f()", "    pass  # !ls \\", "#       -l", "y"]


def test_a_cell_of_another_language_is_a_comment():
    assert commented(["", "%%bash", "ls", ""]) == ["#", "# %%bash", "# ls", "#"]
    assert cell_magic(["", "%%bash -x"]) == "bash"
    assert cell_magic(["%%", "x"]) == ""
    assert cell_magic(["%time x"]) == ""
    assert not has_magics(["x = 1", "# %time"])
