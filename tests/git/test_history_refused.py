"""`nbhotel log` and `blame` of what has no history that could be told: one line says why."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.git.sandbox import notebook


def test_there_is_no_history_of_a_link_and_no_blame_of_what_is_gone(repo):
    repo.write("a.ipynb", notebook("x = 1"))
    (repo.folder / "link.ipynb").symlink_to("a.ipynb")
    repo.commit()
    for words in (["log", "link.ipynb"], ["blame", "link.ipynb"], ["blame", "link.ipynb", "HEAD"]):
        told = repo.nbhotel(*words, code=2)
        assert told == (
            "nbhotel: link.ipynb: is a symbolic link (name the notebook that it leads to: a.ipynb)\n"
        )
    assert "x = 1" in repo.nbhotel("blame", "a.ipynb", "HEAD")
    repo.git("rm", "-q", "a.ipynb")
    gone = repo.commit()
    told = repo.nbhotel("blame", "a.ipynb", "HEAD", code=2)
    assert told == f"nbhotel: a.ipynb: is not in HEAD ({gone[:8]} removed it)\n"
    assert "x = 1" in repo.nbhotel("blame", "a.ipynb", "HEAD~")
    assert "1 cell removed" in repo.nbhotel("log", "a.ipynb")


@pytest.mark.root
def test_blame_of_a_file_that_can_t_be_read(public):
    file = public.write("a.ipynb", notebook("x = 1"))
    public.commit()
    subprocess.run(["chown", "-R", "nobody", str(public.folder)], check=True)
    file.write_text(file.read_text().replace("1", "2"))
    file.chmod(0)
    done = subprocess.run(
        [sys.executable, "-m", "nbhotel", "blame", "a.ipynb"],
        cwd=public.folder, env=public.env, capture_output=True, text=True, user="nobody",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "nbhotel: a.ipynb: can't be read: permission denied\n")
