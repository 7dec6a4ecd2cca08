"""What stands around the cells: the notebook's metadata, its version, and fields that nbhotel ignores."""

from __future__ import annotations

from nbhotel.merge.clashes import recorded, reported
from nbhotel.merge.fields import merge_fields
from nbhotel.merge.values import Conflict, Decision, Policy
from nbhotel.notebook.model import Json, Notebook
from nbhotel.records import NamedTuple

_OWN = {"cells", "nbformat", "nbformat_minor"}


class TopMerge(NamedTuple):
    """The merged notebook without its cells."""

    raw: dict[str, Json]
    version: tuple[int, int]
    conflicts: tuple[Conflict, ...]
    decisions: tuple[Decision, ...]


def merge_top(base: Notebook, local: Notebook, remote: Notebook, policy: Policy) -> TopMerge:
    """Merge everything but the cells; of the versions, the highest."""
    sides = [
        {key: value for key, value in notebook.raw.items() if key not in _OWN}
        for notebook in (base, local, remote)
    ]
    asked = policy.metadata in {"auto", "conflict"}
    merged = merge_fields(*sides, prefer="local" if asked else policy.metadata, unite_tags=asked)
    conflicts, decisions = reported(merged.clashes, policy)
    version = max(map(_version, (local, remote)))
    own = {"cells": [], "nbformat": version[0], "nbformat_minor": version[1]}
    fields = recorded(merged.value, conflicts) | own
    return TopMerge(_in_order_of(local.raw, fields), version, tuple(conflicts), tuple(decisions))


def told_formats(base: Notebook, local: Notebook, remote: Notebook) -> tuple[Decision, ...]:
    """Tell of notebooks of an old format: they have been converted, and the result is not in it."""
    sides = {"base": base, "local": local, "remote": remote}
    return tuple(
        Decision(f"{name} has nbformat {notebook.format[0]}, merged in nbformat 4's form", name)
        for name, notebook in sides.items()
        if notebook.format[0] < 4
    )


def _version(notebook: Notebook) -> tuple[int, int]:
    major, minor = notebook.raw.get("nbformat", 4), notebook.raw.get("nbformat_minor", 0)
    return (major, minor) if type(major) is type(minor) is int else (4, 0)


def _in_order_of(model: dict[str, Json], fields: dict[str, Json]) -> dict[str, Json]:
    keys = dict.fromkeys((*model, *fields))
    if list(model) == sorted(model):
        keys = dict.fromkeys(sorted(keys))
    return {key: fields[key] for key in keys if key in fields}
