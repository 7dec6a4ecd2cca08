"""`nbhotel share login` and `logout`: a token goes into a keyring and nowhere else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.sharing import Here
from tests.share.hosts.device import CLIENT
from tests.share.hosts.gitlab import GitLabServer, open_gitlab
from tests.share.hosts.server import TOKEN, GitHubServer, open_github

pytestmark = pytest.mark.slow

#: A back end as others write them, for the real library.
RING = """
import json, os
from keyring.backend import KeyringBackend
FILE = os.environ["RING"]
class Ring(KeyringBackend):
    priority = 5
    def _all(self):
        return json.load(open(FILE)) if os.path.exists(FILE) else {}
    def _write(self, all):
        json.dump(all, open(FILE, "w"))
    def get_password(self, service, name):
        return self._all().get(f"{service} {name}")
    def set_password(self, service, name, value):
        if os.environ.get("LOCKED"):
            raise RuntimeError(f"locked, so {value} is not kept")
        self._write({**self._all(), f"{service} {name}": value})
    def delete_password(self, service, name):
        self._write({key: value for key, value in self._all().items() if key != f"{service} {name}"})
class PlaintextKeyring(Ring): ...
"""


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    with open_github() as server:
        yield server


@pytest.fixture
def here(tmp_path: Path, github: GitHubServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    """Somebody without a token, but with a keyring."""
    elsewhere = tmp_path_factory.mktemp("keyring")
    (elsewhere / "ring.py").write_text(RING)
    here = Here(tmp_path, github.address)
    here.environment |= {
        "GH_ENTERPRISE_TOKEN": "",
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(elsewhere),
        "PYTHON_KEYRING_BACKEND": "ring.Ring",
        "RING": str(elsewhere / "ring.json"),
    }
    yield here
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes(), path


def test_a_login_s_life(here, github):
    port = github.address.removeprefix("http://")
    github.device.script = [{"error": "authorization_pending"}]
    done = here.share("login", f"--client-id={CLIENT}")
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "",
        f"nbhotel: type WDJB-MJHT at {github.address}/login/device (the code holds for 15 minutes)\n"
        f"nbhotel: logged in to {port} as mona; the token is in the system's keyring\n",
    )
    assert here.gist("d.csv").returncode == 0
    assert here.share("logout").stderr == (
        f"nbhotel: the token for {port} is forgotten here\n"
        f"nbhotel: it holds on until you take it back there: {github.address}/settings/tokens\n"
    )
    assert here.refused("gist", "d.csv") == (
        f"{port}: there is no token for it (`gh auth login`, or set $GH_ENTERPRISE_TOKEN)"
    )
    assert here.refused("logout") == f"{port}: the system's keyring has no token for it"


def test_the_client_id_may_stand_in_the_settings_and_must_stand_somewhere(here, github):
    assert here.refused("login") == (
        f"{github.address}: a login by code needs the id of an application there (--client-id, "
        "$NBHOTEL_CLIENT_ID, or [share.client-ids] in nbhotel.toml; `gh auth login` needs none)"
    )
    port = github.address.removeprefix("http://")
    here.write("nbhotel.toml", f'[share.client-ids]\n"{port}" = "{CLIENT}"\n')
    github.device.script = [{"error": "access_denied"}]
    assert here.refused("login") == f"{github.address}: can't log in: it was refused there"
    here.write("nbhotel.toml", "[share]\nclient-id = 1\n")
    assert here.refused("login").endswith(
        "nbhotel.toml:2: share.client-id: there is no such key (did you mean 'client-ids'?)"
    )


def test_a_token_that_somebody_has(here, github):
    here.typed = f"{TOKEN}\n"
    assert here.share("login", "--token-stdin").returncode == 0
    ring = Path(here.environment["RING"])
    assert TOKEN in ring.read_text()
    here.typed = "ghp_wrong\n"
    assert "the token from this login is not accepted" in here.refused("login", "--token-stdin")
    assert TOKEN in ring.read_text()
    here.typed = "two words\n"
    assert here.refused("login", "--token-stdin") == "--token-stdin: the first line of the input is no token"
    here.typed = f"{TOKEN}\n"
    assert here.refused("login", "--token-stdin", LOCKED="1") == (
        "the system's keyring does not do it: RuntimeError (is it locked?)"
    )


@pytest.mark.parametrize(
    ("backend", "told"),
    [
        ("keyring.backends.fail.Keyring", "the system has no keyring, and tokens are kept in no file"),
        (
            "ring.PlaintextKeyring",
            "the system's keyring is a file that is not encrypted, and tokens are kept in none",
        ),
    ],
)
def test_without_a_real_keyring_nothing_is_asked_for(backend, told, here, github):
    refused = here.refused("login", f"--client-id={CLIENT}", PYTHON_KEYRING_BACKEND=backend)
    assert refused.startswith(told + " (")
    assert github.device.asked == github.asked == []


def test_other_hosts(here):
    with open_gitlab() as gitlab:
        gitlab.device.grant = {"expires_in": 7200}
        done = here.share("login", "--kind=gitlab", f"--client-id={CLIENT}", GITLAB_HOST=gitlab.address)
        assert done.stderr.endswith("it holds for 2 hours; then log in again\n")
        # GitLab's variable is for another host; the keyring has a token for this one.
        shared = here.gist("d.csv", "--kind=gitlab", f"--host={gitlab.address}", GITLAB_TOKEN="glpat-other")
        assert shared.returncode == 0, shared.stderr
    assert here.refused("login", "--host=codeberg.org") == (
        "codeberg.org: Gitea has no login by code "
        "(make a token at https://codeberg.org/user/settings/applications, then --token-stdin)"
    )


@pytest.fixture
def logged_in(here: Here) -> Iterator[tuple[Here, GitLabServer]]:
    """Somebody who has logged in to a GitLab, whose tokens hold for two hours."""
    with open_gitlab() as gitlab:
        gitlab.device.grant, gitlab.device.refresh = {"expires_in": 7200}, "again"
        here.environment["GITLAB_HOST"] = gitlab.address
        done = here.share("login", "--kind=gitlab", f"--client-id={CLIENT}")
        assert done.stderr.endswith("it holds for 2 hours; then it is renewed\n")
        gitlab.asked.clear()
        yield here, gitlab


def kept(here: Here, gitlab: GitLabServer) -> tuple[str | None, str | None]:
    """The token, and what renews it."""
    ring = json.loads(Path(here.environment["RING"]).read_text())
    name = f"nbhotel {gitlab.address.removeprefix('http://')}"
    renewal = ring.get(f"{name} renewal")
    return ring.get(name), json.loads(renewal)["refresh"] if renewal else None


def is_over(here: Here) -> None:
    """Two hours are gone."""
    ring = Path(here.environment["RING"])
    ring.write_text(re.sub(r'until\\": [0-9.]+', r'until\\": 1000.0', ring.read_text()))


def test_a_token_that_is_over_is_renewed_before_it_is_used(logged_in):
    here, gitlab = logged_in
    is_over(here)
    gitlab.token = "glpat-second"
    assert here.gist("d.csv", "--kind=gitlab").returncode == 0
    assert kept(here, gitlab) == ("glpat-second", "again+")
    assert gitlab.asked == ["POST /snippets"]
    assert here.gist("d.csv", "--kind=gitlab").returncode == 0  # it holds again
    assert kept(here, gitlab) == ("glpat-second", "again+")


def test_a_token_that_is_refused_is_renewed_also_for_a_push(logged_in):
    here, gitlab = logged_in
    gitlab.token = "glpat-second"
    here.environment |= {
        f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    done = here.share("gitlab", ".")
    assert done.returncode == 0, done.stderr
    assert gitlab.repositories.git("mona/project", "log", "--all", "--format=%s") == "Share project\n"
    assert kept(here, gitlab) == ("glpat-second", "again+")
    assert "glpat-second" not in done.stderr


def test_a_renewal_that_is_refused_is_told(logged_in):
    here, gitlab = logged_in
    gitlab.token, gitlab.device.refresh = "glpat-second", "taken back"
    told = (
        f"{gitlab.address}: the token of the login is over, and the host gives no other: The provided "
        "authorization grant is invalid, expired, revoked "
        f"(`nbhotel share login --host {gitlab.address} --kind gitlab`)"
    )
    assert here.refused("gist", "d.csv", "--kind=gitlab") == told
    is_over(here)
    assert here.refused("gist", "d.csv", "--kind=gitlab") == told
    assert kept(here, gitlab) == (TOKEN, "again")


def test_another_token_and_a_logout_forget_what_renews(logged_in):
    here, gitlab = logged_in
    here.typed = f"{TOKEN}\n"
    assert here.share("login", "--kind=gitlab", "--token-stdin").returncode == 0
    assert kept(here, gitlab) == (TOKEN, None)
    assert here.share("login", "--kind=gitlab", f"--client-id={CLIENT}").returncode == 0
    assert kept(here, gitlab) == (TOKEN, "again")
    assert here.share("logout", "--kind=gitlab").returncode == 0
    assert kept(here, gitlab) == (None, None)
