"""Who may enter the hotel, and how they prove who they are (docs/design/auth.md).

::

    names         what a guest's name may be, and how the system spells it
    hubfolder     the hub's folder, for the hub and for the command line
    register      guests.json: what `nbhotel users` and invitations wrote
    book          the guest book: settings and register together say who enters
    invitations   one-time links to a built-in account
    guests        the guest book as a mixin of JupyterHub's authenticators
    pam, builtin, none   our three authenticators

The modules up to `invitations` import nothing of JupyterHub, so that the command line stays quick.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbhotel.hotel.settings import Settings

__all__ = ["authenticator_class", "template_paths"]


def authenticator_class(settings: Settings) -> type[Any]:
    """Return the `jupyterhub.auth.Authenticator` of these settings, with the guest book built in.

    Raises MissingPart if `settings.auth` names an authenticator that is not installed.
    """
    from nbhotel.hotel.auth.choice import authenticator_class  # it imports JupyterHub, which takes a second

    return authenticator_class(settings)


def template_paths() -> list[str]:
    """Return the folders with our pages, for `JupyterHub.template_paths`."""
    return [str(Path(__file__).parent / "templates")]
