"""What ActiveCampaign says is shown without what it quotes of people, also where its words were cut."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
import pytest

from ac_notebook.remote.answers import Received, classify
from ac_notebook.runs.words import without_people

CONTACT = {
    "email": "ann.lindqvist@example.org", "first_name": "Ann-Marie", "last_name": "Lindqvist von Öhman",
    "fields": [{"id": 1, "value": "Västra Hamngatan 12"}],
}  # fmt: skip
PART = orjson.dumps(CONTACT)[:-1]
VALUES = ("Ann-Marie", "Lindqvist von Öhman", "Västra Hamngatan 12")


@pytest.mark.parametrize("value", VALUES)
def test_a_value_at_the_edge_is_not_shown_by_its_beginning(value: str) -> None:
    """Wherever a long message is cut, no two letters of a value that it quotes are left at its end."""
    for length in range(250, 310):
        content = orjson.dumps({"message": f"{'x' * length} {value} is not a value, and so on {'y' * 100}"})
        answer = classify(
            Received(status=422, content=content, retry_after=[]), now=datetime(2026, 3, 2, tzinfo=UTC)
        )  # fmt: skip
        said = without_people(answer.message, [PART])
        assert said.startswith("x" * 250)
        assert value[:2] not in said
        assert len(said) <= 300
