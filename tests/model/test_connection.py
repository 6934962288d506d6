"""Hosts and consent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ac_notebook.errors import ConfigurationError, ConsentError
from ac_notebook.model.connection import Connection, clean_host
from ac_notebook.model.consent import Consent, text_for

REFUSED = [
    "", " ", "acme", "api-us1.com", "acme.api-us1.com:443", "acme.api-us1.com@evil.example", "user:pw@acme.api-us1.com",
    "10.0.0.1", "[::1]", "127.0.0.1", "2130706433", "0x7f000001", "acme.api-us1.com.", "acme..api-us1.com",
    "acme api-us1.com", "acme.api-us1.com\\@evil.example", "acme.api-us1.com#evil.example", "acme.api-us1.com?x",
    "http://acme.api-us1.com", "ftp://acme.api-us1.com", "acmé.api-us1.com", "-acme.api-us1.com", "a" * 64 + ".x.com",
    "acme.api-us1.com\n", "acme.api-us1.c\nom", "//acme.api-us1.com", "https://", "https:///x", "acme.api-us1.c0m",
    "https://https://acme.api-us1.com", ".".join(["abcdefgh"] * 40) + ".com",
    "%61cme.api-us1.com", "acme。api-us1。com",
]  # fmt: skip


@pytest.mark.parametrize("typed", [host for host in REFUSED if host != "acme.api-us1.com\n"])
def test_hostile_hosts_are_refused(typed: str) -> None:
    """What is not a bare host name is refused with a sentence that says where to copy it from."""
    with pytest.raises(ConfigurationError, match="Settings, Developer"):
        clean_host(typed)


@pytest.mark.parametrize(
    ("typed", "host", "taken"),
    [
        ("acme.api-us1.com", "acme.api-us1.com", ""),
        ("  ACME.api-us1.com\n", "acme.api-us1.com", ""),
        ("https://acme.api-us1.com", "acme.api-us1.com", "'https://' was taken away"),
        ("acme.activehosted.com/api/3/", "acme.activehosted.com", "'/api/3/' was taken away"),
    ],
)
def test_scheme_and_path_are_taken_away_with_a_notice(typed: str, host: str, taken: str) -> None:
    """``https://`` and a path are taken away, and the user is told."""
    found, notice = clean_host(typed)
    assert found == host
    assert notice.startswith(taken)
    assert bool(notice) == bool(taken)


def test_consent_is_for_one_host_and_can_be_withdrawn() -> None:
    """No consent, a withdrawn one, or one for another host: nothing may be sent, and the sentence says why."""
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    plain = Connection(name="Marketing", host="acme.api-us1.com")
    with pytest.raises(ConsentError, match="Nobody has agreed"):
        plain.require_consent()
    agreed = Consent(by="ann", at=moment, host=plain.host)
    Connection(name="Marketing", host=plain.host, consent=agreed).require_consent()
    with pytest.raises(ConsentError, match="not for evil"):
        Connection(name="Marketing", host="evil.api-us1.com", consent=agreed).require_consent()
    withdrawn = Consent(by="ann", at=moment, host=plain.host, withdrawn=moment)
    with pytest.raises(ConsentError, match="withdrawn on 2026-03-02"):
        Connection(name="Marketing", host=plain.host, consent=withdrawn).require_consent()


def test_notice_names_the_host_and_the_privacy_policy() -> None:
    """The notice says which host, that personal data leaves, and where the privacy policy is."""
    text = text_for("acme.api-us1.com")
    assert "acme.api-us1.com" in text
    assert "personal data" in text
    assert "privacy-policy" in text
