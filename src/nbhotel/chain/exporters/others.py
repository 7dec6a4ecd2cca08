"""`nbconvert:NAME` and `jupytext:FORMAT`: what those libraries write, as the last step of a chain of ours.

Both are optional, and are imported only when a chain that has them runs.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from nbhotel.errors import MissingPart
from nbhotel.notebook.writing import dump_notebook

if TYPE_CHECKING:
    from nbhotel.notebook.model import Notebook


class Nbconvert:
    """One of nbconvert's exporters; `suffix` is what its files end with."""

    def __init__(self, exporter: Any, name: str) -> None:
        self.suffix: str = exporter.file_extension or ".txt"
        self._exporter = exporter
        self._name = name

    def __call__(self, notebook: Notebook) -> str | bytes:
        """Raises MissingPart if nbconvert lacks a program, such as TeX for PDF."""
        converter = _imported("nbconvert")
        try:
            body, _ = self._exporter.from_notebook_node(_node(notebook))
        except (OSError, converter.exporters.exporter_locator.ExporterDisabledError, RuntimeError) as error:
            first = next(iter(str(error).split("\n")), "")
            raise MissingPart(f"nbconvert can't make {self._name}: {first}") from None
        return body if isinstance(body, bytes) else str(body)


class Jupytext:
    """One of jupytext's formats; `suffix` is what its files end with."""

    def __init__(self, library: Any, fmt: str) -> None:
        self.suffix = "." + fmt.partition(":")[0]
        self._library = library
        self._fmt = fmt

    def __call__(self, notebook: Notebook) -> str:
        return str(self._library.writes(_node(notebook), fmt=self._fmt))


def nbconvert(*, to: str = "html") -> Nbconvert:
    """Take an exporter of nbconvert's.

    to: its name, such as "pdf", "slides", "latex"
    """
    library = _imported("nbconvert")
    try:
        exporter = library.get_exporter(to)()
    except Exception as error:
        names = ", ".join(library.get_export_names())
        raise ValueError(f"nbconvert has no exporter {to!r}; it has: {names}") from error
    return Nbconvert(exporter, to)


def jupytext(*, to: str = "py:percent") -> Jupytext:
    """Take a format of jupytext's.

    to: such as "py:percent", "md", "Rmd", "md:myst"
    """
    library = _imported("jupytext")
    _imported("jupytext.formats")
    try:
        library.formats.validate_one_format(library.formats.long_form_one_format(to))
        library.formats.get_format_implementation("." + to.partition(":")[0], to.partition(":")[2] or None)
    except Exception as error:
        raise ValueError(f"jupytext has no format {to!r}: {error}") from error
    return Jupytext(library, to)


def _imported(name: str) -> Any:
    try:
        __import__(name)
    except ImportError:
        package = name.partition(".")[0]
        raise MissingPart(f"{package} is not installed", remedy=f"pip install {package}") from None
    return sys.modules[name]


def _node(notebook: Notebook) -> Any:
    """The notebook as nbformat has it, which both libraries want. Raises MissingPart, InputError."""
    from nbhotel.errors import InputError

    nbformat = _imported("nbformat")
    try:
        return nbformat.reads(dump_notebook(notebook).decode(), as_version=4)
    except Exception as error:
        raise InputError(f"nbformat can't read the notebook: {error}") from error
