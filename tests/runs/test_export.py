"""The main job: customers arrive, every row has its outcome, and nothing is sent twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.demo import MAPPING
from ac_notebook.sandbox import Sandbox, sample_customers
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from ac_notebook import Connection

BASIC = {"email": "E-mail", "first_name": "Given name"}


def imports(box: Sandbox) -> pd.DataFrame:
    """Return the import requests that the sandbox saw."""
    requests = box.requests()
    return requests[(requests["method"] == "POST")]


def test_customers_arrive_and_every_row_has_one_outcome(box: Sandbox, connection: Connection) -> None:
    """What the report calls imported is on the list, and the outcomes add up to the frame."""
    customers = sample_customers(n=2_000, seed=7)
    report = customers.activecampaign.export(connection=connection, list="Newsletter", mapping=MAPPING, tags=["spring"])
    assert report.status == "Successful"
    assert report.counts.sum() == len(customers)
    subscribers = box.lists().set_index("name")["subscribers"]
    assert report.counts["imported"] == len(box.contacts()) == subscribers["Newsletter"]
    assert report.counts[["imported", "rejected", "duplicate"]].sum() == len(customers)
    assert report.outcome.index.equals(customers.index)
    assert report.outcome.value_counts().to_dict() == report.counts.to_dict()
    assert set(report.problems.index) == set(customers.index[report.outcome.isin(["rejected", "duplicate"])])
    assert not box.requests()["status"].ge(400).any()


def test_the_same_cell_twice_sends_nothing_the_second_time(box: Sandbox, connection: Connection) -> None:
    """A repeated export makes no import request, and says so."""
    customers = sample_customers(n=600, seed=3)
    first = ac.export(customers, connection=connection, list="VIP", mapping=BASIC)
    made = len(imports(box))
    again = ac.export(customers, connection=connection, list="VIP", mapping=BASIC)
    assert len(imports(box)) == made
    assert again.status == "Skipped"
    assert again.counts["unchanged"] == first.counts["imported"]
    assert again.counts.drop(["unchanged", "imported"]).equals(first.counts.drop(["unchanged", "imported"]))


def test_a_new_sandbox_is_a_new_account(box: Sandbox, connection: Connection, clock: VirtualClock) -> None:
    """What was sent to one account says nothing about another, even with the same host and the same home."""
    customers = sample_customers(n=300, seed=3)
    first = ac.export(customers, connection=connection, list="VIP", mapping=BASIC)
    other = Sandbox(clock=clock.monotonic, now=clock.now)
    second = ac.export(customers, connection=through(other, clock), list="VIP", mapping=BASIC)
    assert second.counts["imported"] == first.counts["imported"] == len(other.contacts())


def test_only_what_changed_is_sent(box: Sandbox, connection: Connection) -> None:
    """New and changed rows are sent, in whatever order the frame is now; unchanged ones are not."""
    customers = pd.DataFrame(
        {"E-mail": [f"p{n}@example.org" for n in range(40)], "Given name": [f"Name {n}" for n in range(40)]}
    )
    ac.export(customers, connection=connection, list="VIP", mapping=BASIC)
    changed = customers.sample(frac=1, random_state=1).reset_index(drop=True)
    changed.loc[changed["E-mail"] == "p7@example.org", "Given name"] = "Another"
    changed.loc[len(changed)] = ["new@example.org", "New"]
    report = ac.export(changed, connection=connection, list="VIP", mapping=BASIC)
    assert report.counts["imported"] == 2
    assert report.counts["unchanged"] == 39
    assert int(imports(box)["contacts"].iloc[-1]) == 2
    assert box.contacts().set_index("email")["first_name"]["p7@example.org"] == "Another"
    everything = ac.export(changed, connection=connection, list="VIP", mapping=BASIC, resend="all")
    assert everything.counts["imported"] == 41


def test_a_text_that_only_changed_its_dtype_is_unchanged(connection: Connection) -> None:
    """Int64, float64 and text with the same digits are the same value."""
    mapping = {"email": "E-mail", "Points": "points"}
    frame = pd.DataFrame({"E-mail": ["a@example.org", "b@example.org"], "points": pd.array([7, None], "Int64")})
    ac.export(frame, connection=connection, list="VIP", mapping=mapping)
    for dtype in ("float64", "Float64", "string", "object"):
        again = ac.export(frame.astype({"points": dtype}), connection=connection, list="VIP", mapping=mapping)
        assert again.counts["unchanged"] == 2, dtype


def test_a_rehearsal_sends_some_and_the_run_the_others(box: Sandbox, connection: Connection) -> None:
    """``run(first=20)`` sends twenty contacts, and the run after it the rest."""
    plan = ac.plan(sample_customers(n=400, seed=3), connection=connection, list="VIP", mapping=BASIC)
    planned = plan.counts["not_sent"]
    rehearsal = plan.run(first=20)
    assert rehearsal.counts["imported"] == 20 == len(box.contacts())
    assert rehearsal.counts["not_sent"] == planned - 20
    rest = plan.run()
    assert rest.counts["unchanged"] == 20
    assert rest.counts["imported"] == planned - 20
    assert len(box.contacts()) == planned


def test_a_plan_sends_nothing_and_tells_what_a_run_does(box: Sandbox, connection: Connection) -> None:
    """The plan's numbers are those of the run, and making it sends nothing."""
    plan = ac.plan(sample_customers(n=800, seed=5), connection=connection, list="VIP", mapping=MAPPING, tags=["x"])
    assert imports(box).empty
    estimate = plan.estimate
    report = plan.run()
    assert len(imports(box)) == estimate.requests == report.numbers["requests"]
    assert imports(box)["bytes"].sum() == estimate.bytes
    assert report.counts["imported"] == plan.counts["not_sent"]
    assert report.counts.drop(["imported", "not_sent"]).equals(plan.counts.drop(["imported", "not_sent"]))


