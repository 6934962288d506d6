"""What our client promises whatever goes wrong: a small export to a sandbox, in virtual time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

import ac_notebook as ac
from ac_notebook.errors import ActiveCampaignError
from ac_notebook.sandbox import Sandbox
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from ac_notebook.sandbox.quirks import Quirks

NEWSLETTER = 4  # it has an automation
VALID = 47
SIZE = 10  # contacts per import
GONE = ("gone1@example.org", "gone2@example.org")  # opted out before
BOUNCED = "bounced@example.org"
BAD = ("no address", "", "two@@example.org")
MAPPING = {"email": "E-mail", "first_name": "Name", "City": "City"}


def customers() -> pd.DataFrame:
    """Return people of whom some can be sent, one is there twice, and some must not be mailed."""
    valid = [f"p{number:02}@example.org" for number in range(VALID)]
    addresses = [*valid[:20], *GONE, *valid[20:], valid[3].upper(), BOUNCED, *BAD]
    names = [f"Name {number}" for number in range(len(addresses))]
    return pd.DataFrame({"E-mail": addresses, "Name": names, "City": "Malmö"})


@dataclass
class Scene:
    """A sandbox, a client of it, and the promises to be kept."""

    quirks: Quirks | None = None
    clock: VirtualClock = field(default_factory=VirtualClock)
    frame: pd.DataFrame = field(default_factory=customers)
    list: str = "Newsletter"

    def __post_init__(self) -> None:
        """Make an account from which some have unsubscribed."""
        clock = self.clock
        self.box = Sandbox(clock=clock.monotonic, now=clock.now, sleep=clock.sleep, quirks=self.quirks)
        for address in GONE:
            self.box.unsubscribe(address, NEWSLETTER)
        self.box.bounce(BOUNCED)
        self.connect(self.box)

    def connect(self, box: Sandbox) -> None:
        """Use an account as one of its users sees it."""
        connection = through(box, self.clock)
        self.connection = connection.replace(limits=replace(connection.limits, contacts_per_import=SIZE))

    def run(self, **options: Any) -> ac.Report | None:
        """Export once, and hold the outcome against the promises; return the report, None when nothing was begun."""
        report: ac.Report | None
        before = self.held()
        said = ""
        try:
            report = ac.export(self.frame, connection=self.connection, list=self.list, mapping=MAPPING, **options)
        except ActiveCampaignError as error:
            report, said = error.report, str(error)
        assert self.box.api_key not in said
        if report is not None:
            self.says_the_truth(report, before)
        self.harms_nobody()
        return report

    def says_the_truth(self, report: ac.Report, before: set[str]) -> None:
        """Assert that all rows have an outcome, and that no outcome is false."""
        assert report.counts.sum() == len(self.frame)
        outcome = pd.Series(report.outcome.astype(str).to_numpy(), index=self.frame["E-mail"])
        arrived = outcome.index[outcome.isin(["imported", "unchanged"])]
        there = self.box.contacts().set_index("email")["first_name"]
        assert set(arrived) <= set(there.index), "called imported, and not there"
        wanted = self.frame.set_index("E-mail")["Name"]
        assert (there.reindex(arrived) == wanted.reindex(arrived)).all(), "called imported, with another value"
        self.clock.sleep(30.0)  # what is queued is applied by now
        assert not (self.held() - before) & set(outcome.index[outcome == "not_sent"]), "called not sent, and there"

    def harms_nobody(self) -> None:
        """Assert that nobody is mailed who must not be, and nothing was started."""
        contacts = self.box.contacts().set_index("id")["email"]
        places = self.box.memberships()
        active = set(contacts.reindex(places.loc[places["status"] == 1, "contact"]))
        assert not active & {*GONE, BOUNCED}
        assert self.box.automations().empty
        assert self.box.ledger(effect="automation started").empty
        assert contacts.is_unique

    def held(self) -> set[str]:
        """Return the addresses that the account holds."""
        return set(self.box.contacts()["email"])

    def is_complete(self) -> bool:
        """Tell whether everybody valid is there, on the list, with the right values."""
        contacts = self.box.contacts()
        number = int(self.box.lists().set_index("name")["id"][self.list])
        places = self.box.memberships()
        places = places[(places["list"] == number) & (places["status"] == 1)]
        there = contacts[contacts["id"].isin(places["contact"])].set_index("email")
        wanted = self.frame[self.frame["E-mail"].str.fullmatch(r"p\d\d@example\.org")].set_index("E-mail")
        if set(wanted.index) != set(there.index):
            return False
        named = there["first_name"].reindex(wanted.index) == wanted["Name"]
        return bool(named.all() and (there["City"] == "Malmö").all())


def requests_of_a_plain_export() -> dict[str, int]:
    """Return how many requests of each group an export makes to which nothing happens."""
    scene = Scene()
    report = scene.run()
    assert report is not None
    assert report.counts["imported"] == VALID
    assert scene.is_complete()
    requests = scene.box.requests()
    paths = requests["path"]
    return {
        "import": int(((paths == "/api/3/import/bulk_import") & (requests["method"] == "POST")).sum()),
        "info": int((paths == "/api/3/import/info").sum()),
        "lists": int(paths.str.fullmatch(r"/api/3/lists(/\d+)?").sum()),
    }
