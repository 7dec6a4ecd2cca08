"""The report of `nbhotel git doctor`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from nbhotel import __version__
from nbhotel.cli.style import Style
from nbhotel.git.setup.checks import CHECKS
from nbhotel.git.setup.doctor import Finding, Scene, examine, mend, scene_of

if TYPE_CHECKING:
    from nbhotel.git.calls import Git


def print_findings(git: Git, *, fix: bool, as_json: bool) -> int:
    """Examine the repository, mend it if asked to, and report; 1 if problems remain."""
    scene = the_scene(git)
    mended: tuple[Finding, ...] = ()
    if fix:
        mended, remaining = mend(scene, CHECKS)
        found = [*remaining, *_still_there(the_scene(git), remaining)]
    else:
        found = list(examine(scene, CHECKS))
    if as_json:
        _print_json(mended, found)
    else:
        _print_text(mended, found, fix=fix)
    return int(any(each.grade == "problem" for each in found))


def the_scene(git: Git) -> Scene:
    """Look at the repository with the wishes of a plain `enable`."""
    from nbhotel.chain.config import load_chain
    from nbhotel.cli.program import own_program
    from nbhotel.git.setup.enable import Wishes
    from nbhotel.git.textconv import form_of

    form = form_of(load_chain("vcs", git.top() or git.folder))
    return scene_of(git, Wishes(own_program(), form), f"nbhotel {__version__}")


def _still_there(scene: Scene, known: Iterable[Finding]) -> list[Finding]:
    """What is found after mending, too: a mend that did not help must be told."""
    names = {each.name for each in known}
    return [each for each in examine(scene, CHECKS) if each.name not in names]


def _print_json(mended: Iterable[Finding], found: Iterable[Finding]) -> None:
    import json

    rows = [_row(each, "mended") for each in mended] + [_row(each, each.grade) for each in found]
    print(json.dumps({"findings": rows}, indent=2, ensure_ascii=False))


def _row(finding: Finding, state: str) -> dict[str, object]:
    return {
        "name": finding.name,
        "state": state,
        "what": finding.what,
        "remedy": finding.remedy,
        "mendable": finding.mend is not None,
    }


def _print_text(mended: Iterable[Finding], found: Iterable[Finding], *, fix: bool) -> None:
    style = Style.of(sys.stdout)
    for each in mended:
        print(f"{style.good('mended  ')}  {each.what}")
    paint = {"problem": style.error, "note": style.warning}
    for each in found:
        remedy = "--fix mends it" if each.mend and not fix else each.remedy
        print(f"{paint[each.grade](f'{each.grade:<8}')}  {each.what}" + (f" ({remedy})" if remedy else ""))
    if not any(each.grade == "problem" for each in found):
        print(f"{style.good('ok      ')}  git treats notebooks rightly here")
