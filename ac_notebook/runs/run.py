"""One execution of a plan: recover, send, settle, report.

The work is done by a thread of its own; the one that called only waits and shows progress. So an interrupt never comes
in the middle of a step: the first asks the work to end after the requests in flight, the second leaves them.
"""

from __future__ import annotations

import contextvars
import threading
import uuid
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.errors import ActiveCampaignError, ExportInterrupted, GuardError, StateError
from ac_notebook.model.outcome import Outcome
from ac_notebook.remote.client import StoppedError
from ac_notebook.runs.connect import as_saved, require_consent
from ac_notebook.runs.departing import departing_of
from ac_notebook.runs.departures import Departing, departed_counts
from ac_notebook.runs.display import display_for
from ac_notebook.runs.gate import Gate
from ac_notebook.runs.guards import require_guards
from ac_notebook.runs.history import history_of
from ac_notebook.runs.known import codes_for, find, known_problems, refused_before
from ac_notebook.runs.last import ended
from ac_notebook.runs.line import Line
from ac_notebook.runs.loop import send_and_settle
from ac_notebook.runs.noted import note_refreshed, note_sending, noted, numbers_of, refusal_noted
from ac_notebook.runs.opening import begin, opening
from ac_notebook.runs.overtaken import require_newest
from ac_notebook.runs.problems import problems_table
from ac_notebook.runs.progress import Progress, log
from ac_notebook.runs.reasons import look_up_reasons
from ac_notebook.runs.record import event_of, note_agreement
from ac_notebook.runs.recover import recover
from ac_notebook.runs.report import Report, so_far
from ac_notebook.runs.rights import require_rights
from ac_notebook.runs.state import RowStates
from ac_notebook.runs.summary import facts_of, failure_of
from ac_notebook.runs.waiting import wait
from ac_notebook.runs.watch import require_same_list
from ac_notebook.storage.fingerprint_key import digest, fingerprint_key
from ac_notebook.storage.history import add
from ac_notebook.storage.home import find_home
from ac_notebook.storage.journal import Journal, RunRecord
from ac_notebook.storage.lease import lease

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from numpy.typing import NDArray

    from ac_notebook.runs.batches import Batches
    from ac_notebook.runs.plan import Plan
    from ac_notebook.runs.progress import Shown
    from ac_notebook.storage.baseline import Baseline
    from ac_notebook.storage.database import StateDatabase
    from ac_notebook.storage.history import Event


