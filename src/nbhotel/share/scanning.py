"""Secrets in large texts: only what stands near something that begins or announces one is looked at closely.

`secrets_in` takes two seconds for each MB (measured on rows of numbers), and data files have tens of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from nbhotel.chain.secrets import masked, secrets_in

#: Bytes up to which a text is looked at as a whole.
_SMALL = 50_000
#: Bytes around a sign that are looked at: names of variables before it, values behind.
_BEFORE, _AFTER = 100, 500
#: In lower case, of each format in `chain.secrets.FORMATS` what all of its kind have, and words for secrets.
_SIGNS = (
    *(
        b"akia",
        b"asia",
        b"abia",
        b"acca",
        b"sk-",
        b"ghp_",
        b"gho_",
        b"ghu_",
        b"ghs_",
        b"ghr_",
        b"github_pat_",
    ),
    *(b"glpat-", b"gldt-", b"glrt-", b"glptt-", b"glsoat-", b"glft-", b"hf_", b"aiza", b"gocspx-", b"ya29."),
    *(b"xox", b"xapp-", b"hooks.slack.com", b"/api/webhooks/", b"k_live_", b"k_test_", b"sg.", b"npm_"),
    *(b"pypi-age", b"dapi", b":aa", b"accountkey=", b"eyj", b"private key", b"passw", b"pwd", b"secret"),
    *(
        b"token",
        b"apikey",
        b"api_key",
        b"api-key",
        b"access_key",
        b"accesskey",
        b"access-key",
        b"private_key",
    ),
    *(b"privatekey", b"private-key", b"auth", b'"sk', b"'sk", b" sk", b",sk", b"=sk", b":sk", b"\nsk"),
)


def scanned(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield the line, from 1, and what it is, for each secret in a text; the secret itself is not told."""
    for start, end in _windows(data):
        text = data[start:end].decode(errors="replace")
        for secret in secrets_in(text):
            line = data.count(b"\n", 0, start) + text.count("\n", 0, secret.start) + 1
            yield line, f"{secret.what} ({masked(text, secret)})"


def _windows(data: bytes) -> list[tuple[int, int]]:
    """The parts that are worth a closer look, in order, without overlaps."""
    if len(data) <= _SMALL:
        return [(0, len(data))]
    windows: list[tuple[int, int]] = []
    for place in sorted(_signs(data)):
        start, end = max(0, place - _BEFORE), place + _AFTER
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], end)
        else:
            windows.append((start, end))
    return windows


def _signs(data: bytes) -> Iterator[int]:
    lower = data.lower()
    for sign in _SIGNS:
        yield from _places(lower, sign)
    for place in _places(lower, b"://"):  # addresses are many, with a password hardly any
        if b"@" in lower[place : place + 210]:
            yield place


def _places(data: bytes, sign: bytes) -> Iterator[int]:
    place = data.find(sign)
    while place >= 0:
        yield place
        place = data.find(sign, place + 1)
