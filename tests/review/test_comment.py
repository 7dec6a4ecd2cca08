"""The comment: what it tells, how long it gets, and that nothing foreign in it is alive."""

from __future__ import annotations

import re

import pytest

from nbhotel.chain.findings import Finding
from nbhotel.errors import UsageError
from nbhotel.notebook.model import EMPTY
from nbhotel.notebook.reading import read_notebook
from nbhotel.render.subjects import compare
from nbhotel.review.changes import Checked, Review
from nbhotel.review.comment import LEAST, comment, linked, marker
from tests.cli.repositories import ONE, TWO, notebook
from tests.render.test_markdown_hostile import ATTACKS, TAGS, seen
from tests.render.test_markdown_hostile import notebook as hostile


def read(*sources: str):
    return read_notebook(notebook(*sources).encode())


WIDGETS = Finding("m", None, None, "metadata.widgets", "has it")
CHANGED = compare("a.ipynb", read(ONE), "a.ipynb", read(TWO))


def made(*comparisons, limit: int = 65_536, **more) -> str:
    return comment(Review("1" * 40, "2" * 40, comparisons, **more), "notebooks", limit)


def test_the_head_tells_what_happened():
    text = made(
        CHANGED,
        compare("/dev/null", EMPTY, "new.ipynb", read("1")),
        compare("gone.ipynb", read("1"), "/dev/null", EMPTY),
        compare("x.ipynb", read(ONE), "y.ipynb", read(TWO)),
        compare("same.ipynb", read("1"), "same.ipynb", read("1")),
        compare("bad.ipynb", read("1"), "bad.ipynb", read_notebook(b"{")),
        renamed=(("p.ipynb", "q.ipynb"),),
    )
    assert text.startswith("<!-- nbhotel-review notebooks -->\n## Changed notebooks\n\n")
    assert (
        "7 notebooks changed between `1111111111` and `2222222222`: 1 new, 1 deleted, 2 renamed, "
        "1 compared as text, 1 with no change that counts.\n"
    ) in text
    assert "Renamed only:\n\n- `p.ipynb` → `q.ipynb`\n" in text
    assert re.findall("^### (.*)$", text, re.MULTILINE) == [
        "`a.ipynb`",
        "`new.ipynb` (new)",
        "`gone.ipynb` (deleted)",
        "`x.ipynb` → `y.ipynb`",
        "`bad.ipynb`",
    ]
    assert "-value = compute(1)\n+value = compute(2)\n" in text


def test_no_changes_are_told_in_a_line():
    assert made() == (
        "<!-- nbhotel-review notebooks -->\n## Changed notebooks\n\n"
        "No notebook differs between `1111111111` and `2222222222`.\n\n"
    )


def test_findings_are_gathered_and_secrets_come_first():
    many = [Finding("outputs", cell, None, "outputs", "has 1 output") for cell in (0, 1, 2, 4)]
    secret = Finding("secrets", 1, None, "source:1", "source, line 1: a GitHub token", secret=True)
    text = made(
        CHANGED,
        checked=(
            Checked("a.ipynb", (*many, WIDGETS, WIDGETS._replace(path="id", cell=6))),
            Checked("b.ipynb", (secret,)),
            Checked("c.ipynb", (), "line 1: ends too early"),
        ),
    )
    assert (
        "**1 possible secret**, marked below.\n\n<details><summary><b>nbhotel check</b>: 8 findings" in text
    )
    assert text[text.index("- `b.ipynb`") :].startswith(
        "- `b.ipynb`: **secret?** `source, line 1: a GitHub token` (cell 2)\n"
        "- `a.ipynb`: `outputs` (cells 1-3, 5); `metadata.widgets`; `id` (cell 7)\n"
        "- `c.ipynb`: not readable as a notebook: `line 1: ends too early`\n"
        "\n</details>\n"
    )


def test_the_link_takes_the_place_of_the_name():
    text = made(CHANGED)
    url = "https://github.com/o/r/actions/runs/1/artifacts/2"
    assert f"[All changes, with outputs and images, as a page]({url})\n" in linked(text, url)
    assert "stored with the job" not in linked(text, url)
    assert linked(text, "") == text
    for wrong in ("javascript:alert(1)", "https://x/)[evil](y", "https://x/ y", "https://x/" + "y" * 1000):
        with pytest.raises(UsageError):
            linked(text, wrong)


def test_names_are_words():
    for wrong in ("", "a b", "-->", "a--b", "<", "x" * 61):
        with pytest.raises(UsageError):
            marker(wrong)


@pytest.mark.parametrize("limit", [LEAST, 20_000, 65_536, 1_000_000])
def test_a_comment_is_never_too_long_and_never_cut_within_a_block(limit):
    sources = [f"# {'✓' * 60}\nx = {number}\n" * 20 for number in range(40)]
    comparisons = [
        compare(f"{n}.ipynb", read(*sources), f"{n}.ipynb", read(*(s + "y" for s in sources)))
        for n in range(4)
    ]
    findings = [
        Checked(f"{'d' * 100}/{n}.ipynb", (Finding("o", 1, None, "outputs", "x"),)) for n in range(500)
    ]
    renamed = [(f"{n}.ipynb", f"{'e' * 100}{n}.ipynb") for n in range(500)]
    text = made(*comparisons, limit=limit, checked=tuple(findings), renamed=tuple(renamed))
    text = linked(text, f"https://{'h' * 800}")
    assert len(text) <= len(text.encode()) <= limit
    reader = seen(re.sub(r"\]\(https:\S+\)|^<!--.*-->", "]", text, flags=re.MULTILINE))  # not what is our own
    assert reader.tags <= TAGS | {"h2", "strong"}
    if limit < 65_536:
        assert "… and " in text
        assert f"Left out to stay below {limit:,} characters" in text


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_in_findings_and_names_stay_in_code(attack):
    clean = attack.encode("utf-8", "replace").decode()
    finding = Finding(attack, 0, attack, attack, attack)
    checked = (
        Checked(attack, (finding, finding._replace(secret=True))),
        Checked(clean, (), attack),
    )
    comparison = compare(attack, hostile(attack, 1), attack, hostile(attack, 2))
    text = made(comparison, checked=checked, renamed=((attack, clean),))
    reader = seen(text.split("\n", 1)[1])
    assert reader.tags <= TAGS | {"h2", "strong"}
    assert "evil" not in reader.prose
    assert "@" not in reader.prose
