"""Every fault of the wire is taken for what it is."""

from __future__ import annotations

import pytest

from tests.remote.wire.calls import CALLS
from tests.remote.wire.faults import BODIES, BREAKS, EARLY, ENDLESS, STATUSES
from tests.remote.wire.malformed import wrong_in_export, wrong_in_settlement, wrong_over_socket
from tests.remote.wire.run import Case, cases, wrong_in

SPREAD = 53
"""Of the cases at all positions every 53rd; ``make soak`` runs them all."""


@pytest.mark.parametrize("turn", range(4))
def test_a_spread_of_faults_is_taken_for_what_it_is(turn: int) -> None:
    """Each fault, with a spread of calls and positions, has the meaning that the list of hazards gives it."""
    chosen = [case for number, case in enumerate(cases(step=SPREAD)) if number % 4 == turn]
    assert [wrong for case in chosen if (wrong := wrong_in(case))] == []


def test_there_are_calls_and_faults_enough() -> None:
    """At least eight calls and twenty faults, by their names all different."""
    faults = [fault.name for fault in (*BREAKS, *ENDLESS, *STATUSES, *BODIES)]
    assert len({call.name for call in CALLS}) >= 8
    assert len(set(faults)) >= 20
    assert len(set(faults)) == len(faults)


def test_a_success_that_comes_before_the_request_was_sent_whole_is_none() -> None:
    """A server that answers 200 after the head, and does not read 32 MB of body, has not taken them."""
    call = CALLS[0].__class__(
        name="large", method="POST", path="import/bulk_import", body=b"x" * 2**25, answer=CALLS[0].answer
    )
    assert [wrong for fault in EARLY if (wrong := wrong_in(Case(call, fault, 0)))] == []


@pytest.mark.parametrize("block", range(4))
def test_malformed_answers_are_no_success(block: int) -> None:
    """Real answers with something changed: none hangs, none raises, none counts as a success that it is not."""
    seeds = range(block * 50, block * 50 + 50)
    assert [wrong for seed in seeds if (wrong := wrong_over_socket(seed))] == []


@pytest.mark.parametrize("seed", [0, 3, 7, 12, 25, 31, 44, 58])
def test_an_export_with_a_malformed_answer_tells_the_truth(seed: int) -> None:
    """Imported only what is there, not sent only what is not; and a run after it completes the list."""
    assert wrong_in_export(seed) == ""


@pytest.mark.parametrize("seed", [1, 6, 18, 29])
def test_a_malformed_answer_about_a_batch_ends_in_outcomes(seed: int) -> None:
    """Every row has one outcome, and nothing but our own errors is raised."""
    assert wrong_in_settlement(seed) == ""
