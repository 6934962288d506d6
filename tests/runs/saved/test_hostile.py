"""Exports and segments of any names: nothing of them is obeyed, in nothing that is shown."""

from __future__ import annotations

import contextlib
import functools
import json
import logging
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook import errors
from tests.runs.test_hostile_names import NAMES, TOGETHER, Seen, in_account

if TYPE_CHECKING:
    from pathlib import Path

    from ac_notebook import Connection
    from ac_notebook.sandbox import Sandbox


def _shown(export: ac.Export, seen: Seen, where: str) -> None:
    """Look at everything that shows an export. Its code has labels and lists in full, as that of a mapping has."""
    # What an export shows and its file are there to be pasted: they have every name in full.
    seen.saw(**{f"mapping of {where}": export, f"mapping in a file, {where}": export.to_json()})


@pytest.mark.parametrize("kind", TOGETHER)
def test_a_hostile_export_is_text_everywhere(
    kind: str, box: Sandbox, connection: Connection, tmp_path: Path, caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Lists, fields, tags, columns, conditions, users, names of exports and segments may be called anything at all."""
    caplog.set_level(logging.DEBUG)
    name, seen = " ".join(NAMES[one] for one in TOGETHER[kind]), Seen()
    taken = in_account(box, name)
    monkeypatch.setenv("LOGNAME", taken.replace("\x00", "")[:1_000])
    called = taken if kind == "words" else "Weekly"  # a display name has to be one that can be shown
    if kind != "words":
        seen.failed("no name", lambda: ac.Export(name, list=4, mapping={"email": "m"}))
        seen.failed("no segment's name", lambda: ac.Segment(name, "a"))
    saved = connection.replace(name="Shop").save()
    if kind == "surrogates":
        _half_letters(seen, name)
    frame = pd.DataFrame([["a@example.org", f"{taken}?", 1], ["no address", "9", 1]])
    frame.columns = pd.Index([taken, f"x{taken}", "points"], dtype=object)
    frame.index = pd.Index(["id1", taken], dtype=object)
    mapping = ac.Mapping(email=taken, fields={f"{taken}!": f"x{taken}"})
    tags = [f"{taken[:40]}t".replace("\x00", "").replace("||", "")]
    segment = ac.Segment(called, "points > 0")
    export = ac.Export(called, connection=saved, list=taken, mapping=mapping, segment=segment, tags=tags).save()
    _shown(export, seen, "saved")
    assert ac.Export.read(export.write(tmp_path / "export.json")) == export
    assert eval(repr(export), {"ac": ac}) == export  # noqa: S307 - what it shows is to be pasted
    check = frame.activecampaign.validate(export)
    seen.saw(check=check, problems=check.problems)
    plan = frame.activecampaign.plan(export)
    seen.saw(plan=plan, title=plan.title, report=plan.run(), history=ac.history())
    chosen = frame.activecampaign.segment(called)
    seen.saw(chosen=chosen, title_of_segment=chosen.title, preview=chosen.preview(), trend=chosen.trend)
    seen.saw(exports=ac.exports(), segments=ac.segments(), through=saved.exports)
    export.edit(tags=[]).edit(name="Daily").duplicate("Copy").edit(mapping={"email": taken})
    _errors(seen, taken, called, frame, export)
    saved.remove()
    seen.failed("no connection", lambda: frame.activecampaign.plan("Daily"))
    seen.saw(without=ac.exports(), said=capsys.readouterr().out)
    seen.saw(log="\n".join(record.getMessage() for record in caplog.records))
    seen.check()


def _half_letters(seen: Seen, name: str) -> None:
    wrong: list[dict[str, Any]] = [
        {"list": name}, {"tags": [name]}, {"mapping": {"email": name}}, {"segment": name}, {"connection": name},
    ]  # fmt: skip
    for given in wrong:
        values = {"list": 4, "mapping": {"email": "m"}, **given}
        seen.failed(f"half a letter in {[*given]}", functools.partial(ac.Export, "Weekly", **values))


def _errors(seen: Seen, taken: str, called: str, frame: pd.DataFrame, export: ac.Export) -> None:
    """Show every error that holds a name."""
    hostile = taken[:5_000].strip() or "x"
    with contextlib.suppress(errors.ConfigurationError):  # a half-made one is looked at all the same
        seen.saw(**{"mapping and condition": export.replace(segment=hostile)})
    seen.failed("no such export", lambda: frame.activecampaign.plan(f"{taken}~"))
    seen.failed("no such segment", lambda: ac.Segment.named(f"{taken}~"))
    seen.failed("no such list", lambda: export.edit(list=f"{taken[:60]}~"))
    seen.failed("no such field", lambda: export.edit(mapping={"email": taken, f"{taken}~": "x"}))
    seen.failed("no such connection", lambda: export.attach(f"{called}~"))
    seen.failed("no such file", lambda: ac.Export.read(f"/nowhere/{taken}"))
    seen.failed("nowhere", lambda: export.write(f"/nowhere/{taken}"))
    seen.failed("no condition", lambda: frame.activecampaign.segment(hostile + " >"))
    seen.failed("not overridden", lambda: frame.activecampaign.plan("Daily", list=taken))
    seen.failed("used", ac.Segment.named(called).remove)
    other = export.replace(name="Other")
    seen.failed("another condition", lambda: other.replace(segment=ac.Segment(called, hostile)).save())
    seen.failed("no such option", lambda: export.replace(**{f"{taken}~": 1}))


def test_hostile_files_show_nothing_of_themselves(tmp_path: Path) -> None:
    """Names that are none of an export's are told harmlessly, or not at all."""
    seen, path = Seen(), tmp_path / "export.json"
    for kind, name in NAMES.items():
        plain = ac.Export("Weekly", list=4, mapping={"email": "m"}).to_dict()
        for where in ("name", "connection", "list", "segment", "tags", "version", "format"):
            _write(path, {**plain, where: {name: name}})
            seen.failed(f"{where}, {kind}", lambda: ac.Export.read(path))
        _write(path, {**plain, name: 1})
        seen.failed(f"unknown, {kind}", lambda: ac.Export.read(path))
        _write(path, {**plain, "mapping": [{"to": name, "column": name, name: name}]})
        seen.failed(f"column, {kind}", lambda: ac.Export.read(path))
        _write(path, {**plain, "options": {"timezone": name}})
        seen.failed(f"zone, {kind}", lambda: ac.Export.read(path))
    seen.check()


def _write(path: Path, plain: dict[str, Any]) -> None:
    path.write_text(json.dumps(plain), encoding="utf-8")
