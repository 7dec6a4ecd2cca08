"""`secrets`: keys, tokens and passwords are reported, and in outputs replaced if that is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nbhotel.chain.edits import map_outputs, mapped
from nbhotel.notebook.model import multiline
from nbhotel.notebook.writing import source_lines

if TYPE_CHECKING:
    from nbhotel.chain.findings import Finding
    from nbhotel.chain.model import Filter
    from nbhotel.notebook.model import Cell, Json, Notebook


class Secrets:
    """The filter, with its own account of what it finds."""

    def __init__(self, entropy: bool, redact: bool) -> None:
        self.entropy = entropy
        self.redact = redact

    def __call__(self, notebook: Notebook) -> Notebook:
        return map_outputs(notebook, self._outputs) if self.redact else notebook

    def findings(self, notebook: Notebook) -> Iterator[Finding]:
        """Yield what looks like a secret, with its line; the secret itself is not in it."""
        from nbhotel.chain.findings import Finding
        from nbhotel.chain.secrets import located

        for index, cell in enumerate(notebook.cells):
            for path, text in _texts(cell):
                for line, what in located(text, entropy=self.entropy):
                    yield Finding(
                        "secrets",
                        index,
                        cell.id,
                        f"{path}:{line}",
                        f"{path}, line {line}: {what}",
                        secret=True,
                    )

    def _outputs(self, _cell: Cell, outputs: list[dict[str, Json]]) -> list[dict[str, Json]]:
        new = mapped(outputs, self._output)
        return outputs if new is outputs else list(new)

    def _output(self, output: dict[str, Json]) -> dict[str, Json]:
        new = dict(output)
        for key in ("text", "evalue", "traceback"):
            if key in output:
                new[key] = self._value(output[key], items=key == "traceback")
        data = output.get("data")
        if isinstance(data, dict):
            bundle = {mime: self._value(data[mime]) if _is_text(mime) else data[mime] for mime in data}
            new["data"] = data if all(bundle[mime] is data[mime] for mime in data) else bundle
        return output if all(new[key] is output[key] for key in output) else new

    def _value(self, value: Json, *, items: bool = False) -> Json:
        if items and isinstance(value, list):
            new = [self._value(each) for each in value]
            return value if all(a is b for a, b in zip(new, value, strict=True)) else new
        old = multiline(value)
        if not old:
            return value
        from nbhotel.chain.secrets import redacted

        text = redacted(old, entropy=self.entropy)
        if text == old:
            return value
        return source_lines(text) if isinstance(value, list) else text


def find_secrets(*, entropy: bool = True, redact: bool = False) -> Filter:
    """Look for secrets. As a filter it changes nothing, unless told to; `nbhotel check` reports them.

    entropy: besides the well-known formats, literals that look random and are assigned to telling names
    redact: replace secrets in outputs by a note. Sources are never changed
    """
    return Secrets(entropy, redact)


def _texts(cell: Cell) -> Iterator[tuple[str, str]]:
    yield "source", cell.source
    for number, output in enumerate(cell.outputs):
        for key, value in _values(output):
            text = multiline(value)
            if text:
                yield f"outputs.{number}.{key}", text


def _values(output: dict[str, Json]) -> Iterator[tuple[str, Json]]:
    for key in ("text", "evalue"):
        yield key, output.get(key)
    traceback = output.get("traceback")
    if isinstance(traceback, list):
        yield "traceback", _lines(traceback)
    data = output.get("data")
    if isinstance(data, dict):
        yield from ((mime, value) for mime, value in data.items() if _is_text(mime))


def _lines(items: Sequence[Json]) -> str:
    return "\n".join(each for each in items if isinstance(each, str))


def _is_text(mime: str) -> bool:
    return mime.startswith("text/") or mime.endswith(("json", "xml", "javascript"))
