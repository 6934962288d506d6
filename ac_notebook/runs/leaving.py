"""Taking people off a list, or tagging them: their addresses are read back from the list, and sent as a bulk import.

What is sent goes through the same packing, pacing, journal and settlement as rows do (``runs.loop``); only the contacts
are others, and their batches have numbers of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa

from ac_notebook.frames import encode
from ac_notebook.frames.checks import address_key
from ac_notebook.frames.fingerprints import as_bytes, fingerprints
from ac_notebook.frames.pack import pack
from ac_notebook.frames.prepare import Prepared
from ac_notebook.model.batch import Batch
from ac_notebook.model.departures import NUMBERED_FROM
from ac_notebook.model.outcome import Outcome
from ac_notebook.remote.client import StoppedError
from ac_notebook.remote.reading import pages_of_list
from ac_notebook.runs.batches import Batches
from ac_notebook.runs.departing import action_prints, kept_by_others
from ac_notebook.runs.departures import departed_counts, departed_facts
from ac_notebook.runs.loop import send_and_settle
from ac_notebook.runs.members import remember
from ac_notebook.runs.progress import LogLines, Progress, log
from ac_notebook.runs.run import Run
from ac_notebook.runs.show import count, duration
from ac_notebook.runs.state import RowStates

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ac_notebook.runs.gate import Gate
    from ac_notebook.runs.line import Line
    from ac_notebook.runs.plan import Plan
    from ac_notebook.runs.progress import Phase

_NEARLY_ALL = 0.9
"""Share of the subscribers that ActiveCampaign counts which have to be read, for others to be called gone."""

_FATES = {
    Outcome.ACCEPTED: "accepted", Outcome.REFUSED: "refused", Outcome.UNCERTAIN: "uncertain",
    Outcome.NOT_SENT: "not_sent",
}  # fmt: skip


class _Leaving(Run):
    """The part of a run that changes people who leave: the same run to look at, with states of its own.

    Parameters
    ----------
    run
        The run.
    count
        How many people are changed.
    """

    def __init__(self, run: Run, count: int) -> None:
        self._run = run
        super().__init__(plan=run.plan, id=run.id, stop=run.stop, leave=run.leave, words=run.words, opening=run.opening)
        self.states = RowStates(outcome=np.full(count, int(Outcome.NOT_SENT), np.int8))

    @property  # what waits for the run looks at the run itself
    def progress(self) -> Progress | None:
        """How far the run is; its numbers are of rows, and stay as they are."""
        return self._run.progress

    @progress.setter
    def progress(self, progress: Progress | None) -> None:
        if progress is not None:
            is_told = progress.phase in ("held", "repeating", "stopping")
            _show(
                self._run, phase=progress.phase if is_told else "leaving", seconds_left=progress.seconds_left,
                seconds_held=progress.seconds_held,
            )  # fmt: skip


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class LeavingBatches(Batches):
    """The requests that change people who leave.

    Parameters
    ----------
    texts
        Each contact as JSON without its end, as large_binary.
    """

    texts: pa.Array

    @property
    def around(self) -> tuple[bytes, bytes, bytes]:
        """What stands around the contacts: they are subscribed to nothing, and no automation starts for them."""
        return encode.constants_without_list()

    @property
    def repeat_safe(self) -> bool:
        """Whether a request may be sent twice without harm: always."""
        return True

    def _parts(self, chosen: NDArray[np.int64]) -> pa.Array:
        return self.texts.take(pa.array(chosen))


def leave(run: Run, line: Line, *, gate: Gate, key: bytes, ran_well: bool) -> None:
    """Do what a plan says of people for whom its frame does not speak any more, and write down who is left.

    Called once everything else of a run is over. Nothing is done in a rehearsal, nor once the run was stopped: the next
    whole run finds the same people.

    Parameters
    ----------
    run
        The run; its ``departing`` is brought up to date.
    line
        What is asked and sent through.
    gate
        Says before each request whether anything may be sent.
    key
        Key of the fingerprints.
    ran_well
        Whether this export ran to its end before.

    Raises
    ------
    APIError
        When it cannot go on.
    """
    if run.first is not None or _is_stopped(run):
        return
    if run.departing.to_change:  # other exports may have run for as long as this one did
        run.departing = run.departing.without(kept_by_others(run.plan.scope, line.journal, key=key))
    waiting = run.departing.are("not_sent")
    waiting[waiting] = _new_address_is_there(run, run.departing.moved_to[waiting])
    wanted = np.flatnonzero(waiting)
    if len(wanted):
        # Before anything is sent for them: killed from here on, the next run still knows that they were imported.
        remember(run, line.journal, key=key, now=line.clock.now())
        said = f"Reading the list to find {count(len(wanted), 'contact')} to unsubscribe or tag."
        run.words.append(said)
        log.info("%s: %s", run.plan.title, said)
        gate.require_open()
        try:
            found = _read_back(run, line, run.departing.addresses[wanted], key=key)
        except StoppedError:
            return
        gate.require_open()
        if found.is_whole:
            gone = wanted[np.isin(wanted, wanted[found.places], invert=True)]
            _note_gone(run, line, gone, key=key)
        if len(found.places):
            _send(run, line, wanted[found.places], found.addresses, gate=gate, key=key, ran_well=ran_well)
        said = "; ".join(f"{what}: {counts}" for what, counts in departed_facts(departed_counts(run.departing)))
        log.info("%s: %s", run.plan.title, said)
    if not _is_stopped(run):
        remember(run, line.journal, key=key, now=line.clock.now())


def _new_address_is_there(run: Run, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return who did not move, or whose new address is on the list: nobody loses the old one for nothing."""
    arrived = np.array([int(Outcome.IMPORTED), int(Outcome.UNCHANGED)])
    there = np.ones(len(rows), bool)
    moved = rows >= 0
    there[moved] = np.isin(run.states.outcome[run.plan.prepared.rows[rows[moved]]], arrived)
    return there


