"""The customers of all ways: the messy sample, and some in it twice, who say no in the other row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

import ac_notebook as ac
from tests.runs.arrival import expected

_EACH = 100
"""Of so many rows, one comes once more and says no, one had left the list, one has no phone and is there with one."""
_LEAST = 5


def read(rows: str) -> pd.DataFrame:
    """Return so many customers, some without a phone, and a hundredth of them again, who say no in the other row."""
    sample = ac.sandbox.sample_customers(n=int(rows), seed=1)
    agreed = sample[sample["newsletter_ok"].fillna(value=False) & sample["E-mail"].str.contains("@", na=False)]
    sample.loc[agreed.sample(n=_some(int(rows)), random_state=4).index, "Mobile"] = None
    again = agreed.sample(n=_some(int(rows)), random_state=2)
    again["newsletter_ok"] = pd.array([False] * len(again), dtype="boolean")
    return pd.concat([sample, again]).sample(frac=1.0, random_state=3, ignore_index=True)


def _some(rows: int) -> int:
    return max(rows // _EACH, _LEAST)


@dataclass(frozen=True, kw_only=True)
class People:
    """Who is in a frame, by address in small letters.

    Parameters
    ----------
    rows
        How many rows the sample has.
    """

    rows: int

    @cached_property
    def frame(self) -> pd.DataFrame:
        """All rows."""
        return read(str(self.rows))

    @cached_property
    def _wanted(self) -> dict[str, dict[str, str | None]]:
        return {address.lower(): values for address, values in expected(self.frame).contacts.items()}

    @cached_property
    def known(self) -> set[str]:
        """Who has no phone here and one in ActiveCampaign."""
        without = [address for address, values in self._wanted.items() if values["phone"] is None]
        return set(sorted(without)[: _some(self.rows)])

    @cached_property
    def unsubscribed(self) -> set[str]:
        """Who was on the list once, and left it."""
        others = sorted(set(self._wanted) - self.known)
        return set(others[:: -(-len(others) // _some(self.rows))])

    @cached_property
    def wanted(self) -> set[str]:
        """Who is to be on the list afterwards."""
        return set(self._wanted) - self.unsubscribed

    @cached_property
    def unwilling(self) -> set[str]:
        """Who says no in a row."""
        no = self.frame.loc[self.frame["newsletter_ok"].eq(other=False).fillna(value=False), "E-mail"]
        return set(no.dropna().str.strip().str.lower()) - {""}
