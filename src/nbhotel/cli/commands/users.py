"""`nbhotel users`: who may enter, while the hotel runs and while it doesn't."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

from nbhotel.cli.options import add_settings_options, load
from nbhotel.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from nbhotel.hotel.auth.roll import Guest
    from nbhotel.hotel.hubapi import HubApi
    from nbhotel.hotel.layout import Layout
    from nbhotel.hotel.settings import Settings

SUMMARY = "show, allow, deny and invite guests"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel users`."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    texts = {
        "list": "show everybody whom the hotel knows, and how they may enter",
        "allow": "let guests in, besides those of the settings",
        "deny": "let guests in no more: log them out and stop their rooms at once",
        "invite": "print a one-time link to a built-in account",
    }
    verbs = {
        name: actions.add_parser(name, help=text, description=text, allow_abbrev=False)
        for name, text in texts.items()
    }
    verbs["list"].add_argument("--json", action="store_true", help="print JSON")
    for name in ("allow", "deny"):
        verbs[name].add_argument("names", metavar="NAME", nargs="+", help="a guest's name, or @group")
    invite = verbs["invite"]
    invite.add_argument(
        "name", metavar="NAME", nargs="?", help="the account's name (default: the guest chooses)"
    )
    invite.add_argument("--admin", action="store_true", help="make the guest an administrator")
    invite.add_argument(
        "--expires", metavar="TIME", default="7d", help="how long the link holds (default: 7d)"
    )
    for verb in verbs.values():
        add_settings_options(verb)


def run(args: argparse.Namespace) -> int:
    """Do what the action says."""
    from nbhotel.hotel.layout import Layout

    settings = load(args).settings
    layout = Layout(settings.state)
    hub = _running_hub(layout)
    if hub is not None:
        from nbhotel.hotel.settings import read_resolved

        settings = read_resolved(
            layout.settings_file
        )  # what `up` was told counts, not what a file says by now
    if args.action == "list":
        return _list(settings, layout, hub, as_json=args.json)
    if args.action == "invite":
        return _invite(settings, layout, args.name, admin=args.admin, expires=args.expires)
    return _change(settings, layout, hub, args.names, deny=args.action == "deny")


def _running_hub(layout: Layout) -> HubApi | None:
    from nbhotel.hotel.hubapi import HubApi, HubAway

    try:
        hub = HubApi.of(layout)
        hub.get("/")
    except HubAway:
        return None
    return hub


def _list(settings: Settings, layout: Layout, hub: HubApi | None, *, as_json: bool) -> int:
    from dataclasses import asdict

    from nbhotel.hotel.auth.invitations import open_invitations
    from nbhotel.hotel.auth.register import read_register
    from nbhotel.hotel.auth.roll import call_the_roll, rules_of

    invitations = open_invitations(layout, now=time.time()) if settings.auth == "builtin" else []
    rules = rules_of(settings, read_register(layout))
    guests = call_the_roll(rules, invitations, hub.users() if hub else None)
    if as_json:
        document = {"guests": [*map(asdict, guests)], "invitations": [*map(asdict, invitations)]}
        print(json.dumps(document, indent=2, ensure_ascii=False))
        return 0
    _print_table(("NAME", "ADMIN", "ENTERS BY", "ROOMS", "LAST ACTIVITY"), [*map(_row, guests)])
    nameless = sum(invitation.name is None for invitation in invitations)
    if nameless:
        print(f"Invitations that wait for guests to choose a name: {nameless}")
    if not any(guest.allowed for guest in guests) and settings.auth != "none":
        print(
            "Nobody may enter: set `allow` or `admins`, or see `nbhotel users allow --help`.", file=sys.stderr
        )
    return 0


def _row(guest: Guest) -> tuple[str, ...]:
    ways = "denied" if guest.denied else ", ".join(guest.ways) or "may not enter"
    names = ["(default)" if name == "" else name for name in guest.rooms or ()]
    rooms = "not known" if guest.rooms is None else ", ".join(names) or "none"
    activity = (guest.last_activity or "").partition(".")[0].replace("T", " ").removesuffix("Z")
    return guest.name, "yes" if guest.admin else "no", ways, rooms, f"{activity} UTC" if activity else "-"


def _print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _invite(settings: Settings, layout: Layout, name: str | None, *, admin: bool, expires: str) -> int:
    from nbhotel.hotel.auth.invitations import checked_account_name, create_invitation
    from nbhotel.hotel.auth.register import read_register
    from nbhotel.hotel.auth.roll import rules_of
    from nbhotel.hotel.proxy.bind import parse_bind

    if settings.auth != "builtin":
        what = f'invitations are for built-in accounts, and auth is "{settings.auth}"'
        raise UsageError(what, remedy="nbhotel users allow NAME")
    if name is not None and rules_of(settings, read_register(layout)).denies(checked_account_name(name)):
        raise UsageError(f"{name} is denied", remedy=f"nbhotel users allow {name}")
    lifetime = _seconds(expires)
    token = create_invitation(layout, name, admin=admin, lifetime=lifetime, now=time.time())
    print(f"{parse_bind(settings.bind).url}hub/invite/{token}")
    end = time.strftime("%Y-%m-%d %H:%M", time.localtime(time.time() + lifetime))
    print(f"The link works once, until {end}.", file=sys.stderr)
    return 0


def _seconds(text: str) -> int:
    from nbhotel.hotel.settings.units import parse_duration

    try:
        seconds = parse_duration(text)
    except ValueError:
        seconds = 0
    if seconds <= 0:
        raise UsageError(f"{text!r} is no time", where="--expires", remedy="such as 12h or 7d")
    return seconds


def _change(
    settings: Settings, layout: Layout, hub: HubApi | None, names: Sequence[str], *, deny: bool
) -> int:
    from nbhotel.hotel.auth.names import checked_entry, normalizer
    from nbhotel.hotel.auth.register import Register, change_register

    spell = normalizer(settings.auth)
    entries = [e if e.startswith("@") else spell(e) for e in map(checked_entry, names)]
    change = Register.denying if deny else Register.allowing
    register = change_register(layout, lambda register: change(register, *entries))
    for entry in entries:
        print(f"{entry} {'is denied' if deny else 'may enter'}")
        if not deny:
            _warn(settings, entry, has_account=entry in register.accounts)
    if deny:
        _turn_out(hub, entries)
    return 0


def _warn(settings: Settings, entry: str, *, has_account: bool) -> None:
    """Say what else is needed before the guest can enter."""
    from nbhotel.hotel.auth.names import group_exists, login_exists

    text = ""
    if entry.startswith("@"):
        if settings.auth == "builtin":
            text = "built-in accounts are in no Unix group, so this lets nobody in"
        elif not group_exists(entry[1:]):
            text = "there is no such Unix group at the moment"
    elif settings.auth == "builtin" and not has_account:
        text = f"there is no such account yet: nbhotel users invite {entry}"
    elif settings.auth == "pam" and not login_exists(entry):
        text = "there is no such system account at the moment"
    elif settings.auth == "none" and not settings.allow:
        text = "so may everybody, while `allow` of the settings is empty"
    if text:
        print(f"{entry}: {text}", file=sys.stderr)


def _turn_out(hub: HubApi | None, entries: Sequence[str]) -> None:
    if hub is None:
        text = "The hub is not running: rooms that still do are stopped when it starts."
        print(text, file=sys.stderr)
        return
    for turned_out in hub.post("/nbhotel/enforce"):
        # The hub tells of everybody who is denied, also of those who were out long before.
        if turned_out["name"] in entries or turned_out["tokens"] or turned_out["running"]:
            print(_what_ended(turned_out))


def _what_ended(turned_out: dict[str, Any]) -> str:
    def spelt(names: Sequence[str]) -> str:
        return ", ".join(name or "(default)" for name in names)

    text = f"{turned_out['name']} is logged out"
    if turned_out["stopped"]:
        text += f"; rooms stopped: {spelt(turned_out['stopped'])}"
    if turned_out["running"]:
        text += f"; rooms that could not be stopped: {spelt(turned_out['running'])}"
    return text
