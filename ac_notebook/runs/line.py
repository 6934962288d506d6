"""What a run sends through, and what is on its way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ac_notebook.model.batch import Batch
    from ac_notebook.model.limits import Limits
    from ac_notebook.remote.client import Client
    from ac_notebook.remote.clock import Clock
    from ac_notebook.remote.flights import Flights
    from ac_notebook.remote.pacing import Pacer
    from ac_notebook.storage.journal import Journal


@dataclass(frozen=True, kw_only=True)
class Line:
    """What a run sends through: the wire, the pace, the journal and the clock.

    Parameters
    ----------
    run
        The run's id.
    """

    run: str
    client: Client
    pacer: Pacer
    journal: Journal
    flights: Flights
    clock: Clock
    limits: Limits


@dataclass(order=True)
class Job:
    """A batch on its way: when it may be sent, and how often it was tried."""

    not_before: float
    order: int
    batch: Batch = field(compare=False)
    attempts: int = field(default=0, compare=False)
    suspects: tuple[int, ...] = field(default=(), compare=False)
    """Contacts that a refusal named and that were taken out: rows of ``prepared.rows``, with the reason kept aside."""
    reasons: dict[int, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, kw_only=True)
class Sending:
    """A request in flight: a batch, and its booking in the account's pace."""

    job: Job
    booking: int
