import json

import pytest

from ac_notebook.sandbox import Sandbox
from tests.sandbox.visits import NEWSLETTER, Visitor


def words(text: str) -> set[str]:
    """Return the words of a text."""
    return set(text.split())


CONTACT_KEYS = words(
    """accountContacts adate anonymized best_send_hour bounced_date bounced_hard bounced_soft cdate created_by
    created_timestamp created_utc_timestamp deleted deleted_at edate email email_domain email_local firstName gravatar
    hash id ip lastName last_click_date last_mpp_open_date last_open_date links mpp_tracking organization orgid orgname
    phone rating_tstamp scoreValues segmentio_id sentcnt sms_consent sms_consent_updated_at socialdata_lastcheck ua
    udate updated_by updated_timestamp updated_utc_timestamp whatsapp_id whatsapp_username"""
)
LIST_KEYS = words(
    """active_subscribers analytics_domains analytics_source analytics_ua carboncopy cdate channel created_by
    created_timestamp deletestamp description facebook_session fulladdress get_unsubscribe_reason id links name
    non_deleted_subscribers optinmessageid optinoptout optoutconf p_embed_image p_use_analytics_link
    p_use_analytics_read p_use_captcha p_use_facebook p_use_tracking p_use_twitter private require_name
    send_last_broadcast sender_addr1 sender_addr2 sender_city sender_country sender_name sender_phone sender_reminder
    sender_state sender_url sender_zip stringid subscription_notify to_name twitter_token twitter_token_secret udate
    unsubscription_notify updated_by updated_timestamp user userid"""
)
FIELD_KEYS = words(
    """cdate cols created_by created_timestamp defval descript id isrequired links options ordernum perstag relations
    rows service show_in_list title type udate updated_by updated_timestamp visible"""
)
CONTACT_LIST_KEYS = words(
    """automation autosyncLog campaign channel contact created_by created_timestamp first_name form id ip4Sub ip4Unsub
    ip4_last last_name links list message responder sdate seriesid sourceid status sync udate unsubreason
    unsubscribeAutomation updated_by updated_timestamp"""
)
TAG_KEYS = words(
    """cdate created_by created_timestamp deleted description id links subscriber_count tag tagType updated_by
    updated_timestamp"""
)


@pytest.fixture
def one(visitor: Visitor) -> Visitor:
    """Return a visitor of an account with one contact that has a bit of everything."""
    visitor.settle(
        {
            "email": "Anna@Example.com",
            "first_name": "Åsa/Anna",
            "fields": [{"id": 2, "value": "Växjö"}, {"id": 7, "value": "Gold"}],
            "tags": ["spring"],
            "subscribe": [{"listid": NEWSLETTER}],
        }
    )
    return visitor


def test_a_list_has_the_recorded_keys(visitor: Visitor) -> None:
    """Lists carry 52 keys in the collection, and two fewer alone."""
    content = visitor.get("lists").json()
    assert set(content) == {"lists", "meta"}
    assert content["meta"] == {"total": "3"}
    assert set(content["lists"][0]) == LIST_KEYS
    assert [(row["id"], row["name"]) for row in content["lists"]] == [
        ("3", "Master Contact List"),
        ("4", "Newsletter"),
        ("5", "VIP"),
    ]
    alone = visitor.get("lists/3").json()["list"]
    assert set(alone) == LIST_KEYS - {"active_subscribers", "non_deleted_subscribers"}


def test_all_scalars_of_a_list_are_strings(visitor: Visitor) -> None:
    """No number is a number on the wire."""
    row = visitor.get("lists").json()["lists"][0]
    assert all(value is None or isinstance(value, str) for name, value in row.items() if name != "links")
    assert set(row["links"]) == {"contactGoalLists", "user", "addressLists"}


