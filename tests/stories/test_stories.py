"""The core stories, in process and over a socket, and with the sandbox's switches in other positions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import ac_notebook as ac
from ac_notebook.sandbox import Quirks, Sandbox
from ac_notebook.sandbox.quirks import positions
from tests.stories.combinations import every_pair
from tests.stories.scene import Scene
from tests.stories.stories import STORIES
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from collections.abc import Callable

PAIRS = every_pair()


def in_process(quirks: Quirks) -> Scene:
    """Return a new account in this process, in virtual time."""
    clock = VirtualClock()
    box = Sandbox(clock=clock.monotonic, now=clock.now, quirks=quirks)
    return Scene(box, through(box, clock), quirks)


@pytest.mark.parametrize("story", STORIES)
def test_in_process(story: Callable[[Scene], None]) -> None:
    """The story holds with every switch at its harsher position."""
    story(in_process(Quirks()))


@pytest.mark.parametrize("story", STORIES)
def test_over_the_socket(story: Callable[[Scene], None]) -> None:
    """The story holds over HTTP, with a sandbox in a process of its own."""
    with ac.sandbox.start(speed=600) as box:
        story(Scene(box, box.connection, Quirks()))


def told(number: int) -> tuple[Callable[[Scene], None], ...]:
    """Return which stories are told with a combination: one half with every other, for the time that all would take."""
    return STORIES[number % 2 :: 2]


@pytest.mark.parametrize("number", range(len(PAIRS)))
def test_with_every_pair_of_positions(number: int) -> None:
    """Stories hold whichever two respects the service differs in: each switch is in each position in some of them.

    All stories with each of these combinations, with one switch alone, and with hundreds by chance: ``make soak``.
    """
    for story in told(number):
        story(in_process(PAIRS[number]))


def test_each_story_meets_each_position_of_each_switch() -> None:
    """Of the combinations that a story is told with, some have a switch in a position, whichever these are."""
    for story in STORIES:
        met = [quirks for number, quirks in enumerate(PAIRS) if story in told(number)]
        positions_met = {name: {getattr(quirks, name) for quirks in met} for name in positions()}
        assert positions_met == {name: set(known) for name, known in positions().items()}
