"""A rehearsal on accounts that read the contract in every way: it concludes what is so, or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from ac_notebook.model.doubts import DOUBTS
from ac_notebook.sandbox import Quirks
from ac_notebook.sandbox.quirks import positions
from tests.runs.rehearsal.accounts import FIELDS, LEARNED, MINE, OWN, SWITCH, account, every_position, rehearse, wrong
from tests.stories.combinations import every_pair

UNUSUAL = {"double_opt_in", "unconfirmed_status", "contact_limit_reached", "large_page", "limit_counts"}
"""What only an unusual account shows."""
TOGETHER = every_position()


def test_every_switch_of_the_sandbox_is_a_doubt() -> None:
    """Each switch is in the table of doubts, with the same positions where a rehearsal may learn it."""
    assert set(DOUBTS) - set(SWITCH) - set(OWN) == set(positions())
    for name in LEARNED:
        known = positions()[SWITCH.get(name, name)]
        assert {(type(one), one) for one in DOUBTS[name].answers} == {(type(one), one) for one in known}
    for doubt in DOUBTS.values():
        assert doubt.question
        assert doubt.needs


@pytest.mark.parametrize("quirks", TOGETHER, ids=range(len(TOGETHER)))
def test_each_position_that_can_be_learned_is(quirks: Quirks) -> None:
    """In a few accounts that have every position of every switch, each one is concluded, and no other."""
    box, clock = account(quirks)
    rehearsal = rehearse(box, clock, fields=FIELDS)
    assert wrong(rehearsal, quirks) == []
    may_lack = set(UNUSUAL)
    if quirks.settings_account == "missing":
        may_lack.add("limit_counts")
    assert set(LEARNED) - set(rehearsal.proved) <= may_lack
    assert not rehearsal.ended
    assert not set(rehearsal.proved) & set(rehearsal.unproved)


@pytest.mark.parametrize("quirks", every_pair()[::9])
def test_nothing_wrong_is_concluded_where_much_is_unusual(quirks: Quirks) -> None:
    """With switches in many positions at once nothing is concluded that is not so; more of them in ``make soak``."""
    box, clock = account(quirks)
    assert wrong(rehearse(box, clock, fields=FIELDS), quirks) == []


@pytest.mark.parametrize("number", [0, 3])
@pytest.mark.parametrize("opt_in", ["active", "unconfirmed"])
def test_a_list_with_double_opt_in(opt_in: Any, number: Any) -> None:
    """People who are unconfirmed after an import show both what it makes of them, and which number that is."""
    quirks = Quirks(double_opt_in=opt_in, unconfirmed_status=number)
    box, clock = account(quirks)
    box.add_list("Club", double_opt_in=True)
    rehearsal = rehearse(box, clock, list="Club", automations=False, fields=())
    assert wrong(rehearsal, quirks) == []
    shown = {name: rehearsal.proved.get(name) for name in ("double_opt_in", "unconfirmed_status")}
    assert shown == ({"double_opt_in": opt_in, "unconfirmed_status": number} if opt_in == "unconfirmed" else
                     dict.fromkeys(shown))  # fmt: skip


@pytest.mark.parametrize("reached", ["fails", "adds"])
def test_a_full_account(reached: Any) -> None:
    """An account that is full shows what becomes of new people, where that was allowed."""
    quirks = Quirks(contact_limit_reached=reached)
    box, clock = account(quirks)
    box.unsubscribe("somebody@example.net", 4)
    box.limit_contacts(1)
    rehearsal = rehearse(box, clock, allow={"contact-limit"}, automations=False, fields=())
    assert rehearsal.proved["contact_limit_reached"] == reached
    assert wrong(rehearsal, quirks) == []


@pytest.mark.parametrize("counts", ["all", "active"])
def test_who_counts_against_the_limit(counts: Any) -> None:
    """Who counts is told by the numbers, where not everybody is active."""
    quirks = Quirks(limit_counts=counts)
    box, clock = account(quirks)
    box.unsubscribe("somebody@example.net", 4)
    rehearsal = rehearse(box, clock, addresses=MINE[:3], automations=False, fields=())
    assert rehearsal.proved["limit_counts"] == counts


@pytest.mark.parametrize("large", ["clamped", "refused"])
def test_pages_that_are_too_large(large: Any) -> None:
    """What a page of more than 100 rows gets is shown by an account with more contacts."""
    quirks = Quirks(large_page=large)
    box, clock = account(quirks, people=101)
    rehearsal = rehearse(box, clock, addresses=MINE[:1], automations=False, fields=())
    assert rehearsal.proved["large_page"] == large


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_addresses_prove_less_and_nothing_wrong(count: int) -> None:
    """One address settles what one can settle; what needs two or three says so."""
    quirks = TOGETHER[1]
    box, clock = account(quirks)
    rehearsal = rehearse(box, clock, addresses=MINE[:count], automations=False, fields=())
    assert wrong(rehearsal, quirks) == []
    assert rehearsal.proved["blank_in_import"] == quirks.blank_in_import
    assert ("import_success" in rehearsal.proved) == (count >= 2)
    assert ("failures_listed" in rehearsal.proved) == (count >= 3)
    assert "three addresses" in rehearsal.unproved.get("both_ways", "three addresses")


def test_automations_are_not_tried_unless_that_was_said() -> None:
    """Without automations=True no automation starts, on whatever account, and what keeps them off stays unproved."""
    for quirks in TOGETHER:
        box, clock = account(quirks)
        rehearsal = rehearse(box, clock, addresses=MINE[:3], automations=False, fields=())
        assert box.automations().empty
        assert not {"exclude_automations", "repeat_automations"} & set(rehearsal.proved)
