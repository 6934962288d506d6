"""A small world in virtual time: an account, the kernels that export to it, and all that is promised."""

from __future__ import annotations

import os
import random
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import ac_notebook as ac
from ac_notebook.errors import ActiveCampaignError, AuthenticationError, ConfigurationError, ConsentError, StateError
from ac_notebook.model.guards import GUARD_RAILS
from tests.faults.schedules import promises
from tests.faults.schedules.account import NAME, Account
from tests.faults.schedules.kernel import Flights, Kernel, Killed
from tests.faults.schedules.people import MAPPING, Customers
from tests.faults.schedules.road import MINUTE, OURS, Record, Road
from tests.faults.schedules.said import Said, nothing_at_rest
from tests.faults.schedules.tally import TALLY
from tests.virtual import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.schedules.people import Values

SIZE = 10  # contacts per import
HOME = "AC_NOTEBOOK_HOME"
DELAYS: dict[str, Callable[[random.Random], tuple[float, float]]] = {
    "quick": lambda _: (0.02, 0.03),
    "slow": lambda _: (0.4, 0.8),
    "jitter": lambda chance: (chance.uniform(0, 0.6), chance.uniform(0, 0.6)),
    "very slow": lambda chance: (chance.uniform(0, 5), chance.uniform(0, 20)),
    "silent": lambda chance: (0.1, chance.choice((0.1, 0.1, 150.0))),
}
"""How long requests take there and back; more than the client waits for means that it gives up."""


