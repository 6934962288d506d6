"""An export as code, as JSON and as a file: the same thing, both ways; and what else may stand in such a file."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ac_notebook as ac
from ac_notebook.errors import ConfigurationError, MappingError
from ac_notebook.model.definition import VERSION
from ac_notebook.model.export_text import LARGEST_FILE
from tests.runs.saved.definitions import definitions
from tests.runs.saved.laws import check, check_damaged, damaged
from tests.runs.saved.weekly import EVERYTHING

if TYPE_CHECKING:
    from random import Random

PLAIN = ac.Export("Plain", list=4, mapping={"email": "E-mail"})


@settings(max_examples=40)
@given(export=definitions(), chance=st.randoms())
def test_code_and_json_give_the_same_export(export: ac.Export, chance: Random) -> None:
    """Export, JSON, code, export: the same one, whatever its names; a damaged text is refused, or one that is another.

    A thousand of them: ``python -m tests.benchmarks.soak exports``.
    """
    check(export)
    check_damaged(damaged(export.to_json(), chance))


def test_a_file_can_be_read_by_people(tmp_path: Path) -> None:
    """A line for each column and each option, and nothing but what was said."""
    path = EVERYTHING.write(tmp_path / "weekly.json")
    assert path.read_text(encoding="utf-8") == (
        """{
  "format": "ac_notebook export",
  "version": 1,
  "name": "Weekly",
  "connection": "Marketing",
  "list": "Newsletter",
  "mapping": [
    {"to": "email", "column": "E-mail"},
    {"to": "first_name", "column": "Given name", "blank": "clear"},
    {"to": "last_name", "column": "Surname"},
    {"to": "phone", "column": "Mobile"},
    {"field": "Birthday", "column": "dob", "format": "%d.%m.%Y", "blank": "clear"},
    {"field": 7, "column": ["points", "total"]},
    {"to": "tags", "column": "t", "separator": ";"},
    {"to": "opt_in", "column": "agreed"}
  ],
  "segment": {"name": "Gold", "condition": "points > 500"},
  "tags": ["spring", "vip"],
  "options": {
    "run_automations": true,
    "resend": "all",
    "wait": "forever",
    "timezone": "Europe/Stockholm",
    "duplicates": "last",
    "phone_region": "SE",
    "share": 0.5,
    "allow": ["list", "row-count"],
    "leavers": "tag",
    "withdrawn": "unsubscribe",
    "moved": "unsubscribe",
    "key": ["customer", 1]
  }
}
"""
    )
    assert ac.Export.read(path) == ac.Export.read(str(path)) == EVERYTHING


WRITTEN = Path(__file__).with_name("export_files")
"""A file of each version of the format, as it was written; they are read for ever."""
VERSION_1 = (WRITTEN / "version-1.json").read_text(encoding="utf-8").rstrip()


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_files_of_every_version_are_read(version: int) -> None:
    """What a version wrote is the same export for ever; its file has everything there is to say."""
    assert all(value != getattr(ac.Options(), name) for name, value in vars(EVERYTHING.options).items())
    assert {*EVERYTHING.mapping.to_dict()} == {*vars(EVERYTHING.mapping)}
    assert ac.Export.read(WRITTEN / f"version-{version}.json") == EVERYTHING


def changed(**changes: Any) -> str:
    """Return a file with something else in it; None takes it out."""
    plain = {**EVERYTHING.to_dict(), **changes}
    return json.dumps({name: value for name, value in plain.items() if name not in changes or value is not None})


def row(**changes: Any) -> str:
    """Return a file whose only column is another."""
    return changed(mapping=[{"to": "email", "column": "E-mail"}, changes], segment=None, tags=None, options=None)


HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "line 1: it is empty"),
    "blank": ("\n\n  \n", "line 4: it is empty"),
    "a list": ("[1]", "line 1: this is no JSON object"),
    "YAML": ("format: ac_notebook export\nversion: 1\n", "line 1: this looks like YAML"),
    "YAML document": ("---\nname: x", "line 1: this looks like YAML"),
    "CSV with people": ("E-mail,Name\nann@mail.se,Ann", "line 1: this is no JSON object"),
    "cut": (VERSION_1[:-1], "line 33, column 1"),
    "comma": ('{\n"a": 1,\n}', "line 3, column 1|line 2, column 7"),
    "single quotes": ("{'format': 1}", "line 1, column 2"),
    "two": (VERSION_1 + VERSION_1, "line 33, column 2"),
    "no UTF-8": (b'{"name":\n"\xff"}', "line 2: this is no UTF-8"),
    "UTF-16": (VERSION_1.encode("utf-16"), "line 1: this is no UTF-8"),
    "huge": (b" " * (LARGEST_FILE + 1), "has 1,000,001 bytes"),
    "deep list": ('{"a": ' + "[" * 100_000, "more than 20 brackets"),
    "deep object": ('{"a":\n' * 100_000, "line 21: more than 20 brackets"),
    "quotes": ('{"' + '\\"' * 400_000, "line 1, column 2"),
    "NaN": (changed(list=float("nan")), "NaN is no JSON"),
    "Infinity": (changed(options={"wait": float("inf")}), "Infinity is no JSON"),
    "digits": (VERSION_1.replace("7", "7" * 5_000), "more digits"),
    "twice": (VERSION_1.replace('"tags": [', '"list": 4, "tags": ['), "'list' is there twice"),
    "twice, people": ('{"ann@mail.se": 1, "ann@mail.se": 2}', "the name at place 2 is there twice"),
    "people": ('{"ann@mail.se": 1}', "format: an export begins with"),
    "package.json": ('{"name": "x", "version": "1.0.0"}', "format: an export begins with"),
    "notebook": ('{"cells": [], "nbformat": 4}', "format: an export begins with"),
    "no version": (changed(version=None), "version: the version"),
    "text as version": (changed(version="1"), "version: the version"),
    "true as version": (changed(version=True), "version: the version"),
    "newer": (changed(version=2), "version: it was written by a newer version"),
    "unknown": (changed(maping=[]), "'maping' is no name .*\nDid you mean 'mapping'"),
    "unknown, odd": (changed(**{"ann@mail.se": 1}), "the name at place 10 is none"),
    "missing": (changed(list=None), "'list' is missing"),
    "name": (changed(name=5), "name: here belongs a text, not a number"),
    "blank name": (changed(name=" "), "name: An export needs a display name"),
    "name of lines": (changed(name="a\nb"), "name: The display name holds characters"),
    "connection": (changed(connection=["x"]), "connection: here belongs a text, not a list"),
    "list": (changed(list={"id": 4}), "list: here belongs the name or the id of a list, not an object"),
    "list true": (changed(list=True), "list: here belongs"),
    "list below": (changed(list=-1), "list: here belongs"),
    "mapping": (changed(mapping={"email": "E-mail"}), "mapping: here belongs a list of columns, not an object"),
    "no mapping": (changed(mapping=[]), "mapping: no column is mapped to the e-mail address"),
    "row": (changed(mapping=["E-mail"]), r"mapping\[0\]: here belongs an object"),
    "no column": (row(to="phone"), r"mapping\[1\]: 'column' is missing"),
    "neither": (row(column="x"), r'mapping\[1\]: here belongs either "to" or "field"'),
    "both": (row(column="x", to="phone", field="x"), r'mapping\[1\]: here belongs either "to" or "field"'),
    "no attribute": (row(column="x", to="fone"), r"mapping\[1\]\.to: this is no attribute\.\nDid you mean 'phone'"),
    "unknown rule": (row(column="x", field="x", fromat="%Y"), r"mapping\[1\]: 'fromat' .*\nDid you mean 'format'"),
    "twice mapped": (row(column="x", to="email"), r"mapping\[1\]: 'email' is mapped a second time"),
    "label": (row(column={}, to="phone"), r"mapping\[1\]\.column: here belongs the label"),
    "deep label": (row(column=[["x"]], to="phone"), r"mapping\[1\]\.column: a label of several parts"),
    "large label": (row(column=2**63, to="phone"), r"mapping\[1\]\.column: no column is labelled with a number"),
    "half a letter": (row(column="\ud800", to="phone"), r"mapping\[1\]\.column: it holds half a letter"),
    "infinite label": (
        row(column=5.25, to="phone").replace("5.25", "1e999"),
        r"mapping\[1\]\.column: no column is .* not finite",
    ),
    "format": (row(column="x", field="x", format="%Q"), "mapping: the format"),
    "rule for blanks": (row(column="x", field="x", blank="erase"), "mapping: a blank is 'skip' or 'clear'"),
    "separator": (row(column="x", field="x", separator=5), r"mapping\[1\]\.separator: here belongs a text"),
    "segment": (changed(segment=[1]), "segment: here belongs a text, not a list"),
    "segment's name": (changed(segment={"name": "x"}), "segment: 'condition' is missing"),
    "segment's condition": (changed(segment={"name": "x", "condition": ""}), "segment: The condition .* is blank"),
    "tags": (changed(tags="spring"), "tags: here belongs a list of texts, not a text"),
    "tag": (changed(tags=["a", 5]), r"tags\[1\]: here belongs a text, not a number"),
    "blank tag": (changed(tags=["a", " "]), r"tags\[1\]: a tag is a text that is not blank"),
    "option": (changed(options={"timezon": "UTC"}), "options: 'timezon' .*\nDid you mean 'timezone'"),
    "zone": (changed(options={"timezone": "Europe/Stokholm"}), "options.timezone: 'Europe/Stokholm' is not the name"),
    "zone of a path": (changed(options={"timezone": "../../etc/passwd"}), "options.timezone: "),
    "wait": (changed(options={"wait": "long"}), "options.wait: wait is a number of seconds"),
    "wait below": (changed(options={"wait": -1}), "options.wait: wait is a number of seconds"),
    "guard rail": (changed(options={"allow": ["rowcount"]}), "options.allow: .*rowcount.*\nDid you mean 'row-count'"),
    "guard rails": (changed(options={"allow": "row-count"}), "options.allow: here belongs a list"),
    "nested option": (changed(options={"wait": {"x": 1}}), "options.wait: here belongs a single value"),
    "moved without a key": (changed(options={"moved": "unsubscribe"}), "options.moved: .* needs to know what"),
    "leavers": (changed(options={"leavers": "tagg"}), "options.leavers: leavers is .*\nDid you mean 'tag'"),
    "key": (changed(options={"key": {"x": 1}}), "options.key: here belongs the label of a column, not an object"),
    "deep key": (changed(options={"key": [["x"]]}), "options.key: a label of several parts"),
    "large option": (changed(options={"wait": 2**64}), "options.wait: the number is too large"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_damaged_file_gives_one_sentence_with_the_place(kind: str, tmp_path: Path) -> None:
    """Whatever stands in a file: its place is told, its nearest right name, and nobody's data."""
    data, said = HOSTILE[kind]
    path = tmp_path / "weekly.json"
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
    with pytest.raises(ConfigurationError, match=said) as caught:
        ac.Export.read(path)
    error = caught.value
    assert error.message.startswith(f"The file {str(path)!r} is no export that can be read; ")
    assert error.message.count("\n") == 0
    assert len(str(error)) < 600 + len(str(path))
    assert "ann" not in str(error).replace("cannot", "")
    assert caught.value.__cause__ is None


