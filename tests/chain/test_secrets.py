"""What is taken for a secret, and what is not. The keys here are made up of fixed parts and of nonsense."""

from __future__ import annotations

import pytest

from nbhotel.chain.config import load_chain
from nbhotel.chain.findings import find
from nbhotel.chain.registry import step
from nbhotel.chain.secrets import FORMATS, redacted, secrets_in
from tests.chain.made import ERROR, code, notebook, shown, stream

A = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zC"
HEX = "0123456789abcdef"
EXAMPLES = {
    "an AWS access key": "AKIA" + "ABCDEFGH234567AB",
    "an Anthropic key": "sk-ant-api03-" + A,
    "an OpenAI key": "sk-proj-" + A + "T3BlbkFJ" + A,
    "a GitHub token": "ghp_" + A + "abcd",
    "a GitLab token": "glpat-" + A[:20],
    "a Hugging Face token": "hf_" + "aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH",
    "a Google API key": "AIza" + A + "abc",
    "a Google OAuth secret": "GOCSPX-" + A[:28],
    "a Google access token": "ya29." + A + A,
    "a Slack token": "xoxb-" + "123456789012-" + A[:24],
    "a Slack webhook": "https://hooks.slack.com/services/" + "T00000000/B00000000/" + A[:24],
    "a Discord webhook": "https://discord.com/api/webhooks/" + "1234567890/" + A + A,
    "a Stripe key": "sk_live_" + A,
    "a SendGrid key": "SG." + A[:22] + "." + A + A[:11],
    "a Twilio key": "SK" + HEX + HEX,
    "an npm token": "npm_" + A + "abcd",
    "a PyPI token": "pypi-AgE" + A + A,
    "a Databricks token": "dapi" + HEX + HEX,
    "a Telegram bot token": "1234567890:AA" + A + "x",
    "an Azure storage key": "AccountKey=" + (A * 3)[:86] + "==",
    "a JSON web token": "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0In0." + A,
    "a private key": "-----BEGIN RSA PRIVATE KEY" + "-----\nMIIabc\n-----END RSA PRIVATE KEY-----",
    "a password in an address": "postgresql://me:" + "hunter22@db.example/x",
}


def test_there_is_an_example_of_each_format():
    assert EXAMPLES.keys() == FORMATS.keys()


@pytest.mark.parametrize("what", EXAMPLES)
def test_each_format_is_found_and_replaced(what):
    line = f"x = '{EXAMPLES[what]}' # and more"
    assert [secret.what for secret in secrets_in(line)] == [what]
    left = redacted(line)
    assert f"<{what} was here>" in left
    assert left.endswith("' # and more") or what == "a password in an address"
    assert A not in left
    assert "hunter22" not in left


@pytest.mark.parametrize(
    "line",
    [
        f"password = '{A[:16]}'",
        f'os.environ["API_KEY"] = "{A}"',
        f"connect(auth_token='{A}')",
        f"{{'client_secret': '{A}'}}",
        f'os.environ.setdefault("ACCESS_KEY", "{A}")',
    ],
)
def test_random_literals_under_telling_names(line):
    assert [secret.what for secret in secrets_in(line)] == ["what is assigned looks like a secret"]
    assert secrets_in(line, entropy=False) == []


@pytest.mark.parametrize(
    "line",
    [
        "password = 'correct horse'",
        "password = 'changeme-please1'",
        "api_key = 'YOUR_API_KEY_HERE_123'",
        "token = os.environ['TOKEN_1234567890']",
        "api_key='sk-xxxxxxxxxxxxxxxxxxxxxx1'",
        "secret = '${VAULT_SECRET_1234}'",
        "tokenizer_file = 'Qwen3-30B-A3B-tokenizer9'",
        "token_file = 'some/place1/with-a-name.json'",
        "AKIAIOSFODNN7",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "http://user@example.org/ and http://example.org:8080/x",
        "data:image/png;base64," + A * 5,
        "postgresql://me:{password}@db/x and redis://:***@host",
    ],
)
def test_ordinary_text_is_none(line):
    assert secrets_in(line) == []


def test_findings_tell_the_place_and_not_the_secret():
    token = EXAMPLES["a GitHub token"]
    nb = notebook(
        code(f"a\nb = '{token}'", stream(["1\n", f"{token}\n"])),
        code(
            "x",
            shown({"text/html": f"<b>{token}</b>", "image/png": token}),
            {**ERROR, "traceback": ["x", token]},
        ),
    )
    found = [each for each in find(load_chain("vcs", None), nb) if each.secret]
    # outputs are gone when the chain comes to look for secrets: then they are no danger
    assert [(each.cell, each.path) for each in found] == [(0, "source:2")]
    found = step("secrets", {}).run.findings(nb)  # type: ignore[attr-defined]
    assert [(each.cell, each.path) for each in found] == [
        (0, "source:2"),
        (0, "outputs.0.text:2"),
        (1, "outputs.0.text/html:1"),
        (1, "outputs.1.traceback:2"),
    ]
    assert token not in str(found)


def test_redacting_changes_outputs_only():
    token = EXAMPLES["a Stripe key"]
    nb = notebook(
        code(f"'{token}'", stream([f"{token}\n", "x"]), shown({"text/plain": token, "image/png": token}))
    )
    result = step("secrets", {"redact": True}).run(nb)
    assert result.cells[0].source == nb.cells[0].source
    assert result.cells[0].outputs[0]["text"] == ["<a Stripe key was here>\n", "x"]
    assert result.cells[0].outputs[1]["data"] == {"text/plain": "<a Stripe key was here>", "image/png": token}
    assert step("secrets", {}).run(nb) is nb
