"""A bad row never costs the others of its request, and few requests more."""

from __future__ import annotations

import pytest

from tests.faults.poison import CONTACTS, KINDS, SEVERAL, is_right, poisoned, poisoned_address

PLACES = (0, 1, 124, CONTACTS - 1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES)
def test_one_bad_row_is_found_and_249_arrive(place: int, kind: str) -> None:
    """Named by a place counted from 1 or from 0: two requests more; not named: sixteen; named wrongly: nobody else."""
    found = poisoned([place], KINDS[kind].naming)
    assert is_right(found, [place])
    assert found.more <= KINDS[kind].most


@pytest.mark.parametrize("kind", SEVERAL)
@pytest.mark.parametrize("bad", [(3, 200), (0, 249), (1, 2, 3)])
def test_several_bad_rows_are_found_and_the_others_arrive(bad: tuple[int, ...], kind: str) -> None:
    """However they are named, they alone are blamed."""
    naming, most = SEVERAL[kind]
    found = poisoned(bad, naming)
    assert is_right(found, bad)
    assert found.more <= most


@pytest.mark.parametrize("base", [0, 1])
@pytest.mark.parametrize("place", [0, 1, 249])
def test_what_the_sandbox_itself_refuses_costs_nobody_else(place: int, base: int) -> None:
    """An address that passes our checks and not the service's is left out, whatever places are counted from."""
    found = poisoned_address(place, base)
    assert is_right(found, [place])
    assert found.more <= 2


def test_what_places_are_counted_from_is_found_out_once() -> None:
    """The first bad row costs two requests more, each of the others one."""
    bad = (10, 260, 510, 760)
    found = poisoned(bad, KINDS["named, counted from 0"].naming, rows=1_000)
    assert is_right(found, bad, 1_000)
    assert found.more <= 2 + 3
