"""Filters and exporters of other packages: found by entry point; what they raise is told as theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbhotel.errors import ConfigError, NbhotelError
from nbhotel.notebook.model import Notebook


def load(name: str, group: str) -> tuple[Callable[..., Any] | None, list[str]]:
    """Return the factory of that name in a group of entry points, or None; and all the group's names.

    Raises ConfigError.
    """
    from importlib.metadata import entry_points

    theirs = entry_points(group=group)
    if name not in theirs.names:
        return None, sorted(theirs.names)
    try:
        factory: Callable[..., Any] = theirs[name].load()
    except Exception as error:
        raise _told(name, error) from error
    return factory, sorted(theirs.names)


class Theirs:
    """Another package's filter or exporter."""

    def __init__(self, name: str, made: Callable[[Notebook], Any]) -> None:
        self._name = name
        self._made = made
        for optional in ("findings", "suffix"):
            if hasattr(made, optional):
                setattr(self, optional, getattr(made, optional))

    def __call__(self, notebook: Notebook) -> Any:
        """Raises ConfigError whatever the package's own code raises."""
        try:
            return self._made(notebook)
        except NbhotelError:
            raise
        except Exception as error:
            raise _told(self._name, error) from error


def _told(name: str, error: Exception) -> ConfigError:
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return ConfigError(f"{name!r} failed: {what}", remedy="it comes from another package, or leave it out")
