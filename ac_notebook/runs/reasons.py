"""Why ActiveCampaign refused rows: it does not say, so it is looked up, within a bounded number of requests.

What holds for many is read in bulk, a hundred people a request: the exclusion lists, who has unsubscribed from the
list, whose mail bounced. What is left is looked up one by one, and by elimination: where all of those were read to
their end and the account is full, being one too many is the only documented reason that is left (contract, 7.2).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import orjson
import pyarrow as pa

from ac_notebook.errors import ActiveCampaignError, ConnectionNotFoundError, ConsentError
from ac_notebook.frames.checks import address_key
from ac_notebook.frames.fingerprints import as_bytes, fingerprints
from ac_notebook.frames.parts import row_parts
from ac_notebook.model.outcome import Outcome
from ac_notebook.model.refusal import Refusal
from ac_notebook.remote import lookups
from ac_notebook.runs.connect import as_saved
from ac_notebook.runs.progress import log
from ac_notebook.runs.reading import Reader
from ac_notebook.runs.state import RowProblem
from ac_notebook.storage.fingerprint_key import fingerprint_key
from ac_notebook.storage.home import find_home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from ac_notebook.runs.line import Line
    from ac_notebook.runs.plan import Plan
    from ac_notebook.runs.run import Run

MOST_REQUESTS = 200
"""Requests to find reasons, at the most: forty seconds at the account's pace."""

MOST_LOOKED_UP = 50
"""People that are looked up one by one, two requests each."""

LONGEST = 120.0
"""Seconds to find reasons, at the most."""

_PIECE = 20_000
_NONE = 0


def look_up_reasons(run: Run, line: Line, *, stopped: Callable[[], bool]) -> None:
    """Find out why rows of a run were refused, and write that down; a failure changes nothing but the reasons.

    Called by the thread that works, once sending and settling are over. Rows that no reason was looked up for say why
    not. Addresses leave in the query of a request, so nothing is asked without the agreement to transfer data.

    Parameters
    ----------
    run
        The run: its states get the reasons.
    line
        What is asked through.
    stopped
        Tells whether to end early.
    """
    states, plan = run.states, run.plan
    if not states.refused:
        return
    positions = np.sort(
        np.concatenate([item.positions[item.outcomes == int(Outcome.REFUSED)] for item in states.refused])
    )
    rows = np.searchsorted(plan.prepared.rows, positions)
    log.info("%s: looking up why %d rows were refused", plan.title, len(rows))
    if run.progress is not None:
        run.progress = replace(run.progress, phase="explaining")
    # Addresses are asked about: before each question it is looked whether that may be.
    reader = Reader(
        line, stopped=lambda: stopped() or line.is_shut(), most=MOST_REQUESTS if _may_ask(plan) else 0,
        seconds=LONGEST * line.limits.time_scale,
    )  # fmt: skip
    search = Search(plan, reader, rows, key=fingerprint_key(find_home()))
    try:
        search.search()
    except ActiveCampaignError as error:
        log.warning("%s: the reasons could not be looked up: %s", plan.title, type(error).__name__)
    states.counters["lookups"] += reader.made
    why_not = "because the run was stopped" if stopped() else search.why_not
    if line.is_shut():
        why_not = "because nobody agrees to the transfer of data any more"
    reasons = dict(zip(positions.tolist(), search.reasons.tolist(), strict=True))
    states.problems[:] = [
        _explained(entry, reasons.get(entry.position, _NONE), why_not) if entry.code == "refused" else entry
        for entry in states.problems
    ]
    for item in states.refused:
        of_rows = search.reasons[np.minimum(np.searchsorted(positions, item.positions), len(positions) - 1)]
        outcomes = np.where((item.outcomes == int(Outcome.REFUSED)) & (of_rows > _NONE), of_rows, item.outcomes)
        line.journal.settled(line.run, item.number, outcomes.astype(np.uint8).tobytes())
    if not stopped():  # else a refreshed report may still find them
        states.refused.clear()


def _may_ask(plan: Plan) -> bool:
    try:
        as_saved(plan.connection).require_consent()
    except (ConsentError, ConnectionNotFoundError):
        return False
    return True


def _explained(entry: RowProblem, reason: int, why_not: str) -> RowProblem:
    if reason == _NONE:
        return RowProblem(position=entry.position, code="refused", message=f"it was not looked up, {why_not}")
    return RowProblem(position=entry.position, code=Refusal(reason).code)


