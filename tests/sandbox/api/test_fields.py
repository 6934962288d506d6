from typing import Any

import pandas as pd
import pytest

from ac_notebook.sandbox import Quirks, Sandbox
from tests.sandbox.visits import VIP, Clock, Visitor

TIER = 7
NO_ARRAY = {"errors": "Bulk operation failed. Request must contain an array of fieldOption objects."}


def create(visitor: Visitor, title: str = "Shoe size", type_: str = "text", **more: Any) -> Any:
    """Create a field and return the answer."""
    return visitor.post_to("fields", {"field": {"title": title, "type": type_, **more}})


def with_quirks(clock: Clock, **quirks: Any) -> Visitor:
    """Return a client of an account with some switches set."""
    return Visitor(Sandbox(clock=clock, now=clock.now, quirks=Quirks(**quirks)), clock)


def test_a_new_field_is_answered_in_the_recorded_form(visitor: Visitor) -> None:
    """POST /fields is 201 with what was sent, a tag made from the title, and a place that is a number."""
    answer = create(visitor)
    assert answer.status_code == 201
    row = answer.json()["field"]
    links = row.pop("links")
    assert set(links) == {"options", "relations"}
    assert row == {
        "title": "Shoe size", "type": "text", "created_by": "1", "updated_by": "1", "perstag": "SHOE_SIZE",
        "cdate": "2026-03-02T06:00:00-06:00", "udate": "2026-03-02T06:00:00-06:00", "ordernum": 8, "id": "8",
    }  # fmt: skip


def test_what_is_sent_with_a_field_comes_back(visitor: Visitor) -> None:
    """The place that is asked for is not given; all else is kept, as texts."""
    row = create(visitor, descript="In Europe", perstag="perstag", defval="41", visible=1, ordernum=2).json()["field"]
    assert (row["perstag"], row["ordernum"], row["descript"], row["visible"]) == ("PERSTAG", 8, "In Europe", "1")
    long = visitor.get("fields/8").json()["field"]
    assert (long["ordernum"], long["defval"], long["isrequired"]) == ("8", "41", "0")
    assert set(long) == set(visitor.get("fields/1").json()["field"])


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("Personalized Tag", "PERSONALIZEDTAG"), ("perstag", "PERSTAG"), (None, "SHOE_SIZE"), (" ", "SHOE_SIZE")],
)
def test_a_supplied_tag_is_upper_cased_without_blanks(visitor: Visitor, sent: Any, kept: str) -> None:
    """As recorded; without one it is made from the title."""
    assert create(visitor, perstag=sent).json()["field"]["perstag"] == kept
    content = visitor.get("fields", **{"filters[perstag]": kept}).json()
    assert [row["id"] for row in content["fields"]] == ["8"]


def test_a_title_is_used_once(visitor: Visitor) -> None:
    """A second field of a title, whatever its case, is refused in the recorded words."""
    answer = create(visitor, "CITY")
    assert answer.status_code == 422
    assert answer.json() == {
        "errors": [
            {
                "title": "There is already a field with this title",
                "detail": "There is already a field named 'CITY' -- choose another name",
                "code": "duplicate",
            }
        ]
    }


def test_a_personalisation_tag_is_used_once(clock: Clock, visitor: Visitor) -> None:
    """Unknown whether it need be unique: refused, or with the quirk `duplicate_perstag` accepted."""
    answer = create(visitor, perstag="city")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "duplicate")
    other = with_quirks(clock, duplicate_perstag="accepted")
    assert create(other, perstag="city").json()["field"]["perstag"] == "CITY"


@pytest.mark.parametrize(
    "field",
    [{}, {"title": "x"}, {"type": "text"}, {"title": " ", "type": "text"}, {"title": 3, "type": "text"},
     {"title": "x", "type": "NULL"}, {"title": "x", "type": None}, {"title": "x", "type": ["text"]},
     {"title": "x", "type": "text", "perstag": 3}, {"title": "x", "type": "text", "defval": {}}],
)  # fmt: skip
def test_an_incomplete_field_is_refused(visitor: Visitor, field: dict[str, Any]) -> None:
    """Title and a known type are needed."""
    assert visitor.post_to("fields", {"field": field}).status_code == 422
    assert visitor.get("fields").json()["meta"]["total"] == "7"


def test_contacts_may_have_a_currency_field_or_not(clock: Clock, visitor: Visitor) -> None:
    """Documented for deals only; the quirk `currency_field` lets contacts have one."""
    assert create(visitor, "Spent", "currency").status_code == 422
    other = with_quirks(clock, currency_field="accepted")
    assert create(other, "Spent", "currency").status_code == 201
    other.settle({"email": "a@example.com", "fields": [{"id": 8, "value": "12.50"}]})
    assert other.values("a@example.com")["Spent"] == "12.50"