@dataclass(eq=False, kw_only=True)
class Run:
    """One execution in progress.

    Parameters
    ----------
    plan
        What is executed.
    id
        Eight hexadecimal digits.
    first
        How many contacts are sent at the most.
    stop
        Set to end after the requests in flight.
    leave
        Set to end now.
    """

    plan: Plan
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    first: int | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    leave: threading.Event = field(default_factory=threading.Event)
    progress: Progress | None = None
    words: deque[str] = field(default_factory=deque)
    """What there is to say, until the thread that waits has said it."""
    opening: str = ""
    """The first line: what is resumed or skipped, and why."""
    has_said: bool = False
    states: RowStates = field(init=False)
    refused_before: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    """Rows whose people an earlier run found to be refused: that they are again is no alarm."""
    departing: Departing = field(init=False)
    """People for whom the frame does not speak any more, and what became of them so far."""
    error: BaseException | None = None
    started: datetime = field(init=False)
    ended: datetime | None = None
    seconds_sending: float = 0.0

    def __post_init__(self) -> None:
        self.states = RowStates(outcome=self.plan.codes.copy())
        self.departing = self.plan.departing
        self.started = self.plan.connection.link.clock.now()

    def work(self) -> None:
        """Do everything; an error is kept for the thread that waits."""
        try:
            self._work()
        except StoppedError:
            pass  # before anything was sent: nothing but reading waits so
        except BaseException as error:  # noqa: BLE001 - it is raised again in the thread that waits
            self.error = error

    def _work(self) -> None:
        from ac_notebook.runs.leaving import leave  # noqa: PLC0415 - it is a part of a run, so it imports this

        plan, clock = self.plan, self.plan.connection.link.clock
        with ExitStack() as stack:
            # Before anything that may have to be waited for: who comes second is told so at once.
            stack.enter_context(lease(find_home(), plan.scope, run=self.id, now=self.started))
            database = stack.enter_context(noted(self))
            journal = Journal(database)
            share = plan.export.options.share
            pacer = stack.enter_context(plan.connection.pacer(share=share))
            client = stack.enter_context(plan.connection.client(share=share, stopped=self._is_stopped))
            flights = plan.connection.link.flights(clock)
            stack.callback(flights.close)
            key = fingerprint_key(find_home())
            if digest(key) != plan.key_digest:
                msg = "The plan was made with another AC_NOTEBOOK_HOME, so what was sent cannot be told from it."
                raise StateError(msg, hint="Plan again. Nothing was sent.")
            require_same_list(plan.contact_list, client)
            gate = Gate(plan.connection, database)
            line = Line(
                run=self.id, client=client, pacer=pacer, journal=journal, flights=flights, clock=clock,
                limits=plan.connection.limits, known_numbers=journal.batch_numbers(), gate=gate,
                learned=plan.connection.learned,
            )  # fmt: skip
            self._open(journal)
            recover(line, plan, key=key, stop=self.stop)
            gate.require_open()
            if self.stop.is_set():
                return
            baseline = journal.baseline(plan.scope)
            found = self._look_up(baseline, journal, key)
            batches = plan.batches(found, first=self.first)
            departing = self.departing if self.first is None else Departing()
            require_newest(plan, batches.chosen, leaving=departing.to_change, baseline=baseline, journal=journal)
            facts = require_guards(
                replace(plan, departing=departing), batches.chosen, journal=journal, client=client, key=key,
                first=self.first if len(batches.chosen) < np.count_nonzero(found < 0) else None,  # else it is all
                say=self.words.append, stopped=lambda: self.stop.is_set() or line.is_shut(),
            )  # fmt: skip
            gate.require_open()
            if self.stop.is_set():
                return
            self._say_opening()
            ran_well = history_of(journal, plan.scope).ran_well
            journal.begin(self._record(batches, facts), plan.scope)
            self._note_beginning(database, rows=len(batches.positions))
            try:
                try:
                    send_and_settle(self, line, batches, gate=gate, key=key, ran_well=ran_well)
                except GuardError:
                    look_up_reasons(self, line, stopped=self._is_stopped)  # they are what it asks to look at
                    raise
                look_up_reasons(self, line, stopped=self._is_stopped)
                leave(self, line, gate=gate, key=key, ran_well=ran_well)
            except BaseException as error:
                self.error = error
                raise
            finally:
                self._note_end(journal, database)

    def _look_up(self, baseline: Baseline, journal: Journal, key: bytes) -> NDArray[np.int16]:
        """Bring what is known of rows and people up to date, and return it for each row; see ``Plan.found``."""
        plan = self.plan
        self.refused_before = refused_before(plan.prepared, baseline, key=key)
        found = find(plan.prepared, baseline, resend=plan.export.options.resend)
        self.states.outcome[:] = codes_for(plan.prepared, found)
        self.departing = departing_of(plan, baseline, journal, key=key).among(plan.departing)
        self.states.problems[:] = known_problems(plan.prepared, found, self.departing.withdrawn_rows)
        return found

    def _record(self, batches: Batches, facts: Mapping[str, int | str | bool | None]) -> RunRecord:
        """Return what is written down of this run when it begins."""
        plan = self.plan
        return RunRecord(
            id=self.id, connection=plan.connection.name, owner=plan.connection.owner,
            automations=plan.export.options.run_automations, started=self.started,
            facts={
                **facts, "plan": plan.id,
                "refused_before": int(np.isin(batches.positions, self.refused_before).sum()),
            },
        )  # fmt: skip

    def _note_beginning(self, database: StateDatabase, *, rows: int) -> None:
        note_sending(self, database)
        note_agreement(self.plan.connection, database, at=self.plan.connection.link.clock.now())
        add(database, self._event("export started", rows=rows))

    def _note_end(self, journal: Journal, database: StateDatabase) -> None:
        counts = {outcome.word: number for outcome, number in self.states.counts().items() if number}
        now = self.plan.connection.link.clock.now()
        journal.end(self.id, state=self.status, counts=counts, now=now)
        journal.fold(self.plan.scope, now=now)
        people = departed_counts(self.departing)
        add(database, self._event("export ended", state=self.status, counts=counts, **people))

    def _event(self, event: str, **details: object) -> Event:
        """Return what is added to the history of the connection: counts only."""
        plan = self.plan
        return event_of(
            plan.connection, event, at=plan.connection.link.clock.now(), run=self.id, list=plan.contact_list.id,
            **details,
        )  # fmt: skip

    def _open(self, journal: Journal) -> None:
        """Find what is resumed or skipped, and why; say it, and ask for patience, if earlier runs are asked about."""
        beginning = begin(self.plan, journal, first=self.first, now=self.started)
        self.opening = opening(beginning)
        if beginning.queued or beginning.elsewhere:
            self._say_opening()
            self.progress = Progress(phase="recovering", opening=self.opening, to_send=beginning.to_send)

    def _say_opening(self) -> None:
        """Say it once: before what takes long, else when no guard rail stops what it says."""
        if not self.has_said:
            self.has_said = True
            self.words.append(self.opening)
            log.info("%s: %s", self.plan.title, self.opening)

    def _is_stopped(self) -> bool:
        return self.stop.is_set() or self.leave.is_set()

    @property
    def status(self) -> str:
        """The status of spec L09."""
        counts = self.states.counts()
        if self.error is not None and not isinstance(self.error, ExportInterrupted):
            return "Failed"
        if self.stop.is_set() or self.leave.is_set():
            return "Canceled"
        if not self.states.counters["imports"] and not counts[Outcome.NOT_SENT]:
            return "Skipped"
        return "Successful"

    def over_at(self) -> datetime:
        """Return when the run was over: a refreshed report is of the same run, which took no longer for it."""
        if self.ended is None:  # the machine's date may have been set back meanwhile
            self.ended = max(self.plan.connection.link.clock.now(), self.started)
        return self.ended

    def report(self) -> Report:
        """Return what became of every row."""
        plan = self.plan
        codes = self.states.outcome.copy()
        codes.flags.writeable = False
        assert len(codes) == len(plan.index)  # noqa: S101 - the law of outcomes: one for each row
        numbers = numbers_of(self)
        waiting = bool((codes == int(Outcome.ACCEPTED)).any() or self.departing.are("accepted").any())
        return Report(
            run=self.id, title=plan.title, status=self.status, codes=codes, index=plan.index, plan=plan,
            departing=self.departing,
            problems=problems_table(plan.prepared, plan.index, self.states.problems, codes),
            started=self.started,
            ended=self.over_at(),
            facts=facts_of(self.id, started=self.started, numbers=numbers, by=plan.connection.owner),
            warnings=plan.warnings,
            numbers=numbers,
            error=failure_of(self.error),
            first=self.first,
            refreshed=(lambda: _refreshed(self)) if waiting else None,
        )  # fmt: skip


