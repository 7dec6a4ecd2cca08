"""How to draw where git shows what we print: in its pager, on its terminal, or into its pipe."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, TextIO

from nbhotel.cli.notebooks import DEFAULTS
from nbhotel.cli.screen import SIDE_BY_SIDE_FROM, look

if TYPE_CHECKING:
    from nbhotel.render.terminal.spans import Look

_FALSE = {"never", "false", "no", "off", "0", ""}
_ALWAYS = "always"
_CONTEXT = re.compile(r"(?:^|\s)(?:-u|--unified=)(\d{1,9})(?:\s|$)")


def git_look(stream: TextIO, environment: Mapping[str, str]) -> Look:
    """Return how to draw, by git's settings and by what git tells of its pager."""
    settings = _settings()
    in_pager = environment.get("GIT_PAGER_IN_USE") == "true"
    columns = environment.get("COLUMNS", "") if in_pager else ""
    wide = columns.isdecimal() and int(columns) >= SIDE_BY_SIDE_FROM
    given = {
        **DEFAULTS,
        "color": _colour(settings, stream.isatty(), in_pager, environment),
        "context": _context(settings, environment),
        "side_by_side": wide if in_pager else None,
        "images": "none",  # git's pager would not let them through
    }
    return look(SimpleNamespace(**given), stream, environment)  # type: ignore[arg-type]


def _colour(
    settings: Mapping[str, str], terminal: bool, in_pager: bool, environment: Mapping[str, str]
) -> str:
    """As git-config(1) has it for color.diff, color.ui and color.pager; but NO_COLOR counts as well."""
    wanted = settings.get("color.diff", settings.get("color.ui", "auto")).lower()
    if wanted in _FALSE:
        return "never"
    if wanted == _ALWAYS:
        return _ALWAYS
    paints = in_pager and settings.get("color.pager", "true").lower() not in _FALSE
    if environment.get("NO_COLOR") or environment.get("TERM") == "dumb":
        return "never"
    return _ALWAYS if terminal or paints else "never"


def _context(settings: Mapping[str, str], environment: Mapping[str, str]) -> int:
    asked = _CONTEXT.search(environment.get("GIT_DIFF_OPTS", ""))
    configured = settings.get("diff.context", "")
    if asked:
        return int(asked[1])
    return int(configured) if configured.isdecimal() and len(configured) < 10 else 3


def _settings() -> dict[str, str]:
    """What git is configured with, as far as it matters here; nothing if git can't be asked."""
    from subprocess import DEVNULL, PIPE, run

    command = ["git", "config", "-z", "--get-regexp", r"^(color\.(diff|ui|pager)|diff\.context)$"]
    try:
        done = run(command, stdout=PIPE, stderr=DEVNULL, check=False)
    except OSError:
        return {}
    pairs = done.stdout.decode("utf-8", "replace").split("\0")[:-1]
    return {key: value if found else "true" for key, found, value in (pair.partition("\n") for pair in pairs)}
