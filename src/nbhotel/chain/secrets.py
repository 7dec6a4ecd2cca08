"""What keys, tokens and passwords look like.

Those who give them out publish their formats; each pattern has its issuer's fixed beginning, so that ordinary
text is hardly ever taken for one. Where a name says "password" or "token", a literal that is as random as a
key counts too (Shannon's entropy, in bits for each character).

Of large texts, only what stands near something that begins or announces a secret is looked at closely: the
patterns take two seconds for each MB (measured on rows of numbers), and data files have tens of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import log2

from nbhotel.records import NamedTuple

#: what it is -> what it looks like
FORMATS: dict[str, str] = {
    "an AWS access key": r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b",
    "an Anthropic key": r"\bsk-ant-[\w-]{32,}",
    "an OpenAI key": r"\bsk-(?:proj-|svcacct-|admin-)?[\w-]{16,}T3BlbkFJ[\w-]{16,}",
    "a GitHub token": r"\bgh[pousr]_[A-Za-z0-9]{36,255}\b|\bgithub_pat_\w{36,255}\b",
    "a GitLab token": r"\bgl(?:pat|dt|rt|ptt|soat|ft)-[\w-]{20,}",
    "a Hugging Face token": r"\bhf_[A-Za-z]{34}\b",
    "a Google API key": r"\bAIza[\w-]{35}(?![\w-])",
    "a Google OAuth secret": r"\bGOCSPX-[\w-]{28}(?![\w-])",
    "a Google access token": r"\bya29\.[\w-]{40,}",
    "a Slack token": r"\bxox[abeoprs]-[A-Za-z0-9-]{20,}|\bxapp-\d-[A-Z0-9]+-\d+-[a-z0-9]{32,}",
    "a Slack webhook": r"https://hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/]{40,}",
    "a Discord webhook": r"https://discord(?:app)?\.com/api/webhooks/\d+/[\w-]{60,}",
    "a Stripe key": r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{24,}\b",
    "a SendGrid key": r"\bSG\.[\w-]{22}\.[\w-]{43}(?![\w-])",
    "a Twilio key": r"\bSK[0-9a-f]{32}\b",
    "an npm token": r"\bnpm_[A-Za-z0-9]{36}\b",
    "a PyPI token": r"\bpypi-AgE[\w-]{50,}",
    "a Databricks token": r"\bdapi[0-9a-f]{32}(?:-\d)?\b",
    "a Telegram bot token": r"\b\d{8,10}:AA[\w-]{33}(?![\w-])",
    "an Azure storage key": r"AccountKey=[A-Za-z0-9+/]{86}==",
    "a JSON web token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}",
    "a private key": (
        r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----(?:[^-]{0,8000}-----END [A-Z ]{0,60}-----)?"
    ),
    "a password in an address": (
        r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@'\"<>{}$]{1,80}:(?P<password>[^\s/@'\"<>{}$*]{3,120})@"
    ),
}
_KNOWN = re.compile("|".join(f"(?P<k{n}>{pattern})" for n, pattern in enumerate(FORMATS.values())), re.ASCII)
_NAMES = tuple(FORMATS)
#: A name that says so, an assignment in any common notation, and a literal.
_ASSIGNED = re.compile(
    r"(?i:\b[\w.-]{0,40}(?:passw(?:or)?d|passwd|pwd|secret|token(?!i[sz])|api[_-]?key|access[_-]?key|private[_-]?key|auth)"
    r"[\w-]{0,20})[\"']?\]?\s{0,8}(?:=|:|:=|=>|,)\s{0,8}[rbfu]?[\"'](?P<value>[^\s\"']{12,200})[\"']",
    re.ASCII,
)
#: What people write where a secret would stand, and names of files.
_PLACEHOLDER = re.compile(
    r"(?i)your|example|dummy|placeholder|changeme|x{4}|\*{3}|\.{3}|^[<${%]|insert|my[_-]|\.[a-z]\w{0,4}$"
)
#: Words and paths have about 3 bits for each character, random hexadecimal digits up to 4, base64 up to 6.
_RANDOM = 3.4
#: Characters up to which a text is looked at as a whole.
_SMALL = 50_000
#: Characters around a sign that are looked at: names of variables before it, values behind.
_BEFORE, _AFTER = 100, 500
#: What begins something long, and how many characters that may have.
_LONG = {"PRIVATE KEY": 8_200, "eyJ": 8_200}
#: Of each format in `FORMATS` what all of its kind have.
_BEGINNINGS = (
    *("AKIA", "ASIA", "ABIA", "ACCA", "sk-", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
    *("glpat-", "gldt-", "glrt-", "glptt-", "glsoat-", "glft-", "hf_", "AIza", "GOCSPX-", "ya29."),
    *("xox", "xapp-", "hooks.slack.com", "/api/webhooks/", "k_live_", "k_test_", "SG.", "npm_"),
    *("pypi-AgE", "dapi", ":AA", "AccountKey=", *_LONG),
)
#: In lower case, words for secrets.
_WORDS = (
    *("passw", "pwd", "secret", "token", "apikey", "api_key", "api-key", "access_key", "accesskey"),
    *("access-key", "private_key", "privatekey", "private-key", "auth"),
)
#: What is in many texts, and in few of them a secret.
_RARE = (re.compile(r"SK[0-9a-f]{32}"), re.compile(r"://[^\s/@]{1,200}@"))


class Secret(NamedTuple):
    """A secret in a text: what it is, and where."""

    what: str
    start: int
    end: int


def secrets_in(text: str, *, entropy: bool = True) -> list[Secret]:
    """Return the secrets in a text, in order."""
    return [secret for window in _windows(text) for secret in _within(text, window, entropy=entropy)]


def located(text: str, *, entropy: bool = True) -> Iterator[tuple[int, str]]:
    """Yield for each secret its line, from 1, and what it is, with enough of it to find it by."""
    line, seen = 1, 0
    for secret in secrets_in(text, entropy=entropy):
        line += text.count("\n", seen, secret.start)
        seen = secret.start
        yield line, f"{secret.what} ({_masked(text, secret)})"


def redacted(text: str, *, entropy: bool = True) -> str:
    """Return the text with a note in the place of each secret."""
    for secret in reversed(secrets_in(text, entropy=entropy)):
        text = f"{text[: secret.start]}<{secret.what} was here>{text[secret.end :]}"
    return text


def _within(text: str, window: tuple[int, int], *, entropy: bool) -> list[Secret]:
    found = [_known(match) for match in _KNOWN.finditer(text, *window)]
    if entropy:
        assigned = (each for each in _ASSIGNED.finditer(text, *window) if _is_random(each["value"]))
        spans = [match.span("value") for match in assigned]
        found += [
            Secret("what is assigned looks like a secret", start, end)
            for start, end in spans
            if not any(start < each.end and each.start < end for each in found)
        ]
    return sorted(found, key=lambda secret: secret.start)


def _windows(text: str) -> list[tuple[int, int]]:
    """The parts that are worth a closer look, in order, without overlaps."""
    if len(text) <= _SMALL:
        return [(0, len(text))]
    windows: list[tuple[int, int]] = []
    for place, after in sorted(_signs(text)):
        start, end = max(0, place - _BEFORE), place + after
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(windows[-1][1], end))
        else:
            windows.append((start, end))
    return windows


def _signs(text: str) -> Iterator[tuple[int, int]]:
    """Where something may be, and how many characters from there are to be looked at."""
    for sign in _BEGINNINGS:
        yield from ((place, _LONG.get(sign, _AFTER)) for place in _places(text, sign))
    lower = text.replace("\u0130", "i").lower()  # the one letter whose small form has another length
    for word in _WORDS:
        yield from ((place, _AFTER) for place in _places(lower, word))
    for pattern in _RARE:
        yield from ((match.start(), _AFTER) for match in pattern.finditer(text))


def _places(text: str, sign: str) -> Iterator[int]:
    place = text.find(sign)
    while place >= 0:
        yield place
        place = text.find(sign, place + 1)


def _known(match: re.Match[str]) -> Secret:
    kind = next(int(name[1:]) for name, value in match.groupdict().items() if value and name[0] == "k")
    group = "password" if match["password"] else 0
    return Secret(_NAMES[kind], *match.span(group))


def _is_random(value: str) -> bool:
    if _PLACEHOLDER.search(value) or not any(map(str.isdigit, value)) or not any(map(str.isalpha, value)):
        return False
    return _bits(value) >= _RANDOM


def _bits(value: str) -> float:
    """Shannon's entropy of a text's characters, in bits for each of them."""
    shares = [value.count(character) / len(value) for character in set(value)]
    return -sum(share * log2(share) for share in shares)


def _masked(text: str, secret: Secret) -> str:
    """Enough of a secret to find it by, and nothing to use it with."""
    length = secret.end - secret.start
    return f"{text[secret.start : secret.start + 4]}…, {length} characters".replace("\n", " ")
