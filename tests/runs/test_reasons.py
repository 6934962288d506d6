"""A refused row has a reason: looked up, within a bounded number of requests, or said to be unknown."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.sandbox import Sandbox
from ac_notebook.sandbox.quirks import Quirks
from tests.virtual import VirtualClock, through
from tests.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

NEWSLETTER = 4
OPTED_OUT = "opted.out@example.org"
BOUNCED = "bounced@example.org"
EXCLUDED = ("excluded@example.org", "someone@excluded.example.com", "begin.with@example.net")
ODD = "Åsa@example.org"
OTHERS = [f"p{number:02}@example.org" for number in range(10)]
LOOKED_AT = ("/api/3/contacts", "/api/3/lists/exclusions", "/api/3/settings/account")


def seeded(box: Sandbox) -> pd.DataFrame:
    """Have people opt out, bounce and be excluded; return them among others."""
    box.unsubscribe(OPTED_OUT, NEWSLETTER)
    box.unsubscribe(BOUNCED, 3)  # so that there is a contact, and on another list
    box.bounce(BOUNCED)
    box.exclude(EXCLUDED[0])
    box.exclude("@EXCLUDED.example.com", match="end", lists=[NEWSLETTER])
    box.exclude("begin.", match="begin")
    box.exclude("p0", match="begin", lists=[3])  # of another list: it keeps nobody off this one
    return pd.DataFrame({"e": [*OTHERS, OPTED_OUT.upper(), BOUNCED, *EXCLUDED, ODD]})


def export(frame: pd.DataFrame, connection: ac.Connection, **options: Any) -> ac.Report:
    """Export addresses and assert the law of outcomes."""
    report = ac.export(frame, connection=connection, list="Newsletter", mapping={"email": "e"}, **options)
    assert report.counts.sum() == len(frame)
    return report


def reasons(report: ac.Report, frame: pd.DataFrame) -> dict[str, str]:
    """Return the code by address."""
    return dict(zip(frame["e"].reindex(report.problems.index), report.problems["code"], strict=True))


def test_every_documented_reason_is_found(box: Sandbox, clock: VirtualClock) -> None:
    """Opted out, bounced, excluded by address, beginning and end, an address that is not taken: each is told apart."""
    frame = seeded(box)
    report = export(frame, through(box, clock))
    assert report.counts["imported"] == len(OTHERS)
    assert reasons(report, frame) == {
        OPTED_OUT.upper(): "refused-unsubscribed",
        BOUNCED: "refused-bounced",
        **dict.fromkeys(EXCLUDED, "refused-excluded"),
        ODD: "refused-invalid",
    }
    assert report.numbers["lookups"] <= 12
    assert report.problems["outcome"].eq("refused").all()


def test_a_refusal_that_is_repeated_keeps_its_reason(box: Sandbox, clock: VirtualClock) -> None:
    """The next run asks nothing, and says why those rows were refused."""
    frame = seeded(box)
    connection = through(box, clock)
    export(frame, connection)
    before = len(box.requests())
    again = export(frame, connection)
    assert again.problems["code"].eq("refused-before").all()
    said = again.problems["reason"].set_axis(frame["e"].reindex(again.problems.index))
    assert "has unsubscribed from the list" in said[OPTED_OUT.upper()]
    assert "bounced" in said[BOUNCED]
    assert "exclusion list" in said[EXCLUDED[1]]
    asked = set(box.requests()["path"].iloc[before:])
    assert not asked & {"/api/3/contacts", "/api/3/lists/exclusions"}


@pytest.mark.parametrize("counts", ["all", "active"])
def test_a_full_account_is_the_reason_for_those_who_are_new(counts: Any, clock: VirtualClock) -> None:
    """Over the contact limit: thousands of new people get that reason by elimination, in a few dozen requests."""
    box = Sandbox(clock=clock.monotonic, now=clock.now, quirks=Quirks(limit_counts=counts), contact_limit=30)
    frame = pd.DataFrame({"e": [f"p{number:05}@example.org" for number in range(3_000)]})
    with pytest.raises(errors.GuardError) as stopped:
        export(frame, through(box, clock), allow={"contact-limit"})
    assert stopped.value.report.problems["code"].eq("refused-contact-limit").sum() == 220  # what it asks to look at
    report = export(frame, through(box, clock), allow={"canary", "error-storm", "contact-limit"}, resend="all")
    assert report.counts["imported"] == 30
    assert report.problems["code"].eq("refused-contact-limit").all()
    assert report.counts["refused"] == 2_970
    assert report.numbers["lookups"] <= 100
    box.limit_contacts(None)
    assert export(frame, through(box, clock), resend="all").counts["imported"] == 3_000


def wired(box: Sandbox, clock: VirtualClock, path: str, treat: Callable[[], httpx.Response]) -> ac.Connection:
    """Return a connection to an account that answers a path otherwise."""
    inner = box.connection.link.transport
    assert inner is not None
    return through(box, clock, transport=Wire(inner, path, lambda *_: treat()))


ANSWERS: dict[str, Callable[[], httpx.Response]] = {
    "403": lambda: httpx.Response(403),
    "404": lambda: httpx.Response(404, json={"message": "No Result found"}),
    "503": lambda: httpx.Response(503),
    "429": lambda: httpx.Response(429, headers={"Retry-After": "30"}),
    "page": lambda: httpx.Response(200, html="<html>"),
    "other rows": lambda: httpx.Response(200, json={"contacts": "none", "exclusions": 5, "contactLists": None}),
    "odd rows": lambda: httpx.Response(200, json={"contacts": [5, {}], "exclusions": [None, {"id": "1"}]}),
    "somebody else": lambda: httpx.Response(
        200, json={"contacts": [{"id": "1", "email": "x@example.com", "bounced_hard": "1"}], "meta": {"total": "1"}}
    ),
}


@pytest.mark.parametrize("path", LOOKED_AT)
@pytest.mark.parametrize("kind", ANSWERS)
def test_what_cannot_be_read_is_unknown_and_fails_no_run(
    box: Sandbox, clock: VirtualClock, path: str, kind: str
) -> None:
    """Where the key may not read, or other answers come, the run ends well, and no reason is made up."""
    frame = seeded(box)
    report = export(frame, wired(box, clock, path, ANSWERS[kind]))
    assert report.status == "Successful"
    found = reasons(report, frame)
    assert len(found) == 6
    if path == "/api/3/contacts":
        assert found[OPTED_OUT.upper()] in ("refused", "refused-unknown")
        assert found[BOUNCED] in ("refused", "refused-unknown")
        assert found[EXCLUDED[0]] == "refused-excluded"
    if path == "/api/3/lists/exclusions":
        assert found[OPTED_OUT.upper()] == "refused-unsubscribed"
        assert found[EXCLUDED[0]] in ("refused", "refused-unknown")
    assert clock.monotonic() < 1_000 + 600


def test_looking_up_is_bounded(box: Sandbox, clock: VirtualClock) -> None:
    """Nothing explains them: after a few people looked up the others say that it would have taken too many requests."""
    frame = pd.DataFrame({"e": [f"å{number:05}@example.org" for number in range(2_000)]})
    report = export(frame, through(box, clock), allow={"canary", "error-storm"})
    assert report.counts["refused"] == 2_000
    assert report.numbers["lookups"] <= 60
    counts = report.problems["code"].value_counts()
    assert counts["refused-invalid"] == 50
    said = report.problems.loc[report.problems["code"] == "refused", "reason"]
    assert said.str.contains("not looked up, because that would have taken too many requests").all()


def test_without_the_agreement_nobody_is_looked_up(box: Sandbox, clock: VirtualClock) -> None:
    """Addresses leave in a query: once the agreement is withdrawn, nothing is asked, of the service or of the rows."""
    frame = seeded(box)
    connection = through(box, clock)
    stuck = True
    inner = box.connection.link.transport
    assert inner is not None

    def treat(_: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        return httpx.Response(200, json={"status": "active"}) if stuck else pass_on()

    connection = through(box, clock, transport=Wire(inner, "/api/3/import/info", treat))
    report = export(frame, connection, wait=20)
    assert report.counts["accepted"] == len(frame)
    stuck = False
    connection.withdraw()
    before = len(box.requests())
    with pytest.raises(errors.ConsentError, match="withdrawn"):
        report.refresh()
    assert len(box.requests()) == before


@pytest.mark.parametrize("asked", [1, 3])
@pytest.mark.parametrize("way", ["here", "in another kernel", "removed in another kernel"])
def test_withdrawing_stops_the_looking_up(box: Sandbox, clock: VirtualClock, way: str, asked: int) -> None:
    """Withdrawn or removed while reasons are looked up, by whatever kernel: no further question, and no error."""
    frame = seeded(box)
    inner = box.connection.link.transport
    assert inner is not None
    saved: list[ac.Connection] = []
    acts: dict[str, Callable[[], object]] = {
        "here": lambda: saved[0].withdraw(),  # noqa: PLW0108 - there is none yet
        "in another kernel": lambda: ac.connect("Shop").withdraw(),
        "removed in another kernel": lambda: ac.connect("Shop").remove(),
    }

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if number == asked:
            acts[way]()
        return pass_on()

    wire = Wire(inner, "/api/3/contacts", treat)
    saved.append(through(box, clock, transport=wire).replace(name="Shop").save())
    report = export(frame, saved[0])
    assert report.counts["refused"] == 6
    assert wire.count == asked
    assert report.problems["reason"].str.contains("not looked up").any()


def test_a_refreshed_report_has_reasons(box: Sandbox, clock: VirtualClock) -> None:
    """What is refused only when asked again is looked up as well, and kept for the next run."""
    frame = seeded(box)
    stuck = True
    inner = box.connection.link.transport
    assert inner is not None

    def treat(_: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        return httpx.Response(200, json={"status": "active"}) if stuck else pass_on()

    connection = through(box, clock, transport=Wire(inner, "/api/3/import/info", treat))
    report = export(frame, connection, wait=20)
    stuck = False
    report = report.refresh()
    assert report.counts.sum() == len(frame)
    assert reasons(report, frame)[OPTED_OUT.upper()] == "refused-unsubscribed"
    again = export(frame, connection)
    assert again.counts["unchanged"] == len(OTHERS)
    assert "exclusion list" in again.problems["reason"].str.cat()


def test_no_address_is_logged_or_kept(
    box: Sandbox, clock: VirtualClock, caplog: pytest.LogCaptureFixture, home: Any
) -> None:
    """Addresses that are looked up are in no log and in no file."""
    frame = seeded(box)
    with caplog.at_level(logging.DEBUG):
        report = export(frame, through(box, clock))
    assert report.numbers["lookups"]
    shown = caplog.text + repr(report) + report.problems.to_string()
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    for address in (OPTED_OUT, BOUNCED, *EXCLUDED, ODD):
        assert address.casefold() not in shown.casefold()
        assert address.encode() not in kept
