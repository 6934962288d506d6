"""The customers of a schedule: a few dozen, of whom some must not be mailed, and what becomes of the table."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pandas as pd

MARK = "Zqname"
"""Part of every name: where it turns up, a person's value has leaked."""

DOMAIN = "@example.org"
GONE = tuple(f"gone{number}{DOMAIN}" for number in range(2))
BOUNCED = f"bounced{DOMAIN}"
EXCLUDED = f"excluded{DOMAIN}"
FIRST = 24
"""Valid people at the beginning."""

MAPPING = {"email": "E-mail", "first_name": "Name", "Points": "Points"}
DTYPES = ("int64", "Int64", "float64", "object", "int64[pyarrow]")

Values = tuple[str, str]
"""Name and points, as they arrive."""


@dataclass
class Customers:
    """A table that changes: rows of address, name and points."""

    rows: list[tuple[str, str, int]] = field(default_factory=list)
    dtype: str = "int64"
    made: int = 0

    def __post_init__(self) -> None:
        """Begin with valid people, one of them twice, some who must not be mailed, and one without an address."""
        if self.rows:
            return
        for _ in range(FIRST):
            self.add()
        self.rows.insert(9, (self.rows[3][0].upper(), f"{MARK}twice", 0))
        self.rows[12:12] = [(address, f"{MARK}none", 0) for address in (*GONE, BOUNCED, EXCLUDED, "no address")]

    @property
    def frame(self) -> pd.DataFrame:
        """The table, made anew."""
        addresses, names, points = zip(*self.rows, strict=True)
        typed: object = [str(number) for number in points] if self.dtype == "object" else list(points)
        column = pd.Series(typed, dtype=self.dtype)
        return pd.DataFrame({"E-mail": list(addresses), "Name": list(names), "Points": column})

    @property
    def valid(self) -> dict[str, Values]:
        """What should arrive, by address."""
        wanted: dict[str, Values] = {}
        for address, name, points in self.rows:
            if address.startswith(("p", "P")):
                wanted.setdefault(address.lower(), (name, str(points)))
        return wanted

    def add(self) -> None:
        """Somebody new."""
        self.rows.append((f"p{self.made:03}{DOMAIN}", f"{MARK}{self.made}v0", self.made))
        self.made += 1

    def change(self, what: str, at: int) -> None:
        """Change the table; ``at`` says where."""
        place = at % len(self.rows)
        address, name, points = self.rows[place]
        if what == "value":
            self.rows[place] = (address, f"{name.partition('v')[0]}v{at}", points)
        elif what == "values":
            self.rows = [(who, f"{called.partition('v')[0]}v{at}", count) for who, called, count in self.rows]
        elif what == "added":
            self.add()
        elif what == "removed" and len(self.rows) > 1:
            del self.rows[place]
        elif what == "reordered":
            random.Random(at).shuffle(self.rows)
        elif what == "address" and address.startswith("p"):
            self.rows[place] = (f"p{self.made:03}{DOMAIN}", name, points)
            self.made += 1
        elif what == "dtype":
            self.dtype = DTYPES[at % len(DTYPES)]
        elif what == "twice":
            self.rows.append((address, f"{MARK}again{at}", points))


CHANGES = ("value", "values", "added", "removed", "reordered", "address", "dtype", "twice")
