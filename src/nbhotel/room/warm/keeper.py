"""The settings, and the nursery that is in use."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from traitlets import Bool, Float, Unicode
from traitlets import List as ListTrait
from traitlets.config import SingletonConfigurable

from nbhotel.room.warm import early
from nbhotel.room.warm.birth import Order
from nbhotel.room.warm.link import Link, NurseryAway
from nbhotel.room.warm.origin import is_plain
from nbhotel.room.warm.process import WarmProcess


class WarmKernels(SingletonConfigurable):
    """Python kernels forked from a process that has loaded already what they need."""

    enabled = Bool(
        sys.platform == "linux",
        config=True,
        help="Whether Python kernels of this environment are forked from a warm process.",
    )
    preload = ListTrait(
        Unicode(),
        config=True,
        help="Libraries that are imported in the warm process, like numpy or pandas.",
    )
    delay = Float(
        3.0,
        config=True,
        help="Seconds after the start of a kernel until the warm process is made ready for the next one.",
    )

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._link: Link | None = None
        self._former: list[Link] = []  # those that still have kernels
        self._threaded: set[str] = set()  # libraries that can't be preloaded
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Take over the nursery that was forked before the server began, if there is one."""
        self._link = early.take()
        if not self.enabled:
            self.end()

    def end(self) -> None:
        """Let go of the nursery; it ends with its last kernel."""
        if self._link:
            self._link.close()
            self._former.append(self._link)
            self._link = None

    async def birth(self, order: Order, stdout: int, stderr: int) -> WarmProcess | None:
        """Return a warm kernel, or None if it has to begin cold."""
        if not (self.enabled and is_plain(order.command)):
            return None
        link = self._usable()
        self._prepare()
        if link is None or not link.suits(order):
            return None
        try:
            return await asyncio.to_thread(link.birth, order, stdout, stderr)
        except NurseryAway as error:
            self.log.warning("nbhotel: a kernel starts cold, since the warm process is away: %s", error)
            self.end()
            return None

    def _usable(self) -> Link | None:
        self._former = [link for link in self._former if link.is_alive()]
        if self._link and not (self._link.is_alive() and self._link.origin.is_current()):
            self.end()
        return self._link

    def _prepare(self) -> None:
        """Make a nursery for the next kernel, a little later: this one needs the processor now."""
        is_ready = self._link and self._link.asked == self._wanted()
        if not is_ready and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._make_ready())

    def _wanted(self) -> list[str]:
        return [name for name in self.preload if name not in self._threaded]

    async def _make_ready(self) -> None:
        await asyncio.sleep(self.delay)
        try:
            while not await self._load():
                pass
        except (OSError, NurseryAway) as error:
            self.log.warning("nbhotel: kernels start cold, no warm process could be made: %s", error)

    async def _load(self) -> bool:
        """Load the libraries; return False if that has to be done again without one of them."""
        # Nobody can ask for a kernel while it loads.
        link, self._link = self._link, None
        if link is None:
            link = await asyncio.to_thread(Link.start)
        said = await asyncio.to_thread(link.load, self._wanted())
        self._link = link
        for name, why in said["failed"].items():
            self.log.warning("nbhotel: %s could not be preloaded: %s", name, why)
        if said["threads"]:
            self._threaded.add(said["threads"])
            text = "nbhotel: %s is not preloaded: it starts threads, which don't survive a fork"
            self.log.warning(text, said["threads"])
            self.end()
        return not said["threads"]
