"""Without a person, the same people have left, withdrawn or moved as in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

import ac_notebook as ac
from ac_notebook.runs.headless import plan_of
from ac_notebook.storage.data.table import open_data
from tests.runs.departures import LIST, MAPPING, SURE, address, fates, on_list, people

if TYPE_CHECKING:
    from pathlib import Path

    from ac_notebook import Connection
    from ac_notebook.sandbox import Sandbox


def _next_week() -> pd.DataFrame:
    """Return people of whom some have left, some say no, one has another address, and every third is outside."""
    frame = people(range(40)).drop([3, 4, 38])
    frame.loc[[7, 8], "agreed"] = "no"
    frame.loc[10, "mail"] = "new.10@example.org"
    frame.loc[13, "mail"] = None
    return frame


def _with_others(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows of the segment with others before, between and behind them."""
    others = people(range(100, 100 + len(frame))).assign(points=0)
    both = [frame.assign(points=1).reset_index(drop=True), others.set_axis(others.index - 0.5)]
    return pd.concat(both).sort_index(ignore_index=True)


def test_a_file_says_the_same_of_who_is_not_there_any_more(
    box: Sandbox, connection: Connection, tmp_path: Path
) -> None:
    """Leavers, withdrawn and moved are found by the rows of the segment alone, and run as they were planned."""
    chosen = ac.Export(
        "Weekly", connection=connection, list=LIST, mapping=MAPPING, segment="points > 0", key="id",
        leavers="unsubscribe", withdrawn="unsubscribe", moved="unsubscribe", allow=SURE,
    )  # fmt: skip
    file = tmp_path / "people.parquet"
    _with_others(people(range(40))).to_parquet(file)
    assert plan_of(chosen, open_data(str(file))).run().counts["imported"] == 40

    frame = _with_others(_next_week())
    frame.to_parquet(file)
    there, here = plan_of(chosen, open_data(str(file))), ac.plan(frame, chosen, progress=False)
    for cause in ("leavers", "withdrawn", "moved"):
        assert fates(getattr(there, cause)) == fates(getattr(here, cause))
    assert [fates(there.leavers), fates(there.withdrawn), fates(there.moved)] == [
        {"not_sent": 3}, {"not_sent": 2}, {"not_sent": 1}
    ]  # fmt: skip
    assert there.warnings == here.warnings
    pd.testing.assert_frame_equal(there.problems, here.problems)

    report = there.run()
    assert report.counts.sum() == len(frame)
    assert on_list(box, 2) == {address(number) for number in (3, 4, 38, 7, 8, 10)}
    assert not set(ac.plan(frame, chosen, progress=False).counts[["not_sent"]]) - {0}
