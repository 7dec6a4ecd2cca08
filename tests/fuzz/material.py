"""What mutations start from, and what they put in: notebooks with a bit of everything, and odd values."""

from __future__ import annotations

from typing import Any

Json = Any

_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
_SVG = "<svg xmlns='http://www.w3.org/2000/svg'><circle r='1' onclick='x()'/></svg>"
_WIDGET = {"model_id": "0f", "version_major": 2, "version_minor": 0}
_OUTPUTS: list[Json] = [
    {
        "output_type": "stream",
        "name": "stdout",
        "text": ["1\n", "\x1b[31mred\x1b[0m 50%|##  | 1/2 [00:01<00:01]\r\n"],
    },
    {"output_type": "stream", "name": "stderr", "text": "a warning\n"},
    {
        "output_type": "display_data",
        "metadata": {"image/png": {"width": 1}},
        "data": {"image/png": _PIXEL, "text/plain": ["<Figure size 640x480>"]},
    },
    {
        "output_type": "execute_result",
        "execution_count": 2,
        "metadata": {},
        "data": {
            "text/html": [
                "<table><tr><td>1</td></tr></table>\n",
                "<script>alert(1)</script><a href='javascript:x'>",
            ],
            "text/latex": "$\\frac{a}{b}$",
            "text/markdown": "**b** `c`",
            "image/svg+xml": _SVG,
            "application/json": {"a": [1, {"b": None}]},
            "application/vnd.jupyter.widget-view+json": _WIDGET,
            "text/plain": "   a\n0  1",
        },
    },
    {
        "output_type": "error",
        "ename": "E",
        "evalue": "v",
        "traceback": ["\x1b[0;31mE\x1b[0m", "at 0x7f00dead"],
    },
]
#: A notebook with a bit of everything.
RICH: Json = {
    "cells": [
        {
            "cell_type": "markdown",
            "id": "3f9c2b7e",
            "metadata": {},
            "source": "# T\n\n$$x^2$$\n\n| a |\n|---|\n| 1 |",
        },
        {
            "cell_type": "markdown",
            "id": "5d0e81aa",
            "metadata": {"tags": ["x"]},
            "source": ["![p](attachment:p.png)\n", "<b onload=x()>é 🎈 \u202e</b>"],
            "attachments": {"p.png": {"image/png": _PIXEL}},
        },
        {
            "cell_type": "code",
            "id": "0b1c2d3e",
            "metadata": {"collapsed": True},
            "execution_count": 2,
            "source": "%matplotlib inline\n!ls\ndef f(x):\n    return '''a\n{x}'''\n\nf(1)",
            "outputs": _OUTPUTS,
        },
        {
            "cell_type": "raw",
            "id": "77777777",
            "metadata": {"format": "text/restructuredtext"},
            "source": ".. note::",
        },
    ],
    "metadata": {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python", "version": "3.11"},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"0f": {}}}},
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}
#: One of nbformat 3.
OLD: Json = {
    "metadata": {"name": "old"},
    "nbformat": 3,
    "nbformat_minor": 0,
    "worksheets": [
        {
            "cells": [
                {"cell_type": "heading", "level": 2, "metadata": {}, "source": "Old"},
                {
                    "cell_type": "code",
                    "input": "1\n2",
                    "language": "python",
                    "metadata": {},
                    "prompt_number": 1,
                    "outputs": [{"output_type": "pyout", "prompt_number": 1, "text": "2", "png": _PIXEL}],
                },
            ],
            "metadata": {},
        }
    ],
}
#: Values that stand in no notebook, or should not.
ODD: tuple[Json, ...] = (
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        3.5,
        2**70,
        1e308,
        float("nan"),
        float("inf"),
        "",
        " ",
        "\n",
        "\r",
        "\0",
        "\x1b[",
    ),
    *(
        "\ud800",
        "\u202eabc",
        "é🎈",
        "a" * 3000,
        "a\n" * 500,
        "{",
        "<<<<<<< HEAD",
        "=======",
        ">>>>>>> b",
        "```",
        "$",
    ),
    *(
        "](javascript:x)",
        "<script>",
        "\x1b]8;;http://a\x07",
        "../../x",
        "%s%d",
        "\t" * 40,
        "[" * 300,
        "(" * 300,
    ),
    *([], {}, [[]], [{}], [None], ["a", 1], {"a": 1}, {"": {}}, [1, 2, 3], {"text/plain": 7}, [[["x"]]]),
    *(
        _PIXEL,
        [_PIXEL],
        _PIXEL[:-20],
        _SVG,
        "code",
        "markdown",
        "stream",
        "image/png",
        "text/html",
        "python",
        "R",
    ),
    *(
        "*" * 2000,
        "_a" * 800,
        "> " * 400,
        "- " * 400,
        "|a" * 400,
        "$x$" * 300,
        "&" * 500,
        "<b>" * 400,
        "\\frac{" * 200,
    ),
)