def test_fields_come_with_options_and_relations(visitor: Visitor) -> None:
    """Options of a field have values that may differ from their labels."""
    content = visitor.get("fields", limit=100).json()
    assert set(content) == {"fieldOptions", "fieldRels", "fields", "meta"}
    assert content["meta"] == {"total": "7", "selected": None}
    assert all(set(row) == FIELD_KEYS for row in content["fields"])
    language = content["fields"][0]
    assert (language["title"], language["perstag"], language["type"]) == (
        "Preferred Language",
        "PREFERRED_LANGUAGE",
        "dropdown",
    )
    options = {row["value"]: row["label"] for row in content["fieldOptions"] if row["field"] == "1"}
    assert options["sv"] == "Swedish"
    assert "sv-SE" in options
    assert [row["id"] for row in content["fieldOptions"] if row["field"] == "1"] == language["options"]
    assert content["fieldRels"][0]["links"] == []
    assert content["fieldRels"][0]["relid"] == "0"


def test_one_field_and_its_options(visitor: Visitor) -> None:
    """A field alone has the same side loads; its options can be had separately."""
    alone = visitor.get("fields/7").json()
    assert set(alone) == {"field", "fieldOptions", "fieldRels"}
    options = visitor.get("fields/7/options").json()
    assert options["fieldOptions"] == alone["fieldOptions"]
    assert [row["value"] for row in options["fieldOptions"]] == ["Bronze", "Silver", "Gold"]


def test_a_contact_has_the_recorded_keys(one: Visitor) -> None:
    """Contacts carry 46 keys, strings or null, and 18 links."""
    content = one.get("contacts").json()
    assert set(content) == {"contacts", "meta", "scoreValues"}
    row = content["contacts"][0]
    assert set(row) == CONTACT_KEYS
    assert len(row["links"]) == 18
    assert (row["id"], row["email"], row["firstName"]) == ("1", "Anna@Example.com", "Åsa/Anna")
    assert row["cdate"] == "2026-03-02T06:00:05-06:00"
    assert row["created_timestamp"] == row["created_utc_timestamp"] == "2026-03-02 06:00:05"


def test_one_contact_comes_with_side_loads_but_no_tags(one: Visitor) -> None:
    """GET /contacts/{id} shows lists and field values, not tags."""
    content = one.get("contacts/1").json()
    assert set(content) == {
        "accountContacts", "contact", "contactAutomations", "contactLists", "deals", "fieldValues", "geoIps",
    }  # fmt: skip
    assert set(content["contact"]) == CONTACT_KEYS
    assert {row["field"]: row["value"] for row in content["fieldValues"]} == {"2": "Växjö", "7": "Gold"}
    assert len(content["contactAutomations"]) == 1


def test_what_hangs_on_a_contact(one: Visitor) -> None:
    """Memberships, tags and field values can be had one by one; tags without meta."""
    lists = one.get("contacts/1/contactLists").json()["contactLists"]
    assert set(lists[0]) == CONTACT_LIST_KEYS
    assert (lists[0]["list"], lists[0]["contact"], lists[0]["status"]) == ("4", "1", "1")
    tags = one.get("contacts/1/contactTags").json()
    assert set(tags) == {"contactTags"}
    assert tags["contactTags"][0]["tag"] == "1"
    values = one.get("contacts/1/fieldValues").json()["fieldValues"]
    assert {row["field"] for row in values} == {"2", "7"}


def test_a_tag_has_the_recorded_keys(one: Visitor) -> None:
    """Tags say how many carry them, as a string."""
    content = one.get("tags").json()
    assert set(content["tags"][0]) == TAG_KEYS
    assert content["tags"][0]["subscriber_count"] == "1"
    assert content["meta"] == {"total": "1"}


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("contacts/7", "No Result found for Subscriber with id 7"),
        ("contacts/x", "No Result found for Subscriber with id x"),
        ("contacts/7/contactTags", "No Result found for Subscriber with id 7"),
        ("contacts/7/contactLists", "No Result found for Subscriber with id 7"),
        ("contacts/7/fieldValues", "No Result found for Subscriber with id 7"),
        ("contacts/-1", "No Result found for Subscriber with id -1"),
        ("lists/1", "No Result found for _List with id 1"),
        ("fields/99", "No Result found for Field with id 99"),
        ("fields/TIER/options", "No Result found for Field with id TIER"),
    ],
)
def test_what_is_not_there_has_the_recorded_404(visitor: Visitor, path: str, message: str) -> None:
    """A 404 names the service's own class and the id."""
    answer = visitor.get(path)
    assert (answer.status_code, answer.json()) == (404, {"message": message})


