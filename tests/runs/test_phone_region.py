from __future__ import annotations

import pandas as pd

import ac_notebook as ac


def test_a_region_reaches_what_is_sent() -> None:
    """As an option of a plan, and when a plan is given another one; what arrives is what was checked."""
    frame = pd.DataFrame({"m": ["a@example.org", "b@example.org"], "p": ["070-123 45 67", "22 34 56 78"]})
    with ac.sandbox.start(speed=60) as sandbox:
        mapping = {"email": "m", "phone": "p"}
        plan = ac.plan(frame, connection=sandbox.connection, list="Newsletter", mapping=mapping, phone_region="SE")
        assert plan.preview(clear=True)["phone"].tolist() == ["+46701234567", "+4622345678"]
        assert plan.replace(phone_region="NO").problems["code"].tolist() == ["phone-invalid"]
        assert plan.replace(phone_region=None).preview(clear=True)["phone"].tolist() == frame["p"].tolist()
        report = plan.run()
        assert report.counts["imported"] == 2
        assert sorted(sandbox.contacts()["phone"]) == ["+4622345678", "+46701234567"]


def test_phones_that_are_numbers_are_warned_of_until_a_region_is_stated() -> None:
    """The plan says that numbers have lost their 0, and no longer when it is given the region that completes them."""
    frame = pd.DataFrame({"m": ["a@example.org"], "p": [701234567]})
    connection = ac.sandbox.Sandbox().connection
    plan = ac.plan(frame, connection=connection, list="Newsletter", mapping={"email": "m", "phone": "p"})
    assert [line for line in plan.warnings if "[phone-as-number]" in line]
    swedish = plan.replace(phone_region="SE")
    assert not [line for line in swedish.warnings if "[phone-as-number]" in line]
    assert swedish.preview(clear=True)["phone"].tolist() == ["+46701234567"]


def test_letters_outside_ascii_are_told_before_and_after() -> None:
    """The plan warns of addresses that the service may refuse; the others of the request arrive."""
    frame = pd.DataFrame({"m": ["åsa@example.org", "b@example.org"]})
    with ac.sandbox.start(speed=60) as sandbox:
        plan = ac.plan(frame, connection=sandbox.connection, list="Newsletter", mapping={"email": "m"})
        assert any("letters outside ASCII: 1." in warning for warning in plan.warnings)
        report = plan.run()
    assert report.counts[["imported", "refused"]].tolist() == [1, 1]
