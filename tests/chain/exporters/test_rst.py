"""reStructuredText: text translated, code and outputs as blocks."""

from __future__ import annotations

from hypothesis import given

from nbhotel.chain.exporters.rst import rst
from tests.chain.made import ERROR, code, notebook, shown, stream, text
from tests.strategies import notebooks, thorough

TEXT = """# Title é

Some *emphasis*, `code` and [a link](http://x.y/) with $x_1$.

| a | b |
|---|---|
| 1 | 2 |

$$
\\alpha
$$

- one
  - deep
- two
"""
EXPECTED = """Title é
=======

Some *emphasis*, ``code`` and `a link <http://x.y/>`__ with :math:`x_1`.

.. list-table::
   :header-rows: 1

   * - a
     - b
   * - 1
     - 2

.. math::

   \\alpha

- one

  - deep

- two

.. code:: python

    x = 1

    x

::

    one
    two

.. an image (image/png) stands here in the notebook

::

    red

*as it is*

::

    <b>
"""


def test_an_example():
    nb = notebook(
        text(TEXT),
        code(
            "x = 1\n\nx\n",
            {**ERROR},
            shown({"image/png": "A", "text/plain": "Figure"}),
            stream(["\x1b[31mred\x1b[0m\n", " \n"]),
        ),
        code("  "),
        text("*as it is*\n", "raw", raw_mimetype="text/restructuredtext"),
        text("<b>", "raw"),
    )
    assert rst()(nb) == EXPECTED
    assert "red" not in str(rst(outputs=False)(nb))


@thorough
@given(notebooks)
def test_any_notebook_becomes_a_text(nb):
    assert str(rst()(nb)).endswith("\n")
