"""Side by side: the same messy customers, sent to the same sandbox by this package and in the ways people do it.

By hand it is done twice: with bulk imports, as a careful analyst does it, and one by one, as most tutorials do it
(`ways/` holds both). `activecampaign-python` has no bulk import. The harsher readings of the sandbox hold for all. What
becomes of rows, and how long it takes, is found in virtual time; CPU and memory in processes of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING

from ac_notebook.model.limits import Limits
from tests.benchmarks.table import Line
from tests.benchmarks.ways import trial
from tests.benchmarks.ways.costs import Cost, cost
from tests.benchmarks.ways.exporter import CLIENT, LOOP, OURS, SINGLE
from tests.benchmarks.ways.people import People

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from tests.benchmarks.ways.exporter import Way
    from tests.benchmarks.ways.trial import Trial

PER = 100_000
WAYS = (OURS, LOOP, CLIENT, SINGLE)
_AUTOMATIONS = "the loop keeps them off at the top of the body only, which by the harsher reading is not enough"


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How many rows: of bulk imports and of one by one, each for time and memory, and for the faults.

    Parameters
    ----------
    bulk, single
        Rows of the undisturbed runs.
    bulk_faults, single_faults
        Rows of the runs that something happens to.
    """

    bulk: int = 50_000
    single: int = 100
    bulk_faults: int = 5_000
    single_faults: int = 60


FULL = Sizes()
QUICK = Sizes(bulk=10_000, single=20, single_faults=20)


@dataclass(frozen=True, kw_only=True)
class Undisturbed:
    """What a run took and did, and then a second one of the same customers.

    Parameters
    ----------
    rows, sent
        Rows of the frame, and contacts that were sent.
    seconds
        From the first to the last contact that was sent, in the service's time.
    requests, limited
        Requests, and how many of them met an answer of 400 and above about a limit.
    unsaid
        Rows that it says are done, and that are not on the list.
    missing, unwilling, back, blanked, nameless, automations
        People: who should be on the list and are not; who say no and are on it; who had left it and are on it again;
        whose phone was there and is empty now; who are called "nan"; for whom an automation was started.
    known, left, no
        How many have a phone there, had left the list, say no in one of their rows and yes in another.
    again
        Contacts that the second run sent.
    """

    rows: int
    sent: int
    seconds: float
    requests: int
    limited: int
    unsaid: int
    missing: int
    unwilling: int
    back: int
    blanked: int
    nameless: int
    automations: int
    known: int
    left: int
    no: int
    again: int

    @property
    def limit(self) -> float:
        """How many seconds the limits allow at the least, for so many contacts in imports that are full."""
        batches = self.sent / Limits().contacts_per_import
        return Limits().seconds_between_imports * (ceil(batches) - 1 if batches > 1 else batches)

    @property
    def whole(self) -> float:
        """How many times as many 100,000 contacts are."""
        return PER / self.sent


