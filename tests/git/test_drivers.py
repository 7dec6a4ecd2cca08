"""What git shows and merges through our drivers."""

from __future__ import annotations

from tests.git.sandbox import notebook


def lines_of(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def test_git_diff_shows_cells(enabled):
    enabled.write("a.ipynb", notebook("# Title", "x = 1", "print(x)", ran=True))
    enabled.commit()
    enabled.write("a.ipynb", notebook("# Title", "x = 2", "print(x)", ran=True))
    shown = lines_of(enabled.git("diff"))
    assert shown[:3] == ["diff --git a/a.ipynb b/a.ipynb", "--- a/a.ipynb", "+++ b/a.ipynb"]
    assert "-x = 1" in "".join(shown).replace(" ", "") or any("x = 1" in line for line in shown)
    assert not any("output" in line for line in shown)
    assert not any('"source"' in line for line in shown)
