"""Notebooks that were mixed up in one file, merged cell by cell."""

from __future__ import annotations

from nbhotel.merge.notebooks import merge_notebooks
from nbhotel.merge.values import Conflict, Labels, Policy
from nbhotel.notebook.model import EMPTY, Json, Notebook
from nbhotel.records import NamedTuple
from nbhotel.repair.notebooks import mended, notebook_of
from nbhotel.repair.values import Finding


class Merged(NamedTuple):
    """A merged notebook's JSON, what is left to decide in it, and what was wrong with what was merged."""

    raw: dict[str, Json]
    conflicts: tuple[Conflict, ...] = ()
    findings: tuple[Finding, ...] = ()
    lost: tuple[str, ...] = ()


def merged(base: Notebook, ours: Notebook, theirs: Notebook, labels: Labels, *, with_base: bool) -> Merged:
    """Merge, and mend what the merge made of sides that are each sound."""
    merge = merge_notebooks(base, ours, theirs, Policy(style="diff3" if with_base else "merge"), labels)
    found = mended(merge.notebook.raw)
    return Merged(found.raw, merge.conflicts, found.findings, found.lost)


def in_a_row(values: list[Json]) -> Merged:
    """Mend notebooks that stand one after the other, and merge them; the first need not be whole."""
    first = mended(values[0])
    result = Merged(first.raw, (), first.findings, first.lost)
    labels = Labels("first notebook", "base", "second notebook")
    for value in values[1:]:
        next_ = mended(value)
        pair = merged(EMPTY, notebook_of(result.raw), notebook_of(next_.raw), labels, with_base=False)
        findings = dict.fromkeys((*result.findings, *next_.findings, *pair.findings))
        lost = (*result.lost, *next_.lost, *pair.lost)
        result = Merged(pair.raw, result.conflicts + pair.conflicts, tuple(findings), lost)
    return result
