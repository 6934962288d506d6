"""How this kernel reaches an account."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ac_notebook.remote.clock import SystemClock
from ac_notebook.remote.flights import ThreadFlights
from ac_notebook.runs.withdrawal import Withdrawal

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.model.secret import Secret
    from ac_notebook.remote.clock import Clock
    from ac_notebook.remote.flights import Flights
    from ac_notebook.remote.transport import Transport


@dataclass(frozen=True, kw_only=True, repr=False)
class Link:
    """How this kernel reaches an account: the key, the wire and the clock. Never shown, never stored.

    Parameters
    ----------
    secret
        The key, or None when it has to be looked up where it is kept.
    transport
        What carries the requests; None for the network.
    clock
        Time.
    flights
        Makes what holds the requests in flight.
    key_name
        Name under which the key is kept, when it is kept.
    """

    secret: Secret | None = None
    transport: Transport | None = None
    clock: Clock = field(default_factory=SystemClock)
    flights: Callable[[Clock], Flights] = ThreadFlights
    key_name: str = ""
    withdrawn: Withdrawal = field(default_factory=Withdrawal)
    """Made when the agreement is withdrawn: runs of this kernel that began under it stop."""

    def __repr__(self) -> str:
        return "Link(…)"
