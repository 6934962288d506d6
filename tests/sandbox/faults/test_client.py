"""Our client among faults: whatever happens to whichever request, nobody is lost, and no word is false."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ac_notebook.sandbox.faults.kinds import PASSING
from tests.sandbox.faults.promises import Scene, requests_of_a_plain_export
from tests.sandbox.faults.single import BATCHES, cases, play

if TYPE_CHECKING:
    from tests.sandbox.faults.single import Case


@pytest.fixture(scope="module")
def requests(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Return how many requests there are of each group."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AC_NOTEBOOK_HOME", str(tmp_path_factory.mktemp("plain")))
        return requests_of_a_plain_export()


@pytest.mark.parametrize("case", cases(whole=False), ids=str)
def test_one_fault_breaks_no_promise(requests: dict[str, int], case: Case) -> None:
    """All rows have a true outcome, nobody is mailed who must not be, and the next run brings the rest."""
    play(requests, case)


@pytest.mark.parametrize("kind", [kind for kind in PASSING if kind != "stuck_batch"])
@pytest.mark.parametrize("on", ["import", "info", "any"])
def test_a_fault_that_stays_breaks_no_promise(kind: str, on: str) -> None:
    """For ever instead of once: the run ends, says what is true, and the next one carries on."""
    if kind in BATCHES and on == "info":
        return
    scene = Scene()
    scene.box.faults.add(kind=kind, on=on, nth=6, times=None)
    scene.run(wait=60)
    scene.box.faults.clear()
    scene.run()
    assert scene.is_complete()
