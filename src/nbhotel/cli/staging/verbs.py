"""The three verbs as values: what they are called in sentences, and which side a choice goes to."""

from __future__ import annotations

from collections.abc import Collection

from nbhotel.git.staging.leaves import Edit, Leaf
from nbhotel.records import NamedTuple


class Verb(NamedTuple):
    """A verb. `takes_back`: what is chosen gets the old side, else the new one; `asks`: if it is meant."""

    name: str
    done: str
    where: str
    takes_back: bool
    asks: bool = False

    def question(self, what: str) -> str:
        """Return a question such as "Discard this cell from the worktree"."""
        return f"{self.name.capitalize()} {what}{self.where}"

    def taken(self, chosen: Collection[Leaf], leaves: Collection[Leaf]) -> frozenset[Leaf]:
        """Return the leaves whose new side the result has."""
        return frozenset(leaves) - frozenset(chosen) if self.takes_back else frozenset(chosen)


STAGE = Verb("stage", "staged", "", takes_back=False)
UNSTAGE = Verb("unstage", "unstaged", "", takes_back=True)
DISCARD = Verb("discard", "discarded", " from the worktree", takes_back=True, asks=True)


class Choice(NamedTuple):
    """What somebody chose of one notebook; `is_last`: they want to hear of no other."""

    leaves: frozenset[Leaf] = frozenset()
    edits: tuple[Edit, ...] = ()
    is_last: bool = False

    def __bool__(self) -> bool:
        """Whether anything was chosen."""
        return bool(self.leaves or self.edits)
