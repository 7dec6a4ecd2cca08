"""What keys, tokens and passwords look like.

Those who give them out publish their formats; each pattern has its issuer's fixed beginning, so that ordinary
text is hardly ever taken for one. Where a name says "password" or "token", a literal that is as random as a
key counts too (Shannon's entropy, in bits for each character).
"""

from __future__ import annotations

import re
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


class Secret(NamedTuple):
    """A secret in a text: what it is, and where."""

    what: str
    start: int
    end: int


def secrets_in(text: str, *, entropy: bool = True) -> list[Secret]:
    """Return the secrets in a text, in order."""
    found = [_known(match) for match in _KNOWN.finditer(text)]
    if entropy:
        assigned = [match.span("value") for match in _ASSIGNED.finditer(text) if _is_random(match["value"])]
        found += [
            Secret("what is assigned looks like a secret", start, end)
            for start, end in assigned
            if not any(start < each.end and each.start < end for each in found)
        ]
    return sorted((each for each in found if each), key=lambda secret: secret.start)


def redacted(text: str, *, entropy: bool = True) -> str:
    """Return the text with a note in the place of each secret."""
    for secret in reversed(secrets_in(text, entropy=entropy)):
        text = f"{text[: secret.start]}<{secret.what} was here>{text[secret.end :]}"
    return text


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


def masked(text: str, secret: Secret) -> str:
    """Return enough of a secret to find it by, and nothing to use it with."""
    length = secret.end - secret.start
    return f"{text[secret.start : secret.start + 4]}…, {length} characters".replace("\n", " ")