def undisturbed(way: Way, people: People) -> Undisturbed:
    """Export people twice in one of the ways, and look at what is there after the first time."""
    with trial.trial(way, people) as tried:
        done, raised = tried.run()
        assert not raised, f"{way.name} ended with {raised}"
        requests, sent = tried.requests(), tried.sent()
        active, contacts = tried.active(), tried.box.contacts()
        automations = len(tried.box.automations())
        tried.run()
        again = tried.sent() - sent
    posts = requests[requests["method"].eq("POST")]["time"]
    phones = dict(zip(contacts["email"].str.lower(), contacts["phone"], strict=True))
    yes = people.frame.loc[people.frame["newsletter_ok"].fillna(value=False), "E-mail"]
    return Undisturbed(
        rows=len(people.frame), sent=sent, requests=len(requests),
        limited=int(requests["status"].isin([400, 429, 503]).sum()),
        seconds=float((posts.max() - posts.min()).total_seconds()),
        unsaid=done - len(active), again=again,
        missing=len(people.wanted - active), unwilling=len(people.unwilling & active),
        back=len(people.unsubscribed & active), blanked=sum(not phones[address] for address in people.known),
        nameless=int(contacts["first_name"].eq("nan").sum()), automations=automations,
        known=len(people.known), left=len(people.unsubscribed),
        no=len(people.unwilling & set(yes.dropna().str.strip().str.lower())),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Disturbed:
    """What became of a run that something happened to.

    Parameters
    ----------
    people
        How many should be on the list.
    ended
        The error it ended with; empty where it went on to the end.
    missing
        People who should be on the list and are not.
    twice
        Contacts that were sent twice.
    """

    people: int
    ended: str
    missing: int
    twice: int

    @classmethod
    def of(cls, tried: Trial, ended: str = "") -> Disturbed:
        """Return what became of a run."""
        missing = len(tried.people.wanted - tried.active())
        return cls(
            people=len(tried.people.wanted), ended=ended, missing=missing, twice=max(tried.sent() - tried.once, 0)
        )


def lost_answer(way: Way, people: People) -> Disturbed:
    """Export people; the answer to the fifth request that sends somebody is lost."""
    with trial.trial(way, people, loses="import" if way.bulk else "POST /contact/sync") as tried:
        return Disturbed.of(tried, tried.run()[1])


def killed(way: Way, people: People) -> Disturbed:
    """Export people, kill the export in the middle, and export them again."""
    with trial.trial(way, people) as tried:
        tried.run_and_kill()
        return Disturbed.of(tried, tried.run()[1])


@dataclass(frozen=True, kw_only=True)
class Ways:
    """All figures, by way; a way that cannot be had here is in none of them."""

    sizes: Sizes
    undisturbed: dict[Way, Undisturbed] = field(default_factory=dict)
    costs: dict[Way, Cost] = field(default_factory=dict)
    lost: dict[Way, Disturbed] = field(default_factory=dict)
    killed: dict[Way, Disturbed] = field(default_factory=dict)


def tried(sizes: Sizes, ways: tuple[Way, ...] = WAYS) -> Ways:
    """Try the ways."""
    people = {True: People(rows=sizes.bulk), False: People(rows=sizes.single)}
    few = {True: People(rows=sizes.bulk_faults), False: People(rows=sizes.single_faults)}
    found = Ways(sizes=sizes)
    for way in ways:
        if not way.python.exists():
            continue
        found.undisturbed[way] = undisturbed(way, people[way.bulk])
        if way != SINGLE:
            found.costs[way] = cost(way, people[way.bulk])
            found.lost[way] = lost_answer(way, few[way.bulk])
            found.killed[way] = killed(way, few[way.bulk])
    return found


def measure(*, quick: bool) -> list[Line]:
    """Return the lines, with each way in a column of its own, and one by one by hand in the note."""
    return lines(tried(QUICK if quick else FULL))


def lines(found: Ways) -> list[Line]:
    """Return the lines about all ways."""
    floor = Limits().seconds_between_imports * PER / Limits().contacts_per_import
    first, costs, lost, kill = found.undisturbed, found.costs, found.lost, found.killed
    sizes = f"of {found.sizes.bulk:,} rows, and one by one of {found.sizes.single:,}"
    return [
        _line(
            f"sending {PER:,} contacts, at the service's speed", first, lambda one: _time(one.whole * one.seconds),
            wanted=f"{_time(floor)}: the limit", note=f"{sizes}; answers take {trial.ANSWERS:g} s",
        ),
        _line("  time / the limit", first, lambda one: f"{one.seconds / one.limit:,.3g}", wanted="<= 1.05"),
        _line("  requests", first, lambda one: f"{one.whole * one.requests:,.0f}", note="ours asks what became of it"),
        _line(
            "  CPU seconds", costs, lambda one: f"{PER / one.done * one.cpu:,.1f} s",
            note="ours checks and journals; the client's rows were chosen before",
        ),
        _line("memory above the frame, at its peak", costs, lambda one: f"{one.memory:,.0f} MB", note=sizes),
        _zero("requests refused for a limit", first, lambda one: f"{one.limited:,}"),
        _zero("rows said to be done, and not on the list", first, lambda one: f"{one.unsaid:,}"),
        _zero("people who should be on the list, and are not", first, lambda one: f"{one.missing:,}"),
        _zero("people on the list of whom a row says no", first, lambda one: f"{one.unwilling:,} of {one.no:,}"),
        _zero("people who had left the list, on it again", first, lambda one: f"{one.back:,} of {one.left:,}"),
        _zero("values overwritten with a blank", first, lambda one: f"{one.blanked:,} of {one.known:,}"),
        _zero('people who are called "nan" now', first, lambda one: f"{one.nameless:,} of {one.sent:,}"),
        _zero("automations started", first, lambda one: f"{one.automations:,} of {one.sent:,}", note=_AUTOMATIONS),
        _zero("second run, nothing changed: contacts sent", first, lambda one: f"{one.again:,} of {one.sent:,}"),
        _line("one lost answer: how it ends", lost, lambda one: one.ended or "well", wanted="well"),
        _zero("  people missing on the list", lost, lambda one: f"{one.missing:,} of {one.people:,}"),
        _line("  contacts sent twice", lost, lambda one: f"{one.twice:,}", note="ours says so"),
        _zero("killed in the middle, and run again: missing", kill, lambda one: f"{one.missing:,} of {one.people:,}"),
        _line("  contacts sent twice", kill, lambda one: f"{one.twice:,}", note="ours: what was in flight"),
    ]  # fmt: skip


def _line(
    name: str, found: Mapping[Way, Any], shown: Callable[[Any], str], *, wanted: str = "", note: str = "",
    zero: bool = False,
) -> Line:  # fmt: skip
    ours, loop, client, single = (shown(found[way]) if way in found else "-" for way in WAYS)
    notes = [*([note] if note else []), *([f"one by one by hand: {single}"] if single != "-" else [])]
    return Line(
        name=name, measured=ours, loop=loop, client=client, wanted=wanted, note="; ".join(notes),
        right=not zero or ours.split()[0] in {"0", "-"},
    )  # fmt: skip


def _zero(
    name: str, found: Mapping[Way, Any], shown: Callable[[Any], str], *, note: str = ""
) -> Line:  # fmt: skip
    return _line(name, found, shown, wanted="0", note=note, zero=True)


def _time(seconds: float) -> str:
    minutes = seconds / 60
    return f"{minutes:,.1f} min" if minutes < 100 else f"{minutes / 60:,.1f} h"
