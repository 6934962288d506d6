import pytest

from ac_notebook.sandbox import Quirks, Sandbox
from tests.sandbox.visits import Clock, Visitor


@pytest.mark.parametrize("speed", [1, 60])
def test_a_batch_goes_through_its_states(clock: Clock, speed: float) -> None:
    """False for a second, then waiting, claimed, active and completed; only then is anything to be seen."""
    quirks = Quirks(batch_order="arrival")
    visitor = Visitor(Sandbox(speed=speed, clock=clock, now=clock.now, quirks=quirks), clock, patience=0.0)
    batch = visitor.send({"email": "a@example.com"}, {"email": "b@c"})
    start = clock.seconds
    seen = []
    for age in (0, 0.9, 1.1, 2.9, 3.1, 3.9, 4.1, 5.9, 6.1, 600):
        clock.seconds = start + age / speed
        info = visitor.get("import/info", batchId=batch).json()
        seen.append(info["status"])
        outcome = (["1"], ["b@c"]) if info["status"] == "completed" else ([], [])
        assert (info["success"], info["failure"]) == outcome
        assert len(visitor.box.contacts()) == (info["status"] == "completed")
    assert seen == [
        False, False, "waiting", "waiting", "claimed", "claimed", "active", "active", "completed", "completed",
    ]  # fmt: skip


def test_batches_are_applied_in_order_of_arrival(box: Sandbox, clock: Clock, visitor: Visitor) -> None:
    """Of two batches that are due at once, the later one has the last word."""
    visitor.send({"email": "a@example.com", "first_name": "First"})
    visitor.send({"email": "a@example.com", "first_name": "Second"})
    clock.advance(60)
    assert box.contacts()["first_name"].tolist() == ["Second"]


def test_looking_is_enough_to_advance(box: Sandbox, clock: Clock, visitor: Visitor) -> None:
    """What is due is applied before any request is answered and before any frame is made."""
    visitor.send({"email": "a@example.com"})
    clock.advance(6)
    assert visitor.get("contacts").json()["meta"]["total"] == "1"
    visitor.send({"email": "b@example.com"})
    clock.advance(6)
    assert len(box.contacts()) == 2


def test_info_needs_a_batch_id(visitor: Visitor) -> None:
    """Asking without a batchId is the documented 400."""
    for answer in (visitor.get("import/info"), visitor.get("import/info", batchId="")):
        assert answer.status_code == 400
        assert answer.json() == {"success": 0, "message": "'batchId' is a required field."}


def test_an_unknown_batch_is_an_error(visitor: Visitor) -> None:
    """A batchId that nobody was given is not found."""
    answer = visitor.get("import/info", batchId="3840817e-6908-41cc-92a6-469478d8994a")
    assert (answer.status_code, answer.json()["success"]) == (404, 0)


def test_totals_per_day(clock: Clock, visitor: Visitor) -> None:
    """Outstanding and recently completed imports are counted per day, as strings; after a week they are forgotten."""
    assert visitor.get("import/bulk_import").json() == {"outstanding": [], "recentlyCompleted": []}
    visitor.send({"email": "a@example.com"}, {"email": "b@example.com"})
    clock.advance(7)
    visitor.send({"email": "c@example.com"})
    row = {"forDate": "2026-03-02", "batches": "1"}
    assert visitor.get("import/bulk_import").json() == {
        "outstanding": [{**row, "contacts": "1"}],
        "recentlyCompleted": [{**row, "contacts": "2"}],
    }
    clock.advance(7 * 86_400)
    assert visitor.get("import/bulk_import").json() == {"outstanding": [], "recentlyCompleted": []}
