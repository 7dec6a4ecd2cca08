"""PAM: checking a password, opening and closing a room's session.

Each function runs in a short-lived child or in the room before it drops its rights, never in the zygote
itself: modules change the limits, the groups and the audit id of the process that they run in.
"""

from __future__ import annotations

from contextlib import suppress

import pamela

from nbhotel.errors import HotelError


def authenticate(username: str, password: str, service: str) -> bool:
    """Return whether the password is right and the account may be used now.

    Raise HotelError if PAM itself could not answer (no such service, a module that fails).
    """
    try:
        # Also where the name is unknown: PAM then takes as long as for a wrong password.
        pamela.authenticate(username, password, service=service, resetcred=0, check=True)
    except pamela.PAMError as error:
        if error.errno in _CANNOT_ANSWER:
            raise HotelError(f"PAM could not check the password: {error.message}") from None
        return False
    return True


#: PAM_OPEN_ERR, PAM_SYMBOL_ERR, PAM_SERVICE_ERR, PAM_SYSTEM_ERR, PAM_BUF_ERR, PAM_AUTHINFO_UNAVAIL, PAM_ABORT
_CANNOT_ANSWER = frozenset({1, 2, 3, 4, 5, 9, 26})


def load_modules(service: str) -> None:
    """Load the service's modules into this process for good, without running any: its children share them.

    A service that doesn't exist is no error here; a login will say so.
    """
    with suppress(pamela.PAMError):
        _LOADED.append(pamela.pam_start(service, "root"))


_LOADED: list[pamela.PamHandle] = []  # never ended: that would unload the modules


def open_session(username: str, service: str) -> dict[str, str]:
    """Open the session of the calling process and return the environment that PAM's modules ask for.

    Raise HotelError with PAM's own words if a module refuses.
    """
    handle = pamela.pam_start(service, username)
    try:
        pamela.PAM_SETCRED(handle, pamela.PAM_ESTABLISH_CRED)
        handle.open_session()
    except pamela.PAMError as error:
        raise HotelError(f"PAM opened no session for {username}: {error.message}") from None
    # The handle is not ended here: modules drop a session's resources with it.
    return {str(name): str(value) for name, value in handle.get_envlist().items()}


def close_session(username: str, service: str) -> None:
    """Close what `open_session` opened, from another process; its failure concerns nobody any more."""
    try:
        handle = pamela.pam_start(service, username)
        handle.close_session()
        pamela.PAM_SETCRED(handle, pamela.PAM_DELETE_CRED)
        pamela.pam_end(handle)
    except pamela.PAMError:
        return
