"""A list as a DataFrame."""

from __future__ import annotations

import logging
import re
import traceback
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.sandbox import Quirks, Sandbox
from ac_notebook.storage.home import find_home
from tests.people import people
from tests.runs.reading.scene import (
    CONTACTS,
    LOOKING_UP,
    TAGGINGS,
    VALUES,
    VIP,
    exported,
    meddling,
    requests_of,
    settle,
)
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = re.compile(r"([\d,]+) contacts?, ([\d,]+) requests?")


def said(text: str) -> tuple[int, int]:
    """Return contacts and requests of the sentence that says the cost."""
    found = COUNT.search(text)
    assert found is not None, text
    return int(found[1].replace(",", "")), int(found[2].replace(",", ""))


def test_everybody_is_there_with_fields_and_tags(
    box: Sandbox, connection: ac.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    """One row per contact, in the order of their numbers, with values and tags as the account has them; cost first."""
    exported(connection, 250)
    there, made = requests_of(
        box, lambda: ac.read_list(connection, "VIP", fields=["City", "Birthday", "Points"], tags=True)
    )
    assert said(capsys.readouterr().out) == (250, made - LOOKING_UP)
    held = box.contacts().set_index("id")
    assert there.index.tolist() == held.index.tolist()
    for name in ("email", "first_name", "last_name", "phone", "City", "Birthday", "Points"):
        should = [text or None for text in held[name].where(held[name].notna(), None)]
        assert [None if value is pd.NA else value for value in there[name].tolist()] == should, name
    assert set(there["status"]) == {"active"}
    tags = box.contact_tags().groupby("contact")["tag"].agg(sorted).to_dict()
    assert {number: sorted(names) for number, names in there["tags"].items() if names} == tags
    assert there.columns.tolist()[4:] == ["status", "City", "Birthday", "Points", "tags"]


@pytest.mark.parametrize("unconfirmed", [0, 3])
def test_each_status_has_its_word(clock: VirtualClock, unconfirmed: Any) -> None:
    """Whichever of 0 and 3 means unconfirmed: who bounced is bounced, who did not is unconfirmed."""
    quirks = Quirks(unconfirmed_status=unconfirmed, double_opt_in="unconfirmed")
    box = Sandbox(clock=clock.monotonic, now=clock.now, quirks=quirks)
    number = box.add_list("Double", double_opt_in=True)
    connection = through(box, clock)
    exported(connection, 4, list=number)
    box.unsubscribe("person.1@example.org", number)
    box.bounce("person.2@example.net")
    account = box._state
    for email in ("person.2@example.net", "person.3@mail.example.org"):
        contact = account.find(email)
        assert contact is not None
        status = account.bounced_status if email.startswith("person.2") else 1
        account.place(contact, account.lists[number], status, 1, automated=False)
        account.keep(contact)
    there = ac.read_list(connection, number, progress=False)
    assert there["status"].tolist() == ["unconfirmed", "unsubscribed", "bounced", "active"]
    for word in ("unconfirmed", "unsubscribed", "bounced", "active"):
        assert ac.read_list(connection, number, status=word, progress=False)["status"].tolist() == [word]
    some = ac.read_list(connection, number, status=["bounced", "active"], progress=False)
    assert some["email"].str[:8].tolist() == ["person.2", "person.3"]


def test_a_large_list_is_read_in_ranges_at_the_accounts_pace(
    box: Sandbox, clock: VirtualClock, capsys: pytest.CaptureFixture[str]
) -> None:
    """Thousands are read by several requests in flight, never more than five a second, and as many as was said."""
    addresses = settle(box, 2_500)
    slow = through(box, clock, delays=lambda: (0.7, 0.8))
    began = clock.monotonic()
    there, made = requests_of(box, lambda: ac.read_list(slow, "VIP", tags=["SPRING"]))
    took = clock.monotonic() - began
    assert there["email"].tolist() == addresses
    assert set(there["tags"]) == {("spring",)}
    assert said(capsys.readouterr().out) == (2_500, made - LOOKING_UP)
    assert (box.requests()["status"] == 200).all()
    # One after another they would take 1.5 s each, and there are some steps of counting, which wait for each other.
    assert took < made * 0.7, (took, made)
    times = box.requests()["time"].tolist()[-made:]
    assert all((later - earlier).total_seconds() >= 0 for earlier, later in pairwise(sorted(times)))


FAULTS: dict[str, Callable[[], httpx.Response]] = {
    "a rate limit": lambda: httpx.Response(429, headers={"Retry-After": "2"}),
    "a rate limit without a word": lambda: httpx.Response(429),
    "a fault": lambda: httpx.Response(500, text="<html>oops</html>"),
    "an answer that is cut": lambda: httpx.Response(200, content=b'{"contacts":[{"id":"1","email":"per'),
    "an empty success": lambda: httpx.Response(200, content=b""),
    "a key that is doubted": lambda: httpx.Response(403),
}


def silence() -> httpx.Response:
    """Raise what a call without an answer raises."""
    raise httpx.ReadTimeout("x")


@pytest.mark.parametrize("fault", [*FAULTS, "silence"])
def test_faults_that_pass_are_waited_for(box: Sandbox, clock: VirtualClock, fault: str) -> None:
    """After limits, faults, cut answers and silence the frame is the same as without them."""
    answer = FAULTS.get(fault, silence)

    def act(number: int, _: httpx.Request) -> httpx.Response | None:
        return answer() if number in (2, 6) else None

    exported(through(box, clock), 250)
    call: dict[str, Any] = {"fields": ["City"], "tags": ["vip"], "progress": False}
    plain = ac.read_list(through(box, clock), "VIP", **call)
    for path in (CONTACTS, VALUES):
        pd.testing.assert_frame_equal(ac.read_list(meddling(box, clock, path, act), "VIP", **call), plain)


def test_a_fault_that_stays_ends_it(
    box: Sandbox, clock: VirtualClock, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be read after five attempts is an error of its kind, and nothing names a person."""
    caplog.set_level(logging.DEBUG)
    exported(through(box, clock), 150)

    def act(number: int, _: httpx.Request) -> httpx.Response | None:
        return httpx.Response(500, text="person.1@example.org broke it") if number > 6 else None

    with pytest.raises(errors.ServerError) as caught:
        ac.read_list(meddling(box, clock, CONTACTS, act), "VIP")
    shown = f"{caught.value}{caplog.text}{''.join(capsys.readouterr())}"
    assert "person" not in shown
    for odd in ({"x": 1}, {"contacts": [{"id": "1"}, {"id": "one"}]}):
        with pytest.raises(errors.UnexpectedAnswerError, match="another shape"):
            ac.read_list(meddling(box, clock, CONTACTS, lambda *_, odd=odd: httpx.Response(200, json=odd)), "VIP")


def test_who_leaves_or_moves_while_it_is_read_is_there_once(box: Sandbox, clock: VirtualClock) -> None:
    """Opt-outs, deletions and newcomers while it is read: nobody twice, nobody missing who was there all the time."""
    exported(through(box, clock), 600)

    def act(number: int, _: httpx.Request) -> None:
        if number == 7:  # some pages of the active ones are read
            box.unsubscribe("person.1@example.org", VIP)  # of a page that was read
            box.unsubscribe("person.597@example.org", VIP)  # of one that was not
            box.delete("person.2@example.net")
            box.delete("person.598@example.net")
            box.unsubscribe("new@example.org", VIP)

    there = ac.read_list(meddling(box, clock, CONTACTS, act), "VIP", progress=False)
    assert there.index.is_unique
    assert there["email"].is_unique
    status = there.set_index("email")["status"]
    assert status["person.1@example.org"] == status["person.597@example.org"] == "unsubscribed"
    assert status["new@example.org"] == "unsubscribed"
    gone = {"person.2@example.net", "person.598@example.net"}
    stayed = set(people(600)["E-mail"]) - gone
    assert stayed <= set(there["email"])
    assert "person.598@example.net" not in set(there["email"])


def test_no_value_is_passed_over_when_others_are_deleted(box: Sandbox, clock: VirtualClock) -> None:
    """Values are paged by offset: when rows before it go away, the page is read again from further ahead."""
    frame = people(900)
    exported(through(box, clock), frame)
    gone = frame["E-mail"][:180].tolist()

    def act(number: int, _: httpx.Request) -> None:
        if number in (3, 5):  # the first counts
            for email in gone[:120] if number == 3 else gone[120:]:
                box.delete(email)

    there = ac.read_list(meddling(box, clock, VALUES, act), "VIP", fields=["City"], progress=False)
    there = there[~there["email"].isin(gone)]
    assert len(there) == 720
    cities = frame.set_index("E-mail")["city"].astype(str)
    assert there.set_index("email")["City"].to_dict() == cities[180:].to_dict()


def test_few_people_of_a_large_account_are_read_one_by_one(
    box: Sandbox, connection: ac.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the account has many values and the list few people, contact by contact is cheaper, and gives the same."""
    exported(connection, 700, list="Newsletter")
    exported(connection, 3)
    there, made = requests_of(box, lambda: ac.read_list(connection, "VIP", fields=["City", "Birthday"]))
    assert there["City"].tolist() == people(3)["city"].tolist()
    assert said(capsys.readouterr().out.splitlines()[-1]) == (3, made - LOOKING_UP)
    paths = box.requests()["path"].tolist()[-3:]
    assert all(re.fullmatch(r"/api/3/contacts/\d+(\?.*)?", path) for path in paths), paths


def test_many_tags_are_read_together(
    box: Sandbox, connection: ac.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    """More than twenty tags on few people are read as taggings of the account; said and made agree."""
    frame = people(60)[["E-mail"]].assign(tags=[f"tag {row % 30}, both" for row in range(60)])
    exported(connection, frame, mapping={"email": "E-mail", "tags": "tags"})
    there, made = requests_of(box, lambda: ac.read_list(connection, "VIP", tags=True))
    assert {frozenset(tags) for tags in there["tags"]} == {frozenset({f"tag {row}", "both"}) for row in range(30)}
    assert said(capsys.readouterr().out.splitlines()[-1]) == (60, made - LOOKING_UP)
    assert TAGGINGS in box.requests()["path"].str.partition("?")[0].tolist()


def test_an_interrupt_leaves_nothing_behind(box: Sandbox, connection: ac.Connection) -> None:
    """Interrupted, it raises at once, keeps nothing, and holds no place in the account's pace."""
    exported(connection, 300)
    seen: list[ac.Progress] = []

    def stop(progress: ac.Progress) -> None:
        seen.append(progress)
        raise KeyboardInterrupt

    with pytest.raises(errors.ExportInterrupted, match="Reading was stopped") as caught:
        ac.read_list(connection, "VIP", progress=stop)
    assert seen[0].phase == "reading"
    assert 0 < seen[0].requests < seen[0].requests_total
    assert caught.value.report is None
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert not any("KeyboardInterrupt" in line for line in shown.format())  # whose frames hold what was read
    assert len(ac.read_list(connection, "VIP", progress=False)) == 300


def test_progress_ends_with_what_was_made(box: Sandbox, connection: ac.Connection) -> None:
    """A function gets counts that only grow, and at the end as many requests as were made."""
    exported(connection, 450)
    seen: list[ac.Progress] = []
    _, made = requests_of(box, lambda: ac.read_list(connection, "VIP", fields=True, progress=seen.append))
    assert seen[-1].phase == "ended"
    assert seen[-1].requests == seen[-2].requests_total == made - LOOKING_UP
    assert [one.requests for one in seen] == sorted(one.requests for one in seen)


def test_it_stops_when_the_agreement_is_withdrawn(box: Sandbox, clock: VirtualClock) -> None:
    """Withdrawn or removed while it is read: nothing more is asked; who never agreed may look."""
    exported(through(box, clock), 510)
    acts: dict[type[Exception], Callable[[ac.Connection], Any]] = {
        errors.ConsentError: lambda conn: conn.withdraw(),
        errors.ConnectionNotFoundError: lambda conn: conn.remove(),
    }
    for error, what in acts.items():
        scene: dict[str, Any] = {"act": what}

        def act(number: int, _: httpx.Request, scene: dict[str, Any] = scene) -> None:
            scene["asked"] = number
            if number == 6:
                scene["act"](scene["connection"])

        scene["connection"] = meddling(box, clock, CONTACTS, act).replace(name=error.__name__).save()
        with pytest.raises(error, match="while it was read"):
            ac.read_list(scene["connection"], "VIP", progress=False)
        assert scene["asked"] <= 8
    nobody = through(box, clock).replace(consent=None)
    assert len(ac.read_list(nobody, "VIP", progress=False)) == 510


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"status": "actve"}, "Did you mean 'active'"),
        ({"status": []}, "No status"),
        ({"status": 7}, "status= takes a name or several"),
        ({"status": [1]}, "A status is a word"),
        ({"status": [pd.NA]}, "There are: 'unconfirmed', 'active'"),
        ({"fields": ["Citty"]}, "Did you mean 'City'"),
        ({"fields": 9_999}, "no custom field with the id"),
        ({"fields": [None]}, "named by a title"),
        ({"tags": ["wawe 1"]}, "Did you mean 'wave 1'"),
        ({"tags": 3.5}, "tags= takes a name or several"),
        ({"tags": [True]}, "has no tag"),
        ({"progress": "loud"}, "progress is a function"),
        ({"list": "VPI"}, "Did you mean 'VIP'"),
    ],
)
def test_what_is_not_there_is_said_with_the_nearest(
    connection: ac.Connection, given: dict[str, Any], words: str
) -> None:
    """An unknown list, status, field or tag is a sentence with the nearest that there is; nothing is read."""
    exported(connection, 2)
    with pytest.raises(errors.ConfigurationError) as caught:
        ac.read_list(connection, **{"list": "VIP", **given})
    assert words in str(caught.value)


