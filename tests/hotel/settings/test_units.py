from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbhotel.hotel.settings.units import format_size, parse_duration, parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("2G", 2 << 30),
        ("512M", 512 << 20),
        ("1.5g", 3 << 29),
        ("64 KiB", 64 << 10),
        ("1TB", 1 << 40),
        ("7", 7),
        (7, 7),
    ],
)
def test_sizes(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1h", 3600), ("30m", 1800), ("90 s", 90), ("1.5h", 5400), ("2d", 172800), ("0", 0), (5, 5)],
)
def test_durations(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "G", "-2G", "2 G B", "1e9", "2X", "٣G", None, True, 1.5, ["2G"]])
def test_what_is_no_size(text):
    with pytest.raises(ValueError, match="expected a size"):
        parse_size(text)


@given(st.integers(min_value=0, max_value=1 << 50))
def test_a_formatted_size_is_read_back(size):
    assert parse_size(format_size(size)) == size
