"""The screen of `nbhotel git status`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbhotel.cli.style import Style
from nbhotel.git.setup.status import Status, status_of

if TYPE_CHECKING:
    from nbhotel.chain.model import Chain
    from nbhotel.git.calls import Git


def print_status(git: Git, *, as_json: bool) -> int:
    """Print what git does with notebooks here; 1 if nbhotel has no part in it."""
    from nbhotel.chain.config import config_file, load_chain

    status = status_of(git)
    top = git.top() or git.folder
    chain, file = load_chain("vcs", top), config_file(top)
    if as_json:
        _print_json(status, chain, file)
    else:
        _print_text(status, chain, file)
    return 0 if status.enabled else 1


def _print_text(status: Status, chain: Chain, file: str | None) -> None:
    style = Style.of(sys.stdout)
    print(
        f"{status.place}: nbhotel is {'enabled' if status.enabled else 'not enabled (`nbhotel git enable`)'}"
    )
    print()
    wide = max(len(effect.commands) for effect in status.effects)
    does = max(len(effect.does) for effect in status.effects)
    for effect in status.effects:
        mark = style.good("*") if effect.active else " "
        text = effect.does.ljust(does)
        by = style.faint(effect.by)
        print(f"{mark} {effect.commands.ljust(wide)}  {text}  {by}".rstrip())
    print()
    print(f"chain  {' '.join(step.name for step in chain.filters)}  {style.faint(file or 'ready-made')}")
    for pattern in status.kept:
        print(f"kept   {pattern}: in git with outputs")
    size = "none yet" if status.vault is None else f"{status.vault_file}, {_size(status.vault)}"
    print(f"vault  {size}")


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.0f} kB"


def _print_json(status: Status, chain: Chain, file: str | None) -> None:
    import json

    document = {
        "place": status.place,
        "enabled": status.enabled,
        "effects": [effect._asdict() for effect in status.effects],
        "settings": [setting._asdict() for setting in status.settings],
        "chain": {"filters": [step.name for step in chain.filters], "file": file},
        "kept": list(status.kept),
        "vault": {"file": status.vault_file, "size": status.vault},
    }
    print(json.dumps(document, indent=2, ensure_ascii=False))
