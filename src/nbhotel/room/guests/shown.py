"""What of the server's answers a visitor gets to see."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from nbhotel.room.api import without_drive
from nbhotel.room.guests.rights import Rights
from nbhotel.room.guests.rules import Need

if TYPE_CHECKING:
    from jupyter_server.base.handlers import JupyterHandler

Cut = Callable[[Any], Any]


def cut_of(need: Need, rights: Rights, kernels: Iterable[str]) -> Cut | None:
    """Return what an answer must be passed through, or None. `kernels`: those that the visitor may use."""
    may_use = set(kernels)
    cuts: dict[str, Cut] = {
        "listing": lambda model: _contents(model, rights),
        "sessions": lambda models: [
            each for each in models if rights.may(without_drive(str(each["path"])), "edit")
        ],
        "kernels": lambda models: [each for each in models if each["id"] in may_use],
        "kernelspecs": _kernelspecs,
        "settings": _settings,
        "languages": lambda told: {**told, "sessions": {}, "specs": {}},
        "workspace": lambda _: _workspace(need.name),
    }
    return cuts.get(need.kind)


def pass_through(handler: JupyterHandler, cut: Cut) -> None:
    """Let what the handler finishes with go through `cut`. What is not JSON is not sent at all."""
    finish = handler.finish

    def finish_cut(chunk: Any = None) -> Any:
        if handler.get_status() != 200:  # errors are the server's own words
            return finish(chunk)
        whole = b"".join(handler._write_buffer) + _encoded(chunk)
        handler._write_buffer = []
        return finish(json.dumps(cut(json.loads(whole)), default=str) if whole else None)

    handler.finish = finish_cut  # type: ignore[method-assign]


def _encoded(chunk: Any) -> bytes:
    if isinstance(chunk, dict):
        return json.dumps(chunk, default=str).encode()
    return chunk.encode() if isinstance(chunk, str) else chunk or b""


def _contents(model: dict[str, Any], rights: Rights) -> dict[str, Any]:
    """Only what is shared, and folders on the way there; nothing is writable for who may only read."""
    writable = bool(model.get("writable")) and rights.may(model["path"], "edit")
    content = model.get("content")
    if model["type"] == "directory" and content is not None:
        content = [_contents(each, rights) for each in content if _visible(each["path"], rights)]
    return {**model, "writable": writable, "content": content}


def _visible(path: str, rights: Rights) -> bool:
    return rights.may(path, "read") or rights.leads_to(path)


def _kernelspecs(told: dict[str, Any]) -> dict[str, Any]:
    """Names and pictures: in the variables that kernels get, people keep keys."""
    kept = {
        name: {**each, "spec": {**each["spec"], "env": {}, "argv": []}}
        for name, each in told["kernelspecs"].items()
    }
    return {**told, "kernelspecs": kept}


def _settings(told: dict[str, Any]) -> dict[str, Any]:
    """Lab's defaults: what the owner has set there may be anything, keys of services included."""
    if "settings" in told and isinstance(told["settings"], list):
        return {**told, "settings": [_settings(each) for each in told["settings"]]}
    return {**told, **{name: value for name, value in (("raw", "{}"), ("settings", {})) if name in told}}


def _workspace(name: str) -> dict[str, Any]:
    """An empty one: the owner's tells which files he has open."""
    if not name:
        return {"workspaces": {"ids": [], "values": []}}
    return {"data": {}, "metadata": {"id": name}}
