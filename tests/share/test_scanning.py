"""Secrets in large files: each kind is found among megabytes, and in little time."""

from __future__ import annotations

import time

import pytest

from nbhotel.chain.secrets import FORMATS, secrets_in
from nbhotel.share.scanning import scanned

ROWS = b"".join(b"%d,0.%d,name %d\n" % (number, number * 7919, number) for number in range(20_000))
#: kind -> one of it, put together here so that nobody takes this file for a leak
KINDS = {
    "an AWS access key": "AKIA" + "Q2" * 8,
    "an Anthropic key": "sk-" + "ant-" + "a1B" * 12,
    "an OpenAI key": "sk-" + "proj-" + "a1B" * 6 + "T3BlbkFJ" + "a1B" * 6,
    "a GitHub token": "ghp_" + "aB3" * 12,
    "a GitLab token": "glpat-" + "aB3" * 7,
    "a Hugging Face token": "hf_" + "aB" * 17,
    "a Google API key": "AIza" + "aB3-_" * 7,
    "a Google OAuth secret": "GOCSPX-" + "aB3x" * 7,
    "a Google access token": "ya29." + "aB3x" * 10,
    "a Slack token": "xoxb-" + "12Ab" * 6,
    "a Slack webhook": "https://hooks.slack.com/services/" + "T0Ab" * 11,
    "a Discord webhook": "https://discord.com/api/webhooks/123/" + "aB3x" * 16,
    "a Stripe key": "sk_live_" + "aB3x" * 6,
    "a SendGrid key": "SG." + "aB" * 11 + "." + "c" * 43,
    "a Twilio key": "SK" + "0a" * 16,
    "an npm token": "npm_" + "aB3" * 12,
    "a PyPI token": "pypi-AgE" + "aB3x" * 13,
    "a Databricks token": "dapi" + "0a" * 16,
    "a Telegram bot token": "123456789:AA" + "x" * 33,
    "an Azure storage key": "AccountKey=" + "aB" * 43 + "==",
    "a JSON web token": "eyJ" + "hbGciOi" * 2 + ".eyJ" + "zdWIiOi" * 2 + "." + "aB3x" * 6,
    "a private key": "-----BEGIN RSA PRIVATE KEY-----",
    "a password in an address": "postgres://me:pa55word@db.example.org/x",
}


def test_each_format_has_its_example():
    assert set(KINDS) == set(FORMATS)
    assert {kind: secrets_in(text, entropy=False)[0].what for kind, text in KINDS.items()} == {
        kind: kind for kind in KINDS
    }


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_found_in_a_large_file_with_its_line(kind):
    half = ROWS[: ROWS.index(b"\n10000,") + 1]
    data = half + f"10000,{KINDS[kind]},ü\n".encode() + ROWS[len(half) :]
    ((line, what),) = scanned(data)
    assert (line, what.partition(" (")[0]) == (10_001, kind)


@pytest.mark.parametrize(
    "name", ["password", "Passwd", "db_pwd", "SECRET", "api-key", "access_key", "authHeader"]
)
def test_what_a_name_announces_is_found(name):
    data = ROWS + f'{name} = "q8Zr3xK0vL5mT9wB"\n'.encode()
    assert [line for line, _ in scanned(data)] == [20_001]


def test_a_large_file_takes_little_time():
    began = time.perf_counter()
    assert list(scanned(ROWS * 20)) == []
    assert time.perf_counter() - began < 5  # 2 s for each MB otherwise: these are ten
