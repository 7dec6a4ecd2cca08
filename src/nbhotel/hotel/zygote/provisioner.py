"""Kernels that the kernel's out-of-memory killer takes before the room that started them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner


class RoomProvisioner(LocalProvisioner):
    """The stock provisioner; it takes the room's protection away from the kernels (`man 5 proc`, oom_score_adj)."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Launch the kernel and make it the first to go when the room's memory is used up."""
        info = await super().launch_kernel(cmd, **kwargs)
        with suppress(OSError):
            Path(f"/proc/{self.pid}/oom_score_adj").write_text("0")
        return info
