"""Reports of past runs: what the live ones said, without rows, and with nobody's data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.demo import MAPPING
from ac_notebook.errors import ConsentError
from ac_notebook.model.export import Export
from ac_notebook.model.problems import CODES
from ac_notebook.runs.noted import note_not_begun
from ac_notebook.runs.summary import failure_of, kept_words, problem_counts, without_numbers
from tests.canary.search import everywhere, files, places_of
from tests.runs.test_hostile_names import harmless_html
from tests.virtual import VirtualClock, through
from tests.wire import IMPORT, INFO, Wire

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ac_notebook.sandbox import Sandbox

BASIC = {"email": "E-mail", "first_name": "Given name"}


def people(rows: int = 300, *, name: str = "Ann") -> pd.DataFrame:
    """Return customers."""
    return pd.DataFrame({"E-mail": [f"p{n:04}@example.org" for n in range(rows)], "Given name": name})


def export(connection: ac.Connection, frame: pd.DataFrame | None = None, **more: Any) -> ac.Report:
    """Export customers."""
    frame = people() if frame is None else frame
    given = {"list": "VIP", "mapping": BASIC, "progress": False, **more}
    return ac.export(frame, connection=connection, **given)


def test_a_past_report_is_the_live_one_without_rows(box: Sandbox, connection: ac.Connection) -> None:
    """Counts, status, times, numbers, warnings and problems by kind are those of the report that the run returned."""
    box.unsubscribe("p0001@example.org", 5)
    frame = ac.sandbox.sample_customers(n=600, seed=3)
    frame.loc[0, "E-mail"], frame.loc[0, "points"], frame.loc[0, "newsletter_ok"] = "p0001@example.org", 500.0, True
    live = export(connection, frame, mapping=MAPPING, list="VIP", tags=["spring"], segment="points > 100")
    past = ac.report(live.run)
    assert past.counts.equals(live.counts)
    assert (past.status, past.title, past.warnings) == (live.status, live.title, live.warnings)
    assert (past.started, past.ended, dict(past.numbers)) == (live.started, live.ended, dict(live.numbers))
    assert past.facts[: len(live.facts)] == live.facts
    kinds = live.problems.groupby(["outcome", "code", "field"]).size().to_dict()
    assert past.problems.groupby(["outcome", "code", "field"])["rows"].sum().to_dict() == kinds
    both = live.to_dict()
    assert json.loads(json.dumps(past.to_dict())) == past.to_dict()
    assert {name: past.to_dict()[name] for name in both} == both
    assert past.mapping.set_index("target").loc["Birthday", "column"] == "'dob'"
    assert (past.tags, past.options, past.segment, past.list_name) == (("spring",), {}, "query", "VIP")
    assert (past.data.rows, past.data.in_segment) == (600, int((frame["points"] > 100).sum()))
    assert past.versions["pandas"] == pd.__version__
    assert (past.connection, past.owner, past.host) == (connection.name, connection.owner, connection.host)
    for shown in (repr(past), "".join(harmless_html(past._repr_html_(), "past").text)):
        assert "p0001" not in shown
        assert "for example row" not in shown
        assert "points > 100" not in shown  # the words of a segment may name somebody
    with pytest.raises(errors.ActiveCampaignError, match="Not everything was done: 1 refused"):
        past.raise_for_rows(max_rejected=1.0)


def test_a_refreshed_report_is_kept_as_it_is_then(box: Sandbox, clock: VirtualClock) -> None:
    """Rows that were confirmed later are imported in the past report too."""
    inner, waits = box.connection.link.transport, [True]
    assert inner is not None
    waiting = httpx.Response(200, json={"status": "waiting"})
    wire = Wire(inner, INFO, lambda _, __, pass_on: waiting if waits else pass_on())
    live = export(through(box, clock, transport=wire), wait=0)
    assert ac.report(live.run).counts["accepted"] == live.counts["accepted"] == 300
    waits.clear()
    clock.sleep(60)
    fresh = live.refresh()
    assert fresh.counts["imported"] == 300
    assert ac.report(live.run).counts.equals(fresh.counts)
    assert ac.runs()["imported"].tolist() == [300]


def test_an_id_is_found_by_its_beginning() -> None:
    """One digit is enough where no other run has it; several are named, and so is the nearest."""
    definition, error = Export(name="Spring", list="VIP", mapping=ac.Mapping(email="E-mail")), ConsentError("No.")
    ids = [note_not_begun(definition, error) for _ in range(20)]
    for run in ids:
        size = next(size for size in range(1, 9) if sum(other.startswith(run[:size]) for other in ids) == 1)
        assert ac.report(run[:size].upper()).run == run
        if size > 1:
            with pytest.raises(errors.ConfigurationError, match=r"(?s)runs begin with .*There are: [0-9a-f]{8} "):
                ac.report(run[: size - 1])
    with pytest.raises(errors.ConfigurationError, match=f"Did you mean {ids[3]}"):
        ac.report(f"{ids[3][:7]}x")
    with pytest.raises(errors.ConfigurationError, match=f"The newest is {ids[-1]}"):
        ac.report("zzzz")
    for wrong in ("", " ", None, 7):
        with pytest.raises(errors.ConfigurationError, match="takes the id of a run"):
            ac.report(wrong)  # type: ignore[arg-type]  # on purpose


def test_whether_the_data_was_the_same(connection: ac.Connection) -> None:
    """The same people with the same values, in any order, are the same data; one other value, and they are not."""
    frame = people()
    runs = [export(connection, data).run for data in (frame, frame.sample(frac=1, random_state=1), frame.iloc[1:])]
    first, again, fewer = (ac.report(run).data for run in runs)
    assert (first.before, first.is_same) == ("", None)
    assert (again.before, again.is_same, again.digest) == (runs[0], True, first.digest)
    assert (fewer.before, fewer.is_same) == (runs[1], False)
    assert f"the same as in the run {runs[0]} before it" in repr(ac.report(runs[1]))
    other = export(connection, frame.assign(**{"Given name": ["Bo", *["Ann"] * 299]})).run
    assert ac.report(other).data.digest != first.digest


@pytest.mark.parametrize("quoted", ["{email}", "{name} Nyström", "070-{phone}", "+46 70 {phone}", "x.{email}.se"])
def test_what_is_quoted_of_people_is_not_kept(
    quoted: str, home: Path, box: Sandbox, clock: VirtualClock
) -> None:  # fmt: skip
    """ActiveCampaign's words are kept as they were but for addresses, phones and values of the contacts."""
    frame = pd.DataFrame({"E-mail": ["wilhelmina@example.org", "bo@example.org"], "Given name": ["Wilhelmina", "Bo"],
                          "Family name": ["Nyström", "Ek"], "Mobile": ["+46701234567", None]})  # fmt: skip
    values = ["wilhelmina@example.org", "Wilhelmina", "Nyström", "1234567", "123 45 67"]
    words = quoted.format(email=str(values[0]), name="Wilhelmina", phone="123 45 67")

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if number > 1:
            return pass_on()
        reason = {"contact": 1, "failureReason": f"Rule 17 does not like {words} today"}
        return httpx.Response(400, json={"success": 0, "message": "Not valid", "failureReasons": [reason]})

    inner = box.connection.link.transport
    assert inner is not None
    mapping = {**BASIC, "last_name": "Family name", "phone": "Mobile"}
    live = export(through(box, clock, transport=Wire(inner, IMPORT, treat)), frame, mapping=mapping)
    past = ac.report(live.run)
    (said,) = past.problems["reason"]
    assert "Rule 17 does not like" in said
    assert said.endswith("today")
    shown = {"text": repr(past).encode(), "page": past._repr_html_().encode(), "JSON": str(past.to_dict()).encode()}
    assert places_of(values, everywhere({**shown, **files(home)})) == []


