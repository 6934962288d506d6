"""Everything that is wrong gets a sentence that says what to do, and nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.model.secret import Secret
from ac_notebook.runs.link import Link

if TYPE_CHECKING:
    from ac_notebook import Connection
    from ac_notebook.sandbox import Sandbox

GOOD = {"email": "E-mail", "first_name": "n"}


def frame() -> pd.DataFrame:
    """Return two customers."""
    return pd.DataFrame({"E-mail": ["a@example.org", "b@example.org"], "n": ["Ann", "Bo"], "nr": [1, 2]})


def refused(box: Sandbox, kind: type[errors.ActiveCampaignError], said: str, df: Any, **call: Any) -> str:
    """Assert that a plan and an export are refused alike, with a sentence, and that nothing was sent."""
    texts = []
    for verb in (ac.plan, ac.export):
        with pytest.raises(kind, match=said) as caught:
            verb(df, **call)
        assert type(caught.value) is kind
        texts.append(str(caught.value))
        assert " ".join(caught.value._render_traceback_()).split() == f"{kind.__name__}: {caught.value}".split()
    requests = box.requests()
    assert requests.empty or requests["method"].eq("GET").all()
    assert texts[0] == texts[1]
    return texts[0]


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"email": "Email"}, "Did you mean 'E-mail'"),
        ({"email": "E-mail", "Birtday": "n"}, "Did you mean 'Birthday'"),
        ({"first_name": "n"}, "every contact needs"),
        ({"E-mail": "email", "n": "first_name"}, "way round"),
        ({"email": "nr"}, "0 of 2"),
        (None, "suggest_mapping"),
        ({"email": "E-mail", 99: "n"}, "id 99"),
    ],
)
def test_mappings_that_do_not_fit(box: Sandbox, connection: Connection, mapping: Any, said: str) -> None:
    """Unknown column, unknown field, no address column, no addresses in it, the wrong way round, none at all."""
    refused(box, errors.MappingError, said, frame(), connection=connection, list="VIP", mapping=mapping)


def test_the_right_way_round_is_written_out(box: Sandbox, connection: Connection) -> None:
    """A mapping given as for ``rename`` is refused with the right one."""
    mapping = {"E-mail": "email", "n": "first_name"}
    text = refused(box, errors.MappingError, "way round", frame(), connection=connection, list="VIP", mapping=mapping)
    assert "'email': 'E-mail'" in text
    assert "'first_name': 'n'" in text


def test_all_mapping_problems_come_at_once(box: Sandbox, connection: Connection) -> None:
    """Three things that are wrong are in one error."""
    with pytest.raises(errors.MappingError) as caught:
        ac.plan(frame(), connection=connection, list="VIP", mapping={"email": "Emal", "first_name": "nn", "Cty": "nr"})
    assert len(caught.value.problems) == 3


def test_lists_that_do_not_exist(box: Sandbox, connection: Connection) -> None:
    """An unknown list gets the nearest name; a missing one the way to write it."""
    call: dict[str, Any] = {"connection": connection, "mapping": GOOD}
    refused(box, errors.ConfigurationError, "Did you mean 'Newsletter'", frame(), list="Newsleter", **call)
    refused(box, errors.ConfigurationError, "no list with the id 77", frame(), list=77, **call)
    refused(box, errors.ConfigurationError, "No list was given", frame(), **call)


def test_frames_that_cannot_be_sent(box: Sandbox, connection: Connection) -> None:
    """No rows, no row in the segment, a label that stands twice, no DataFrame, or more than a million rows."""
    call: dict[str, Any] = {"connection": connection, "list": "VIP", "mapping": GOOD}
    refused(box, errors.ConfigurationError, "no rows", frame().head(0), **call)
    refused(box, errors.ConfigurationError, "No row is in the segment", frame(), segment="nr > 5", **call)
    twice = pd.concat([frame(), frame()[["E-mail"]]], axis=1)
    refused(box, errors.MappingError, "'E-mail'", twice, **call)
    refused(box, errors.ConfigurationError, "DataFrame", frame()["E-mail"], **call)
    many = pd.DataFrame({"E-mail": np.full(1_000_001, "a@example.org"), "n": "x"})
    text = refused(box, errors.ConfigurationError, "1,000,001 rows", many, **call)
    assert "2 parts" in text


@pytest.mark.parametrize(
    "segment", ["nrr > 5", "nr >", "import os", "@secret > 1", "nr + 1", "__import__('os').getcwd()"]
)
def test_segments_that_are_no_conditions(box: Sandbox, connection: Connection, segment: str) -> None:
    """A query that does not work is refused in words, whatever pandas makes of it."""
    secret = 5  # noqa: F841 - a query must not see the caller's variables
    call: dict[str, Any] = {"connection": connection, "list": "VIP", "mapping": GOOD}
    refused(box, errors.ConfigurationError, "segment", frame(), segment=segment, **call)


def test_no_connection(box: Sandbox) -> None:
    """Without a connection, or with an unknown name, the ways to get one are named."""
    text = refused(box, errors.ConfigurationError, "No connection", frame(), list="VIP", mapping=GOOD)
    assert "ac.connect" in text
    assert "sandbox" in text
    with pytest.raises(errors.ConnectionNotFoundError, match=r"None is saved yet.* ac\.sandbox\.start\(\)\.connection"):
        ac.plan(frame(), connection="Marketing", list="VIP", mapping=GOOD)
    box.connection.replace(name="Marketing").save()
    with pytest.raises(errors.ConnectionNotFoundError, match="Did you mean 'Marketing'"):
        ac.plan(frame(), connection="Marketting", list="VIP", mapping=GOOD)


def test_a_connection_in_the_place_of_an_export(box: Sandbox, connection: Connection) -> None:
    """Who gives a connection by position, as the first argument is the export, is told to write its name before it."""
    call: Any = frame().activecampaign.export
    with pytest.raises(errors.ConfigurationError, match=r"not as a Connection\.\n.*connection=…"):
        call(connection, list="VIP", mapping=GOOD)
    assert not box.requests().shape[0]


def test_a_wrong_key(box: Sandbox, connection: Connection) -> None:
    """A wrong key is an AuthenticationError that says where to copy the right one, and does not show it."""
    wrong = "not-the-key-CANARY"
    link = connection.link
    bad = connection.replace(link=Link(secret=Secret(wrong), transport=link.transport, clock=link.clock))
    for act in (bad.verify, lambda: ac.describe(bad), lambda: ac.plan(frame(), connection=bad, list=1, mapping=GOOD)):
        with pytest.raises(errors.AuthenticationError, match="Settings, Developer") as caught:
            act()
        assert wrong not in str(caught.value)
        assert caught.value.status == 403
    assert box.requests()["method"].eq("GET").all()


def test_without_consent_nothing_is_sent(box: Sandbox, connection: Connection) -> None:
    """No agreement, no request; the error shows the notice and how to agree."""
    plan = ac.plan(frame(), connection=connection.replace(consent=None), list="VIP", mapping=GOOD)
    with pytest.raises(errors.ConsentError, match="agree_to_data_transfer=True") as caught:
        plan.run()
    assert "personal data" in str(caught.value)
    assert box.requests()["method"].eq("GET").all()


def test_unknown_options_get_the_nearest(box: Sandbox, connection: Connection) -> None:
    """A misspelt option, a bad value and a bad zone are refused in words."""
    call: dict[str, Any] = {"connection": connection, "list": "VIP", "mapping": GOOD}
    refused(box, errors.ConfigurationError, "Did you mean 'resend'", frame(), resent="all", **call)
    refused(box, errors.ConfigurationError, '"changed" or "all"', frame(), resend="al", **call)
    refused(box, errors.ConfigurationError, "time zone", frame(), timezone="Europe/Stokholm", **call)
    refused(box, errors.ConfigurationError, "seconds", frame(), wait=-1, **call)
    refused(box, errors.ConfigurationError, "tag", frame(), tags=[""], **call)


def test_a_list_renamed_or_deleted_since_the_plan_stops_the_run(box: Sandbox, connection: Connection) -> None:
    """The list is looked at again before anything is sent."""
    number = box.add_list("Autumn")
    plan = ac.plan(frame(), connection=connection, list="Autumn", mapping=GOOD)
    box._state.lists[number].name = "Winter"
    with pytest.raises(errors.ConfigurationError, match="is called 'Winter' now"):
        plan.run()
    assert box.requests()["method"].eq("GET").all()
