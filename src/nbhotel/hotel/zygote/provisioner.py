"""Kernels that the system's out-of-memory killer takes before the room that started them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo

from nbhotel.room.warm.provisioner import WarmProvisioner

#: Added to a kernel's badness, in thousandths of the memory limit (`man 5 proc`, oom_score_adj). Raising it
#: needs no rights; lowering the room's own instead would need CAP_SYS_RESOURCE, which containers lack.
_OOM_SCORE = 500


class RoomProvisioner(WarmProvisioner):
    """Offers the kernels to the out-of-memory killer, warm ones and cold ones."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Launch the kernel and make it the first to go when the room's memory is used up."""
        info = await super().launch_kernel(cmd, **kwargs)
        with suppress(OSError):
            Path(f"/proc/{self.pid}/oom_score_adj").write_text(str(_OOM_SCORE))  # noqa: ASYNC240 - no disk
        return info
