"""Lab's pages where nobody writes together: they need not load what is disabled there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

_EXTENSIONS = {"@jupyter/collaboration-extension", "@jupyter/docprovider-extension"}
#: A setting of JupyterLab's server: a function that has the last word on what a page is told.
_HOOK = "page_config_hook"


def leave_out_what_is_disabled(app: ServerApp) -> None:
    """Have Lab not fetch jupyter-collaboration's scripts, which it would, only to disable what is in them."""
    before = app.web_app.settings.get(_HOOK)

    def hook(handler: object, config: dict[str, Any]) -> dict[str, Any]:
        config = before(handler, config) if before else config
        off = _EXTENSIONS & set(config.get("disabledExtensions", ()))
        found = config.get("federated_extensions", [])
        return {**config, "federated_extensions": [each for each in found if each["name"] not in off]}

    app.web_app.settings[_HOOK] = hook
