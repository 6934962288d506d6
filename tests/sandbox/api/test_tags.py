from typing import Any

import pytest

from ac_notebook.sandbox import Quirks, Sandbox
from tests.sandbox.visits import Clock, Visitor


def create(visitor: Visitor, name: str, **more: Any) -> Any:
    """Create a tag and return the answer."""
    return visitor.post_to("tags", {"tag": {"tag": name, "tagType": "contact", "description": ""} | more})


def names(visitor: Visitor, **query: Any) -> list[str]:
    """Return the names of the tags of a query, in order."""
    return [row["tag"] for row in visitor.get("tags", **query).json()["tags"]]


def test_a_new_tag_is_answered_in_the_short_form(visitor: Visitor) -> None:
    """POST /tags is 201 with six keys; GET shows twelve, with what was sent."""
    answer = create(visitor, "Spring", description="Came in spring")
    assert answer.status_code == 201
    row = answer.json()["tag"]
    assert set(row) == {"tag", "description", "tagType", "cdate", "links", "id"}
    assert (row["id"], row["tag"], row["description"], row["tagType"]) == ("1", "Spring", "Came in spring", "contact")
    assert set(row["links"]) == {"contactGoalTags", "templateTags"}
    long = visitor.get("tags/1").json()["tag"]
    assert set(long) == {
        "cdate", "created_by", "created_timestamp", "deleted", "description", "id", "links", "subscriber_count", "tag",
        "tagType", "updated_by", "updated_timestamp",
    }  # fmt: skip
    assert {name: long[name] for name in row} == row


@pytest.mark.parametrize("status", [422, 400, 500])
def test_a_second_tag_of_that_name_is_refused(clock: Clock, status: Any) -> None:
    """Names are unique whatever their case; the words are MySQL's, the status is unknown."""
    quirks = Quirks(duplicate_tag_status=status)
    visitor = Visitor(Sandbox(clock=clock, now=clock.now, quirks=quirks), clock)
    create(visitor, "Spring")
    answer = create(visitor, "SPRING")
    assert answer.status_code == status
    assert answer.json() == {
        "message": "Could not process request",
        "error": "Duplicate entry 'contact-SPRING' for key 'typetag'",
    }
    assert names(visitor) == ["Spring"]


def test_a_second_tag_of_that_name_may_be_the_first(clock: Clock) -> None:
    """In 2026 somebody saw 200 and the tag that there was."""
    quirks = Quirks(duplicate_tag="existing")
    visitor = Visitor(Sandbox(clock=clock, now=clock.now, quirks=quirks), clock)
    create(visitor, "Spring")
    answer = create(visitor, "spring")
    assert (answer.status_code, answer.json()) == (200, visitor.get("tags/1").json())


def test_a_tag_that_an_import_made_is_known(visitor: Visitor) -> None:
    """Bulk import makes tags by name; they are the same ones."""
    visitor.settle({"email": "a@example.com", "tags": ["Spring"]})
    assert create(visitor, "spring").status_code == 422
    assert visitor.get("tags/1").json()["tag"]["subscriber_count"] == "1"


@pytest.mark.parametrize(
    "tag",
    [{}, {"tag": "x"}, {"tag": "", "tagType": "contact"}, {"tag": 3, "tagType": "contact"},
     {"tag": "x", "tagType": "template"}, {"tag": "x", "tagType": "contact", "description": []}],
)  # fmt: skip
def test_an_incomplete_tag_is_refused(visitor: Visitor, tag: dict[str, Any]) -> None:
    """A tag needs a name and the type contact; a sandbox has no templates to tag."""
    answer = visitor.post_to("tags", {"tag": tag})
    assert answer.status_code == 422
    assert isinstance(answer.json()["errors"], list)
    assert names(visitor) == []


def test_a_tag_is_renamed(box: Sandbox, visitor: Visitor) -> None:
    """PUT and PATCH change what is sent; people keep the tag, and its old name is free."""
    visitor.settle({"email": "a@example.com", "tags": ["Spring"]})
    answer = visitor.put("tags/1", {"tag": {"tag": "Autumn", "tagType": "contact"}})
    assert (answer.status_code, answer.json()) == (200, visitor.get("tags/1").json())
    assert box.contact_tags()["tag"].tolist() == ["Autumn"]
    assert create(visitor, "Spring").status_code == 201
    changed = visitor.http.patch("tags/1", json={"tag": {"description": "Leaves fall"}})
    assert changed.json()["tag"]["tag"] == "Autumn"
    assert visitor.get("tags/1").json()["tag"]["description"] == "Leaves fall"


def test_a_tag_cannot_take_another_ones_name(visitor: Visitor) -> None:
    """It may change the case of its own."""
    create(visitor, "Spring")
    create(visitor, "Autumn")
    assert visitor.put("tags/2", {"tag": {"tag": "spring", "description": "x"}}).status_code == 422
    assert visitor.get("tags/2").json()["tag"]["description"] == ""
    assert visitor.put("tags/2", {"tag": {"tag": "AUTUMN"}}).json()["tag"]["tag"] == "AUTUMN"
    assert visitor.put("tags/2", {"tag": {"tag": "  "}}).status_code == 422


def test_a_deleted_tag_is_gone(box: Sandbox, visitor: Visitor) -> None:
    """DELETE is `200 {}`, again 404 in the recorded words; people lose it."""
    visitor.settle({"email": "a@example.com", "tags": ["Spring"]})
    assert visitor.delete("tags/1").json() == {}
    for again in (visitor.delete("tags/1"), visitor.get("tags/1"), visitor.put("tags/1", {"tag": {}})):
        assert (again.status_code, again.json()) == (404, {"message": "No Result found for Tag with id 1"})
    assert box.contact_tags().empty


def test_tags_are_searched(visitor: Visitor) -> None:
    """`search` finds parts of names; filters[search] compares; orders[search] sorts, by weight too."""
    for name in ("offspring", "Spring", "Springtime", "Autumn"):
        create(visitor, name)
    assert names(visitor, search="spring") == ["offspring", "Spring", "Springtime"]
    assert names(visitor, search="spring", **{"orders[search]": "weight"}) == ["Spring", "Springtime", "offspring"]
    assert names(visitor, **{"filters[search][eq]": "SPRING"}) == ["Spring"]
    assert names(visitor, **{"filters[search][starts_with]": "spring"}) == ["Spring", "Springtime"]
    assert names(visitor, **{"filters[search][lt]": "b"}) == ["Autumn"]
    assert names(visitor, **{"filters[search][neq]": "autumn", "orders[search]": "desc"})[0] == "Springtime"
    both = {"search": "spring", "filters[search][contains]": "time"}
    assert names(visitor, **both) == ["Springtime"]
    assert visitor.get("tags", **{"filters[search][sounds_like]": "x"}).status_code == 400


def test_only_twenty_tags_come_unasked(visitor: Visitor) -> None:
    """The most reported mistake: without paging, the rest is overlooked."""
    visitor.settle({"email": "a@example.com", "tags": [f"tag {number}" for number in range(25)]})
    content = visitor.get("tags").json()
    assert (len(content["tags"]), content["meta"]) == (20, {"total": "25"})
    assert len(names(visitor, limit=100)) == 25
