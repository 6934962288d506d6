"""The service answers 403 now and then for valid keys: that alone is no reason to call a key bad."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.model.secret import Secret
from ac_notebook.sandbox import Sandbox


@pytest.mark.parametrize("on", ["account", "lists", "fields"])
def test_a_403_of_the_moment_is_no_reason_not_to_begin(on: str) -> None:
    """What is read before anything is sent is asked for again where the key is known."""
    box = Sandbox(speed=600)
    connection: Any = box.connection
    box.faults.add(on=on, kind="status", status=403, body="")
    assert connection.verify().verified
    people = pd.DataFrame({"E-mail": ["a@example.org", "b@example.org"]})
    plan = ac.plan(people, connection=connection, list="VIP", mapping={"email": "E-mail"})
    box.faults.add(on=on, kind="status", status=403, body="")
    assert plan.run().counts["imported"] == 2


def test_a_key_that_nobody_knows_is_asked_about_once() -> None:
    """A key that is not valid is said so after one more question."""
    box = Sandbox(speed=600)
    connection: Any = box.connection
    unknown = connection.replace(link=replace(connection.link, secret=Secret("sandbox-of-nobody")))
    with pytest.raises(errors.AuthenticationError):
        unknown.verify()
    assert len(box.requests()) == 2
    people = pd.DataFrame({"E-mail": ["a@example.org"]})
    for verb in (ac.plan, ac.export):
        with pytest.raises(errors.AuthenticationError) as caught:
            verb(people, connection=unknown, list="VIP", mapping={"email": "E-mail"})
        assert caught.value.hint.endswith(" Nothing was sent.")
