"""What the text of a public address means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbhotel.errors import NbhotelError, UsageError
from nbhotel.hotel.proxy.bind import parse_bind

ALL = ""


@pytest.mark.parametrize(
    ("text", "url", "tls", "addresses"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8000/", "off", [("127.0.0.1", 8000)]),
        ("[::1]:8000", "http://[::1]:8000/", "off", [("::1", 8000)]),
        ("localhost", "http://localhost:8000/", "off", [("127.0.0.1", 8000)]),
        ("https://localhost:8443", "https://localhost:8443/", "internal", [("127.0.0.1", 8443)]),
        (":8000", "https://box:8000/", "internal", [(ALL, 8000)]),
        ("0.0.0.0:8000", "https://box:8000/", "internal", [("0.0.0.0", 8000)]),
        ("[::]:8000", "https://box:8000/", "internal", [("::", 8000)]),
        (":80", "http://box/", "off", [(ALL, 80)]),
        ("http://0.0.0.0:8000", "http://box:8000/", "off", [("0.0.0.0", 8000)]),
        ("http://lab.example.org", "http://lab.example.org/", "off", [(ALL, 80)]),
        ("https://lab.example.org", "https://lab.example.org/", "public", [(ALL, 443), (ALL, 80)]),
        ("HTTPS://Lab.Example.ORG/", "https://lab.example.org/", "public", [(ALL, 443), (ALL, 80)]),
        ("https://lab.example.org:8443", "https://lab.example.org:8443/", "public", [(ALL, 8443)]),
        ("lab.example.org", "https://lab.example.org/", "public", [(ALL, 443), (ALL, 80)]),
        ("lab.example.org:80", "http://lab.example.org/", "off", [(ALL, 80)]),
        ("bücher.example", "https://xn--bcher-kva.example/", "public", [(ALL, 443), (ALL, 80)]),
        ("lab", "https://lab/", "internal", [(ALL, 443), (ALL, 80)]),
        ("lab.home.arpa:8443", "https://lab.home.arpa:8443/", "internal", [(ALL, 8443)]),
        ("10.1.2.3", "https://10.1.2.3/", "internal", [("10.1.2.3", 443), ("10.1.2.3", 80)]),
        ("https://[2001:db8::1]:1", "https://[2001:db8::1]:1/", "internal", [("2001:db8::1", 1)]),
    ],
)  # fmt: skip
def test_addresses(text: str, url: str, tls: str, addresses: list[tuple[str, int]]) -> None:
    bind = parse_bind(text, machine="box")
    assert (bind.url, bind.tls, list(bind.addresses)) == (url, tls, addresses)


@pytest.mark.parametrize("suffix", ["local", "internal", "lan", "test", "home.arpa", "localhost"])
def test_private_names_are_never_asked_of_a_public_authority(suffix: str) -> None:
    assert parse_bind(f"https://hub.lab.{suffix}").tls == "internal"
    assert parse_bind(f"https://hub.lab{suffix}.org").tls == "public"


@pytest.mark.parametrize(
    "text",
    ["", " ", "a b", "ftp://a", "a:99999", "a:0", "a:b", "1.2.3.400:80", "a/b", "http://", "[::1",
     "[abc]:80", "a@b", "http://a?b", "x\n", "\ud800.example", "é" * 80 + ".org"],
)  # fmt: skip
def test_what_is_no_address_is_said_in_one_line(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_bind(text)
    assert str(caught.value).startswith("bind: ")
    assert "\n" not in str(caught.value)


@given(st.text(max_size=30))
def test_any_text_is_an_address_or_a_usage_error(text: str) -> None:
    try:
        bind = parse_bind(text, machine="box")
    except NbhotelError:
        return
    assert parse_bind(bind.url, machine="box").url == bind.url
