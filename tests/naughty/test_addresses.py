"""Naughty values as addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import ac_notebook as ac
from ac_notebook.model.problems import CODES
from ac_notebook.sandbox import Quirks, Sandbox
from tests.naughty import oracle
from tests.naughty.addresses import ADDRESSES
from tests.naughty.rig import REPRESENTATIONS, held_by, naughty
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from tests.virtual import VirtualClock

_MOST = 20_000


@pytest.mark.parametrize("representation", REPRESENTATIONS)
@pytest.mark.parametrize("special", ["fail", "pass"])
def test_every_value_as_an_address(clock: VirtualClock, representation: str, special: str) -> None:
    """Alone, before an @ and behind it: on the other side as it is, or named with a code; nobody is lost or merged."""
    # Whether a letter beyond ASCII has a case there is nobody's guess: with "pass", both spellings are two people.
    quirks = Quirks(address_case="matters", special_addresses="pass") if special == "pass" else Quirks()
    box = Sandbox(clock=clock.monotonic, now=clock.now, quirks=quirks)
    short = [value for value in held_by(representation, naughty()) if len(value) < _MOST]
    values = held_by(representation, ADDRESSES) + short
    values += [f"{value}@example.org" for value in short] + [f"x{value}y@example.com" for value in short]
    values += [f"ann@{value}.example.net" for value in short]
    frame = REPRESENTATIONS[representation](values).to_frame("mail")
    report = ac.export(
        frame, connection=through(box, clock), list="Newsletter", mapping={"email": "mail"}, allow="error-storm"
    )
    assert report.counts.sum() == len(frame)
    requests = box.requests()
    assert not requests["status"].ge(400).any()
    held = set(box.contacts()["email"])
    outcomes = report.outcome.astype(str).tolist()
    codes = report.problems.groupby(level=0)["code"].agg(set).to_dict()
    wrong, keys = [], set()
    for row, value in enumerate(values):
        text, allowed, sure = oracle.address(value)
        said = {"refused" if code.startswith("refused-") else code for code in codes.get(row, set())}
        if outcomes[row] == "imported":
            right = text in held and (sure or "refused" in allowed) and oracle.key(text) not in keys
            keys.add(oracle.key(text))
        elif outcomes[row] == "duplicate":
            right = oracle.key(text) in keys and said == {"duplicate"}
        else:
            right = outcomes[row] in ("rejected", "refused") and not sure and bool(said) and said <= allowed
            keys |= {oracle.key(text)} if outcomes[row] == "refused" else set()
        if not right:
            wrong.append(f"{ascii(value)[:90]} is {outcomes[row]} {sorted(said)}, allowed {sorted(allowed)} {sure}")
    assert not wrong, "\n".join(wrong)
    assert len(held) == report.counts["imported"] == len(keys) - report.counts["refused"]
    assert {code for each in codes.values() for code in each} <= CODES.keys()
