"""After a save below the folder that was published: `nbhotel publish` again, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from logging import Logger, LoggerAdapter
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from traitlets import Bool, Int
from traitlets.config import LoggingConfigurable

from nbhotel.publish import followed

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


class Publishing(LoggingConfigurable):
    """What becomes of published pages when their notebooks are saved."""

    enabled = Bool(True, help="Publish a published folder anew when a notebook in it is saved.").tag(
        config=True
    )
    seconds = Int(300, min=1, help="Seconds after which publishing is stopped.").tag(config=True)


def start(app: ServerApp) -> None:
    """Watch saves, if this is a room of a hotel."""
    settings = Publishing(parent=app)
    hub = os.environ.get("JUPYTERHUB_API_URL", "")
    if not settings.enabled or not hub:
        return
    follower = Follower(followed.record_file(os.environ), hub, settings.seconds, settings.log)

    def saved(*, os_path: str, model: dict[str, Any], **_: Any) -> None:
        if model["type"] == "notebook":
            follower.saved(Path(os_path))

    app.contents_manager.register_post_save_hook(saved)  # type: ignore[no-untyped-call]


class Follower:
    """Publishes off the server's event loop; saves that come meanwhile are served by one more publishing."""

    def __init__(self, record: Path, hub: str, seconds: int, log: Logger | LoggerAdapter[Any]) -> None:
        self._record = record
        self._hub = hub
        self._seconds = seconds
        self._log = log
        self._wanted = Event()
        self._thread: Thread | None = None

    def saved(self, notebook: Path) -> None:
        """Publish if the notebook lies in the folder that is followed. Never raises: the save was done."""
        found = followed.read(self._record)
        if found is None or found.hub != self._hub:
            return
        if not notebook.resolve().is_relative_to(found.folder):
            return
        self._wanted.set()
        if self._thread is None:
            self._thread = Thread(target=self._work, name="nbhotel-publishing", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            found = followed.read(self._record)
            if found is not None:
                self._publish(found.folder)

    def _publish(self, folder: str) -> None:
        # -P: a json.py that lies where the server was started is none of the standard library's.
        command = [sys.executable, "-P", "-m", "nbhotel", "publish", folder]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=self._seconds, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            self._log.warning("nbhotel: %s was not published anew: %s", folder, error)
            return
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["it did not say why"])[-1]
            self._log.warning("nbhotel: %s was not published anew: %s", folder, last)