@dataclass(frozen=True, kw_only=True, eq=False)
class _Found:
    """Who of some people is on the list: places among those looked for, ascending, and their addresses."""

    places: NDArray[np.int64]
    addresses: list[str]
    is_whole: bool


def _read_back(run: Run, line: Line, wanted: NDArray[np.uint64], *, key: bytes) -> _Found:
    """Read the list through, and return who of those looked for is an active subscriber.

    Nobody else's address is kept. It is read to its end, whoever was found by then: on the average the last of a few
    people stands near the end, and so the plan can say exactly what it costs.
    """
    plan = run.plan
    found: dict[int, str] = {}
    read, next_line = 0, line.clock.monotonic() + LogLines.EVERY
    shared = line.limits.shared(plan.export.options.share)
    for rows in pages_of_list(line.client, plan.contact_list.id, page_size=line.limits.page_size):
        run.states.counters["reads"] += 1
        pages = max(plan.departing.cost.reads - run.states.counters["reads"], 0)
        seconds = pages * shared.request_window / shared.requests_per_window
        _show(run, seconds_left=seconds)
        if line.clock.monotonic() >= next_line:
            next_line = line.clock.monotonic() + LogLines.EVERY
            log.info("%s: %d contacts of the list read, %s left", plan.title, read, duration(seconds))
        if _is_stopped(run):
            raise StoppedError
        emails = [email for row in rows if isinstance(email := row.get("email"), str)]
        read += len(emails)
        prints = fingerprints(as_bytes(address_key(pa.array(emails, pa.large_string()))), key)
        at = np.minimum(np.searchsorted(wanted, prints), len(wanted) - 1)
        for place in np.flatnonzero(wanted[at] == prints).tolist():
            found.setdefault(int(at[place]), emails[place])
    places = np.array(sorted(found), np.int64)
    subscribers = plan.contact_list.subscribers
    least = 1 if subscribers is None else _NEARLY_ALL * subscribers
    return _Found(
        places=places, addresses=[found[place] for place in places.tolist()],
        is_whole=read >= least,
    )  # fmt: skip


def _show(run: Run, *, phase: Phase = "leaving", seconds_left: float, seconds_held: float = 0.0) -> None:
    known = run.progress or Progress(phase=phase, opening=run.opening)
    run.progress = replace(known, phase=phase, seconds_left=seconds_left, seconds_held=seconds_held)


