"""An importer that takes its time: a transport around the sandbox's that holds back the word that a batch is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from tests.wire import IMPORT, INFO

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.virtual import VirtualClock


class SlowImporter(httpx.BaseTransport):
    """Says that a batch waits until its time has come.

    Parameters
    ----------
    inner
        The sandbox's transport.
    clock
        Virtual time.
    ends
        ``ends(n, received)`` is when the n-th batch is over, from 0 (monotonic seconds); infinity for never.
    """

    def __init__(
        self, inner: httpx.BaseTransport | None, clock: VirtualClock, ends: Callable[[int, float], float]
    ) -> None:
        assert inner is not None
        self._inner = inner
        self._clock = clock
        self._ends = ends
        self.ends: dict[str, float] = {}
        """By the batch's number, when it is over."""
        self.questions: list[tuple[float, str]] = []
        """When each question came, and about which batch."""
        self.imports: list[float] = []
        """When each import came."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        now = self._clock.monotonic()
        if request.url.path == INFO:
            number = request.url.params["batchId"]
            self.questions.append((now, number))
            if now < self.ends.get(number, now):
                self._inner.handle_request(request)  # it counts
                return httpx.Response(200, json={"status": "waiting", "success": [], "failure": []})
        answer = self._inner.handle_request(request)
        if request.url.path == IMPORT and request.method == "POST":
            answer.read()
            self.imports.append(now)
            number = answer.json().get("batchId")
            if number:
                self.ends[number] = self._ends(len(self.ends), now)
        return answer

    @property
    def open_at_the_last_import(self) -> int:
        """How many batches were not known to be over when the last import came: their last question came later."""
        last = {number: moment for moment, number in self.questions}
        return sum(last.get(number, float("inf")) > self.imports[-1] for number in self.ends)
