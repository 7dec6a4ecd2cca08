"""Which attributes git gives to notebooks, which file says so, and our lines in such files.

Source: gitattributes(5).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from nbhotel.git.calls import Git
from nbhotel.git.setup.blocks import read
from nbhotel.git.setup.drivers import NAME
from nbhotel.records import NamedTuple

#: The attributes that a driver can stand behind.
ATTRIBUTES = ("filter", "diff", "merge")
#: A notebook that may or may not be there, to ask git about.
PROBE = "notebook.ipynb"
_NOT_SET = {"unspecified", "unset", "set"}


class Line(NamedTuple):
    """One line of an attributes file: `number` from 1, and what it says of files that match `pattern`.

    In `values`, an attribute that is taken away (`-diff`, `!diff`) is "unset" or "unspecified".
    """

    file: str
    number: int
    pattern: str
    values: dict[str, str]

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return f"{self.file}:{self.number}"

    def concerns(self, path: str) -> bool:
        """Whether the pattern may match a path; folders before a file's name are not looked at closely."""
        pattern = self.pattern.rpartition("/")[2]
        return fnmatchcase(path.rpartition("/")[2], pattern) or pattern in {"", "**"}


def our_lines(keep: Iterable[str], others: Iterable[Line] = ()) -> list[str]:
    """Return the lines that put our driver before notebooks.

    Files that match `keep` go into git as they are, and what `others` say of filters (Git LFS) stays so.
    """
    lines = [f"*.ipynb filter={NAME} diff={NAME} merge={NAME}"]
    lines += [f"{_pattern(line.pattern)} filter={line.values['filter']}" for line in others]
    return lines + [f"{_pattern(pattern)} -filter" for pattern in keep]


def kept(lines: Sequence[str]) -> list[str]:
    """Return the patterns of `our_lines` whose files keep their outputs in git."""
    parsed = parse("\n".join(lines), "")
    return [line.pattern for line in parsed if line.values.get("filter") == "unset"]


def parse(text: str, file: str) -> list[Line]:
    """Return the lines of an attributes file that are rules; `file` is its name for people."""
    found = []
    for number, raw in enumerate(text.split("\n"), 1):
        pattern, words = _split(raw.strip())
        if pattern and not pattern.startswith("["):  # [attr]… defines a macro
            found.append(Line(file, number, pattern, dict(map(_value, words))))
    return found


def effective(git: Git, paths: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return what git makes of the attributes of `paths`: path -> attribute -> value. Raises InputError."""
    words = iter(git.listed("check-attr", "-z", "--stdin", *ATTRIBUTES, data=list(paths)))
    result: dict[str, dict[str, str]] = {}
    for path in words:
        name, value = next(words), next(words)
        result.setdefault(path, {})[name] = value
    return result


def is_driver(value: str) -> bool:
    """Whether an attribute's value is the name of a driver."""
    return value not in _NOT_SET


def files(git: Git, attributes_file: str) -> Iterator[str]:
    """Yield the attributes files that count at the top of a repository, the one that wins first.

    `attributes_file` is git's core.attributesFile, or its default. Those of subfolders are not among them.
    """
    yield git.path("info/attributes")
    top = git.top()
    if top:
        yield os.path.join(top, ".gitattributes")
    if attributes_file:
        yield attributes_file
    yield system_file(git)


def system_file(git: Git) -> str:
    """Return the attributes file of the whole machine."""
    return git.ask("var", "GIT_ATTR_SYSTEM") or "/etc/gitattributes"  # git before 2.42 doesn't say


def user_file(git: Git) -> str:
    """Return the user's attributes file: core.attributesFile, or its default. "" if there is no home."""
    configured = git.ask("config", "--type=path", "core.attributesFile")
    if configured:
        return os.path.join(git.folder, configured)
    home = git.environment.get("HOME", "")
    folder = git.environment.get("XDG_CONFIG_HOME") or (f"{home}/.config" if home else "")
    return f"{folder}/git/attributes" if folder else ""


def said_by(git: Git, attribute: str, path: str = PROBE) -> Line | None:
    """Return the line that decides an attribute of a path at the top; None if none of them says anything."""
    for file in files(git, user_file(git)):
        for line in reversed(parse(read(file), shown(git, file))):
            if attribute in line.values and line.concerns(path):
                return line
    return None


def shown(git: Git, file: str) -> str:
    """Return a file's name for people: relative to the folder if it is below it."""
    relative = os.path.relpath(file, git.folder)
    return file if relative.startswith("..") else relative


def _split(line: str) -> tuple[str, list[str]]:
    if not line or line.startswith("#"):
        return "", []
    if line.startswith('"') and '"' in line[1:]:
        end = line.index('"', 1)
        return line[1:end], line[end + 1 :].split()
    pattern, *words = line.split()
    return pattern, words


def _value(word: str) -> tuple[str, str]:
    if word.startswith("-"):
        return word[1:], "unset"
    if word.startswith("!"):
        return word[1:], "unspecified"
    name, found, value = word.partition("=")
    return name, value if found else "set"


def _pattern(pattern: str) -> str:
    return f'"{pattern}"' if " " in pattern or pattern.startswith('"') else pattern
