"""Shares in a real hotel, by the API with the guests' own tokens: what a visitor can do, and all he can't."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.hotel.conftest import needs_root
from tests.hotel.support import kill, wait_until
from tests.hotel.three import NOTEBOOK, Three

pytestmark = [pytest.mark.slow, needs_root]

NONE = "00000000-0000-0000-0000-000000000000"


def test_nothing_is_seen_before_it_is_shared(three: Three) -> None:
    with three.client(three.c) as guest:
        assert guest.get("/api/contents/work/shared.ipynb").status_code in (302, 403)
        assert guest.get("/lab").status_code in (302, 403)


def test_who_may_read_sees_that_file_and_nothing_else(three: Three) -> None:
    grant = three.share("work/shared.ipynb", "read", user=three.c.name)
    with three.client(three.c) as guest:
        notebook = guest.get("/api/contents/work/shared.ipynb").json()
        assert notebook["content"]["cells"][0]["id"] == "one"
        assert notebook["writable"] is False
        assert [each["path"] for each in guest.get("/api/contents").json()["content"]] == ["work"]
        assert [each["path"] for each in guest.get("/api/contents/work").json()["content"]] == [
            "work/shared.ipynb"
        ]
        assert guest.get("/lab/tree/work/shared.ipynb").status_code == 200
        told = guest.get("/nbhotel/api/guests/me", params={"path": "work/shared.ipynb"}).json()
        assert (told["visitor"], told["owner"], told["level"]) == (True, three.a.name, "read")
        assert guest.post("/api/sessions", json={**_SESSION, "kernel": "x"}).status_code == 403
        specs = guest.get("/api/kernelspecs").json()["kernelspecs"]
        assert [specs["python3"]["spec"][key] for key in ("argv", "env")] == [[], {}]
        for method, path, body in FORBIDDEN:
            answer = guest.request(method, path, json=body)
            assert answer.status_code in (403, 404), f"{method} {path}: {answer.status_code} {answer.text}"
        assert (
            guest.get(f"/api/kernels/{NONE}").json()["message"]
            == f"{three.a.name} has not shared that with you."
        )
    three.withdraw(grant)
    with three.client(three.c) as guest:
        assert guest.get("/api/contents/work/shared.ipynb").status_code in (302, 403)


_SESSION = {"path": "work/shared.ipynb", "name": "", "type": "notebook", "kernel": {"name": "python3"}}
FORBIDDEN: list[tuple[str, str, Any]] = [
    ("GET", "/api/contents/work/other.ipynb", None),
    ("GET", "/api/contents/work/../secret.txt", None),
    ("GET", "/api/contents/work%2F..%2Fsecret.txt", None),
    ("GET", "/api/contents/secret.txt", None),
    ("GET", "/files/secret.txt", None),
    ("GET", "/api/contents/folder", None),
    ("PUT", "/api/contents/work/shared.ipynb", {"type": "notebook", "format": "json", "content": NOTEBOOK}),
    ("PUT", "/api/contents/new.txt", {"type": "file", "format": "text", "content": "x"}),
    ("PATCH", "/api/contents/work/shared.ipynb", {"path": "work/moved.ipynb"}),
    ("DELETE", "/api/contents/work/shared.ipynb", None),
    ("POST", "/api/contents/work", {"copy_from": "/secret.txt"}),
    ("POST", "/api/contents/work/shared.ipynb/checkpoints", None),
    ("POST", "/api/contents/work/shared.ipynb/trust", None),
    ("POST", "/api/sessions", _SESSION),
    ("POST", "/api/kernels", {"name": "python3"}),
    ("POST", "/api/terminals", None),
    ("GET", "/api/terminals", None),
    ("GET", "/terminals/websocket/1", None),
    ("POST", "/api/shutdown", None),
    ("POST", "/api/events", {}),
    ("GET", "/nbconvert/html/work/shared.ipynb", None),
    ("GET", "/api/collaboration/room/JupyterLab:other", None),
    ("PUT", "/lab/api/settings/@jupyterlab/apputils-extension:themes", {"raw": "{}"}),
    ("GET", "/lab/api/listings/@jupyterlab/listings.json", None),
    ("GET", "/nbconvert/script/work/shared.ipynb", None),
    ("GET", "/metrics", None),
    ("GET", "/nbhotel/api/journal/runs", None),
    ("GET", "/nbhotel/api/transfer/landing?path=work/shared.ipynb", None),
    ("GET", "/nbhotel/api/guests", None),
    ("POST", "/nbhotel/api/guests", {"path": "secret.txt", "level": "read", "user": "nbadmin"}),
    ("PUT", "/api/collaboration/session/secret.txt", {"format": "text", "type": "file"}),
]


def test_no_page_has_the_rooms_own_token(three: Three) -> None:
    """Jupyter Server writes the token of its identity provider into pages, also of what is not there."""
    grant = three.share("work/shared.ipynb", "read", user=three.c.name)
    with three.client(three.c) as guest:
        for path in (
            *("/static/nope", "/lab/extensions/nope", "/kernelspecs/python3/nope", "/custom/nope"),
            *("/lab", "/lab/tree/work/shared.ipynb", "/files/work/shared.ipynb/nope", "/tree/x"),
        ):
            page = guest.get(path).text
            assert "data-jupyter-api-token" not in page, path
        config = json.loads(
            guest.get("/lab")
            .text.partition('id="jupyter-config-data" type="application/json">')[2]
            .partition("</script>")[0]
        )
        asked = httpx.get(
            f"{three.hotel.url}/hub/api/user", headers={"Authorization": f"token {config['token']}"}
        )
        assert asked.json()["name"] == three.c.name
        assert config["terminalsAvailable"] is False
    with three.client(three.a) as owner:
        assert '"terminalsAvailable": true' in owner.get("/lab").text
    three.withdraw(grant)


def test_the_owners_settings_and_open_files_are_not_told(three: Three) -> None:
    with three.client(three.a) as owner:
        plugin = "/lab/api/settings/@jupyterlab/notebook-extension:tracker"
        secret = json.dumps({"raw": '{"autoStartDefaultKernel": true}'})
        done = owner.put(plugin, content=secret)
        assert done.status_code == 204, done.text + three.hotel.logs()
        space = {"data": {"secret-layout": 1}, "metadata": {"id": "default"}}
        assert owner.put("/lab/api/workspaces/default", content=json.dumps(space)).status_code == 204
        session = {**_SESSION, "path": "work/other.ipynb"}
        made = owner.post("/api/sessions", json=session).json()
    grant = three.share("work/shared.ipynb", "read", user=three.c.name)
    with three.client(three.c) as guest:
        assert guest.get(plugin).json()["raw"] == "{}"
        assert 'autoStartDefaultKernel": true' not in guest.get("/lab/api/settings").text
        assert guest.put("/lab/api/workspaces/default", content=json.dumps(space)).status_code == 204
        assert guest.get("/lab/api/workspaces/default").json()["data"] == {}
        assert guest.get("/api/sessions").json() == guest.get("/api/kernels").json() == []
    with three.client(three.a) as owner:
        assert owner.get("/lab/api/workspaces/default").json()["data"] == {"secret-layout": 1}
        assert owner.delete(f"/api/sessions/{made['id']}").status_code == 204
    three.withdraw(grant)


def test_a_shared_folder_ends_at_its_links_and_hidden_files(three: Three) -> None:
    grant = three.share("folder", "edit", user=three.b.name)
    with three.client(three.b) as guest:
        assert guest.get("/api/contents/folder/sub/in.ipynb").status_code == 200
        for path in ("folder/out.txt", "folder/.hidden.ipynb"):
            assert guest.get(f"/api/contents/{path}").status_code == 403
            assert guest.get(f"/files/{path}").status_code == 403
        text = {"type": "file", "format": "text", "content": "by a guest"}
        assert guest.put("/api/contents/folder/sub/new.txt", json=text).status_code == 201
        assert guest.put("/api/contents/folder/out.txt", json=text).status_code == 403
        for address, body in (
            ("folder", b'{"copy_from": "/secret.txt"}'),
            ("folder", b'\x0b{"copy_from": "/secret.txt"}'),
            ("folder%2Fcheckpoints", b'{"copy_from": "/secret.txt"}'),
            ("folder/sub%2Fcheckpoints", b'{"copy_from": "/secret.txt"}'),
            ("folder", b"[]"),
        ):
            assert guest.post(f"/api/contents/{address}", content=body).status_code in (400, 403), (
                address,
                body,
            )
        assert guest.post("/api/contents/folder", json={"type": "notebook"}).status_code == 201
        assert guest.delete("/api/contents/folder/sub/new.txt").status_code == 403
    assert (three.a.home / "folder/sub/new.txt").read_text() == "by a guest"
    three.withdraw(grant)


def test_who_may_edit_runs_that_notebooks_kernel_and_no_other(three: Three) -> None:
    with three.client(three.a) as owner:
        other = owner.post("/api/sessions", json={**_SESSION, "path": "work/other.ipynb"}).json()
    grant = three.share("work/shared.ipynb", "edit", user=three.b.name)
    with three.client(three.b) as guest:
        own = guest.post("/api/sessions", json=_SESSION)
        assert own.status_code == 201, own.text
        kernel = own.json()["kernel"]["id"]
        assert [each["id"] for each in guest.get("/api/kernels").json()] == [kernel]
        assert guest.post(f"/api/kernels/{kernel}/interrupt").status_code == 204
        foreign = other["kernel"]["id"]
        assert guest.get(f"/api/kernels/{foreign}").status_code == 403
        assert guest.post(f"/api/kernels/{foreign}/interrupt").status_code == 403
        assert guest.post("/api/sessions", json={**_SESSION, "kernel": {"id": foreign}}).status_code == 403
        session = f"/api/sessions/{own.json()['id']}"
        assert guest.patch(session, json={"kernel": {"id": foreign}}).status_code == 403
        assert guest.patch(session, json={"path": "secret.txt"}).status_code == 403
        assert guest.get(f"/api/sessions/{other['id']}").status_code == 403
        assert guest.delete(session).status_code == 204
    three.withdraw(grant)
    with three.client(three.a) as owner:
        owner.delete(f"/api/sessions/{other['id']}")


def test_groups_renames_leaving_and_what_cannot_be_shared(three: Three) -> None:
    with three.with_token("nbadmin", "/hub/api/groups") as admin:
        assert admin.post("/class").status_code == 201
        assert admin.post("/class/users", json={"users": [three.c.name]}).status_code == 200
    grant = three.share("folder/sub/in.ipynb", "comment", group="class")
    hub = f"{three.hotel.url}/hub/api/nbhotel/shares"
    with three.client(three.c) as guest, three.client(three.a) as owner:
        assert guest.get("/api/contents/folder/sub/in.ipynb").status_code == 200
        renamed = owner.patch("/api/contents/folder/sub/in.ipynb", json={"path": "folder/sub/out.ipynb"})
        assert renamed.status_code == 200
        wait_until(lambda: guest.get("/api/contents/folder/sub/out.ipynb").status_code == 200)
        taken = guest.get(hub).json()["taken"]
        assert [(each["path"], each["level"], each["owner"]) for each in taken] == [
            ("folder/sub/out.ipynb", "comment", three.a.name)
        ]
        assert (
            guest.delete(f"{hub}/{grant['id']}").status_code == 404
        )  # a group's share is not one person's to leave
        _start_the_hub_again(three)
        assert guest.get("/api/contents/folder/sub/out.ipynb").status_code == 200
        with three.with_token("nbadmin", "/hub/api/groups") as admin:
            admin.request("DELETE", "/class/users", json={"users": [three.c.name]})
        wait_until(lambda: guest.get("/api/contents/folder/sub/out.ipynb").status_code != 200, seconds=12)
        for body, message in REFUSED:
            answer = owner.post("/nbhotel/api/guests", json=body)
            assert answer.status_code in (404, 422), answer.text
            assert message in answer.json()["message"]
        assert three.c.name in owner.get("/nbhotel/api/guests/people").json()["users"]
        assert owner.delete("/api/contents/folder/sub/out.ipynb").status_code == 204
        wait_until(lambda: not owner.get("/nbhotel/api/guests").json()["given"])
    own = three.share("work/shared.ipynb", "read", user=three.c.name)
    with three.client(three.c) as guest:
        assert guest.delete(f"{hub}/{own['id']}").status_code == 204
        assert guest.get(hub).json()["taken"] == []


def _start_the_hub_again(three: Three) -> None:
    before = three.hotel.pid("hub")
    kill(before)
    wait_until(lambda: three.hotel.status()["ready"] and three.hotel.pid("hub") != before, seconds=60)
    with three.client(three.c) as guest:  # a token that nobody has asked about before
        assert guest.get("/api/contents/folder/sub/out.ipynb").status_code == 200


REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"path": "work/shared.ipynb", "level": "read", "user": "nobody-here"},
        "There is no guest 'nobody-here'",
    ),
    ({"path": "work/shared.ipynb", "level": "read", "group": "none"}, "There is no group 'none'"),
    ({"path": "work/shared.ipynb", "level": "own", "group": "class"}, "no such level"),
    ({"path": "work/shared.ipynb", "level": "read"}, "Name one person or one group"),
    ({"path": "", "level": "read", "group": "class"}, "not everything"),
    ({"path": "folder/.hidden.ipynb", "level": "read", "group": "class"}, "hidden"),
    ({"path": "work/gone.ipynb", "level": "read", "group": "class"}, "is not there"),
]


def test_who_may_comment_does_so_and_no_more(three: Three) -> None:
    address = "/nbhotel/api/comments/work/shared.ipynb"
    with three.client(three.a) as owner, three.client(three.c) as guest:
        thread = owner.post(address, json={"text": "Look", "cell": "one"}).json()["thread"]
        three.share("work/shared.ipynb", "read", user=three.c.name)
        found = guest.get(address)
        assert found.json()["may_comment"] is False
        assert guest.post(address, json={"text": "No", "cell": "one"}).status_code == 403
        assert guest.patch(address, json={"thread": thread, "resolved": True}).status_code == 403
        grant = three.share("work/shared.ipynb", "comment", user=three.c.name)
        again = guest.get(address, headers={"If-None-Match": found.headers["ETag"]})
        assert again.json()["may_comment"] is True
        reply = guest.post(address, json={"text": "Yes", "thread": thread})
        assert reply.status_code == 201
        first = again.json()["threads"][0]["comments"][0]["id"]
        assert guest.delete(address, params={"comment": first}).status_code == 403
        for other in (
            "work/other.ipynb",
            "work/shared.ipynb/../other.ipynb",
            "work/shared.ipynb%2f..%2fother.ipynb",
        ):
            assert guest.get(f"/nbhotel/api/comments/{other}").status_code in (403, 404)
        assert owner.delete(address, params={"comment": reply.json()["comment"]}).status_code == 204
        three.withdraw(grant)
        assert guest.get(address).status_code in (302, 403)