def test_hostile_names_and_values(box: Sandbox, connection: ac.Connection) -> None:
    """Fields called as columns are, or with control characters, have a column each; values come as they are."""
    names = ["email", "status", "tags", "a\x1b[2Jb", "<img onerror=x>", "City [4]"]
    for name in names:
        box.add_field(name, "textarea")
    odd = 'NULL\n<script>"\\\u202e||x||😀'
    frame = pd.DataFrame({"E-mail": ["a@example.org", "b@example.org"], "x": [odd, None], "y": [odd, None]})
    mapping = ac.Mapping(email="E-mail", fields={"email": "x", "<img onerror=x>": "y"})
    exported(connection, frame, mapping=mapping, tags=["=cmd|' /C calc'!A0"])
    there = ac.read_list(connection, "VIP", fields=True, tags=True, progress=False)
    assert there.columns.is_unique
    numbers = box.fields().set_index("title")["id"]
    assert there[f"email [{numbers['email']}]"].tolist()[0] == odd
    assert there["<img onerror=x>"].isna().tolist() == [False, True]
    assert there["tags"].tolist() == [("=cmd|' /C calc'!A0",)] * 2
    shown = f"{there.to_string()}{there.to_html()}{there!r}"
    assert "\x1b" not in shown
    assert "<img" not in there.to_html()


