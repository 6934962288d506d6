from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ac_notebook.frames.columns import resolve, snapshot
from ac_notebook.frames.fingerprints import fingerprints
from ac_notebook.frames.parts import row_parts
from ac_notebook.frames.prepare import prepare
from ac_notebook.frames.verdicts import same_address
from ac_notebook.model.mapping import Mapping
from ac_notebook.model.outcome import Outcome
from ac_notebook.model.problems import CODES
from tests.frames.rig import KEY, MOST, account, field, prepared
from tests.people import FAMILY, MAPPING, messy_people, people

SENT, DUPLICATE, REJECTED, OUTSIDE = (
    Outcome.NOT_SENT, Outcome.DUPLICATE, Outcome.REJECTED, Outcome.OUTSIDE_SEGMENT,
)  # fmt: skip


def test_people_are_sent() -> None:
    """A frame without problems is sent as a whole, in the documented form."""
    done, contacts = prepared(people(40), MAPPING, tags=("spring",))
    assert done.rows.tolist() == list(range(40))
    assert done.problems.empty
    assert contacts[1] == {
        "email": "person.1@example.org",
        "first_name": "José",
        "last_name": FAMILY[7],
        "phone": "+46 70 1000001",
        "fields": [
            {"id": 0, "value": "1950-02-07"}, {"id": 0, "value": "Zürich"}, {"id": 0, "value": "10"},
        ],
        "tags": ["wave 1", "vip", "spring"],
    }  # fmt: skip
    assert "phone" not in contacts[0]


def test_every_row_of_a_messy_frame_has_its_verdict() -> None:
    """Odd values are rows' problems, one by one, with nothing of their values in what is told."""
    frame = messy_people()
    done, contacts = prepared(frame, {"email": "mail", "first_name": "note", "Odd": "odd"})
    codes = done.problems.groupby("position")["code"].agg(list).to_dict()
    assert codes == {
        1: ["duplicate-differs"], 2: ["email-syntax"], 3: ["email-missing"], 4: ["email-missing"], 5: ["email-missing"],
        6: ["email-syntax"], 7: ["number-infinite"], 9: ["value-unsupported"], 11: ["text-unsendable"],
        12: ["text-unsendable"], 13: ["value-unsupported"], 14: ["value-unsupported"], 17: ["number-inexact"],
    }  # fmt: skip
    assert [contact["email"] for contact in contacts] == [
        "first@example.org", "list@example.org", "date@example.org", "İ@example.org", "nbsp@example.org",
    ]  # fmt: skip
    told = done.problems.to_csv()
    for value in ("first@", "a lone surrogate \ud800", "no at sign", "a duplicate in"):
        assert value not in told


def test_all_problems_of_a_row_are_listed() -> None:
    """Not only the first, in the order of the columns."""
    frame = pd.DataFrame({"m": ["x", "a@example.org"], "n": ["a\x00", "ok"], "d": ["2024-02-30", "2024-01-01"]})
    done, _ = prepared(
        frame, {"email": "m", "first_name": "n", "Born": "d"}, known=account(field("date", title="Born"))
    )
    assert done.problems[["position", "code", "column", "field"]].to_numpy().tolist() == [
        [0, "email-syntax", "m", "email"], [0, "text-unsendable", "n", "first_name"], [0, "date-invalid", "d", "Born"],
    ]  # fmt: skip
    assert list(done.problems.columns) == [
        "position", "standing", "outcome", "code", "column", "field", "reason", "hint",
    ]  # fmt: skip
    assert done.problems["position"].dtype == np.int64
    assert done.problems["reason"].tolist() == [CODES[code].reason for code in done.problems["code"]]


def test_a_duplicate_names_the_row_that_stands_for_it() -> None:
    """The first row that can be sent stands for the address, and it is said where it is."""
    frame = pd.DataFrame({"m": ["A@example.org", " a@example.org", "a@EXAMPLE.org"], "n": ["\x01", "b", "c"]})
    done, contacts = prepared(frame, {"email": "m", "first_name": "n"})
    assert done.outcome.tolist() == [REJECTED, SENT, DUPLICATE]
    assert contacts[0]["email"] == "a@example.org"
    assert done.problems["standing"].tolist() == [-1, 1]
    assert done.problems["outcome"].tolist() == ["rejected", "duplicate"]


