"""What a run would cost."""

from __future__ import annotations

from dataclasses import dataclass

from ac_notebook.runs import show


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What a run would cost.

    Parameters
    ----------
    requests, bytes
        Imports, and the size of their bodies together.
    seconds
        What the account's limits make of it, with the confirmation.
    """

    requests: int
    bytes: int
    seconds: float

    def __str__(self) -> str:
        if not self.requests:
            return "nothing to send"
        about = "" if self.seconds < 1 else "about "
        return f"{show.count(self.requests, 'request')}, {show.size(self.bytes)}, {about}{show.duration(self.seconds)}"
