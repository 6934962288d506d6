from typing import Any

import pytest

from ac_notebook.sandbox import Sandbox
from tests.sandbox.visits import NEWSLETTER, VIP, Visitor


@pytest.fixture(autouse=True)
def _exclusions(box: Sandbox) -> None:
    """Keep three addresses off something."""
    box.exclude("b@example.com")
    box.exclude("@example.org", match="end")
    box.exclude("a@example.net", lists=[NEWSLETTER, VIP])


def phrases(visitor: Visitor, **query: Any) -> list[str]:
    """Return the phrases of the exclusions of a query."""
    answer = visitor.get("lists/exclusions", **query)
    assert answer.status_code == 200, answer.text
    return [row["matchPhrase"] for row in answer.json()["exclusions"]]


def test_exclusions_have_a_numeric_total(visitor: Visitor) -> None:
    """GET /lists/exclusions is no list by the name of exclusions; its total is a number, hidden is a boolean."""
    content = visitor.get("lists/exclusions").json()
    assert content["meta"] == {"total": 3}
    assert content["exclusions"] == [
        {"id": "1", "matchPhrase": "b@example.com", "matchType": "exact", "channel": "all", "hidden": False,
         "lists": []},
        {"id": "2", "matchPhrase": "@example.org", "matchType": "end", "channel": "all", "hidden": False, "lists": []},
        {"id": "3", "matchPhrase": "a@example.net", "matchType": "exact", "channel": "several", "hidden": False,
         "lists": ["4", "5"]},
    ]  # fmt: skip


def test_exclusions_come_in_pages(visitor: Visitor) -> None:
    """Limit and offset cut, the total counts all."""
    content = visitor.get("lists/exclusions", limit=1, offset=1).json()
    assert ([row["id"] for row in content["exclusions"]], content["meta"]["total"]) == (["2"], 3)


def test_exclusions_are_filtered_and_ordered(visitor: Visitor) -> None:
    """By a part of the phrase, by lists, and in either direction."""
    assert phrases(visitor, **{"filters[matchPhrase]": ".COM"}) == ["b@example.com"]
    assert phrases(visitor, **{"filters[lists][]": ["5", "9"]}) == ["a@example.net"]
    assert phrases(visitor, **{"filters[lists]": "3"}) == []
    descending = ["b@example.com", "a@example.net", "@example.org"]
    assert phrases(visitor, **{"orders[matchPhrase]": "DESC"}) == descending
    assert phrases(visitor, **{"orders[lists]": "DESC"})[0] == "a@example.net"


@pytest.mark.parametrize(
    ("name", "value", "detail"),
    [
        ("orders[matchPhrase]", "DASC", 'Invalid order direction: "DASC". Allowed values are: "ASC", "DESC"'),
        ("orders[id]", "ASC", 'Invalid order field: "id". Allowed fields are: matchPhrase, lists'),
        ("filters[nonExisting]", "1", 'Invalid filter field: "nonExisting". Allowed fields are: matchPhrase, lists'),
    ],
)
def test_filters_and_orders_that_are_not_there_are_refused(
    visitor: Visitor, name: str, value: str, detail: str
) -> None:
    """Unlike other resources, exclusions check their query."""
    answer = visitor.get("lists/exclusions", **{name: value})
    assert answer.status_code == 422
    error = answer.json()["errors"][0]
    assert (error["title"], error["detail"]) == ("Invalid attribute", detail)
    assert error["source"]["pointer"] == f"/data/attributes/{name}"


def test_one_exclusion_is_the_bare_row(visitor: Visitor) -> None:
    """GET by id has no object around the row; an unknown one is a 404 in words of its own."""
    assert visitor.get("lists/exclusions/3").json()["matchPhrase"] == "a@example.net"
    answer = visitor.get("lists/exclusions/422")
    assert (answer.status_code, answer.json()) == (404, {"message": "Exclusion not found [id=422]"})


def test_an_exclusion_is_moved_to_other_lists(visitor: Visitor) -> None:
    """PUT changes channel and lists, and imports follow at once."""
    row = visitor.put("lists/exclusions/1", {"channel": "several", "lists": ["5"]}).json()
    assert (row["channel"], row["lists"], row["matchPhrase"]) == ("several", ["5"], "b@example.com")
    assert visitor.settle({"email": "b@example.com", "subscribe": [{"listid": VIP}]})["failure"] == ["b@example.com"]
    assert visitor.settle({"email": "b@example.com", "subscribe": [{"listid": NEWSLETTER}]})["failure"] == []
    assert visitor.put("lists/exclusions/3", {"channel": "all"}).json()["lists"] == []
    assert visitor.settle({"email": "a@example.net"})["failure"] == ["a@example.net"]


def test_an_exclusion_from_text_messages_lets_mail_through(visitor: Visitor) -> None:
    """The channels differ: allSms keeps nobody off a list for mails, allEmail does."""
    visitor.put("lists/exclusions/1", {"channel": "allSms"})
    contact = {"email": "b@example.com", "subscribe": [{"listid": VIP}]}
    assert visitor.settle(contact)["failure"] == []
    visitor.put("lists/exclusions/1", {"channel": "allEmail"})
    assert visitor.settle(contact)["failure"] == ["b@example.com"]


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ({"channel": "several", "lists": [4]}, "lists[0]"),
        ({"channel": "several", "lists": ["4", "99"]}, "lists[1]"),
        ({"channel": "several", "lists": "4"}, "lists"),
        ({"channel": "several", "lists": []}, "lists"),
        ({"channel": "all", "lists": ["4"]}, "lists"),
        ({"channel": "post"}, "channel"),
        ({"channel": None}, "channel"),
        ([], ""),
    ],
)
def test_an_exclusion_with_rubbish_stays(visitor: Visitor, content: Any, pointer: str) -> None:
    """Lists are texts that name lists, and go with the channel "several" only."""
    before = visitor.get("lists/exclusions/1").json()
    answer = visitor.put("lists/exclusions/1", content)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["source"]["pointer"] == f"/data/attributes/{pointer}"
    assert visitor.get("lists/exclusions/1").json() == before


def test_an_exclusion_that_is_not_there_cannot_be_changed(visitor: Visitor) -> None:
    """PUT has the common 404, unlike GET."""
    answer = visitor.put("lists/exclusions/404", {"channel": "all"})
    assert (answer.status_code, answer.json()) == (404, {"message": "No Result found for Exclusion with id 404"})
