"""`nbhotel resolve` where notebooks lie elsewhere, are gone, or can't be written."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.git.commits import conflict
from tests.git.sandbox import Sandbox, make_repository, notebook

pytestmark = pytest.mark.slow


def source(repo: Sandbox, name: str = "a.ipynb") -> str:
    return "".join(json.loads((repo.folder / name).read_text())["cells"][1]["source"])


def test_a_notebook_of_another_repository_and_one_of_none(repo, tmp_path):
    repo.commit()
    other = make_repository(tmp_path / "other", repo.env)
    conflict(other)
    told = repo.nbhotel("resolve", "--theirs", "../other/a.ipynb")
    assert "a.ipynb: resolved and staged\nnothing is in conflict any more; go on with `git commit`" in told
    assert source(other) == "x = 'topic'"
    alone = notebook("# Title", "<<<<<<< me\nx = 1\n=======\nx = 2\n>>>>>>> you")
    repo.at(tmp_path).write("alone.ipynb", alone)
    assert "no conflict is left" in repo.nbhotel("resolve", "--ours", "../alone.ipynb")
    assert source(repo.at(tmp_path), "alone.ipynb") == "x = 1"


def test_each_side_has_another_name_for_it(repo):
    repo.write("a.ipynb", notebook("# Title", "x = 1", "print(x)"))
    repo.commit()
    repo.git("checkout", "-q", "-b", "topic")
    repo.git("mv", "a.ipynb", "theirs.ipynb")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.git("mv", "a.ipynb", "ours.ipynb")
    repo.commit()
    repo.git("merge", "-q", "topic", code=1)
    told = repo.nbhotel("resolve", stdin="k\n\nd\n")
    assert "a.ipynb: deleted, and staged: neither side has it any more" in told
    assert "s - skip: leave it for later" in told  # an empty answer is no decision
    assert told.endswith("go on with `git commit`\n")
    assert repo.git("ls-files", "-s").splitlines()[0].endswith("0\tours.ipynb")
    assert repo.git("ls-files").split() == ["ours.ipynb"]
    repo.git("reset", "-q", "--hard")
    repo.git("merge", "-q", "topic", code=1)
    repo.nbhotel("resolve", "--union")
    assert repo.git("ls-files").split() == ["ours.ipynb", "theirs.ipynb"]


def test_the_last_notebook_of_a_folder_is_deleted(repo):
    repo.write("deep/sub/a.ipynb", notebook("# Title", "x = 1", "print(x)"))
    repo.write("b.txt", "")
    repo.commit()
    repo.git("checkout", "-q", "-b", "topic")
    repo.write("deep/sub/a.ipynb", notebook("# Title", "x = 2", "print(x)"))
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.git("rm", "-q", "deep/sub/a.ipynb")
    repo.commit()
    repo.git("merge", "-q", "topic", code=1)
    told = repo.nbhotel("resolve", "--ours", "deep/sub/a.ipynb")
    assert told.endswith("go on with `git commit`\n")
    assert not (repo.folder / "deep").exists()
    repo.git("reset", "-q", "--hard")
    repo.git("merge", "-q", "topic", code=1)
    (repo.folder / "deep/sub/a.ipynb").unlink()
    (repo.folder / "deep/sub").rmdir()
    repo.nbhotel("resolve", "--theirs", "deep/sub/a.ipynb")
    assert source(repo, "deep/sub/a.ipynb") == "x = 2"


def test_sides_without_a_newline_at_their_end_have_their_own_outputs(enabled):
    """As VS Code writes notebooks. The vault knows a version by all of its bytes."""

    def side(value: str, seen: str) -> None:
        document = notebook("# Title", f"x = {value}", "look()", ran=True)
        document["cells"][2]["outputs"][0]["data"]["text/plain"] = [seen]
        enabled.write("a.ipynb", json.dumps(document, indent=1))
        enabled.commit()

    side("1", "saw 1")
    enabled.git("checkout", "-q", "-b", "topic")
    side("2", "saw 2")
    enabled.git("checkout", "-q", "main")
    side("3", "saw 3")
    side("4", "saw 4")
    enabled.git("merge", "-q", "topic", code=1)
    blob = enabled.git("rev-parse", ":3:a.ipynb").strip()
    code = (
        "import os; from nbhotel.cli.conflicted import stages_of;"
        "print(stages_of('a.ipynb', os.environ).theirs.decode(), end='')"
    )
    done = enabled.run([sys.executable, "-c", code])
    assert "saw 2" in done.stdout
    assert not done.stdout.endswith("\n")
    assert not enabled.git("cat-file", "blob", blob).endswith("\n")


@pytest.mark.root
def test_a_colleague_s_file_that_the_group_may_write_stays_the_colleague_s(public):
    text = json.dumps(notebook("# Title", "x = 1"), indent=1)
    file = public.write("a.ipynb", text[: text.index("x = 1") + 5])
    file.chmod(0o666)
    public.folder.chmod(0o777)
    command = [sys.executable, "-m", "nbhotel", "repair", "a.ipynb"]
    done = subprocess.run(
        command, cwd=public.folder, env=public.env, capture_output=True, text=True, user="nobody"
    )
    assert (done.returncode, done.stderr) == (0, ""), done
    assert source(public) == "x = 1"
    assert (file.owner(), file.stat().st_mode & 0o777) == ("root", 0o666)


@pytest.mark.root
def test_a_folder_that_can_t_be_written(public):
    """The file's own rights would do, but nothing could be kept beside it."""
    text = json.dumps(notebook("# Title", "x = 1"), indent=1)
    lines = text.split("\n")
    at = next(number for number, line in enumerate(lines) if "x = 1" in line)
    lines[at : at + 1] = ["<<<<<<< me", lines[at], "=======", lines[at].replace("1", "2"), ">>>>>>> you"]
    file = public.write("sub/a.ipynb", "\n".join(lines))
    subprocess.run(["chown", "-R", "nobody", str(public.folder)], check=True)
    file.parent.chmod(0o555)
    before = file.read_bytes()
    for verb in (["resolve", "--ours"], ["repair"]):
        command = [sys.executable, "-m", "nbhotel", *verb, "sub/a.ipynb"]
        done = subprocess.run(
            command, cwd=public.folder, env=public.env, capture_output=True, text=True, user="nobody"
        )
        assert done.returncode == 2, done
        assert "left as it is, since a.ipynb.orig can't be written: permission denied" in done.stderr
        assert done.stderr.count("\n") == 1
        assert ([*file.parent.iterdir()], file.read_bytes()) == ([file], before)
