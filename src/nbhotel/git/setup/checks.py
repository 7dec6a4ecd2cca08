"""The checks of `nbhotel git doctor`, in the order in which they are mended."""

from __future__ import annotations

import os
import shlex
import stat
import time
from collections.abc import Iterator

from nbhotel.git.config import write
from nbhotel.git.setup import hooks, rivals
from nbhotel.git.setup.advice import with_outputs
from nbhotel.git.setup.attributes import ATTRIBUTES, PROBE, Line, effective, our_lines, parse, said_by
from nbhotel.git.setup.blocks import edit, read
from nbhotel.git.setup.choices import take_over
from nbhotel.git.setup.doctor import Check, Finding, Mend, Scene, answer, program_called
from nbhotel.git.setup.drivers import CACHE, NAME, aliases, driver, hook
from nbhotel.git.setup.enable import our_aliases, to_end
from nbhotel.git.setup.scopes import name_of
from nbhotel.git.setup.vaultcheck import check_vault

#: The first git with `rev-parse --path-format`; the hook post-index-change came with 2.22.
_OLDEST_GIT = (2, 31)
#: A lock that old belongs to nobody, in seconds.
_ABANDONED = 60


def _git_version(scene: Scene) -> Iterator[Finding]:
    words = scene.git.run("--version").split()
    numbers = tuple(int(part) for part in words[2].split(".")[:2] if part.isdigit())
    if numbers < _OLDEST_GIT:
        oldest = ".".join(map(str, _OLDEST_GIT))
        yield Finding("git", f"git {words[2]} is older than {oldest}", "use a newer git")


def _writable(scene: Scene) -> Iterator[Finding]:
    """The configuration is replaced as a whole, so its folder must be writable."""
    folder = os.path.join(scene.git.folder, scene.git.run("rev-parse", "--git-common-dir"))
    lock = os.path.join(folder, "config.lock")
    if not os.access(folder, os.W_OK):
        what = f"git's configuration can't be changed: {name_of(scene.git, folder)} is read-only"
        mine = os.stat(folder).st_uid == os.geteuid()
        yield Finding(
            "read-only", what, "make it writable", (lambda: _make_writable(folder)) if mine else None
        )
    elif os.path.exists(lock) and time.time() - os.stat(lock).st_mtime > _ABANDONED:
        what = (
            f"{name_of(scene.git, lock)} was left behind by a git that was killed; nothing can be configured"
        )
        yield Finding("lock", what, "remove it", lambda: os.unlink(lock))


def _make_writable(folder: str) -> None:
    os.chmod(folder, stat.S_IMODE(os.stat(folder).st_mode) | stat.S_IWUSR)


def _program(scene: Scene) -> Iterator[Finding]:
    """What git would call, called."""
    setting = scene.config.get("filter.nbhotel.process") or scene.config.get("filter.nbhotel.clean")
    if setting is None:
        return
    program = program_called(scene.config)
    called = program or (shlex.split(setting.value) or [""])[0]
    said = answer(scene.git, called)
    if said is None and program:
        yield _moved(scene, program, setting.origin)
    elif said is None:
        what = f"git finds no `{called}` on PATH, which {_origin(setting.origin)} names as the filter"
        yield Finding("path", what, "name it in full", lambda: _configure(scene))
    elif said != scene.version:
        what = f"git calls {called}, which is {said or 'no nbhotel'}; this is {scene.version}"
        yield Finding("version", what, "let git call this one", lambda: _configure(scene))


def _moved(scene: Scene, program: str, origin: str) -> Finding:
    instead = "; git uses another one on PATH" if answer(scene.git, "nbhotel") is not None else ""
    what = f"{program}, which {_origin(origin)} names, can't be run any more{instead}"
    return Finding("moved", what, "name the one that is there", lambda: _configure(scene))


def _required(scene: Scene) -> Iterator[Finding]:
    if not scene.config.under("filter.nbhotel"):
        return
    if scene.config.value("filter.nbhotel.required").lower() not in {"true", "yes", "on", "1"}:
        what = (
            "filter.nbhotel.required is not set: if the filter fails, git takes files in with their outputs"
        )
        yield Finding("required", what, "set it", lambda: _configure(scene))


