"""kill -9 in the middle of an export: running it again brings everybody over, once, with the right values."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import ac_notebook as ac

if TYPE_CHECKING:
    from pathlib import Path

    from ac_notebook.sandbox import Sandbox

ROWS = 5_000
KILLS = 3

CODE = """
import pandas as pd, ac_notebook as ac
df = pd.DataFrame({"e": [f"p{n:05}@example.org" for n in range(%d)], "n": [f"Name {n}" for n in range(%d)]})
ac.export(df, connection="killed", list="Newsletter", mapping={"email": "e", "first_name": "n"}, run_automations=%s)
"""


def killed(box: Sandbox, home: Path, after: int, *, automations: bool) -> None:
    """Export in another process, and kill it once the sandbox has seen so many imports more."""
    begun = box.requests()["method"].eq("POST").sum()
    process = subprocess.Popen(
        [sys.executable, "-c", CODE % (ROWS, ROWS, automations)],
        env={**os.environ, "AC_NOTEBOOK_HOME": str(home)},
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        if box.requests()["method"].eq("POST").sum() - begun >= after:
            break
        time.sleep(0.002)  # another process's progress: there is no virtual time for it
    process.kill()
    process.wait()


@pytest.mark.parametrize("automations", [False, True])
def test_a_killed_export_carries_on(home: Path, automations: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """After several kills the next run sends what is missing; with automations on it names what it cannot know."""
    chance = random.Random(7 + automations)
    with ac.sandbox.serve(speed=60) as box:
        connection = box.connection.replace(name="killed").save()
        for _ in range(KILLS):
            killed(box, home, chance.randint(1, 5), automations=automations)
        frame = pd.DataFrame(
            {"e": [f"p{n:05}@example.org" for n in range(ROWS)], "n": [f"Name {n}" for n in range(ROWS)]}
        )
        call = {"email": "e", "first_name": "n"}
        report = ac.export(frame, connection=connection, list="Newsletter", mapping=call, run_automations=automations)
        there = box.contacts()
        assert report.counts.sum() == ROWS
        arrived = report.outcome.isin(["imported", "unchanged"])
        assert set(frame["e"][arrived]) <= set(there["email"])
        assert there.set_index("email")["first_name"].eq(frame.set_index("e")["n"].reindex(there["email"])).all()
        assert not box.requests()["status"].ge(400).any()
        if automations:
            assert arrived.sum() + report.counts["uncertain"] == ROWS
            assert not box.automations()["contact"].duplicated().any()
        else:
            assert arrived.all()
            assert len(there) == ROWS
            assert box.automations().empty
