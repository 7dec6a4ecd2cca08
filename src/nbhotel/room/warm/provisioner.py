"""The provisioner: warm kernels where they are the same as cold ones, all others as always."""

from __future__ import annotations

import os
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from nbhotel.room.warm import link
from nbhotel.room.warm.keeper import WarmKernels
from nbhotel.room.warm.process import WarmProcess

#: What of `subprocess.Popen`'s arguments a warm kernel can have.
_KNOWN = {"cwd", "env", "stdout", "stderr", "extra_arguments", "kernel_id"}


class WarmProvisioner(LocalProvisioner):
    """The stock provisioner, with another kind of process for Python kernels of this environment."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Launch the kernel, warm if it can be."""
        process = await self._birth(cmd, kwargs)
        if process is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = process  # type: ignore[assignment]  # Popen's interface is all that is used
        self.pid = self.pgid = process.pid
        self.cwd = kwargs.get("cwd") or os.getcwd()
        return self.connection_info

    async def _birth(self, cmd: list[str], kwargs: dict[str, Any]) -> WarmProcess | None:
        given = {name: value for name, value in kwargs.items() if value is not None}
        if not (WarmKernels.initialized() and given.keys() <= _KNOWN):
            return None
        out, err = given.get("stdout", 1), given.get("stderr", 2)
        if not (isinstance(out, int) and isinstance(err, int) and min(out, err) >= 0):
            return None  # a pipe, or a file object
        environment = given.get("env", dict(os.environ)) | {"JPY_PARENT_PID": str(os.getpid())}
        order = link.order(cmd, environment, str(given.get("cwd") or os.getcwd()))
        return await WarmKernels.instance().birth(order, out, err)
