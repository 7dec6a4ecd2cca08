"""Where a token comes from: real programs are asked, and nobody is prompted."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from nbhotel.errors import ShareError
from nbhotel.share.hosts.kinds import GITEA, GITLAB
from nbhotel.share.tokens import find_token, variables

HELPER = """#!/bin/sh
test "$1" = get || exit 0
while read -r line && test -n "$line"; do asked="$asked $line"; done
case "$asked" in *host=git.example.org*) printf 'username=me\\npassword=from-git\\n';; esac
"""
GH = """#!/bin/sh
test "$*" = "auth token --hostname github.com" && echo from-gh
"""
KEYRING = """
def get_password(service, name):
    return "from-keyring" if (service, name) == ("nbhotel", "github.com") else None
"""


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Nothing of the user's, git as it is installed, and an askpass program that would be seen to run."""
    asker = program(tmp_path / "asker", f"#!/bin/sh\ntouch {tmp_path}/was-asked\necho typed\n")
    (tmp_path / ".gitconfig").write_text(f"[core]\naskPass = {asker}\n")
    return {
        "PATH": os.defpath,
        "HOME": str(tmp_path),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_ASKPASS": str(asker),
        "SSH_ASKPASS": str(asker),
        "DISPLAY": ":0",
    }


def test_the_environment_comes_first_and_a_host_gets_its_own(environment):
    both = {"GITHUB_TOKEN": "second", "GH_ENTERPRISE_TOKEN": "theirs"}
    assert find_token("github.com", {**environment, **both})[:2] == ("second", "$GITHUB_TOKEN")
    assert find_token("github.com", {**environment, **both, "GH_TOKEN": "first\n"})[:2] == (
        "first",
        "$GH_TOKEN",
    )
    assert find_token("git.example.org", {**environment, **both})[:2] == ("theirs", "$GH_ENTERPRISE_TOKEN")
    assert find_token("octo.ghe.com", {**environment, **both}).value == "second"
    with pytest.raises(ShareError):
        find_token("git.example.org", {**environment, "GH_TOKEN": "first"})


def test_gh_is_asked(environment, tmp_path):
    program(tmp_path / "bin" / "gh", GH)
    path = {"PATH": f"{tmp_path}/bin:{os.defpath}"}
    assert find_token("github.com", {**environment, **path})[:2] == ("from-gh", "`gh`")
    with pytest.raises(ShareError):
        find_token("git.example.org", {**environment, **path})


def test_git_s_credential_helper_is_asked(environment, tmp_path):
    helper = program(tmp_path / "helper", HELPER)
    with (tmp_path / ".gitconfig").open("a") as config:
        config.write(f"[credential]\nhelper = {helper}\n")
    assert find_token("git.example.org", environment)[:2] == ("from-git", "git's credential helper")


def test_nobody_is_asked_for_anything(environment, tmp_path):
    with pytest.raises(ShareError) as error:
        find_token("github.com", environment)
    assert str(error.value) == "github.com: there is no token for it (`gh auth login`, or set $GH_TOKEN)"
    assert not (tmp_path / "was-asked").exists()


def test_the_keyring_is_asked_if_it_is_installed(environment, tmp_path, monkeypatch):
    (tmp_path / "keyring.py").write_text(KEYRING)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "keyring", raising=False)
    assert find_token("github.com", environment)[:2] == ("from-keyring", "the keyring")
    with pytest.raises(ShareError):
        find_token("git.example.org", environment)
    monkeypatch.delitem(sys.modules, "keyring")


def test_other_kinds_of_hosts_have_variables_of_their_own(environment):
    theirs = {**environment, "GITLAB_TOKEN": "lab", "GITEA_TOKEN": "tea", "GH_ENTERPRISE_TOKEN": "hub"}
    assert find_token("gitlab.com", theirs, GITLAB)[:2] == ("lab", "$GITLAB_TOKEN")
    with pytest.raises(ShareError) as error:
        find_token("git.example.org", theirs, GITLAB)
    assert str(error.value) == (
        "git.example.org: there is no token for it "
        "(`nbhotel share login --host git.example.org --kind gitlab`; $GITLAB_TOKEN is for "
        "gitlab.com unless $GITLAB_HOST says git.example.org)"
    )
    own = {**theirs, "GITLAB_HOST": "https://git.example.org/"}
    assert find_token("git.example.org", own, GITLAB).value == "lab"
    with pytest.raises(ShareError):
        find_token("gitlab.com", own, GITLAB)
    assert find_token("codeberg.org", theirs, GITEA)[:2] == ("tea", "$GITEA_TOKEN")
    with pytest.raises(ShareError) as error:
        find_token("codeberg.org", {**theirs, "GITEA_HOST": "git.example.org"}, GITEA)
    assert "$GITEA_TOKEN is for git.example.org unless $GITEA_HOST says codeberg.org" in str(error.value)


def test_a_token_does_not_show_itself(environment):
    token = find_token("github.com", {**environment, "GH_TOKEN": "very-secret"})
    assert "very-secret" not in f"{token!r} {[token]}"
    assert variables("github.com", environment)[0] == "GH_TOKEN"
