"""Warm kernels do what cold ones do."""

from __future__ import annotations

import asyncio
import json
import resource
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from nbhotel.room.warm.keeper import WarmKernels
from tests.room.warm.kernels import kernel, prepared, until

#: What a kernel finds, apart from what is each one's own.
FOUND = """
import json, os, resource, signal, sys
umask = os.umask(0); os.umask(umask)
print(json.dumps({
    "argv": [sys.argv[0], sys.orig_argv[:-1]], "path": sys.path, "folder": os.getcwd(), "umask": umask,
    "environment": {name: value for name, value in os.environ.items()},
    "limits": [resource.getrlimit(each) for each in range(16)], "names": sorted(globals()),
    "leads": os.getpgid(0) == os.getsid(0) == os.getpid(), "flags": str(sys.flags),
    "signals": [str(signal.getsignal(each)) for each in (1, 2, 13, 15, 17)],
    "blocked": str(signal.pthread_sigmask(0, [])),
    "title": open("/proc/self/cmdline").read()[:40].replace(chr(0), " "),
}))
"""


async def test_a_warm_kernel_finds_what_a_cold_one_finds(keeper: WarmKernels, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    async with kernel(cwd=str(tmp_path)) as cold:
        assert not cold.is_warm
        await prepared(keeper)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft - 1, hard))  # later than the nursery
        try:
            async with kernel(cwd=str(tmp_path)) as warm:
                assert warm.is_warm
                found = json.loads(await warm.run(FOUND))
                expected = json.loads(await cold.run(FOUND))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert found["limits"][resource.RLIMIT_NOFILE] == [soft - 1, hard]
    expected["limits"][resource.RLIMIT_NOFILE] = [soft - 1, hard]
    assert found == expected


async def test_interrupt_reset_restart_and_death(keeper: WarmKernels) -> None:
    await prepared(keeper)
    async with kernel() as warm:
        first = int(await warm.run("import os, random; x = 1; print(os.getpid())"))
        sleep = asyncio.create_task(warm.run("import time; print('asleep', flush=True); time.sleep(30)"))
        await asyncio.sleep(0.3)
        await warm.manager.interrupt_kernel()
        assert (await sleep).endswith("KeyboardInterrupt")
        assert await warm.run("%reset -f\nprint('x' in globals())") == "False"
        await warm.manager.restart_kernel(now=True)
        await warm.client.wait_for_ready(timeout=30)
        assert warm.is_warm
        second = int(await warm.run("import os; print(os.getpid())"))
        assert second != first
        assert not psutil.pid_exists(first)
        warm.client.execute("import os; os._exit(3)")
        await until(lambda: warm.process.poll() == 3)
        assert not await warm.manager.is_alive()


async def test_kernels_draw_numbers_of_their_own(keeper: WarmKernels) -> None:
    await prepared(keeper)
    code = "import random; from multiprocessing import process as p; "
    code += "print(random.random(), p.current_process().authkey)"
    async with kernel() as one, kernel() as other:
        assert one.is_warm
        assert other.is_warm
        assert set((await one.run(code)).split()).isdisjoint((await other.run(code)).split())


async def test_what_is_open_at_the_exit_is_written(keeper: WarmKernels, tmp_path: Path) -> None:
    await prepared(keeper)
    async with kernel(cwd=str(tmp_path)) as warm:
        await warm.run("import atexit; f = open('f', 'w'); f.write('kept'); atexit.register(open, 'e', 'w')")
        await warm.manager.shutdown_kernel()
        assert (tmp_path / "f").read_text() == "kept"
        assert (tmp_path / "e").exists()


async def test_the_debugger_stops_in_a_cell(keeper: WarmKernels) -> None:
    await prepared(keeper)
    async with kernel() as warm:

        async def ask(command: str, **arguments: object) -> dict[str, object]:
            content = {"type": "request", "seq": 1, "command": command, "arguments": arguments}
            message = warm.client.session.msg("debug_request", content)
            warm.client.control_channel.send(message)
            while True:
                reply = await warm.client.get_control_msg(timeout=20)
                if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                    return dict(reply["content"])

        assert (await ask("initialize", clientID="t", adapterID="", pathFormat="path"))["success"]
        assert (await ask("attach"))["success"]
        code = "x = 41\nx += 1\nprint(x)"
        dumped = await ask("dumpCell", code=code)
        source = {"path": dumped["body"]["sourcePath"]}  # type: ignore[index]
        await ask("setBreakpoints", source=source, breakpoints=[{"line": 2}], sourceModified=False)
        assert (await ask("configurationDone"))["success"]
        warm.client.execute(code)
        while True:
            event = await warm.client.get_iopub_msg(timeout=20)
            if event["msg_type"] == "debug_event" and event["content"]["event"] == "stopped":
                break
        thread = event["content"]["body"]["threadId"]
        assert (await ask("continue", threadId=thread))["success"]
        assert (await ask("disconnect", restart=False, terminateDebuggee=False))["success"]


async def test_a_module_of_the_folder_comes_first(keeper: WarmKernels, tmp_path: Path) -> None:
    keeper.preload = ["wave", "nbformat"]
    await prepared(keeper)
    (tmp_path / "nbformat.py").write_text("mine = True")
    async with kernel(cwd=str(tmp_path)) as warm:
        assert warm.is_warm
        assert await warm.run("import nbformat; print(nbformat.mine)") == "True"


@pytest.mark.parametrize("seconds", [0, 2])
async def test_kernels_end_with_their_server(tmp_path: Path, seconds: int) -> None:
    """Whether they run by then or have not begun yet."""
    code = """
import os, signal, sys, time
from nbhotel.room.warm.link import Link, order
from jupyter_client.connect import write_connection_file
link = Link.start()
link.load([])
file, _ = write_connection_file(sys.argv[1], key=b"k")
command = [sys.executable, "-m", "ipykernel_launcher", "-f", file]
kernel = link.birth(order(command, {**os.environ, "JPY_PARENT_PID": str(os.getpid())}, "/"), 2, 2)
print(kernel.pid, link._process.pid, flush=True)
time.sleep(float(sys.argv[2]))
os.kill(os.getpid(), signal.SIGKILL)
"""
    command = [sys.executable, "-c", code, str(tmp_path / "c.json"), str(seconds)]
    server = subprocess.run(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False)
    assert server.returncode == -signal.SIGKILL
    family = server.stdout.split()
    assert len(family) == 2
    await until(lambda: not any(psutil.pid_exists(int(pid)) for pid in family))
