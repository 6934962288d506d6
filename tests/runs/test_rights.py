"""What a key may not do is known before a run begins: nothing is sent."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from tests.virtual import through

if TYPE_CHECKING:
    from ac_notebook.sandbox import Sandbox
    from tests.virtual import VirtualClock

PEOPLE = pd.DataFrame({"E-mail": ["a@example.org", "b@example.org"], "t": ["x", "y"]})


def imports(box: Sandbox) -> int:
    """How many requests came in that would write."""
    return int((box.requests()["method"] == "POST").sum())


@pytest.mark.parametrize(
    ("without", "more", "words"),
    [
        ("pgContactImport", {}, "may not import contacts"),
        ("pgContactAdd", {}, "may not add contacts"),
        ("pgContactEdit", {}, "may not edit contacts"),
        ("pgTagManage", {"tags": ["spring"]}, "may not manage tags"),
        ("pgTagManage", {"mapping": {"email": "E-mail", "tags": "t"}}, "may not manage tags"),
    ],
)
def test_a_missing_right_stops_the_run_before_it_begins(
    box: Sandbox, clock: VirtualClock, without: str, more: dict[str, Any], words: str
) -> None:
    """The plan says so, the run refuses with the right's name and what to ask for, and no import was sent."""
    connection = through(box.add_user("Ann", without=[without]), clock)
    call: dict[str, Any] = {"connection": connection, "list": "VIP", "mapping": {"email": "E-mail"}, **more}
    plan = ac.plan(PEOPLE, **call)
    assert any(words in warning for warning in plan.warnings)
    with pytest.raises(errors.PermissionDeniedError, match=words) as caught:
        plan.run()
    assert without in caught.value.hint
    assert "Ask an administrator" in caught.value.hint
    assert "Nothing was sent." in caught.value.hint
    with pytest.raises(errors.PermissionDeniedError, match=words):
        ac.export(PEOPLE, **call)
    assert imports(box) == 0


def test_what_is_read_of_rights_can_be_overruled(box: Sandbox, clock: VirtualClock) -> None:
    """Who knows better may run it all the same: the plan says that it is allowed, and the account decides."""
    connection = through(box.add_user("Ann", without=["pgContactDelete", "pgTagManage"]), clock)
    call: dict[str, Any] = {"connection": connection, "list": "VIP", "mapping": {"email": "E-mail"}, "tags": ["x"]}
    with pytest.raises(errors.PermissionDeniedError, match=r'allow={"rights"}'):
        ac.export(PEOPLE, **call)
    plan = ac.plan(PEOPLE, **call, allow={"rights"})
    assert any(warning.startswith("Allowed (rights)") for warning in plan.warnings)
    assert imports(box) == 0
    with contextlib.suppress(errors.ActiveCampaignError):
        plan.run()
    assert imports(box) > 0


def test_a_right_that_is_not_needed_is_not_asked_for(box: Sandbox, clock: VirtualClock) -> None:
    """Without tags nobody needs to manage tags; with nothing to send, nobody needs anything."""
    connection = through(box.add_user("Ann", without=["pgTagManage", "pgContactDelete", "pgContactExport"]), clock)
    call: dict[str, Any] = {"connection": connection, "list": "VIP", "mapping": {"email": "E-mail"}}
    assert ac.export(PEOPLE, **call).counts["imported"] == 2
    nobody = through(box.add_user("Bob", without=["pgContactImport"]), clock)
    assert ac.export(PEOPLE, **{**call, "connection": nobody}).counts["unchanged"] == 2


def test_a_list_that_is_not_seen_is_said_in_their_words(box: Sandbox, clock: VirtualClock) -> None:
    """A key whose user may not see lists: the right, where it is given, and ActiveCampaign's own sentence."""
    connection = through(box.add_user("Ann", without=["pgListAdd", "pgListEdit", "pgListDelete"]), clock)
    with pytest.raises(errors.PermissionDeniedError, match=r"may not see lists.*You do not have permission") as caught:
        ac.plan(PEOPLE, connection=connection, list="VIP", mapping={"email": "E-mail"})
    assert "Users and Groups" in caught.value.hint


def test_it_takes_two_requests_at_the_most(box: Sandbox, connection: ac.Connection, clock: VirtualClock) -> None:
    """Two requests more where a key is no administrator's; none in the run itself."""
    call: dict[str, Any] = {"list": "VIP", "mapping": {"email": "E-mail"}}
    paths = {"/api/3/import/bulk_import", "/api/3/groups"}
    for chosen, wanted in ((connection, 0), (through(box.add_user("Ann", without=["pgListAdd"]), clock), 2)):
        before = len(box.requests())
        plan = ac.plan(PEOPLE, connection=chosen, **call)
        asked = box.requests().iloc[before:]
        assert int(((asked["method"] == "GET") & asked["path"].isin(paths)).sum()) == wanted
        before = len(box.requests())
        plan.run()
        asked = box.requests().iloc[before:]
        assert int(((asked["method"] == "GET") & asked["path"].isin(paths)).sum()) == 0
