"""When a kernel is warm, and when it begins cold."""

from __future__ import annotations

import logging
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from nbhotel.room.warm import link
from nbhotel.room.warm.keeper import WarmKernels
from nbhotel.room.warm.link import NurseryAway
from nbhotel.room.warm.origin import Origin
from tests.browser.lab import open_lab
from tests.hotel.support import wait_until
from tests.room.warm.kernels import kernel, prepared, until


def nurseries() -> list[psutil.Process]:
    children = psutil.Process().children()
    alive = [child for child in children if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in alive if "nbhotel: nursery" in " ".join(child.cmdline())]


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that modules are loaded from."""
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    return folder


async def test_libraries_are_there_and_what_hinders_is_told(
    keeper: WarmKernels, packages: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(packages))
    (packages / "threaded.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=[60]).start()"
    )
    keeper.log.propagate = True
    keeper.preload = ["wave", "threaded", "not_there", "colorsys"]
    with caplog.at_level(logging.WARNING):
        await prepared(keeper)
    assert "threaded is not preloaded: it starts threads" in caplog.text
    assert "not_there could not be preloaded: ModuleNotFoundError" in caplog.text
    look = "import sys; print([name in sys.modules for name in ('wave', 'colorsys', 'threaded')])"
    async with kernel() as warm:
        assert warm.is_warm
        assert await warm.run(look) == "[True, True, False]"
    async with kernel(env={**os.environ, "OMP_NUM_THREADS": "1"}) as cold:
        assert not cold.is_warm, "a library may have read it"
        assert await cold.run(look) == "[False, False, False]"


async def test_other_interpreters_begin_cold(keeper: WarmKernels) -> None:
    await prepared(keeper)
    async with kernel(env={**os.environ, "PYTHONHASHSEED": "0"}) as cold:
        assert not cold.is_warm
        assert await cold.run("import sys; print(sys.flags.hash_randomization)") == "0"
    async with kernel(extra_arguments=["--no-stdout"]) as cold:
        assert not cold.is_warm
    async with kernel(env={**os.environ, "OMP_NUM_THREADS": "1"}) as warm:
        assert warm.is_warm
        assert await warm.run("import os; print(os.environ['OMP_NUM_THREADS'])") == "1"


async def test_after_an_upgrade_there_is_a_new_nursery(keeper: WarmKernels, packages: Path) -> None:
    await prepared(keeper)
    (first,) = nurseries()
    async with kernel() as before:
        assert before.is_warm
        (packages / "package-2.0.dist-info").mkdir()
        async with kernel() as meanwhile:
            assert not meanwhile.is_warm
        await prepared(keeper)
        async with kernel() as after:
            assert after.is_warm
            assert len(nurseries()) == 2
        assert await before.run("print('lives')") == "lives"
    await until(lambda: not first.is_running() or first.status() == psutil.STATUS_ZOMBIE)


async def test_a_nursery_that_was_killed_is_made_again(keeper: WarmKernels) -> None:
    await prepared(keeper)
    nurseries()[0].kill()
    async with kernel() as cold:
        assert not cold.is_warm
        assert await cold.run("print(1)") == "1"
    await prepared(keeper)
    async with kernel() as warm:
        assert warm.is_warm


async def test_a_nursery_that_does_not_answer_delays_a_kernel_and_makes_no_second(
    keeper: WarmKernels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "_PATIENCE", 0.5)
    await prepared(keeper)
    (nursery,) = nurseries()
    nursery.send_signal(signal.SIGSTOP)
    try:
        async with kernel() as cold:
            assert not cold.is_warm
            nursery.send_signal(signal.SIGCONT)
            await until(lambda: not nursery.is_running() or nursery.status() == psutil.STATUS_ZOMBIE)
            assert await cold.run("print('alone')") == "alone"
    finally:
        nursery.send_signal(signal.SIGCONT)


def test_a_link_to_nothing_says_so(tmp_path: Path) -> None:
    ours, theirs = link.pair()
    theirs.close()
    lost = link.Link(ours, Origin.now(), process=psutil.Popen(["true"]))
    with pytest.raises(NurseryAway):
        lost.birth(link.order(["python"], {}, str(tmp_path)), 1, 2)
    lost.close()


def test_the_server_has_it_and_its_settings(tmp_path: Path) -> None:
    with open_lab(tmp_path, {"WarmKernels": {"preload": ["not_there"], "delay": 0.0}}) as server:
        assert "warm" in server.ask("nbhotel/api")["features"]

        def is_warm() -> bool:
            asked = server.ask("api/kernels", "POST", {"name": "python3"})["id"]
            family = psutil.Process(server.process.pid).children(recursive=True)
            (kernel,) = (each for each in family if asked in " ".join(each.cmdline()))
            return bool(kernel.ppid() != server.process.pid)

        assert not is_warm()
        wait_until(lambda: "not_there could not be preloaded" in server.log, seconds=20, what="a nursery")
        assert is_warm()
