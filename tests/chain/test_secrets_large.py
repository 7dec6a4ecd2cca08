"""Secrets in large texts: each kind is found among megabytes, and in little time."""

from __future__ import annotations

import time

import pytest

from nbhotel.chain.secrets import located, redacted
from tests.chain.test_secrets import EXAMPLES

ROWS = "".join(f"{number},0.{number * 7919},name {number}\n" for number in range(20_000))


@pytest.mark.parametrize("kind", EXAMPLES)
def test_it_is_found_among_megabytes_with_its_line(kind):
    half = ROWS[: ROWS.index("\n10000,") + 1]
    text = f"{half}10000\t{EXAMPLES[kind]}\tü\n{ROWS[len(half) :]}"
    ((line, what),) = located(text)
    assert (line, what.partition(" (")[0]) == (10_001, kind)


@pytest.mark.parametrize(
    "name", ["password", "Passwd", "db_pwd", "SECRET", "api-key", "access_key", "authHeader"]
)
def test_what_a_name_announces_is_found(name):
    text = "\u0130" * 9 + ROWS + f'{name} = "q8Zr3xK0vL5mT9wB"\n'
    assert [line for line, _ in located(text)] == [20_001]
    assert list(located(text, entropy=False)) == []


def test_a_long_secret_is_found_and_replaced_as_a_whole():
    key = f"-----BEGIN PRIVATE KEY-----\n{'MIIabc12' * 400}\n-----END PRIVATE KEY-----"
    web = ".".join(("eyJ" + "hbGciOi" * 3, "eyJ" + "zdWIiOi" * 500, "aB3x" * 10))
    assert [line for line, _ in located(f"{key}\n{ROWS}{web}\n")] == [1, 20_004]
    left = redacted(f"{ROWS}{key}\n{ROWS}{web}\n")
    assert left == f"{ROWS}<a private key was here>\n{ROWS}<a JSON web token was here>\n"


def test_a_large_text_takes_little_time():
    began = time.perf_counter()
    assert list(located(ROWS * 20)) == []
    assert time.perf_counter() - began < 5  # 2 s for each MB otherwise: these are ten
