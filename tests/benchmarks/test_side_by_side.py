"""What `make bench` shows side by side is measured, and nothing of ours is wrong in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks import side_by_side
from tests.benchmarks.side_by_side import Sizes
from tests.benchmarks.table import markdown, show_all
from tests.benchmarks.ways.exporter import LOOP, OURS

if TYPE_CHECKING:
    import pytest

SIZES = Sizes(bulk=200, bulk_faults=1_500)


def test_ours_and_the_loop_stand_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line has a figure of ours and of the loop, and where nothing is to be wrong nothing of ours is."""
    found = side_by_side.tried(SIZES, (OURS, LOOP))
    lines = side_by_side.lines(found)
    assert all(line.measured != "-" and line.loop != "-" and line.client == "-" for line in lines)
    assert show_all({"Side by side": lines})
    assert "✖" not in capsys.readouterr().out
    ours, loop = found.undisturbed[OURS], found.undisturbed[LOOP]
    assert ours.no == loop.no >= 5
    assert (ours.unwilling, ours.unsaid, ours.again, ours.automations) == (0, 0, 0, 0)
    # The loop's figures are what they are because of what it does, not because nothing was looked at.
    assert loop.unwilling >= 5
    assert loop.unsaid > ours.left
    assert loop.again == loop.sent
    assert found.lost[OURS].twice == found.lost[LOOP].twice > 0
    assert "| hand-written loop |" in markdown(lines)


def test_a_line_that_is_wrong_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    """A number that has to be zero and is not makes the table wrong, and a figure of the others never does."""
    found = side_by_side.Ways(sizes=SIZES)
    figures = dict.fromkeys(side_by_side.Undisturbed.__dataclass_fields__, 0)
    found.undisturbed[LOOP] = side_by_side.Undisturbed(**figures | {"sent": 1, "unsaid": 3})
    assert show_all({"Side by side": side_by_side.lines(found)})
    found.undisturbed[OURS] = side_by_side.Undisturbed(**figures | {"sent": 1, "unsaid": 3})
    assert not show_all({"Side by side": side_by_side.lines(found)})
    marked = [line for line in capsys.readouterr().out.splitlines() if line.startswith(" ✖ ")]
    assert [line.split("  ")[0] for line in marked] == [" ✖ rows said to be done, and not on the list"]
