"""What keeps git from treating notebooks rightly, and how to mend it. What is checked: `checks`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, TypeAlias

from nbhotel.errors import NbhotelError
from nbhotel.git.calls import Git
from nbhotel.git.config import Config
from nbhotel.git.setup.drivers import program_of
from nbhotel.git.setup.enable import Wishes
from nbhotel.git.setup.scopes import Place, place_of
from nbhotel.records import NamedTuple

#: A problem counts; a note is only worth knowing.
Grade: TypeAlias = Literal["problem", "note"]
Mend: TypeAlias = Callable[[], object]


class Finding(NamedTuple):
    """Something that was found. `name` is for programs; `what` and `remedy` have no full stop.

    `mend` does away with it; None where only a person can. It raises NbhotelError if it can't.
    """

    name: str
    what: str
    remedy: str = ""
    mend: Mend | None = None
    grade: Grade = "problem"


class Scene(NamedTuple):
    """A repository as the checks see it: its git, what is configured, where and how it should be set up.

    `version` is what our program answers to --version.
    """

    git: Git
    config: Config
    place: Place
    wishes: Wishes
    version: str


Check: TypeAlias = Callable[[Scene], Iterable[Finding]]


class Outcome(NamedTuple):
    """After mending: what is mended, and what remains."""

    mended: tuple[Finding, ...]
    remaining: tuple[Finding, ...]


def scene_of(git: Git, wishes: Wishes, version: str) -> Scene:
    """Look at a repository. `wishes` are those of a plain `enable`. Raises InputError outside of one."""
    place = place_of(git, "local")
    config = Config.read(git)
    if not config.only("local").under("filter.nbhotel") and config.only("global").under("filter.nbhotel"):
        place = place_of(git, "global")._replace(hooks=place.hooks)
    scene = Scene(git, config, place, _as_before(config, place, wishes), version)
    configured = program_called(config)
    if configured and answer(git, configured) == version:  # another copy of the same
        return scene._replace(wishes=scene.wishes._replace(program=configured))
    return scene


def program_called(config: Config) -> str:
    """Return the program that git calls as the filter, as it is configured; "" if there is none of ours."""
    setting = config.get("filter.nbhotel.process") or config.get("filter.nbhotel.clean")
    return program_of(setting.key, setting.value) if setting else ""


def answer(git: Git, program: str) -> str | None:
    """Return what a program says to --version; None if it can't be run."""
    from subprocess import DEVNULL, PIPE, run

    command = ["sh", "-c", '"$0" --version', program]
    done = run(command, stdout=PIPE, stderr=DEVNULL, stdin=DEVNULL, env=git.environment, check=False)
    # 126 and 127 are the shell's; a Python without nbhotel exits with 1.
    return None if done.returncode else done.stdout.decode("utf-8", "replace").strip()


def examine(scene: Scene, checks: Iterable[Check]) -> Iterator[Finding]:
    """Yield what the checks find."""
    for check in checks:
        yield from check(scene)


def mend(scene: Scene, checks: Iterable[Check]) -> Outcome:
    """Mend what can be mended, check by check, as one mended thing may show or hide another."""
    mended: list[Finding] = []
    remaining: list[Finding] = []
    for check in checks:
        for finding in check(scene._replace(config=Config.read(scene.git))):
            failed = _mended(finding)
            if failed is None:
                mended.append(finding)
            else:
                remaining.append(failed)
    return Outcome(tuple(mended), tuple(remaining))


def _mended(finding: Finding) -> Finding | None:
    """None if it is mended, else the finding and why it isn't."""
    if finding.mend is None:
        return finding
    try:
        finding.mend()
    except (NbhotelError, OSError) as error:
        return finding._replace(remedy=f"could not be mended: {error}", mend=None)
    return None


def _as_before(config: Config, place: Place, wishes: Wishes) -> Wishes:
    """What was chosen when it was enabled."""
    from nbhotel.git.setup.enable import before

    earlier = before(place) or wishes
    return wishes._replace(
        keep=earlier.keep,
        cache=config.value("diff.nbhotel.cachetextconv") == "true",
        hook=config.value("nbhotel.hook") != "false",
    )
