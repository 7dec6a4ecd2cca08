"""A text, changed in the editor that git would use."""

from __future__ import annotations

import os
from collections.abc import Mapping

from nbhotel.errors import InputError, MissingPart


def edited(text: str, name: str, environment: Mapping[str, str]) -> str:
    """Return what somebody made of a text. Editors know by the file's `name` what it is.

    Raises InputError if the editor fails.
    """
    from pathlib import Path
    from subprocess import run
    from tempfile import TemporaryDirectory

    command = _command(environment)
    with TemporaryDirectory(prefix="nbhotel-") as folder:
        file = Path(folder) / name
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        shell = ["sh", "-c", f'{command} "$@"', command, str(file)]
        if run(shell, env=dict(environment), check=False).returncode:
            raise InputError("the editor failed", where=command)
        try:
            return file.read_bytes().decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            raise InputError("what the editor wrote is not UTF-8", where=command) from None


def _command(environment: Mapping[str, str]) -> str:
    from nbhotel.git.calls import Git

    try:
        found = Git(os.curdir, environment).ask("var", "GIT_EDITOR")
    except MissingPart:
        found = None
    return found or environment.get("VISUAL") or environment.get("EDITOR") or "vi"
