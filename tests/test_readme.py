"""The commands of README.md: the notebook tools' are run in a repository, make's are there."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.git.sandbox import environment, make_repository, notebook

ROOT = Path(__file__).resolve().parent.parent
BLOCKS = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
LINES = [line.partition("#")[0].strip() for block in BLOCKS for line in block.splitlines()]


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("make ")])
def test_make_knows_the_two_commands(line, tmp_path):
    (tmp_path / "home").mkdir()
    repo = make_repository(tmp_path / "repo", environment(tmp_path / "home"))
    assert "tools/bootstrap.py" in repo.run(["make", "-n", "-C", str(ROOT), *line.split()[1:]]).stdout


def test_the_notebook_tools_in_three_lines(tmp_path):
    (tmp_path / "home").mkdir()
    env = environment(tmp_path / "home")
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    repo = make_repository(tmp_path / "repo", env)
    lines = [line for line in LINES if line.startswith("nb")]
    assert len(lines) == 3
    for name in ("base", "mine", "theirs"):
        repo.write(f"{name}.ipynb", notebook(f"x = '{name}'" if name == "mine" else "x = 1", "y = 2"))
    repo.git("add", "--all")
    repo.write("mine.ipynb", notebook("x = 'me'", "y = 2"))
    printed = [repo.run(["sh", "-c", line]) for line in lines]
    assert [each.returncode for each in printed] == [0, 0, 0]
    assert "git treats notebooks as notebooks now" in printed[0].stdout
    assert "+x = 'me'" in printed[1].stdout
    assert (repo.folder / "merged.ipynb").read_bytes() == (repo.folder / "mine.ipynb").read_bytes()
