"""What a code host can do for us, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Protocol, Self

from nbhotel.records import NamedTuple
from nbhotel.share.hosts.kinds import Kind

#: Called with seconds and a reason, such as "github.com limits requests"; returns when they are over.
Wait = Callable[[float, str], None]


class Token(NamedTuple):
    """What a host knows us by, and where it was found, such as "$GH_TOKEN".

    `renew` gets another one if the host refuses this, None if there is no way; it raises ShareError.
    """

    value: str
    source: str
    renew: Callable[[], Token] | None = None

    def __repr__(self) -> str:
        """Without the value: this may get into a report."""
        return f"Token(from {self.source})"


class Snippet(NamedTuple):
    """A few files under one address: GitHub's gist, GitLab's snippet. `address` is the page for people."""

    host: str
    id: str
    address: str
    public: bool
    files: tuple[str, ...]


class Repository(NamedTuple):
    """A repository on a host: "OWNER/NAME", its page, where to push to, its first branch.

    On GitLab, OWNER may be a group within groups: "a/b".
    """

    name: str
    address: str
    push_to: str
    default_branch: str


class Host(Protocol):
    """A code host, with the rights of one token; a context manager. All methods raise ShareError."""

    kind: ClassVar[Kind]
    name: str

    @property
    def token(self) -> Token:
        """Whose rights these are: after a renewal, the new one."""
        ...

    def __enter__(self) -> Self:
        """Return itself."""
        ...

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        ...

    def user(self) -> str:
        """Return whose token it is."""
        ...

    def repository(self, name: str) -> Repository:
        """Return a repository that can be pushed to, by "OWNER/NAME". Raises Gone if there is none."""
        ...

    def make_repository(self, name: str, *, private: bool) -> Repository:
        """Make an empty repository, of the user or of a group. It is made once or not at all."""
        ...

    def open_pull(self, name: str, head: str, base: str, title: str, body: str) -> str:
        """Ask for the branch `head` to be merged into `base`; return the page of the request.

        If there is an open one already, it is that. `body` is Markdown.
        """
        ...


class SnippetHost(Host, Protocol):
    """A code host that has snippets too."""

    def make_snippet(self, files: Mapping[str, str], description: str, *, public: bool) -> Snippet:
        """Make a snippet of files, name -> text, and return it. It is made once or not at all."""
        ...

    def update_snippet(self, known: str, files: Mapping[str, str], description: str | None) -> Snippet:
        """Put these files into the snippet with the id `known`; its other files stay. None: as it was.

        Raises Gone if there is no such snippet any more.
        """
        ...
