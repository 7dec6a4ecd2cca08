"""Comments by several people, asked of a real Jupyter Server."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from tests.browser.lab import Lab
from tests.room.comments.people import Guest


def begun(guest: Guest, notebook: str, text: str, cell: str = "cell-0", **more: Any) -> int:
    thread: int = guest.comment("POST", notebook, {"text": text, "cell": cell, **more})["thread"]
    return thread


def test_a_discussion(lab: Lab, notebook: str, owner: Guest, ben: Guest) -> None:
    before = (lab.root / notebook.replace("%20", " ")).read_bytes()
    thread = begun(ben, notebook, "Why **one**?", excerpt="x = 1")
    owner.comment("POST", notebook, {"thread": thread, "text": "Because."})
    begun(ben, notebook, "Nice", cell="")

    first, second = owner.threads(notebook)
    assert (first["cell"], first["excerpt"], first["resolved"]) == ("cell-0", "x = 1", None)
    said = [
        (each["author"], each["text"], each["edited"], each["may_edit"], each["may_delete"])
        for each in first["comments"]
    ]
    assert said == [
        ({"username": "ben", "name": "Ben"}, "Why **one**?", None, False, True),
        ({"username": "owner", "name": "Owner"}, "Because.", None, True, True),
    ]
    assert [each["may_delete"] for each in ben.threads(notebook)[0]["comments"]] == [True, False]
    assert (second["cell"], second["comments"][0]["text"]) == ("", "Nice")

    ben.comment("PATCH", notebook, {"thread": thread, "resolved": True})
    resolved = owner.threads(notebook)[0]
    assert resolved["resolver"] == {"username": "ben", "name": "Ben"}
    assert resolved["resolved"] >= resolved["comments"][0]["written"]
    owner.comment("PATCH", notebook, {"thread": thread, "resolved": False})
    assert owner.threads(notebook)[0]["resolver"] is None
    assert (lab.root / notebook.replace("%20", " ")).read_bytes() == before


def test_only_ones_own_is_edited_and_the_owner_deletes_any(notebook: str, owner: Guest, ben: Guest) -> None:
    thread = begun(ben, notebook, "Frist")
    mine = owner.comment("POST", notebook, {"thread": thread, "text": "You mean first"})["comment"]
    first = ben.threads(notebook)[0]["comments"][0]["id"]
    ben.comment("PATCH", notebook, {"comment": first, "text": "First"})
    assert ben.threads(notebook)[0]["comments"][0]["edited"] is not None
    status, said = owner.refused("PATCH", notebook, {"comment": first, "text": "Last"})
    assert (status, "somebody else" in said) == (403, True)
    assert ben.refused("DELETE", notebook, query=f"?comment={mine}")[0] == 403
    assert owner.texts(notebook) == [["First", "You mean first"]]

    owner.comment("DELETE", notebook, query=f"?comment={first}")
    assert owner.texts(notebook) == [["You mean first"]]
    owner.comment("DELETE", notebook, query=f"?comment={mine}")
    assert owner.threads(notebook) == []
    assert ben.refused("POST", notebook, {"thread": thread, "text": "Hello?"})[0] == 404


def test_who_may_read_may_not_write_and_is_told(notebook: str, owner: Guest, reader: Guest) -> None:
    thread = begun(owner, notebook, "Only look")
    assert reader.comment("GET", notebook)["may_comment"] is False
    assert owner.comment("GET", notebook)["may_comment"] is True
    assert reader.texts(notebook) == [["Only look"]]
    assert reader.refused("POST", notebook, {"text": "But"})[0] == 403
    assert reader.refused("PATCH", notebook, {"thread": thread, "resolved": True})[0] == 403
    assert reader.refused("DELETE", notebook, query="?comment=1")[0] == 403


def test_a_version_saves_answers(notebook: str, owner: Guest, ben: Guest) -> None:
    address = f"nbhotel/api/comments/{notebook}"

    def asked(tag: str) -> tuple[int, str]:
        status, _, headers = ben.ask("GET", address, **{"If-None-Match": tag})
        return status, headers["Etag"] if status == 200 else tag

    status, nothing = asked("")
    assert asked(nothing) == (304, nothing)
    thread = begun(owner, notebook, "Something")
    status, tag = asked(nothing)
    assert (status, tag != nothing, asked(tag)) == (200, True, (304, tag))
    for body in ({"thread": thread, "resolved": True}, {"thread": thread, "resolved": False}):
        owner.comment("PATCH", notebook, body)
        status, newer = asked(tag)
        assert (status, newer != tag) == (200, True)
        tag = newer


def test_an_open_page_does_not_keep_a_server_busy(notebook: str, owner: Guest) -> None:
    def last_activity() -> str:
        return str(owner.ask("GET", "api/status")[1]["last_activity"])

    before = last_activity()
    owner.threads(notebook)
    assert last_activity() == before
    begun(owner, notebook, "Somebody is there")
    assert last_activity() != before


def test_an_address_names_the_notebook_and_nothing_else_does(
    lab: Lab, notebook: str, owner: Guest, ben: Guest
) -> None:
    lab.write_notebook("another.ipynb", "z = 3")
    thread = begun(owner, "another.ipynb", "A secret")
    comment = owner.threads("another.ipynb")[0]["comments"][0]["id"]
    begun(ben, notebook, "Mine")
    assert (
        ben.refused("POST", notebook, {"thread": thread, "text": "There", "path": "another.ipynb"})[0] == 404
    )
    assert ben.refused("PATCH", notebook, {"thread": thread, "resolved": True})[0] == 404
    assert ben.refused("PATCH", notebook, {"comment": comment, "text": "Changed"})[0] == 404
    assert owner.refused("DELETE", notebook, query=f"?comment={comment}")[0] == 404
    assert owner.texts("another.ipynb") == [["A secret"]]
    folder = notebook.split("/", maxsplit=1)[0]
    for way in (f"{folder}/%2e%2e/another.ipynb", f"{folder}%2f..%2fanother.ipynb", "%2f/another.ipynb"):
        assert ben.refused("GET", way)[0] == 404, way


def test_what_is_not_there_is_said(lab: Lab, notebook: str, owner: Guest) -> None:
    new: dict[str, Any] = {"text": "Text"}
    assert owner.threads("gone.ipynb") == []
    assert "there is no such notebook" in owner.refused("POST", "gone.ipynb", new)[1]
    lab.write_notebook(".hidden.ipynb", "x")
    assert "is hidden" in owner.refused("POST", ".hidden.ipynb", new)[1]
    (lab.root / "link.ipynb").symlink_to(lab.home / "server.log")
    assert "is not below" in owner.refused("POST", "link.ipynb", new)[1]
    assert "nobody has commented" in owner.refused("POST", notebook, {**new, "thread": 1})[1]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ([], "a JSON object"),
        ({}, "text: must be"),
        ({"text": 3}, "text: must be"),
        ({"text": " \n"}, "needs a text"),
        ({"text": "é" * 5_001}, "10,002 bytes, and 10,000 is the limit"),
        ({"text": "Text", "cell": "a/b"}, "cell: must be"),
        ({"text": "Text", "thread": True}, "thread: must be"),
        ({"text": "Text", "thread": 2**60}, "thread: must be"),
    ],
)
def test_bad_input_is_refused(notebook: str, owner: Guest, body: object, what: str) -> None:
    status, said = owner.refused("POST", notebook, body)
    assert status in {400, 422}
    assert what in said
    assert owner.threads(notebook) == []


def test_a_lone_surrogate_does_no_harm(notebook: str, owner: Guest) -> None:
    begun(owner, notebook, "half \ud83d", excerpt="\udc00")
    assert owner.texts(notebook) == [["half ?"]]


def test_cells_without_ids_get_no_comments(lab: Lab, owner: Guest) -> None:
    old: dict[str, Any] = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (lab.root / "old.ipynb").write_text(json.dumps(old))
    status, said = owner.refused("POST", "old.ipynb", {"text": "Text", "cell": "abc"})
    assert (status, "has no ids for cells" in said) == (422, True)
    begun(owner, "old.ipynb", "Old", cell="")
    (lab.root / "broken.ipynb").write_text("{")
    assert (
        "can't be read as a notebook" in owner.refused("POST", "broken.ipynb", {"text": "T", "cell": "c"})[1]
    )


def test_comments_follow_their_notebook(lab: Lab, notebook: str, owner: Guest) -> None:
    begun(owner, notebook, "Follow me")
    folder = notebook.split("/", maxsplit=1)[0]
    for old, new in ((notebook, f"{folder}/b.ipynb"), (folder, f"{folder}-moved")):
        status, _, _ = owner.ask("PATCH", f"api/contents/{old}", {"path": new})
        assert status == 200
    assert owner.texts(f"{folder}-moved/b.ipynb") == [["Follow me"]]
    assert owner.threads(notebook) == []
    owner.ask("DELETE", f"api/contents/{folder}-moved/b.ipynb")
    lab.write_notebook(f"{folder}-moved/b.ipynb", "anew")
    assert owner.threads(f"{folder}-moved/b.ipynb") == []


def test_many_at_once_lose_nothing(notebook: str, owner: Guest, ben: Guest) -> None:
    thread = begun(owner, notebook, "Begin")

    def answer(number: int) -> None:
        guest = (owner, ben)[number % 2]
        guest.comment("POST", notebook, {"thread": thread, "text": f"reply {number}"})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(answer, range(40)))
    [texts] = owner.texts(notebook)
    assert sorted(texts[1:]) == sorted(f"reply {number}" for number in range(40))


def test_the_database_is_its_owners_alone(lab: Lab, notebook: str, owner: Guest) -> None:
    begun(owner, notebook, "Text")
    file = lab.home / ".local/share/nbhotel/comments.sqlite"
    assert file.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
