"""Whether every value arrived: what the conversion table promises, worked out cell by cell in plain Python.

Nothing of ``ac_notebook.frames`` is used here: an expectation that shares code with the product agrees with its
mistakes.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

import ac_notebook as ac
from ac_notebook.demo import MAPPING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ac_notebook import Report

LIST = "Newsletter"
TAGS = ("spring",)
SPEED = 60.0
ZONE_FREE = {"Last visit"}
"""Compared as instants: the sandbox converts a moment to the zone of its account."""

_BLANK_LIKE = {"nan", "None", "NULL", "<NA>", "NaT"}
_NOT_IN_LOCAL_PART = set("\"(),:;<>@[]'")
_DOMAIN_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_TOP_LEVEL = re.compile(r"[A-Za-z]{2,}")
_ATTRIBUTES = frozenset({"email", "first_name", "last_name", "phone"})


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """An export, and what the sandbox holds after it."""

    customers: pd.DataFrame
    report: Report
    contacts: pd.DataFrame
    contact_tags: pd.DataFrame
    memberships: pd.DataFrame
    lists: pd.DataFrame
    automations: pd.DataFrame
    requests: pd.DataFrame


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a frame should become: an outcome for each row, and the contacts by address."""

    outcomes: list[str]
    contacts: dict[str, dict[str, str | None]]
    tags: dict[str, set[str]]


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What a comparison found; ``wrong`` has one entry for everything that is not as it should be."""

    rows: int
    imported: int
    cells: dict[str, int]
    requests: int
    wrong: tuple[str, ...]


def export_sample(rows: int, seed: int) -> Arrived:
    """Export a sample of customers to a sandbox over a socket, and return what is there then."""
    customers = ac.sandbox.sample_customers(n=rows, seed=seed)
    with ac.sandbox.start(speed=SPEED) as box:
        report = ac.export(customers, connection=box.connection, list=LIST, mapping=MAPPING, tags=TAGS)
        return Arrived(
            customers=customers,
            report=report,
            contacts=box.contacts(),
            contact_tags=box.contact_tags(),
            memberships=box.memberships(),
            lists=box.lists(),
            automations=box.automations(),
            requests=box.requests(),
        )


def expected(customers: pd.DataFrame) -> Expected:
    """Return what the customers should become, by the documented conversion."""
    rows = [dict(zip(customers.columns, values, strict=True)) for values in customers.itertuples(index=False)]
    addresses = [_text(row[MAPPING["email"]], blank_like=True) for row in rows]
    withheld = {
        address.lower()
        for address, row in zip(addresses, rows, strict=True)
        if address is not None and not _agreed(row[MAPPING["opt_in"]])
    }
    outcomes: list[str] = []
    contacts: dict[str, dict[str, str | None]] = {}
    tags: dict[str, set[str]] = {}
    taken: set[str] = set()
    for address, row in zip(addresses, rows, strict=True):
        if address is None or not _is_address(address) or address.lower() in withheld:
            outcomes.append("rejected")
        elif address.lower() in taken:
            outcomes.append("duplicate")
        else:
            outcomes.append("imported")
            taken.add(address.lower())
            contacts[address] = {target: _CONVERSIONS[target](row[MAPPING[target]]) for target in _CONVERSIONS}
            tags[address] = {tag.lower() for tag in (*_tags(row[MAPPING["tags"]]), *TAGS)}
    return Expected(outcomes=outcomes, contacts=contacts, tags=tags)


def compare(arrived: Arrived) -> Findings:
    """Compare what arrived with what should have arrived: rows, cells, tags, memberships, requests."""
    should = expected(arrived.customers)
    wrong = [*_outcomes(arrived, should), *_requests(arrived)]
    there = {str(row["email"]): row for row in arrived.contacts.to_dict("records")}
    if len(there) != len(arrived.contacts):
        wrong.append("an address is there twice")
    wrong += _sets("contacts", set(should.contacts), set(there))
    both = [address for address in should.contacts if address in there]
    cells = {}
    for target in _CONVERSIONS:
        pairs = [(should.contacts[address][target], _held(target, there[address][target])) for address in both]
        cells[target] = len(pairs)
        bad = [number for number, (one, other) in enumerate(pairs) if one != other]
        wrong += [f"{len(bad)} cells of {target} differ, for example {pairs[bad[0]]}"] if bad else []
    cells["tags"] = len(both)
    wrong += _tagged(arrived, {address: should.tags[address] for address in both})
    cells["list"] = len(both)
    wrong += _members(arrived)
    return Findings(
        rows=len(arrived.customers),
        imported=int(arrived.report.counts["imported"]),
        cells=cells,
        requests=int(arrived.requests["method"].eq("POST").sum()),
        wrong=tuple(wrong),
    )


def _outcomes(arrived: Arrived, should: Expected) -> list[str]:
    counts = arrived.report.counts
    said = arrived.report.outcome.astype(str).tolist()
    differ = Counter((one, other) for one, other in zip(should.outcomes, said, strict=True) if one != other)
    wrong = [f"{number} rows should be {one} and are {other}" for (one, other), number in differ.items()]
    if int(counts.sum()) != len(arrived.customers):
        wrong.append(f"the outcomes add up to {int(counts.sum())}, the frame has {len(arrived.customers)} rows")
    if int(counts["imported"]) != len(arrived.contacts):
        wrong.append(f"{int(counts['imported'])} imported, {len(arrived.contacts)} held by the sandbox")
    return wrong


def _requests(arrived: Arrived) -> list[str]:
    refused = arrived.requests[arrived.requests["status"] >= 400]
    wrong = [f"{len(refused)} requests were refused: {set(refused['status'])}"] if len(refused) else []
    if len(arrived.automations):
        wrong.append(f"{len(arrived.automations)} automations were started")
    return wrong


def _tagged(arrived: Arrived, should: dict[str, set[str]]) -> list[str]:
    email = dict(zip(arrived.contacts["id"], arrived.contacts["email"], strict=True))
    there: dict[str, list[str]] = {address: [] for address in should}
    for contact, tag in zip(arrived.contact_tags["contact"], arrived.contact_tags["tag"], strict=True):
        there.setdefault(email[contact], []).append(str(tag).lower())
    bad = [address for address, tags in should.items() if sorted(tags) != sorted(there[address])]
    wrong = [f"{len(bad)} contacts have other tags: {sorted(should[bad[0]])}, {there[bad[0]]}"] if bad else []
    spare = set(there) - set(should)
    return wrong + ([f"{len(spare)} contacts have tags and should not be there"] if spare else [])


def _members(arrived: Arrived) -> list[str]:
    number = int(arrived.lists.set_index("name")["id"][LIST])
    should = Counter((number, int(contact), 1) for contact in arrived.contacts["id"])
    table = arrived.memberships
    there = Counter(zip(table["list"].tolist(), table["contact"].tolist(), table["status"].tolist(), strict=True))
    wrong = []
    if should != there:
        wrong.append(f"{(should - there).total()} memberships are missing, {(there - should).total()} are too many")
    if int(arrived.lists.set_index("name")["subscribers"][LIST]) != len(arrived.contacts):
        wrong.append("the list's own number of subscribers is another")
    return wrong


def _sets(what: str, should: set[str], there: set[str]) -> list[str]:
    if should == there:
        return []
    return [f"{len(should - there)} {what} are missing, {len(there - should)} are too many"]


def _held(target: str, value: object) -> object:
    """Return what the sandbox holds in a form that can be compared; an attribute that was never set is empty there."""
    if value is None or value != value or (value == "" and target in _ATTRIBUTES):  # noqa: PLR0124 - pandas 3 says NaN
        return None
    if target in ZONE_FREE:
        moment = datetime.fromisoformat(str(value))
        return f"{value} has no offset" if moment.tzinfo is None else moment.astimezone(UTC).isoformat()
    return value


def _text(value: object, *, blank_like: bool = False) -> str | None:
    if not isinstance(value, str):
        assert value is None or pd.isna(value)  # type: ignore[call-overload]  # a cell
        return None
    stripped = value.strip()
    return None if not stripped or (blank_like and stripped in _BLANK_LIKE) else stripped


def _agreed(value: Any) -> bool:
    return value is not pd.NA and bool(value)


def _name(value: object) -> str | None:
    return _text(value, blank_like=True)


def _date(value: Any) -> str | None:
    return None if value is pd.NaT else date(value.year, value.month, value.day).isoformat()


def _instant(value: Any) -> str | None:
    return None if value is pd.NaT else value.to_pydatetime().astimezone(UTC).replace(microsecond=0).isoformat()


def _number(value: float) -> str | None:
    if value != value:  # noqa: PLR0124 - NaN
        return None
    assert value == int(value)
    return str(int(value))


def _several(value: object) -> str | None:
    items = [item.strip() for item in value if item.strip()] if isinstance(value, list) else []
    return "".join(f"||{item}" for item in dict.fromkeys(items)) + "||" if items else None


def _tags(value: object) -> Iterable[str]:
    return (tag.strip() for tag in (_text(value) or "").split(",") if tag.strip())


def _is_address(text: str) -> bool:
    """Return whether the importer takes an address (contract section 7.2), read strictly."""
    local, at, domain = text.partition("@")
    labels = domain.split(".")
    return (
        bool(at)
        and bool(local)
        and all(local.split("."))
        and not _NOT_IN_LOCAL_PART.intersection(local)
        and text.isascii()
        and not any(letter.isspace() or not letter.isprintable() for letter in text)
        and len(labels) > 1
        and all(_DOMAIN_LABEL.fullmatch(label) for label in labels)
        and _TOP_LEVEL.fullmatch(labels[-1]) is not None
    )


_CONVERSIONS: dict[str, Callable[[Any], str | None]] = {
    "email": lambda value: _text(value, blank_like=True),
    "first_name": _name,
    "last_name": _name,
    "phone": _text,
    "Birthday": _date,
    "Last visit": _instant,
    "Points": _number,
    "Interests": _several,
    "Tier": _text,
    "City": _text,
}

CELLS = frozenset({*_CONVERSIONS, "tags", "list"})
"""What is compared for each contact; opt-in has no cell on the other side, it decides who is there at all."""