def test_every_cut_of_a_file_is_refused() -> None:
    """A file of which only the beginning was written is no export, wherever it was cut."""
    for end in range(len(VERSION_1)):
        with pytest.raises(ConfigurationError):
            ac.Export.from_json(VERSION_1[:end])


def test_no_other_file_is_written_over(tmp_path: Path) -> None:
    """A notebook, or whatever else has the name, stays; an export's file is replaced, also through a link."""
    notebook = tmp_path / "weekly.ipynb"
    notebook.write_text('{"cells": []}')
    with pytest.raises(ConfigurationError, match=r"another file at .*weekly\.ipynb"):
        EVERYTHING.write(notebook)
    assert notebook.read_text() == '{"cells": []}'
    path = PLAIN.write(tmp_path / "weekly.json")
    link = tmp_path / "link.json"
    link.symlink_to(path)
    EVERYTHING.write(link)
    assert (ac.Export.read(path), link.is_symlink()) == (EVERYTHING, True)
    assert {entry.name for entry in tmp_path.iterdir()} == {"weekly.ipynb", "weekly.json", "link.json"}


@pytest.mark.parametrize("path", ["nowhere/weekly.json", "", "a\x00b", "a\ud800", "a" * 5_000])
def test_a_place_that_cannot_be_used_is_a_sentence(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No bare error for a path of any kind, neither written nor read."""
    monkeypatch.chdir(tmp_path)
    for call in (lambda: EVERYTHING.write(path), lambda: ac.Export.read(path)):
        with pytest.raises(ConfigurationError, match=r"(The|another) (file|path)"):
            call()
    assert [*tmp_path.iterdir()] == []


def test_a_file_never_has_a_key(tmp_path: Path) -> None:
    """What looks like a key is refused, wherever it stands; what looks like an address is told."""
    key = hashlib.sha256(b"a key").hexdigest()
    for export in (PLAIN.replace(segment=f"k == '{key}'"), PLAIN.replace(tags=[key]), PLAIN.replace(list=key)):
        with pytest.raises(ConfigurationError, match="looks like a key") as caught:
            export.write(tmp_path / "weekly.json")
        assert key not in str(caught.value)
    with pytest.warns(UserWarning, match="looks like an e-mail address") as told:
        PLAIN.replace(segment="mail == 'ann@mail.se'").write(tmp_path / "weekly.json")
    assert "ann" not in str(told[0].message)
    assert told[0].filename == __file__


def test_labels_that_cannot_be_written_are_refused_at_once() -> None:
    """A column that is labelled with a date, or the like, can be mapped in a cell; in an export it is told."""
    for label in (date(2026, 1, 1), float("nan"), 2**70, ("a", ("b",)), object()):
        with pytest.raises(MappingError, match="which an export that is kept cannot name"):
            ac.Export("Weekly", list=4, mapping={"email": "E-mail", "Birthday": label})
        with pytest.raises(ConfigurationError, match=r"column of key= .* which an export that is kept cannot name"):
            PLAIN.replace(key=label)


def test_values_of_numpy_are_written_as_those_of_python() -> None:
    """What comes out of a computation is code and JSON, too."""
    given: dict[str, Any] = {
        "key": np.int64(5), "wait": np.float64(5), "share": np.float64(0.5), "timezone": np.str_("Europe/Stockholm"),
        "leavers": np.str_("tag"), "resend": np.str_("all"), "tags": [np.str_("a")], "list": np.int64(4),
    }  # fmt: skip
    export = PLAIN.replace(**given)
    check(export)
    assert "np." not in repr(export)


def test_a_set_of_tags_has_one_order() -> None:
    """Texts are hashed anew in each kernel, and what is sent in another order is sent again."""
    tags = {f"tag {number}" for number in range(50)}
    assert PLAIN.replace(tags=tags).tags == PLAIN.replace(tags=frozenset(tags)).tags == tuple(sorted(tags))


@pytest.mark.parametrize("odd", [5, None, ("a", "b"), b"list", 1.5])
def test_dictionaries_that_are_no_file_are_refused_in_a_sentence(odd: Any) -> None:
    """Names that no JSON can have are told by their place, in every part of it; JSON is a text or bytes."""
    plain = EVERYTHING.to_dict()
    column = {"to": "email", "column": "E-mail"}
    for damage in ({odd: 1}, {"mapping": [{**column, odd: 1}]}, {"options": {odd: 1}}, {"segment": {odd: 1}}):
        with pytest.raises(ConfigurationError, match="the name at place"):
            ac.Export.from_dict({**plain, **damage})
    for wrong in (odd, {"format": odd}, {**plain, "options": odd or 5}, {**plain, "tags": odd}):
        with pytest.raises(ConfigurationError):
            ac.Export.from_dict(wrong)
    if not isinstance(odd, bytes):
        with pytest.raises(ConfigurationError, match="its JSON is a text or bytes"):
            ac.Export.from_json(odd)