def test_another_list_needs_no_second_validation(box: Sandbox, connection: Connection) -> None:
    """``plan.replace(list=…)`` keeps what was prepared and goes to the other list."""
    plan = ac.plan(sample_customers(n=200, seed=5), connection=connection, list="Newsletter", mapping=BASIC)
    other = plan.replace(list="VIP")
    assert other.prepared is plan.prepared
    other.run()
    subscribers = box.lists().set_index("name")["subscribers"]
    assert subscribers["VIP"] == plan.counts["not_sent"]
    assert subscribers["Newsletter"] == 0
    with pytest.raises(ac.errors.ConfigurationError, match="Did you mean 'list'"):
        plan.replace(lits="VIP")


@pytest.mark.parametrize(
    "segment",
    ["points > 500", lambda df: df["points"] > 500, "mask", "array"],
    ids=["query", "callable", "mask", "array"],
)
def test_only_the_segment_leaves_the_kernel(box: Sandbox, connection: Connection, segment: object) -> None:
    """Query text, function, Series and array choose the same rows; the others are outside_segment."""
    customers = sample_customers(n=500, seed=5)
    mask = customers["points"] > 500
    if isinstance(segment, str) and segment in ("mask", "array"):
        segment = mask if segment == "mask" else mask.to_numpy()
    report = customers.activecampaign.export(connection=connection, list="VIP", mapping=BASIC, segment=segment)
    assert report.counts["outside_segment"] == int((~mask).sum())
    assert report.counts["imported"] == len(box.contacts()) > 0
    assert report.outcome[~mask].eq("outside_segment").all()


def test_tags_of_the_row_and_of_the_export_are_added(box: Sandbox, connection: Connection) -> None:
    """Each contact gets the tags of its row and those of the export."""
    frame = pd.DataFrame({"E-mail": ["a@example.org", "b@example.org"], "t": ["web, Spring", None]})
    ac.export(frame, connection=connection, list="VIP", mapping={"email": "E-mail", "tags": "t"}, tags=["spring", "x"])
    tags = box.contact_tags().groupby("contact")["tag"].agg(lambda names: sorted(name.casefold() for name in names))
    assert tags.tolist() == [["spring", "web", "x"], ["spring", "x"]]


