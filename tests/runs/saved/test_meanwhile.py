"""Saved exports that several kernels change at once, and whose connection is renamed, removed or exchanged."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

import ac_notebook as ac
from ac_notebook.errors import ConfigurationError, ConnectionNotFoundError
from ac_notebook.runs.exports_table import find_export
from ac_notebook.sandbox import Sandbox
from tests.runs.saved.weekly import MAPPING, people, reached
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook import Connection


def test_changes_of_different_parts_both_stay(weekly: ac.Export, capsys: pytest.CaptureFixture[str]) -> None:
    """What another kernel changed meanwhile is not taken back by saving or editing something else, and is told."""
    mine, theirs = find_export("Weekly"), find_export("Weekly")
    theirs.edit(tags=["theirs"], wait=5)
    capsys.readouterr()
    kept = mine.replace(segment="points > 2", share=0.5).save()
    said = capsys.readouterr().out
    assert "Changed the saved export 'Weekly': segment, share." in said
    assert "had changed tags, wait at " in said
    assert "; that stays." in said
    assert (kept.tags, kept.options.wait, kept.segment, kept.options.share) == (("theirs",), 5, "points > 2", 0.5)
    assert find_export("Weekly") == kept
    theirs.edit(name="Daily")
    assert mine.edit(tags=["mine"]).name == "Daily"
    assert mine.replace(duplicates="last").save().name == "Daily"
    assert ac.exports()["name"].tolist() == ["Daily"]


def test_of_two_changes_of_one_part_the_last_stands_and_is_told(
    weekly: ac.Export, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one who saves last is told what was replaced."""
    ways: list[Callable[[ac.Export], ac.Export]] = [
        lambda it: it.replace(tags=["mine"]).save(), lambda it: it.edit(tags=["mine"]),
    ]  # fmt: skip
    for change in ways:
        mine, theirs = find_export("Weekly"), find_export("Weekly")
        theirs.edit(tags=["theirs"])
        capsys.readouterr()
        assert change(mine).tags == ("mine",)
        assert "of that, tags is replaced by yours" in " ".join(capsys.readouterr().out.split())


def test_code_that_is_run_again_is_what_counts(weekly: ac.Export, saved: Connection) -> None:
    """A cell that makes and saves an export makes it as it stands there, whatever was changed since."""
    weekly.edit(tags=["b"], segment=None)
    again = ac.Export("Weekly", connection=saved, list="Newsletter", mapping=MAPPING, segment="points > 1").save()
    assert again == find_export("Weekly") == weekly


def test_many_at_once_lose_nothing(weekly: ac.Export) -> None:
    """Eight threads that each change another part, again and again: in the end every last change is there."""
    changes: list[dict[str, Any]] = [
        {"tags": ["a"]}, {"wait": 7}, {"share": 0.5}, {"timezone": "Europe/Stockholm"}, {"duplicates": "last"},
        {"resend": "all"}, {"segment": "points > 3"}, {"allow": {"list"}},
    ]  # fmt: skip
    failed: list[BaseException] = []

    def work(change: dict[str, Any]) -> None:
        try:
            mine = find_export("Weekly")
            for _ in range(3):
                mine = mine.edit(**change)
        except BaseException as error:  # noqa: BLE001 - of a thread: shown by the assertion
            failed.append(error)

    threads = [threading.Thread(target=work, args=(change,)) for change in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    wanted = weekly
    for change in changes:
        wanted = wanted.replace(**change)
    assert find_export("Weekly") == wanted


def test_exports_follow_their_connection(weekly: ac.Export, saved: Connection) -> None:
    """A connection that gets another name takes its exports along, and they send nothing again."""
    people().activecampaign.export(weekly)
    renamed = saved.edit(name="Shop")
    assert find_export("Weekly").connection == "Shop"
    assert ac.exports()["connection"].tolist() == ["Shop"]
    assert people().activecampaign.plan(reached("Weekly", renamed)).counts["unchanged"] == 3


def test_a_removed_connection_leaves_its_exports(weekly: ac.Export, saved: Connection, connection: Connection) -> None:
    """They are listed, stay, are marked, send nothing, say what they had, and go on when they are attached again."""
    people().activecampaign.export(weekly)
    never = weekly.duplicate("Never")
    table = saved.remove()
    assert table["export"].tolist() == ["Weekly", "Never"]
    assert table["saved"].tolist() == [True, True]
    assert table["runs"].tolist() == [1, 0]
    assert ac.exports()["connection"].tolist() == ["no connection", "no connection"]
    with pytest.raises(ConfigurationError, match="no connection any more \\(it had 'Marketing'\\)"):
        people().activecampaign.plan("Weekly")
    with pytest.raises(ConnectionNotFoundError, match="removed"):
        people().activecampaign.export(never)
    # One of the same name is another connection: nothing goes through it by itself.
    other = connection.replace(name="Marketing").save()
    assert find_export("Weekly").connection == ""
    again = find_export("Weekly").attach(other)
    assert people().activecampaign.plan(again).counts["unchanged"] == 3
    assert ac.exports().set_index("name").loc["Weekly", "connection"] == "Marketing"


def test_another_account_knows_nothing(weekly: ac.Export, clock: VirtualClock) -> None:
    """Attached to another account, everything is sent once; back again, nothing."""
    people().activecampaign.export(weekly)
    first = weekly.given
    box = Sandbox(clock=clock.monotonic, now=clock.now)
    other = through(box, clock).replace(name="Other", account="other").agree().save()
    moved = weekly.attach(other)
    assert people().activecampaign.export(moved).counts["imported"] == 3
    assert first is not None
    assert people().activecampaign.plan(moved.attach(first)).counts["unchanged"] == 3
