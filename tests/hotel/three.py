"""Three guests of a hotel that lets them share: one with files in a room, and two others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.hotel.hotels import Hotel, needs_guests, open_hotel
from tests.hotel.support import SystemUser, short_folder, system_user

NOTEBOOK = {
    "cells": [
        {
            "cell_type": "code",
            "id": "one",
            "metadata": {},
            "source": "1",
            "outputs": [],
            "execution_count": None,
        }
    ],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


@dataclass(frozen=True)
class Three:
    """A hotel, its owner with a room, and two other guests."""

    hotel: Hotel
    a: SystemUser
    b: SystemUser
    c: SystemUser

    def client(self, who: SystemUser) -> httpx.Client:
        """Somebody with a token of his own, in the owner's room."""
        return self.with_token(who.name, f"/user/{self.a.name}")

    def with_token(self, name: str, path: str) -> httpx.Client:
        with self.hotel.api() as admin:
            made = admin.post(f"/hub/api/users/{name}/tokens", json={"note": "test"})
        headers = {"Authorization": f"token {made.json()['token']}"}
        return httpx.Client(base_url=f"{self.hotel.url}{path}", headers=headers, timeout=30)

    def share(self, path: str, level: str, **to: str) -> dict[str, Any]:
        """The owner shares, by what his page would send."""
        with self.client(self.a) as owner:
            made = owner.post("/nbhotel/api/guests", json={"path": path, "level": level, **to})
        assert made.status_code == 201, made.text
        return dict(made.json())

    def withdraw(self, *grants: dict[str, Any]) -> None:
        with self.client(self.a) as owner:
            for grant in grants:
                assert owner.delete(f"/nbhotel/api/guests/{grant['id']}").status_code == 204


@contextmanager
def three_guests() -> Iterator[Three]:
    with system_user() as a, system_user() as b, system_user() as c, short_folder() as folder:
        settings = {**needs_guests("nbadmin", a.name, b.name, c.name), "shares": True}
        _fill(a)
        with open_hotel(folder, settings, rooms={"together": True}) as hotel:
            hotel.open_room(a.name)
            with hotel.api() as api:
                for guest in (b, c):
                    api.post(f"/hub/api/users/{guest.name}")
            yield Three(hotel, a, b, c)


def _fill(owner: SystemUser) -> None:
    for name in ("work/shared.ipynb", "work/other.ipynb", "folder/sub/in.ipynb", "folder/.hidden.ipynb"):
        path = owner.home / name
        owner.run("mkdir", "-p", str(path.parent), check=True)
        owner.run("tee", str(path), text=json.dumps(NOTEBOOK), check=True)
    owner.run("tee", str(owner.home / "secret.txt"), text="secret", check=True)
    owner.run("ln", "-s", "../secret.txt", str(owner.home / "folder" / "out.txt"), check=True)
