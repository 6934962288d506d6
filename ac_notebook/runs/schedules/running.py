"""Running what is due: each due moment is claimed, durably, before it is run, by one process at a time.

Who runs an export has its schedule's lease, which the system takes back when the process ends, however it ends. The
claim says that a moment was begun. So a moment is

* run once, however many ask at once: the lease lets one in, and the claim tells the others that it is done;
* run again when its process was killed: it is claimed, has not ended, and nobody has the lease. What was sent before is
  not sent again, as in any run that is begun anew. A moment whose runs were killed three times has failed;
* repeated when it was interrupted, or when a run by hand was under way, until the next moment takes its place;
* over when its run ended otherwise, well or not: a failure is not repeated before the next moment.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ac_notebook.errors import ActiveCampaignError, ConfigurationError, ExportInterrupted
from ac_notebook.model import exit_codes
from ac_notebook.remote.clock import SystemClock
from ac_notebook.runs.export import Export
from ac_notebook.runs.headless import note_failure
from ac_notebook.runs.progress import log
from ac_notebook.runs.schedules.bookkeeping import ATTEMPTS, claim, end, leave_paused, still_to_tell, to_tell, was_told
from ac_notebook.runs.schedules.due import due
from ac_notebook.runs.schedules.failures import KILLED, kind_of, lasts
from ac_notebook.runs.schedules.telling import tell
from ac_notebook.storage.home import find_home
from ac_notebook.storage.journal import Scope
from ac_notebook.storage.lease import RunningError, lease
from ac_notebook.storage.schedules import DONE, FAILED, OPEN

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime

    from ac_notebook.remote.clock import Clock
    from ac_notebook.runs.schedules.due import Due
    from ac_notebook.runs.schedules.telling import Told

Result = Literal["done", "failed", "open"]

_ACCOUNT = "schedules"
"""What leases of schedules are named by; those of runs are named by their account."""

_BY_CODE: dict[int, tuple[Result, str]] = {
    exit_codes.DONE: (DONE, ""),
    exit_codes.ROWS: (DONE, "rows"),
    exit_codes.CONFIGURATION: (FAILED, "configuration"),
    exit_codes.INTERRUPTED: (OPEN, "interrupted"),
}


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What became of an export that was due.

    Parameters
    ----------
    name
        The export's name.
    identity
        What it is remembered under.
    due
        Since when it was due, in UTC.
    result
        ``"done"``, ``"failed"``, or ``"open"`` when it is repeated by the next call.
    kind
        Why, in a word or two; ``"rows"`` when it is done, and rows were refused or are not confirmed.
    message
        What went wrong, in a sentence; "" for nothing.
    hint
        What to do.
    seconds
        How long it took.
    """

    name: str
    identity: str
    due: datetime
    result: Result
    kind: str = ""
    message: str = ""
    hint: str = ""
    seconds: float = 0.0

    @property
    def code(self) -> int:
        """The exit code of it alone."""
        if self.result == OPEN:
            return exit_codes.INTERRUPTED
        if self.result == DONE:
            return exit_codes.ROWS if self.kind == "rows" else exit_codes.DONE
        return exit_codes.CONFIGURATION if lasts(self.kind) and self.kind != KILLED else exit_codes.FAILED


def run_due(
    run: Callable[[Due], int | None], *, clock: Clock | None = None, on_failure: Callable[[Told], object] | None = None
) -> list[Ran]:
    """Run the exports that are due, one after the other, and write down what became of each.

    Parameters
    ----------
    run
        Runs one. Returns the exit code of a run (None is 0), or raises.
    clock
        The time; the machine's when None.
    on_failure
        Is called with a :class:`Told` when an export has failed for good or three times in a row, and when it has
        recovered; so is the command that was saved with the schedule.

    Returns
    -------
    list of Ran
        Those that this process has run; what others are running meanwhile is left to them.
    """
    times = clock if clock is not None else SystemClock()
    for line in leave_paused(times.now()):
        log.warning("%s", line)
    _tell_all(times, on_failure)
    found = []
    for one in due(times.now()):
        ran = _run_one(one, run, times)
        _tell_all(times, on_failure)
        if ran is not None:
            found.append(ran)
            if ran.kind == "interrupted":  # so was the whole call
                break
    return found


