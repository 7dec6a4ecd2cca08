"""What is told of keys that both sides changed, in metadata above all."""

from __future__ import annotations

from collections.abc import Sequence

from nbhotel.merge.fields import Clash
from nbhotel.merge.markers import CONFLICTS_KEY
from nbhotel.merge.values import Conflict, Decision, Policy
from nbhotel.notebook.model import Json

#: Metadata that only says how a cell was last looked at or run: never worth a question.
_VOLATILE = {"autoscroll", "collapsed", "execution", "scrolled"}


def reported(clashes: Sequence[Clash], policy: Policy) -> tuple[list[Conflict], list[Decision]]:
    """Tell the clashes: as conflicts if that was asked for, else as decisions."""
    conflicts: list[Conflict] = []
    decisions: list[Decision] = []
    for clash in clashes:
        what = f"both sides changed {'.'.join(clash.path)}"
        if policy.metadata == "conflict" and _matters(clash):
            values = (clash.base, clash.local, clash.remote)
            conflicts.append(Conflict.of("metadata", what, clash.path, values))
        else:
            decisions.append(Decision(what, clash.chosen, path=clash.path))
    return conflicts, decisions


def recorded(fields: dict[str, Json], conflicts: Sequence[Conflict]) -> dict[str, Json]:
    """Keep all three values of conflicting metadata in the metadata itself, for a person to choose from."""
    metadata = fields.get("metadata")
    if not conflicts or not isinstance(metadata, dict):
        return fields
    values = {
        ".".join(each.path[1:]): {"base": each.base, "local": each.local, "remote": each.remote}
        for each in conflicts
    }
    return fields | {"metadata": metadata | {CONFLICTS_KEY: values}}


def _matters(clash: Clash) -> bool:
    return clash.path[0] == "metadata" and clash.chosen != "union" and not _VOLATILE & set(clash.path)