@dataclass
class World:
    """Everything that a schedule happens to.

    Parameters
    ----------
    folder
        For the homes of the kernels, one for each life.
    """

    folder: Path
    clock: VirtualClock = field(default_factory=VirtualClock)
    customers: Customers = field(default_factory=Customers)
    record: Record = field(default_factory=Record)
    agreed: bool = True
    used: set[bool] = field(default_factory=set)
    """Whether exports with automations off and on were begun."""
    automations: bool = False
    """Whether the run under way lets automations start."""
    lives: int = 0
    error: ActiveCampaignError | None = None
    """What the last export ended with."""
    delays: Callable[[], tuple[float, float]] = lambda: (0.02, 0.03)
    excused: float = 0.0
    """Seconds that passed in a run and are not its own."""
    leapt: float | None = None
    withdrawn_at: int | None = None
    """How many requests had been started when the agreement was withdrawn in the middle of a run."""

    def __post_init__(self) -> None:
        """Make the account and the first kernel, with a saved connection."""
        self.account = Account(self.clock)
        self.kernel = self._kernel("home")
        os.environ[HOME] = str(self.kernel.home)
        self.connection = self._linked(self._plain(), self.kernel, OURS).agree().save()

    def _kernel(self, name: str) -> Kernel:
        return Kernel(self.folder / name, self.clock)

    def _plain(self) -> ac.Connection:
        connection: ac.Connection = self.account.user.connection
        limits = replace(connection.limits, contacts_per_import=SIZE)
        return connection.replace(name="ours", limits=limits)

    def _delay(self) -> tuple[float, float]:
        return self.delays()

    def _linked(self, connection: ac.Connection, kernel: Kernel, owner: str) -> ac.Connection:
        """Return a connection as a kernel uses it."""
        road = Road(self.account, self.record, kernel, owner)
        link = replace(
            connection.link, transport=road, clock=self.clock, flights=lambda _: Flights(kernel, self._delay)
        )  # fmt: skip
        return connection.replace(link=link)

    # ---- exports -----------------------------------------------------------------------------------------------

    def run(
        self, *, at: tuple[str, int] | None = None, act: Callable[[], None] = lambda: None, delays: str = "quick",
        seed: int = 0, automations: bool = False, first: int | None = None, **options: Any,
    ) -> ac.Report | None:  # fmt: skip
        """Export once, with something that happens at an instant of it; a kernel that was killed is started anew."""
        if isinstance(self.error, ConfigurationError | AuthenticationError):
            self.mend()  # what the last run ended with says what to do
        chance = random.Random(seed)
        self.delays = lambda: DELAYS[delays](chance)
        self.leapt = self.withdrawn_at = None
        self.kernel.expect(at, act)
        self.automations = automations
        self.used.add(automations)
        try:
            report = self._export(
                self.kernel, self.connection, self.customers, automations=automations, first=first, **options
            )
        except Killed:
            TALLY[f"killed at: {at[0] if at else ''}"] += 1
            self._restart()
            report = None
        self.kernel.expect(None, lambda: None)
        for error in self.kernel.broken:
            raise error
        self._withdrawn()
        return report

    def _export(
        self, kernel: Kernel, connection: ac.Connection, customers: Customers, *, to: str = NAME, owner: str = OURS,
        automations: bool = False, first: int | None = None, **options: Any,
    ) -> ac.Report | None:  # fmt: skip
        """Export and hold the outcome against the promises; return the report, None when nothing was begun."""
        self.record.runs += 1
        kernel.begin(self.record.runs, repeats=options.get("resend") == "all")
        frame, rows, wanted = customers.frame, [row[0].lower() for row in customers.rows], customers.valid
        said, report, plan = Said(), None, None
        self.error = None
        begun, excused = self.clock.monotonic(), self._not_its_own()
        may_send = self.agreed
        TALLY["runs"] += 1
        try:
            with kernel.running(), said.listening():
                plan = ac.plan(
                    frame, connection=connection, list=to, mapping=MAPPING, run_automations=automations,
                    allow=set(GUARD_RAILS), **options,
                )  # fmt: skip
                report = plan.run(first=first)
        except ActiveCampaignError as error:
            report = error.report
            said.stream.write(f"{error}{error!r}")
            TALLY[f"ended with {type(error).__name__}"] += 1
            self.error = error
        finally:
            assert not self.record.wrong, self.record.wrong
            promises.nobody_harmed(self.account, self.record)
        if report is not None and plan is not None:
            TALLY["reports"] += 1
            said.report(report)
            scope = (owner, plan.contact_list.id, automations)
            promises.one_outcome_each(report, len(frame))
            queued = self.record.queued.get(scope, {})
            promises.no_false_word(report, rows, wanted, self.account, queued, scope, kernel.run)
        assert may_send or report is None, "I8: a run without an agreement"
        assert not (may_send and self.agreed and isinstance(self.error, ConsentError)), "I8: nobody withdrew anything"
        said.holds_nobody(self.account.user.api_key)
        nothing_at_rest(kernel.home, self.account.user.api_key)
        spent = self.clock.monotonic() - begun - (self._not_its_own() - excused) - float(options.get("wait", 600))
        promises.bounded(spent, sum(is_import for _, is_import in kernel.starts), rows=len(frame))
        promises.paced_after_a_leap(kernel.starts, self.leapt if kernel is self.kernel else None)
        return report

    def _not_its_own(self) -> float:
        return self.excused + self.account.seconds_held + self.record.asked_to_wait

    def _withdrawn(self) -> None:
        """I8: after the agreement was withdrawn no import is started."""
        if self.withdrawn_at is not None:
            late = [
                number
                for number, (_, is_import) in enumerate(self.kernel.starts)
                if is_import and number >= self.withdrawn_at and number not in self.kernel.withheld
            ]
            assert not late, f"I8: {len(late)} imports left after the agreement was withdrawn"

    def _restart(self) -> None:
        """Start a new kernel in the home that a killed one left."""
        self.kernel = self._kernel(f"home{self.lives}")
        os.environ[HOME] = str(self.kernel.home)
        self.connection = self._linked(ac.connect("ours"), self.kernel, OURS)

    # ---- what may happen in the middle of a run, or between two ---------------------------------------------------

    def kill(self, seed: int) -> None:
        """End the kernel under test here; some of its requests under way arrive."""
        self.lives += 1
        self.kernel.die(self.folder / f"home{self.lives}", random.Random(seed))

    def leap(self, seconds: float) -> None:
        """A laptop sleeps: all clocks go on, and nothing happens meanwhile."""
        TALLY["leaps"] += 1
        self.clock.sleep(seconds)
        self.excused += seconds
        self.leapt = self.clock.monotonic() if seconds >= 30 else None  # a short delay is caught up with
        self.record.others_until = self.clock.monotonic() + MINUTE

    def set_clock(self, hours: int) -> None:
        """Somebody sets this machine's clock."""
        TALLY["clock set"] += 1
        self.clock.fast = timedelta(hours=hours)

    def withdraw(self) -> None:
        """The agreement is withdrawn, in this kernel."""
        TALLY["withdrawn"] += 1
        if self.agreed:
            self.withdrawn_at = len(self.kernel.starts)
            self.connection = self.connection.withdraw()
            self.agreed = False

    def agree(self) -> None:
        """Somebody agrees again."""
        TALLY["agreed again"] += 1
        self.connection = self.connection.agree().save()
        self.agreed = True

    def second(self) -> None:
        """Another process of this user begins the same export: it is told who runs it already, if one does."""
        TALLY["second process"] += 1
        begun = self.clock.monotonic()
        kernel = Kernel(self.kernel.home, self.clock)
        is_sending = any(is_import for _, is_import in self.kernel.starts) and self.kernel.happened
        self._export(
            kernel, self._linked(self.connection, kernel, OURS), self.customers, automations=self.automations, wait=0
        )  # fmt: skip
        if is_sending and isinstance(self.error, StateError):
            TALLY["second process refused"] += 1
            assert RUNNING.search(str(self.error)), "F54: nobody is told who runs it"
        assert not (is_sending and kernel.starts), "F54: two runs of one export at once"
        self.excused += self.clock.monotonic() - begun

    def other_definition(self) -> None:
        """Another notebook of this user exports some of the people to another list."""
        TALLY["other definition"] += 1
        begun = self.clock.monotonic()
        kernel = Kernel(self.kernel.home, self.clock)
        valid = [row for row in self.customers.rows if row[0].startswith("p")]
        some = Customers(rows=valid[:8] or [("p@x.org", "", 0)])
        self._export(kernel, self._linked(self.connection, kernel, OURS), some, to="VIP", wait=30)
        self.excused += self.clock.monotonic() - begun

    def elsewhere(self) -> None:
        """Another user exports the same people to the same list, from a home of their own."""
        TALLY["another user"] += 1
        begun, before, agreed = self.clock.monotonic(), os.environ[HOME], self.agreed
        kernel = self._kernel("theirs")
        os.environ[HOME] = str(kernel.home)
        self.agreed = True
        try:
            connection = self._linked(self._plain().replace(name="theirs"), kernel, "theirs")
            self._export(kernel, connection, self.customers, owner="theirs", wait=30)
        finally:
            os.environ[HOME], self.agreed = before, agreed
        self.excused += self.clock.monotonic() - begun

    def somebody(self, act: str, place: int) -> None:
        """Somebody changes the account."""
        address = sorted(self.customers.valid)[place % len(self.customers.valid)] if self.customers.valid else "p@x.org"
        self.account.somebody(act, address, self.record.runs)

    def mend(self) -> None:
        """The weather clears, and a person does something about what was done to the account."""
        self.account.box.faults.clear()
        self.account.mend()
        if self.connection.link.secret is None or not self._has_key():
            consent = self.connection.consent
            self.connection = self._linked(self._plain().replace(consent=consent), self.kernel, OURS).save()

    def _has_key(self) -> bool:
        secret = self.connection.link.secret
        return secret is not None and secret.reveal() == self.account.user.api_key

    # ---- the end -------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """The weather clears, and what was changed is mended: one more run makes the account equal to the table."""
        self.mend()
        if not self.agreed:
            self.agree()
        self.clock.sleep(30.0)
        wanted = {address: values for address, values in self.customers.valid.items()
                  if address not in self.account.blocked}  # fmt: skip
        for automations in sorted(self.used):
            report = self.run(automations=automations)
            assert report is not None, f"the last run ended with {self.error}"
            last = self._outcomes(report, wanted)
            assert last <= {"imported", "unchanged", "refused", *(["uncertain"] if automations else [])}, last
        report = self.run(resend="all")
        assert report is not None, f"the last run ended with {self.error}"
        assert self._outcomes(report, wanted) <= {"imported"}
        held = self.account.held(self.account.number)
        assert {address: held.get(address) for address in wanted} == wanted, "I5, I6: not what the table says"

    def _outcomes(self, report: ac.Report, wanted: dict[str, Values]) -> set[str]:
        """Return what became of those who should be there."""
        words = zip(self.customers.rows, report.outcome.astype(str), strict=True)
        return {word for row, word in words if row[0].lower() in wanted and word != "duplicate"}


RUNNING = re.compile(r"process \d+.*since \d{4}-\d\d-\d\d \d\d:\d\d", re.DOTALL)
"""How somebody is told who runs an export already."""
