"""Our client among faults: whatever happens to whichever request, nobody is lost, and no word is false."""

from __future__ import annotations

from typing import Any

import pytest

from ac_notebook.sandbox.faults.kinds import KINDS, PASSING
from tests.sandbox.faults.promises import GONE, VALID, Scene, requests_of_a_plain_export

DETAILS: dict[str, list[dict[str, Any]]] = {
    "status": [
        *({"status": status, "taken": taken} for status in (403, 429, 500, 503) for taken in (False, True)),
        *({"status": status} for status in (402, 404, 413)),
        {"status": 429, "retry_after": 7},
        {"status": 400, "body": {"message": "x"}},
    ],
    "wrong_json": [{"shape": shape} for shape in ("other", "empty", "list", "null", "cut", "not text", "deep")],
    "login_page": [{}, {"taken": True}],
    "redirect": [{}, {"taken": True}],
    "delay": [{"seconds": seconds, "held": held} for seconds in (5, 3_600) for held in ("answer", "request")],
    "drip": [{"seconds": 0.01}, {"seconds": 2}],
    "cut": [{"at": at} for at in (0, 1, 30)],
    "list_deleted": [{"list": "Newsletter"}],
    "list_renamed": [{"list": "Newsletter", "name": "Letters"}],
    "contact_limit": [{}, {"most": 12}],
}  # fmt: skip
PLACES = {"import": ("first", "second", "last"), "info": ("first", "second", "last"), "lists": ("first", "last")}
BATCHES = {kind for kind, made in KINDS.items() if made.happens_to == "import"}


CASES = [
    pytest.param(kind, details, on, place)
    for kind in KINDS
    for number, details in enumerate(DETAILS.get(kind, [{}]))
    for on, places in PLACES.items()
    for place in (places if number == 0 else places[-2:-1])  # one place will do for the other details
    if on == "import" or kind not in BATCHES
]


@pytest.fixture(scope="module")
def requests(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Return how many requests there are of each group."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AC_NOTEBOOK_HOME", str(tmp_path_factory.mktemp("plain")))
        return requests_of_a_plain_export()


def mend(scene: Scene, kind: str) -> dict[str, Any]:
    """Do what a person would do about a change of the account; return the options of the next run."""
    scene.box.faults.clear()
    if kind == "key_revoked":
        scene.connect(scene.box.add_user("another"))
    elif kind == "list_deleted":
        if scene.list not in set(scene.box.lists()["name"]):
            number = scene.box.add_list(scene.list, automation=True)
            for address in GONE:  # with a list, the service forgets who left it
                scene.box.unsubscribe(address, number)
        return {"allow": {"list"}}
    elif kind == "list_renamed":
        scene.list = "Letters" if "Letters" in set(scene.box.lists()["name"]) else scene.list
        return {"allow": {"list"}}
    elif kind == "contact_limit":
        scene.box.limit_contacts(None)
        return {"resend": "all"}  # who was refused is not sent again unless that is asked for
    return {}


@pytest.mark.parametrize(("kind", "details", "on", "place"), CASES)
def test_one_fault_breaks_no_promise(
    requests: dict[str, int], kind: str, details: dict[str, Any], on: str, place: str
) -> None:  # fmt: skip
    """All rows have a true outcome, nobody is mailed who must not be, and the next run brings the rest."""
    scene = Scene()
    nth = {"first": 1, "second": 2, "last": requests[on]}[place]
    scene.box.faults.add(kind=kind, on=on, nth=nth, **details)
    scene.run()
    assert scene.box.faults.happened()["kind"].tolist() == [kind]
    again = scene.run(**mend(scene, kind))
    assert again is not None
    assert again.counts[["imported", "unchanged"]].sum() == VALID
    assert scene.is_complete()


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
