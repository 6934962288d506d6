"""The sandbox: whether the millionth contact is imported and read as quickly as the first, and fits in memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from statistics import mean, median
from typing import Any

import httpx
import orjson

from ac_notebook.sandbox import Sandbox
from tests.benchmarks.table import Line, count

CHUNK = 250
PAGE = 100
PAGES = 100
SHARE = 20  # the first and the last twentieth are compared
_LANGUAGES = ("sv", "en-GB", "de", "fr")


def measure(*, quick: bool) -> list[Line]:
    """Return the lines about a large account, measured in a process of its own."""
    return _lines(50_000 if quick else 1_000_000)


def _lines(rows: int) -> list[Line]:
    command = [sys.executable, "-m", "tests.benchmarks.sandbox", str(rows)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    first, last = found["first"], found["last"]
    means = f"means {first['mean']:.2f} and {last['mean']:.2f} ms: {last['mean'] / first['mean']:.2f}"
    return [
        count(f"an account of {rows:,} contacts", found["contacts"], wanted=rows),
        count("  effects in its ledger", found["effects"], wanted=found["expected effects"]),
        Line(name=f"  an import of {CHUNK}, first twentieth: median", measured=f"{first['median']:.2f} ms"),
        Line(name="  the same, last twentieth", measured=f"{last['median']:.2f} ms"),
        Line(
            name="  last / first", measured=f"{last['median'] / first['median']:.2f}", wanted="<= 1.5", note=means,
        ),
        Line(name="  imports per second, in process", measured=f"{found['per second']:,.0f}", wanted=">= 100"),
        Line(
            name=f"  a page of {PAGE} by id_greater: median", measured=f"{found['page']:.2f} ms", wanted="< 20 ms",
            note=f"slowest of {PAGES}: {found['slowest page']:.2f} ms",
        ),
        Line(name="  a page of one list, active only", measured=f"{found['list page']:.2f} ms"),
        Line(name="  memory of the process", measured=f"{found['memory']:,.0f} MB", wanted="< 1,500 MB"),
    ]  # fmt: skip


class _Account:
    """A sandbox in virtual time, and a plain HTTP client of it."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.box = Sandbox(clock=lambda: self.seconds, now=self._now)
        transport = httpx.WSGITransport(app=self.box.app)
        headers = {"Api-Token": self.box.api_key}
        self.http = httpx.Client(transport=transport, base_url=f"{self.box.url}/api/3/", headers=headers)

    def _now(self) -> datetime:
        return datetime(2026, 3, 2, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def import_(self, first: int) -> float:
        """Import some new people, and return the milliseconds from the request until all of them are there."""
        body = _body(first)
        self.seconds += 1.0
        begun = time.perf_counter()
        answer = self.http.post("import/bulk_import", content=body)
        queued = time.perf_counter()
        assert answer.status_code == 200, answer.text
        self.seconds += 10.0
        due = time.perf_counter()
        self.box.app.advance()
        return (queued - begun + time.perf_counter() - due) * 1_000

    def page(self, **query: Any) -> tuple[float, list[dict[str, Any]]]:
        """Read a page of contacts, and return the milliseconds and the rows."""
        self.seconds += 1.0
        begun = time.perf_counter()
        answer = self.http.get("contacts", params={"limit": PAGE, "orders[id]": "ASC", **query})
        taken = (time.perf_counter() - begun) * 1_000
        rows: list[dict[str, Any]] = answer.json()["contacts"]
        return taken, rows


def _body(first: int) -> bytes:
    return orjson.dumps(
        {
            "exclude_automations": True,
            "contacts": [_person(number) for number in range(first, first + CHUNK)],
        }
    )


def _person(number: int) -> dict[str, Any]:
    return {
        "email": f"person.{number}@example{number % 97}.com",
        "first_name": f"Given{number % 5_003}",
        "last_name": f"Family{number % 9_001}",
        "phone": f"+4670{number:07d}",
        "tags": ["spring"],
        "subscribe": [{"listid": 4}],
        "exclude_automations": True,
        "fields": [
            {"id": 1, "value": _LANGUAGES[number % len(_LANGUAGES)]},
            {"id": 2, "value": f"Town {number % 301}"},
            {"id": 3, "value": f"19{50 + number % 50}-{1 + number % 12:02d}-17"},
            {"id": 4, "value": f"2026-01-{1 + number % 28:02d}T10:00:00+01:00"},
            {"id": 5, "value": str(number % 1_009)},
            {"id": 6, "value": "||Music||Sport||"},
            {"id": 7, "value": "Gold"},
        ],
    }


_EFFECTS = 1 + 3 + 7 + 1 + 1  # of one new person: made, three attributes, seven fields, a tag, a list


def _measured(rows: int) -> dict[str, Any]:
    account = _Account()
    ledger = account.box._state.ledger
    before = len(ledger) + 1  # the tag is made once
    taken = [account.import_(first) for first in range(0, rows, CHUNK)]
    some = max(len(taken) // SHARE, 1)
    pages, last = [], rows // 2
    for _ in range(min(PAGES, rows // PAGE // 2)):
        milliseconds, people = account.page(id_greater=last)
        pages.append(milliseconds)
        last = int(people[-1]["id"])
    assert last == rows // 2 + len(pages) * PAGE
    return {
        "contacts": len(account.box._state.by_key),
        "effects": len(ledger) - before,
        "expected effects": rows * _EFFECTS,
        "first": {"median": median(taken[:some]), "mean": mean(taken[:some])},
        "last": {"median": median(taken[-some:]), "mean": mean(taken[-some:])},
        "per second": 1_000 * len(taken) / sum(taken),
        "page": median(pages),
        "slowest page": max(pages),
        "list page": median(account.page(listid=4, status=1)[0] for _ in range(10)),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000,
    }


if __name__ == "__main__":
    print(json.dumps(_measured(int(sys.argv[1]))))
