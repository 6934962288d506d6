"""What custom fields make of long, unfit and blank values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.runs.rehearsal import verdicts
from ac_notebook.runs.rehearsal.cast import NAMES

if TYPE_CHECKING:
    from ac_notebook.model.account import Field
    from ac_notebook.runs.rehearsal.play import Play
    from ac_notebook.runs.rehearsal.sent import Sent

_LONG = 1_200
_WRONG = "no such value"


def custom_fields(play: Play) -> None:
    """Give each custom field that may be written a value, one that does not fit, and a blank."""
    first = play.cast.first
    if first is None or play.stage.person(first) is None:
        return
    for item in play.fields:
        good = _fitting(item)
        if good is None:
            continue
        before, _, _ = _write(play, item, good)
        if item.type in ("text", "textarea", "hidden"):
            long = "x" * _LONG
            stored, is_applied, _ = _write(play, item, long)
            play.settle("longest_text", verdicts.longest_text(long, stored, is_applied=is_applied))
        elif item.type in ("dropdown", "radio"):
            _options(play, item, before)
        elif item.type in ("date", "datetime", "number"):
            stored, is_applied, sent = _write(play, item, _WRONG)
            verdict = verdicts.unfit(_WRONG, stored, before, is_applied=is_applied, is_over=sent.is_over)
            play.settle("unfit_value", verdict)
        before, is_applied, _ = _write(play, item, good)
        stored, is_blank_applied, _ = _write(play, item, "")
        verdict = verdicts.blank(before, stored, is_applied=is_applied and is_blank_applied)
        play.settle("blank_in_field", verdict)


def _options(play: Play, item: Field, before: str) -> None:
    stored, is_applied, sent = _write(play, item, _WRONG)
    verdict = verdicts.unfit(_WRONG, stored, before, is_applied=is_applied, is_over=sent.is_over)
    play.settle("unknown_option", verdict)
    if len(item.options) > 1:
        other = item.options[1].value
        now, _, _ = _write(play, item, item.options[0].value)
        stored, is_applied, sent = _write(play, item, f"||{other}||")
        verdict = verdicts.piped(other, stored, now, is_applied=is_applied, is_over=sent.is_over)
        play.settle("dropdown_value", verdict)


def _fitting(item: Field) -> str | None:
    """Return a value that a field takes; None for a field that is not tried."""
    if item.has_options:
        return item.options[0].value if item.options and not item.is_multi_value else None
    known = {"date": "2000-01-01", "datetime": "2000-01-01T12:00:00+00:00", "number": "1"}
    return known.get(item.type, NAMES[0] if item.type in ("text", "textarea", "hidden") else None)


def _write(play: Play, item: Field, value: str) -> tuple[str, bool, Sent]:
    """Write a value of the first; return what is stored then, whether the rest arrived, and what became of it."""
    first = play.cast.first
    assert first is not None  # noqa: S101 - asked by whoever calls
    mark = f"Field {play.stage.imports}"
    sent = play.stage.send(play.record(first, last_name=mark, fields=[{"id": item.id, "value": value}]))
    after = play.stage.person(first)
    if after is not None and (after.values.get(item.id, "") != value or after.last_name != mark):
        after = play.stage.later(first)
    if after is None:
        return "", False, sent
    return after.values.get(item.id, ""), after.last_name == mark, sent
