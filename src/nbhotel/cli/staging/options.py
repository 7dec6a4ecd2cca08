"""The options of `stage`, `unstage` and `discard`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbhotel.cli.notebooks import FILES

if TYPE_CHECKING:
    import argparse

    from nbhotel.git.staging.leaves import Part

#: What can be said after --only, and the leaves that it means.
PARTS: dict[str, frozenset[Part]] = {
    "source": frozenset({"source", "cell", "move", "type", "file"}),
    "outputs": frozenset({"outputs"}),
    "metadata": frozenset({"metadata", "format", "mode", "form"}),
    "attachments": frozenset({"attachments"}),
}


def add_options(parser: argparse.ArgumentParser, verb: str, examples: str) -> None:
    """Add what the three verbs share."""
    from nbhotel.cli.parsing import add_examples

    add_examples(parser, examples)
    files = parser.add_argument(
        "notebooks", nargs="*", metavar="NOTEBOOK", help="notebooks or folders; default: all that differ"
    )
    files.complete = FILES  # type: ignore[attr-defined]
    parser.add_argument("-p", "--patch", action="store_true", help="ask about one change after the other")
    parser.add_argument("--all", action="store_true", help=f"{verb} all changes")
    parser.add_argument(
        "--cell",
        action="append",
        default=[],
        metavar="ID|N|/REGEX/",
        help="a cell by its id, its number in the diff, or what its source has; can be repeated",
    )
    parser.add_argument(
        "--only", metavar="PARTS", help=f"with commas between them: {', '.join(PARTS)}, metadata.KEY"
    )
    parser.add_argument(
        "-n", "--dry-run", action="store_true", help="write nothing, only say what would be done"
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="tell it as JSON; without --all and --cell, what there is to choose",
    )
