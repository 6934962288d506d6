"""Consent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ac_notebook.errors import ConsentError
from ac_notebook.model.connection import Connection
from ac_notebook.model.consent import Consent, text_for


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
