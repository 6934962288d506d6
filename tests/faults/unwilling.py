"""People who must not be mailed, among others: seeded, exported in every way, and none of them becomes active.

``measure()`` does it with ten thousand of them, for the soak.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import tempfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.sandbox import Sandbox
from tests.benchmarks.table import Line, count
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from collections.abc import Callable

NEWSLETTER, VIP = 4, 5
MANY = 10_000
DOMAIN = "excluded.example.com"
MAPPING = {"email": "e", "first_name": "n"}
REASONS = {"opted out": "unsubscribed", "bounced": "bounced", "excluded": "excluded"}
ALLOWED = {"canary", "error-storm", "automations"}


def unwilling(number: int) -> tuple[list[str], list[str]]:
    """Return addresses of people who must not be mailed, and why: four of ten opted out, three each the others."""
    kinds = ["opted out", "bounced", "excluded", "opted out", "bounced", "excluded", "opted out", "bounced", "excluded"]
    why = [[*kinds, "opted out"][place % 10] for place in range(number)]
    domains = [DOMAIN if kind == "excluded" and place % 2 else "example.org" for place, kind in enumerate(why)]
    return [f"no{place:05}@{domain}" for place, domain in enumerate(domains)], why


@dataclass
class Scene:
    """An account with people who must not be mailed.

    Parameters
    ----------
    number
        How many of them.
    """

    number: int
    clock: VirtualClock = field(default_factory=VirtualClock)

    def __post_init__(self) -> None:
        clock = self.clock
        self.box = Sandbox(clock=clock.monotonic, now=clock.now, sleep=clock.sleep)
        self.addresses, self.why = unwilling(self.number)
        before = [address for address, why in zip(self.addresses, self.why, strict=True) if why == "bounced"]
        frame = pd.DataFrame({"e": before, "n": "Ann"})
        ac.export(frame, connection=self.connection(), list="Newsletter", mapping=MAPPING, tags=["seed"])
        for address, why in zip(self.addresses, self.why, strict=True):
            if why == "opted out":
                self.box.unsubscribe(address, NEWSLETTER)
            elif why == "bounced":
                self.box.bounce(address)
            elif DOMAIN not in address:
                self.box.exclude(address)
        self.box.exclude(f"@{DOMAIN}", match="end")
        others = [f"yes{place:05}@example.org" for place in range(self.number)]
        self.frame = pd.DataFrame({"e": [*self.addresses, *others], "n": "Ann"})
        self.frame = self.frame.sample(frac=1.0, random_state=7, ignore_index=True)
        self.expected = dict(zip(self.addresses, self.why, strict=True))

    def connection(self, transport: httpx.BaseTransport | None = None) -> ac.Connection:
        """Return a connection to the account, in virtual time."""
        return through(self.box, self.clock, transport=transport)

    def wired(self, treat: Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]) -> ac.Connection:
        """Return a connection through a wire that treats requests otherwise."""
        inner = self.box.connection.link.transport
        assert inner is not None

        class Treated(httpx.BaseTransport):
            def handle_request(self, request: httpx.Request) -> httpx.Response:
                return treat(request, lambda: inner.handle_request(request))

        return self.connection(Treated())

    def export(self, connection: ac.Connection | None = None, **options: Any) -> ac.Report:
        """Export everybody; whatever became of it, the law holds and nobody became active who must not be."""
        try:
            report = ac.export(
                self.frame, connection=connection or self.connection(), list="Newsletter", mapping=MAPPING,
                allow=ALLOWED, **options,
            )  # fmt: skip
        except errors.ActiveCampaignError as error:
            report = error.report
        assert report.counts.sum() == len(self.frame)
        self.clock.sleep(30.0)  # what is queued is applied by now
        assert self.active() == 0
        return report

    def active(self) -> int:
        """Return how many are active on any list of those who must not be mailed, leaving the other reasons aside."""
        contacts = self.box.contacts().set_index("id")["email"]
        places = self.box.memberships()
        active = contacts.reindex(places.loc[places["status"] == 1, "contact"])
        return int(active.isin(self.addresses).sum())

    def wrong_reasons(self, report: ac.Report) -> int:
        """Return how many of them are not refused, or with another reason than the right one."""
        codes = dict(zip(self.frame["e"].reindex(report.problems.index), report.problems["code"], strict=True))
        refused = set(self.frame["e"][report.outcome == "refused"])
        return sum(
            address not in refused or codes.get(address) != f"refused-{REASONS[why]}"
            for address, why in self.expected.items()
        )


def lost(share: float, seed: int) -> Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]:
    """Return a treatment that loses a share of the answers, and now and then the request."""
    chance = random.Random(seed)

    def treat(_: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        drawn = chance.random()
        if drawn < share / 2:
            raise httpx.ConnectError("x")
        answer = pass_on()
        if drawn < share:
            raise httpx.ReadTimeout("x")
        return answer

    return treat


def revoked(after: int) -> Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]:
    """Return a treatment that knows the key no more after so many imports, so that a run ends in the middle."""
    seen = 0

    def treat(request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        nonlocal seen
        seen += request.method == "POST"
        return pass_on() if seen <= after else httpx.Response(403)

    return treat


def story(number: int) -> list[Line]:
    """Export people of whom half must not be mailed in every way that there is; return what was counted."""
    scene = Scene(number)
    lines: list[Line] = []

    def told(name: str, report: ac.Report) -> None:
        lines.extend(
            [
                count(f"{name}: not refused with the right reason", scene.wrong_reasons(report), wanted=0),
                count(f"{name}: others imported", int(report.counts[["imported", "unchanged"]].sum()), wanted=number),
                Line(
                    name=f"{name}: requests to look up reasons", measured=f"{report.numbers['lookups']:.0f}",
                    wanted="<= 200", right=report.numbers["lookups"] <= 200,
                ),
            ]
        )  # fmt: skip

    scene.export(scene.wired(revoked(max(number // 500, 1))))
    first = scene.export()
    lines.append(count("after a run that ended in the middle: refused", int(first.counts["refused"]), wanted=number))
    told("everything again, with a tag", scene.export(resend="all", tags=["spring"]))
    told("with automations", scene.export(resend="all", run_automations=True))
    scene.export(scene.wired(lost(0.1, seed=3)), resend="all", tags=["autumn"])
    told("after lost answers", scene.export(resend="all"))
    told("refreshed", scene.export(resend="all", wait=0).refresh())
    again = scene.export()
    lines += [
        count("once more: refused before", int(again.problems["code"].eq("refused-before").sum()), wanted=number),
        count("once more: import requests", int(again.numbers["requests"]), wanted=0),
        count("active who must not be mailed", scene.active(), wanted=0),
    ]
    return lines


def measure() -> list[Line]:
    """Return the figures for ten thousand people who must not be mailed."""
    with (
        tempfile.TemporaryDirectory(prefix="ac_notebook-unwilling-") as home,
        contextlib.redirect_stdout(io.StringIO()),
    ):
        os.environ["AC_NOTEBOOK_HOME"] = home
        return story(MANY)