def test_opted_out_people_are_never_subscribed_again(box: Sandbox, connection: Connection) -> None:
    """Who left the list is refused, stays out, and is told apart, in this run and the next."""
    frame = pd.DataFrame({"E-mail": [f"p{n}@example.org" for n in range(12)], "Given name": "X"})
    number = int(box.lists().set_index("name")["id"]["VIP"])
    ac.export(frame.head(6), connection=connection, list="VIP", mapping=BASIC)
    box.unsubscribe("p2@example.org", number)
    frame["Given name"] = "Y"
    report = ac.export(frame, connection=connection, list="VIP", mapping=BASIC)
    assert report.outcome.tolist() == ["imported"] * 2 + ["refused"] + ["imported"] * 9
    assert report.problems["code"].tolist() == ["refused-unsubscribed"]
    again = ac.export(frame, connection=connection, list="VIP", mapping=BASIC)
    assert again.outcome.tolist() == ["unchanged"] * 2 + ["refused"] + ["unchanged"] * 9
    assert again.problems["code"].to_dict() == {2: "refused-before"}
    members = box.memberships().set_index("contact")["status"]
    contact = box.contacts().set_index("email")["id"]["p2@example.org"]
    assert members[contact] == 2


def test_automations_stay_off_unless_asked_for(box: Sandbox, connection: Connection) -> None:
    """No automation starts without the word; with it the plan says so, and they start."""
    frame = pd.DataFrame({"E-mail": ["a@example.org", "b@example.org"]})
    mapping = {"email": "E-mail"}
    ac.export(frame, connection=connection, list="Newsletter", mapping=mapping)
    assert box.automations().empty
    more = pd.DataFrame({"E-mail": ["c@example.org", "d@example.org"]})
    plan = ac.plan(more, connection=connection, list="Newsletter", mapping=mapping, run_automations=True)
    assert "Automations will start" in plan.warnings[0]
    plan.run()
    assert len(box.automations()) == 2


def test_blanks_never_overwrite(box: Sandbox, connection: Connection) -> None:
    """A blank leaves what is there, unless clearing was asked for, which the plan says."""
    full = pd.DataFrame({"E-mail": ["a@example.org", "b@example.org"], "n": ["Ann", "Bo"], "c": ["Oslo", "Rom"]})
    mapping = ac.Mapping(email="E-mail", first_name="n", fields={"City": "c"})
    ac.export(full, connection=connection, list="VIP", mapping=mapping)
    blank = pd.DataFrame({"E-mail": ["a@example.org", "b@example.org"], "n": [None, "  "], "c": [float("nan"), ""]})
    ac.export(blank, connection=connection, list="VIP", mapping=mapping)
    there = box.contacts()
    assert there["first_name"].tolist() == ["Ann", "Bo"]
    assert there["City"].tolist() == ["Oslo", "Rom"]
    plan = ac.plan(blank, connection=connection, list="VIP", mapping=mapping.replace(blank={"City": "clear"}))
    assert any("Blanks overwrite" in warning and "City" in warning for warning in plan.warnings)
    plan.run()
    assert box.contacts()["first_name"].tolist() == ["Ann", "Bo"]
    assert [city or None for city in box.contacts()["City"]] == [None, None]


def test_the_frame_of_the_caller_is_not_changed(connection: Connection) -> None:
    """Values, dtypes, index and attrs of the frame are as before."""
    customers = sample_customers(n=300, seed=5)
    customers.attrs["source"] = "crm"
    before = customers.copy(deep=True)
    customers.activecampaign.export(connection=connection, list="VIP", mapping=MAPPING)
    pd.testing.assert_frame_equal(customers, before)
    assert customers.attrs == {"source": "crm"}


def test_a_frame_changed_after_planning_does_not_change_what_is_sent(box: Sandbox, connection: Connection) -> None:
    """The plan holds its own copy of the mapped columns."""
    frame = pd.DataFrame({"E-mail": ["a@example.org", "b@example.org"], "n": ["Ann", "Bo"]})
    plan = ac.plan(frame, connection=connection, list="VIP", mapping={"email": "E-mail", "first_name": "n"})
    frame["n"] = "changed"
    frame.loc[0, "E-mail"] = "other@example.org"
    plan.run()
    assert box.contacts()["first_name"].tolist() == ["Ann", "Bo"]


def test_a_mapping_is_suggested_that_works(box: Sandbox, connection: Connection) -> None:
    """The proposal for the sample maps the attributes and the account's fields, and can be exported."""
    customers = sample_customers(n=300, seed=5)
    mapping = customers.activecampaign.suggest_mapping(connection)
    assert mapping.email == "E-mail"
    assert (mapping.first_name, mapping.last_name, mapping.phone) == ("Given name", "Family name", "Mobile")
    report = customers.activecampaign.export(connection=connection, list="VIP", mapping=mapping)
    assert report.counts["imported"] == len(box.contacts()) > 0
