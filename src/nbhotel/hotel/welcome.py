"""What `up` says when the hotel is open: where, how to log in, who may enter, where things are."""

from __future__ import annotations

import time

from nbhotel.errors import UsageError
from nbhotel.hotel.layout import Layout
from nbhotel.hotel.people import People
from nbhotel.hotel.proxy.bind import parse_bind
from nbhotel.hotel.settings import Settings


def welcome(layout: Layout, people: People, settings: Settings) -> str:
    """Return the lines to print; makes the first administrator's invitation if there is none yet."""
    url = parse_bind(settings.bind).url
    lines = [f"The hotel is open at {url}", *_login(layout, settings, url)]
    if not people.root:
        lines.append("All rooms run as you, on one system account: guests are not protected from each other.")
    lines += [f"State and logs: {layout.state} (`nbhotel logs`)", "To close it: `nbhotel down`"]
    return "\n".join(lines)


def _login(layout: Layout, settings: Settings, url: str) -> list[str]:
    if settings.auth == "builtin":
        return _invitation(layout, settings, url)
    if settings.auth == "none":
        return ["Anyone who reaches this address enters under any name, without a password."]
    kind = "name and password of this machine" if settings.auth == "pam" else f"by {settings.auth}"
    return [f"Log in: {kind}", *_who(layout, settings)]


def _who(layout: Layout, settings: Settings) -> list[str]:
    from nbhotel.hotel.auth.register import read_register

    register = read_register(layout)
    allowed = [name for name in (*settings.allow, *sorted(register.allow)) if name not in register.deny]
    if allowed:
        return [f"Who may enter: {', '.join(dict.fromkeys([*settings.admins, *allowed]))}"]
    hint = "let people in with `nbhotel users allow NAME` or `allow` in hotel.toml"
    if settings.admins:
        return [f"Only the admins may enter ({', '.join(settings.admins)}): {hint}"]
    return [f"Nobody may enter yet: {hint}"]


def _invitation(layout: Layout, settings: Settings, url: str) -> list[str]:
    from nbhotel.hotel.auth.invitations import first_admin_invitation

    try:
        token = first_admin_invitation(layout, settings, now=time.time())
    except UsageError as error:
        return [f"Nobody can make an account yet: {error}"]
    if token is None:
        return ["Log in: name and password of your account here (`nbhotel users invite` makes new ones)"]
    return [f"The first administrator makes an account here, once: {url}hub/invite/{token}"]
