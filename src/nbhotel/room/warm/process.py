"""One warm kernel, as the server sees it."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
from contextlib import suppress

#: The exit code of a kernel whose parent has gone (`ipykernel.parentpoller`).
_ORPHAN = 1


class WarmProcess:
    """What jupyter_client's LocalProvisioner uses of `subprocess.Popen`, for a child of the nursery.

    As long as this object holds its connection the pid stays the kernel's own, also after its end.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, connection: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._connection = connection
        self._pidfd = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal, or None while the kernel runs."""
        if self.returncode is None:
            self.returncode = self._look()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end, in seconds; return the exit code. Raises subprocess.TimeoutExpired."""
        if self.poll() is None:
            watch = select.poll()
            watch.register(self._pidfd, select.POLLIN)
            if not watch.poll(None if timeout is None else timeout * 1000):
                raise subprocess.TimeoutExpired(f"kernel {self.pid}", timeout or 0)
            self._connection.settimeout(1)  # what the nursery takes to tell
            self.returncode = self._look()
            if self.returncode is None:
                self.returncode = _ORPHAN
        self._release()
        return self.returncode or 0

    def send_signal(self, number: int) -> None:
        """Send a signal if the kernel still runs."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, number)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)

    def _look(self) -> int | None:
        try:
            line = self._connection.recv(64)
        except (BlockingIOError, TimeoutError):
            return None
        except OSError:
            line = b""
        if line:
            return int(json.loads(line)["status"])
        # The nursery has gone; its kernels notice within a second.
        return _ORPHAN if select.select([self._pidfd], [], [], 0)[0] else None

    def _release(self) -> None:
        if self._pidfd >= 0:
            self._connection.close()
            os.close(self._pidfd)
            self._pidfd = -1

    def __del__(self) -> None:
        with suppress(AttributeError, OSError):
            self._release()
