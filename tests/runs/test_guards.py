"""Guard rails before anything is sent: each stops what it is there for, says why, and lets pass what was allowed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.errors import ConfigurationError, GuardError
from ac_notebook.model.guards import GUARD_RAILS
from ac_notebook.sandbox import Quirks, Sandbox
from ac_notebook.storage.database import open_database
from ac_notebook.storage.home import find_home
from tests.virtual import VirtualClock, through
from tests.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook import Connection

MAPPING: dict[str | int, Any] = {"email": "mail", "City": "city"}
CLEARING = ac.Mapping(email="mail", fields={"City": "city"}, blank={"City": "clear"})
BEFORE = [name for name, rail in GUARD_RAILS.items() if rail.when == "before"]


def people(count: int, *, start: int = 0, blank: int = 0) -> pd.DataFrame:
    """Return people, the first so many without a city."""
    each = range(start, start + count)
    return pd.DataFrame(
        {
            "mail": [f"person.{number}@example.org" for number in each],
            "city": [None if place < blank else f"Town {place % 7}" for place in range(count)],
        }
    )


def posts(box: Sandbox) -> int:
    """Return how many imports the account saw."""
    return int((box.requests()["method"] == "POST").sum())


@dataclass(frozen=True)
class Case:
    """A situation in which one guard rail stops a run.

    Parameters
    ----------
    before
        What happened earlier.
    frame, given
        What is exported then.
    numbers
        What the message has to say.
    """

    before: Callable[[Sandbox, Connection], object]
    frame: pd.DataFrame
    given: dict[str, Any]
    numbers: tuple[str, ...]


def export(connection: Connection, frame: pd.DataFrame, **more: Any) -> ac.Report:
    """Export to VIP."""
    return ac.export(frame, **{"connection": connection, "list": "VIP", "mapping": MAPPING, **more})


def _made_again(box: Sandbox, connection: Connection) -> None:
    first = box.add_list("Weekly")
    export(connection, people(10), list="Weekly")
    box._state.delete_list(box._state.lists[first])
    box.add_list("Weekly")


def _limited(box: Sandbox, connection: Connection) -> None:
    export(connection, people(60))
    box.limit_contacts(100)


CASES = {
    "contact-limit": Case(
        before=_limited,
        frame=people(130), given={}, numbers=("holds 60 contacts and may hold 100", "40 more fit in", "70 of the 70"),
    ),
    "automations": Case(
        before=lambda box, connection: export(connection, people(40), run_automations=True),
        frame=people(1_100), given={"run_automations": True}, numbers=("1,060 people",),
    ),
    "list": Case(
        before=_made_again, frame=people(10), given={"list": "Weekly"}, numbers=("'Weekly'", "id 6", "id 7"),
    ),
    "row-count": Case(
        before=lambda box, connection: [export(connection, people(count)) for count in (700, 650)],
        frame=people(1_500), given={}, numbers=("1,500 rows", "more than twice", "the last 2 runs", "650 to 700"),
    ),
    "clearing": Case(
        before=lambda box, connection: export(connection, people(400, blank=20), mapping=CLEARING),
        frame=people(400, blank=170), given={"mapping": CLEARING},
        numbers=("150 values", "City: 150", "the last run", "20 at the most"),
    ),
    "leavers": Case(
        before=lambda box, connection: export(connection, people(1_100)),
        frame=people(600, start=501), given={"leavers": "tag"}, numbers=("501 of the 1,100 people", "46%"),
    ),
    "unsubscribing": Case(
        before=lambda box, connection: export(connection, people(40)),
        frame=people(39, start=2), given={"leavers": "unsubscribe"}, numbers=("2 contacts would be unsubscribed",),
    ),
}  # fmt: skip


def test_every_rail_before_a_run_has_a_case() -> None:
    """No guard rail that acts before anything is sent goes untested."""
    assert sorted(CASES) == sorted(BEFORE)


@pytest.mark.parametrize("rail", CASES)
def test_each_rail_stops_its_case_and_can_be_allowed(rail: str, box: Sandbox, connection: Connection) -> None:
    """It is shown by the plan, stops the run with numbers, reason and the words that allow it, and sends nothing."""
    case = CASES[rail]
    case.before(box, connection)
    sent, remembered = posts(box), len(runs())
    given = {"connection": connection, "list": "VIP", "mapping": MAPPING, **case.given}
    plan = ac.plan(case.frame, **given)
    with pytest.raises(GuardError) as caught:
        plan.run()
    assert (posts(box), len(runs())) == (sent, remembered)
    assert isinstance(caught.value, ConfigurationError)  # exit code 2
    assert caught.value.rails == (rail,)
    told = str(caught.value)
    for part in (*case.numbers, GUARD_RAILS[rail].why, f'allow={{"{rail}"}}', "Nothing was sent."):
        assert part in told
    assert not re.search(r"person\.\d", told)
    (warning,) = [line for line in plan.warnings if line.startswith("The run would stop")]
    assert rail in warning
    for part in case.numbers:
        assert part in warning
    allowed = plan.replace(allow={rail})
    assert not [line for line in allowed.warnings if line.startswith("The run would stop")]
    assert [line for line in allowed.warnings if line.startswith(f"Allowed ({rail})")]
    report = allowed.run()
    assert report.counts["imported"] > 0
    assert posts(box) > sent
    ac.export(case.frame, **given)  # what was allowed once is what is usual from now on


@pytest.mark.parametrize("rail", CASES)
def test_each_case_is_harmless_without_what_went_before(rail: str, connection: Connection) -> None:
    """It is the comparison that stops a run, where there is one."""
    if rail in ("list", "row-count", "contact-limit", "leavers", "unsubscribing"):
        export(connection, CASES[rail].frame, **({**CASES[rail].given, "list": "VIP"}))
    else:
        with pytest.raises(GuardError):
            export(connection, CASES[rail].frame, **CASES[rail].given)


def runs() -> list[dict[str, Any]]:
    """Return what is written down of the runs."""
    database = open_database(find_home())
    try:
        return [json.loads(row[0]) for row in database.execute("SELECT facts FROM runs ORDER BY rowid")]
    finally:
        database.close()


def test_several_rails_are_one_error_with_one_remedy(box: Sandbox, connection: Connection) -> None:
    """All that stop a run are told at once, also beside one that is allowed already."""
    export(connection, people(200))
    box.limit_contacts(300)
    frame = people(1_400)
    with pytest.raises(GuardError) as caught:
        export(connection, frame)
    assert caught.value.rails == ("contact-limit", "row-count")
    assert 'allow={"contact-limit", "row-count"}' in caught.value.hint
    with pytest.raises(GuardError) as caught:
        export(connection, frame, allow="row-count")
    assert caught.value.rails == ("contact-limit",)
    assert 'allow={"contact-limit", "row-count"}' in caught.value.hint
    assert export(connection, frame, allow={"contact-limit", "row-count", "error-storm"}).counts["imported"] == 100


def test_an_unknown_rail_is_refused_with_the_nearest(connection: Connection) -> None:
    """A slip in ``allow`` does not pass for a permission."""
    for given, words in (({"row-counts"}, "Did you mean 'row-count'"), (["x"], "There are"), (7, "allow is a set")):
        with pytest.raises(ConfigurationError, match=words):
            export(connection, people(3), allow=given)


def test_without_consent_nothing_else_is_said(connection: Connection) -> None:
    """Agreement to the transfer of data comes before any guard rail."""
    frame = people(1_100)
    with pytest.raises(ac.errors.ConsentError):
        export(connection.replace(consent=None), frame, run_automations=True)


# ------------------------------------------------------------------------------------------- the contact limit


def test_people_who_are_there_already_are_looked_up(box: Sandbox, connection: Connection, clock: VirtualClock) -> None:
    """A few unknown addresses of a nearly full account are asked about one by one, whatever their case; not many."""
    for number in range(45):
        box.unsubscribe(f"Person.{number}@Example.org", 3)
    box.limit_contacts(46)
    plan = ac.plan(people(46), connection=connection, list="VIP", mapping=MAPPING)
    assert any("The run asks about them before it sends anything." in line for line in plan.warnings)
    report = plan.run()
    assert report.counts["imported"] == 46
    asked = box.requests()
    assert int((asked["path"].str.endswith("/contacts") & (asked["method"] == "GET")).sum()) == 46
    with pytest.raises(GuardError, match="1 of the 47 to send"):
        export(connection, people(47).assign(city="Lund"))
    assert int((box.requests()["path"].str.endswith("/contacts")).sum()) == 47  # 46 are known by now


def test_many_unknown_people_are_not_looked_up(box: Sandbox, connection: Connection) -> None:
    """Fifty questions are the most; beyond that the worst case counts."""
    for number in range(60):
        box.unsubscribe(f"person.{number}@example.org", 3)
    box.limit_contacts(61)
    with pytest.raises(GuardError, match="60 of the 60 to send are not known"):
        export(connection, people(60))
    assert not box.requests()["path"].str.endswith("/contacts").any()


def test_a_full_account_has_room_for_nobody(box: Sandbox, connection: Connection) -> None:
    """Where not one more fits in, that is said in words, not as a number."""
    export(connection, people(60))
    box.limit_contacts(60)
    with pytest.raises(GuardError, match="may hold 60, so no more fit in; 1 of the 61 to send"):
        export(connection, people(61), list="Newsletter")


def test_people_whom_another_export_brought_are_known(box: Sandbox, connection: Connection) -> None:
    """Who was imported into any list of the account takes no more room."""
    export(connection, people(200), list="Newsletter")
    box.limit_contacts(200)
    assert export(connection, people(200)).counts["imported"] == 200


def test_nearly_full_is_a_warning(box: Sandbox, connection: Connection) -> None:
    """Above nine tenths of the limit after the export, the plan says so, and the run goes on."""
    box.limit_contacts(100)
    plan = ac.plan(people(91), connection=connection, list="VIP", mapping=MAPPING)
    assert "The account holds 0 contacts and may hold 100; after this run it holds 91 at the most." in plan.warnings
    assert plan.run().counts["imported"] == 91
    assert ac.plan(people(90), connection=connection, list="VIP", mapping=MAPPING).warnings


@pytest.mark.parametrize("reply", [403, 404, 500, "odd", "blank", "endless"])
def test_a_limit_that_cannot_be_read_stops_nothing(
    box: Sandbox, clock: VirtualClock, reply: int | str
) -> None:  # fmt: skip
    """Without the account's word the plan warns that the run is not held to it; a group's own limit counts instead."""
    bodies: dict[int | str, Any] = {
        "odd": {"subscriber_limit": "many", "subscriber_total": None}, "blank": {},
        "endless": {"subscriber_limit": "9" * 5_000, "subscriber_total": "1"},
    }  # fmt: skip

    def treat(_: int, __: httpx.Request, ___: Callable[[], httpx.Response]) -> httpx.Response:
        return httpx.Response(reply) if isinstance(reply, int) else httpx.Response(200, json=bodies[reply])

    inner = box.connection.link.transport
    assert inner is not None
    connection = through(box, clock, transport=Wire(inner, "/api/3/settings/account", treat))
    plan = ac.plan(people(60), connection=connection, list="VIP", mapping=MAPPING)
    assert any("contact limit could not be read" in line for line in plan.warnings)
    assert plan.run().counts["imported"] == 60
    box.limit_contacts(70)
    again = ac.plan(people(160), connection=connection, list="VIP", mapping=MAPPING)
    if reply == 500:  # then nothing more is asked of it
        assert any("gave no answer" in line for line in again.warnings)
    else:
        with pytest.raises(GuardError, match="holds 60 contacts and may hold 70"):
            again.run()


def test_an_account_without_a_limit_says_nothing(connection: Connection) -> None:
    """Nought is no limit, and no reason for a warning."""
    assert ac.plan(people(60), connection=connection, list="VIP", mapping=MAPPING).warnings == ()


def test_the_limit_is_read_anew_by_the_run(box: Sandbox, connection: Connection) -> None:
    """A plan of yesterday does not pass a limit that was lowered since."""
    plan = ac.plan(people(160), connection=connection, list="VIP", mapping=MAPPING)
    box.limit_contacts(50)
    with pytest.raises(GuardError, match="holds 0 contacts and may hold 50"):
        plan.run()


def test_active_contacts_are_what_some_accounts_count(clock: VirtualClock) -> None:
    """Where only active contacts count, those who left do not fill the account."""
    box = Sandbox(clock=clock.monotonic, now=clock.now, quirks=Quirks(limit_counts="active"), contact_limit=100)
    for number in range(90):
        box.unsubscribe(f"gone.{number}@example.org", 3)
    assert export(through(box, clock), people(80)).counts["imported"] == 80


# ------------------------------------------------------------------------------------------- rehearsals, lists


def test_a_rehearsal_is_compared_with_nothing_and_becomes_no_baseline(box: Sandbox, connection: Connection) -> None:
    """``first=`` passes the row count, and the next run is not compared with it; all else holds for what it sends."""
    export(connection, people(200))
    plan = ac.plan(people(1_500), connection=connection, list="VIP", mapping=MAPPING)
    assert plan.run(first=150).counts["imported"] == 150
    with pytest.raises(GuardError, match="200"):
        plan.run()
    with pytest.raises(GuardError, match="200"):
        plan.run(first=10_000)  # so many that nobody is left out
    box.limit_contacts(400)
    with pytest.raises(GuardError) as caught:
        plan.run(first=300)
    assert caught.value.rails == ("contact-limit",)
    assert plan.replace(allow={"contact-limit"}).run(first=10).counts["imported"] == 10
    assert runs()[-1]["first"] == 10


def test_a_rehearsal_with_automations_opens_no_gate(connection: Connection) -> None:
    """Neither twenty people of a rehearsal nor a run of a few are an earlier run with automations."""
    plan = ac.plan(people(1_200), connection=connection, list="VIP", mapping=MAPPING, run_automations=True)
    plan.run(first=150)
    with pytest.raises(GuardError, match="1,050 people"):
        plan.run()
    with pytest.raises(GuardError, match="1,050 people"):
        plan.run(first=1_100)
    assert plan.run(first=1_000).counts["imported"] == 1_000


def test_a_run_that_is_stopped_says_no_rows_are_sent(
    connection: Connection, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """Before a guard rail's error nothing is printed that says that rows are being sent; allowed, it is."""
    plan = ac.plan(people(1_200), connection=connection, list="VIP", mapping=MAPPING, run_automations=True)
    with pytest.raises(GuardError):
        plan.run()
    assert "sending" not in "".join(capsys.readouterr())
    plan.replace(allow={"automations"}).run()
    assert "First run of this export: sending 1,200 rows." in capsys.readouterr().out


