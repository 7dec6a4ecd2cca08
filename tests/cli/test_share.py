"""`nbhotel share gist` against a server that holds requests to GitHub's description of its API."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.cli.repositories import notebook
from tests.cli.sharing import OUTPUT, Here, at_terminal
from tests.share.hosts.server import TOKEN, Fault, GitHubServer, open_github

pytestmark = pytest.mark.slow

SECRET = "ghp_" + "aB3" * 12


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    with open_github() as server:
        yield server


@pytest.fixture
def here(tmp_path: Path, github: GitHubServer) -> Iterator[Here]:
    yield Here(tmp_path, github.address)
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes(), path


def test_a_gist_s_life(here, github):
    made = here.gist("a.ipynb", "d.csv")
    assert (made.returncode, made.stderr) == (0, "")
    (gist,) = github.gists.values()
    assert made.stdout == f"{gist['html_url']}\n"
    assert (gist["public"], gist["description"]) == (False, "a.ipynb, d.csv")
    assert gist["files"]["a.ipynb"]["content"] == (here.folder / "a.ipynb").read_text()
    here.write("a.ipynb", notebook("x = 2", **OUTPUT))
    updated = here.gist("a.ipynb", "--update", "--outputs=strip", "--json")
    assert json.loads(updated.stdout) == {
        "host": github.address,
        "id": gist["id"],
        "address": gist["html_url"],
        "public": False,
        "files": ["a.ipynb", "d.csv"],
        "done": "updated",
    }
    assert "x = 2" in gist["files"]["a.ipynb"]["content"]
    assert "seen" not in gist["files"]["a.ipynb"]["content"]
    assert "seen" in (here.folder / "a.ipynb").read_text()
    again = here.gist("a.ipynb", "--public", "--description=Again")
    assert again.stderr == (
        f"nbhotel: there is an earlier one, which --update would have changed: {gist['html_url']}\n"
    )
    assert [(each["public"], each["description"]) for each in github.gists.values()][1] == (True, "Again")
    status = ["git", "status", "--porcelain", "--untracked-files=all"]
    untracked = subprocess.run(status, cwd=here.folder, capture_output=True, text=True, check=True).stdout
    assert untracked == "?? a.ipynb\n?? d.csv\n"


def read_back(github: GitHubServer, address: str) -> dict[str, str]:
    """What the host has of a gist, asked for as anybody may ask who has a token: name -> text."""
    known = address.strip().rpartition("/")[2]
    request = Request(
        f"{github.address}{github.base}/gists/{known}", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    with urlopen(request) as answer:
        return {name: file["content"] for name, file in json.load(answer)["files"].items()}


def test_a_gist_is_made_updated_in_place_and_read_back(here, github):
    here.write("a.ipynb", notebook("x = 1", "x", **OUTPUT))
    made = here.gist("a.ipynb", "d.csv")
    kept = read_back(github, made.stdout)
    assert kept == {name: (here.folder / name).read_text() for name in ("a.ipynb", "d.csv")}
    assert [cell["outputs"] for cell in json.loads(kept["a.ipynb"])["cells"]] == [OUTPUT["outputs"]] * 2

    ours = json.loads(here.write("a.ipynb", notebook("x = 2", "y", **OUTPUT)).read_text())
    updated = here.gist("a.ipynb", "--update", "--outputs=strip")
    assert updated.stdout == made.stdout
    stripped = read_back(github, made.stdout)
    assert stripped["d.csv"] == kept["d.csv"]
    theirs = json.loads(stripped["a.ipynb"])
    without = [{**cell, "outputs": [], "execution_count": None} for cell in ours["cells"]]
    assert theirs == {**ours, "cells": without}
    assert ours == json.loads((here.folder / "a.ipynb").read_text())

    assert here.gist("a.ipynb", "--update").stdout == made.stdout
    assert read_back(github, made.stdout)["a.ipynb"] == (here.folder / "a.ipynb").read_text()
    assert [asked.split()[0] for asked in github.asked] == ["POST", "GET", "PATCH", "GET", "PATCH", "GET"]
    assert len(github.gists) == 1


def test_an_update_of_what_was_not_shared_and_of_what_is_gone(here, github):
    record = here.folder / ".git" / "nbhotel" / "shared.json"
    assert here.refused("gist", "a.ipynb", "--update") == (
        f"a.ipynb: no gist of it is known in {record}, so there is nothing to update "
        "(without --update one is made)"
    )
    assert github.asked == []
    here.gist("a.ipynb")
    ((_, gist),) = github.gists.items()
    github.gists.clear()
    assert here.refused("gist", "a.ipynb", "--update") == (
        f"{gist['html_url']}: the gist is gone (without --update a new one is made)"
    )
    assert here.gist("a.ipynb").returncode == 0


def test_a_secret_stops_what_would_leave(here, github):
    here.write("s.ipynb", notebook("1", f"t = '{SECRET}'"))
    here.write("s.csv", f"{SECRET}\n")
    done = here.gist("s.ipynb")
    assert (done.returncode, done.stderr) == (
        2,
        "s.ipynb: cell 2: source, line 1: a GitHub token (ghp_…, 40 characters)\n"
        "nbhotel: nothing was sent: this looks like a secret (take it out, or --allow-secrets)\n",
    )
    assert here.refused("gist", "s.ipynb", "s.csv") == (
        "nothing was sent: 2 things look like secrets (take them out, or --allow-secrets)"
    )
    assert github.asked == []
    assert here.gist("s.ipynb", "--allow-secrets").returncode == 0


def test_a_person_is_asked_about_a_secret(here, github):
    here.write("s.csv", f"{SECRET}\n")
    code, seen = at_terminal(here, "gist", "s.csv", answer="n\n")
    assert (code, github.asked) == (2, [])
    assert "Share it nevertheless? [y/N]" in seen
    assert at_terminal(here, "gist", "s.csv", answer="y\n")[0] == 0
    assert len(github.gists) == 1


def test_errors_of_the_host_are_one_line(here, github):
    github.faults.append(
        Fault(422, "Validation Failed", more={"errors": [{"code": "custom", "message": "files are wrong"}]})
    )
    assert here.refused("gist", "d.csv") == (
        "127.0.0.1: can't make a gist: it is not taken: Validation Failed: files are wrong"
    )
    assert here.refused("gist", "d.csv", "--host=http://example.org") == (
        "--host: example.org is no host (such as git.example.org)"
    )


def test_a_host_that_answers_too_late(here, github):
    github.faults.append(Fault(silence=1, done=True))
    assert here.gist("d.csv", "--timeout=0.3").returncode == 0
    assert github.asked == ["POST /gists", "GET /gists"]


def test_what_can_t_be_remembered_is_told_with_its_address(here, github):
    (here.folder / ".git" / "nbhotel").symlink_to("nowhere/at/all")
    told = here.refused("gist", "d.csv")
    (gist,) = github.gists.values()
    assert told.startswith(
        f"{here.folder}/.git/nbhotel/shared.json: the gist was made: {gist['html_url']}; "
        "but that can't be remembered: can't be written: "
    )


def test_words_that_don_t_go_together(here, github):
    assert "not allowed with argument" in here.refused("gist", "d.csv", "--update", "--public")
    assert "--timeout" in here.refused("gist", "d.csv", "--timeout=0")
    assert github.asked == []
