"""One question after the other, answered by git's own keys (git-add(1), "patch").

It reads whole lines, so that it works at a terminal and over a pipe alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from nbhotel.cli.staging.console import Console
from nbhotel.cli.staging.editing import Editor, is_editable
from nbhotel.cli.staging.titles import title
from nbhotel.cli.staging.verbs import Choice, Verb
from nbhotel.git.staging.leaves import NOTEBOOK, Edit
from nbhotel.git.staging.pairs import Pair
from nbhotel.git.staging.tree import Node
from nbhotel.records import NamedTuple
from nbhotel.render.terminal.ansi import stripped
from nbhotel.render.terminal.safe import safe


class Item(NamedTuple):
    """Something to decide on; `answer` is None as long as nobody did."""

    node: Node
    is_whole: bool
    answer: bool | Edit | None = None


_KEYS = {
    "y": "{verb} this one",
    "n": "leave this one as it is",
    "q": "quit; leave this one and all that are left as they are",
    "a": "{verb} this one and all later ones of the notebook",
    "d": "leave this one and all later ones of the notebook as they are",
    "j": "leave this one undecided, go to the next that is undecided",
    "k": "leave this one undecided, go to the one before that is undecided",
    "g": "choose one to go to",
    "/": "go to the next one that a regular expression finds",
    "s": "split this one into smaller ones",
    "e": "edit this one by hand",
    "?": "print help",
}


#: How a list shows what was answered.
_SIGNS = {True: "+", False: "-", None: " "}


class Prompt:
    """The questions about one notebook."""

    def __init__(
        self,
        pair: Pair,
        nodes: Iterable[Node],
        verb: Verb,
        console: Console,
        draw: Callable[[Node], Iterable[str]],
        editor: Editor,
    ) -> None:
        """`draw` gives the lines of a node's diff; `editor` lets somebody edit a text."""
        self.pair, self.verb, self.console, self.draw, self.editor = pair, verb, console, draw, editor
        self.items = [Item(node, is_whole=True) for node in nodes]
        self.at = 0

    def run(self) -> Choice:
        """Ask until all is decided or somebody quits."""
        is_shown = False
        while any(item.answer is None for item in self.items):
            if not is_shown:
                self.console.say(["", *self.draw(self.items[self.at].node)])
            line = self.console.ask(self._question())
            if line is None:
                return self._chosen(is_last=True)
            key, rest = line.strip()[:1], line.strip()[1:].strip()
            if key not in self._keys():
                self._help()
                is_shown = True
                continue
            if key == "q":
                return self._chosen(is_last=True)
            is_shown = not self._does(key, rest)
        return self._chosen(is_last=False)

    def _chosen(self, *, is_last: bool) -> Choice:
        leaves = frozenset(leaf for item in self.items if item.answer is True for leaf in item.node.leaves)
        edits = tuple(item.answer for item in self.items if isinstance(item.answer, Edit))
        return Choice(leaves, edits, is_last)

    def _question(self) -> str:
        keys = ",".join(self._keys())
        what = self._what(self.items[self.at])
        return f"({self.at + 1}/{len(self.items)}) {self.verb.question(what)} [{keys}]? "

    def _what(self, item: Item) -> str:
        part = item.node.leaves[0].part
        if item.node.entry == NOTEBOOK:
            return "this change of the notebook"
        if item.is_whole:
            return "this cell"
        return {"source": "this hunk", "outputs": "these outputs", "move": "this move"}.get(
            part, f"this {part}"
        )

    def _keys(self) -> list[str]:
        item = self.items[self.at]
        missing = set[str]()
        missing |= {"j"} if self._other(range(self.at + 1, len(self.items))) is None else set()
        missing |= {"k"} if self._other(range(self.at - 1, -1, -1)) is None else set()
        missing |= {"g", "/"} if len(self.items) == 1 else set()
        missing |= {"s"} if not item.node.children else set()
        missing |= {"e"} if not is_editable(self.pair, item.node) else set()
        return [key for key in _KEYS if key not in missing]

    def _does(self, key: str, rest: str) -> bool:
        """Do what a key says; False if the same question is to be asked again as it stands there."""
        actions = {"s": self._split, "e": self._edit, "j": self._later, "k": self._earlier}
        if key in {"y", "n"}:
            self._decide(key == "y")
        elif key in {"a", "d"}:
            self._decide_rest(key == "a")
        elif key in {"g", "/"}:
            return (self._go if key == "g" else self._search)(rest)
        elif key == "?":
            self._help()
        else:
            actions[key]()
        return True

    def _decide(self, answer: bool | Edit) -> None:
        self.items[self.at] = self.items[self.at]._replace(answer=answer)
        self._on()

    def _on(self) -> None:
        """Go to the next one that is undecided, or to the first of all."""
        following = self._other([*range(self.at + 1, len(self.items)), *range(len(self.items))])
        self.at = self.at if following is None else following

    def _decide_rest(self, answer: bool) -> None:
        for at in range(self.at, len(self.items)):
            if self.items[at].answer is None:
                self.items[at] = self.items[at]._replace(answer=answer)
        self._on()

    def _other(self, places: Iterable[int]) -> int | None:
        return next((at for at in places if self.items[at].answer is None), None)

    def _later(self) -> None:
        self.at = self._other(range(self.at + 1, len(self.items))) or self.at

    def _earlier(self) -> None:
        found = self._other(range(self.at - 1, -1, -1))
        self.at = self.at if found is None else found

    def _split(self) -> None:
        children = self.items[self.at].node.children
        self.items[self.at : self.at + 1] = [Item(child, is_whole=False) for child in children]
        self.console.say([f"Split into {len(children)} parts."])

    def _edit(self) -> None:
        found = self.editor.edited(self.pair, self.items[self.at].node, self.console)
        if found is not None:
            self._decide(found)

    def _go(self, rest: str) -> bool:
        if not rest:
            self.console.say(self._listed())
            rest = (self.console.ask("Go to which one? ") or "").strip()
        if not rest.isdecimal() or not 0 < int(rest) <= len(self.items):
            self.console.say([f"There is no number {rest!r}, only 1 to {len(self.items)}."])
            return False
        self.at = int(rest) - 1
        return True

    def _listed(self) -> Iterator[str]:
        for number, item in enumerate(self.items, 1):
            sign = "e" if isinstance(item.answer, Edit) else _SIGNS[item.answer]
            yield f"{sign} {number:2}: {safe(title(self.pair, item.node))}"

    def _search(self, rest: str) -> bool:
        pattern = rest or self.console.ask("Search for which regular expression? ") or ""
        try:
            regex = re.compile(pattern)
        except re.error as error:
            self.console.say([f"This is no regular expression: {error}"])
            return False
        for at in [*range(self.at + 1, len(self.items)), *range(self.at + 1)]:
            if any(regex.search(stripped(line)) for line in self.draw(self.items[at].node)):
                self.at = at
                return True
        self.console.say(["Nothing has that."])
        return False

    def _help(self) -> None:
        keys = self._keys()
        self.console.say(
            f"{key} - {what.format(verb=self.verb.name)}" for key, what in _KEYS.items() if key in keys
        )
