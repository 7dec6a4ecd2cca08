"""A repository's own chains: `nbhotel.toml`, or `[tool.nbhotel]` in pyproject.toml.

::

    [chains.vcs]                       # changes what the git filter, clean and check do
    extends = "vcs"                    # the ready-made one
    without = ["execution-counts"]
    filters = ["coalesce-streams", { filter = "drop-cells", tags = ["scratch"] }]

    [chains.slides]
    filters = ["outputs"]
    exporter = "nbconvert:slides"

`chain.exports` reads `[save]`, `share.settings` reads `[share]`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from nbhotel.chain import registry
from nbhotel.chain.model import Chain, Step
from nbhotel.errors import ConfigError, nearest
from nbhotel.records import NamedTuple

if TYPE_CHECKING:
    from nbhotel.notebook.model import Json

FILES = ("nbhotel.toml", "pyproject.toml")
#: The tables that nbhotel.toml may have.
SECTIONS = ("chains", "save", "share")
_KEYS = ("extends", "without", "filters", "exporter")
_Bound = TypeVar("_Bound")


class Source(NamedTuple):
    """Where chains are described; for the ready-made ones there is no file.

    `save` and `share` are not checked: the git filter must not fail because of what it does not obey.
    """

    file: str
    text: str
    prefix: tuple[str, ...]
    chains: Mapping[str, Json]
    save: Json = None
    share: Json = None


_BUILT_IN = Source("", "", (), registry.CHAINS)


def load_chain(name: str, folder: str | os.PathLike[str] | None) -> Chain:
    """Return the chain of this name: the repository's own, else the ready-made one.

    `folder` is where to start to look for a configuration; it is looked for there and above, up to the top of
    the repository. None: only the ready-made ones. Raises ConfigError.
    """
    source = _BUILT_IN if folder is None else find_source(os.fspath(folder))
    return _chain(name, source, ())


def config_file(folder: str | os.PathLike[str]) -> str | None:
    """Return the path of the configuration that holds for a folder, or None. Raises ConfigError."""
    return find_source(os.fspath(folder)).file or None


def chain_names(folder: str | os.PathLike[str] | None) -> list[str]:
    """Return the names of all chains, the ready-made ones first. Raises ConfigError."""
    source = _BUILT_IN if folder is None else find_source(os.fspath(folder))
    return [*registry.CHAINS, *(name for name in source.chains if name not in registry.CHAINS)]


def find_source(folder: str) -> Source:
    """Return the configuration that holds for a folder, or the ready-made one. Raises ConfigError."""
    folder = os.path.abspath(folder)
    while True:
        for name in FILES:
            source = _read(os.path.join(folder, name), name)
            if source is not None:
                return source
        above = os.path.dirname(folder)
        if above == folder or os.path.lexists(os.path.join(folder, ".git")):
            return _BUILT_IN
        folder = above


def _read(path: str, name: str) -> Source | None:
    try:
        with open(path, "rb") as file:
            data = file.read()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(f"can't be read: {(error.strerror or str(error)).lower()}", where=path) from None
    of_ours = name == FILES[0]
    if not of_ours and b"nbhotel" not in data:
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError("is not UTF-8", where=f"{path}:{line}") from None
    tables = _parsed(text, path)
    prefix = () if of_ours else ("tool", "nbhotel")
    for key in prefix:
        tables = tables.get(key)
        if tables is None:
            return None
        if not isinstance(tables, dict):
            raise ConfigError("must be a table", where=_where(path, text, prefix))
    return _checked(Source(path, text, prefix, tables))


def _parsed(text: str, path: str) -> Json:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what, _, place = str(error).partition(" (at ")
        words = place.replace(",", " ").rstrip(")").split()
        line = words[1] if words[:1] == ["line"] else str(max(1, len(text.splitlines())))
        raise ConfigError(f"is no TOML: {what[:1].lower()}{what[1:]}", where=f"{path}:{line}") from None


def _checked(source: Source) -> Source:
    """The same with its chains, each of them a table of keys that we know."""
    tables = source.chains
    for key in tables:
        if key not in SECTIONS:
            complain(source, (key,), "there is no such section", near=(key, SECTIONS))
    chains = tables.get("chains", {})
    if not isinstance(chains, dict):
        complain(source, ("chains",), "must be a table")
    for name, chain in chains.items():
        if not isinstance(chain, dict):
            complain(source, ("chains", name), "must be a table")
        for key in chain:
            if key not in _KEYS:
                complain(source, ("chains", name, key), "there is no such key", near=(key, _KEYS))
    return source._replace(chains=chains, save=tables.get("save"), share=tables.get("share"))


def _chain(name: str, source: Source, above: tuple[str, ...]) -> Chain:
    spec = source.chains.get(name)
    if spec is None and name in registry.CHAINS:
        spec, source = registry.CHAINS[name], _BUILT_IN
    if spec is None:
        _unknown_chain(name, source, above)
    path = ("chains", name)
    steps, exporter, suffix = _inherited(spec, name, source, above)
    gone = _words(spec, "without", source, path)
    for each in gone:
        if each not in {step.name for step in steps}:
            complain(source, (*path, "without", each), "the chain that it extends has no such filter")
    steps = [step for step in steps if step.name not in gone]
    filters = spec.get("filters", ())
    if not isinstance(filters, (list, tuple)):
        complain(source, (*path, "filters"), "must be a list of filters")
    steps += [_bound("filter", registry.step, each, source, (*path, "filters")) for each in filters]
    if "exporter" in spec:
        place = (*path, "exporter")
        exporter, suffix = _bound("exporter", registry.exporter, spec["exporter"], source, place)
    return Chain(name, tuple(steps), exporter, suffix)


def _inherited(
    spec: Mapping[str, Json], name: str, source: Source, above: tuple[str, ...]
) -> tuple[list[Step], Any, str]:
    parent = spec.get("extends")
    if parent is None:
        return [], None, ".ipynb"
    path = ("chains", name, "extends")
    if not isinstance(parent, str):
        complain(source, path, "must be a chain's name")
    if parent in above:
        complain(source, path, f"the chains {', '.join((*above, name))} extend each other")
    if parent == name:
        if name not in registry.CHAINS:
            complain(source, path, "a chain can't extend itself")
        chain = _chain(parent, _BUILT_IN, ())
    else:
        chain = _chain(parent, source, (*above, name))
    return list(chain.filters), chain.exporter, chain.suffix


def _bound(
    what: str,
    registered: Callable[[str, Mapping[str, Json]], _Bound],
    spelled: Json,
    source: Source,
    path: tuple[str, ...],
) -> _Bound:
    """Return a filter or an exporter (`what`) as it is spelled: a name, or a table with its options."""
    name, options = _spelled(spelled, what, source, path)
    try:
        return registered(name, options)
    except registry.UnknownName as error:
        complain(source, (*path, name), f"there is no such {what}", near=(name, error.args[1]))
    except registry.WrongOption as error:
        option, wrong, names = error.args
        place = (*path, name, option) if option else (*path, name)
        complain(source, place, wrong, near=(option, names) if names else None)


def _spelled(
    spelled: Json, key: str, source: Source, path: tuple[str, ...]
) -> tuple[str, Mapping[str, Json]]:
    if isinstance(spelled, str):
        return spelled, {}
    if isinstance(spelled, Mapping) and isinstance(spelled.get(key), str):
        return spelled[key], {name: value for name, value in spelled.items() if name != key}
    return complain(source, path, f'must be a name, or a table such as {{ {key} = "NAME", option = … }}')


def _words(spec: Mapping[str, Json], key: str, source: Source, path: tuple[str, ...]) -> Sequence[str]:
    value = spec.get(key, ())
    if not isinstance(value, (list, tuple)) or not all(isinstance(each, str) for each in value):
        complain(source, (*path, key), "must be a list of names")
    return value


def _unknown_chain(name: str, source: Source, above: tuple[str, ...]) -> NoReturn:
    names = [*registry.CHAINS, *(each for each in source.chains if each not in registry.CHAINS)]
    where = ("chains", above[-1], "extends") if above else ()
    complain(source, where, f"there is no chain {name!r}", near=(name, names))


def complain(
    source: Source, path: tuple[str, ...], what: str, *, near: tuple[str, Iterable[str]] | None = None
) -> NoReturn:
    """Raise ConfigError for what stands at `path`; `near` is a wrong word, and those that there are."""
    where = _where(source.file, source.text, (*source.prefix, *path)) if path else ""
    if source.file == "":
        where = ""
    raise ConfigError(what, where=where, remedy=nearest(*near) if near else "")


def _where(file: str, text: str, path: tuple[str, ...]) -> str:
    from nbhotel.chain.lines import line_of

    return f"{file}:{line_of(text, path)}: {'.'.join(path)}"
