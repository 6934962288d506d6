"""The core stories, in process and over a socket, and with the sandbox's switches in other positions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import ac_notebook as ac
from ac_notebook.sandbox import Quirks, Sandbox
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


@pytest.mark.parametrize("number", range(len(PAIRS)))
def test_with_every_pair_of_positions(number: int) -> None:
    """All stories hold whichever two respects the service differs in: each switch is in each position in some of them.

    One switch alone, and hundreds of combinations by chance, are told in ``make soak``.
    """
    for story in STORIES:
        story(in_process(PAIRS[number]))
