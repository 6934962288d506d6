import pytest

from ac_notebook.sandbox import Sandbox
from tests.sandbox.visits import NEWSLETTER, VIP, Visitor

JOINS = {"email": "anna@example.com", "subscribe": [{"listid": NEWSLETTER}]}


@pytest.mark.parametrize(
    ("top", "contact", "starts"),
    [
        ({}, {}, 1),
        ({"exclude_automations": True}, {}, 1),
        ({}, {"exclude_automations": True}, 1),
        ({"exclude_automations": True}, {"exclude_automations": False}, 1),
        ({"exclude_automations": "true"}, {"exclude_automations": True}, 1),
        ({"exclude_automations": True}, {"exclude_automations": 1}, 1),
        ({"exclude_automations": True}, {"exclude_automations": True}, 0),
    ],
)
def test_automations_run_unless_excluded_twice(
    box: Sandbox, visitor: Visitor, top: dict[str, bool], contact: dict[str, bool], starts: int
) -> None:
    """Joining starts the list's automation unless the request and the contact both say not to."""
    visitor.settle({**JOINS, **contact}, **top)
    assert len(box.automations()) == starts
    assert box.memberships()["status"].tolist() == [1]


def test_automations_start_on_joining_only(box: Sandbox, visitor: Visitor) -> None:
    """Who joins a list without automation starts nothing; a repeated import starts it again, as it may (U8)."""
    visitor.settle({**JOINS, "subscribe": [{"listid": VIP}]})
    assert box.automations().empty
    visitor.settle(JOINS)
    automations = box.automations()
    assert automations[["contact", "list"]].to_numpy().tolist() == [[1, NEWSLETTER]]
    assert str(automations["time"].dt.tz) == "UTC"
    visitor.settle(JOINS)
    assert len(box.automations()) == 2


def test_a_list_can_have_an_automation(box: Sandbox, visitor: Visitor) -> None:
    """A list added with an automation starts it."""
    club = box.add_list("Club", automation=True)
    visitor.settle({"email": "a@example.com", "subscribe": [{"listid": club}]})
    assert box.automations()["list"].tolist() == [club]


def test_opting_out_starts_nothing(box: Sandbox) -> None:
    """Unsubscribing is no joining."""
    box.unsubscribe("a@example.com", NEWSLETTER)
    assert box.automations().empty
