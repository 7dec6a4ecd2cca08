"""From the setting `auth` to an authenticator with the guest book built in."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any

from jupyterhub.auth import Authenticator
from traitlets import List, Unicode

from nbhotel.errors import MissingPart
from nbhotel.hotel.auth.builtin import BuiltinAccounts
from nbhotel.hotel.auth.guests import GuestList
from nbhotel.hotel.auth.none import OpenDoor
from nbhotel.hotel.auth.pam import PAMviaZygote
from nbhotel.hotel.settings import Settings

_OWN: dict[str, type[GuestList]] = {"pam": PAMviaZygote, "builtin": BuiltinAccounts, "none": OpenDoor}


def authenticator_class(settings: Settings) -> type[GuestList]:
    """Return a subclass of the chosen authenticator that knows this hotel's guests.

    Raises MissingPart if `settings.auth` names an authenticator that is not installed.
    """
    chosen = _OWN.get(settings.auth) or _third_party(settings.auth)
    bases = (chosen,) if issubclass(chosen, GuestList) else (GuestList, chosen)
    # Defaults and not configuration: `[jupyterhub]` may still set what the authenticator calls by its name.
    traits = {
        "state_dir": Unicode(str(settings.state), config=True),
        "hotel_auth": Unicode(settings.auth, config=True),
        "hotel_allow": List(Unicode(), list(settings.allow), config=True),
        "hotel_admins": List(Unicode(), list(settings.admins), config=True),
    }
    return type(f"Hotel{chosen.__name__}", bases, {"__module__": __name__, **traits})


def _third_party(name: str) -> type[Any]:
    for entry in entry_points(group="jupyterhub.authenticators", name=name):
        loaded = entry.load()
        if isinstance(loaded, type) and issubclass(loaded, Authenticator):
            return loaded
    raise MissingPart(
        f"there is no authenticator {name!r}", where="auth", remedy=f"pip install what brings {name}"
    )
