"""Agreeing to the transfer of data: who, when, to which text, for which account; without it nothing leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.model import consent as texts
from ac_notebook.model.consent import Consent, text_for, text_hash
from tests.virtual import VirtualClock, through
from tests.wire import INFO, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.sandbox import Sandbox

FRAME = pd.DataFrame({"e": ["a@example.org", "b@example.org"]})
CALL: dict[str, Any] = {"list": "VIP", "mapping": {"email": "e"}}


def of(connection: ac.Connection, **changes: Any) -> ac.Connection:
    """Return a connection whose agreement is another."""
    assert connection.consent is not None
    return connection.replace(consent=replace(connection.consent, **changes))


LACKING: dict[str, Callable[[ac.Connection], ac.Connection]] = {
    "none": lambda it: it.replace(consent=None),
    "withdrawn": lambda it: it.withdraw(),
    "withdrawn elsewhere": lambda it: (ac.connect("Shop").withdraw(), it)[1],
    "for another host": lambda it: of(it, host="other.api-us1.com"),
    "for another account": lambda it: of(it, account="another"),
    "to an older text": lambda it: of(it, text_version="0", text_hash="0" * 64),
    "to other words": lambda it: of(it, text_hash="0" * 64),
}


@pytest.mark.parametrize("lack", LACKING)
def test_nothing_leaves_without_an_agreement(
    box: Sandbox, clock: VirtualClock, lack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither an export, nor a plan made before, nor a refreshed report, sends or asks anything without it."""
    inner = box.connection.link.transport
    assert inner is not None
    unanswered = Wire(inner, INFO, lambda *_: httpx.Response(200, json={"status": "active"}))
    saved = through(box, clock, transport=unanswered).replace(name="Shop").save()
    report = ac.export(FRAME, connection=saved, wait=20, **CALL)
    assert report.counts["accepted"] == 2
    plan = ac.plan(FRAME, connection=saved, resend="all", **CALL)
    clock.sleep(5)
    lacking = LACKING[lack](saved)
    ac.plan(FRAME, connection=lacking, **CALL)  # looks, and sends nothing
    before = len(box.requests())
    with pytest.raises(errors.ConsentError, match=r"Nothing was sent\.$"):
        replace(plan, connection=lacking).run()
    assert len(box.requests()) == before
    with pytest.raises(errors.ConsentError):
        ac.export(FRAME, connection=lacking, **CALL)
    requests = box.requests().iloc[before:]
    assert requests["method"].eq("GET").all()
    if lack.startswith("withdrawn"):
        before = len(box.requests())
        with pytest.raises(errors.ConsentError):
            report.refresh()
        assert len(box.requests()) == before


def test_what_was_agreed_to_can_be_read_later(connection: ac.Connection) -> None:
    """The saved agreement says who, when, for which host and account, to which text, and shows its very words."""
    agreed = connection.replace(name="Shop").agree(by="Ann Lee").save()
    found = ac.connect("Shop").consent
    assert found is not None
    assert found == agreed.consent
    assert (found.by, found.host, found.account) == ("Ann Lee", connection.host, connection.account)
    assert found.text == text_for(connection.host)
    assert (found.text_version, found.text_hash) == (texts.TEXT_VERSION, text_hash())
    shown = " ".join(str(found).split())
    for part in ("Ann Lee agreed on", found.text_hash, f"to {connection.host}", "You can withdraw this agreement"):
        assert part in shown
    withdrawn = agreed.withdraw().consent
    assert withdrawn is not None
    assert "Withdrawn on" in str(withdrawn)
    assert withdrawn.text == found.text


def test_a_text_that_is_not_known_is_said_so(clock: VirtualClock) -> None:
    """Of a text that this version does not know, the hash is shown, and no other words."""
    other = Consent(by="Ann", at=clock.now(), host="acme.api-us1.com", text_version="99", text_hash="f" * 64)
    assert other.text == ""
    assert "not part of this version" in str(other)
    assert "Exporting" not in str(other)


def test_the_words_of_each_version_are_fixed() -> None:
    """A change of words is a new version: those that somebody may have agreed to stay what they were."""
    assert {version: text_hash(version)[:16] for version in texts.TEXTS} == {"1": "325a54c85e5c5411"}
    assert texts.TEXT_VERSION in texts.TEXTS


def test_an_agreement_from_before_accounts_were_written_down(connection: ac.Connection) -> None:
    """An older agreement names no account: it counts for its host."""
    of(connection, account="").require_consent()
    assert of(connection, account="").is_agreed
    assert not of(connection, account="x").is_agreed


@pytest.mark.parametrize(
    "name", ["", "  ", "a\nb", "a\x00b", "a\x1b[31mb", "a\u202eb", "a\u2028b", "a\ud800b", "x" * 201]
)
def test_names_that_cannot_be_shown_are_refused(connection: ac.Connection, name: str) -> None:
    """An empty name, line ends, control characters and marks that turn the writing are refused, with what to write."""
    with pytest.raises(errors.ConfigurationError, match="Name the purpose and the target"):
        connection.edit(name=name)
    with pytest.raises(errors.ConfigurationError, match="Name the purpose and the target"):
        connection.replace(name=name)


@pytest.mark.parametrize("name", ["Höstkampanj 🍂", "東京 newsletter", '<b>VIP</b> & "co"', "العملاء", "a" * 200])
def test_names_are_free_text(connection: ac.Connection, name: str) -> None:
    """Any language, signs and emoji will do, and the connection is found again by it."""
    connection.replace(name=f" {name} ").save()
    assert ac.connect(name).name == name
    assert ac.connections()["name"].tolist() == [name]
