"""A filter leads from a notebook to a notebook; a chain is a tuple of filters with their options bound.

After structlog's processors (https://www.structlog.org/en/stable/processors.html): plain callables, put
together once and called often.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from nbhotel.notebook.model import Json, Notebook
from nbhotel.notebook.writing import dump_notebook, encoded
from nbhotel.records import NamedTuple

#: Pure: it never changes a `raw` in place, shares what it leaves alone, and returns the very same notebook if
#: it changes nothing. A filter may have a method `findings(notebook)` that says itself what it finds
#: (see `chain.findings`); the others are asked by comparing what went in with what came out.
Filter: TypeAlias = Callable[[Notebook], Notebook]
#: The last step: from a notebook to a file's text or bytes.
Exporter: TypeAlias = Callable[[Notebook], str | bytes]


class Step(NamedTuple):
    """One filter of a chain: what it is called in the configuration, its options, and the filter itself."""

    name: str
    options: Mapping[str, Json]
    run: Filter


class Chain(NamedTuple):
    """Filters in order, and an exporter if the result is no notebook.

    `suffix` is what the exporter's files end with, such as ".md"; "" for the suffix of the kernel's language.
    """

    name: str
    filters: tuple[Step, ...]
    exporter: Exporter | None = None
    suffix: str = ".ipynb"

    def clean(self, notebook: Notebook) -> Notebook:
        """Run the filters; the same object comes back if none of them changed anything."""
        for step in self.filters:
            notebook = step.run(notebook)
        return notebook

    def exported(self, notebook: Notebook) -> bytes:
        """Return the content of the file that the chain makes: a notebook's, if it has no exporter."""
        cleaned = self.clean(notebook)
        if self.exporter is None:
            return dump_notebook(cleaned)
        content = self.exporter(cleaned)
        return content if isinstance(content, bytes) else encoded(content)