def _keys(scene: Scene) -> Iterator[Finding]:
    wanted = _wanted(scene)
    del wanted["filter.nbhotel.required"]  # has a check of its own
    missing = [key for key in wanted if scene.config.get(key) is None]
    other = [key for key in wanted if key not in missing and scene.config.value(key) != wanted[key]]
    if len(missing) == len(wanted):
        what = "the driver `nbhotel` is not configured"
        yield Finding("config", what, "run `nbhotel git enable`", lambda: _configure(scene))
    elif missing:
        what = f"keys of the driver are missing: {', '.join(missing)}"
        yield Finding("config", what, "run `nbhotel git enable`", lambda: _configure(scene))
    if other:
        where = dict.fromkeys(_origin(scene.config.all(key)[-1].origin) for key in other)
        what = f"keys of the driver are not as this nbhotel has them: {', '.join(other)} ({', '.join(where)})"
        yield Finding("config", what, "run `nbhotel git enable`", lambda: _configure(scene))


def _misplaced(scene: Scene) -> Iterator[Finding]:
    """Attributes in the private folder of a linked worktree, where git does not look."""
    common = os.path.join(scene.git.folder, scene.git.run("rev-parse", "--git-common-dir"))
    worktrees = os.path.join(common, "worktrees")
    for name in sorted(os.listdir(worktrees)) if os.path.isdir(worktrees) else ():
        file = os.path.join(worktrees, name, "info", "attributes")
        if any(".ipynb" in line.pattern for line in parse(read(file), file)):
            what = f"{name_of(scene.git, file)} speaks of notebooks, but git does not read it"
            yield Finding(
                "worktree", what, f"use {name_of(scene.git, scene.place.attributes)}", _dropping(file)
            )


def _dropping(file: str) -> Mend:
    return lambda: edit(file, _without_notebooks)


def _without_notebooks(text: str) -> str:
    from nbhotel.git.setup.blocks import without_block

    lines = without_block(text).splitlines(keepends=True)
    return "".join(line for line in lines if ".ipynb" not in line.split("#")[0])


def _attributes(scene: Scene) -> Iterator[Finding]:
    values = effective(scene.git, [PROBE])[PROBE]
    off = {name: values[name] for name in ATTRIBUTES if values[name] != NAME}
    if values["filter"] in {line.values["filter"] for line in rivals.foreign(scene.git)}:
        off.pop("filter", None)  # Git LFS and the like come first; see `_others`
    lines = {name: said_by(scene.git, name) for name in off}
    places = list(dict.fromkeys(line.place for line in lines.values() if line))
    rival = {each.rival for each in rivals.in_attributes(scene.git) if each.line.place in places}
    if rival:
        names, stand = " and ".join(sorted(rival)), "stands" if len(rival) == 1 else "stand"
        what = f"{names} {stand} before notebooks instead of nbhotel ({', '.join(places)})"
        yield Finding("rival", what, "run `nbhotel git enable --replace`", lambda: _replace_rivals(scene))
    elif off:
        said = ", ".join(_said(name, value, lines[name]) for name, value in off.items())
        what = f"nbhotel does not stand before notebooks: {said}"
        yield Finding("attributes", what, "run `nbhotel git enable`", lambda: _put_last(scene))


def _said(attribute: str, value: str, line: Line | None) -> str:
    return f"{attribute} is {value} ({line.place if line else 'no file says anything'})"


def _replace_rivals(scene: Scene) -> None:
    take_over(scene.git)
    rivals.remove(scene.git)
    _put_last(scene)


def _put_last(scene: Scene) -> None:
    """In info/attributes, where the last line wins over everything else."""
    file = scene.git.path("info/attributes")
    lines = our_lines(scene.wishes.keep, rivals.foreign(scene.git))
    if effective(scene.git, [PROBE])[PROBE] != dict.fromkeys(ATTRIBUTES, NAME):
        edit(file, lambda text: to_end(text, lines))


def _hook(scene: Scene) -> Iterator[Finding]:
    if scene.wishes.hook:
        for file in scene.place.hooks:
            yield from _hook_at(scene, file, hook(scene.wishes.program))


