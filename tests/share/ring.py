"""A keyring that is there, for tests in one process."""

from __future__ import annotations

from keyring.backend import KeyringBackend


class Kept(KeyringBackend):
    """Keeps passwords while it lives."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.passwords: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        self.passwords[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.passwords.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        del self.passwords[service, username]
