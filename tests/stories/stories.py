"""The client's core stories: what must hold on every account, whichever way it reads the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

import ac_notebook as ac
from tests.stories.scene import BOUNCED, EXCLUDED, LEFT, MAPPING, NEWSLETTER_ID, WRONG, Scene, customers, with_others

if TYPE_CHECKING:
    from collections.abc import Callable


def _unwelcome(scene: Scene) -> None:
    scene.box.unsubscribe(LEFT, NEWSLETTER_ID)
    scene.box.exclude(EXCLUDED)
    scene.box.bounce(BOUNCED)


def _everybody() -> pd.DataFrame:
    frame = with_others(customers(30), LEFT, EXCLUDED, BOUNCED, WRONG, "person.1@example.org")
    frame.loc[len(frame) - 1, "E-mail"] = " Person.1@EXAMPLE.org "
    return frame


def customers_arrive(scene: Scene) -> None:
    """Everybody who may be mailed arrives with every value, nobody else does, and no automation starts."""
    _unwelcome(scene)
    frame = _everybody()
    before = frame.copy(deep=True)
    report = scene.export(frame)
    assert frame.equals(before)
    told = scene.quirks.failures_listed
    assert report.counts["imported"] == (30 if told else 33)
    assert report.counts[["rejected", "duplicate"]].tolist() == [1, 1]
    assert report.counts["refused"] == (3 if told else 0)
    assert len(scene.active()) == 30
    assert scene.statuses()[LEFT] == 2
    assert scene.box.automations().empty
    person = scene.held("person.7@mail.example.org")
    assert person[["first_name", "last_name", "phone", "City", "Birthday"]].tolist() == [
        frame["Given name"][7], frame["Family name"][7], frame["Mobile"][7], frame["city"][7],
        f"{frame['dob'][7]:%Y-%m-%d}",
    ]  # fmt: skip
    assert person[["Points", "Tier", "Interests", "Preferred Language"]].tolist() == [
        "70", "Gold", "||Music||Sport||", "sv",
    ]  # fmt: skip
    tags = scene.box.contact_tags()
    carried = tags["tag"][tags["contact"] == person_id(scene, "person.7@mail.example.org")]
    assert set(carried) == {"spring", "wave 3", "vip"}


def person_id(scene: Scene, email: str) -> int:
    """Return a contact's id."""
    frame = scene.box.contacts()
    return int(frame["id"][frame["email"] == email].iloc[0])


def the_same_again_sends_nothing(scene: Scene) -> None:
    """The same cell again makes no import, and repeats what it said of those who were refused."""
    _unwelcome(scene)
    frame = _everybody()
    first = scene.export(frame)
    sent, automations = scene.imports(), len(scene.box.automations())
    again = scene.export(frame)
    assert (scene.imports(), len(scene.box.automations())) == (sent, automations)
    assert again.counts["unchanged"] == first.counts["imported"]
    assert again.counts["refused"] == first.counts["refused"]


def a_change_arrives_and_a_blank_does_not_overwrite(scene: Scene) -> None:
    """Only the two rows that changed are sent; a value that became blank stays as it was, unless clearing is asked."""
    frame = customers(20)
    scene.export(frame)
    changed = frame.astype({"city": object})
    changed.loc[3, "city"] = "Växjö"
    changed.loc[4, "city"] = None
    report = scene.export(changed)
    assert (report.counts["imported"], report.counts["unchanged"]) == (2, 18)
    assert scene.held(changed["E-mail"][3])["City"] == "Växjö"
    assert scene.held(changed["E-mail"][4])["City"] == frame["city"][4]
    scene.export(changed, mapping=ac.Mapping.of(MAPPING).replace(blank={"City": "clear"}))
    cleared = scene.held(changed["E-mail"][4])["City"]
    assert pd.isna(cleared) if scene.quirks.blank_in_import == "clears" else cleared == frame["city"][4]


def one_person_arrives(scene: Scene) -> None:
    """A frame of one row is an import of one contact."""
    report = scene.export(customers(1))
    assert report.counts["imported"] == 1 == len(scene.active())


def automations_start_when_asked(scene: Scene) -> None:
    """With automations on each newcomer's starts, once."""
    frame = customers(10)
    scene.export(frame, run_automations=True)
    started = scene.box.automations()
    assert sorted(started["contact"]) == sorted(scene.box.contacts()["id"])


def a_full_account_refuses_the_surplus(scene: Scene) -> None:
    """Who finds no place is refused and told so, where the guard rail was passed; who was there already is updated."""
    frame = customers(10)
    scene.export(frame)
    scene.box.limit_contacts(12)
    more = with_others(frame.assign(city="Lund"), *[f"new.{number}@example.org" for number in range(5)])
    report = scene.export(more, allow={"contact-limit"})
    held = set(scene.box.contacts()["email"])
    if scene.quirks.contact_limit_reached == "adds":
        assert len(held) == 15
    else:
        assert len(held) == 12
        if scene.quirks.failures_listed:
            assert report.counts[["imported", "refused"]].tolist() == [12, 3]
    assert scene.held(frame["E-mail"][0])["City"] == "Lund"


def a_lost_answer_costs_nobody(scene: Scene) -> None:
    """When the answer to an import is lost, everybody is there once, and the report is right about each row."""
    frame = customers(20)
    scene.box.faults.add(on="import", nth=1, kind="drop_after")
    report = scene.export(frame)
    again = scene.export(frame)
    assert len(scene.active()) == 20 == len(scene.box.contacts())
    assert report.counts["imported"] + again.counts["imported"] >= 20
    assert scene.box.automations().empty


def the_account_is_described(scene: Scene) -> None:
    """Lists, fields with options and tags are known by name, all pages of them."""
    for number in range(25):
        scene.box.add_list(f"List {number}")
        scene.box.add_field(f"Field {number}", "text")
    account = ac.describe(scene.connection)
    assert len(account.lists) == 28
    assert len(account.fields) == 32
    mapping: dict[str | int, Any] = {"email": "E-mail", "Field 24": "city"}
    plan = ac.plan(customers(3), connection=scene.connection, list="List 24", mapping=mapping)
    assert plan.run().counts["imported"] == 3
    assert scene.box.contacts()["Field 24"].notna().all()


STORIES: tuple[Callable[[Scene], None], ...] = (
    customers_arrive,
    the_same_again_sends_nothing,
    a_change_arrives_and_a_blank_does_not_overwrite,
    one_person_arrives,
    automations_start_when_asked,
    a_full_account_refuses_the_surplus,
    a_lost_answer_costs_nobody,
    the_account_is_described,
)
