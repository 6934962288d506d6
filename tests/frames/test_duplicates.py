from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from ac_notebook.model.outcome import Outcome
from tests.frames.rig import prepared

if TYPE_CHECKING:
    from ac_notebook.model.export import Duplicates

MAPPING = {"email": "m", "first_name": "n"}


def _codes(frame: pd.DataFrame, duplicates: Duplicates) -> dict[int, str]:
    done, _ = prepared(frame, MAPPING, duplicates=duplicates)
    return dict(zip(done.problems["position"].tolist(), done.problems["code"], strict=True))


FRAME = pd.DataFrame(
    {
        "m": ["a@example.org", "A@example.org ", "a@example.org", "b@example.org", "a@example.org"],
        "n": ["Ann", "Ann", "Anna", "Bo", "\x00"],
    }
)


def test_the_first_that_can_be_sent() -> None:
    """It stands for the others, and those with other values are told from mere repetitions."""
    assert _codes(FRAME, "first") == {1: "duplicate", 2: "duplicate-differs", 4: "text-unsendable"}


def test_the_last_that_can_be_sent() -> None:
    """A broken row stands for nobody, also when it is the last."""
    done, contacts = prepared(FRAME, MAPPING, duplicates="last")
    assert [contact["first_name"] for contact in contacts] == ["Anna", "Bo"]
    assert _codes(FRAME, "last") == {0: "duplicate-differs", 1: "duplicate-differs", 4: "text-unsendable"}
    assert done.problems["standing"].tolist() == [2, 2, -1]


def test_none_of_several() -> None:
    """All sound rows of an address that occurs more than once are rejected; a broken one does not count."""
    done, contacts = prepared(FRAME, MAPPING, duplicates="reject")
    assert [contact["email"] for contact in contacts] == ["b@example.org"]
    assert done.outcome.tolist() == [Outcome.REJECTED] * 3 + [Outcome.NOT_SENT, Outcome.REJECTED]
    assert _codes(FRAME.drop(index=[0, 1]).reset_index(drop=True), "reject") == {2: "text-unsendable"}


_SPELLINGS = st.sampled_from(
    ["a@example.org", " A@EXAMPLE.org", "a@Example.Org\u00a0", "é@example.org", "e\u0301@example.org", "É@example.org"]
)


def _key(address: str) -> str:
    composed = unicodedata.normalize("NFC", address).strip()
    return "".join(letter.lower() if letter.isascii() else letter for letter in composed)


@settings(max_examples=30)
@given(st.lists(st.tuples(_SPELLINGS, st.sampled_from(["x", "y", "\x00"])), min_size=1), st.booleans())
def test_the_laws_of_duplicates(rows: list[tuple[str, str]], keyed: bool) -> None:  # noqa: FBT001 - drawn
    """Whatever the policy, at most one row of an address is sent: the first, the last or none, as in plain Python."""
    frame = pd.DataFrame({"m": [row[0] for row in rows], "n": [row[1] for row in rows]})
    sound: dict[str, list[int]] = {}
    for place, (address, name) in enumerate(rows):
        if name != "\x00":
            sound.setdefault(_key(address), []).append(place)
    expected = {
        "first": sorted(places[0] for places in sound.values()),
        "last": sorted(places[-1] for places in sound.values()),
        "reject": sorted(places[0] for places in sound.values() if len(places) == 1),
    }
    for policy in ("first", "last", "reject"):
        done, _ = prepared(frame, MAPPING, duplicates=policy, key=b"key" if keyed else None)
        assert done.rows.tolist() == expected[policy]
        spare = done.outcome == Outcome.DUPLICATE
        assert np.count_nonzero(spare) == (0 if policy == "reject" else sum(map(len, sound.values())) - len(sound))
        codes = dict(zip(done.problems["position"].tolist(), done.problems["code"], strict=True))
        for places in sound.values():
            sent = places[0] if policy == "first" else places[-1]
            for place in places:
                if spare[place]:
                    same = rows[place][1] == rows[sent][1]
                    assert codes[place] == ("duplicate" if same else "duplicate-differs")