def test_json_is_written_as_php_does(one: Visitor) -> None:
    """Slashes are escaped, and the type has no charset."""
    answer = one.get("contacts/1")
    assert answer.headers["content-type"] == "application/json"
    assert b"http:\\/\\/127.0.0.1\\/api\\/3" in answer.content
    assert json.loads(answer.content)["contact"]["firstName"] == "Åsa/Anna"


def test_people_can_look_at_the_account(one: Visitor, box: Sandbox) -> None:
    """The frames show what is stored now, columns in the promised order."""
    contacts = box.contacts()
    assert contacts.columns.tolist() == [
        "id", "email", "first_name", "last_name", "phone", "Preferred Language", "City", "Birthday", "Last visit",
        "Points", "Interests", "Tier",
    ]  # fmt: skip
    assert contacts["Birthday"].isna().all()
    assert box.lists().to_dict("list") == {
        "id": [3, 4, 5],
        "name": ["Master Contact List", "Newsletter", "VIP"],
        "subscribers": [0, 1, 0],
    }
    assert box.memberships().to_dict("list") == {"list": [4], "contact": [1], "status": [1]}
    assert box.contact_tags().to_dict("list") == {"contact": [1], "tag": ["spring"]}
    requests = box.requests()
    assert requests.columns.tolist() == ["time", "method", "path", "status", "contacts", "bytes"]
    assert requests["contacts"].tolist() == [1, 0]
    assert requests["path"].tolist() == ["/api/3/import/bulk_import", "/api/3/import/info"]
    assert requests["bytes"].iloc[0] > 0
    assert str(requests["time"].dt.tz) == "UTC"


def test_an_empty_account_has_empty_frames() -> None:
    """Frames of nothing have their columns all the same."""
    box = Sandbox()
    assert box.contacts().shape == (0, 12)
    assert box.memberships().columns.tolist() == ["list", "contact", "status"]
    assert box.contact_tags().columns.tolist() == ["contact", "tag"]
    assert box.automations().columns.tolist() == ["contact", "list", "time"]
    assert box.requests().empty


def test_lists_and_fields_can_be_added(box: Sandbox, visitor: Visitor) -> None:
    """Names of lists may repeat; a field gets its personalisation tag from its title."""
    assert box.add_list("VIP") == 6
    shoe = box.add_field("Shoe size", "dropdown", options=[("41", "small"), ("46", "large")])
    assert visitor.get(f"fields/{shoe}").json()["field"]["perstag"] == "SHOE_SIZE"
    assert (
        visitor.get(f"fields/{box.add_field('Other', 'text', perstag='my tag')}").json()["field"]["perstag"] == "MYTAG"
    )
    visitor.settle({"email": "a@example.com", "fields": [{"id": shoe, "value": "46"}]})
    assert visitor.values("a@example.com")["Shoe size"] == "46"


@pytest.mark.parametrize(
    ("title", "type_", "options"),
    [("Tier", "text", None), ("A", "colour", None), ("A", "radio", None), ("A", "text", ["b"])],
)
def test_fields_that_cannot_be_are_refused(box: Sandbox, title: str, type_: str, options: list[str] | None) -> None:
    """Titles are unique, types are the documented ones, and options belong to choices."""
    with pytest.raises(ValueError, match="field"):
        box.add_field(title, type_, options=options)