def test_a_field_made_through_the_api_is_not_shown_but_stores(box: Sandbox, visitor: Visitor) -> None:
    """It has no relation until one is made; values are stored regardless."""
    create(visitor)
    assert visitor.get("fields/8/relations").json() == {"fieldRels": []}
    assert box.fields().set_index("id")["shown"].to_dict() == {**dict.fromkeys(range(1, 8), True), 8: False}
    visitor.settle({"email": "a@example.com", "fields": [{"id": 8, "value": "41"}]})
    assert visitor.values("a@example.com")["Shoe size"] == "41"
    answer = visitor.post_to("fieldRels", {"fieldRel": {"field": "8", "relid": "0"}})
    assert answer.status_code == 201
    row = answer.json()["fieldRel"]
    assert row == {"relid": "0", "field": "8", "cdate": row["cdate"], "links": [], "id": "8"}
    assert visitor.get("fields/8").json()["field"]["relations"] == ["8"]
    assert box.fields()["shown"].all()


def test_a_field_is_on_one_list_and_off_again(box: Sandbox, visitor: Visitor) -> None:
    """A relation may name one list; numbers come back as numbers; deleted it is `200 {}`, again 404."""
    create(visitor)
    row = visitor.post_to("fieldRels", {"fieldRel": {"field": 8, "relid": VIP}}).json()["fieldRel"]
    assert (row["field"], row["relid"]) == (8, 5)
    long = visitor.get(f"fieldRels/{row['id']}").json()["fieldRel"]
    assert (long["field"], long["relid"], long["dorder"], long["links"]) == ("8", "5", "0", [])
    assert visitor.get("fieldRels").json()["meta"] == {"total": "8"}
    assert visitor.delete("fieldRels/8").json() == {}
    again = visitor.delete("fieldRels/8")
    assert (again.status_code, again.json()) == (404, {"message": "No Result found for FieldRel with id 8"})
    assert list(box.fields()["id"][~box.fields()["shown"]]) == [8]


def test_a_field_loses_its_place_with_the_list(box: Sandbox, visitor: Visitor) -> None:
    """A field that was on one list only is hidden once that list is deleted."""
    create(visitor)
    visitor.post_to("fieldRels", {"fieldRel": {"field": "8", "relid": VIP}})
    visitor.delete(f"lists/{VIP}")
    assert list(box.fields()["id"][~box.fields()["shown"]]) == [8]


@pytest.mark.parametrize(
    ("relation", "status"),
    [({"field": 99, "relid": 0}, 404), ({"relid": 0}, 404), ({"field": 1, "relid": 99}, 422), ({"field": 1}, 422),
     ({"field": 1, "relid": False}, 422), ({"field": 1, "relid": "0"}, 422)],
)  # fmt: skip
def test_a_relation_to_nothing_is_refused(visitor: Visitor, relation: dict[str, Any], status: int) -> None:
    """Field and list must be there, and the relation must be new."""
    assert visitor.post_to("fieldRels", {"fieldRel": relation}).status_code == status
    assert visitor.get("fieldRels").json()["meta"] == {"total": "7"}


def test_a_field_is_changed(box: Sandbox, visitor: Visitor) -> None:
    """PUT changes what is sent, even the place; the tag stays as it was."""
    visitor.settle({"email": "a@example.com", "fields": [{"id": 2, "value": "Växjö"}]})
    content = {"title": "Town", "type": "text", "isrequired": "1", "ordernum": "3"}
    answer = visitor.put("fields/2", {"field": content})
    assert answer.status_code == 200
    row = answer.json()["field"]
    assert {name: row[name] for name in content} == content
    assert row["perstag"] == "CITY"
    assert "options" not in row
    assert box.contacts()["Town"].tolist() == ["Växjö"]


@pytest.mark.parametrize(
    "content", [{"title": "Points"}, {"title": ""}, {"type": "date"}, {"perstag": "points"}, {"descript": []}]
)
def test_a_field_with_rubbish_stays(visitor: Visitor, content: dict[str, Any]) -> None:
    """What could not be created cannot be changed to, and the type stays."""
    before = visitor.get("fields/2").json()
    assert visitor.put("fields/2", {"field": content}).status_code == 422
    assert visitor.get("fields/2").json() == before


def test_a_field_may_keep_its_own_words(visitor: Visitor) -> None:
    """Its own title and tag are no duplicates of itself."""
    answer = visitor.put("fields/2", {"field": {"title": "CITY", "perstag": "city"}})
    assert (answer.status_code, answer.json()["field"]["title"]) == (200, "CITY")


def test_a_deleted_field_is_gone(box: Sandbox, visitor: Visitor) -> None:
    """DELETE is `200 {}`, again 404; its relations go, and what people had in it is out of sight."""
    visitor.settle({"email": "a@example.com", "fields": [{"id": 2, "value": "Växjö"}]})
    assert visitor.delete("fields/2").json() == {}
    gone = {"message": "No Result found for Field with id 2"}
    for path in ("fields/2", "fields/2/options", "fields/2/relations"):
        assert (visitor.get(path).status_code, visitor.get(path).json()) == (404, gone)
    assert (visitor.delete("fields/2").status_code, visitor.put("fields/2", {"field": {}}).json()) == (404, gone)
    assert "City" not in box.contacts().columns
    assert "2" not in {row["field"] for row in visitor.get("fieldRels").json()["fieldRels"]}
    assert visitor.get("contacts/1/fieldValues").json() == {"fieldValues": []}