def test_one_no_withholds_the_address() -> None:
    """A false or blank opt-in in any row, also in one that is broken otherwise, withholds all rows of the address."""
    frame = pd.DataFrame(
        {
            "m": [
                "a@example.org",
                "A@example.org",
                "b@example.org",
                "b@example.org",
                "c@example.org",
                None,
                "bad",
                "Bad",
            ],
            "ok": [True, None, True, True, True, False, True, False],
            "n": ["", "", "\x00", "", "", "", "", ""],
        }
    )
    done, _ = prepared(frame, {"email": "m", "first_name": "n", "opt_in": "ok"})
    assert done.outcome.tolist() == [REJECTED] * 2 + [REJECTED, SENT, SENT, REJECTED, REJECTED, REJECTED]
    told = done.problems[done.problems["code"] == "opt-in-false"]
    assert told["position"].tolist() == [0, 1, 5, 6, 7]
    assert set(told["field"]) == {"opt_in"}
    frame.loc[2, "ok"] = False
    done, _ = prepared(frame, {"email": "m", "first_name": "n", "opt_in": "ok"})
    assert done.outcome.tolist()[2:4] == [REJECTED] * 2


def test_rows_outside_the_segment_are_not_looked_at() -> None:
    """They have no problems, stand for nobody and withhold nobody."""
    frame = pd.DataFrame({"m": ["a@example.org", "bad", "a@example.org"], "ok": [False, False, True]})
    done, _ = prepared(frame, {"email": "m", "opt_in": "ok"}, inside=[False, False, True])
    assert done.outcome.tolist() == [OUTSIDE, OUTSIDE, SENT]
    assert done.problems.empty
    done, contacts = prepared(frame, {"email": "m"}, inside=[False] * 3)
    assert done.outcome.tolist() == [OUTSIDE] * 3
    assert (len(done.rows), contacts, done.problems.empty) == (0, [], True)


def test_a_row_larger_than_a_request_is_rejected() -> None:
    """Another row of the same address may stand for it."""
    frame = pd.DataFrame({"m": ["a@example.org"] * 2, "n": ["x" * 5_000, "x"]})
    done, _ = prepared(frame, {"email": "m", "first_name": "n"}, most_bytes=5_000)
    assert done.outcome.tolist() == [REJECTED, SENT]
    assert done.problems[["code", "column", "field"]].to_numpy().tolist() == [["row-too-large", None, ""]]
    done, _ = prepared(frame, {"email": "m", "first_name": "n"}, most_bytes=5_300)
    assert done.outcome.tolist() == [SENT, DUPLICATE]


def test_an_empty_frame() -> None:
    """Nothing gives nothing."""
    done, contacts = prepared(pd.DataFrame({"m": []}), {"email": "m"})
    assert (len(done.outcome), len(done.rows), contacts, done.changes) == (0, 0, [], ())


def test_changes_are_counted_with_examples() -> None:
    """Each normalisation by column, with the first three rows."""
    frame = pd.DataFrame({"m": [f" p{row}@example.org" for row in range(5)], "c": ["x", None, "", None, "y"]})
    done, contacts = prepared(frame, Mapping(email="m", fields={"City": "c"}, blank={"City": "clear"}))
    assert [(one.target, one.kind, one.count, one.examples) for one in done.changes] == [
        ("email", "trimmed", 5, (0, 1, 2)), ("City", "cleared", 3, (1, 2, 3)),
    ]  # fmt: skip
    assert [contact["fields"][0]["value"] for contact in contacts] == ["x", "", "", "", "y"]


_ADDRESS = st.sampled_from(["a@example.org", "A@example.org ", "b@example.org", "c@example.org", "bad", "", None])


