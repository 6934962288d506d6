"""What an account says of its room for contacts: asked for quickly, because nothing depends on it."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import httpx
import pytest

from ac_notebook.remote.capacity import read_capacity
from tests.virtual import through

if TYPE_CHECKING:
    from ac_notebook.sandbox import Sandbox
    from tests.virtual import VirtualClock

ANSWERS = {"account": {"x": 1}, "groupLimits": {"groupLimits": [{"id": "1", "limitContact": "9"}]}}
"""What lets the next question be asked."""


@pytest.mark.parametrize("broken", ["account", "groupLimits", "contacts"])
def test_a_question_that_is_optional_is_asked_twice_at_the_most(box: Sandbox, clock: VirtualClock, broken: str) -> None:
    """Settings, limits of groups and contacts of an account in trouble are each asked for once more, and then left."""
    asked: Counter[str] = Counter()

    def answer(request: httpx.Request) -> httpx.Response:
        name = request.url.path.rpartition("/")[2]
        asked[name] += 1
        if name == broken:
            return httpx.Response(503)
        return httpx.Response(200, content=json.dumps(ANSWERS[name]), headers={"content-type": "application/json"})

    connection = through(box, clock)
    connection = connection.replace(link=connection.link.__class__(
        secret=connection.link.secret, transport=httpx.MockTransport(answer), clock=clock,
    ))  # fmt: skip
    with connection.client() as client:
        assert read_capacity(client).unknown
    assert asked[broken] == 2
