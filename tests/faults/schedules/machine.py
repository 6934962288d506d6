"""Schedules by chance: what a person, a machine, a network and a service may do to an export, in any order."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from ac_notebook.sandbox.faults.kinds import KINDS
from tests.faults.schedules.account import ACTS, NAME
from tests.faults.schedules.kernel import INSTANTS
from tests.faults.schedules.people import CHANGES
from tests.faults.schedules.tally import TALLY
from tests.faults.schedules.world import DELAYS, HOME, World

PERSON = {"success": 0, "message": "Duplicate entry 'p003@example.org'"}
"""What a service may say of a person, and nobody is to repeat."""

WAITS = st.sampled_from([None, 0, 7, 90])
TAKEN = st.booleans()
DETAILS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "status": st.one_of(
        st.fixed_dictionaries(
            {"status": st.sampled_from([403, 408, 429, 500, 502, 503, 504, 520]), "taken": TAKEN},
            optional={"retry_after": WAITS},
        ),
        st.sampled_from([
            {"status": 402}, {"status": 404}, {"status": 413}, {"status": 400, "body": PERSON},
            {"status": 422, "body": PERSON}, {"status": 400, "body": {"success": 0, "message": "Rate limit exceeded."}},
            {"status": 500, "body": PERSON, "taken": True},
        ]),
    ),
    "login_page": st.fixed_dictionaries({"taken": TAKEN}),
    "redirect": st.fixed_dictionaries({"taken": TAKEN, "status": st.sampled_from([301, 302, 303, 307, 308])}),
    "wrong_json": st.fixed_dictionaries({
        "shape": st.sampled_from(["other", "empty", "list", "null", "text", "number", "cut", "not text", "deep"]),
        "taken": TAKEN,
    }),
    "delay": st.fixed_dictionaries({
        "seconds": st.sampled_from([1, 20, 100, 3_600]), "held": st.sampled_from(["answer", "request"])
    }),
    "drip": st.fixed_dictionaries({"seconds": st.sampled_from([0.01, 2]), "bytes": st.sampled_from([1, 50])}),
    "cut": st.fixed_dictionaries({"at": st.sampled_from([0, 1, 30, 200])}),
    "list_deleted": st.just({"list": NAME}),
    "list_renamed": st.just({"list": NAME, "name": "Letters"}),
    "contact_limit": st.sampled_from([{}, {"most": 12}]),
}  # fmt: skip
"""Details of each kind of fault; those that are not here have none."""

FAULTS = st.sampled_from(sorted(KINDS)).flatmap(
    lambda kind: st.fixed_dictionaries({"kind": st.just(kind), "details": DETAILS.get(kind, st.just({}))})
)
SEEDS = st.integers(0, 2**16)
AT = st.sampled_from(sorted(INSTANTS)).flatmap(lambda name: st.tuples(st.just(name), st.integers(1, INSTANTS[name])))
OPTIONS = st.fixed_dictionaries(
    {"wait": st.sampled_from([0, 30, 600]), "delays": st.sampled_from(sorted(DELAYS)), "seed": SEEDS},
    optional={
        "automations": st.sampled_from([True]), "resend": st.just("all"), "first": st.sampled_from([1, 7, 15]),
        "share": st.just(0.5),
    },
)  # fmt: skip
BESIDE = ("second", "other_definition", "elsewhere", "withdraw")
"""What happens in the middle of a run."""
BETWEEN = ("mend", "mend", "withdraw", "agree", "agree", "second", "other_definition", "elsewhere")
SECONDS = st.sampled_from([1.0, 30.0, 300.0, 30_000.0])
HOURS = st.integers(-72, 72)


_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
"""Where homes lie if there is such a place: that commits are on a disk is for the tests that end processes for good."""


class Schedule(RuleBasedStateMachine):
    """A schedule: steps in any order, after each of which all promises are asserted."""

    def __init__(self) -> None:
        super().__init__()
        self._before = os.environ.get(HOME)
        self._folder = Path(tempfile.mkdtemp(prefix="ac_notebook-schedule-", dir=_MEMORY if _MEMORY.is_dir() else None))
        self.world = World(self._folder)

    @rule(fault=FAULTS, on=st.sampled_from(["import", "info", "lists", "any"]), nth=st.integers(1, 9),
          times=st.sampled_from([1, 1, 1, 3, None]))  # fmt: skip
    def something_will_go_wrong(self, fault: dict[str, Any], on: str, nth: int, times: int | None) -> None:
        kind, details = KINDS[fault["kind"]], fault["details"]
        if details.get("body") == PERSON:
            on = "import"  # what does not hold a person cannot be answered with one
        self.world.account.box.faults.add(
            kind=fault["kind"], on=on if kind.happens_to == "any" else kind.happens_to, nth=nth, times=times,
            **details,
        )  # fmt: skip

    @rule(share=st.sampled_from([0.02, 0.1, 0.3]), seed=SEEDS)
    def bad_weather(self, share: float, seed: int) -> None:
        self.world.account.box.faults.randomly(share=share, seed=seed)

    @rule(options=OPTIONS)
    def export(self, options: dict[str, Any]) -> None:
        TALLY["export"] += 1
        self.world.run(**options)

    @rule(options=OPTIONS, instants=st.lists(AT, min_size=1, max_size=3), seed=SEEDS)
    def export_killed(self, options: dict[str, Any], instants: list[tuple[str, int]], seed: int) -> None:
        """Once, or again and again, also while it recovers."""
        for at in instants:
            self.world.run(**options, at=at, act=lambda: self.world.kill(seed))

    @rule(options=OPTIONS, at=AT, what=st.sampled_from(BESIDE))
    def export_beside(self, options: dict[str, Any], at: tuple[str, int], what: str) -> None:
        self.world.run(**options, at=at, act=getattr(self.world, what))

    @rule(options=OPTIONS, at=AT, act=st.sampled_from(ACTS), place=SEEDS)
    def export_while_somebody(self, options: dict[str, Any], at: tuple[str, int], act: str, place: int) -> None:
        self.world.run(**options, at=at, act=lambda: self.world.somebody(act, place))

    @rule(options=OPTIONS, at=AT, seconds=SECONDS)
    def export_while_the_laptop_sleeps(self, options: dict[str, Any], at: tuple[str, int], seconds: float) -> None:
        self.world.run(**options, at=at, act=lambda: self.world.leap(seconds))

    @rule(options=OPTIONS, at=AT, hours=HOURS)
    def export_while_the_clock_is_set(self, options: dict[str, Any], at: tuple[str, int], hours: int) -> None:
        self.world.run(**options, at=at, act=lambda: self.world.set_clock(hours))

    @rule(what=st.sampled_from(BETWEEN))
    def between_two_exports(self, what: str) -> None:
        getattr(self.world, what)()

    @rule(act=st.sampled_from(ACTS), place=SEEDS)
    def somebody(self, act: str, place: int) -> None:
        self.world.somebody(act, place)

    @rule(seconds=SECONDS, hours=st.none() | HOURS)
    def time_passes(self, seconds: float, hours: int | None) -> None:
        self.world.clock.sleep(seconds)
        if hours is not None:
            self.world.set_clock(hours)

    @rule(what=st.sampled_from(CHANGES), at=st.integers(0, 10_000))
    def the_table_changes(self, what: str, at: int) -> None:
        TALLY[f"table: {what}"] += 1
        self.world.customers.change(what, at)

    def teardown(self) -> None:
        """Let everything come to a good end, unless something was wrong already."""
        try:
            if sys.exception() is None:
                self.world.finish()
                TALLY["schedules"] += 1
                TALLY.update(f"fault: {kind}" for kind in self.world.account.box.faults.happened()["kind"])
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
            if self._before is None:
                os.environ.pop(HOME, None)
            else:
                os.environ[HOME] = self._before
