"""The lines of the daemons' logs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nbhotel.hotel.logline import log


def test_a_line_carries_the_time_and_the_process(capsys: pytest.CaptureFixture[str]) -> None:
    log("zygote", "warm")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d zygote: warm\n", capsys.readouterr().err)


def test_a_log_that_takes_no_more_harms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w", buffering=1) as full:  # line by line, as standard error
        monkeypatch.setattr("sys.stderr", full)
        with pytest.raises(OSError, match="No space left"):
            full.write("seen to fail\n")
        log("zygote", "lost")
        with pytest.raises(OSError, match="No space left"):
            full.close()
