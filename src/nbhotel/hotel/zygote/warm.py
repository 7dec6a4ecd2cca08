"""Loading, before the first fork, all that a room will need: what is loaded here, no room loads again."""

from __future__ import annotations

import gc
import importlib
import json
import mimetypes
import pkgutil
import re
import sys
import warnings
from contextlib import suppress
from pathlib import Path

from nbhotel.room.warm import early

#: Packages of which every module is loaded, and modules that Jupyter Server imports only on first use.
_PACKAGES = (
    "nbhotel.room",
    "jupyter_server.services",
    "jupyterlab.handlers",
    "jupyterlab_server",
    "jupyter_lsp",
)
_MODULES = (
    "IPython",
    "IPython.core.completer",
    "aiohttp.web",
    "anyio._backends._asyncio",
    "httpcore",
    "httpx",
    "ipykernel.kernelspec",
    "jinja2.ext",
    "jupyter_client.asynchronous",
    "jupyter_client.provisioning.local_provisioner",
    "jupyter_server.auth.login",
    "jupyter_server.base.websocket",
    "jupyter_core.migrate",
    "jupyter_server.files.handlers",
    "jupyter_server.kernelspecs.handlers",
    "jupyter_server.nbconvert.handlers",
    "jupyter_server.serverapp",
    "jupyter_server.terminal.handlers",
    "jupyter_server.view.handlers",
    "jupyter_server_terminals.app",
    "jupyterhub.singleuser.extension",
    "jupyterlab.labapp",
    "nbhotel.hotel.zygote.provisioner",
    "notebook.app",
    "notebook.services",
    "notebook_shim.nbserver",
    "pamela",
    "setproctitle",
    "sqlite3",
    "terminado",
    "tornado.platform.asyncio",
    "zmq.asyncio",
)

#: What only rooms load in which people write together.
_TOGETHER = ("jupyter_server_fileid", "jupyter_server_ydoc")

#: Modules that run a program when imported, or belong to tests.
_NOT_A_ROOMS = re.compile(r"__main__|test|conftest|pytest")


def warm_up(*, together: bool = False) -> int:
    """Import the room's software and freeze it for forking; return how many modules are loaded.

    With `together`, also what rooms need in which several people write in one notebook.

    The garbage collector writes to every object it visits; frozen objects stay on pages that all rooms share.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        early.load()
        for name in (*_MODULES, *_submodules(), *_extensions(together=together)):
            # A module that is not there (no LSP, no terminals) is one that rooms don't need either.
            with suppress(Exception):
                importlib.import_module(name)
    mimetypes.init()
    gc.collect()
    gc.freeze()
    return len(sys.modules)


def _submodules() -> list[str]:
    names = []
    for package in _PACKAGES:
        with suppress(ImportError):
            path = importlib.import_module(package).__path__
            found = pkgutil.walk_packages(path, f"{package}.", onerror=lambda _: None)
            names += [module.name for module in found if not _NOT_A_ROOMS.search(module.name)]
    return names


def _extensions(*, together: bool) -> list[str]:
    """Return the server extensions that are enabled in this environment's own configuration."""
    names: dict[str, None] = {}
    for path in Path(sys.prefix, "etc/jupyter/jupyter_server_config.d").glob("*.json"):
        with suppress(OSError, ValueError, AttributeError):
            extensions = json.loads(path.read_text())["ServerApp"]["jpserver_extensions"]
            names |= {name: None for name, enabled in extensions.items() if enabled}
    return [name for name in names if together or name not in _TOGETHER]