def exit_code(ran: list[Ran]) -> int:
    """Return the exit code of a call: 2 before 1, 75, 3 and 0.

    Examples
    --------
    >>> exit_code([])
    0
    """
    codes = {one.code for one in ran}
    worst_first = (exit_codes.CONFIGURATION, exit_codes.FAILED, exit_codes.INTERRUPTED, exit_codes.ROWS)
    return next((code for code in worst_first if code in codes), exit_codes.DONE)


def _run_one(one: Due, run: Callable[[Due], int | None], clock: Clock) -> Ran | None:
    """Run an export if it is still due, and nobody else is about it."""
    try:
        with _lease(one.identity, clock):
            claimed = claim(one.identity, clock.now())
            if claimed is None:
                return None
            if claimed.is_given_up:
                ran = Ran(
                    name=one.name, identity=one.identity, due=claimed.due.moment, result=FAILED, kind=KILLED,
                    message=f"Its process was ended {ATTEMPTS} times before its run was over.",
                    hint="See what ends it (memory, a time limit), and run it by hand.",
                )  # fmt: skip
            else:
                log.info("%r is due since %s, and begins.", one.name, f"{claimed.due.moment:%Y-%m-%d %H:%M} UTC")
                ran = _ran(claimed.due, run, clock)
            _say(ran)
            end(one.identity, ran.due, ran.result, ran.kind, clock.now())
            return ran
    except RunningError:
        log.info("%r is being run by another process.", one.name)
        return None


def _ran(one: Due, run: Callable[[Due], int | None], clock: Clock) -> Ran:
    begun = clock.monotonic()
    made = Ran(name=one.name, identity=one.identity, due=one.moment, result=DONE)
    if one.data and not os.path.exists(one.data):  # noqa: PTH110 - Path's raises where a folder cannot be entered
        # Whoever writes the file may be late: that repeating does not mend it, nobody knows.
        missing = ConfigurationError(f"There is no file {one.data}.", hint="Check what writes it.")
        with suppress(ActiveCampaignError), note_failure(Export.named(one.name)):  # it stands in ac.runs(), too
            raise missing
        return replace(made, result=FAILED, kind="data", message=missing.message, hint=missing.hint)
    try:
        code = run(one)
    except RunningError as error:
        made = replace(made, result=OPEN, kind="running", message=error.message)
    except ExportInterrupted as error:
        made = replace(made, result=OPEN, kind="interrupted", message=error.message)
    except ActiveCampaignError as error:
        made = replace(made, result=FAILED, kind=kind_of(error), message=error.message, hint=error.hint)
    except Exception as error:  # noqa: BLE001 - a bug in one export must not cost the others their run
        made = replace(
            made, result=FAILED, kind=kind_of(error), message="Something unexpected went wrong.", hint="Please tell us."
        )
    except BaseException:  # Ctrl-C and the like
        end(one.identity, one.moment, OPEN, "interrupted", clock.now())
        raise
    else:
        by_code: tuple[Result, str] = _BY_CODE.get(code or 0, (FAILED, "failed"))
        made = replace(made, result=by_code[0], kind=by_code[1])
    return replace(made, seconds=clock.monotonic() - begun)


def _say(ran: Ran) -> None:
    if ran.result == DONE:
        log.info("%r has run%s.", ran.name, "; not every row arrived" if ran.kind == "rows" else "")
    elif ran.result == OPEN:
        log.warning("%r has not run to its end (%s): the next call repeats it.", ran.name, ran.kind)
    else:
        why = f": {' '.join(f'{ran.message} {ran.hint}'.split())}" if ran.message else "."
        log.error("%r has failed (%s)%s", ran.name, ran.kind, why)


def _tell_all(clock: Clock, on_failure: Callable[[Told], object] | None) -> None:
    """Tell what is to be told, also what a process was killed before it could tell."""
    for identity in still_to_tell():
        try:
            with _lease(identity, clock):
                found = to_tell(identity)
                if found is not None:
                    told, command = found
                    tell(told, command, on_failure)
                    was_told(identity, told)
        except RunningError:  # who runs it tells
            continue


def _lease(identity: str, clock: Clock) -> AbstractContextManager[None]:
    scope = Scope(account=_ACCOUNT, list=0, identity=identity)
    return lease(find_home(), scope, run="of its schedule", now=clock.now())