def test_an_empty_list_is_an_empty_frame(connection: ac.Connection) -> None:
    """A list without people gives no rows, and the same columns."""
    there = ac.read_list(connection, "VIP", fields=["City"], tags=True, progress=False)
    assert there.shape == (0, 7)
    assert there["status"].cat.categories.tolist() == ["unconfirmed", "active", "unsubscribed", "bounced"]


def test_nothing_of_it_is_on_the_disk(connection: ac.Connection) -> None:
    """No file of the home holds an address afterwards."""
    exported(connection, 120)
    ac.read_list(connection, "VIP", fields=True, tags=True, progress=False)
    files = [path for path in find_home().rglob("*") if path.is_file()]
    assert files
    assert not any(b"person.1" in path.read_bytes() for path in files)


def test_other_readings_of_the_contract(clock: VirtualClock) -> None:
    """Totals as numbers and strict pages change nothing."""
    box = Sandbox(clock=clock.monotonic, now=clock.now, quirks=Quirks(totals="number", large_page="refused"))
    connection = through(box, clock)
    exported(connection, 130)
    there = ac.read_list(connection, "VIP", fields=["City"], tags=["vip"], progress=False)
    assert there["City"].notna().sum() == 130


@pytest.mark.parametrize("total", ["0", "4000"])
def test_a_total_is_never_trusted(box: Sandbox, clock: VirtualClock, total: object) -> None:
    """Totals that are too small, far too large, or none: everybody is read, with their values, and it ends."""
    inner = box.connection.link.transport
    assert inner is not None

    def act(_: int, request: httpx.Request) -> httpx.Response:
        answer = inner.handle_request(request)
        body = httpx.Response(200, content=answer.read()).json()
        body["meta"]["total"] = total
        return httpx.Response(200, json=body)

    exported(through(box, clock), 210)
    for path in (CONTACTS, VALUES):
        there = ac.read_list(meddling(box, clock, path, act), "VIP", fields=["City"], progress=False)
        assert there.set_index("email")["City"].to_dict() == people(210).set_index("E-mail")["city"].to_dict()
