"""`git mergetool -t nbhotel`: the same walk, called by git."""

from __future__ import annotations

import subprocess

from tests.git.commits import conflict
from tests.git.sandbox import Sandbox, notebook

TOOL = ("git", "mergetool", "--no-prompt", "-t", "nbhotel")


def source(repo: Sandbox, cell: int) -> list[str]:
    """The lines of a cell."""
    import json

    document = json.loads((repo.folder / "a.ipynb").read_text())
    return "".join(document["cells"][cell]["source"]).splitlines()


def test_a_walk(enabled):
    conflict(enabled)
    before = (enabled.folder / "a.ipynb").read_bytes()
    done = enabled.run(TOOL, stdin="s\nq\n")  # what was skipped is asked again
    assert done.returncode == 1
    assert done.stdout.count("(1/1) HEAD (o) or topic (t)") == 2
    assert (enabled.folder / "a.ipynb").read_bytes() == before
    assert enabled.git("ls-files", "-u") != ""
    assert enabled.run(TOOL, stdin="t\n").returncode == 0
    assert source(enabled, 1) == ["x = 'topic'"]
    assert enabled.git("ls-files", "-u") == ""


def test_somebody_decides_in_jupyter(enabled):
    conflict(enabled)
    with subprocess.Popen(
        TOOL, cwd=enabled.folder, env=enabled.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        printed = ""
        while not printed.endswith("]? "):
            letter = process.stdout.read(1)
            assert letter, printed
            printed += letter
        enabled.write("a.ipynb", notebook("# Title", "x = 'both'", "print(x)"))
        process.stdin.write("\n")
        process.stdin.close()
        process.stdout.read()
    assert process.returncode == 0
    assert "x = 'both'" in enabled.git("show", ":a.ipynb")
    assert enabled.git("ls-files", "-u") == ""


def test_what_git_has_not_merged_is_merged_and_broken_json_is_repaired(enabled):
    attributes = enabled.folder / ".git/info/attributes"
    attributes.write_text(attributes.read_text() + "*.ipynb merge\n")  # git's own
    conflict(enabled)
    assert "    \"x = 'topic'\"\n>>>>>>> topic" in (enabled.folder / "a.ipynb").read_text()
    assert enabled.run(TOOL, stdin="t\n").returncode == 0
    assert source(enabled, 1) == ["x = 'topic'"]
    enabled.git("reset", "-q", "--hard")
    attributes.write_text(attributes.read_text() + "*.ipynb -merge\n")
    enabled.git("merge", "-q", "topic", code=1)
    done = enabled.run(TOOL, stdin="b\n")
    assert "LOCAL (o) or REMOTE (t)" in done.stdout
    assert source(enabled, 1) == ["x = 'main'", "x = 'topic'"]
