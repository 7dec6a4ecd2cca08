"""What git merges through our driver, by real git."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.git.commits import committed, conflict
from tests.git.sandbox import Sandbox, notebook


def test_a_clean_merge(enabled):
    committed(enabled, "# Title", "x = 1", "print(x)")
    enabled.git("checkout", "-q", "-b", "topic")
    committed(enabled, "# Title", "x = 1", "print(x)", "y = 2")
    enabled.git("checkout", "-q", "main")
    committed(enabled, "# New title", "x = 1", "print(x)")
    enabled.git("merge", "-q", "--no-edit", "topic")
    merged = json.loads(enabled.git("show", "HEAD:a.ipynb"))
    assert ["".join(cell["source"]) for cell in merged["cells"]] == [
        "# New title",
        "x = 1",
        "print(x)",
        "y = 2",
    ]


def source(repo: Sandbox, cell: int) -> list[str]:
    """The lines of a cell of the conflicted notebook, which opens."""
    document = json.loads((repo.folder / "a.ipynb").read_text())
    return "".join(document["cells"][cell]["source"]).splitlines()


def test_a_conflict_has_gits_labels_and_opens(enabled):
    conflict(enabled)
    assert source(enabled, 1) == ["<<<<<<< HEAD", "x = 'main'", "=======", "x = 'topic'", ">>>>>>> topic"]
    assert enabled.git("ls-files", "-u").count("\n") == 3
    assert enabled.git("status", "--porcelain") == "UU a.ipynb\n"


def test_a_conflict_in_a_rebase(enabled):
    committed(enabled, "x = 1")
    enabled.git("checkout", "-q", "-b", "topic")
    enabled.write("a.ipynb", notebook("x = 'topic'"))
    topic = enabled.commit("make it: a topic")
    enabled.git("checkout", "-q", "main")
    committed(enabled, "x = 'main'")
    enabled.git("checkout", "-q", "topic")
    enabled.git("rebase", "-q", "main", code=1)
    assert source(enabled, 0)[0].startswith("<<<<<<< ")
    assert source(enabled, 0)[-1] == f">>>>>>> {topic[:7]} (make it: a topic)"


def test_conflict_style_and_marker_size(enabled):
    enabled.git("config", "merge.conflictStyle", "diff3")
    attributes = enabled.folder / ".git/info/attributes"
    attributes.write_text(attributes.read_text() + "*.ipynb conflict-marker-size=9\n")
    conflict(enabled)
    lines = source(enabled, 1)
    assert lines[0] == "<" * 9 + " HEAD"
    assert lines[2].startswith("|" * 9)
    assert lines[3] == "x = 1"


def test_both_added_it(enabled):
    enabled.commit()
    enabled.git("checkout", "-q", "-b", "topic")
    committed(enabled, "# Title", "x = 1")
    enabled.git("checkout", "-q", "main")
    committed(enabled, "# Title", "x = 2")
    enabled.git("merge", "-q", "topic", code=1)
    assert source(enabled, 1)[0] == "<<<<<<< HEAD"


def test_what_is_no_notebook_is_merged_as_text(enabled):
    enabled.write("a.ipynb", "one\ntwo\nthree\nfour\nfive\n")
    enabled.commit()
    enabled.git("checkout", "-q", "-b", "topic")
    enabled.write("a.ipynb", "one\ntwo\nthree\nfour\nFIVE\n")
    enabled.commit()
    enabled.git("checkout", "-q", "main")
    enabled.write("a.ipynb", "ONE\ntwo\nthree\nfour\nfive\n")
    enabled.commit()
    enabled.git("merge", "-q", "--no-edit", "topic")
    assert (enabled.folder / "a.ipynb").read_text() == "ONE\ntwo\nthree\nfour\nFIVE\n"
    enabled.write("a.ipynb", "mine\n")
    enabled.commit()
    enabled.git("checkout", "-q", "topic")
    enabled.write("a.ipynb", "{")
    enabled.commit()
    enabled.git("merge", "-q", "main", code=1)
    assert (enabled.folder / "a.ipynb").read_text() == "<<<<<<< HEAD\n{\n=======\nmine\n>>>>>>> main\n"


def test_a_merge_without_the_program_loses_nothing(enabled):
    value = enabled.git("config", "merge.nbhotel.driver").strip()
    broken = enabled.write("bin/nbhotel", f"#!{sys.executable} -S\nimport nbhotel_is_gone\n")
    broken.chmod(0o755)
    here = str(Path(sys.executable).parent / "nbhotel")
    enabled.git("config", "merge.nbhotel.driver", value.replace(here, str(broken)))
    conflict(enabled)
    text = (enabled.folder / "a.ipynb").read_text()
    assert "<<<<<<< ours" in text
    assert "x = 'main'" in text
    assert "x = 'topic'" in text
