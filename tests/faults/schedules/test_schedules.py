from __future__ import annotations

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.schedules.machine import Schedule
from tests.faults.schedules.soak import FEW, chosen


@pytest.mark.slow
def test_no_schedule_of_faults_breaks_a_promise() -> None:
    """I1 to I10 hold after every step, and when all is well again the account is as the table says."""
    run_state_machine_as_test(Schedule, settings=chosen(**FEW))
