"""`nbhotel vault gc`: sweep the vault, by hand or in the background."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbhotel.cli.progress import Progress
from nbhotel.cli.vaults import Place, print_none_yet
from nbhotel.errors import VaultError
from nbhotel.git.vault import schedule
from nbhotel.records import NamedTuple
from nbhotel.render.terminal.sizes import in_bytes

if TYPE_CHECKING:
    from collections.abc import Collection

    from nbhotel.git.vault.care import Swept, Tell
    from nbhotel.git.vault.use import InUse

_NICE = 10


class Wishes(NamedTuple):
    """What the options say; None: as configured."""

    size: int | None = None
    age: float | None = None
    dry_run: bool = False
    as_json: bool = False


def sweep(place: Place, wishes: Wishes) -> int:
    """Sweep now, and tell what was done."""
    if not place.exists:
        return print_none_yet(place)
    with schedule.only_one(place.file) as alone:
        if not alone:
            raise VaultError("is being swept already", where=place.file, remedy="wait until that is done")
        with Progress() as tell:
            swept = _swept(place, wishes, tell)
    _print(swept, wishes)
    return 0


def sweep_quietly(place: Place) -> int:
    """Sweep if it is due, wanted, and nobody else does it."""
    os.nice(_NICE)
    bounds = place.bounds()
    if not place.exists:
        return 0
    with schedule.only_one(place.file) as alone:
        if alone and schedule.is_due(place.file):
            schedule.note(place.file, bounds.size)  # if it fails, it fails once a day
            if bounds.auto:
                _swept(place, Wishes(), lambda *_: None)
    return 0


def rebuild(place: Place, *, as_json: bool) -> int:
    """Put the vault aside, with all that can be read of it saved to a new one."""
    from nbhotel.git.vault.rebuild import rebuild

    if not place.exists:
        return print_none_yet(place)
    with schedule.only_one(place.file) as alone:
        if not alone:
            raise VaultError("is being swept already", where=place.file, remedy="wait until that is done")
        done = rebuild(place.file)
    if as_json:
        import json

        print(json.dumps(done._asdict()))
        return 0
    print(f"saved {done.saved} originals; the old vault is {done.aside}")
    if done.lost:
        print(f"nbhotel: {done.lost} originals could not be read", file=sys.stderr)
    return 0


def _swept(place: Place, wishes: Wishes, tell: Tell) -> Swept:
    from nbhotel.git.vault.care import sweep
    from nbhotel.git.vault.store import Vault
    from nbhotel.git.vault.use import in_use

    bounds = place.bounds()
    size = bounds.size if wishes.size is None else wishes.size
    age = bounds.age if wishes.age is None else wishes.age

    def use_of(known: Collection[str]) -> InUse:
        looked = lambda done, of: tell("looking at worktrees", done, of)  # noqa: E731
        return in_use(place.common, place.git.environment, known, looked)

    with Vault(place.file) as vault:
        swept = sweep(vault, use_of, tell, size=size, age=age, dry_run=wishes.dry_run)
    if not wishes.dry_run:
        schedule.note(place.file, bounds.size)
    return swept


def _print(swept: Swept, wishes: Wishes) -> None:
    if wishes.as_json:
        import json

        print(json.dumps(swept._asdict() | {"dry_run": wishes.dry_run}))
        return
    does, first, then = ("would forget", "now", "then") if wishes.dry_run else ("forgot", "before", "now")
    before, after = in_bytes(swept.before), in_bytes(swept.after)
    print(
        f"{does} {swept.forgotten} of {swept.originals} originals; stored: {before} {first}, {after} {then}"
    )
