"""A folder from which the tests share."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

from tests.cli.repositories import notebook
from tests.share.hosts.server import TOKEN

NBHOTEL = [sys.executable, "-m", "nbhotel"]
OUTPUT = {"outputs": [{"output_type": "stream", "name": "stdout", "text": "seen\n"}], "execution_count": 7}


class Here:
    """A folder in a repository, and nbhotel called in it; nothing may show the token, nor keep it."""

    def __init__(self, folder: Path, host: str) -> None:
        self.folder = folder / "project"
        self.typed = ""
        self.nbhotel = NBHOTEL
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GH_", "GIT"))}
        self.environment = {
            **kept,
            "HOME": str(folder),
            "XDG_STATE_HOME": str(folder / "state"),
            "GH_HOST": host,
            "GH_ENTERPRISE_TOKEN": TOKEN,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CEILING_DIRECTORIES": str(folder),
        }
        subprocess.run(["git", "init", "-q", str(self.folder)], check=True, env=self.environment)
        self.write("a.ipynb", notebook("x = 1", **OUTPUT))
        self.write("d.csv", "a,b\n")

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        return path

    def gist(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.share("gist", *words, **environment)

    def share(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*self.nbhotel, "share", *words],
            cwd=self.folder,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            input=self.typed,
        )
        assert TOKEN not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    def refused(self, *words: str, **environment: str) -> str:
        """The line that tells why nothing was shared."""
        done = self.share(*words, **environment)
        assert (done.returncode, done.stdout) == (2, "")
        return done.stderr.splitlines()[-1].removeprefix("nbhotel: ")


class Project(Here):
    """A folder that is no repository yet."""

    def __init__(self, folder: Path, host: str) -> None:
        super().__init__(folder, host)
        shutil.rmtree(self.folder / ".git")
        self.folder = self.folder.rename(folder / "my project")
        self.environment |= {
            f"GIT_{who}_{what}": value
            for who in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "Mona"), ("EMAIL", "mona@example.org"))
        }

    def git(self, *words: str) -> str:
        command = ["git", *words]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout


def at_terminal(here: Here, *words: str, answer: str = "") -> tuple[int, str]:
    """What a person at a terminal sees, who types an answer."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*NBHOTEL, "share", *words],
        cwd=here.folder,
        env={**here.environment, "NO_COLOR": "1"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        os.write(ours, answer.encode())
        seen = b""
        try:
            while block := os.read(ours, 1 << 16):
                seen += block
        except OSError:  # a terminal that nobody has open any more
            pass
        code = process.wait(timeout=30)
    os.close(ours)
    return code, seen.decode()