def _hook_at(scene: Scene, file: str, lines: list[str]) -> Iterator[Finding]:
    state = hooks.state(file, lines)
    if not state:
        return
    what = f"the hook {name_of(scene.git, file)} is {state}: notebooks look modified after each run"
    configured = scene.config.get("core.hookspath")
    if configured and state == "missing":
        what += f" (core.hooksPath is {configured.value}, by {_origin(configured.origin)})"
    shared = hooks.is_shared(scene.git, file)
    remedy = 'put `nbhotel git-index-written "$@" || :` in it' if shared else "run `nbhotel git enable`"
    yield Finding("hook", what, remedy, None if shared else lambda: hooks.add(file, lines))


def _cache(scene: Scene) -> Iterator[Finding]:
    message = scene.git.ask("log", "-1", "--format=%B", CACHE)
    command = scene.config.value("diff.nbhotel.textconv")
    if message is not None and (message.strip() != command.strip() or not scene.wishes.cache):
        what = f"{CACHE} holds texts that another nbhotel made"
        yield Finding("cache", what, "drop it", lambda: scene.git.run("update-ref", "-d", CACHE))


def _in_git(scene: Scene) -> Iterator[Finding]:
    old = with_outputs(scene.git) if scene.git.top() else []
    if old:
        what = f"committed with outputs: {len(old)} notebooks, such as {old[0]}"
        remedy = "`nbhotel git refresh --renormalize` stages them clean"
        yield Finding("outputs", what.replace("1 notebooks, such as", "1 notebook,"), remedy, grade="note")


def _exceptions(scene: Scene) -> Iterator[Finding]:
    """Notebooks in folders or with names of which some file says something else."""
    if effective(scene.git, [PROBE])[PROBE]["filter"] != NAME:
        return
    listed = scene.git.listed("ls-files", "-z", "--", ":(top)*.ipynb")
    values = effective(scene.git, listed) if listed else {}
    other = [path for path in listed if values[path]["filter"] != NAME]
    if other:
        first = other[0]
        what = f"not cleaned: {len(other)} of {len(listed)} notebooks, such as {first}"
        yield Finding("exceptions", what, f"`git check-attr filter -- {first}` tells more", grade="note")


def _others(scene: Scene) -> Iterator[Finding]:
    """Other tools that don't win over nbhotel, but are there."""
    wins = set(effective(scene.git, [PROBE])[PROBE].values()) == {NAME}
    for name in dict.fromkeys(found.rival for found in rivals.in_attributes(scene.git) if wins):
        what = f"{name} is set up here as well; nbhotel wins"
        yield Finding("rival", what, "`nbhotel git enable --replace` removes it", grade="note")
    for found in rivals.in_hooks(scene.git):
        what = f"{found.line.place} calls {found.rival}, which may change notebooks on disk"
        yield Finding("hooks", what, "leave it out if outputs vanish from your worktree", grade="note")
    for line in rivals.foreign(scene.git):
        what = f"{line.place}: {line.pattern} has the filter {line.values['filter']}"
        yield Finding("filter", what, "a file can have one filter", grade="note")


def _configure(scene: Scene) -> None:
    there = scene.config.only(scene.place.scope)
    for setting in scene.config.only("worktree").settings:  # it would win
        if setting.key in _wanted(scene):
            scene.git.ask("config", "--worktree", "--unset-all", setting.key)
    write(scene.git, scene.place.scope, _wanted(scene), there)


def _wanted(scene: Scene) -> dict[str, str]:
    wishes = scene.wishes
    there = our_aliases(scene.config.only(scene.place.scope))
    ours = {key: value for key, value in aliases(wishes.program).items() if key in there}
    return driver(wishes.program, form=wishes.form, cache=wishes.cache) | ours


def _origin(origin: str) -> str:
    return origin.removeprefix("file:")


CHECKS: tuple[Check, ...] = (
    _git_version, _writable, _program, _required, _keys, _misplaced, _attributes, _hook, check_vault, _cache,
    _in_git, _exceptions, _others,
)  # fmt: skip
