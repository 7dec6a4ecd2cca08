"""nbconvert's exporters and jupytext's formats as last steps."""

from __future__ import annotations

import re

import pytest

from nbhotel.chain import registry
from nbhotel.errors import InputError
from tests.chain.made import code, notebook, text

NB = notebook(text("# Title"), code("x = 1"))


def test_they_are_called_by_their_names():
    made, suffix = registry.exporter("nbconvert:html", {})
    assert suffix == ".html"
    assert "Title" in str(made(NB))
    made, suffix = registry.exporter("jupytext:Rmd", {})
    assert (suffix, "```{python}\nx = 1\n```" in str(made(NB))) == (".Rmd", True)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("nbconvert:nope", r"nbconvert has no exporter 'nope'; it has: .*\bslides\b"),
        ("jupytext:nope", "jupytext has no format 'nope'"),
        ("jupytext:py:nope", "jupytext has no format 'py:nope'"),
    ],
)
def test_names_that_they_do_not_have(name, what):
    with pytest.raises(registry.WrongOption) as raised:
        registry.exporter(name, {})
    assert re.match(what, raised.value.args[1])


def test_what_nbformat_does_not_read_is_told():
    odd = NB._replace(raw={**NB.raw, "cells": [{"cell_type": []}]})
    made, _ = registry.exporter("jupytext:md", {})
    with pytest.raises(InputError, match="nbformat can't read"):
        made(odd)
