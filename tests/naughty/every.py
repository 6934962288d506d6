"""Naughty values, one in a row, and whether they arrived: in every target, held in every way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import ac_notebook as ac
from ac_notebook.model.problems import CODES
from ac_notebook.sandbox import Sandbox
from tests.benchmarks.table import Line, count
from tests.naughty import oracle
from tests.naughty.rig import MAPPING, REPRESENTATIONS, diagonal, furnish, held_by, naughty, options
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ac_notebook import Connection, Report


def refused_requests(box: Sandbox) -> pd.DataFrame:
    """Return the requests that were answered with an error."""
    requests = box.requests()
    return requests[requests["status"] >= 400]


def held_in(box: Sandbox) -> dict[str, dict[str, Any]]:
    """Return what the sandbox holds, by address, with the tags of each contact in order."""
    contacts = box.contacts()
    tags = box.contact_tags().groupby("contact")["tag"].agg(list).to_dict()
    rows: list[dict[Any, Any]] = contacts.to_dict("records")
    return {str(row["email"]): {**row, "tags": tags.get(row["id"], [])} for row in rows}


def read(target: str, value: Any) -> Any:
    """Return what is held in the form of the oracle: None for nothing."""
    if target == "tags":
        return sorted(tag.lower() for tag in value) or None
    if not isinstance(value, str) or not value:
        return None
    return oracle.instant_of(value) if target == "Moment" else value


def wanted(target: str, text: str | None) -> Any:
    """Return what should be held, in the same form."""
    if target == "tags" and text is not None:
        return sorted(tag.lower() for tag in json.loads(text))
    return text


def wrong_rows(
    box: Sandbox, report: Report, cells: Sequence[tuple[str, Any]], verdicts: Sequence[oracle.Verdict]
) -> list[str]:  # fmt: skip
    """Return a line for every row that became of what it should not."""
    held = held_in(box)
    outcomes = report.outcome.astype(str).tolist()
    codes = report.problems.groupby(level=0)["code"].agg(list).to_dict()
    wrong = []
    for row, ((target, value), should) in enumerate(zip(cells, verdicts, strict=True)):
        contact = held.get(f"row.{row}@example.org")
        said = set(codes.get(row, []))
        if outcomes[row] == "imported":
            others = (
                {name for name in oracle.TARGETS if name != target and read(name, contact[name])} if contact else {0}
            )
            right = should.sent and not others and read(target, contact[target]) == wanted(target, should.text)  # type: ignore[index]
        else:
            right = outcomes[row] == "rejected" and bool(said) and said <= should.codes and contact is None
        if not right:
            got = None if contact is None else ascii(contact[target])[:60]
            wrong.append(
                f"{target}: {ascii(value)[:60]} is {outcomes[row]} {sorted(said)} as {got}, not {should}"[:400]
            )
    return wrong


def exported(box: Sandbox, connection: Connection, frame: pd.DataFrame, **more: Any) -> Report:
    """Export a frame, and look at what holds for every report."""
    mapping = {target: label for target, label in MAPPING.items() if label in frame}
    report = ac.export(frame, connection=connection, list="Newsletter", mapping=mapping, **more)
    assert report.counts.sum() == len(frame)
    assert refused_requests(box).empty
    assert set(report.problems["code"]) <= CODES.keys()
    assert report.counts["imported"] == len(box.contacts())
    return report


def differences(representation: str, share: int = 1) -> tuple[Report, list[str]]:
    """Export each value in each target, or in a share of them, and return the report and a line for what is wrong.

    Parameters
    ----------
    representation
        How the text is held.
    share
        One in so many: each value in other targets than the one before, and each target with other values.
    """
    clock = VirtualClock()
    box = Sandbox(clock=clock.monotonic, now=clock.now)
    furnish(box)
    frame, cells = diagonal(held_by(representation, naughty()), REPRESENTATIONS[representation], share=share)
    report = exported(box, through(box, clock), frame)
    verdicts = [oracle.verdict(target, value, options()) for target, value in cells]
    return report, wrong_rows(box, report, cells, verdicts)


def measure() -> list[Line]:
    """Return how many values were as they should be in all targets, and a line for each that was not."""
    lines = []
    for representation in REPRESENTATIONS:
        report, wrong = differences(representation)
        rows = int(report.counts.sum())
        lines.append(count(f"values that arrive or are rejected, {representation}", rows - len(wrong), wanted=rows))
        lines += [Line(name=f"  {line}", measured="", right=False) for line in wrong]
    return lines
