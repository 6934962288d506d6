"""Consent withdrawn, connection removed, key revoked while an export runs: it stops with what is in flight."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.runs.line import Sending
from ac_notebook.sandbox import Sandbox
from tests.virtual import VirtualClock, VirtualFlights, through
from tests.wire import IMPORT, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.remote.answers import Answer

ROWS = 3_000  # twelve requests
WAY = 1.0  # seconds that each request and each answer take
MAPPING = {"email": "E-mail"}


def people() -> pd.DataFrame:
    """Return customers for twelve requests."""
    return pd.DataFrame({"E-mail": [f"p{n:04}@example.org" for n in range(ROWS)]})


class Scene:
    """An export to a sandbox in virtual time, with something that happens as the n-th import arrives."""

    def __init__(self, number: int, act: Callable[[], object]) -> None:
        self.clock = VirtualClock()
        self.box = Sandbox(clock=self.clock.monotonic, now=self.clock.now)
        self.acted: float | None = None
        self.arrived: list[float] = []

        def treat(count: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
            self.arrived.append(self.clock.monotonic())
            if count == number:
                self.acted = self.clock.monotonic()
                act()
            return pass_on()

        inner = self.box.connection.link.transport
        assert inner is not None
        self.connection = through(self.box, self.clock, transport=Wire(inner, IMPORT, treat), delays=lambda: (WAY, WAY))

    def export(self, connection: ac.Connection | None = None, **options: Any) -> ac.Report:
        """Export everybody."""
        return ac.export(
            people(), connection=connection or self.connection, list="VIP", mapping=MAPPING, allow="canary", **options
        )

    def late(self) -> int:
        """Return how many imports were started after it happened."""
        assert self.acted is not None
        return sum(moment > self.acted + WAY for moment in self.arrived)


def in_another_kernel(connection: ac.Connection) -> ac.Connection:
    """Return a saved connection as another kernel finds it, at the same time."""
    found = ac.connect(connection.name)
    return found.replace(link=replace(found.link, clock=connection.link.clock))


WAYS: dict[str, Callable[[ac.Connection], object]] = {
    "withdrawn here": lambda connection: connection.withdraw(),
    "withdrawn in another kernel": lambda connection: in_another_kernel(connection).withdraw(),
    "removed in another kernel": lambda connection: ac.connect(connection.name).remove(),
}


@pytest.mark.parametrize("number", [1, 2, 5, 9])
@pytest.mark.parametrize("way", WAYS)
def test_withdrawing_or_removing_stops_before_the_next_request(way: str, number: int) -> None:
    """Only requests already in flight go out; the report keeps the law, and agreeing again carries on."""
    saved: list[ac.Connection] = []
    scene = Scene(number, lambda: WAYS[way](saved[0]))
    saved.append(scene.connection.replace(name="Shop").save())
    with pytest.raises(errors.ConfigurationError, match="while the export ran") as caught:
        scene.export(saved[0])
    assert scene.late() == 0
    assert isinstance(caught.value, errors.ConnectionNotFoundError if "removed" in way else errors.ConsentError)
    assert "Nothing was sent" not in caught.value.hint
    counts = caught.value.report.counts
    assert counts.sum() == ROWS
    assert counts["not_sent"] > 0
    scene.clock.sleep(60.0)
    held = len(scene.box.contacts())
    assert held == ROWS - counts["not_sent"]
    again = scene.export(saved[0].agree().save())
    assert again.counts["imported"] + again.counts["unchanged"] == ROWS == len(scene.box.contacts())


def test_withdrawing_stops_a_run_of_a_connection_that_is_not_saved() -> None:
    """A connection that only this kernel knows is withdrawn with one call, too, and nothing is sent by it again."""
    scene = Scene(3, lambda: scene.connection.withdraw())  # noqa: PLW0108 - there is no scene yet
    with pytest.raises(errors.ConsentError, match="withdrawn while the export ran"):
        scene.export()
    assert scene.late() == 0
    before = len(scene.arrived)
    with pytest.raises(errors.ConsentError):
        scene.export()
    assert len(scene.arrived) == before
    assert scene.export(scene.connection.agree()).counts["not_sent"] == 0


def test_a_revoked_key_stops_at_the_first_answer_that_says_so() -> None:
    """After the first 403 nothing is sent but one question whose key it is."""
    scene = Scene(99, lambda: None)
    scene.box.faults.add(on="import", nth=4, kind="key_revoked")
    with pytest.raises(errors.AuthenticationError) as caught:
        scene.export()
    counts = caught.value.report.counts
    assert counts.sum() == ROWS
    assert counts["accepted"] + counts["imported"] == 3 * 250
    requests = scene.box.requests()
    refused = requests[requests["status"] == 403]
    told = refused["time"].iloc[0] + pd.Timedelta(seconds=WAY)
    assert (requests["time"] > told + pd.Timedelta(seconds=WAY)).sum() <= 1
    assert refused["path"].str.endswith("users/me").sum() == 1


def test_a_403_of_the_moment_is_no_reason_to_stop() -> None:
    """The service answers 403 now and then for valid keys: the key is asked about, and everybody arrives."""
    scene = Scene(99, lambda: None)
    scene.box.faults.add(on="import", nth=4, kind="status", status=403)
    assert scene.export().counts["imported"] == ROWS == len(scene.box.contacts())


def test_a_key_that_is_in_doubt_is_asked_about_at_the_account_s_pace() -> None:
    """Told to wait, the question whose key it is waits as long as it is told, and then everybody arrives."""
    scene = Scene(99, lambda: None)
    scene.box.faults.add(on="import", nth=4, kind="status", status=403)
    asked: list[float] = []

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        asked.append(scene.clock.monotonic())
        return pass_on() if number > 5 else httpx.Response(429, headers={"Retry-After": "30"})

    inner = scene.connection.link.transport
    assert inner is not None
    link = replace(scene.connection.link, transport=Wire(inner, "/api/3/users/me", treat))
    assert scene.export(scene.connection.replace(link=link)).counts["imported"] == ROWS
    assert len(asked) == 6
    assert min(later - before for before, later in pairwise(asked)) >= 30.0


def test_what_a_redirect_says_of_people_is_not_told(box: Sandbox, clock: VirtualClock) -> None:
    """Words of an answer that stopped the run are shown without the values that they quote."""

    def treat(*_: object) -> httpx.Response:
        return httpx.Response(307, json={"message": "Moved: Annabella"})

    inner = box.connection.link.transport
    assert inner is not None
    frame = pd.DataFrame({"E-mail": ["ann@example.org"], "Name": ["Annabella"]})
    with pytest.raises(errors.UnexpectedAnswerError) as caught:
        ac.export(
            frame, connection=through(box, clock, transport=Wire(inner, IMPORT, treat)), list="VIP",
            mapping={"email": "E-mail", "first_name": "Name"},
        )  # fmt: skip
    said = f"{caught.value} {caught.value.report!r} {caught.value.report.problems.to_string()}"
    assert "Moved: …" in said
    assert "Annabella" not in said


def test_a_request_that_is_about_to_leave_is_held_back(box: Sandbox, clock: VirtualClock) -> None:
    """Withdrawn between the last look at the agreement and the first byte, not one person is sent."""

    class Withdrawing(VirtualFlights):
        def start(self, token: object, call: Callable[[], Answer]) -> None:
            if isinstance(token, Sending):
                connection.withdraw()
            super().start(token, call)

    plain = through(box, clock)
    connection = plain.replace(link=replace(plain.link, flights=lambda _: Withdrawing(clock))).agree()
    with pytest.raises(errors.ConsentError) as caught:
        ac.export(people(), connection=connection, list="VIP", mapping=MAPPING, allow="canary")
    assert caught.value.report.counts["not_sent"] == ROWS
    assert not box.requests()["method"].eq("POST").any()
