"""What is written down of due moments: claims, ends, failures in a row, pauses, and what is still to be told.

Everything here is one transaction each, and reads anew what it changes.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ac_notebook.runs.key_source import ENVIRONMENT
from ac_notebook.runs.schedules.due import Due, due_of, running_here, since_of
from ac_notebook.runs.schedules.failures import FAILURES_TO_PAUSE, FAILURES_TO_TELL, KILLED, in_a_row, lasts, why_paused
from ac_notebook.runs.schedules.telling import Command, Told
from ac_notebook.runs.stored import opened
from ac_notebook.storage import connections, exports, schedules
from ac_notebook.storage.database import transaction
from ac_notebook.storage.schedules import (
    DONE,
    FAILED,
    FAILURE_TO_TELL,
    FAILURE_TOLD,
    LEFT,
    OPEN,
    RECOVERY_TO_TELL,
    Occasion,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ac_notebook.storage.database import StateDatabase
    from ac_notebook.storage.schedules import SavedSchedule

ATTEMPTS = 3
"""How often a moment is begun whose run is killed each time."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A due moment that was claimed; ``is_given_up`` when its runs were killed too often, and it has failed."""

    due: Due
    is_given_up: bool


def claim(identity: str, now: datetime) -> Claim | None:
    """Claim what is due of a schedule; None when nothing is any more. Whoever calls has the schedule's lease."""
    with _changing() as database:
        saved = schedules.find(database, identity)
        if saved is None or saved.paused or saved.schedule.notebook:
            return None
        one = due_of(database, saved, now)
        if one is None:
            return None
        _close_older(database, one, now)
        if _judged(database, saved, now).paused:
            return None
        is_given_up = one.attempts >= ATTEMPTS
        attempts = one.attempts if is_given_up else one.attempts + 1
        schedules.note(database, identity, Occasion(moment=one.moment, attempts=attempts, begun=now))
        return Claim(due=one, is_given_up=is_given_up)


def end(identity: str, moment: datetime, result: str, kind: str, now: datetime) -> None:
    """Write down how the run of a moment ended; one that failed too often pauses its schedule."""
    with _changing() as database:
        saved = schedules.find(database, identity)
        if saved is None:
            return
        for known in schedules.occasions(database, identity):
            if known.moment == moment:
                made = replace(known, result=result, kind=kind, ended=now)
                if result == OPEN:  # it was not killed
                    made = replace(made, attempts=known.attempts - 1, ended=None)
                schedules.note(database, identity, made)
        if result != OPEN:
            _judged(database, saved, now)


def leave_paused(now: datetime) -> list[str]:
    """Leave out what is due of paused schedules, and return a line for each, once for each moment."""
    lines = []
    with _changing() as database:
        for saved in running_here(database):
            one = due_of(database, saved, now) if saved.paused else None
            if one is None or saved.paused is None:
                continue
            left = Occasion(moment=one.moment, result=LEFT, kind="paused", begun=now, ended=now)
            schedules.note(database, saved.identity, left)
            lines.append(
                f"{one.name!r} was due at {one.moment:%Y-%m-%d %H:%M} UTC and is not run: paused since "
                f"{saved.paused:%Y-%m-%d %H:%M} UTC ({saved.reason}). Go on with export.resume()."
            )
    return lines


def still_to_tell() -> list[str]:
    """Return which schedules have a failure or a recovery that is not told yet."""
    with opened() as database:
        return [
            saved.identity for saved in schedules.read(database) if saved.told in (FAILURE_TO_TELL, RECOVERY_TO_TELL)
        ]


def to_tell(identity: str) -> tuple[Told, Command] | None:
    """Return what is still to be told of a schedule, and by which command; None when nothing is."""
    with opened() as database:
        saved = schedules.find(database, identity)
        found = exports.find_by_identity(database, identity)
        known = schedules.occasions(database, identity)
        places = [connections.load(database, name).key_place for name in connections.saved_names(database)]
    if saved is None or found is None or saved.told not in (FAILURE_TO_TELL, RECOVERY_TO_TELL):
        return None
    failed = next((each for each in known if each.result == FAILED), None)
    done = next((each for each in known if each.result == DONE), None)
    is_failure = saved.told == FAILURE_TO_TELL
    last = failed if is_failure else done
    if last is None:
        return None
    before = [each for each in known if is_failure or each.moment < last.moment]
    told = Told(
        event="failed" if is_failure else "recovered",
        export=str(found.export.name),
        kind=last.kind if is_failure else "",
        due=last.moment,
        failures=in_a_row(before, since=None, same_kind=False),
        is_paused=saved.paused is not None,
    )
    withheld = {place.removeprefix(ENVIRONMENT) for place in places if place.startswith(ENVIRONMENT)}
    return told, Command(words=saved.schedule.on_failure, withheld=frozenset(withheld))


def was_told(identity: str, told: Told) -> None:
    """Write down that something was told."""
    with _changing() as database:
        saved = schedules.find(database, identity)
        if saved is not None:
            schedules.keep(database, saved.replace(told=FAILURE_TOLD if told.event == "failed" else ""))


def _close_older(database: StateDatabase, one: Due, now: datetime) -> None:
    """End what is open of older moments, whose place a later one takes."""
    for known in schedules.occasions(database, one.identity):
        if known.result == OPEN and known.moment < one.moment:
            result, kind = (LEFT, known.kind) if known.kind else (FAILED, KILLED)
            schedules.note(database, one.identity, replace(known, result=result, kind=kind, ended=now))


def _judged(database: StateDatabase, saved: SavedSchedule, now: datetime) -> SavedSchedule:
    """Pause a schedule that keeps failing, and note what is to be told; return it as it is then."""
    known = schedules.occasions(database, saved.identity)
    newest = next((each for each in known if each.result in (DONE, FAILED)), None)
    if newest is None:
        return saved
    told, made, since = saved.told, saved, since_of(saved, now)
    alike = in_a_row(known, since=since, same_kind=True)
    is_lasting = alike >= FAILURES_TO_PAUSE and newest.result == FAILED and lasts(newest.kind)
    if newest.result == DONE:
        told = {FAILURE_TOLD: RECOVERY_TO_TELL, FAILURE_TO_TELL: ""}.get(told, told)
    elif told != FAILURE_TOLD:
        failures = in_a_row(known, since=since, same_kind=False)
        told = FAILURE_TO_TELL if is_lasting or failures >= FAILURES_TO_TELL else told
    if is_lasting and not saved.paused:
        made = made.replace(paused=now, reason=why_paused(alike, newest.kind))
    made = made.replace(told=told)
    if made != saved:
        schedules.keep(database, made)
    return made


@contextmanager
def _changing() -> Iterator[StateDatabase]:
    with opened() as database, transaction(database):
        yield database
