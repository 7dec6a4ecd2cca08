"""The gist's life from Lab's menu: a real Jupyter Server, a code host that holds to GitHub's description."""

from __future__ import annotations

import json

from tests.browser.lab import notebook
from tests.room.changes.asking import refusal
from tests.room.sharing.room import SECRET, Room
from tests.share.hosts.server import TOKEN, Fault


def with_output(source: str, text: str) -> str:
    whole = notebook(source)
    whole["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]
    return json.dumps(whole)


def test_made_updated_and_known(room: Room) -> None:
    folder = room.root / "life"
    folder.mkdir()
    (folder / "a.ipynb").write_text(with_output("x = 1", "seen"))
    (folder / "d.csv").write_text("1,2\n")
    (folder / "picture.png").write_bytes(b"\x89PNG\0")
    (folder / ".hidden").write_text("x")
    known = room.known("gist", "life/a.ipynb")
    assert known == {
        "host": {
            "name": room.github.address,
            "title": "GitHub",
            "pull": "pull request",
            "page": f"{room.github.address}/settings/tokens",
        },
        "word": "gist",
        "hidden": "",
        "gist": None,
        "beside": [{"name": "d.csv", "size": 4, "shared": False}],
    }
    made = room.share("gist", "life/a.ipynb", files=["life/d.csv"], outputs="strip")
    assert (made["state"], made["steps"]) == ("done", ["looked for secrets in 2 files", "made the gist"])
    gist = room.github.gists[made["result"]["address"].rsplit("/", 1)[1]]
    assert gist["public"] is made["result"]["public"] is False
    assert gist["description"] == "a.ipynb, d.csv"
    assert "seen" not in gist["files"]["a.ipynb"]["content"]
    assert "seen" in (folder / "a.ipynb").read_text()

    known = room.known("gist", "life/a.ipynb")
    assert known["gist"]["address"] == made["result"]["address"]
    assert known["beside"][0]["shared"] is True
    (folder / "a.ipynb").write_text(with_output("x = 2", "seen again"))
    updated = room.share("gist", "life/a.ipynb", update=True)
    assert updated["steps"][-1] == "updated the gist"
    assert updated["result"] == {**made["result"], "files": ["a.ipynb", "d.csv"]}
    assert "seen again" in gist["files"]["a.ipynb"]["content"]
    assert gist["description"] == "a.ipynb, d.csv"


def test_what_looks_secret_is_asked_about_and_only_what_was_shown_may_leave(room: Room) -> None:
    room.lab.write_notebook("s.ipynb", "x = 1", f"t = '{SECRET}'")
    before = len(room.github.asked)
    asks = room.share("gist", "s.ipynb", public=True)
    what = "cell 2: source, line 1: a GitHub token (ghp_…, 40 characters)"
    assert (asks["state"], asks["secrets"]) == ("asks", [{"path": "s.ipynb", "what": what}])
    assert len(room.github.asked) == before
    room.lab.write_notebook("s.ipynb", f"u = '{SECRET}'", f"t = '{SECRET}'")  # one more since then
    again = room.share("gist", "s.ipynb", public=True, allowed=asks["secrets"])
    assert len(again["secrets"]) == 2
    assert len(room.github.asked) == before
    done = room.share("gist", "s.ipynb", public=True, allowed=again["secrets"])
    assert done["result"]["public"] is True


def test_what_is_refused_says_what_to_do(room: Room) -> None:
    room.lab.write_notebook("r.ipynb", "1")
    problem = "github.com: there is no token for it"
    assert room.known("token", "", host="github.com")["problem"].startswith(problem)
    assert room.known("token", "")["source"] == "$GH_ENTERPRISE_TOKEN"
    assert room.refused("gist", "r.ipynb", host="github.com").startswith(problem)
    assert "no gist of it is known" in room.refused("gist", "r.ipynb", update=True)
    told = room.refused("gist", "r.ipynb", host="http://example.org")
    assert told == "Host: example.org is no host (such as git.example.org)"
    assert "there is no such file" in refusal(lambda: room.known("gist", "none.ipynb"))
    assert "is hidden" in refusal(lambda: room.known("gist", ".secret/a.ipynb"))
    assert "is not below" in room.refused("gist", "r.ipynb", files=["../home/.gitconfig"])
    assert room.refused("gist", "r.ipynb", outputs="some") == 'outputs: must be "keep" or "strip"'
    assert room.refused("gist", "r.ipynb", allowed=True).startswith("allowed: must be")
    assert room.refused("gist", "r.ipynb", public="no") == "public: must be true or false"
    room.github.faults.append(Fault(401, "Bad credentials", method="POST"))
    told = room.refused("gist", "r.ipynb")
    assert "$GH_ENTERPRISE_TOKEN is not accepted" in told
    assert TOKEN not in told
    gone = refusal(lambda: room.lab.ask(f"nbhotel/api/share/jobs/{'0' * 32}"))
    assert gone == "it is not known any more what came of this"


def test_a_gist_that_is_gone_is_told_in_the_menu_s_words(room: Room) -> None:
    room.lab.write_notebook("g.ipynb", "1")
    address = room.share("gist", "g.ipynb")["result"]["address"]
    del room.github.gists[address.rsplit("/", 1)[1]]
    told = room.refused("gist", "g.ipynb", update=True)
    assert told == f"{address}: the gist is gone (`Notebook as Gist…` makes a new one)"


def test_hosts_of_other_kinds(room: Room) -> None:
    room.lab.write_notebook("others/o.ipynb", "1")
    known = room.known("gist", "others/o.ipynb", host="gitlab.com")
    assert (known["host"]["title"], known["word"]) == ("GitLab", "snippet")
    assert known["hidden"] == "only you can read it"
    assert "has nothing like a gist" in refusal(
        lambda: room.known("gist", "others/o.ipynb", host="codeberg.org")
    )
    assert room.known("project", "others", host="codeberg.org")["host"]["title"] == "Gitea"


def test_a_limit_is_waited_out_and_told_and_the_server_answers_meanwhile(room: Room) -> None:
    room.lab.write_notebook("w.ipynb", "1")
    room.github.faults.append(Fault(429, "slow down", headers={"Retry-After": "2"}))
    job = room.start("gist", "w.ipynb")
    notes: set[str] = set()
    while (state := room.lab.ask(f"nbhotel/api/share/jobs/{job}"))["state"] == "running":
        if state["note"] and not any(notes):  # once: later it may be shared before it is refused
            assert "is being shared already" in room.refused("gist", "w.ipynb")
        notes.add(state["note"])
    assert state["result"]["address"]
    assert {"127.0.0.1 limits requests: goes on in 2 s", "127.0.0.1 limits requests: goes on in 1 s"} <= notes
