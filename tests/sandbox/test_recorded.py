"""What recordings and the contract say, where a review found that the sandbox was milder or said less."""

from typing import Any

import pytest

from ac_notebook.sandbox import Quirks, Sandbox
from tests.sandbox.visits import NEWSLETTER, VIP, Clock, Visitor


def _with(clock: Clock, *, contact_limit: int | None = None, **quirks: Any) -> Visitor:
    box = Sandbox(clock=clock, now=clock.now, quirks=Quirks(**quirks), contact_limit=contact_limit)
    return Visitor(box, clock)


def _joining(email: str, *lists: int) -> dict[str, Any]:
    return {"email": email, "subscribe": [{"listid": number} for number in lists]}


def test_who_left_and_was_deleted_is_not_subscribed_again_where_that_is_remembered(clock: Clock) -> None:
    """Bulk import never subscribes somebody who left the list, also when the contact comes back from the deleted."""
    visitor = _with(clock, deleted_contact="restored")
    visitor.settle(_joining("anna@example.com", NEWSLETTER))
    visitor.box.unsubscribe("anna@example.com", NEWSLETTER)
    visitor.box.delete("anna@example.com")
    starts = len(visitor.box.automations())
    info = visitor.settle(_joining("Anna@example.com", NEWSLETTER))
    assert info["failure"] == ["Anna@example.com"]
    assert not visitor.box.memberships()["status"].eq(1).any()
    assert len(visitor.box.automations()) <= starts
    assert visitor.settle(_joining("anna@example.com", VIP))["success"] == ["1"]
    frame = visitor.box.memberships()
    assert frame.set_index("list")["status"].to_dict() == {NEWSLETTER: 2, VIP: 1}


def test_what_else_of_who_left_and_was_deleted_is_applied_where_that_is_so(clock: Clock) -> None:
    """Where all but the list is applied, the contact comes back with its opt-out."""
    visitor = _with(clock, deleted_contact="restored", opted_out_rest="applied")
    visitor.settle(_joining("anna@example.com", NEWSLETTER))
    visitor.box.unsubscribe("anna@example.com", NEWSLETTER)
    visitor.box.delete("anna@example.com")
    info = visitor.settle({**_joining("anna@example.com", NEWSLETTER), "first_name": "Anna"})
    assert info["failure"] == ["anna@example.com"]
    assert visitor.values("anna@example.com")["first_name"] == "Anna"
    assert visitor.box.memberships()["status"].tolist() == [2]


def test_an_import_that_makes_people_active_meets_the_limit_of_active_ones(clock: Clock) -> None:
    """Where active people are counted, somebody known who becomes active by an import is one more."""
    visitor = _with(clock, contact_limit=1, limit_counts="active")
    visitor.settle({"email": "anna@example.com"}, {"email": "bo@example.com"})
    info = visitor.settle(_joining("anna@example.com", VIP), _joining("bo@example.com", VIP))
    assert info["failure"] == ["bo@example.com"]
    assert visitor.get("settings/account").json()["subscriber_total"] == 1
    assert visitor.settle(_joining("anna@example.com", NEWSLETTER))["failure"] == []  # counted already


@pytest.mark.parametrize("unconfirmed", [0, 3])
def test_who_bounced_does_not_become_unconfirmed_either(clock: Clock, unconfirmed: int) -> None:
    """An address that bounced is brought back on a list by no status that mail may follow from."""
    visitor = _with(clock, contact_list_statuses="0 to 3", unconfirmed_status=unconfirmed)
    visitor.settle(_joining("anna@example.com", NEWSLETTER))
    visitor.box.bounce("anna@example.com")
    for status, expected in ((unconfirmed, 422), (1, 422), (3 - unconfirmed, 200), (2, 200)):
        wanted = {"contactList": {"list": NEWSLETTER, "contact": 1, "status": status}}
        assert visitor.post_to("contactLists", wanted).status_code == expected


def test_requests_to_nowhere_count_too(visitor: Visitor) -> None:
    """Five requests in a second are all there are, wherever they go."""
    visitor.patience = 0
    statuses = [visitor.get("bulkImport").status_code for _ in range(7)]
    assert statuses == [404] * 5 + [429] * 2
    assert visitor.get("users/me").status_code == 429


def test_answers_carry_what_is_recorded_beside_their_content(visitor: Visitor) -> None:
    """Answers have cookies, one of them taken back at once, an id of the request, and must not be stored."""
    first, second = visitor.get("lists"), visitor.get("lists/99")
    for answer in (first, second):
        cookies = answer.headers.get_list("Set-Cookie")
        assert [cookie.partition("=")[0] for cookie in cookies] == ["PHPSESSID", *["em_acp_globalauth_cookie"] * 2]
        assert "Max-Age=0" in cookies[-1]
        assert "no-store" in answer.headers["Cache-Control"]
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]


