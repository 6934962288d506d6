"""Two kernels that begin on an empty home at the same moment: neither takes what the other has just made for damage."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from ac_notebook.errors import StateError
from ac_notebook.storage.fingerprint_key import fingerprint_key
from tests.faults.kill.places import Place, Recorder, Trigger

if TYPE_CHECKING:
    from pathlib import Path

_BLOCKED = 0.03
"""Seconds after which the other one is taken to wait for us."""

_MOST_VISITS = 4  # the lines of the migration come by for each statement

FILES = ("storage/database.py", "storage/fingerprint_key.py")


def places(home: Path) -> list[Place]:
    """Return each visit of a line on the way to the first database and key."""
    with Recorder() as recorder:
        fingerprint_key(home)
    return [
        Place(file, line, 1 + visit)
        for (file, line), number in sorted(recorder.visits.items())
        if file in FILES
        for visit in range(min(number, _MOST_VISITS))
    ]


def both(home: Path, place: Place) -> set[bytes]:
    """Return the keys that two get, of whom one begins when the other has come to a place."""
    found: list[bytes] = []

    def other() -> None:
        with suppress(StateError):  # the number of keys shows it
            found.append(fingerprint_key(home))

    second = threading.Thread(target=other)

    def act() -> None:
        second.start()
        second.join(_BLOCKED)

    with Trigger(place, act):
        found.append(fingerprint_key(home))
    second.join(20)
    assert len(found) == 2, place
    return set(found)


def test_another_that_begins_meanwhile_is_no_damage(tmp_path: Path) -> None:
    """Wherever one is when the other makes database and key, both get the same key, and none an error."""
    (tmp_path / "first").mkdir(mode=0o700)
    for number, place in enumerate(places(tmp_path / "first")[::3]):  # migrations are alike
        home = tmp_path / str(number)
        home.mkdir(mode=0o700)
        assert len(both(home, place)) == 1, place
