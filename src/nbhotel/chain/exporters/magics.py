"""IPython's own lines in Python code (`%magic`, `!command`, `name?`): found, commented, or made Python.

Source of the forms: https://ipython.readthedocs.io/en/stable/interactive/reference.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

# A line of IPython's own: %magic, !command, `x = !command`, `?name` and `name?`.
_MAGIC = re.compile(r"\s*(?:[%!?]|[\w.,()\[\] ]+=\s*(?:!|%{1,2}[A-Za-z])|[\w.*%]+\?{1,2}\s*$)")
_ASSIGNED = re.compile(r"(?P<target>[\w.,()\[\] ]+=)\s*(?P<magic>.*)", re.DOTALL)
# What decides whether the next line begins inside a string or a bracket.
_TOKEN = re.compile(
    r"(?P<comment>\#[^\n]*)|(?P<triple>\"{3}|'{3})|(?P<string>\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?)"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])"
)


def cell_magic(lines: Sequence[str]) -> str:
    """Return the name of the magic that has the whole cell, such as "bash" of `%%bash`; "" if none has."""
    first = next((line for line in lines if line.strip()), "")
    return first[2:].split(maxsplit=1)[0] if first.startswith("%%") and first[2:].strip() else ""


def statements(lines: Sequence[str]) -> Iterator[tuple[bool, list[str]]]:
    """Yield whether it is IPython's, and the lines of it: one, or a magic with its continuations."""
    state, group, magic = "", list[str](), False
    for line in lines:
        if not group:
            magic = not state and bool(_MAGIC.match(line))
        group.append(line)
        if not magic:
            state = _after(line, state)
        # A backslash continues a statement of either kind: what follows it is no magic.
        if not line.endswith("\\"):
            yield magic, group
            group = []
    if group:
        yield magic, group


def has_magics(lines: Sequence[str]) -> bool:
    """Whether any line is IPython's own."""
    return any(magic for magic, _ in statements(lines))


def commented(lines: Sequence[str], comment: str = "#") -> list[str]:
    """Comment IPython's lines, and a cell of another language (`%%bash`) wholly."""
    if cell_magic(lines):
        return [_comment(line, comment) for line in lines]
    result: list[str] = []
    for magic, group in statements(_dedented(lines)):
        result += (
            [_line(group[0], comment), *(_comment(line, comment) for line in group[1:])] if magic else group
        )
    return result


def transformed(lines: Sequence[str]) -> list[str]:
    """Turn IPython's lines into calls of `get_ipython()`, by IPython itself if it is installed."""
    return _by_ipython(lines) or _by_hand(lines)


def _by_ipython(lines: Sequence[str]) -> list[str]:
    try:
        from IPython.core.inputtransformer2 import TransformerManager
    except ImportError:
        return []
    import warnings

    try:
        with warnings.catch_warnings(action="ignore"):  # it warns of line ends that are odd
            text = TransformerManager().transform_cell("\n".join(lines))  # type: ignore[no-untyped-call]
    except SyntaxError:
        return []
    return str(text).rstrip("\n").split("\n")


def _by_hand(lines: Sequence[str]) -> list[str]:
    """What IPython would make of the common forms."""
    name = cell_magic(lines)
    if name:
        first = next(index for index, line in enumerate(lines) if line.strip())
        body = "".join(f"{line}\n" for line in lines[first + 1 :])
        rest = lines[first].strip()[2 + len(name) :].strip()
        return [f"get_ipython().run_cell_magic({name!r}, {rest!r}, {body!r})"]
    result: list[str] = []
    for magic, group in statements(_dedented(lines)):
        result += [_call(group)] if magic else group
    return result


def _dedented(lines: Sequence[str]) -> list[str]:
    """Without the indent of the first line, as IPython runs a cell."""
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return [line.removeprefix(indent) for line in lines]


def _call(group: Sequence[str]) -> str:
    text = " ".join(line.removesuffix("\\") for line in group)
    body = text.strip()
    indent = text[: len(text) - len(text.lstrip())]
    if body.startswith(("%", "!", "?")) or body.endswith("?"):
        return indent + _one(body)
    found = _ASSIGNED.fullmatch(body)
    if not found:
        return indent + body
    value = found["magic"]
    if value.startswith("!"):
        return f"{indent}{found['target']} get_ipython().getoutput({value[1:].strip()!r})"
    return f"{indent}{found['target']} {_one(value)}"


def _one(body: str) -> str:
    if body.startswith("!!"):
        return f"get_ipython().getoutput({body[2:].strip()!r})"
    if body.startswith("!"):
        return f"get_ipython().system({body[1:].strip()!r})"
    if body.startswith("?") or body.endswith("?"):
        help_on, asked = body.strip("?").strip(), body.count("?")
        return f"get_ipython().run_line_magic({'pinfo2' if asked > 1 else 'pinfo'!r}, {help_on!r})"
    name, _, rest = body.lstrip("%").partition(" ")
    return f"get_ipython().run_line_magic({name!r}, {rest.strip()!r})"


def _line(line: str, comment: str) -> str:
    """Comment a line; in an indented block a `pass` takes its place, so that the block is never empty."""
    body = line.lstrip()
    indent = line[: len(line) - len(body)]
    return f"{indent}pass  {comment} {body}" if indent else _comment(body, comment)


def _comment(line: str, comment: str) -> str:
    return f"{comment} {line}".rstrip()


def _after(line: str, state: str) -> str:
    """Return what is open after a line: triple quotes and brackets, the innermost last; "" for nothing."""
    position = 0
    while position < len(line):
        if state[-1:] in {'"', "'"}:
            end = re.compile(rf"(?:\\.|[^\\])*?{state[-3:]}").match(line, position)
            if not end:
                return state
            state, position = state[:-3], end.end()
            continue
        token = _TOKEN.search(line, position)
        if not token:
            return state
        position = token.end()
        if token["triple"] or token["open"]:
            state += token[0]
        elif token["close"]:
            state = state[:-1]
    return state