def test_a_renamed_list_stops_an_export_by_either(box: Sandbox, connection: Connection) -> None:
    """The list that had another name in the last run is asked about once, also by another definition."""
    number = box.add_list("Staff")
    export(connection, people(5), list=number)
    box._state.lists[number].name = "Everyone"
    for given in (number, "Everyone"):
        with pytest.raises(GuardError, match="was called 'Staff'"):
            export(connection, people(5), list=given, tags=["x"])
    export(connection, people(5), list=number, allow={"list"})
    export(connection, people(6), list=number)


def test_lists_by_number_may_share_a_name(box: Sandbox, connection: Connection) -> None:
    """Who names lists by their ids has said which one is meant."""
    one, other = box.add_list("Twin"), box.add_list("Twin")
    for number in (one, other, one):
        export(connection, people(5), list=number)


def test_two_lists_and_two_exports_do_not_disturb_each_other(connection: Connection) -> None:
    """Another list, another mapping, another segment is compared with its own runs only."""
    export(connection, people(3_000))
    export(connection, people(200), list="Newsletter")
    export(connection, people(200), mapping={"email": "mail"})
    export(connection, people(3_000), segment="mail < 'person.12'", tags=["y"])
    export(connection, people(3_000), segment="mail < 'person.11'", tags=["y"])


