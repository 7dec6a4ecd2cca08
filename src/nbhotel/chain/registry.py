"""The ready-made filters, exporters and chains, and those of other packages, found by their names.

The tables hold dotted strings: a chain imports the filters that it has, and nothing else. Packages are asked
(entry points `nbhotel.filters` and `nbhotel.exporters`) only for names that are not ours.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from nbhotel.chain.model import Exporter, Filter, Step

if TYPE_CHECKING:
    from nbhotel.notebook.model import Json

#: name -> where its factory is. A factory takes keyword-only options and returns a filter.
FILTERS: dict[str, str] = {
    "outputs": "nbhotel.chain.filters.outputs:strip_outputs",
    "execution-counts": "nbhotel.chain.filters.counts:strip_counts",
    "cell-metadata": "nbhotel.chain.filters.metadata:filter_cell_metadata",
    "notebook-metadata": "nbhotel.chain.filters.metadata:filter_notebook_metadata",
    "ids": "nbhotel.chain.filters.ids:filter_ids",
    "drop-cells": "nbhotel.chain.filters.drop:drop_cells",
    "coalesce-streams": "nbhotel.chain.filters.streams:coalesce_streams",
    "noise": "nbhotel.chain.filters.noise:calm_noise",
    "widgets-state": "nbhotel.chain.filters.widgets:strip_widgets",
    "kernelspec": "nbhotel.chain.filters.kernelspec:set_kernelspec",
    "attachments": "nbhotel.chain.filters.attachments:strip_attachments",
    "secrets": "nbhotel.chain.filters.secrets:find_secrets",
    "extra-keys": "nbhotel.chain.filters.extra:drop_keys",
}
#: name -> where its factory is; it returns an exporter. `html` lives above us, with the other
#: pages: its name is all that we know of it.
EXPORTERS: dict[str, str] = {
    "script": "nbhotel.chain.exporters.script:script",
    "code": "nbhotel.chain.exporters.script:code",
    "percent": "nbhotel.chain.exporters.percent:percent",
    "markdown": "nbhotel.chain.exporters.markdown:markdown",
    "rst": "nbhotel.chain.exporters.rst:rst",
    "html": "nbhotel.render.exporting:html",
    "nbconvert": "nbhotel.chain.exporters.others:nbconvert",
    "jupytext": "nbhotel.chain.exporters.others:jupytext",
}
#: What the exporters' files end with; "" stands for the suffix of the kernel's language.
SUFFIXES = {"markdown": ".md", "rst": ".rst", "html": ".html"}

#: A step as the configuration has it: a name, or a table with the name under "filter" and options beside it.
Spelled = "str | Mapping[str, Json]"
#: What nbstripout 0.9.1 strips, for those who want its very bytes (the last three are nbformat's doing).
NBSTRIPOUT_CELLS = (
    "collapsed",
    "ExecuteTime",
    "execution",
    "heading_collapsed",
    "hidden",
    "scrolled",
    "trusted",
)
NBSTRIPOUT_NOTEBOOKS = ("signature", "widgets", "orig_nbformat", "orig_nbformat_minor")
_VCS: tuple[Any, ...] = ("outputs", "execution-counts", "cell-metadata", "notebook-metadata", "secrets")
#: The named chains, in the configuration's form.
CHAINS: dict[str, Mapping[str, Any]] = {
    "vcs": {"filters": _VCS},
    "nbstripout": {
        "filters": (
            "outputs",
            "execution-counts",
            {"filter": "cell-metadata", "drop": NBSTRIPOUT_CELLS},
            {"filter": "notebook-metadata", "drop": NBSTRIPOUT_NOTEBOOKS},
            {"filter": "ids", "mode": "sequential"},
        )
    },
    "script": {"filters": (), "exporter": "script"},
    "code": {"filters": (), "exporter": "code"},
    "review": {
        "filters": (
            "execution-counts",
            "cell-metadata",
            "notebook-metadata",
            "coalesce-streams",
            "noise",
        )
    },
    "publish": {
        "filters": (
            {"filter": "drop-cells", "empty": True, "tags": ("private", "remove-cell")},
            {"filter": "secrets", "redact": True},
            "cell-metadata",
            "notebook-metadata",
            "coalesce-streams",
            "attachments",
        )
    },
}


class UnknownName(LookupError):
    """There is no filter or exporter of a name; the second argument is the list of those that there are."""


class WrongOption(ValueError):
    """A factory does not take an option or its value: (option or "", what is wrong with it, names it has)."""


def step(name: str, options: Mapping[str, Json]) -> Step:
    """Return a filter with its options bound. Raises UnknownName, WrongOption, MissingPart."""
    return Step(name, options, cast("Filter", _made(name, FILTERS, "nbhotel.filters", options)))


def exporter(name: str, options: Mapping[str, Json]) -> tuple[Exporter, str]:
    """Return an exporter with its options bound, and the suffix of its files.

    `nbconvert:NAME` and `jupytext:FORMAT` stand for those libraries' own. Raises UnknownName, WrongOption,
    MissingPart.
    """
    kind, colon, rest = name.partition(":")
    if colon and kind in ("nbconvert", "jupytext"):
        options = {**options, "to": rest}
    made = cast("Exporter", _made(kind if colon else name, EXPORTERS, "nbhotel.exporters", options))
    suffix = getattr(made, "suffix", None)
    return made, suffix if isinstance(suffix, str) else SUFFIXES.get(name, "")


def _made(name: str, table: Mapping[str, str], group: str, options: Mapping[str, Json]) -> Callable[..., Any]:
    made = _bound(_found(name, table, group), options)
    if name in table:
        return made
    from nbhotel.chain.theirs import Theirs

    return Theirs(name, made)


def _found(name: str, table: Mapping[str, str], group: str) -> Callable[..., Any]:
    if name in table:
        module, _, attribute = table[name].partition(":")
        __import__(module)
        return cast("Callable[..., Any]", getattr(sys.modules[module], attribute))
    from nbhotel.chain.theirs import load

    factory, theirs = load(name, group)
    if factory is None:
        raise UnknownName(name, sorted({*table, *theirs}))
    return factory


def _bound(factory: Callable[..., Any], options: Mapping[str, Json]) -> Callable[..., Any]:
    known: Mapping[str, Json] | None = getattr(factory, "__kwdefaults__", None)
    taken = {name: _as_taken(name, value, known or {}, factory) for name, value in options.items()}
    try:
        return cast("Callable[..., Any]", factory(**taken))
    except (ValueError, TypeError) as error:  # a TypeError: another package's option has no default
        raise WrongOption("", str(error), ()) from None


def _as_taken(name: str, value: Json, known: Mapping[str, Json], factory: Callable[..., Any]) -> Json:
    """An option's value in the type of its default: TOML has lists where we have tuples."""
    if name not in known:
        code = getattr(factory, "__code__", None)
        if code is not None and name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]:
            return value  # a third party's option without a default
        raise WrongOption(name, "there is no such option", tuple(known))
    default = known[name]
    if isinstance(default, tuple):
        if isinstance(value, (list, tuple)) and all(isinstance(each, str) for each in value):
            return tuple(value)
        raise WrongOption(name, "must be a list of strings", ())
    if default is not None and type(value) is not type(default):
        raise WrongOption(name, f"must be {_TYPES.get(type(default), 'of another type')}", ())
    return value


_TYPES = {bool: "true or false", str: "a string", int: "a whole number", float: "a number", dict: "a table"}
