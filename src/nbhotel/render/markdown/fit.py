"""Make a comment fit: leave out the least important parts, and say so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from nbhotel.records import NamedTuple
from nbhotel.render.markdown.parts import Item, Section, Stage, item_text
from nbhotel.render.markdown.text import counted, size

#: Bytes kept free for the closing note, and for the line that counts a section's missing items.
_NOTE = 600
_MORE = 40

_LEFT_OUT = {
    Stage.OUTPUT_TEXT: "the text of {}",
    Stage.OUTPUTS: "{}",
    Stage.METADATA: "{}",
    Stage.MOVED: "the source of {}",
    Stage.CONTEXT: "the unchanged lines of {}",
    Stage.SOURCE: "the source of {}",
}
_NOUNS = {
    Stage.OUTPUTS: "output",
    Stage.OUTPUT_TEXT: "output",
    Stage.METADATA: "metadata list",
    Stage.MOVED: "moved cell",
}


class _Step(NamedTuple):
    stage: Stage
    gain: int  # bytes, negative: the largest come first
    place: tuple[int, int, int]  # section, item, part
    version: int  # the one to go to


class _Draft:
    """What is shown of each part just now, and how many bytes that makes."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self.sections = sections
        self.shown = [[[0] * len(item.parts) for item in section.items] for section in sections]
        self.more = [0] * len(sections)
        self.left_out: Counter[Stage] = Counter()
        self.size = sum(self._section_size(index) for index in range(len(sections)))

    def item(self, section: int, item: int) -> str:
        entry: Item = self.sections[section].items[item]
        shown = self.shown[section][item]
        texts = [(*part.versions, "")[now] for part, now in zip(entry.parts, shown, strict=True)]
        return item_text(entry.title, texts)

    def section(self, index: int) -> str:
        items = "".join(self.item(index, each) for each in range(len(self.shown[index])))
        more = f"… and {counted(self.more[index], 'more change')}.\n\n" if self.more[index] else ""
        return f"{self.sections[index].head}{items}{more}"

    def text(self) -> str:
        return "".join(self.section(index) for index in range(len(self.shown)))

    def take(self, step: _Step) -> None:
        section, item, part = step.place
        if self.shown[section][item][part] >= step.version:
            return
        before = size(self.item(section, item))
        self.shown[section][item][part] = step.version
        self.size += size(self.item(section, item)) - before
        self.left_out[step.stage] += 1

    def drop_item(self) -> None:
        """Leave out the last item that is there."""
        section = max(index for index, items in enumerate(self.shown) if items)
        self.size -= size(self.item(section, len(self.shown[section]) - 1))
        self.size += 0 if self.more[section] else _MORE
        self.shown[section].pop()
        self.more[section] += 1

    def drop_section(self) -> None:
        """Leave out the last section; its items are gone already."""
        last = len(self.shown) - 1
        self.size -= self._section_size(last) + (_MORE if self.more[last] else 0)
        self.shown.pop()
        self.more.pop()

    def _section_size(self, index: int) -> int:
        items = range(len(self.shown[index]))
        return size(self.sections[index].head) + sum(size(self.item(index, each)) for each in items)


def fit(sections: Sequence[Section], limit: int, taken: int = 0) -> str:
    """Return the text of all sections in at most `limit` bytes, with a closing note on what is left out.

    `taken` of the bytes are somebody else's.
    """
    draft = _Draft(sections)
    if draft.size <= limit - taken:
        return draft.text()
    budget = limit - taken - _NOTE
    for step in sorted(_steps(sections)):
        if draft.size <= budget:
            break
        draft.take(step)
    while draft.size > budget and any(draft.shown):
        draft.drop_item()
    while draft.size > budget and draft.shown:
        draft.drop_section()
    if draft.size > budget:
        return f"The differences do not fit into {limit:,} characters.\n"[: max(limit - taken, 0)]
    return f"{draft.text()}{_note(draft, limit)}"


def _steps(sections: Sequence[Section]) -> Iterator[_Step]:
    for i, section in enumerate(sections):
        for j, item in enumerate(section.items):
            for k, part in enumerate(item.parts):
                sizes = [*map(size, part.versions), 0]
                for version, stage in enumerate(part.stages):
                    yield _Step(stage, sizes[version + 1] - sizes[version], (i, j, k), version + 1)


def _note(draft: _Draft, limit: int) -> str:
    what = [
        _LEFT_OUT[stage].format(counted(count, _NOUNS.get(stage, "cell")))
        for stage, count in sorted(draft.left_out.items())
    ]
    items, sections = sum(draft.more), len(draft.sections) - len(draft.shown)
    what += [counted(items, "change")] if items else []
    what += [counted(sections, "notebook")] if sections else []
    return f"*Left out to stay below {limit:,} characters: {', '.join(what)}.*\n"
