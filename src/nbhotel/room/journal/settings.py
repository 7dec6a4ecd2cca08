"""The journal's settings, such as `c.Journal.enabled = False` in `jupyter_server_config.py`."""

from __future__ import annotations

import os
import re
from functools import cached_property
from typing import Any

from traitlets import Bool, Int, List, TraitError, Unicode, default, validate
from traitlets.config import LoggingConfigurable

from nbhotel.journal.places import ipython_file, journal_file


class Journal(LoggingConfigurable):
    """What is kept of the code that kernels run."""

    enabled = Bool(True, help="Keep the code that kernels run.").tag(config=True)
    file = Unicode(help="The database; default: $XDG_DATA_HOME/nbhotel/journal.sqlite.").tag(config=True)
    max_megabytes = Int(
        500, min=1, help="The oldest runs are forgotten when the database is larger than that."
    ).tag(config=True)
    max_days = Int(730, min=0, help="Older runs are forgotten; 0: none for its age.").tag(config=True)
    output_head = Int(
        0, min=0, help="How many characters of a run's text output are kept; 0: none of them."
    ).tag(config=True)
    hide_secrets = Bool(
        True, help="Keys, tokens and passwords in the code are not kept, but a note in their place."
    ).tag(config=True)
    secrets = List(
        Unicode(), help="Regular expressions of more that is not kept, such as names of customers."
    ).tag(config=True)
    ipython_history = Unicode(
        help="IPython's own history, to search along; default: that of the profile `default`; '': none."
    ).tag(config=True)

    @default("file")
    def _default_file(self) -> str:
        return journal_file(os.environ)

    @default("ipython_history")
    def _default_ipython_history(self) -> str:
        return ipython_file(os.environ)

    @validate("file")
    def _check_file(self, proposal: Any) -> str:
        """A damaged journal is put aside: what that is done to must not be anybody's file."""
        file = str(proposal.value)
        if not (os.path.isabs(file) and file.endswith(".sqlite")):
            raise TraitError(f"Journal.file: {file!r} is no absolute path that ends in .sqlite")
        return file

    @validate("secrets")
    def _check_secrets(self, proposal: Any) -> list[str]:
        patterns: list[str] = proposal.value
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise TraitError(f"Journal.secrets: {pattern!r} is no regular expression: {error}") from None
        return patterns

    def hidden(self, text: str) -> str:
        """Return the text with notes in the place of what is not to be kept."""
        if self.hide_secrets:
            from nbhotel.chain.secrets import redacted

            text = redacted(text)
        return self._more.sub("<a secret was here>", text) if self.secrets else text

    @cached_property
    def _more(self) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{pattern})" for pattern in self.secrets))
