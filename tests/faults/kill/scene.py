"""An account, a home, and what must be true in them whatever happened to the process that exports."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from ac_notebook.storage.database import FILE, open_database
from ac_notebook.storage.run_entries import UNDER_WAY, details, entries
from tests.faults.kill.cell import BAD, BOUNCED, GONE, LIST, ODD, VALID, Account, Told, address, customers

if TYPE_CHECKING:
    from ac_notebook.sandbox.served import ServedSandbox

Weather = Literal["calm", "rough", "slow"]

ROUGH: tuple[dict[str, Any], ...] = (
    {"on": "import", "nth": 2, "kind": "status", "status": 400, "body": '{"message":"This is not taken."}'},
    {"on": "import", "nth": 4, "kind": "drop_after"},
    {"on": "import", "nth": 6, "kind": "status", "status": 503, "taken": True},
    {"on": "import", "nth": 7, "kind": "status", "status": 429, "retry_after": 0},
    {"on": "import", "nth": 9, "kind": "interrupted_batch"},
    {"on": "import", "nth": 11, "kind": "drop_before"},
    {"on": "info", "nth": 2, "kind": "status", "status": 500},
    {"on": "info", "nth": 5, "kind": "cut"},
)
"""What goes wrong in bad weather: a batch has to be halved, answers are lost, one batch comes to half an end."""

LATE = 12
"""Seconds until the answer of a request that is answered late: nobody who interrupts waits for that."""

SLOW: tuple[dict[str, Any], ...] = ({"on": "import", "nth": 4, "kind": "delay", "seconds": LATE},)
FAULTS: dict[Weather, tuple[dict[str, Any], ...]] = {"calm": (), "rough": ROUGH, "slow": SLOW}

_SENT = ("imported", "unchanged")


class BrokenError(AssertionError):
    """A promise that was not kept."""


@dataclass(kw_only=True)
class Scene:
    """A fresh account of a sandbox, and a fresh home.

    Parameters
    ----------
    box
        The account.
    weather
        What goes wrong in it.
    automations
        Whether the export lets automations start.
    """

    box: ServedSandbox
    weather: Weather = "calm"
    automations: bool = False

    def __post_init__(self) -> None:
        """Have some people opted out and bounced before, and let it be bad weather."""
        self.home = tempfile.mkdtemp(prefix="ac_notebook-kill-")
        self.list = int(self.box.lists().set_index("name")["id"][LIST])
        for gone in GONE:
            self.box.unsubscribe(gone, self.list)
        self.box.bounce(BOUNCED)
        self.before = set(self.box.contacts()["email"])
        for fault in FAULTS[self.weather]:
            self.box.faults.add(**fault)
        self.account = Account(
            host=self.box.host, instance=self.box.instance, api_key=self.box.api_key, speed=self.box.speed
        )

    def close(self) -> None:
        """Remove the home."""
        shutil.rmtree(self.home, ignore_errors=True)

    def imports(self) -> int:
        """Return how many imports have reached the account."""
        return int((self.box.requests()["method"] == "POST").sum())

    def check(self, told: Told, *, changed: bool, is_first: bool = False) -> None:
        """Hold a run's report against the account: the law of outcomes, and that no word is false.

        Parameters
        ----------
        told
            What the run came to.
        changed
            Whether its frame was the changed one.
        is_first
            Whether nothing was sent to the account before it.

        Raises
        ------
        BrokenError
            When something that was promised is not so.
        """
        frame = customers(changed=changed)
        _require(told.outcome is not None, f"there is no report: {told.how}: {told.said}")
        assert told.outcome is not None
        _require(len(told.outcome) == len(frame) == sum(told.counts.values()), "the outcomes do not add up to the rows")
        counted = pd.Series(told.outcome).value_counts().to_dict()
        _require(counted == {word: n for word, n in told.counts.items() if n}, "the counts are not those of the rows")
        outcome = pd.Series(told.outcome, index=frame["E-mail"])
        for bad in BAD:
            _require(outcome[bad] == "rejected", f"a row that is no address is called {outcome[bad]}")
        _require((outcome == "duplicate").sum() == 1, "the second row of a person is not called a duplicate")
        there = self.there()
        arrived = outcome.index[outcome.isin(_SENT)]
        _require(set(arrived) <= set(there.index), "called imported, and not there")
        wanted = frame.set_index("E-mail")["Name"].reindex(arrived)
        _require(bool((there.reindex(arrived) == wanted).all()), "called imported, with another value")
        if is_first:
            come = set(there.index) - self.before
            _require(not set(outcome.index[outcome == "not_sent"]) & come, "called not sent, and there")
        self.harms_nobody(changed=changed)

    def check_complete(self, told: Told, *, changed: bool) -> None:
        """Assert that a run which nothing stopped has brought everybody over, or says of whom that is not known."""
        self.check(told, changed=changed)
        assert told.outcome is not None
        _require(told.how == "returned", f"the cell ended with {told.how}: {told.said}")
        frame = customers(changed=changed)
        outcome = pd.Series(told.outcome, index=frame["E-mail"])
        valid = outcome.loc[[address(number) for number in range(VALID)]]
        known = valid.isin(_SENT)
        if self.automations:
            known |= valid == "uncertain"
        _require(
            bool(known.all()), f"sendable rows that were not brought over: {valid[~known].value_counts().to_dict()}"
        )
        allowed = {"refused", "uncertain"} if self.automations else {"refused"}
        others = set(outcome.loc[[*GONE, BOUNCED, ODD]])
        _require(others <= allowed, f"people who cannot be subscribed are called {sorted(others)}")
        joined = self.active()
        _require(set(valid.index[valid.isin(_SENT)]) <= joined, "called imported, and not on the list")

    def check_limits(self) -> None:
        """Assert that no limit of the account was met but those that the weather made up."""
        requests = self.box.requests()
        made_up = [fault["status"] for fault in FAULTS[self.weather] if "status" in fault]
        met = sorted(int(status) for status in requests["status"] if status >= 400)
        for status in made_up:
            if status in met:
                met.remove(status)
        _require(not met, f"answers of {met}")

    def check_runs(self, *, left: bool = False) -> None:
        """Assert that what is told of each run is whole and adds up, and that none is called under way.

        Parameters
        ----------
        left
            Whether the last run may have been left: then its thread may be at its end still.
        """
        home = Path(self.home)
        if not (home / FILE).exists():
            return
        with closing(open_database(home)) as database:
            found = entries(database, home)
            for entry in found:
                details(database, entry.run)
        for entry in found[1:] if left else found:
            _require(not entry.is_damaged, f"the record of run {entry.run} is damaged")
            _require(entry.state not in UNDER_WAY, f"run {entry.run} is {entry.state} for ever")
            rows = sum(entry.counts.values())
            _require(rows == len(customers()), f"run {entry.run} has an outcome for {rows} rows: {entry.counts}")

    def harms_nobody(self, *, changed: bool) -> None:
        """Assert that nobody is mailed who must not be, that nobody is there twice, and no automation started twice."""
        _require(not self.active() & {*GONE, BOUNCED}, "somebody who opted out or bounced is active")
        contacts = self.box.contacts()
        _require(contacts["email"].is_unique, "somebody is there twice")
        started = contacts.set_index("id")["email"].reindex(self.box.automations()["contact"])
        if not self.automations:
            _require(started.empty, "an automation was started")
        # Somebody whose name is another one now is sent again, which is what an export with automations asks for.
        before, now = (customers(changed=changed).set_index("E-mail")["Name"] for changed in (False, True))
        others = set(now.index[now != before.reindex(now.index)])
        times = started.value_counts()
        most = times.index.map(lambda address: 2 if changed and address in others else 1).to_numpy()
        _require(bool((times <= most).all()), "an automation was started twice")

    def there(self) -> pd.Series[Any]:
        """Return the names of those who are in the account, by address."""
        return self.box.contacts().set_index("email")["first_name"]

    def active(self) -> set[str]:
        """Return the addresses that are active on a list."""
        contacts = self.box.contacts().set_index("id")["email"]
        places = self.box.memberships()
        return set(contacts.reindex(places.loc[places["status"] == 1, "contact"]))


def _require(holds: bool, sentence: str) -> None:  # noqa: FBT001 - what is required
    if not holds:
        raise BrokenError(sentence)
