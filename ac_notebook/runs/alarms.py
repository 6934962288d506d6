"""The guard rails that act while a run sends: the first request as a canary, and a storm of refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.errors import GuardError
from ac_notebook.model.guards import words_to_allow
from ac_notebook.model.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ac_notebook.model.limits import Limits

CANARY_FROM = 1_000
"""Contacts above which the first request of an export goes alone."""

_CANARY_SHARE = 0.05
_CANARY_WAIT = 60.0
"""Seconds that the end of the first request is waited for: an importer with a long queue says nothing of the data."""

_STORM_FROM = 500
_STORM_SHARE = 0.1


class Alarms:
    """What stops a run that goes badly.

    Parameters
    ----------
    contacts
        How many are to be sent.
    limits
        The account's limits.
    allow
        Guard rails that may be passed.
    ran_well
        Whether this export ran to its end before: then it needs no canary.
    before
        Rows by outcome before anything is sent: what is only repeated of earlier runs says nothing about this one.
    """

    def __init__(
        self, *, contacts: int, limits: Limits, allow: frozenset[str], ran_well: bool, before: Mapping[Outcome, int]
    ) -> None:
        self._allow = allow
        self._before = before
        self._patience = _CANARY_WAIT * limits.time_scale
        self.waits_for_canary = contacts > CANARY_FROM and not ran_well and "canary" not in allow
        self._sent_at: float | None = None

    def may_begin(self, begun: int, now: float) -> bool:
        """Return whether a batch that was not tried before may be sent.

        Parameters
        ----------
        begun
            How many batches were begun.
        now
            The monotonic clock, in seconds.
        """
        if not self.waits_for_canary or not begun:
            return True
        if self._sent_at is None:
            self._sent_at = now
        if now - self._sent_at > self._patience:
            self.waits_for_canary = False
        return not self.waits_for_canary

    def look(self, counts: Mapping[Outcome, int]) -> GuardError | None:
        """Return why the run is stopped, by what is settled by now; None while all is well.

        Parameters
        ----------
        counts
            Rows by outcome.
        """
        new = {kind: max(number - self._before[kind], 0) for kind, number in counts.items()}
        refused = new[Outcome.REFUSED]
        settled = new[Outcome.IMPORTED] + refused
        if self.waits_for_canary and settled:
            # Of a request with a bad row that row is refused at once, and the others are confirmed later.
            sent = settled + new[Outcome.ACCEPTED] + new[Outcome.UNCERTAIN]
            self.waits_for_canary = settled < sent
            if refused > _CANARY_SHARE * sent:
                self.waits_for_canary = False
                return self._stopped("canary", f"Of the first {sent:,} contacts ActiveCampaign refused {refused:,}")
        storm = settled >= _STORM_FROM and refused > _STORM_SHARE * settled
        if storm and "error-storm" not in self._allow:
            return self._stopped("error-storm", f"ActiveCampaign refused {refused:,} of {settled:,} contacts")
        return None

    def _stopped(self, rail: str, what: str) -> GuardError:
        allow = words_to_allow({rail, *self._allow})
        hint = f"report.problems says why. If that is as it should be, allow it: {allow}."
        return GuardError(f"{what}, so the export was stopped.", hint=hint, rails=[rail])
