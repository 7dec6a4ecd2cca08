"""Made breakages of every kind: the result opens, and what was whole is there."""

from __future__ import annotations

from random import Random

import pytest

from tests.repair.damage import STYLES, everything, missing, repaired, sound, whole

pytestmark = pytest.mark.slow


def test_cut_at_every_place_all_whole_cells_are_saved_and_each_line_up_to_the_cut():
    notebook = sound(1, cells=4)
    data = notebook.text.encode()
    for place in range(0, len(data) - 3, 7):
        found = repaired(data[:place])
        cut = data[:place].decode("utf-8", "ignore")
        pairs = list(zip(notebook.cells, notebook.spans, strict=True))
        assert missing([cell for cell, (_, end) in pairs if end <= len(cut)], found) == []
        assert found.findings[0].kind in {"truncated", "content"}
        texts = everything(found)
        for cell, (start, end) in pairs:
            lines = [line for line in cell["source"] if f'    "{line[:-1]}' in cut[start:end]]
            assert [line for line in lines if line.strip() not in texts] == []


def test_the_partial_last_cell_keeps_its_source_as_far_as_it_goes():
    text = sound(1, cells=3).text
    place = text.rindex('"source": [')
    broken = text[:place] + '"source": [\n    "first = 1\\n",\n    "second = \\u00e'
    found = repaired(broken.encode())
    assert found.notebook.cells[-1].source == "first = 1\nsecond = "
    assert [each.what for each in found.findings if each.cell == 2] == ["was cut off in its source"]
    assert found.lost == ()


@pytest.mark.parametrize("style", STYLES)
def test_2000_breakages(style):
    """A piece is missing, something strange was put in, a quote or a bracket is gone, a block was lost."""
    random = Random(style)
    for seed in range(20):
        notebook = sound(seed, style, random.randint(1, 5))
        for _ in range(25):
            start, end, by = damage(notebook.text, random)
            broken = notebook.text[:start] + by + notebook.text[end:]
            found = repaired(broken.encode())
            assert missing(whole(notebook, start, end), found) == [], (start, end, by, seed)


def damage(text: str, random: Random) -> tuple[int, int, str]:
    """Where the text is damaged, and what stands there instead."""
    kind = random.choice(["gone", "put in", "other", "block", "quote", "bracket"])
    if kind in {"quote", "bracket"}:
        signs = '"' if kind == "quote" else "{}[]"
        place = random.choice([index for index, char in enumerate(text) if char in signs])
        return place, place + 1, ""
    place = random.randrange(len(text))
    if kind == "block":
        return place, min(len(text), place + random.randint(1, 200)), ""
    by = "" if kind == "gone" else random.choice('x"{}[],:\\\n 0')
    return place, place + (kind != "put in"), by


@pytest.mark.parametrize("kind", ["gone", "two gone", "twice", "swapped"])
def test_lines_that_an_editor_or_a_merge_has_mixed_up(kind):
    notebook = sound(2, cells=4)
    lines = notebook.text.split("\n")
    ends = [0]
    for line in lines:
        ends.append(ends[-1] + len(line) + 1)
    for number in range(len(lines) - 2):
        changed = list(lines)
        touched = number + 1
        if kind in {"gone", "two gone"}:
            touched += kind == "two gone"
            del changed[number:touched]
        elif kind == "twice":
            changed.insert(number, changed[number])
        else:
            touched += 1
            changed[number:touched] = changed[number:touched][::-1]
        found = repaired("\n".join(changed).encode())
        near = (ends[max(0, number - 1)], ends[touched] + len(lines[touched]))
        assert missing(whole(notebook, *near), found) == [], (number, lines[number])
        texts = everything(found)
        for line in (line for cell in notebook.cells for line in cell["source"] if line.strip()):
            assert line.strip() in texts or f'"{line[:-1]}' not in "\n".join(changed), (number, line)