# ------------------------------------------------------------------------------------------- what counts


def test_a_run_that_was_stopped_or_failed_is_no_measure(box: Sandbox, connection: Connection) -> None:
    """Only runs that went well say what is usual."""
    for number in range(700):
        box.exclude(f"person.{number}@example.org")
    loose = {"error-storm", "canary"}
    assert export(connection, people(700), allow=loose).counts["refused"] == 700
    export(connection, people(60))
    assert export(connection, people(2_000), allow=loose).counts["imported"] == 1_300
    with pytest.raises(GuardError, match="less than half"):
        export(connection, people(900))


def test_fewer_rows_stop_even_when_nothing_would_be_sent(connection: Connection) -> None:
    """A filter gone wrong is told although everything that is left was sent before."""
    export(connection, people(2_000))
    with pytest.raises(GuardError, match="3 rows could be sent, less than half"):
        export(connection, people(3))
    export(connection, people(3), allow={"row-count"})
    export(connection, people(3))
    export(connection, people(2_000))


def test_a_fifth_more_is_a_warning(connection: Connection) -> None:
    """What is noticeable is told, and goes on."""
    export(connection, people(1_000))
    plan = ac.plan(people(1_250), connection=connection, list="VIP", mapping=MAPPING)
    assert "Rows that can be sent: 1,250, 25% more than in the last run (1,000)." in plan.warnings
    assert ac.plan(people(1_199), connection=connection, list="VIP", mapping=MAPPING).warnings == ()
    fewer = ac.plan(people(700), connection=connection, list="VIP", mapping=MAPPING)
    assert "Rows that can be sent: 700, 30% fewer than in the last run (1,000)." in fewer.warnings


