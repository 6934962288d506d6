"""A plain client of a sandbox: nothing but httpx."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from ac_notebook.sandbox import Sandbox

COUNT = 4  # contacts of an import


@dataclass(frozen=True)
class Guest:
    """A client, and the time that both sides share."""

    box: Sandbox
    http: httpx.Client
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    @property
    def is_virtual(self) -> bool:
        return self.sleep is not time.sleep

    def ask(self, path: str = "lists", **query: Any) -> httpx.Response:
        self._breathe()
        return self.http.get(path, params=query)

    def send(self, name: str = "p") -> httpx.Response:
        """Import some contacts."""
        self._breathe()
        contacts = [{"email": f"{name}{number}@example.org"} for number in range(COUNT)]
        return self.http.post("import/bulk_import", json={"contacts": contacts})

    def end_of(self, batch: str) -> httpx.Response:
        """Ask about a batch when it is over, or would be."""
        self.sleep(10.0 if self.is_virtual else 0.01)
        return self.ask("import/info", batchId=batch)

    def held(self) -> int:
        """Return how many contacts there are once all that was queued is applied."""
        self.sleep(10.0 if self.is_virtual else 0.01)
        return len(self.box.contacts())

    def is_served_well(self) -> bool:
        """Tell whether requests are answered as if nothing had happened."""
        return [self.ask().status_code, self.send("after").status_code] == [200, 200]

    def _breathe(self) -> None:
        self.sleep(0.25 if self.is_virtual else 0.001)  # below the limits
