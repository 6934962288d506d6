"""One way of exporting, against a sandbox of its own: first, again, with a lost answer, and killed in the middle."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

import ac_notebook as ac
from tests.benchmarks.ways import hand_written
from tests.clients.harness import PYTHON, SCRIPTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from ac_notebook.sandbox import ServedSandbox
    from tests.benchmarks.ways.people import People

SPEED = 10.0
"""Answers of 0.2 s are 20 ms then, and what this machine itself takes for one counts little."""
ANSWERS = 0.2
PHONE = "+46701740605"
LIST = "Readers"
_HERE = Path(__file__).parent
_ROOT = _HERE.parents[2]
_SENDS = ("/import/bulk_import", "/contact/sync")


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way of exporting.

    Parameters
    ----------
    name
        What it is called.
    script
        Its file.
    python
        The interpreter that runs it.
    bulk
        Whether it sends many contacts in a request.
    """

    name: str
    script: Path
    python: Path = Path(sys.executable)
    bulk: bool = True

    def given(self, people: People, folder: Path) -> str:
        """Return what its `read` reads: the number of rows, or a CSV file where there is no pandas."""
        if self.python != PYTHON:
            return str(people.rows)
        path = folder / "customers.csv"
        chosen = hand_written.choose(people.frame)
        names = ("email", "firstName", "lastName", "phone", *hand_written.FIELDS)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(names)
            writer.writerows(chosen.fillna("").itertuples(index=False))
        return str(path)


OURS = Way(name="ours", script=_HERE / "ours.py")
LOOP = Way(name="hand-written loop", script=_HERE / "hand_written.py")
SINGLE = Way(name="one by one", script=_HERE / "one_by_one.py", bulk=False)
CLIENT = Way(
    name="activecampaign-python", script=SCRIPTS / "export_with_activecampaign_python.py", python=PYTHON, bulk=False
)


@dataclass(frozen=True, kw_only=True)
class Exporter:
    """A process that exports in one of the ways, to one account after the other."""

    way: Way
    process: subprocess.Popen[str]

    def begin(self, tried: Trial) -> None:
        """Have it export."""
        name = f"bench {tried.box.host}"
        tried.box.connection.replace(name=name).save()
        environment = {
            "ACTIVECAMPAIGN_URL": tried.box.url, "ACTIVECAMPAIGN_API_KEY": tried.box.api_key,
            "SPEED": f"{tried.box.speed:g}", "CONNECTION": name,
        }  # fmt: skip
        given = self.way.given(tried.people, tried.folder)
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"environment": environment, "given": given}) + "\n")
        self.process.stdin.flush()

    def run(self, tried: Trial) -> dict[str, Any]:
        """Have it export, and return what it said and took."""
        self.begin(tried)
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        if not said:
            raise ChildProcessError(f"the process of {self.way.name} ended with {self.process.wait()}")
        told: dict[str, Any] = json.loads(said)
        if self.way.bulk:
            tried.settle()
        return told

    def run_and_kill(self, tried: Trial) -> None:
        """Have it export, and kill it once half of what is to be sent was."""
        self.begin(tried)
        while tried.sent() < tried.once // 2 and self.process.poll() is None:
            time.sleep(0.005)  # a process of its own is waited for, in real time
        self.process.kill()


@contextmanager
def exporter(way: Way) -> Iterator[Exporter]:
    """Start the process of a way, and end it."""
    alone = ["-I"] if way.python == PYTHON else []
    with subprocess.Popen(
        [str(way.python), *alone, str(_HERE / "measured.py"), str(way.script)],
        env={**os.environ, "PYTHONPATH": str(_ROOT)}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            yield Exporter(way=way, process=process)
        finally:
            process.kill()


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A way, its customers, and the sandbox that it exports to."""

    way: Way
    people: People
    box: ServedSandbox
    folder: Path
    seeded: int

    def settle(self) -> None:
        """Wait until what was queued is applied: nothing has happened for longer than an import takes."""
        before = -1
        while before != (before := self._effects()):
            time.sleep(max(10 / self.box.speed, 0.5))  # a process of its own, in real time; it may have to wait itself

    def _effects(self) -> int:
        return int(self.box.ledger(last=1)["number"].max())

    @property
    def once(self) -> int:
        """How many contacts the way sends when nothing is in its way."""
        if self.way == OURS:
            return len(self.people.wanted | self.people.unsubscribed)
        return len(hand_written.choose(self.people.frame))

    def requests(self) -> pd.DataFrame:
        """Return the requests since the account was filled."""
        return self.box.requests().iloc[self.seeded :]

    def sent(self) -> int:
        """Return how many contacts were sent, those counted twice that were sent twice."""
        requests = self.requests()
        requests = requests[requests["method"].eq("POST") & requests["path"].str.endswith(_SENDS)]
        return int(requests["contacts"].clip(lower=1).sum())

    def active(self) -> set[str]:
        """Return the addresses on the list, in small letters."""
        places, contacts = self.box.memberships(), self.box.contacts().set_index("id")["email"]
        on = places[places["list"].eq(self.list_id) & places["status"].eq(1)]["contact"]
        return set(contacts.loc[on].str.lower())

    @property
    def list_id(self) -> int:
        """The list's id."""
        return int(self.box.lists().set_index("name")["id"][LIST])


@contextmanager
def trial(way: Way, people: People, *, speed: float = SPEED, answers: float = ANSWERS) -> Iterator[Trial]:
    """Start a sandbox that has a list with an automation, people who left it, and people with a phone."""
    with (
        tempfile.TemporaryDirectory(prefix="ac_notebook-ways-") as folder, ac.sandbox.start(speed=speed) as box
    ):  # fmt: skip
        number = box.add_list(LIST, automation=True)
        _fill(box, people, number)
        if answers:
            box.faults.add(on="any", kind="delay", seconds=answers / speed, times=None)
        yield Trial(way=way, people=people, box=box, folder=Path(folder), seeded=len(box.requests()))


def _fill(box: ServedSandbox, people: People, number: int) -> None:
    everybody = sorted(people.unsubscribed | people.known)
    with httpx.Client(base_url=f"{box.url}/api/3/", headers={"Api-Token": box.api_key}) as api:
        for start in range(0, len(everybody), 250):
            contacts = [{"email": address, "phone": PHONE} for address in everybody[start : start + 250]]
            api.post("import/bulk_import", json={"contacts": contacts}).raise_for_status()
            time.sleep(1 / box.speed)  # a minute's limit, in the sandbox's time
    while len(box.contacts()) < len(everybody):
        time.sleep(0.01)  # a process of its own is waited for
    for address in people.unsubscribed:
        box.unsubscribe(address, number)
