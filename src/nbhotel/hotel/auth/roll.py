"""Everybody whom the hotel knows of, and how they may enter: what `nbhotel users list` shows."""

from __future__ import annotations

import grp
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from nbhotel.hotel.auth.book import Rules
from nbhotel.hotel.auth.invitations import Invitation
from nbhotel.hotel.auth.names import name_problem, normalizer
from nbhotel.hotel.auth.register import Register
from nbhotel.hotel.settings import Settings


@dataclass(frozen=True, slots=True)
class Guest:
    """One person.

    `ways` are those of `Rules.ways`, with "invitation" for one who was invited and has not come yet.
    `rooms` are the names of the running rooms ("" is the default one), None if the hub is not to be asked;
    `last_activity` is an ISO 8601 time in UTC, None if there was none or it is not known.
    """

    name: str
    admin: bool
    allowed: bool
    denied: bool
    ways: tuple[str, ...]
    rooms: tuple[str, ...] | None
    last_activity: str | None


def rules_of(settings: Settings, register: Register) -> Rules:
    """Return the rules that the hub applies for these settings and this register."""
    return Rules(settings.auth, settings.allow, settings.admins, register, normalizer(settings.auth))


def call_the_roll(
    rules: Rules, invitations: Iterable[Invitation], users: Iterable[dict[str, Any]] | None
) -> list[Guest]:
    """Return everybody known by the rules, the invitations and the hub, by name.

    `users` are the hub's own models of its users, None if it does not run. Members of a Unix group are
    those that the group itself lists (`/etc/group`), and those that have been here.
    """
    models = {model["name"]: model for model in users or ()}
    invited = {invitation.name for invitation in invitations if invitation.name}
    names = {*models, *invited, *_listed(rules)}
    return [_guest(name, rules, name in invited, models, running=users is not None) for name in sorted(names)]


def _guest(
    name: str, rules: Rules, invited: bool, models: dict[str, dict[str, Any]], *, running: bool
) -> Guest:
    model = models.get(name, {})
    rooms = tuple(sorted(name for name, room in model.get("servers", {}).items() if not room.get("stopped")))
    return Guest(
        name=name,
        admin=rules.is_admin(name),
        allowed=rules.allows(name),
        denied=rules.denies(name),
        ways=(*dict.fromkeys(rules.ways(name)), *(["invitation"] if invited else [])),
        rooms=rooms if running else None,
        last_activity=model.get("last_activity"),
    )


def _listed(rules: Rules) -> Iterator[str]:
    register = rules.register
    yield from rules.admin_names()
    yield from register.accounts
    for entry in {*rules.allow, *register.allow, *register.deny}:
        if entry.startswith("@"):
            yield from _members(entry[1:]) if rules.auth != "builtin" else ()
        elif name_problem(entry) is None:
            yield rules.normalize(entry)


def _members(group: str) -> list[str]:
    try:
        return grp.getgrnam(group).gr_mem
    except (KeyError, ValueError):
        return []
