"""Invented customers, as messy as real ones, to try an export on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .names import REGIONS
from .state.defaults import INTERESTS, TIERS

Texts = np.ndarray[Any, np.dtype[np.object_]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]

# Reserved for documentation (RFC 2606): mail to these arrives nowhere.
_DOMAINS = ("example.com", "example.org", "example.net", "mail.example.org", "post.example.com", "web.example.net")
_TAGS = ("spring", "web", "fair", "shop", "vip", "autumn", "phone", "partner")

# Shares of all rows, about 5 % together.
_MISSING = (("", 0.004), (None, 0.006), ("nan", 0.001), ("N/A", 0.001))
_SPOILED = ("no at sign", "two dots", "no top-level domain", "trailing dot", "comma")
_SHARE_SPOILED_EACH = 0.003
_SHARE_BLANKS_AROUND = 0.006
_SHARE_UPPER_CASE = 0.006
_SHARE_NAME_BLANKS = 0.008
_SHARE_NAME_NAN = 0.002
_SHARE_DUPLICATES = 0.01
_SHARE_DUPLICATES_IN_OTHER_CASE = 0.4
_HALF = 0.5  # the two kinds of spoiled names are drawn with one number, far apart

_SHARE_OPTED_IN = 0.88
_SHARE_NO_INTERESTS = 0.05
_GAPS_OPT_IN, _GAPS_NAME, _GAPS_PHONE, _GAPS_CITY, _GAPS_TAGS = 0.03, 0.02, 0.07, 0.04, 0.35
_GAPS_BIRTHDAY, _GAPS_VISIT, _GAPS_POINTS, _GAPS_INTERESTS = 0.12, 0.2, 0.15, 0.08
_TIER_SHARES = (0.12, 0.48, 0.28, 0.12)  # none, then in the order of TIERS

_FIRST_BIRTH, _LAST_BIRTH = "1931-01-01", "2008-12-31"
_FIRST_VISIT, _LAST_VISIT = "2022-01-01", "2026-10-31"


def sample_customers(n: int = 5000, *, seed: int = 0) -> pd.DataFrame:
    """Return invented customers.

    Parameters
    ----------
    n
        Number of rows.
    seed
        The same n and seed give the same frame.

    Returns
    -------
    pandas.DataFrame
        customer_id, E-mail, Given name, Family name, Mobile, dob, last_visit, points, interests, tier, city, tags,
        newsletter_ok. About 5 % of the rows are dirty (missing or malformed addresses, blanks around, upper case),
        about 1 % repeat an earlier address. All addresses are in domains that are reserved for documentation.

    Examples
    --------
    >>> sample_customers(3).columns[:3].tolist()
    ['customer_id', 'E-mail', 'Given name']
    """
    if n < 0:
        message = f"n must not be negative, got {n}"
        raise ValueError(message)
    random = np.random.default_rng(seed)
    people = _people(random, n)
    return pd.DataFrame(
        {
            "customer_id": pd.array(random.permutation(n) + 100_001, dtype="Int64"),
            "E-mail": _addresses(random, people),
            "Given name": _spoil_names(random, people.given),
            "Family name": _spoil_names(random, people.family),
            "Mobile": _with_gaps(random, _choose(random, _phones(), n), _GAPS_PHONE),
            "dob": _birthdays(random, n),
            "last_visit": _visits(random, n),
            "points": _points(random, n),
            "interests": _interests(random, n),
            "tier": _tiers(random, n),
            "city": _with_gaps(random, people.city, _GAPS_CITY),
            "tags": _with_gaps(random, _choose(random, _tag_lists(), n), _GAPS_TAGS),
            "newsletter_ok": _opt_ins(random, n),
        }
    )


@dataclass(frozen=True)
class _People:
    given: Texts
    family: Texts
    city: Texts
    local: Texts  # what the name would be before the @


def _people(random: np.random.Generator, n: int) -> _People:
    region = random.integers(0, len(REGIONS), n)
    given, family, city, local = (np.empty(n, dtype=object) for _ in range(4))
    for number, names in enumerate(REGIONS):
        rows = np.flatnonzero(region == number)
        first, last = names.pairs(names.given), names.pairs(names.family)
        which_first, which_last = random.integers(0, len(first), rows.size), random.integers(0, len(last), rows.size)
        given[rows] = _texts([name for name, _ in first])[which_first]
        family[rows] = _texts([name for name, _ in last])[which_last]
        joined = [f"{one}.{other}" for _, one in first for _, other in last]
        local[rows] = _texts(joined)[which_first * len(last) + which_last]
        city[rows] = _choose(random, names.towns.split(", "), rows.size)
    return _People(given, family, city, local)


def _addresses(random: np.random.Generator, people: _People) -> Texts:
    n = people.local.size
    domains = _choose(random, _DOMAINS, n)
    local, numbers = people.local.tolist(), range(1, n + 1)
    clean = _texts([f"{name}{i}@{domain}" for name, i, domain in zip(local, numbers, domains.tolist(), strict=True)])
    addresses = clean.copy()
    shares = [share for _, share in _MISSING] + [_SHARE_SPOILED_EACH] * len(_SPOILED)
    shares += [_SHARE_BLANKS_AROUND, _SHARE_UPPER_CASE, _SHARE_DUPLICATES]
    kind = np.searchsorted(np.cumsum(shares), random.random(n), side="right")
    for number, (value, _) in enumerate(_MISSING):
        addresses[kind == number] = value
    for number, spoiling in enumerate(_SPOILED, start=len(_MISSING)):
        rows = np.flatnonzero(kind == number)
        addresses[rows] = _texts([_spoil(address, spoiling) for address in clean[rows]])
    blanks, upper, duplicates = (np.flatnonzero(kind == len(shares) - 3 + position) for position in range(3))
    addresses[blanks] = _texts([f" {address}\t" if address[0] < "m" else f"{address} " for address in clean[blanks]])
    addresses[upper] = _texts([address.upper() for address in clean[upper]])
    originals = np.flatnonzero(kind == len(shares))
    earlier = np.searchsorted(originals, duplicates)
    duplicates, earlier = duplicates[earlier > 0], earlier[earlier > 0]
    repeated = clean[originals[(random.random(duplicates.size) * earlier).astype(np.int64)]]
    changed = (random.random(duplicates.size) < _SHARE_DUPLICATES_IN_OTHER_CASE).tolist()
    addresses[duplicates] = _texts(
        [text.title() if other else text for text, other in zip(repeated, changed, strict=True)]
    )
    return addresses


def _spoil(address: str, how: str) -> str:
    local, _, domain = address.partition("@")
    return {
        "no at sign": f"{local}.{domain}",
        "two dots": f"{local}@{domain.replace('.', '..')}",
        "no top-level domain": f"{local}@example",
        "trailing dot": f"{address}.",
        "comma": f"{local}@{domain.replace('.', ',')}",
    }[how]


def _spoil_names(random: np.random.Generator, names: Texts) -> Texts:
    names = names.copy()
    luck = random.random(names.size)
    blanks = np.flatnonzero(luck < _SHARE_NAME_BLANKS / 2)
    names[blanks] = _texts([f"  {name} " for name in names[blanks]])
    names[(luck >= _HALF) & (luck < _HALF + _SHARE_NAME_NAN / 2)] = "nan"
    names[luck >= 1 - _GAPS_NAME] = None
    return names


def _phones() -> list[str]:
    """Return numbers that no telephone has: ranges set aside for fiction in Sweden, North America and Britain."""
    swedish = [f"{number:03d}" for number in range(605, 700)]
    forms = ("+46 70-174 0{} {}", "070174{:0>2}{}", "0046 70 1740{}{}", "070-174 0{} {}", "+4670174{:0>2}{}")
    numbers = [form.format(digits[0], digits[1:]) for digits in swedish for form in forms]
    numbers += [f"({area}) 555-01{line:02d}" for area in (206, 312, 555) for line in range(100)]
    return numbers + [
        form.format(line) for line in range(0, 1000, 10) for form in ("+44 7700 900{:03d}", "07700900{:03d}")
    ]


def _birthdays(random: np.random.Generator, n: int) -> pd.Series:
    first, last = np.datetime64(_FIRST_BIRTH), np.datetime64(_LAST_BIRTH)
    days = first + random.integers(0, (last - first).astype(np.int64), n)
    days[random.random(n) < _GAPS_BIRTHDAY] = np.datetime64("NaT", "s")
    return pd.Series(days.astype("datetime64[ns]"))


def _visits(random: np.random.Generator, n: int) -> pd.Series:
    first, last = np.datetime64(_FIRST_VISIT, "s"), np.datetime64(_LAST_VISIT, "s")
    moments = first + random.integers(0, (last - first).astype(np.int64), n)
    moments[random.random(n) < _GAPS_VISIT] = np.datetime64("NaT", "s")
    visits = pd.Series(moments.astype("datetime64[ns]"))
    return visits.dt.tz_localize("UTC").dt.tz_convert("Europe/Stockholm")


def _points(random: np.random.Generator, n: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    points = np.floor(random.gamma(1.6, 220.0, n))
    points[random.random(n) < _GAPS_POINTS] = np.nan
    return points


def _tiers(random: np.random.Generator, n: int) -> pd.Categorical[str]:
    codes = random.choice(len(_TIER_SHARES), n, p=_TIER_SHARES) - 1  # -1 is a gap
    return pd.Categorical.from_codes(codes, categories=pd.Index(list(TIERS)))


def _interests(random: np.random.Generator, n: int) -> Texts:
    combinations = [
        [name for bit, name in enumerate(INTERESTS) if number >> bit & 1] for number in range(2 ** len(INTERESTS))
    ]
    lists = np.empty(n, dtype=object)
    for row, number in enumerate(random.integers(0, len(combinations), n).tolist()):
        lists[row] = combinations[number].copy()  # one list each: they can be changed
    luck = random.random(n)
    for row in np.flatnonzero(luck < _SHARE_NO_INTERESTS).tolist():
        lists[row] = []
    lists[luck > 1 - _GAPS_INTERESTS] = None
    return lists


def _tag_lists() -> list[str]:
    pairs = [f"{one},{other}" for one in _TAGS for other in _TAGS if one != other]
    return [*_TAGS, *pairs, "spring,web,fair"]


def _opt_ins(random: np.random.Generator, n: int) -> pd.arrays.BooleanArray:
    luck = random.random(n)
    return pd.arrays.BooleanArray(luck < _SHARE_OPTED_IN, luck > 1 - _GAPS_OPT_IN)


def _texts(values: list[Any]) -> Texts:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _choose(random: np.random.Generator, values: Any, n: int) -> Texts:
    return _texts(list(values))[random.integers(0, len(values), n)]


def _with_gaps(random: np.random.Generator, texts: Texts, share: float) -> Texts:
    texts = texts.copy()
    texts[random.random(texts.size) < share] = None
    return texts
