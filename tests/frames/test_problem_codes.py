"""The table of codes: complete, stable in form, and each code that the checks give is produced by a small frame."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import ac_notebook as ac
from ac_notebook.model.problems import CODES
from ac_notebook.model.refusal import Refusal
from tests.frames.rig import account, field, prepared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ac_notebook.model.account import Snapshot

PACKAGE = Path(str(ac.__file__)).parent
GOOD = "ann@example.org"

Case = tuple[dict[str, list[Any]], "dict[Any, Any]", "Snapshot | None"]


def in_field(value: Any, kind: str, *options: str) -> Case:
    """Return a frame with one good address and one value for a custom field."""
    return {"e": [GOOD], "x": [value]}, {"email": "e", "Field": "x"}, account(field(kind, options=options))


FRAMES: dict[str, Case] = {
    "email-missing": ({"e": [None, GOOD]}, {"email": "e"}, None),
    "email-syntax": ({"e": ["ann at example.org", GOOD]}, {"email": "e"}, None),
    "email-too-long": ({"e": ["a" * 65 + "@example.org", GOOD]}, {"email": "e"}, None),
    "duplicate": ({"e": [GOOD, GOOD.upper()]}, {"email": "e"}, None),
    "duplicate-differs": ({"e": [GOOD, GOOD], "n": ["Ann", "Anna"]}, {"email": "e", "first_name": "n"}, None),
    "address-repeated": ({"e": [GOOD, GOOD]}, {"email": "e"}, None),
    "opt-in-false": ({"e": [GOOD], "ok": ["no"]}, {"email": "e", "opt_in": "ok"}, None),
    "opt-in-unclear": ({"e": [GOOD], "ok": ["perhaps"]}, {"email": "e", "opt_in": "ok"}, None),
    "phone-no-digits": ({"e": [GOOD], "p": ["none"]}, {"email": "e", "phone": "p"}, None),
    "phone-invalid": ({"e": [GOOD], "p": ["12"]}, {"email": "e", "phone": "p"}, None),
    "text-unsendable": in_field("a\x00", "text"),
    "control-character": in_field("a\x01", "text"),
    "value-unsupported": in_field(b"a", "text"),
    "number-inexact": in_field(2.0**53 + 2, "number"),
    "number-infinite": in_field(float("inf"), "number"),
    "number-invalid": in_field("many", "number"),
    "date-invalid": in_field("31/12/2024", "date"),
    "date-out-of-range": in_field("20000-01-01", "date"),
    "option-unknown": in_field("blue", "dropdown", "red"),
    "separator-in-value": in_field(["a||b"], "checkbox", "a"),
    "row-too-large": in_field("x" * 400_000, "text"),
}
"""By code the smallest frame in which it is found, its mapping, and the account that is needed for it."""


@pytest.mark.parametrize("code", [code for code, entry in CODES.items() if entry.kind == "row"])
def test_each_code_of_a_row_is_found_in_a_frame(code: str) -> None:
    """A minimal frame has the code and no other; its row is held back exactly when the table says so."""
    columns, mapping, known = FRAMES[code]
    done, contacts = prepared(
        pd.DataFrame(columns), mapping, known=known,
        duplicates="reject" if code == "address-repeated" else "first",
        region="SE" if code == "phone-invalid" else None,
    )  # fmt: skip
    assert set(done.problems["code"]) == {code}
    assert set(done.problems["reason"]) == {CODES[code].reason}
    assert (set(done.problems["outcome"]) == {"rejected"}) == CODES[code].rejects
    assert len(contacts) == len(columns["e"]) - len(done.problems)


def test_the_frames_are_of_codes_that_exist() -> None:
    """No frame is left of a code that was taken away."""
    assert set(FRAMES) == {code for code, entry in CODES.items() if entry.kind == "row"}


@pytest.mark.parametrize("entry", CODES.values(), ids=lambda entry: entry.code)
def test_codes_are_stable_and_said_in_words(entry: Any) -> None:
    """Kebab case; a reason and a hint that can stand within a sentence; only what the checks find holds a row back."""
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", entry.code)
    for words in (entry.reason, entry.hint):
        assert words == words.strip()
        assert not words.endswith(".")
    assert entry.kind == "row" or not entry.rejects


def test_the_public_table_is_all_of_it() -> None:
    """``ac.problem_codes()`` has each code once, with its kind, whether it holds rows back, reason and hint."""
    table = ac.problem_codes()
    assert (table.index.name, table.columns.tolist()) == ("code", ["kind", "rejects", "reason", "hint"])
    assert table.index.tolist() == list(CODES)
    assert table["rejects"].dtype == bool
    assert set(table["kind"]) == {"row", "column", "answer"}
    assert not table.isna().any().any()
    table.loc["duplicate", "reason"] = "mine to change"
    assert ac.problem_codes().loc["duplicate", "reason"] == CODES["duplicate"].reason


def test_every_code_in_the_source_is_in_the_table_and_used() -> None:
    """What is passed to a finding exists in the table, and no code of the table is left without use."""
    named: dict[str, str] = {}
    literals: set[str] = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.parent.name not in ("frames", "runs"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named |= dict.fromkeys(codes_in(tree), path.name)
        literals |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) is str
        }
    assert {code: place for code, place in named.items() if code not in CODES} == {}
    assert len(named) > 15
    made = {reason.code for reason in Refusal}  # of its name, not written out
    assert made <= set(CODES)
    assert set(CODES) - literals - made == set()


def codes_in(tree: ast.AST) -> Iterator[str]:
    """Yield the literal codes that are given to findings, masks of bad cells and states of rows."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in ("problem", "unsendable", "Made"):
                yield from texts(node.args[1:2])
            yield from texts([word.value for word in node.keywords if word.arg == "code"])
            yield from keys_of(word.value for word in node.keywords if word.arg == "bad")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id == "bad":
                yield from keys_of([node.value])


def texts(nodes: Any) -> Iterator[str]:
    """Yield what these nodes say, where it is a text."""
    yield from (
        node.value for node in nodes if isinstance(node, ast.Constant) and node.value and type(node.value) is str
    )


def keys_of(nodes: Any) -> Iterator[str]:
    """Yield the keys of these nodes, where they are dictionaries."""
    for node in nodes:
        if isinstance(node, ast.Dict):
            yield from texts(node.keys)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("findings.problem(rows, 'some-code', 3)", ["some-code"]),
        ("text.with_masks(bad={'one': a, 'two': b})", ["one", "two"]),
        ("states.put(rows, 1, code='three')", ["three"]),
        ("bad = {'four': x}", ["four"]),
        ("Made(None, 'five'); unsendable(there, 'six')", ["five", "six"]),
        ("print('seven')", []),
    ],
)
def test_the_search_for_codes_finds_them(source: str, found: list[str]) -> None:
    """The search would see a code in each of the ways in which they are given."""
    assert list(codes_in(ast.parse(source))) == found
