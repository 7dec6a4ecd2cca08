"""No passwords: for one person, or for people who trust each other, on their own machine."""

from __future__ import annotations

from typing import Any

from traitlets import default

from nbhotel.hotel.auth.guests import GuestList

# JupyterHub renders this text without escaping what it puts in.
_FORM = """
<form action="{{ authenticator_login_url | e }}" method="post">
  <div class="auth-form-header"><h1>Sign in</h1></div>
  <div class="auth-form-body m-auto">
    {% if login_error %}<p class="login_error">{{ login_error | e }}</p>{% endif %}
    <input type="hidden" name="_xsrf" value="{{ xsrf | e }}">
    <label for="username_input">Username:</label>
    <input id="username_input" class="form-control" type="text" name="username" value="{{ username | e }}"
           autocapitalize="off" autocorrect="off" autocomplete="username" required autofocus>
    <p>This hotel asks for no password.</p>
    <input id="login_submit" class="btn btn-jupyter form-control" type="submit" value="Sign in">
  </div>
</form>
"""


class OpenDoor(GuestList):
    """Lets in by name alone: with an empty `allow` everybody, else who stands in the guest book."""

    custom_html = _FORM

    @default("hotel_auth")
    def _hotel_auth(self) -> str:
        return "none"

    async def authenticate(self, _handler: Any, data: dict[str, str]) -> str | None:
        """Return the name that was given."""
        return data.get("username") or None
