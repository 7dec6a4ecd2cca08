"""The server extension's part: which provisioner starts kernels that name none."""

from __future__ import annotations

import os
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_client.provisioning.factory import KernelProvisionerFactory
    from jupyter_server.serverapp import ServerApp

#: Only a server that has loaded this extension can use it, so it needs no entry in the package's metadata.
_OURS = EntryPoint(
    "nbhotel-warm", "nbhotel.room.warm.provisioner:WarmProvisioner", "jupyter_client.kernel_provisioners"
)


def start(app: ServerApp) -> None:
    """Have kernels started by our provisioner, unless the site has chosen another one."""
    from jupyter_client.provisioning.factory import KernelProvisionerFactory

    from nbhotel.room.warm.keeper import WarmKernels

    if not hasattr(os, "pidfd_open"):
        return  # not Linux
    WarmKernels.instance(parent=app).begin()
    provide(KernelProvisionerFactory.instance(parent=app.kernel_manager.parent))


def provide(factory: KernelProvisionerFactory) -> None:
    """Make ours the provisioner of kernels that name none."""
    if factory.default_provisioner_name == "local-provisioner":
        factory.provisioners[_OURS.name] = _OURS
        factory.default_provisioner_name = _OURS.name