def execute(plan: Plan, *, first: int | None = None, progress: Shown = None) -> Report:
    """Run a plan and return its report; see :meth:`Plan.run`."""
    run = Run(plan=plan, first=first)
    with refusal_noted(run):
        require_consent(as_saved(plan.connection))
        require_rights(plan)
    worker = threading.Thread(
        # A copy of the context: where the kernel routes output by context, a bare thread would lose it.
        target=contextvars.copy_context().run, args=(run.work,), name=f"ac_notebook-run-{run.id}", daemon=True,
    )  # fmt: skip
    report = wait(run, worker, display_for(progress, plan.short_title))
    log.info("%s: %s, %s", plan.title, report.status,
             ", ".join(f"{number:,} {word}" for word, number in report.counts.items() if number))  # fmt: skip
    if run.error is not None:
        if isinstance(run.error, ActiveCampaignError):
            run.error.report = report
            if "Nothing was sent" not in run.error.hint:
                run.error.hint = f"{run.error.hint} {so_far(report)}".strip()
        raise run.error
    if run.stop.is_set():
        interrupted = ExportInterrupted(
            "The export was stopped.", hint=f"{so_far(report)} Run it again to carry on where it stopped."
        )
        interrupted.report = report
        raise interrupted
    return report


def _refreshed(run: Run) -> Report:
    from ac_notebook.runs.recover import ask_again  # noqa: PLC0415 - beside its only use

    ask_again(run)
    note_refreshed(run)
    return ended.refresh(run.report())
