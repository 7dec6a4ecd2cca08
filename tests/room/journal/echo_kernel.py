"""A kernel of a language that there isn't; what fails begins with "fail"."""

from __future__ import annotations

import os
from typing import Any

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel


class Echo(Kernel):
    """Says what it is told."""

    implementation, implementation_version, banner = "echo", "1", "echo"
    language_info: dict[str, Any] = {"name": "echo", "file_extension": ".txt"}  # noqa: RUF012

    async def do_execute(self, code: str, silent: bool, *_: Any, **__: Any) -> dict[str, Any]:
        if code.startswith("fail"):
            error = {"ename": "Failed", "evalue": code, "traceback": []}
            self.send_response(self.iopub_socket, "error", error)
            return {"status": "error", "execution_count": self.execution_count, **error}
        self.send_response(self.iopub_socket, "stream", {"name": "stdout", "text": code})
        return {
            "status": "ok",
            "execution_count": self.execution_count,
            "payload": [],
            "user_expressions": {},
        }


class Mute(Echo):
    """Tells its clients of no run, as if they were connected too late; replies it sends."""

    def _publish_execute_input(self, *_: Any, **__: Any) -> None:
        pass

    def _publish_status(self, status: str, channel: str, parent: Any = None) -> None:
        header = (parent or self.get_parent(channel)).get("header", {})
        if header.get("msg_type") != "execute_request":
            super()._publish_status(status, channel, parent)


if __name__ == "__main__":
    IPKernelApp.launch_instance(kernel_class=Mute if "MUTE" in os.environ else Echo)
