"""Schemathesis against a sandbox that is served: some 2,000 requests by its description.

Those that break it are left to the hostile ones (``test_hostile.py``), ten thousand of which cost half as much, and to
``make soak``.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.openapi import generated
from tests.openapi.description import operations

if TYPE_CHECKING:
    from tests.openapi.generated import Outcome

pytestmark = pytest.mark.slow

REQUESTS = 1_800


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    """What came of one run; without Schemathesis the tests are skipped, in continuous integration they fail."""
    if not generated.PROGRAM.exists():
        if os.environ.get("CI"):
            pytest.fail(generated.MISSING)
        pytest.skip(generated.MISSING)
    return generated.run(examples=3, scenarios=20, breaking=False)


def test_many_requests_get_no_answer_of_a_broken_server(outcome: Outcome) -> None:
    """Neither the sandbox's own list of requests nor Schemathesis knows of a 500, nor of a connection that broke."""
    assert outcome.requests >= REQUESTS
    assert outcome.generated >= REQUESTS
    assert outcome.broken == 0, outcome.statuses
    assert outcome.complaints == []


def test_the_requests_get_deep(outcome: Outcome) -> None:
    """Each operation was carried out at least once, and hundreds of requests were; the rest was not all refused."""
    assert {operation.name for operation in operations()} - outcome.succeeded == set()
    assert outcome.statuses[200] + outcome.statuses[201] > REQUESTS // 4
    assert outcome.called_back > 0


def test_every_answer_can_be_read(outcome: Outcome) -> None:
    """An answer's body is JSON or empty."""
    assert outcome.unreadable == []


def test_the_account_is_what_its_ledger_says(outcome: Outcome) -> None:
    """After all these requests, replaying the ledger gives the people that the account shows."""
    assert outcome.difference == ""