def _is_stopped(run: Run) -> bool:
    return run.stop.is_set() or run.leave.is_set()


def _note_gone(run: Run, line: Line, gone: NDArray[np.int64], *, key: bytes) -> None:
    """Write down that nothing is to be done about people any more: they are not on the list."""
    if not len(gone):
        return
    batch = Batch(
        number=NUMBERED_FROM, positions=range(len(gone)), body=b"",
        addresses=run.departing.addresses[gone].astype("<u8").tobytes(),
        contents=_contents(run, gone, key).astype("<u8").tobytes(),
    )  # fmt: skip
    line.journal.sending(run.id, batch, now=line.clock.now())
    line.journal.settled(run.id, batch.number, bytes([int(Outcome.REFUSED)]) * len(batch))
    run.departing = run.departing.with_fates(gone, "not_on_list")


def _contents(run: Run, who: NDArray[np.int64], key: bytes) -> NDArray[np.uint64]:
    """Return what the journal keeps for each of some people in place of a row's content."""
    unsubscribed, tagged = action_prints(key)
    contents: NDArray[np.uint64] = np.where(_is_unsubscribed(run, who), unsubscribed, tagged)
    return contents


def _is_unsubscribed(run: Run, who: NDArray[np.int64]) -> NDArray[np.bool_]:
    return run.departing.are_unsubscribed(run.plan.export.options)[who]


def _send(
    run: Run, line: Line, who: NDArray[np.int64], emails: list[str], *, gate: Gate, key: bytes, ran_well: bool
) -> None:
    """Send what is to be done about people, and note what became of each."""
    off = _is_unsubscribed(run, who)
    batches = _batches(run.plan, emails, off, run.departing.addresses[who], _contents(run, who, key))
    part = _Leaving(run, len(who))
    try:
        send_and_settle(part, line, batches, gate=gate, key=key, ran_well=ran_well)
    finally:
        outcome = part.states.outcome
        departing = run.departing
        for kind, fate in _FATES.items():
            departing = departing.with_fates(who[outcome == int(kind)], fate)
        taken = who[outcome == int(Outcome.IMPORTED)]
        run.departing = departing.told(departing.addresses[taken], np.ones(len(taken), bool), run.plan.export.options)
        run.states.counters.update(part.states.counters)


def _batches(
    plan: Plan, emails: list[str], off: NDArray[np.bool_], addresses: NDArray[np.uint64], contents: NDArray[np.uint64]
) -> LeavingBatches:
    texts = pa.array(map(_writer(plan), emails, off.tolist()), pa.large_binary())
    sizes = np.fromiter(map(len, texts.to_pylist()), np.int32, len(emails))
    rows = np.arange(len(emails))
    prepared = Prepared(
        outcome=np.full(len(emails), int(Outcome.NOT_SENT), np.int8), problems=pd.DataFrame(), rows=rows, sizes=sizes,
        addresses=addresses, contents=contents, changes=(),
    )  # fmt: skip
    prefix, suffix, end = encode.constants_without_list()
    limits = plan.connection.limits
    packed = pack(
        sizes, most_contacts=limits.contacts_per_import, most_bytes=limits.bytes_per_import,
        envelope=len(prefix) + len(end), per_contact=len(suffix) + 1,
    )  # fmt: skip
    return LeavingBatches(
        frozen=pd.DataFrame(), columns=(), prepared=prepared, chosen=rows, packed=packed, export=plan.export,
        list_id=plan.contact_list.id, first_number=NUMBERED_FROM + 1, texts=texts,
    )  # fmt: skip


def _writer(plan: Plan) -> Callable[[str, bool], bytes]:
    """Return what writes a contact, without its end."""
    lists = orjson.dumps([{"listid": plan.contact_list.id}])
    tags = orjson.dumps([plan.export.tag_of_leavers(plan.contact_list.name)])

    def written(email: str, is_off: bool) -> bytes:  # noqa: FBT001 - called by map
        return orjson.dumps({"email": email})[:-1] + (b',"unsubscribe":' + lists if is_off else b',"tags":' + tags)

    return written
