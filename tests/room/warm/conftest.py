"""Settings of warm kernels, and the provisioner that uses them, for one test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client.provisioning.factory import KernelProvisionerFactory

from nbhotel.room.warm.feature import provide
from nbhotel.room.warm.keeper import WarmKernels
from tests.hotel.support import wait_until


@pytest.fixture
def keeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WarmKernels]:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    provide(KernelProvisionerFactory.instance())
    yield WarmKernels.instance(delay=0.0)
    ending = WarmKernels.instance()
    ending.end()
    wait_until(lambda: not any(link.is_alive() for link in ending._former), what="the end of nurseries")
    WarmKernels.clear_instance()
    KernelProvisionerFactory.clear_instance()
