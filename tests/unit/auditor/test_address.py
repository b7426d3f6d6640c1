"""An address has a host only if every reader would go there."""

from __future__ import annotations

import string
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.auditor.address import host_of_url, mentioned_hosts, without_addresses

SIGNS = st.text(alphabet=string.ascii_letters[:4] + "K\u212a./:@\\?#%-_ \t\n[]0", max_size=16)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://a.example", "a.example"),
        ("http://a.example/x?y#z", "a.example"),
        ("HTTPS://A.Example/X", "a.example"),
        ("https://a.example?//b.example", "a.example"),
        ("https://a.example:443/", None),
        ("https://a.example./", None),
        ("https://b@a.example/", None),
        ("https://a.example\\.b.example/", None),
        ("https://a.example\t/", None),
        ("https://a.example/ x", None),
        ("https://\u212a.example/", None),
        ("http\u017f://a.example/", None),
        ("https:///a.example", None),
        ("https:a.example", None),
        ("//a.example", None),
        ("file:///etc/passwd", None),
        ("a.example", None),
        ("", None),
    ],
)
def test_host_of_an_address(url: str, host: str | None) -> None:
    assert host_of_url(url) == host


@given(SIGNS)
def test_host_is_the_one_that_the_standard_library_reads(rest: str) -> None:
    url = "https://" + rest
    host = host_of_url(url)
    if host is not None:
        parts = urlsplit(url)
        assert (parts.hostname, parts.username, parts.port) == (host, None, None)


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("nothing at all", []),
        ("see https://a.example/x and http://b.example", ["a.example", "b.example"]),
        ("https://a.example\t.evil.com/", ["a.example", "a.example.evil.com"]),
        ("https:\t//evil.com/", [None, "evil.com"]),
        ("https: //evil.com/", [None]),
        ("//evil.com", [None]),
        ("https:/evil.com", [None]),
        ("https:evil.com", [None]),
        ("\\\\evil.com", [None]),
        ("https://a.example and //evil.com", ["a.example", None]),
        ("a/b, c:d", []),
    ],
)
def test_addresses_within_a_text(text: str, hosts: list[str | None]) -> None:
    assert mentioned_hosts(text) == hosts


@given(SIGNS, SIGNS)
def test_plain_address_is_mentioned_whatever_stands_around_it(before: str, after: str) -> None:
    assert "a.example" in mentioned_hosts(f"{before} https://a.example/ {after}")


def test_plain_addresses_are_taken_out() -> None:
    assert without_addresses("see https://a.example/x/y and /etc").split() == ["see", "and", "/etc"]