def test_a_refused_key_gets_no_cookie(visitor: Visitor) -> None:
    """Of a refused key nothing is recorded but an empty answer without a Content-Type."""
    visitor.http.headers["Api-Token"] = "sandbox-of-nobody"
    answer = visitor.get("lists")
    assert answer.status_code == 403
    assert not {"set-cookie", "content-type", "x-request-id"} & set(answer.headers)


def test_all_answers_carry_the_limits_where_any_do(clock: Clock) -> None:
    """Where answers tell the limits, refusals tell them too."""
    visitor = _with(clock, rate_limit_headers=True)
    visitor.patience = 0
    answers = [visitor.get(path) for path in ("users/me", "lists/99", "tags/x", "nowhere", "users/me", "users/me")]
    assert [answer.status_code for answer in answers] == [200, 404, 404, 404, 200, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["4", "3", "2", "1", "0", "0"]


def test_the_link_to_automations_has_a_query(visitor: Visitor) -> None:
    """One of a contact's links has a query of its own, with a limit far above what is documented."""
    visitor.settle({"email": "anna@example.com"})
    for row in (visitor.get("contacts").json()["contacts"][0], visitor.get("contacts/1").json()["contact"]):
        assert row["links"]["contactAutomations"].endswith("?limit=1000&orders%5Blastdate%5D=DESC")
        assert len(row["links"]) == 18


def test_a_value_moves_the_contact(visitor: Visitor, clock: Clock) -> None:
    """A value that is written alone changes when its contact was changed last, as the recorded answer shows."""
    visitor.settle({"email": "anna@example.com"})
    before = visitor.get("contacts/1").json()["contact"]["udate"]
    clock.advance(60)
    answer = visitor.post_to("fieldValues", {"fieldValue": {"contact": "1", "field": "2", "value": "Oslo"}}).json()
    assert before < answer["contacts"][0]["udate"] == answer["fieldValue"]["udate"]


def test_the_ledger_keeps_the_name_that_a_tag_had(box: Sandbox, visitor: Visitor) -> None:
    """A tag that is renamed or deleted later stays readable in what happened before."""
    visitor.settle({"email": "a@example.com", "tags": ["Gold"]})
    visitor.settle({"email": "a@example.com", "tags": ["Blue"]})
    visitor.put("tags/1", {"tag": {"tag": "Silver"}})
    visitor.delete("tags/1")
    assert box.ledger(effect="tag added")["new"].tolist() == ["Gold", "Blue"]
    assert box.ledger(effect="tag removed")["old"].tolist() == ["Silver"]


def test_the_ledger_tells_what_changed(box: Sandbox, visitor: Visitor) -> None:
    """The same value once more is no effect; a bounce is one, whoever it is."""
    for city in ("Rome", "Rome", "Oslo"):
        visitor.settle({"email": "a@example.com", "fields": [{"id": 2, "value": city}]})
    written = box.ledger(effect="field written")
    assert written[["old", "new"]].to_numpy().tolist() == [[None, "Rome"], ["Rome", "Oslo"]]
    box.bounce("nobody@example.com")
    assert box.ledger(last=1)[["what", "new"]].to_numpy().tolist() == [["bounced address", "nobody@example.com"]]


def test_who_waits_for_confirmation_has_joined(clock: Clock) -> None:
    """Joining a list with double opt-in is told as joining, with the status that it gives."""
    box = Sandbox(clock=clock, now=clock.now, quirks=Quirks(double_opt_in="unconfirmed"))
    visitor = Visitor(box, clock)
    club = box.add_list("Club", double_opt_in=True)
    visitor.settle({"email": "a@example.com"})
    for email in ("a@example.com", "b@example.com"):
        visitor.settle({"email": email, "subscribe": [{"listid": club}]})
    assert box.ledger(effect="joined list")[["what", "old", "new"]].to_numpy().tolist() == [[club, None, 0]] * 2
    assert box.ledger(effect="left list").empty


def test_without_a_key_nobody_is_told_what_there_is(visitor: Visitor) -> None:
    """Below /api a bad key gets its 403 also where there is nothing; elsewhere there is simply nothing."""
    visitor.http.headers["Api-Token"] = "sandbox-wrong"
    assert [visitor.get(path).status_code for path in ("lists", "nothing")] == [403, 403]
    assert visitor.http.get(f"{visitor.box.url}/favicon.ico").status_code == 404
