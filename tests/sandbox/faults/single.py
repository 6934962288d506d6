"""Single faults, and what a run and the next one make of each; ``make soak`` plays all of them."""

from __future__ import annotations

import os
import tempfile
from typing import Any

from ac_notebook.sandbox.faults.kinds import KINDS
from tests.benchmarks.table import Line, count
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

Case = tuple[str, dict[str, Any], str, str]


def cases(*, whole: bool) -> list[Case]:
    """Return the faults by kind, details, group of requests and place among these.

    Each kind happens at each place. With other details it happens to one place of each group, or of one group only,
    another for each, unless the whole is asked for.
    """
    return [
        (kind, details, on, place)
        for kind in KINDS
        for number, details in enumerate(DETAILS.get(kind, [{}]))
        for order, (on, places) in enumerate(PLACES.items())
        for place in (places if number == 0 else places[-2:-1])  # one place will do for the other details
        if (on == "import" or kind not in BATCHES) and (whole or number == 0 or number % len(PLACES) == order)
    ]


def play(requests: dict[str, int], case: Case) -> None:
    """Let a fault happen once, and assert that no promise is broken and the next run brings the rest."""
    kind, details, on, place = case
    scene = Scene()
    nth = {"first": 1, "second": 2, "last": requests[on]}[place]
    scene.box.faults.add(kind=kind, on=on, nth=nth, **details)
    scene.run()
    assert scene.box.faults.happened()["kind"].tolist() == [kind]
    again = scene.run(**mend(scene, kind))
    assert again is not None
    assert again.counts[["imported", "unchanged"]].sum() == VALID
    assert scene.is_complete()


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


def measure() -> list[Line]:
    """Return how many faults broke no promise, and a line for each that did."""
    requests = requests_of_a_plain_export()
    every, wrong = cases(whole=True), []
    for case in every:
        with tempfile.TemporaryDirectory(prefix="ac_notebook-faults-") as home:
            os.environ["AC_NOTEBOOK_HOME"] = home
            try:
                play(requests, case)
            except Exception as error:  # noqa: BLE001 - every one is a finding, and the others are still to be played
                wrong.append(Line(name=f"  {case}: {type(error).__name__}", measured="", right=False))
    return [count("single faults that break no promise", len(every) - len(wrong), wanted=len(every)), *wrong]
