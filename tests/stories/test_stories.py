"""The core stories, in process and over a socket, and with each switch of the sandbox in each position."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
OTHERS = [(name, known[number]) for name, known in positions().items() for number in range(1, len(known))]


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


@pytest.mark.parametrize(("name", "position"), OTHERS)
def test_with_each_switch_in_each_position(name: str, position: Any) -> None:
    """All stories hold when the service is otherwise than the harsher reading, in this one respect."""
    for story in STORIES:
        story(in_process(Quirks(**{name: position})))


@pytest.mark.parametrize("number", range(len(PAIRS)))
def test_with_every_pair_of_positions(number: int) -> None:
    """All stories hold whichever two respects the service differs in; more of them at once in ``make soak``."""
    for story in STORIES:
        story(in_process(PAIRS[number]))
