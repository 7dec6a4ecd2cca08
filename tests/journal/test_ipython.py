"""IPython's own history, as IPython writes it, searched along."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from nbhotel.errors import InputError
from nbhotel.journal.looking import looked_up
from nbhotel.journal.store import Journal
from nbhotel.journal.values import Query, Run


@pytest.fixture(scope="module")
def ipython(tmp_path_factory):
    """A session of the real IPython in a terminal's place."""
    folder = tmp_path_factory.mktemp("ipython")
    command = [sys.executable, "-m", "IPython", "--colors=NoColor", "--simple-prompt", "--no-banner"]
    lines = "first = 1\nSecond = 2\nfrom_both = 3\n"
    environment = {**os.environ, "IPYTHONDIR": str(folder)}
    subprocess.run(
        command, input=lines, text=True, env=environment, check=True, capture_output=True, timeout=60
    )
    return str(folder / "profile_default/history.sqlite")


def codes(file, query, ipython):
    return [run.code for run in looked_up(str(file), query, ipython=ipython)]


def test_it_is_found_with_what_the_journal_has(tmp_path, ipython):
    file = tmp_path / "journal.sqlite"
    with Journal(str(file)) as journal:
        journal.write([Run("a", time.time() + 60, "from_both = 3"), Run("b", 1.0, "oldest = 0")])
    everything = ["from_both = 3", "Second = 2", "first = 1", "oldest = 0"]
    assert codes(file, Query(), ipython) == everything
    assert codes(file, Query(words=("second", "=")), ipython) == ["Second = 2"]
    assert codes(file, Query(since=time.time() - 3600), ipython) == everything[:3]
    assert codes(file, Query(failed=True), ipython) == []
    assert codes(file, Query(), "") == ["from_both = 3", "oldest = 0"]


def test_it_is_found_where_there_is_no_journal(tmp_path, ipython):
    assert codes(tmp_path / "none", Query(words=("first",)), ipython) == ["first = 1"]
    assert codes(tmp_path / "none", Query(), str(tmp_path / "none either")) == []
    assert list(tmp_path.iterdir()) == []


def test_one_that_cannot_be_read_is_told(tmp_path):
    (tmp_path / "history.sqlite").write_bytes(b"nonsense" * 100)
    with pytest.raises(InputError, match="IPython's history can't be read"):
        codes(tmp_path / "none", Query(), str(tmp_path / "history.sqlite"))
