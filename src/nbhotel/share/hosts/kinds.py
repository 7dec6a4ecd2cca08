"""The kinds of code hosts: what each calls things, takes, and wants."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from nbhotel.errors import UsageError
from nbhotel.records import NamedTuple

#: What may stand in for this machine: only there is plain http safe for a token.
_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}


#: A name, or an address of the one or the other kind.
_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+")
#: What a repository may be called, without its owner.
_NAME = r"/(?!\.\.?$)[A-Za-z0-9._-]{1,100}"


class Snippets(NamedTuple):
    """Snippets of a kind of host: what they are called, files in one, bytes of a file.

    `hidden` tells who can read one that is not public, if that is not everybody who has the address.
    """

    word: str
    most: int
    largest: int
    hidden: str = ""


class Device(NamedTuple):
    """Where a login by code starts and is asked for: paths; and which rights it is for."""

    begin: str
    poll: str
    scope: str


class Kind(NamedTuple):
    """One kind. `public` is the host that everybody knows, "" for none; `variable` may name another.

    `tokens` are variables that may hold a token for `public`, or for any host if there is none; `elsewhere`
    those for others. `push_as` is whose name git gives with a token; `right` what a token needs for a push;
    `largest` the bytes of a file in a push, None where hosts differ. `page` is where people make tokens.
    `repository` is what "OWNER/NAME" looks like.
    """

    name: str
    title: str
    public: str
    variable: str
    tokens: tuple[str, ...]
    elsewhere: tuple[str, ...]
    pull: str
    push_as: str
    right: str
    largest: int | None
    page: str
    repository: str
    snippets: Snippets | None = None
    device: Device | None = None

    def takes_name(self, repository: str) -> bool:
        """Return whether "OWNER/NAME" may be a repository there."""
        return re.fullmatch(self.repository, repository) is not None

    def login(self, host: str) -> str:
        """Return what gets a token for a host."""
        if self.name == "github":
            return "`gh auth login`"
        kind = "" if _kind_of(host, {}) is self else f" --kind {self.name}"
        return f"`nbhotel share login --host {host}{kind}{'' if self.device else ' --token-stdin'}`"


#: Sources: https://docs.github.com/en/rest/gists/gists#truncation (beyond, it gives files only to git),
#: https://docs.github.com/en/repositories/working-with-files/managing-large-files,
#: https://cli.github.com/manual/gh_help_environment; names: what its page for a new repository takes, and
#: https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication
GITHUB = Kind(
    name="github",
    title="GitHub",
    public="github.com",
    variable="GH_HOST",
    tokens=("GH_TOKEN", "GITHUB_TOKEN"),
    elsewhere=("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"),
    pull="pull request",
    push_as="x-access-token",
    right="repo",
    largest=100 << 20,
    page="/settings/tokens",
    repository=rf"[A-Za-z0-9][A-Za-z0-9_-]*{_NAME}",
    snippets=Snippets("gist", 300, 10_000_000),
    device=Device("/login/device/code", "/login/oauth/access_token", "gist repo"),
)
#: Sources: https://docs.gitlab.com/user/snippets/, https://docs.gitlab.com/administration/snippets/,
#: https://docs.gitlab.com/api/oauth2/#device-authorization-grant-flow,
#: https://docs.gitlab.com/user/reserved_names/ (groups may stand in groups)
GITLAB = Kind(
    name="gitlab",
    title="GitLab",
    public="gitlab.com",
    variable="GITLAB_HOST",
    tokens=("GITLAB_TOKEN",),
    elsewhere=(),
    pull="merge request",
    push_as="oauth2",
    right="api",
    largest=None,
    page="/-/user_settings/personal_access_tokens",
    repository=rf"[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*{_NAME}",
    snippets=Snippets("snippet", 10, 50 << 20, "only you can read it: --public lets others"),
    device=Device("/oauth/authorize_device", "/oauth/token", "api"),
)
#: Sources: https://docs.gitea.com/development/api-usage; names: Gitea's `models/user`
GITEA = Kind(
    name="gitea",
    title="Gitea",
    public="",
    variable="GITEA_HOST",
    tokens=("GITEA_TOKEN",),
    elsewhere=(),
    pull="pull request",
    push_as="oauth2",
    right="write:repository",
    largest=None,
    page="/user/settings/applications",
    repository=rf"[A-Za-z0-9][A-Za-z0-9._-]*{_NAME}",
)

KINDS = {kind.name: kind for kind in (GITHUB, GITLAB, GITEA)}
#: Hosts of everybody, and how people call their own.
_KNOWN = {"gitlab.com": GITLAB, "codeberg.org": GITEA, "gitea.com": GITEA}
_CALLED = {"gitlab.": GITLAB, "gitea.": GITEA, "forgejo.": GITEA}


def host_for(kind: Kind | None, named: str, environment: Mapping[str, str]) -> tuple[Kind, str]:
    """Return the kind and the name of the host to use; an address if it has another than https://NAME.

    `named` is what the user says, "" for nothing. Raises UsageError.
    """
    if kind is None and not named:
        kind = GITHUB
    host = named or (environment.get(kind.variable, "") or kind.public if kind else "")
    if not host and kind:
        remedy = f"--host, or ${kind.variable}"
        raise UsageError(f"which {kind.title} is not said", remedy=remedy)
    parts_of(host)
    host = host.removeprefix("https://").rstrip("/")
    return kind or _kind_of(host, environment), host


def parts_of(host: str) -> SplitResult:
    """Return the address of a host, which is a name, or an address such as http://localhost:3000.

    Raises UsageError if a token must not be sent to it.
    """
    try:
        parts = urlsplit(host if "://" in host else f"https://{host}")
        name, port = parts.hostname or "", parts.port
    except ValueError:  # brackets that are no address, a port that is no number
        raise _no_host("this") from None
    secure = parts.scheme == "https" or (parts.scheme == "http" and name in _THIS_MACHINE)
    more = parts.username or parts.path.strip("/") or parts.query or parts.fragment
    # urlsplit leaves out line breaks, and git's credential helpers would not
    if not host.isprintable() or not secure or more or port == 0 or not _HOST.fullmatch(name):
        raise _no_host(name or "this")
    return parts


def name_of(host: str) -> str:
    """Return the name of a host by which its token is known; `host` as `host_for` returns it."""
    return host.rpartition("://")[2]


def _no_host(what: str) -> UsageError:
    return UsageError(f"{what} is no host", where="--host", remedy="such as git.example.org")


def _kind_of(host: str, environment: Mapping[str, str]) -> Kind:
    """By what the environment says of it, else by its name; else it is a GitHub Enterprise server."""
    for kind in KINDS.values():
        if environment.get(kind.variable, "").removeprefix("https://").rstrip("/") == host:
            return kind
    if host in _KNOWN:
        return _KNOWN[host]
    return next((kind for start, kind in _CALLED.items() if host.startswith(start)), GITHUB)
