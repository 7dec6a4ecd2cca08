"""What one person may do with which paths of this room."""

from __future__ import annotations

from nbhotel.records import NamedTuple

#: Each with what is before it.
LEVELS = ("read", "comment", "edit")


class Grant(NamedTuple):
    """A file or folder, relative to the server's root with "/", and a level."""

    path: str
    level: str


class Rights(NamedTuple):
    """Everything, for the owner and those whom a role lets in; else the grants."""

    everything: bool
    grants: tuple[Grant, ...] = ()

    def level_of(self, path: str) -> str | None:
        """Return the highest level on a path, or None. Hidden files have none, also below a shared folder."""
        if self.everything:
            return LEVELS[-1]
        path = normal(path) or ""
        if not path or any(part.startswith(".") for part in path.split("/")):
            return None
        levels = [grant.level for grant in self.grants if _within(path, grant.path)]
        return max(levels, key=LEVELS.index, default=None)

    def may(self, path: str, level: str) -> bool:
        """Whether there is at least this level on a path."""
        found = self.level_of(path)
        return found is not None and LEVELS.index(found) >= LEVELS.index(level)

    def leads_to(self, path: str) -> bool:
        """Whether a path is on the way from the root to something that was shared."""
        path = normal(path) or ""
        return self.everything or any(_within(grant.path, path) for grant in self.grants)


def normal(path: str) -> str | None:
    """Return a path with single slashes and none at its ends; None for one that could lead elsewhere."""
    parts = [part for part in path.split("/") if part]
    if any(part in (".", "..") for part in parts) or "\\" in path or "\0" in path:
        return None
    return "/".join(parts)


def _within(path: str, top: str) -> bool:
    return not top or path == top or path.startswith(f"{top}/")