@given(
    st.lists(
        st.tuples(_ADDRESS, st.sampled_from(["fine", "\x00"]), st.sampled_from([True, False, None]), st.booleans())
    ),
    st.booleans(),
)
def test_the_laws_of_verdicts(rows: list[tuple[Any, str, Any, bool]], opt_in: bool) -> None:  # noqa: FBT001
    """One outcome for each row, as worked out row by row in plain Python."""
    frame = pd.DataFrame(
        {
            name: pd.Series([row[place] for row in (*rows, ("z@example.org", "", True, True))], dtype=object)
            for place, name in enumerate(("m", "n", "ok", "in"))
        }
    )
    mapping = {"email": "m", "first_name": "n"} | ({"opt_in": "ok"} if opt_in else {})
    inside = frame["in"].to_numpy(dtype=bool)
    done, contacts = prepared(frame, mapping, inside=inside)
    keys = [(address or "").strip().lower() for address in frame["m"]]
    no = {key for key, yes, within in zip(keys, frame["ok"], inside, strict=True) if within and key and yes is not True}
    expected = []
    seen: set[str] = set()
    for key, note, yes, within in zip(keys, frame["n"], frame["ok"], inside, strict=True):
        held = opt_in and (key in no or yes is not True)
        if not within:
            expected.append(OUTSIDE)
        elif "@" not in key or note == "\x00" or held:
            expected.append(REJECTED)
        else:
            expected.append(DUPLICATE if key in seen else SENT)
            seen.add(key)
    assert done.outcome.tolist() == expected
    assert done.rows.tolist() == np.flatnonzero(done.outcome == SENT).tolist()
    assert set(done.problems["position"]) == {
        row for row, outcome in enumerate(expected) if outcome in (DUPLICATE, REJECTED)
    }
    assert done.problems["position"].is_monotonic_increasing
    told = dict(zip(done.problems["position"], done.problems["outcome"], strict=True))
    assert all(told[row] == Outcome(expected[row]).word for row in told)
    assert [contact["email"].lower() for contact in contacts] == [keys[row] for row in done.rows]


def test_equal_fingerprints_of_two_addresses_stay_two() -> None:
    """Rows are duplicates by their addresses, not by 64 bits."""
    rows = [b"a", b"b", b"a", b"c", b"b", b"c", b"d"]
    prints = np.array([1, 1, 1, 1, 1, 1, 2], dtype=np.uint64)
    known = np.array([True] * 6 + [False])
    first = same_address(prints, known, lambda places: [rows[place] for place in places])
    assert first.tolist() == [0, 1, 0, 3, 1, 3, 6]


@pytest.mark.parametrize("count", [1, 250, 3_000])
def test_the_second_pass_makes_the_same_bytes(count: int) -> None:
    """Sizes and fingerprints of the first pass are those of the parts of the second, however they are asked for."""
    frame = people(count)
    columns = resolve(frame, MAPPING)
    frozen = snapshot(frame, columns)
    done = prepare(frozen, columns, np.ones(count, bool), key=KEY, timezone="UTC", tags=("vip", "x"), most_bytes=MOST)
    parts = row_parts(frozen, columns, done.rows, timezone="UTC", tags=("vip", "x")).to_pylist()
    assert [len(part) for part in parts] == done.sizes.tolist()
    assert (fingerprints(parts, KEY) == done.contents).all()
    assert all(orjson.dumps(orjson.loads(part + b"}")) == part + b"}" for part in parts)
    some = done.rows[:: max(1, count // 17)]
    found = row_parts(frozen, columns, some, timezone="UTC", tags=("vip", "x")).to_pylist()
    assert found == [parts[row] for row in some]


def test_long_texts_make_small_pieces() -> None:
    """Rows of megabytes are prepared a few at a time, with the same result."""
    frame = pd.DataFrame(
        {"m": [f"p{row}@example.org" for row in range(12)], "n": [f"{row}" * 2_000_000 for row in range(12)]}
    )
    for dtype in ("str", "object"):
        frame["n"] = frame["n"].astype(dtype)
        done, contacts = prepared(frame, {"email": "m", "Note": "n"}, most_bytes=10**9)
        assert len(done.rows) == 12
        assert [len(contact["fields"][0]["value"]) for contact in contacts[9:]] == [2_000_000, 4_000_000, 4_000_000]


def test_fingerprints_are_keyed_blake2b() -> None:
    """Eight bytes, the lowest first; another key gives other numbers."""
    expected = int.from_bytes(hashlib.blake2b(b"a@example.org", digest_size=8, key=KEY).digest(), "little")
    assert fingerprints([b"a@example.org"], KEY).tolist() == [expected]
    assert fingerprints([b"a@example.org"], b"other").tolist() != [expected]
    assert fingerprints([], KEY).tolist() == []
