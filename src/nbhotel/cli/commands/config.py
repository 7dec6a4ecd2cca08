"""`nbhotel config show`: the settings in force, and where each came from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nbhotel.cli.options import add_settings_options, load

if TYPE_CHECKING:
    import argparse

    from nbhotel.hotel.settings import Loaded

SUMMARY = "show the settings in force and where each came from"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel config`."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    show = actions.add_parser("show", help=SUMMARY, description=SUMMARY, allow_abbrev=False)
    show.add_argument("--json", action="store_true", help="print JSON")
    add_settings_options(show, bind=True)


def run(args: argparse.Namespace) -> int:
    """Print the settings; passwords and the like are masked."""
    from nbhotel.hotel.settings.display import shown

    loaded = load(args)
    values = shown(loaded.settings)
    print(_as_json(values, loaded) if args.json else _as_toml(values, loaded))
    return 0


def _as_json(values: dict[str, Any], loaded: Loaded) -> str:
    return json.dumps({"settings": values, "origins": loaded.origins}, indent=2, ensure_ascii=False)


def _as_toml(values: dict[str, Any], loaded: Loaded) -> str:
    """The settings as a hotel.toml that would give them, each with its origin as a comment."""
    lines = [
        _assignment((), key, value, loaded) for key, value in values.items() if not isinstance(value, dict)
    ]
    for key, value in values.items():
        if isinstance(value, dict) and value:
            lines += ["", *_table((key,), value, loaded)]
    return "\n".join(lines)


def _table(path: tuple[str, ...], values: dict[str, Any], loaded: Loaded) -> list[str]:
    lines = [f"[{'.'.join(map(_toml_key, path))}]"]
    lines += [
        _assignment(path, key, value, loaded) for key, value in values.items() if not isinstance(value, dict)
    ]
    for key, value in values.items():
        if isinstance(value, dict):
            lines += ["", *_table((*path, key), value, loaded)]
    return lines


def _assignment(path: tuple[str, ...], key: str, value: object, loaded: Loaded) -> str:
    origin = loaded.origins.get(".".join((*path, key)), "")
    # TOML has no null: an unset value is shown as a comment.
    text = f"# {key} is not set" if value is None else f"{_toml_key(key)} = {_toml_value(value)}"
    return f"{text:<48}  # {origin}" if origin else text


def _toml_key(key: str) -> str:
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else _toml_value(key)


def _toml_value(value: object) -> str:
    # JSON's strings, numbers, booleans and flat lists are TOML, too (TOML 1.0, "String").
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
