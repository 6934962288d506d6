"""What a run sends through, and what is on its way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ac_notebook.model.learned import Learned

if TYPE_CHECKING:
    from ac_notebook.errors import ActiveCampaignError
    from ac_notebook.model.batch import Batch
    from ac_notebook.model.limits import Limits
    from ac_notebook.remote.client import Client
    from ac_notebook.remote.clock import Clock
    from ac_notebook.remote.flights import Flights
    from ac_notebook.remote.pacing import Pacer
    from ac_notebook.runs.gate import Gate
    from ac_notebook.runs.jobs import Job
    from ac_notebook.storage.journal import Journal


@dataclass(frozen=True, kw_only=True)
class Line:
    """What a run sends through: the wire, the pace, the journal and the clock.

    Parameters
    ----------
    run
        The run's id.
    known_numbers
        Numbers that ActiveCampaign gave to batches before: given again, one is no word on the new batch.
    learned
        What rehearsals proved about the account.
    """

    run: str
    client: Client
    pacer: Pacer
    journal: Journal
    flights: Flights
    clock: Clock
    limits: Limits
    known_numbers: set[str] = field(default_factory=set)
    gate: Gate | None = None
    """Says whether anything may be sent still; None where it was looked at just now."""

    def why_shut(self) -> ActiveCampaignError | None:
        """Return why nothing may be sent any more (the agreement withdrawn, the connection removed); None if it may."""
        return self.gate.closed() if self.gate is not None else None

    def is_shut(self) -> bool:
        """Return whether nothing may be sent any more."""
        return self.why_shut() is not None

    learned: Learned = field(default_factory=Learned)


@dataclass(frozen=True, kw_only=True)
class Sending:
    """A request in flight: a batch, and its booking in the account's pace."""

    job: Job
    booking: int
    started: float = 0.0
    """When it was started (monotonic seconds)."""


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A batch that the service queued: its number there, and whether it queued fewer contacts than were sent."""

    batch: Batch
    number: str
    is_short: bool