def test_the_plan_says_how_many_values_are_cleared(connection: Connection) -> None:
    """The number is told in any case, of the rows that would be sent."""
    export(connection, people(50, blank=10), mapping=CLEARING)
    plan = ac.plan(people(50, blank=13), connection=connection, list="VIP", mapping=CLEARING)
    assert "Blanks overwrite what ActiveCampaign has in: City (3 values)." in plan.warnings


def test_sending_everything_again_clears_nothing_more(connection: Connection) -> None:
    """The usual share of blanks is no surprise, however many rows are sent for once."""
    frame = people(2_000, blank=600)
    export(connection, frame, mapping=CLEARING, allow={"clearing"})
    for week in range(6):
        frame.loc[frame.index[-10 * (week + 1) :], "city"] = f"Lund {week}"
        export(connection, frame, mapping=CLEARING)
    lost = frame.assign(city=frame["city"].where(frame.index % 10 < 7))
    with pytest.raises(GuardError, match=r"420 values would be emptied .*; the last 5 runs that went well emptied 0 "):
        export(connection, lost, mapping=CLEARING)
    assert export(connection, frame, mapping=CLEARING, resend="all").counts["imported"] == 2_000


def test_nothing_of_a_person_is_written_down(connection: Connection) -> None:
    """A segment that names somebody is remembered without its words."""
    export(connection, people(30), segment="mail == 'person.7@example.org'", mapping=CLEARING)
    (facts,) = runs()
    assert facts["rows"] == 1
    assert "person" not in json.dumps(facts)


# ------------------------------------------------------------------------------------------- the table


def test_the_table_lists_every_rail() -> None:
    """``ac.guard_rails()`` says of each when it acts, what stops it, and why."""
    table = ac.guard_rails()
    assert list(table.index) == list(GUARD_RAILS)
    assert list(table.columns) == ["when", "stops", "why"]
    assert set(table["when"]) == {"before", "during"}
    assert table.index.name == "name"


@pytest.mark.parametrize("given", [["row-counts"], [["row-count"]], [{}], {"row-count": True}, 7])
def test_what_is_no_guard_rail_is_said(connection: Connection, given: Any) -> None:
    """Whatever is given as ``allow=``, it is an error of ours that says what may be."""
    with pytest.raises(ConfigurationError, match="guard rail"):
        ac.plan(people(3), connection=connection, list="VIP", mapping=MAPPING, allow=given)
