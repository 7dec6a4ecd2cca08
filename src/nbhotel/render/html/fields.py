"""Changes of metadata and of other JSON values, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from nbhotel.diff.values import JsonChange
from nbhotel.notebook.model import Json
from nbhotel.render.html.tags import count, esc, fold

_VALUE_UP_TO = 2_000
_LINE_UP_TO = 60


def fields_fold(changes: Sequence[JsonChange], what: str) -> str:
    """The table, folded if it is long; "" if nothing changed."""
    if not changes:
        return ""
    summary = f"{esc(what)}: {count(len(changes), 'change')}"
    return fold(summary, fields_table(changes, what), opened=len(changes) <= 6)


def fields_table(changes: Sequence[JsonChange], caption: str) -> str:
    """One row for each value: its path, before, after."""
    rows = "".join(
        f'<tr><th scope="row">{esc(".".join(change.path))}</th>'
        f"<td>{_value('del', change.old, there=change.kind != 'added')}</td>"
        f"<td>{_value('ins', change.new, there=change.kind != 'removed')}</td></tr>\n"
        for change in changes
    )
    return (
        f'<div class="scroll"><table class="fields"><caption class="sr">{esc(caption)}</caption>\n'
        '<thead><tr><th scope="col">Field</th><th scope="col">Before</th><th scope="col">After</th></tr>'
        "</thead>\n"
        f"<tbody>{rows}</tbody></table></div>\n"
    )


def _value(element: str, value: Json, *, there: bool) -> str:
    if not there:
        return '<span class="absent">absent</span>'
    text = value if isinstance(value, str) else _json(value)
    rest = len(text) - _VALUE_UP_TO
    cut = f'<span class="cut">… {rest:,} more characters</span>' if rest > 0 else ""
    return f"<{element}>{esc(text[:_VALUE_UP_TO]) or '(empty)'}{cut}</{element}>"


def _json(value: Json) -> str:
    """A value on one line if it is short."""
    from json import dumps

    try:
        line = dumps(value, ensure_ascii=False)
        return line if len(line) <= _LINE_UP_TO else dumps(value, ensure_ascii=False, indent=1)
    except RecursionError:
        return "(nested too deeply to be written)"
