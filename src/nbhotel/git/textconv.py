"""A notebook as plain text for `git log -p`, `show`, `blame`, `grep --textconv` and `log -S`.

Each line of source stands on a line of its own, as it is, so that blame and grep find what people typed.
Cells begin with the marks of the percent format. Ids are left out, as many tools make them anew; an output is
one line, since those that are in git at all are told apart by it.
"""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING

from nbhotel.git.digest import blake2b
from nbhotel.notebook.model import Cell, Json, Notebook, multiline

if TYPE_CHECKING:
    from nbhotel.chain.model import Chain

#: Goes up when the same notebook gets another text.
_FORM = 1
#: Longer values are shown by their size and a digest.
_LONGEST = 72
#: What is no more than how the cell looked on somebody's screen.
_VOLATILE = {"ExecuteTime", "collapsed", "execution", "hidden", "heading_collapsed", "scrolled", "trusted"}


def form_of(chain: Chain) -> str:
    """Return a short word that changes when the text of a notebook that `chain` has cleaned may change."""
    steps = repr([(step.name, sorted(step.options.items())) for step in chain.filters])
    return f"{_FORM}-{blake2b(steps.encode(), digest_size=4).hexdigest()}"


def text_of(notebook: Notebook) -> str:
    """Return the text; it ends with a newline."""
    lines = [_head(notebook)]
    for cell in notebook.cells:
        lines += ["", _mark(cell), *_source(cell), *_attachments(cell), *map(_output, cell.outputs)]
    return "".join(f"{line}\n" for line in lines)


def _head(notebook: Notebook) -> str:
    kernel = notebook.metadata.get("kernelspec")
    name = kernel.get("name") if isinstance(kernel, dict) else None
    words = [f"nbformat {notebook.format[0]}.{notebook.format[1]}"]
    words += [f"kernel {name}"] if isinstance(name, str) else []
    words += [notebook.language] if notebook.language else []
    return _one_line(f"# %% [notebook] {', '.join(words)}")


def _mark(cell: Cell) -> str:
    kind = "" if cell.kind == "code" else f" [{cell.kind or 'unknown'}]"
    told = [
        f" {key}={_brief(value)}" for key, value in cell.metadata.items() if key not in _VOLATILE and value
    ]
    return _one_line(f"# %%{kind}{''.join(told)}")


def _source(cell: Cell) -> list[str]:
    return cell.source.replace("\r\n", "\n").removesuffix("\n").split("\n") if cell.source else []


def _attachments(cell: Cell) -> list[str]:
    return [_one_line(f"# %% attachment {name}: {_digest(data)}") for name, data in cell.attachments.items()]


def _output(output: dict[str, Json]) -> str:
    kind = output.get("output_type")
    if kind == "stream":
        return _one_line(f"# %% {output.get('name')}: {_text(multiline(output.get('text')), output)}")
    if kind == "error":
        value = f"{output.get('ename')}: {output.get('evalue')}"
        return _one_line(f"# %% error: {_text(value, output)}")
    data = output.get("data")
    if not isinstance(data, dict):
        return _one_line(f"# %% {kind}: {_digest(output)}")
    if set(data) == {"text/plain"}:
        return _one_line(f"# %% output: {_text(multiline(data['text/plain']), output)}")
    return _one_line(f"# %% output: {', '.join(data)}, {_digest(data)}")


def _text(text: str | None, output: dict[str, Json]) -> str:
    """A short text itself; of others their size and digest."""
    line = (text or "").removesuffix("\n")
    return line if text is not None and len(line) <= _LONGEST and "\n" not in line else _digest(output)


def _brief(value: Json) -> str:
    told = dumps(value, ensure_ascii=False, sort_keys=True)
    return told if len(told) <= _LONGEST else _digest(value)


def _digest(value: Json) -> str:
    """The size of a value and a digest: the same for the same value, whatever order its keys are in."""
    data = dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    return f"{len(data):,} bytes, {blake2b(data, digest_size=5).hexdigest()}"


def _one_line(text: str) -> str:
    """Whatever a notebook's names hold, a mark is one line."""
    return " ".join(text.splitlines()) or text
