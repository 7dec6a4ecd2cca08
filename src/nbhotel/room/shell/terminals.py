"""Which kernels have a shell, and all of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from jupyter_server._tz import utcnow
from traitlets import Bool, Int, Unicode
from traitlets.config import LoggingConfigurable

from nbhotel.room.shell.session import Session

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from nbhotel.shell.process import Shell


class TerminalCells(LoggingConfigurable):
    """The shells of terminal cells, one per kernel."""

    enabled = Bool(True, help="Offer terminal cells.").tag(config=True)
    shell = Unicode(
        help="The shell, a program's path; by default that of the terminals, else the user's login shell."
    ).tag(config=True)
    output_limit = Int(1_000_000, min=1000, help="How many letters of each output are kept.").tag(config=True)

    def __init__(self, app: ServerApp, **kwargs: Any) -> None:
        super().__init__(parent=app, **kwargs)
        self._app = app
        self._sessions: dict[str, Session] = {}

    def backend(self, kernel_id: str) -> tuple[str, str]:
        """Return what runs the cells of a kernel, and why it is not a shell of this server.

        `"shell"`; `"magic"`: the kernel itself, by `%%terminal`; `"none"`.
        Raises KeyError without the kernel.
        """
        from jupyter_client.provisioning.local_provisioner import LocalProvisioner

        kernel = self._app.kernel_manager.get_kernel(kernel_id)
        if isinstance(getattr(kernel, "provisioner", None), LocalProvisioner):
            return "shell", ""
        spec = getattr(kernel, "kernel_spec", None)
        if getattr(spec, "language", "") == "python":
            return "magic", "the kernel runs on another machine: its own %%terminal runs these cells"
        return "none", "the kernel runs on another machine, and only Python's can run a shell there"

    def session(self, kernel_id: str) -> Session:
        """Return the session of a kernel that runs."""
        if kernel_id not in self._sessions:
            self._sessions[kernel_id] = Session(
                self._start, limit=self.output_limit, active=lambda: self._note_use(kernel_id)
            )
            self._app.kernel_manager.add_restart_callback(kernel_id, lambda: self.forget(kernel_id), "dead")
        return self._sessions[kernel_id]

    def interrupt(self, kernel_id: str) -> None:
        """Interrupt what runs in a kernel's shell."""
        if session := self._sessions.get(kernel_id):
            session.interrupt()

    def restart(self, kernel_id: str) -> None:
        """End a kernel's shell, as the kernel starts anew; the cells stay."""
        if session := self._sessions.get(kernel_id):
            session.close("the kernel was restarted, and its shell with it")

    def forget(self, kernel_id: str) -> None:
        """End a kernel's shell and forget its cells, as the kernel has ended."""
        if session := self._sessions.pop(kernel_id, None):
            session.close("the kernel has ended, and its shell with it")

    def _start(self, folder: str) -> Shell:
        from nbhotel.shell.process import Shell

        where = folder if os.path.isdir(folder) else os.path.expanduser("~")
        environment = {
            **os.environ,
            "JUPYTER_SERVER_ROOT": str(self._app.root_dir),
            "JUPYTER_SERVER_URL": str(self._app.connection_url),
        }
        return Shell(self._program(), cwd=where, environment=environment)

    def _program(self) -> str:
        from nbhotel.shell.process import login_shell

        if self.shell:
            return str(self.shell)
        command = self._app.terminado_settings.get("shell_command")
        if command:
            return str(command if isinstance(command, str) else command[0])
        return login_shell()

    def _note_use(self, kernel_id: str) -> None:
        """A running cell is activity: neither the kernel nor the room is culled meanwhile."""
        now = utcnow()
        self._app.web_app.settings["terminal_last_activity"] = now
        if kernel_id in self._app.kernel_manager:
            kernel: Any = self._app.kernel_manager.get_kernel(kernel_id)
            kernel.last_activity = now
