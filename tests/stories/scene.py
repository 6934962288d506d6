"""Where a story happens: an account, a connection to it, and how the account reads the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

import ac_notebook as ac
from tests.people import people

if TYPE_CHECKING:
    from ac_notebook import Connection, Report
    from ac_notebook.sandbox import Quirks, Sandbox, ServedSandbox

NEWSLETTER = "Newsletter"
NEWSLETTER_ID = 4
MAPPING: dict[str | int, Any] = {
    "email": "E-mail", "first_name": "Given name", "last_name": "Family name", "phone": "Mobile", "City": "city",
    "Birthday": "dob", "Points": "points", "Tier": "tier", "Interests": "interests", "Preferred Language": "language",
    "tags": "tags",
}  # fmt: skip
LEFT, EXCLUDED, BOUNCED, WRONG = "left@example.org", "excluded@example.org", "bounced@example.org", "no address"


@dataclass(frozen=True)
class Scene:
    """An account, and the client's way to it."""

    box: Sandbox | ServedSandbox
    connection: Connection
    quirks: Quirks

    def export(self, frame: pd.DataFrame, **more: Any) -> Report:
        """Export a frame to the newsletter, and check what holds for every report."""
        refused_before = self.refused_requests()
        report = ac.export(
            frame, **{"connection": self.connection, "list": NEWSLETTER, "mapping": MAPPING, "tags": ["spring"], **more}
        )
        assert report.counts.sum() == len(frame) == len(report.outcome)
        assert report.outcome.value_counts().to_dict() == report.counts.to_dict()
        assert self.refused_requests() == refused_before  # nothing was asked that is not allowed, or too quickly
        if self.quirks.failures_listed:  # else nobody is told who did not arrive
            assert set(self.imported(frame, report)) <= self.active()
        return report

    def refused_requests(self) -> int:
        """Return how many requests were answered with an error, but for a question that an account may not answer."""
        requests = self.box.requests()
        return int((requests["status"].ge(400) & ~requests["path"].str.endswith("settings/account")).sum())

    def imports(self) -> int:
        """Return how many imports were sent."""
        return int((self.box.requests()["method"] == "POST").sum())

    def imported(self, frame: pd.DataFrame, report: Report) -> list[str]:
        """Return the addresses that the report calls imported."""
        return list(frame["E-mail"][report.outcome == "imported"])

    def statuses(self) -> dict[str, int]:
        """Return the status on the newsletter by address."""
        contacts = self.box.contacts().set_index("id")["email"]
        rows = self.box.memberships()
        rows = rows[rows["list"] == NEWSLETTER_ID]
        return {contacts[contact]: int(status) for contact, status in zip(rows["contact"], rows["status"], strict=True)}

    def active(self) -> set[str]:
        """Return who is active on the newsletter."""
        return {email for email, status in self.statuses().items() if status == 1}

    def held(self, email: str) -> pd.Series[Any]:
        """Return what the account holds of one person."""
        contacts = self.box.contacts()
        return contacts[contacts["email"] == email].iloc[0]


def customers(count: int) -> pd.DataFrame:
    """Return people with every common type of field, who can all be sent."""
    frame = people(count)
    frame["tier"] = ["Gold" if row % 3 else None for row in range(count)]
    frame["interests"] = [["Music", "Sport"] if row % 2 else [] for row in range(count)]
    frame["language"] = ["sv" if row % 2 else "en-GB" for row in range(count)]
    return frame


def with_others(frame: pd.DataFrame, *addresses: str) -> pd.DataFrame:
    """Return the frame with people of these addresses at its end."""
    more = customers(len(addresses))
    more["E-mail"] = list(addresses)
    return pd.concat([frame, more], ignore_index=True)