class Search:
    """The reasons for some rows.

    Parameters
    ----------
    plan
        Whose rows they are.
    reader
        What is asked through.
    rows
        Positions in ``prepared.rows``, ascending.
    key
        Key of the fingerprints.
    """

    def __init__(self, plan: Plan, reader: Reader, rows: NDArray[np.int64], *, key: bytes) -> None:
        self._plan = plan
        self._reader = reader
        self._rows = rows
        self._key = key
        self._prints = plan.prepared.addresses[rows]
        self._page = plan.connection.limits.page_size
        self.reasons: NDArray[np.uint8] = np.zeros(len(rows), dtype=np.uint8)
        """A :class:`Refusal` for each row, and 0 where none was found."""
        self.why_not = "because nobody has agreed to the transfer of data"

    @property
    def _open(self) -> NDArray[np.int64]:
        """The rows without a reason: places in ``rows``."""
        return np.flatnonzero(self.reasons == _NONE)

    def search(self) -> None:
        """Ask as much as may be asked."""
        if self._reader.is_over:
            return
        self.why_not = "because that would have taken too many requests"
        list_id = self._plan.contact_list.id
        complete = self._excluded(list_id)
        complete &= self._in_bulk(lookups.UNSUBSCRIBED, list_id, Refusal.UNSUBSCRIBED)
        complete &= self._in_bulk(lookups.BOUNCED, None, Refusal.BOUNCED)
        if not len(self._open):
            return
        is_full = lookups.is_full(self._reader.ask) is True
        self._one_by_one(list_id, is_full=is_full)
        if is_full and complete and not np.isin(self.reasons, (Refusal.UNKNOWN, Refusal.INVALID)).any():
            self.reasons[self._open] = Refusal.CONTACT_LIMIT

    def _excluded(self, list_id: int) -> bool:
        found = lookups.exclusions(self._reader.ask, list_id, page_size=self._page)
        self._mark(found.exact, Refusal.EXCLUDED)
        if found.beginnings or found.ends:
            for places, addresses in self._texts(self._open):
                lower = [text.lower() for text in addresses]
                held = [text.startswith(found.beginnings) or text.endswith(found.ends) for text in lower]
                self.reasons[places[held]] = Refusal.EXCLUDED
        return found.is_complete

    def _in_bulk(self, status: str, list_id: int | None, reason: Refusal) -> bool:
        """Read everybody with a status, where that takes fewer requests than looking up who is left."""
        for page in lookups.contacts_with_status(self._reader.ask, status, list_id=list_id, page_size=self._page):
            if page is None:
                return False
            if reason is Refusal.BOUNCED:
                self._mark(
                    [text for text, bounced in zip(page.addresses, page.bounced, strict=True) if bounced], reason
                )
            else:
                self._mark(page.addresses, reason)
            if not len(self._open) or page.pages_left > min(2 * len(self._open), self._reader.left):
                return page.pages_left == 0
        return True

    def _one_by_one(self, list_id: int, *, is_full: bool) -> None:
        places = self._open
        # Spread over all, so that what they have in common is seen whatever the order of the rows.
        chosen = places[np.unique(np.linspace(0, len(places) - 1, MOST_LOOKED_UP).astype(np.int64))]
        for at, (email,) in self._texts(chosen, size=1):
            found = lookups.one_contact(self._reader.ask, email)
            if found is None and not self._reader.is_over:
                self.why_not = "because the key may not read contacts, or no proper answer came"
            if found is None:
                return
            self.reasons[at] = _reason(found, email, list_id, is_full=is_full)

    def _mark(self, addresses: Sequence[str], reason: Refusal) -> None:
        """Give a reason to the rows of some addresses that have none."""
        if not addresses:
            return
        prints = fingerprints(as_bytes(address_key(pa.array(addresses, pa.large_string()))), self._key)
        self.reasons[(self.reasons == _NONE) & np.isin(self._prints, prints)] = reason

    def _texts(self, places: NDArray[np.int64], size: int = _PIECE) -> Iterator[tuple[NDArray[np.int64], list[str]]]:
        """Go through the addresses of some rows, as they were sent, piece by piece."""
        plan = self._plan
        for begin in range(0, len(places), size):
            at = places[begin : begin + size]
            parts = row_parts(
                plan.frozen, plan.columns, plan.prepared.rows[self._rows[at]],
                timezone=plan.export.options.timezone, tags=plan.export.tags,
            )  # fmt: skip
            yield at, [orjson.loads(part + b"}")["email"] for part in as_bytes(parts)]


def _reason(found: lookups.Found, email: str, list_id: int, *, is_full: bool) -> Refusal:
    """Return what one contact shows, or that it shows nothing."""
    statuses = found.statuses or {}
    if found.has_bounced:
        return Refusal.BOUNCED
    if statuses.get(list_id) == lookups.UNSUBSCRIBED:
        return Refusal.UNSUBSCRIBED
    if not found.exists and not email.isascii():
        return Refusal.INVALID
    # Older accounts count only contacts that are active on some list (contract section 8).
    return Refusal.CONTACT_LIMIT if is_full and lookups.ACTIVE not in statuses.values() else Refusal.UNKNOWN