def test_options_are_added_in_bulk(visitor: Visitor) -> None:
    """POST /fieldOption/bulk is 201 with what was sent; values count at once, and GET shows them with dates."""
    field = create(visitor, "Size", "dropdown").json()["field"]["id"]
    sent = [
        {"field": field, "label": "Small", "value": "S", "orderid": 1, "isdefault": False},
        {"field": field, "label": "Large", "value": "L"},
    ]
    answer = visitor.post_to("fieldOption/bulk", {"fieldOptions": sent})
    assert answer.status_code == 201
    small, large = answer.json()["fieldOptions"]
    assert set(small) == {"orderid", "isdefault", "label", "value", "field", "cdate", "udate", "links", "id"}
    assert (small["orderid"], small["isdefault"], small["value"], small["field"]) == (1, 0, "S", "8")
    assert set(large) == {"label", "value", "field", "cdate", "udate", "links", "id"}
    shown = visitor.get("fields/8/options").json()["fieldOptions"]
    assert [(row["label"], row["orderid"], row["isdefault"]) for row in shown] == [
        ("Small", "1", "0"), ("Large", "0", "0"),
    ]  # fmt: skip
    assert shown[0]["cdate"] == small["cdate"]
    assert visitor.get("fields/8").json()["field"]["options"] == [small["id"], large["id"]]
    assert visitor.get(f"fieldOptions/{large['id']}").json() == {"fieldOption": shown[1]}
    visitor.settle({"email": "a@example.com", "fields": [{"id": 8, "value": "L"}]})
    assert visitor.values("a@example.com")["Size"] == "L"


@pytest.mark.parametrize(
    "content",
    [{}, [], {"fieldOptions": {}}, {"fieldOptions": []}, {"fieldOptions": ["x"]},
     {"fieldOptions": [{"field": "7"}]}, {"fieldOptions": [{"field": "7", "value": 3}]},
     {"fieldOptions": [{"field": "99", "value": "x"}]}, {"fieldOptions": [{"field": "2", "value": "x"}]},
     {"fieldOptions": [{"field": "7", "value": "good"}, {"value": "x"}]}],
)  # fmt: skip
def test_options_are_refused_all_together_in_one_string(visitor: Visitor, content: Any) -> None:
    """One bad option spoils them all; `errors` is a string, where elsewhere it is a list."""
    answer = visitor.post_to("fieldOption/bulk", content)
    assert (answer.status_code, answer.json()) == (422, NO_ARRAY)
    assert len(visitor.get("fields/7/options").json()["fieldOptions"]) == 3


def test_an_option_is_deleted_with_an_empty_answer(visitor: Visitor) -> None:
    """What people have stays; new values of it are dropped; again it is a 404."""
    visitor.settle({"email": "a@example.com", "fields": [{"id": TIER, "value": "Gold"}]})
    gold = visitor.get("fields/7/options").json()["fieldOptions"][2]["id"]
    answer = visitor.delete(f"fieldOptions/{gold}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert visitor.delete(f"fieldOptions/{gold}").status_code == 404
    assert visitor.values("a@example.com")["Tier"] == "Gold"
    visitor.settle({"email": "b@example.com", "fields": [{"id": TIER, "value": "Gold"}]})
    assert pd.isna(visitor.values("b@example.com")["Tier"])


def test_the_preferred_language_has_75_options(visitor: Visitor) -> None:
    """As in a new account: values are codes, labels are names, and no value is its label."""
    content = visitor.get("fields/1").json()
    pairs = [(row["value"], row["label"]) for row in content["fieldOptions"]]
    assert len(pairs) == len(set(dict(pairs).values())) == len(dict(pairs)) == 75
    assert pairs[0] == ("af", "Afrikaans")
    assert all(value != label for value, label in pairs)
    assert {row["cdate"] for row in content["fieldOptions"]} == {None}
    assert [row["orderid"] for row in content["fieldOptions"]] == [str(number) for number in range(1, 76)]


@pytest.mark.parametrize("page", [20, 100])
def test_how_many_fields_come_unasked(clock: Clock, page: int) -> None:
    """20 as was seen, or 100 as the reference says; with a limit all come."""
    visitor = with_quirks(clock, fields_page=page)
    for number in range(20):
        create(visitor, f"Field {number}")
    content = visitor.get("fields").json()
    assert (len(content["fields"]), content["meta"]) == (min(page, 27), {"total": "27", "selected": None})
    assert len(visitor.get("fields", limit=100).json()["fields"]) == 27