def test_of_an_unexpected_error_only_its_type_is_kept() -> None:
    """Whose words nobody has written may hold anything; of those that were written, no address and no phone is kept."""
    unexpected = failure_of(ZeroDivisionError("wilhelmina@example.org"))
    assert unexpected is not None
    assert unexpected.to_dict() == {"kind": "ZeroDivisionError"}
    said = failure_of(errors.ServerError("It says: +46 70-123 45 67, ann@example.org today.", hint="Wait.", status=503))
    assert said is not None
    assert said.to_dict() == {
        "kind": "ServerError",
        "message": "It says: …, …@… today.",
        "hint": "Wait.",
        "status": 503,
    }
    assert failure_of(None) is None


def test_days_of_ours_are_kept_and_of_people_not() -> None:
    """When something was is told; what ActiveCampaign says of a contact's day is taken for a number of somebody's."""
    said = "in the last run with it (2026-03-02) there were 3,000; this one runs since 2026-03-02 09:14 UTC"
    assert without_numbers(said) == said
    assert without_numbers("+2026-03-02, 070-123 45 67, 1980-03-02") == "…, …, …"
    ours = CODES["refused-by-request"].reason
    assert kept_words(f"{ours}: born 2001-03-02", code="refused-by-request") == f"{ours}: born …"


def test_what_was_said_when_nothing_was_taken(box: Sandbox, clock: VirtualClock) -> None:
    """ActiveCampaign's words stand in the error and in what is kept; that requests left is not called nothing sent."""
    inner, said = box.connection.link.transport, "Account suspended by rule 17"
    assert inner is not None
    lapsed = Wire(inner, IMPORT, lambda *_: httpx.Response(402, json={"message": said}))
    with pytest.raises(errors.PermissionDeniedError, match="took nothing from 1 request") as caught:
        export(through(box, clock, transport=lapsed))
    assert f"It says: {said}" in caught.value.message
    past = ac.report(ac.runs()["id"][0])
    assert past.error is not None
    assert (past.error.message, past.error.status) == (caught.value.message, 402)
    with pytest.raises(errors.ActiveCampaignError, match=said):
        past.raise_for_rows()


def test_many_different_words_are_bounded() -> None:
    """Of one kind of problem twenty different reasons are kept, and the rest is counted; a long one is cut."""
    ours = CODES["refused-by-request"].reason
    table = pd.DataFrame({"reason": [f"{ours}: no {n} {'x' * 9_999}" for n in range(100)]}).assign(
        outcome="refused", code="refused-by-request", column=None, field="email"
    )
    found = problem_counts(table)
    assert len(found) == 21
    assert sum(entry.rows for entry in found) == 100
    assert max(len(entry.reason) for entry in found) < 1_000
    assert kept_words("other words +46 70 123 45 67", code="refused") == "other words …"
