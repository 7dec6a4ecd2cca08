"""Kernels for the tests: started as a server starts them, driven by jupyter_client."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager

from nbhotel.room.warm.keeper import WarmKernels
from nbhotel.room.warm.process import WarmProcess

PATIENCE = 30.0


class Kernel:
    """One kernel and a client of it."""

    def __init__(self, manager: AsyncKernelManager, client: AsyncKernelClient) -> None:
        self.manager = manager
        self.client = client

    @property
    def process(self) -> WarmProcess | subprocess.Popen[bytes]:
        provisioner: Any = self.manager.provisioner
        found: WarmProcess | subprocess.Popen[bytes] = provisioner.process
        return found

    @property
    def is_warm(self) -> bool:
        return isinstance(self.process, WarmProcess)

    async def run(self, code: str) -> str:
        """Return what was printed, or the name of the exception."""
        said: list[str] = []

        def hear(message: dict[str, Any]) -> None:
            content = message["content"]
            said.append(content.get("text") or content.get("ename") or "")

        await self.client.execute_interactive(code, output_hook=hear, timeout=PATIENCE)
        return "".join(said).strip()


@asynccontextmanager
async def kernel(**start: Any) -> AsyncIterator[Kernel]:
    manager = AsyncKernelManager(kernel_name="python3")
    await manager.start_kernel(**start)
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=PATIENCE)
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


async def prepared(keeper: WarmKernels) -> None:
    """Make the nursery, as the first kernel of a server does."""
    keeper._prepare()
    if keeper._task:
        await keeper._task


async def until(what: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
