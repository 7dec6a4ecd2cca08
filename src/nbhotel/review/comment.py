"""A review as the Markdown of one comment, no longer than the host takes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbhotel.errors import UsageError
from nbhotel.render.markdown import diff_markdown
from nbhotel.render.markdown.cells import numbers
from nbhotel.render.markdown.text import code_span, counted, size
from nbhotel.review.changes import Checked, Review

#: Kept free for the link to the page, which is known only after the page was stored.
LINK_UP_TO = 1000
#: A comment is never asked to be shorter.
LEAST = 4000
_PATH_UP_TO = 200
_REASON_UP_TO = 160
_CELLS_UP_TO = 120
#: The share of a comment that findings may take, and lists of other files.
_FINDINGS, _RENAMED = 8, 10
_NOTHING = "/dev/null"
_TO_CLEAN = "What the repository's chain would take out or change; `nbhotel clean` does."
#: Stands in a comment until the page's address is known.
_UNLINKED = "All changes, with outputs and images, stand in `diff.html`, which is stored with the job."


def marker(name: str) -> str:
    """Return the line, not shown, by which a comment is known again. Raises UsageError."""
    if not re.fullmatch(r"[A-Za-z0-9_.]+(-[A-Za-z0-9_.]+)*", name) or len(name) > 60:
        raise UsageError("is no name for a review", where=name, remedy="letters, digits, - _ .")
    return f"<!-- nbhotel-review {name} -->"


def comment(review: Review, name: str, limit: int) -> str:
    """Return a comment of at most `limit` characters, and as many bytes, less those for the link to the page.

    What a notebook or a file's name says stands in code, where no host takes it for a mention or markup.
    """
    head = f"{marker(name)}\n## Changed notebooks\n\n{_summary(review)}\n\n"
    if not review.notebooks:
        return head
    head += f"{_UNLINKED}\n\n"
    head += _findings(review.checked, limit // _FINDINGS) + _renamed(review.renamed, limit // _RENAMED)
    shown = [each for each in review.comparisons if each]
    return head + (diff_markdown(shown, limit=limit, taken=size(head) + LINK_UP_TO) if shown else "")


def linked(text: str, page: str) -> str:
    """Return the comment with a link to the page, below its heading. Raises UsageError."""
    if not page:
        return text
    if not re.fullmatch(r"https?://[^\s<>()\[\]\"'`\\]+", page) or len(page) > LINK_UP_TO - 100:
        raise UsageError("is no address of a page", where=page[:100])
    return text.replace(_UNLINKED, f"[All changes, with outputs and images, as a page]({page})", 1)


def _summary(review: Review) -> str:
    between = f"between `{review.old[:10]}` and `{review.new[:10]}`"
    if not review.notebooks:
        return f"No notebook differs {between}."
    kinds = {
        "new": sum(each.old_name == _NOTHING for each in review.comparisons),
        "deleted": sum(each.new_name == _NOTHING for each in review.comparisons),
        "renamed": len(review.renamed)
        + sum(_NOTHING not in each[:2] and each.old_name != each.new_name for each in review.comparisons),
        "compared as text": sum(each.diff is None for each in review.comparisons),
        "with no change that counts": sum(not each for each in review.comparisons),
    }
    told = [f"{count:,} {kind}" for kind, count in kinds.items() if count]
    return f"{counted(review.notebooks, 'notebook')} changed {between}{': ' * bool(told)}{', '.join(told)}."


def _findings(checked: tuple[Checked, ...], limit: int) -> str:
    if not checked:
        return ""
    secrets = sum(finding.secret for each in checked for finding in each.findings)
    total = sum(len(each.findings) or 1 for each in checked)
    title = f"<b>nbhotel check</b>: {counted(total, 'finding')} in {counted(len(checked), 'notebook')}"
    warned = f"**{counted(secrets, 'possible secret')}**, marked below.\n\n" if secrets else ""
    # Notebooks with secrets come first: they are not to be among what is left out.
    ordered = sorted(checked, key=lambda each: not any(finding.secret for finding in each.findings))
    lines = [line for each in ordered for line in _lines(each)]
    body = _clipped(lines, limit, "finding")
    return f"{warned}<details><summary>{title}</summary>\n\n{_TO_CLEAN}\n\n{body}\n</details>\n\n"


def _lines(checked: Checked) -> Iterator[str]:
    """A line for each possible secret, and one for all that is in the way of a clean file."""
    file = code_span(checked.file, _PATH_UP_TO)
    if checked.error:
        yield f"- {file}: not readable as a notebook: {code_span(checked.error, _REASON_UP_TO)}\n"
    places: dict[str, list[int]] = {}
    for finding in checked.findings:
        if finding.secret:
            where = "" if finding.cell is None else f" (cell {finding.cell + 1})"
            yield f"- {file}: **secret?** {code_span(finding.reason, _REASON_UP_TO)}{where}\n"
        else:
            places.setdefault(finding.path or finding.reason, []).extend(
                [] if finding.cell is None else [finding.cell]
            )
    if places:
        yield f"- {file}: {'; '.join(code_span(what) + _cells(cells) for what, cells in places.items())}\n"


def _cells(indexes: list[int]) -> str:
    places = sorted(set(indexes))
    text = numbers(places)
    if len(text) > _CELLS_UP_TO:
        text = f"{text[:_CELLS_UP_TO].rpartition(', ')[0]}, …"
    return f" (cell{'s' * (len(places) > 1)} {text})" if text else ""


def _renamed(renamed: tuple[tuple[str, str], ...], limit: int) -> str:
    if not renamed:
        return ""
    lines = [f"- {code_span(old, _PATH_UP_TO)} → {code_span(new, _PATH_UP_TO)}\n" for old, new in renamed]
    return f"Renamed only:\n\n{_clipped(lines, limit, 'notebook')}\n"


def _clipped(lines: list[str], limit: int, noun: str) -> str:
    """Return as many of the lines as fit into `limit` bytes, and say how many more there are."""
    left = limit
    for index, line in enumerate(lines):
        left -= size(line)
        if left < 0:
            return f"{''.join(lines[:index])}- … and {counted(len(lines) - index, f'more {noun}')}\n"
    return "".join(lines)
