"""Others use the account too: other integrations are yielded to, other kernels share the limits."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.sandbox import Sandbox
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PERSON = {"contacts": [{"email": "noise1@example.org"}, {"email": "noise2@example.org"}]}


class BusyClock(VirtualClock):
    """Virtual time in which another integration goes on with 50 imports a minute and two other requests a second."""

    def __init__(self) -> None:
        super().__init__()
        self.http: httpx.Client | None = None
        self.statuses: list[int] = []
        self._tick = 0

    def sleep(self, seconds: float) -> None:
        self.go_to(self.seconds + max(seconds, 0.0))

    def go_to(self, moment: float) -> None:
        while self.http is not None and (following := 1_000.0 + 0.1 * (self._tick + 1)) <= moment:
            self._tick += 1
            self.seconds = max(self.seconds, following)
            if self._tick % 12 == 0:
                self._ask("POST", "import/bulk_import")
            if self._tick % 5 == 1:
                self._ask("GET", "users/me")
        super().go_to(moment)

    def _ask(self, method: str, path: str) -> None:
        assert self.http is not None
        answer = self.http.request(method, path, json=PERSON if method == "POST" else None)
        self.statuses.append(answer.status_code)


@pytest.fixture
def busy() -> Iterator[tuple[BusyClock, Sandbox]]:
    """Time, and an account that another integration uses."""
    clock = BusyClock()
    box = Sandbox(clock=clock.monotonic, now=clock.now)
    headers = {"Api-Token": box.api_key}
    with httpx.Client(
        transport=httpx.WSGITransport(app=box.app), base_url="http://localhost/api/3/", headers=headers
    ) as client:
        clock.http = client
        yield clock, box


@pytest.mark.parametrize("delay", [0.02, 0.6])
def test_another_integration_is_yielded_to(
    busy: tuple[BusyClock, Sandbox], delay: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """Beside 50 imports a minute and 2 requests a second of another: few limits met, everybody arrives, it is said."""
    clock, box = busy
    connection = through(box, clock, delays=lambda: (delay, delay))
    connection = connection.replace(limits=replace(connection.limits, contacts_per_import=2))
    frame = pd.DataFrame({"E-mail": [f"p{n:04}@example.org" for n in range(400)]})
    report = ac.export(frame, connection=connection, list="VIP", mapping={"email": "E-mail"})
    assert report.counts["imported"] == 400
    met = report.numbers["rate limited"]
    assert 1 <= met <= 12
    refused = sum(status >= 400 for status in clock.statuses)
    assert refused <= 0.1 * len(clock.statuses), "the other integration gets through"
    assert "slowed to" in capsys.readouterr().out
    ours = 200 / (report.numbers["seconds sending"] / 60.0)
    assert ours >= 20, "what the other leaves is used"


def test_a_second_run_still_gives_way(busy: tuple[BusyClock, Sandbox]) -> None:
    """What was learned of others is kept for all kernels: the next run begins slowly, and meets no limit at once."""
    clock, box = busy
    connection = through(box, clock)
    connection = connection.replace(limits=replace(connection.limits, contacts_per_import=2))
    met = []
    for name in "ab":
        frame = pd.DataFrame({"E-mail": [f"{name}{n:04}@example.org" for n in range(100)]})
        met.append(
            ac.export(frame, connection=connection, list="VIP", mapping={"email": "E-mail"}).numbers["rate limited"]
        )
    assert met[0] >= 1
    assert met[1] <= 3


CHILD = """
import sys, pandas as pd, ac_notebook as ac
name, rows = sys.argv[1], int(sys.argv[2])
df = pd.DataFrame({"e": [f"{name}{n:05}@example.org" for n in range(rows)]})
plan = ac.plan(df, connection=name, list="Newsletter", mapping={"email": "e"}, tags=[name])
print("ready", flush=True)
sys.stdin.readline()
try:
    report = plan.run()
except ac.errors.StateError as error:
    print(error)
else:
    print("done", report.counts["imported"])
"""


def together(home: Path, names: list[str], rows: list[int]) -> list[str]:
    """Export in several processes that begin to send at once; return what each said in the end."""
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, name, str(count)], env={**os.environ, "AC_NOTEBOOK_HOME": str(home)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for name, count in zip(names, rows, strict=True)
    ]  # fmt: skip
    try:
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
        for child in children:
            assert child.stdin is not None
            child.stdin.write("go\n")
            child.stdin.flush()
        return [child.communicate(timeout=120)[0].strip() for child in children]
    finally:
        for child in children:
            child.kill()
            child.wait()


def test_processes_share_the_limits_and_one_export_runs_once(home: Path) -> None:
    """Three processes at once, two of them with one export: of those one runs, the other is told who and since when.

    The two that run take turns, meet no limit, and everybody arrives.
    """
    with ac.sandbox.start(speed=20) as box:
        for width, name in ((2, "two"), (3, "three")):
            limits = replace(box.connection.limits, contacts_per_import=width)
            box.connection.replace(name=name, limits=limits).save()
        said = together(home, ["two", "two", "three"], [160, 160, 240])
        requests = box.requests()
        assert said[2].endswith("done 240")
        told, ran = sorted(said[:2], key=lambda words: words.endswith("done 160"))
        assert ran.endswith("done 160")
        assert "running already (run " in told
        assert ", since " in told
        assert not requests["status"].ge(400).any()
        sent = requests[requests["method"] == "POST"].reset_index(drop=True)
        assert sent["contacts"].value_counts().to_dict() == {2: 80, 3: 80}
        spans = [(which.index.min(), which.index.max()) for _, which in sent.groupby("contacts")]
        assert max(first for first, _ in spans) < min(last for _, last in spans), "their requests interleave"
