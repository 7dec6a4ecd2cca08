"""What somebody should know after `enable` and `disable`: about what is in the repository already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nbhotel.git.calls import Git
from nbhotel.git.setup import rivals
from nbhotel.git.setup.attributes import ATTRIBUTES, PROBE, effective, said_by
from nbhotel.git.setup.drivers import NAME
from nbhotel.git.setup.enable import NO_HOOK
from nbhotel.git.setup.scopes import Place

#: What the JSON of a notebook with outputs has, however it is formatted.
_HAS_OUTPUTS = '"output_type"'


def with_outputs(git: Git, paths: Sequence[str] = (":(top)*.ipynb",)) -> list[str]:
    """Return the notebooks of the index that hold outputs and would be cleaned, relative to the folder."""
    pathspecs = [*paths, ":(exclude,top,attr:-filter)*.ipynb"]
    found = git.ask("grep", "--cached", "-l", "-z", "--fixed-strings", _HAS_OUTPUTS, "--", *pathspecs)
    listed = (found or "").split("\0")[:-1]
    filters = effective(git, listed) if listed else {}
    return [path for path in listed if filters[path]["filter"] == NAME]


def after_enabling(git: Git, place: Place) -> Iterator[str]:
    """Yield sentences on what `enable` left as it is."""
    if place.scope != "local":
        yield f"{NO_HOOK}; `nbhotel git enable` in a repository adds it there"
    if git.ask("rev-parse", "--git-dir") is None:
        return
    yield from _turned_off(git)
    if not git.top():
        return
    old = with_outputs(git)
    if old:
        many = "a notebook is" if len(old) == 1 else f"{len(old)} notebooks are"
        yield (
            f"{many} committed with outputs, such as {old[0]}: modified to git when it looks at them again;"
            " `nbhotel git refresh --renormalize` stages them clean"
        )
    if place.scope == "local" and git.ask("config", "--file", ".gitmodules", "--list"):
        yield (
            "submodules are repositories of their own:"
            " `git submodule foreach --recursive nbhotel git enable` sets them up"
        )


def _turned_off(git: Git) -> Iterator[str]:
    """What wins over our attributes."""
    values = effective(git, [PROBE])[PROBE]
    for attribute in ATTRIBUTES:
        line = None if values[attribute] == NAME else said_by(git, attribute)
        if line:
            yield (
                f"{line.place} says {attribute}={values[attribute]}, which wins over nbhotel;"
                " see `nbhotel git doctor`"
            )
    if values["filter"] == NAME:
        for each in dict.fromkeys(found.rival for found in rivals.in_attributes(git)):
            yield f"{each} is set up here as well, but nbhotel wins; `enable --replace` removes it"


def after_disabling(git: Git) -> Iterator[str]:
    """Yield sentences on what is still there."""
    if git.ask("rev-parse", "--git-dir") is None:
        return
    line = said_by(git, "filter")
    if line and line.values["filter"] == NAME:
        yield f"notebooks still have the driver nbhotel by {line.place}"
    elif git.top():
        yield "notebooks that were run look modified now, as their outputs count again"
