"""What the tests of the sandbox share: a virtual clock, and short ways to send and settle imports."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from ac_notebook.sandbox import Sandbox

NEWSLETTER = 4  # the list of a new account that has an automation
VIP = 5


class Clock:
    """Seconds, and the calendar that goes with them; they pass only when told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime(2026, 3, 2, 12, 0, tzinfo=UTC) + timedelta(seconds=self.seconds - 1000.0)

    def advance(self, seconds: float) -> None:
        self.seconds += seconds


class Visitor:
    """A client of one sandbox; `patient` ones let a quarter of a second pass before each request."""

    def __init__(self, box: Sandbox, clock: Clock, *, patience: float = 0.25) -> None:
        self.box = box
        self.clock = clock
        self.patience = patience
        transport = httpx.WSGITransport(app=box.app)
        self.http = httpx.Client(transport=transport, base_url=f"{box.url}/api/3/", headers={"Api-Token": box.api_key})

    def get(self, path: str, /, **query: Any) -> httpx.Response:
        self.clock.advance(self.patience)
        return self.http.get(path, params=query)

    def post(self, content: Any) -> httpx.Response:
        self.clock.advance(self.patience)
        return self.http.post("import/bulk_import", json=content)

    def post_bytes(self, body: bytes) -> httpx.Response:
        self.clock.advance(self.patience)
        return self.http.post("import/bulk_import", content=body)

    def post_to(self, path: str, content: Any) -> httpx.Response:
        self.clock.advance(self.patience)
        return self.http.post(path, json=content)

    def put(self, path: str, content: Any) -> httpx.Response:
        self.clock.advance(self.patience)
        return self.http.put(path, json=content)

    def delete(self, path: str) -> httpx.Response:
        self.clock.advance(self.patience)
        return self.http.delete(path)

    def send(self, *contacts: Any, **top: Any) -> str:
        """Queue contacts and return the id of their batch."""
        answer = self.post({"contacts": list(contacts), **top})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["batchId"])

    def settle(self, *contacts: Any, **top: Any) -> dict[str, Any]:
        """Queue contacts, wait for their batch and return its info."""
        batch = self.send(*contacts, **top)
        self.clock.advance(10)
        info: dict[str, Any] = self.get("import/info", batchId=batch).json()
        assert info["status"] == "completed"
        return info

    def values(self, email: str) -> dict[str, Any]:
        """Return what is stored of one contact, by column."""
        frame = self.box.contacts()
        row = frame[frame["email"] == email].iloc[0]
        return {str(name): row[name] for name in frame.columns}
