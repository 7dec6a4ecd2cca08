"""A real JupyterLab with our extension, in folders of its own, and what a person does in it.

::

    def test_story(lab: Lab, page: Page) -> None:
        lab.write_notebook("a.ipynb", "x = 1", "x")
        lab.make_repository()
        open_notebook(page, lab, "a.ipynb")
        run_cell(page, 1)
        save(page)
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

from nbhotel.room.together.places import config_path
from tests.hotel.support import wait_until

TOKEN = "a-token-for-tests"
EXTENSION = Path(__file__).parents[2] / "src/nbhotel/room/labextension"
#: These would lead a server of the tests to its caller's settings, notebooks and hub.
_FOREIGN = ("JUPYTER", "JPY_", "IPYTHON", "XDG_", "GIT_", "NBHOTEL_")
_PAGES = ("jupyterlab", "notebook", "notebook_shim", "jupyterlab_jupytext", "jupyter_lsp", "nbclassic")


@dataclass(frozen=True)
class Lab:
    """A running Jupyter Server."""

    url: str
    #: The folder that it shows.
    root: Path
    #: The home of its kernels and shells.
    home: Path
    process: subprocess.Popen[bytes]
    environment: dict[str, str] = field(repr=False)
    #: Where `root` lies below what the server shows: "" or a path that ends with a slash.
    below: str = ""

    @property
    def log(self) -> str:
        return (self.home / "server.log").read_text(errors="replace")

    def write_notebook(self, name: str, *sources: str, **metadata: Any) -> Path:
        """Write a notebook of code cells, `cell-0`, `cell-1`, … for the Python kernel."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(notebook(*sources, **metadata), indent=1) + "\n")
        return path

    def read_notebook(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.root / name).read_text())
        return found

    def run(self, *command: str, cwd: Path | None = None) -> str:
        """Run a command as the person at the server would in a shell; return what it prints."""
        done = subprocess.run(
            command, cwd=cwd or self.root, env=self.environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def make_repository(self, *, enable: bool = False) -> None:
        """Make the root a git repository with all that lies in it committed; `enable`: with our filter."""
        self.run("git", "init", "-q", "-b", "main")
        self.run("git", "config", "user.name", "A Person")
        self.run("git", "config", "user.email", "person@example.org")
        if enable:
            self.run(sys.executable, "-m", "nbhotel", "git", "enable")
        self.run("git", "add", "--all")
        self.run("git", "commit", "-q", "--allow-empty", "-m", "First")

    def at(self, name: str) -> Lab:
        """The same server for somebody who works in an empty folder below the root."""
        folder = self.root / name
        folder.mkdir()
        return replace(self, root=folder, below=f"{self.below}{name}/")

    def end_kernels(self) -> None:
        """End what notebooks of an earlier test left running."""
        for session in self.ask("api/sessions"):
            self.ask(f"api/sessions/{session['id']}", "DELETE")

    def ask(self, path: str, method: str = "GET", body: object = None) -> Any:
        """Ask the server itself, such as `api/contents/a.ipynb`; return its JSON."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None


def notebook(*sources: str, **metadata: Any) -> dict[str, Any]:
    """A notebook of code cells for the Python kernel."""
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(sources)
    ]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}, **metadata},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


@contextmanager
def open_lab(
    folder: Path,
    settings: dict[str, Any] | None = None,
    *,
    kind: str = "lab",
    ours: bool = True,
    together: bool = False,
) -> Iterator[Lab]:
    """Run JupyterLab, or another `kind`, with `settings` such as `{"Journal": {"enabled": False}}`.

    `kind` is "lab", "notebook", or "server" for one without any pages. `folder` is empty. The extension is
    the one of this source tree, whatever the environment has installed; there is none without `ours`.
    With `together`, several people can write in one notebook, as in a hotel's room.
    """
    environment = server_environment(folder) | {"JUPYTER_CONFIG_PATH": config_path(together=together)}
    _configure(folder, settings or {}, kind, ours=ours)
    with started(folder, environment, kind) as lab:
        yield lab


@contextmanager
def started(folder: Path, environment: dict[str, str], kind: str = "lab", port: int = 0) -> Iterator[Lab]:
    """Run a server whose folders and settings are there; `port` is that of one that was killed."""
    log = (folder / "home/server.log").open("ab")
    command = [sys.executable, "-m", "jupyter", kind, "--no-browser", f"--port={port}"]
    if os.geteuid() == 0:
        command.append("--allow-root")
    process = subprocess.Popen(
        command, cwd=folder / "root", env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        yield Lab(_url(folder, process), folder / "root", folder / "home", process, environment)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def server_environment(folder: Path) -> dict[str, str]:
    """The environment of a server all of whose files are in this folder, which is made ready."""
    home = folder / "home"
    places = {
        "HOME": home,
        "XDG_DATA_HOME": home / ".local/share",
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_CACHE_HOME": home / ".cache",
        "XDG_STATE_HOME": home / ".local/state",
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "JUPYTER_PATH": folder / "share",
        "IPYTHONDIR": home / ".ipython",
    }
    for place in (*places.values(), folder / "root"):
        place.mkdir(parents=True, exist_ok=True)
    own = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    # What a kernel or a shell starts comes from the environment of the tests.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return own | {name: str(place) for name, place in places.items()} | {"PATH": path, "SHELL": "/bin/bash"}


def _configure(folder: Path, settings: dict[str, Any], kind: str, *, ours: bool) -> None:
    extensions = folder / "share/labextensions"
    extensions.mkdir()
    (extensions / "nbhotel").symlink_to(EXTENSION)
    # A server without pages starts faster without those that the environment brings.
    pages = dict.fromkeys(_PAGES, False) if kind == "server" else {}
    server = {
        "ServerApp": {
            "root_dir": str(folder / "root"),
            "jpserver_extensions": {"nbhotel.room": ours, **pages},
            **settings.get("ServerApp", {}),
        },
        "IdentityProvider": {"token": TOKEN},
        "LabApp": {"expose_app_in_browser": True, "extension_manager": "readonly"},
        "JupyterNotebookApp": {"extension_manager": "readonly"},
    }
    others = {name: value for name, value in settings.items() if name != "ServerApp"}
    (folder / "config/jupyter_server_config.json").write_text(json.dumps(server | others))
    # No question about news, and so no request to a foreign host.
    page = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True, "nbhotel": not ours}}
    (folder / "config/labconfig").mkdir()
    (folder / "config/labconfig/page_config.json").write_text(json.dumps(page))


def _url(folder: Path, process: subprocess.Popen[bytes]) -> str:
    """Wait until the server answers; return its address without the last slash."""
    notice = folder / f"runtime/jpserver-{process.pid}.json"

    def answers() -> bool:
        log = (folder / "home/server.log").read_text(errors="replace")
        assert process.poll() is None, log
        if not notice.exists():
            return False
        try:
            url = json.loads(notice.read_text())["url"]
            urllib.request.urlopen(f"{url}api/status?token={TOKEN}", timeout=10).close()
        except (urllib.error.URLError, ValueError):
            return False
        return True

    wait_until(answers, seconds=90, what="Jupyter Server's first answer")
    url: str = json.loads(notice.read_text())["url"]
    return url.rstrip("/")


def open_page(page: Page, lab: Lab, path: str = "lab?reset") -> None:
    """Open Lab as somebody who is logged in, with nothing of an earlier test open."""
    join = "&" if "?" in path else "?"
    page.goto(f"{lab.url}/{path}{join}token={TOKEN}")
    page.wait_for_selector("#jp-main-dock-panel, #main-panel", state="visible", timeout=60_000)
    if path.startswith("lab"):  # Notebook 7 does not show its application to the page
        page.wait_for_function("() => window.jupyterapp")
        page.evaluate("() => window.jupyterapp.restored")


def open_notebook(page: Page, lab: Lab, name: str) -> None:
    """Open Lab with this notebook alone, and wait until its kernel is idle."""
    open_page(page, lab, f"lab/tree/{quote(lab.below + name)}?reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell .cm-content", timeout=60_000)
    wait_for_idle(page)


def wait_for_idle(page: Page) -> None:
    """Wait until the kernel of the notebook in front has nothing to do."""
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=60_000)


def cell(page: Page, index: int) -> Locator:
    """A cell of the notebook in front, by its number from 0."""
    return page.locator(".jp-NotebookPanel:visible .jp-Notebook .jp-Cell").nth(index)


def write_cell(page: Page, index: int, source: str) -> None:
    """Replace what stands in a cell."""
    editor = cell(page, index).locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(source)


def run_cell(page: Page, index: int, source: str | None = None) -> Locator:
    """Run a cell, with `source` written into it first, until it has ended; return its outputs."""
    if source is None:
        cell(page, index).locator(".cm-content").click()
    else:
        write_cell(page, index, source)
    command(page, "notebook:run-cell")
    return cell(page, index).locator(".jp-OutputArea-output")


def save(page: Page) -> None:
    """Save what is in front, and wait until that is done."""
    command(page, "docmanager:save")
    expect(page.locator(".lm-TabBar-tab.jp-mod-current.jp-mod-dirty")).to_have_count(0)


def command(page: Page, name: str, arguments: dict[str, Any] | None = None) -> None:
    """Execute one of Lab's commands, and wait until it has done its work."""
    page.evaluate(
        "async ([name, given]) => { await window.jupyterapp.commands.execute(name, given); }",
        [name, arguments or {}],
    )


def start_cell(page: Page, index: int) -> None:
    """Run a cell, and don't wait for its end."""
    cell(page, index).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")


def photograph(page: Page, name: str) -> None:
    """Take a picture for the docs, if somebody asks for it: `NBHOTEL_PICTURES` names a folder."""
    folder = os.environ.get("NBHOTEL_PICTURES")
    if folder:
        page.wait_for_timeout(1000)  # what slides in has arrived
        page.screenshot(path=f"{folder}/{name}.png")
