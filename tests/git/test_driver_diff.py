"""What git shows through our drivers, by real git."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.git.commits import committed, conflict
from tests.git.sandbox import Sandbox, notebook


def words(text: str) -> list[list[str]]:
    """The lines' words: how wide things are drawn is the renderer's matter."""
    return [line.split() for line in text.splitlines() if line.split()]


def test_diff_shows_cells_as_they_would_be_committed(enabled):
    committed(enabled, "# Title", "x = 1", "print(x)")
    enabled.write("a.ipynb", notebook("# Title", "x = 2", "print(x)", ran=True))
    shown = enabled.git("diff")
    assert shown.splitlines()[:3] == ["diff --git a/a.ipynb b/a.ipynb", "--- a/a.ipynb", "+++ b/a.ipynb"]
    assert ["-x", "=", "1"] in words(shown)
    assert ["+x", "=", "2"] in words(shown)
    assert "output of cell" not in shown
    assert "\x1b" not in shown
    assert enabled.git("diff", "--exit-code", "--quiet", code=1) == ""


def test_new_deleted_renamed_and_executable(enabled):
    committed(enabled, "# Title", "x = 1", "print(x)")
    enabled.write("new.ipynb", notebook("y = 1"))
    (enabled.folder / "a.ipynb").chmod(0o755)
    enabled.git("add", ".")
    shown = enabled.git("diff", "--cached")
    assert "diff --git a/a.ipynb b/a.ipynb\nold mode 100644\nnew mode 100755\ndiff --git" in shown
    assert "diff --git a/new.ipynb b/new.ipynb\nnew file mode 100644\n--- /dev/null\n+++ b/new.ipynb" in shown
    enabled.commit()
    enabled.git("mv", "a.ipynb", "b.ipynb")
    enabled.git("rm", "-q", "new.ipynb")
    shown = enabled.git("diff", "--cached", "-M")
    assert (
        "diff --git a/a.ipynb b/b.ipynb\nsimilarity index 100%\nrename from a.ipynb\nrename to b.ipynb"
        in shown
    )
    assert "deleted file mode 100644\n--- a/new.ipynb\n+++ /dev/null" in shown


def test_names_of_any_kind(enabled):
    names = ["it's a b.ipynb", "-n.ipynb", "ünï.ipynb", 'quo"te.ipynb', "$(touch x).ipynb"]
    for name in names:
        enabled.write(name, notebook("x = 1"))
    enabled.commit()
    for name in names:
        enabled.write(name, notebook("x = 2"))
    shown = enabled.git("diff")
    assert shown.count("1 cell changed") == len(names)
    assert all(f"--- a/{name}" in shown for name in names)
    assert not (enabled.folder / "x").exists()
    assert enabled.git("log", "-p").count("+x = 1") == len(names)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\0\1\2" * 100, b"\xff\xfe{", b"<<<<<<< ours\n{}\n=======\n[]\n>>>>>>> theirs\n", b"[1, 2]"],
    ids=["empty", "truncated", "binary", "bytes", "conflicted", "no notebook"],
)
def test_what_is_no_notebook_never_ends_a_diff(content, enabled):
    committed(enabled, "x = 1")
    enabled.write("z.ipynb", notebook("y = 1"))
    enabled.commit()
    enabled.write("a.ipynb", content)
    enabled.write("z.ipynb", notebook("y = 2"))
    shown = enabled.git("diff")
    assert "a/a.ipynb" in shown
    assert "+y = 2" in shown  # the file after it is shown as well
    enabled.git("add", ".")
    enabled.git("commit", "-q", "-m", "broken")
    enabled.git("log", "-p")
    enabled.git("diff", "HEAD~1", "HEAD")


def test_what_can_not_be_compared_is_a_plain_diff(enabled):
    committed(enabled, "x = 1")
    committed(enabled, "x = 2")
    enabled.write("nbhotel.toml", '[chains.vcs]\nfilters = ["outputz"]\n')
    done = enabled.run(["git", "diff", "HEAD~1", "HEAD"])
    assert done.returncode == 0
    shown = done.stdout + done.stderr
    assert "a.ipynb is compared as text" in shown
    assert '+    "x = 2"' in shown


def test_a_program_that_fails_is_a_plain_diff(enabled):
    committed(enabled, "x = 1")
    broken = enabled.write("bin/nbhotel", "#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    for key in ("diff.nbhotel.command", "diff.nbhotel.textconv"):
        value = enabled.git("config", key).strip()
        here = str(Path(sys.executable).parent / "nbhotel")
        enabled.git("config", key, value.replace(here, str(broken)))
    enabled.write("a.ipynb", notebook("x = 2"))
    assert '"x = 2"' in enabled.git("diff")
    assert '+    "x = 1"' in enabled.git("log", "-p")


def test_a_conflicted_notebook(enabled):
    conflict(enabled)
    assert enabled.git("diff").startswith(("* Unmerged path a.ipynb\n", "diff --cc a.ipynb\n"))
    enabled.git("diff", "--ours")
    enabled.git("diff", "--base")


def test_commits_that_differ_in_outputs_alone(repo):
    repo.write("a.ipynb", notebook("x = 1"))
    repo.commit()
    repo.write("a.ipynb", notebook("x = 1", ran=True))
    repo.commit()
    repo.nbhotel("git", "enable")
    assert "only outputs and the like differ" in repo.git("diff", "HEAD~1", "HEAD")


def test_outputs_that_are_kept_in_git_are_compared(repo):
    repo.nbhotel("git", "enable", "--keep-outputs", "a.ipynb")
    committed(repo, "x = 1")
    again = json.dumps(notebook("x = 1", ran=True)).replace("output of", "other output of")
    repo.write("a.ipynb", again)
    assert "other output of cell 1" in repo.git("diff")


def in_terminal(repo: Sandbox, *command: str, **env: str) -> str:
    """Run a program on a terminal of its own, and return what it shows."""
    mine, its = pty.openpty()
    environment = {**repo.env, "TERM": "xterm-256color", **env}
    environment.pop("GIT_PAGER")
    process = subprocess.Popen(
        command, cwd=repo.folder, env=environment, stdin=its, stdout=its, stderr=its, close_fds=True
    )
    os.close(its)
    shown = b""
    while select.select([mine], [], [], 60)[0]:
        try:
            data = os.read(mine, 65536)
        except OSError:
            break
        shown += data
        if not data:
            break
    process.wait(timeout=60)
    os.close(mine)
    return shown.decode("utf-8", "replace")


@pytest.mark.parametrize(
    ("settings", "coloured"),
    [
        ([], True),
        (["color.ui=false"], False),
        (["color.diff=never"], False),
        (["color.pager=false"], False),
        (["color.ui=false", "color.diff=always"], True),
    ],
    ids=str,
)
def test_colours_in_gits_pager(settings, coloured, enabled):
    committed(enabled, "x = 1")
    enabled.write("a.ipynb", notebook("x = 2"))
    options = [word for setting in ["core.pager=cat", *settings] for word in ("-c", setting)]
    # `cat` alone would be no pager to git.
    options[1] = "core.pager=cat | cat"
    shown = in_terminal(enabled, "git", *options, "diff")
    assert "1 cell changed" in shown
    assert ("\x1b[" in shown) == coloured


def test_no_color_and_pipes(enabled):
    committed(enabled, "x = 1")
    enabled.write("a.ipynb", notebook("x = 2"))
    options = ("-c", "core.pager=cat | cat", "diff")
    assert "\x1b[" not in in_terminal(enabled, "git", *options, NO_COLOR="1")
    assert "\x1b[" not in enabled.git("diff")


def test_lines_of_context(enabled):
    lines = [f"line_{number}" for number in range(20)]
    committed(enabled, "\n".join(lines))
    lines[10] = "changed"
    enabled.write("a.ipynb", notebook("\n".join(lines)))

    def seen(text: str) -> int:
        return sum("line_" in line for line in text.splitlines())

    assert seen(enabled.git("diff")) == 7
    assert seen(enabled.git("-c", "diff.context=1", "diff")) == 3
    assert seen(enabled.git("diff", GIT_DIFF_OPTS="--unified=0")) == 1


def test_log_show_blame_grep_and_pickaxe(enabled):
    committed(enabled, "# Title", "import numpy\nx = 1")
    enabled.write("a.ipynb", notebook("# Title", "import numpy\nx = 2", ran=True))
    second = enabled.commit("second", "a.ipynb")
    assert "-x = 1\n+x = 2\n" in enabled.git("log", "-p", "-1")
    assert "-x = 1\n+x = 2\n" in enabled.git("show")
    blamed = enabled.git("blame", "a.ipynb").splitlines()
    assert [line.split()[0] for line in blamed if line.endswith("x = 2")] == [second[:8]]
    assert not any("Not Committed" in line for line in blamed)
    assert enabled.git("grep", "--textconv", "-n", "numpy") == "a.ipynb:7:import numpy\n"
    assert enabled.git("log", "--format=%s", "-S", "x = 1", "--", "a.ipynb") == "second\na commit\n"
    assert "second" in enabled.git("log", "--format=%s", "-G", "^x = 2$", "--", "a.ipynb")


def test_programs_that_read_a_version_get_the_notebook(enabled):
    """As VS Code, GitLens and others ask for it; from a subfolder and by stage as well."""
    committed(enabled, "x = 1")
    below = enabled.at(enabled.write("deep/b.ipynb", notebook("y = 1")).parent)
    enabled.git("add", "deep")
    for repo, words in [
        (enabled, ["show", "--textconv", "HEAD:a.ipynb"]),
        (enabled, ["-c", "core.pager=cat", "show", "--textconv", ":a.ipynb"]),
        (below, ["show", "--textconv", ":./b.ipynb", "--"]),
        (enabled, ["cat-file", "--textconv", "HEAD:a.ipynb"]),
    ]:
        assert json.loads(repo.git(*words))["nbformat"] == 4
    assert "+x = 1" in enabled.git("show", "--textconv")


def test_the_cache_is_used_and_follows_the_chain(enabled):
    enabled.nbhotel("git", "enable", "--cache")
    committed(enabled, "x = 1")
    enabled.git("log", "-p")
    cached = enabled.git("for-each-ref", "--format=%(objectname)", "refs/notes/textconv/nbhotel")
    assert cached
    assert enabled.git("log", "-p", GIT_TRACE="1").count("+x = 1") == 1
    assert "git-textconv" not in enabled.run(["git", "log", "-p"], GIT_TRACE="1").stderr
    enabled.write("nbhotel.toml", '[chains.vcs]\nextends = "vcs"\nwithout = ["outputs"]\n')
    enabled.nbhotel("git", "enable")
    assert "git-textconv" in enabled.run(["git", "log", "-p"], GIT_TRACE="1").stderr


def test_difftool(enabled):
    committed(enabled, "x = 1")
    enabled.write("a.ipynb", notebook("x = 2", ran=True))
    shown = enabled.git("difftool", "--no-prompt", "-t", "nbhotel")
    assert ["+x", "=", "2"] in words(shown)


def test_plumbing_of_graphical_clients_can_show_text(enabled):
    committed(enabled, "x = 1")
    enabled.write("a.ipynb", notebook("x = 2", ran=True))
    enabled.commit()
    assert "+x = 2" in enabled.git("diff-tree", "-p", "--textconv", "HEAD")
    assert "x = 2" in enabled.git("cat-file", "--textconv", "HEAD:a.ipynb")
