"""Dotted paths into metadata: `jupyter.outputs_hidden`, `widgets.*.state`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nbhotel.notebook.model import Json

#: A tree of paths: key (or "*") -> what to look for below it; an empty tree is a path's end.
Tree = dict[str, "Tree"]


def tree_of(paths: Iterable[str]) -> Tree:
    """Return the paths as a tree. Raises ValueError for a path with an empty part."""
    tree: Tree = {}
    for path in paths:
        parts = path.split(".")
        if "" in parts:
            raise ValueError(f"{path!r} is no path: write keys with dots between them")
        _add(tree, parts)
    return tree


def without(value: dict[str, Json], tree: Tree, *, prune: bool = True) -> dict[str, Json]:
    """Return the object without what the paths lead to; the same object if they lead nowhere.

    A key that holds dots itself is found by a path that spells it. With `prune`, an inner object that loses
    its last key goes too.
    """
    kept = {}
    changed = False
    for key, each in value.items():
        below = _below(tree, key)
        if below is not None and not below:
            changed = True
            continue
        new = without(each, below, prune=prune) if below and isinstance(each, dict) else each
        if new is not each:
            changed = True
            if prune and not new:
                continue
        kept[key] = new
    return kept if changed else value


def only(value: dict[str, Json], tree: Tree) -> dict[str, Json]:
    """Return the object with nothing but what the paths lead to; the same object if that is all of it."""
    kept = {}
    changed = False
    for key, each in value.items():
        below = _below(tree, key)
        if below is None or (below and not isinstance(each, dict)):
            changed = True
            continue
        new = only(each, below) if below else each
        changed = changed or new is not each
        if new or new is each:
            kept[key] = new
    return kept if changed else value


def _add(tree: Tree, parts: Sequence[str]) -> None:
    head, *rest = parts
    if not rest:
        tree[head] = {}
    elif tree.get(head) != {}:  # what ends here already holds all that is below
        _add(tree.setdefault(head, {}), rest)


def _below(tree: Tree, key: str) -> Tree | None:
    """What to look for below a key; empty if a path ends here, None if none leads here."""
    named, any_key = tree.get(key), tree.get("*")
    if named is None and any_key is None and "." in key:
        return _dotted(tree, key)
    if named is None or any_key is None:
        return any_key if named is None else named
    return {**any_key, **named} if named and any_key else {}


def _dotted(tree: Tree, key: str) -> Tree | None:
    node: Tree | None = tree
    for part in key.split("."):
        node = None if node is None else node.get(part)
    return node
