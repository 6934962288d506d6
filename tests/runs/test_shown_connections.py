"""Connections, agreements, what was learned and what was done, as a cell shows them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.model.consent import Consent, text_for, text_hash
from ac_notebook.model.doubts import DOUBTS
from ac_notebook.model.learned import Finding, Learned
from ac_notebook.runs.rehearsal.undo import Undone
from ac_notebook.runs.tables import RecordTable
from tests.runs.test_shown import HOSTILE, checked

if TYPE_CHECKING:
    from ac_notebook import Connection

FRAME = pd.DataFrame({"e": ["a@example.org", "b@example.org"]})
MICROSECONDS = re.compile(r"\d\d:\d\d:\d\d\.\d+")
WIDEST = 100
"""Characters of a line that a notebook 1,200 pixels wide shows whole."""


def html_of(table: pd.DataFrame) -> str:
    """Return what a cell shows of a table."""
    shown: str = getattr(table, "_repr_html_")()  # noqa: B009 - which the stubs do not know
    return shown


def test_a_connection_says_what_may_be_done_with_it(connection: Connection) -> None:
    """A cell shows where it leads, whether it may be used, where its key is, and the notice; static and complete."""
    saved = connection.replace(name="Shop").agree(by="Ann Lee").save().verify()
    markup = saved._repr_html_()
    checked(markup)
    for part in ("SANDBOX", "Shop", saved.host, "agreed", "Ann Lee", "only you can read", "You can withdraw"):
        assert part in markup
    assert not MICROSECONDS.search(markup)
    assert "<details>" in markup
    withdrawn = saved.withdraw()._repr_html_()
    assert "withdrawn" in withdrawn
    assert "nothing is sent" in withdrawn
    assert ".agree()" in withdrawn
    assert "<details open>" in connection.replace(consent=None)._repr_html_()


def test_a_connection_that_is_not_saved_says_how_long_its_key_lives(connection: Connection) -> None:
    """A key in memory is gone when the kernel ends; a key that is yours is named by its place."""
    assert "until save()" in connection.replace(key_place="memory")._repr_html_()
    place = "environment ACTIVECAMPAIGN_API_KEY"
    assert "environment variable ACTIVECAMPAIGN_API_KEY" in connection.replace(key_place=place)._repr_html_()


@pytest.mark.parametrize("text", HOSTILE)
def test_names_of_connections_stay_text(connection: Connection, text: str) -> None:
    """Whatever owner, account and the one who agreed are called, it is text."""
    named = connection.replace(owner=text, account_name=text, key_place=f"key file {text}").agree(by=text)
    checked(named._repr_html_())


def test_an_agreement_is_read_in_a_cell() -> None:
    """An agreement in a cell says who agreed to what in lines that fit, not how a Python object is made."""
    moment = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
    consent = Consent(by="Ann", at=moment, host="a-company.api-us1.com")
    said: list[str] = []

    class Printer:
        def text(self, text: str) -> None:
            said.append(text)

    consent._repr_pretty_(Printer(), cycle=False)
    assert said == [str(consent)]
    assert str(consent).startswith("Ann agreed on 2026-03-02 09:14 UTC to the transfer of data to a-company")
    assert text_hash() in str(consent)
    assert max(map(len, str(consent).splitlines())) <= WIDEST
    assert max(map(len, text_for("acme.api-us1.com").splitlines())) <= WIDEST


def test_who_has_not_agreed_is_told_how(connection: Connection) -> None:
    """The error names the call on the connection that is there: nobody has to type the key again to agree."""
    for lacking in (connection.replace(consent=None), connection.withdraw()):
        with pytest.raises(errors.ConsentError, match=r"connection\.agree\(\)"):
            ac.export(FRAME, connection=lacking, list="VIP", mapping={"email": "e"})


def test_what_was_learned_can_be_folded() -> None:
    """What is proved, what may be, and what never is: three lists that fold, without a date for each line."""
    nothing = Learned()
    checked(nothing._repr_html_())
    assert "rehearsal.connection" in nothing._repr_html_()
    moment = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
    learned = nothing.with_findings([Finding(name="failure_index", position=1, at=moment)])
    markup = learned._repr_html_()
    checked(markup)
    assert markup.count("<details") == 2
    assert "counts contacts from 1" in markup
    assert markup.count("2026-03-02") == 1
    assert f"1 of {sum(doubt.can_be_settled for doubt in DOUBTS.values())}" in markup


def test_tables_of_what_was_done_are_to_the_second_and_whole(connection: Connection) -> None:
    """Moments without microseconds, details not cut, what matters first; the values are what they were."""
    saved = connection.replace(name="Shop").agree(by="Ann Lee").save()
    ac.export(FRAME, connection=saved, list="VIP", mapping={"email": "e"})
    assert " UTC" in saved.history.to_string()
    for table in (saved.history, ac.connections(), saved.exports):
        for shown in (html_of(table), table.to_string(), repr(table)):
            assert not MICROSECONDS.search(shown)
    history = saved.history
    assert list(history)[:3] == ["when", "event", "details"]
    assert isinstance(history["when"].dtype, pd.DatetimeTZDtype)
    markup = html_of(history)
    assert "counts: 2 imported" in markup
    assert "by: Ann Lee; text: 1" in markup
    assert text_hash() in "".join(history["details"])
    assert text_hash() not in markup
    assert saved.exports["export"].str.fullmatch(r"unnamed \([0-9a-f]{8}\)").all()


def test_removing_says_what_was_removed(connection: Connection) -> None:
    """``remove()`` says that it is done, also where nothing ran; once more, that there was nothing to remove."""
    saved = connection.replace(name="Shop").save()
    assert "No export ran" in repr(saved.exports)
    removed = saved.remove()
    assert "'Shop' and its key were removed" in repr(removed)
    assert "&#x27;Shop&#x27; and its key were removed" in html_of(removed)
    assert "was not saved" in repr(saved.remove())
    assert "No connection is saved" in repr(ac.connections())


def test_a_sentence_above_a_table_is_not_inherited() -> None:
    """What is said of a table is not said of its parts."""
    table = RecordTable({"a": [1, 2]}).saying("All of <them>:")
    assert repr(table).startswith("All of <them>:")
    assert "&lt;them&gt;" in html_of(table)
    assert "All of" not in repr(table.head(1))


def test_what_was_undone_is_a_sentence() -> None:
    """It says of how many the tag was taken off."""
    said = repr(Undone(people=3, untagged=3, off_list=2))
    assert said == "Undone: 3 contacts of the rehearsal; the tag was taken off 3, 2 left the list, 0 were deleted."
