"""Saved exports: kept, changed, renamed, copied and removed, and what is remembered of them."""

from __future__ import annotations

import inspect
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import ac_notebook as ac
from ac_notebook.errors import ConfigurationError, ConnectionNotFoundError, MappingError, StateError
from ac_notebook.runs.exports_table import find_export
from ac_notebook.runs.given_export import OF_A_RUN
from tests.runs.saved.weekly import EVERYTHING, MAPPING, people, reached
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ac_notebook import Connection
    from ac_notebook.sandbox import Sandbox


def posts(box: Sandbox) -> int:
    """Return how many imports the account saw."""
    return int((box.requests()["method"] == "POST").sum())


def test_what_is_saved_is_found(weekly: ac.Export, saved: Connection, box: Sandbox) -> None:
    """By its name, in any kernel, equal and with the same code; what it sends is what the export written out sends."""
    found = find_export("Weekly")
    assert (found, repr(found)) == (weekly, repr(weekly))
    report = people().activecampaign.export(reached("Weekly", saved))
    assert report.counts["imported"] == 3
    assert report.counts["outside_segment"] == 2
    assert set(box.contacts()["city" if "city" in box.contacts() else "email"])
    assert people().activecampaign.plan(weekly).counts["unchanged"] == 3


def test_saving_sends_nothing_and_says_so(saved: Connection, box: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """Each verb that keeps something tells what it did, and that nothing was sent; and nothing was."""
    export = ac.Export("Weekly", connection=saved, list="Newsletter", mapping=MAPPING).save()
    first = capsys.readouterr().out
    assert first == (
        "Saved the export 'Weekly', through 'Marketing'. The list is 'Newsletter' (id 4, 0 subscribers).\n"
        "Nothing was sent.\n"
    )
    export.save()
    assert capsys.readouterr().out == "The export 'Weekly' is saved as it is already. Nothing was sent.\n"
    verbs: list[Callable[[], object]] = [
        lambda: export.edit(tags=["a"], wait=5), lambda: export.edit(name="Daily"), lambda: export.duplicate("Copy"),
        export.detach, lambda: export.attach(saved), export.remove, export.save,
    ]  # fmt: skip
    for verb in verbs:
        verb()
        assert capsys.readouterr().out.split()[-3:] == ["Nothing", "was", "sent."]
    assert posts(box) == 0


def test_the_list_is_looked_for_when_it_is_saved(saved: Connection) -> None:
    """A list or a field that the account does not have is told with the nearest, and nothing is saved."""
    export = ac.Export("Weekly", connection=saved, list="Newsleter", mapping={"email": "mail"})
    with pytest.raises(ConfigurationError, match=r"no list called 'Newsleter'\.\nDid you mean 'Newsletter'\?") as told:
        export.save()
    assert str(told.value).endswith("Nothing was saved or sent.")
    with pytest.raises(MappingError, match="no custom field called 'Brthday'"):
        export.replace(list="VIP", mapping={"email": "mail", "Brthday": "dob"}).save()
    assert ac.exports().empty
    kept = export.replace(list="VIP").save()
    for changes in ({"list": 99}, {"list": "Newsleter"}, {"mapping": {"email": "mail", "Brthday": "dob"}}):
        with pytest.raises(ConfigurationError):
            kept.edit(**changes)
    assert find_export("Weekly") == kept


def test_offline_it_is_saved_and_told(box: Sandbox, clock: VirtualClock) -> None:
    """Where the account cannot be asked, an export is saved all the same, with a warning that says so."""

    def down(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no network")

    off = through(box, clock, transport=httpx.MockTransport(down)).replace(name="Marketing").save()
    with pytest.warns(UserWarning, match="could not be looked for") as told:
        ac.Export("Weekly", connection=off, list="Nowhere", mapping=MAPPING).save()
    assert told[0].filename == __file__
    assert find_export("Weekly").list == "Nowhere"


def test_a_connection_that_is_not_saved_is_refused(connection: Connection, saved: Connection) -> None:
    """No other kernel could use it; a name with a slip of the pen is told with the nearest, and a way without one."""
    with pytest.raises(ConnectionNotFoundError, match=r"connection\.save\(\)"):
        ac.Export("Weekly", connection=connection.replace(account="other"), list=4, mapping=MAPPING).save()
    export = ac.Export("Weekly", connection="Marketting", list="Anything", mapping=MAPPING)
    with pytest.raises(ConnectionNotFoundError, match=r"Did you mean 'Marketing'.*detach"):
        export.save()
    assert export.detach().save().connection == ""
    with pytest.raises(ConfigurationError, match="The export 'Weekly' has no connection"):
        people().activecampaign.plan("Weekly")


def test_another_name_sends_nothing_again(weekly: ac.Export, saved: Connection, box: Sandbox) -> None:
    """What an export has sent stays remembered under its new name; its old name is free, and knows nothing."""
    assert people().activecampaign.export(weekly).counts["imported"] == 3
    renamed = weekly.edit(name="Daily")
    with pytest.raises(ConfigurationError, match=r"no saved export called 'Weekly'\.\nThere are: 'Daily'"):
        find_export("Weekly")
    assert people().activecampaign.export(reached("Daily", saved)).counts["unchanged"] == 3
    other = ac.Export("Weekly", connection=saved, list="Newsletter", mapping=MAPPING)
    assert people().activecampaign.plan(other).counts["not_sent"] == 5
    assert other.save().identity != renamed.identity
    assert people().activecampaign.plan(reached("Weekly", saved)).counts["not_sent"] == 5
    for name in ("Weekly 2", "x", "Weekly"):
        renamed = renamed.edit(name=name) if name != "Weekly" else renamed
        assert people().activecampaign.plan(renamed).counts["unchanged"] == 3
    with pytest.raises(ConfigurationError, match="Another export is called 'Weekly'"):
        renamed.edit(name="weekly")


def test_a_run_under_way_is_not_disturbed_by_another_name(weekly: ac.Export, saved: Connection) -> None:
    """A plan that was made before runs on as it was; the same lease keeps both apart."""
    plan = people().activecampaign.plan(weekly)
    weekly.edit(name="Daily", list="VIP", tags=["new"])
    assert people().activecampaign.plan(reached("Daily", saved).replace(list=4)).scope == plan.scope
    assert plan.run().counts["imported"] == 3
    assert plan.export.name == "Weekly"
    assert plan.contact_list.name == "Newsletter"


def test_a_copy_knows_nothing(weekly: ac.Export) -> None:
    """A duplicate is the same under another name, saved at once, and sends everything once."""
    people().activecampaign.export(weekly)
    copy = weekly.duplicate("Copy")
    assert copy == find_export("Copy") == weekly.replace(name="Copy")
    assert people().activecampaign.plan(copy).counts["not_sent"] == 3
    with pytest.raises(ConfigurationError, match="Another export is called 'Copy'"):
        weekly.duplicate("copy")
    assert ac.Export("New", list=4, mapping=MAPPING).duplicate("Newer").saved is None


def test_everything_that_an_export_says_is_kept() -> None:
    """Every option and every part of a mapping survives saving, another name, a change of something else, a copy."""
    whole = EVERYTHING.replace(connection=None)
    kept = whole.save()
    assert find_export("Weekly") == kept == whole
    assert repr(find_export("Weekly")) == repr(whole)
    changed = kept.edit(name="Daily").edit(tags=["other"])
    assert find_export("Daily") == changed == whole.replace(name="Daily", tags=["other"])
    assert changed.duplicate("Copy").options == find_export("Copy").options == whole.options


def test_what_was_changed_in_a_value_is_not_lost(weekly: ac.Export, capsys: pytest.CaptureFixture[str]) -> None:
    """A value that was changed and not saved yet is edited and copied as it stands there."""
    changed = weekly.replace(tags=["mine"])
    assert (changed.duplicate("Copy").tags, find_export("Copy").tags) == (("mine",), ("mine",))
    assert find_export("Weekly").tags == ()
    capsys.readouterr()
    assert changed.edit(wait=5) == find_export("Weekly") == changed.replace(wait=5)
    assert "Changed the saved export 'Weekly': tags, wait." in capsys.readouterr().out


def test_what_is_no_name_is_a_sentence(weekly: ac.Export) -> None:
    """Nothing but a text finds an export or a segment, and nothing but a connection is attached."""
    odd: Any
    for odd in (5, None, ["Weekly"], b"Weekly"):
        for named in (ac.Export.named, ac.Segment.named):
            with pytest.raises(ConfigurationError, match=r"found by its name, a text.*\n.*lists them"):
                named(odd)
    for odd in ("", None):
        with pytest.raises(ConfigurationError, match=r"No connection was given to attach\.\n.*detach"):
            weekly.attach(odd)
    odd = 5
    with pytest.raises(ConfigurationError, match=r'A connection is named .*\n.*connection="…"'):
        weekly.attach(odd)
    assert find_export("Weekly").connection == "Marketing"


def test_a_removed_one_goes_on_when_it_is_saved_again(weekly: ac.Export, saved: Connection, box: Sandbox) -> None:
    """Removing takes nothing back and forgets no run; under the same name it goes on."""
    people().activecampaign.export(weekly)
    weekly.remove()
    assert ac.exports().empty
    assert len(box.contacts()) == 3
    for call in (weekly.remove, lambda: weekly.edit(tags=["a"])):
        with pytest.raises(ConfigurationError, match="Weekly"):
            call()
    again = ac.Export("Weekly", connection=saved, list="Newsletter", mapping=MAPPING).save()
    assert people().activecampaign.plan(again).counts["unchanged"] == 3
    assert saved.exports["export"].tolist() == ["Weekly"]


@pytest.mark.parametrize(
    "stated",
    [{"list": 4}, {"connection": "x"}, {"mapping": {}}, {"tags": ["a"]}, {"segment": "points > 1"}, {"timezone": "UTC"},
     {"run_automations": True}, {"duplicates": "last"}, {"phone_region": "SE"}, {"leavers": "tag"}, {"key": "points"}],
)  # fmt: skip
def test_nothing_of_it_is_changed_by_a_call(weekly: ac.Export, stated: dict[str, Any]) -> None:
    """What a definition says, a call does not say otherwise; the error tells how to change the export."""
    (name,) = stated
    for verb in (people().activecampaign.plan, people().activecampaign.export):
        with pytest.raises(ConfigurationError, match=rf"own {name}: .*\n.*edit\({name}="):
            verb(weekly, **stated)
    with pytest.raises(ConfigurationError, match=r"no option called 'tag'\.\nDid you mean 'tags'"):
        people().activecampaign.plan(weekly, tag="a")


def test_what_is_of_a_run_is_chosen_by_the_call(weekly: ac.Export, saved: Connection) -> None:
    """Waiting, sending again, and what is allowed; the latter beside what the export allows itself."""
    kept = weekly.edit(allow={"canary"}, wait=5)
    plan = people().activecampaign.plan(kept, resend="all", allow={"list"}, share=0.5, progress=False)
    options = plan.export.options
    assert (options.resend, options.share, options.wait) == ("all", 0.5, 5)
    assert options.allow == {"canary", "list"}
    assert find_export("Weekly") == kept
    assert set(OF_A_RUN) <= set(vars(options))
    assert [*inspect.signature(ac.plan).parameters][1] == "definition"


@pytest.mark.parametrize("given", [5, ["Weekly"], {"name": "Weekly"}, ac.Mapping(email="mail")])
def test_what_is_no_export_is_a_sentence(weekly: ac.Export, given: Any) -> None:
    """The one positional argument is a name or an export; a name with a slip of the pen is told with the nearest."""
    with pytest.raises(ConfigurationError, match=r"given by its name or as ac\.Export"):
        people().activecampaign.plan(given)
    with pytest.raises(ConfigurationError, match=r"no saved export called 'Weekley'\.\nDid you mean 'Weekly'\?"):
        people().activecampaign.plan("Weekley")


def test_checking_with_a_saved_export(weekly: ac.Export) -> None:
    """Columns, rows and options are the export's; it needs no connection, and takes one."""
    frame = people().activecampaign
    check = frame.validate("Weekly")
    assert check.counts["outside_segment"] == 2
    assert check.unchecked
    assert not frame.validate(weekly, connection=weekly.given).unchecked
    for stated in ({"segment": "points > 2"}, {"timezone": "Europe/Stockholm"}, {"duplicates": "last"}):
        with pytest.raises(ConfigurationError, match="nothing of it is changed by a call"):
            frame.validate("Weekly", **stated)
    known = weekly.edit(key="points")
    assert not any("points" in warning for warning in frame.validate(known).warnings)
    with pytest.raises(MappingError, match="'key' is mapped to column 'points', which the frame does not have"):
        people().drop(columns="points").activecampaign.validate(known.replace(segment=None))


def test_a_name_that_looks_like_another_is_refused(weekly: ac.Export, saved: Connection) -> None:
    """Case and blanks tell no two exports apart."""
    for name in ("weekly", "WEEKLY", "\uff37eekly"):
        with pytest.raises(ConfigurationError, match="Another export is called 'Weekly'"):
            ac.Export(name, connection=saved, list=4, mapping=MAPPING).save()


def test_the_table_of_exports(weekly: ac.Export, saved: Connection) -> None:
    """What there is, where it goes, how and when it ran last, and who changed it."""
    ac.Export("Gold", connection=saved, list=4, mapping=MAPPING, segment=ac.Segment("Gold", "points > 2")).save()
    ac.Export("Loose", list="Anything", mapping=MAPPING).save()
    people().activecampaign.export(weekly)
    table: Any = ac.exports().set_index("name")
    assert list(ac.exports().columns) == [
        "name", "type", "connection", "list", "segment", "status", "refreshed", "refreshed at", "schedule",
        "last updated", "by",
    ]  # fmt: skip
    assert table["status"].to_dict() == {"Gold": "never run", "Loose": "never run", "Weekly": "Successful"}
    assert table["segment"].to_dict() == {"Gold": "Gold", "Loose": "", "Weekly": "points > 1"}
    assert table["type"].to_dict() == {
        "Gold": "ActiveCampaign sandbox",
        "Loose": "",
        "Weekly": "ActiveCampaign sandbox",
    }
    assert table.loc["Weekly", "refreshed"].endswith(" ago")
    assert table.loc["Weekly", "refreshed at"].tzinfo is not None
    assert table["last updated"].notna().all()
    assert (table["by"] != "").all()


def test_nothing_but_the_definition_is_at_rest(weekly: ac.Export, home: Path) -> None:
    """No key, no address and no value of the frame, in none of the files."""
    people(city="Kiruna").activecampaign.export(weekly)
    assert weekly.given is not None
    key = weekly.given.secret().reveal()
    for path in home.rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            assert b"person." not in held
            assert b"Kiruna" not in held
            assert key.encode() not in held or path.parent.name == "secrets"


@pytest.mark.parametrize(
    "change",
    ["connection = 'Other'", "identity = 'name:Other'", "definition = '{}'", "definition = '['", "revision = 9",
     "updater = 'x'", "created = 'x'", "removed = 'x'", "seal = x'00'"],
)  # fmt: skip
def test_a_changed_row_is_not_believed(weekly: ac.Export, home: Path, change: str) -> None:
    """What was changed past the package, or by a flipped bit, is told and never used."""
    with closing(sqlite3.connect(home / "state.sqlite3")) as database, database:
        database.execute(f"UPDATE exports SET {change}")  # noqa: S608 - changes of this file's own
    for call in (ac.exports, lambda: find_export("Weekly"), weekly.save, lambda: weekly.edit(tags=["a"])):
        with pytest.raises(StateError, match="the saved export 'Weekly'"):
            call()


def test_values_are_checked_when_they_are_made() -> None:
    """What can be no export is refused in a sentence at once, with what to do."""
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"name": ""}, "An export needs a display name"), ({"name": "a\nb"}, "cannot be shown"),
        ({"name": 5}, "named by a text"), ({"list": True}, "its name or its id"), ({"list": ""}, "its name or its id"),
        ({"list": -1}, "its name or its id"), ({"list": 1.5}, "its name or its id"), ({"list": None}, "its name or"),
        ({"mapping": {}}, "no column is mapped"), ({"mapping": "E-mail"}, "not a dictionary"),
        ({"segment": lambda df: df}, "is a text, not a function"), ({"segment": [True]}, "is a text, not a list"),
        ({"segment": ""}, "blank"), ({"segment": "x" * 20_000}, "at most 10,000"), ({"tags": 5}, "a list of text"),
        ({"tags": [""]}, "not blank"), ({"timezon": "x"}, "Did you mean 'timezone'"), ({"wait": -1}, "seconds"),
        ({"options": ac.Options(), "wait": 1}, "as a value and as keywords"), ({"list": "a\ud800"}, "half a letter"),
        ({"connection": 5}, "named by a text"), ({"connection": "a\nb"}, "cannot be shown"),
    ]  # fmt: skip
    for given, said in wrong:
        with pytest.raises(ConfigurationError, match=said):
            ac.Export(**{"name": "Weekly", "list": 4, "mapping": {"email": "mail"}, **given})
    export = ac.Export("Weekly", list=4, mapping={"email": "mail"})
    with pytest.raises(ConfigurationError, match="Did you mean 'segment'"):
        export.replace(segmnt="x")
    with pytest.raises(ConfigurationError, match="nothing to change"):
        export.edit()
