"""What counts as noise from run to run, and what must not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given

from nbhotel.notebook.noise import calm
from tests.strategies import any_text, texts

#: Texts of two runs, which are the same but for noise.
NOISE = [
    ("<Foo object at 0x7f3c5e1a2b40>", "<Foo object at 0x7ffd00112233>"),
    ("<function f at 0x10a3b4c8>", "<function f at 0x10a3b5d0>"),
    ("<Foo at 0x000001F2A3B4C5D0>", "<Foo at 0x000001F2A3B4FFFF>"),
    ("<Cell at 0xa1>", "<Cell at 0xb23>"),
    ("took 3 s", "took 12.5 s"),
    ("Wall time: 2min 3s", "Wall time: 58.1 ms"),
    (
        "CPU times: user 1.2 s, sys: 120 ms, total: 1.32 s\nWall time: 1.4 s",
        "CPU times: user 1min 3s, sys: 9 µs, total: 1min 4s\nWall time: 1min 5s",
    ),
    (
        "1.25 µs ± 12.3 ns per loop (mean ± std. dev. of 7 runs, 1,000,000 loops each)",
        "12 ms ± 1.1 ms per loop (mean ± std. dev. of 7 runs, 100 loops each)",
    ),
    ("100000 loops, best of 3: 2.5 us per loop", "1000 loops, best of 5: 25 ms per loop"),
    ("100%|####| 10/10 [00:01<00:00, 9.6it/s]", "100%|####| 10/10 [01:02:03<00:00, 1.2s/it]"),
    ("downloaded at 12.3 MB/s", "downloaded at 980 kB/s"),
    ("read at 1.5 GiB/s", "read at 2.25 MiB/s"),
    ("10/10 - 3s 250ms/step", "10/10 - 1s 90ms/step"),
    ("2024-03-01 12:03:11,123 INFO start", "2026-11-22T23:59:01.5Z INFO start"),
    ("[12:03:11] start", "[23:10:59] start"),
    ("saved to /tmp/tmpab12/x.csv", "saved to /tmp/tmpzz99/y.csv"),
    ("/var/folders/x1/T/ipykernel_1/2.py:3: Warning", "/var/folders/y/T/ipykernel_22/4.py:3: Warning"),
    ("<ipython-input-3-0a1b2c3d4e5f> in <module>", "<ipython-input-12-ffffffffffff> in <module>"),
    ("finished in 3 minutes", "finished in 2 hours"),
    ("elapsed 1h 2min 3s", "elapsed 59min"),
]
#: Texts of two runs whose difference is a matter of data.
DATA = [
    ("2024-01-01", "2024-01-02"),
    ("2024-01-01 00:00:00    17", "2024-01-02 00:00:00    17"),
    ("first day 2024-01-01 06:00:00", "first day 2024-01-01 07:00:00"),
    ("duration  5 min", "duration  6 min"),
    ("lecture: 2 hours", "lecture: 3 hours"),
    ("0   5 h\n1   7 h", "0   5 h\n1   8 h"),
    ("3 US dollars", "4 US dollars"),
    ("12 MS patients", "13 MS patients"),
    ("2 H atoms", "3 H atoms"),
    ("mask = 0xff00", "mask = 0xff01"),
    ("colour 0xFFAA00", "colour 0xFFAA01"),
    ("accuracy 0.93", "accuracy 0.94"),
    ("loss: 3.2e-4", "loss: 3.1e-4"),
    ("epoch 3", "epoch 4"),
    ("3 sets", "4 sets"),
    ("10 steps", "11 steps"),
    ("shape (3, 4)", "shape (3, 5)"),
    ("score 12:30", "score 12:31"),
    ("size 12 MB", "size 13 MB"),
    ("version 1.2.3", "version 1.2.4"),
    ("/home/me/a.csv", "/home/me/b.csv"),
    ("7 runs", "8 runs"),
    ("5 m", "6 m"),
    ("10 Hz", "11 Hz"),
]


@pytest.mark.parametrize(("old", "new"), NOISE)
def test_noise_is_no_difference(old, new):
    assert calm(old) == calm(new)
    assert calm(old) != old


@pytest.mark.parametrize(("old", "new"), DATA)
def test_data_are_a_difference(old, new):
    assert calm(old) != calm(new)


def test_what_is_around_noise_stays():
    assert calm("a 0x7f3c5e1a2b40 b") == "a 0x… b"
    assert calm("Wall time: 2min 3s.\nnext line") == "Wall time: <span>.\nnext line"


@given(texts | any_text)
def test_what_is_calm_stays_so(text):
    assert calm(calm(text)) == calm(text)


@pytest.mark.parametrize(
    "text", ["1" * 200_000, "1," * 100_000, "12:" * 60_000, "a1 " * 60_000, "[1:11<" * 20_000]
)
def test_no_text_takes_long(text):
    began = time.process_time()
    calm(text)
    assert time.process_time() - began < 2
