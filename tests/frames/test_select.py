from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ac_notebook.errors import ConfigurationError
from ac_notebook.frames.select import inside

if TYPE_CHECKING:
    from pathlib import Path

FRAME = pd.DataFrame(
    {"points": [10, 600, None], "E mail": ["a@example.org", "b@example.org", None], "country": ["SE", "NO", "SE"]},
    index=[5, 5, 7],
)
MIDDLE = [False, True, False]


@pytest.mark.parametrize(
    "segment",
    [
        "points > 500",
        "country == 'NO'",
        "`E mail`.str.startswith('b')",
        "points > 500 and country in ['NO', 'SE']",
        "country == '@x' or points > 500",
        MIDDLE,
        tuple(MIDDLE),
        np.array(MIDDLE),
        pd.Series(MIDDLE, index=[5, 5, 7]),
        pd.array([False, True, None], dtype="boolean"),
        pd.Series([None, True, None], index=[5, 5, 7], dtype=object),
        pd.Series([None, True, False], index=[5, 5, 7], dtype=pd.ArrowDtype(pa.bool_())),
        [False, np.True_, np.nan],
        [pd.NA, True, None],
        pd.Index(MIDDLE),
        lambda frame: frame["points"] > 500,
        lambda frame: frame["points"].astype("Int64") > 500,
        lambda frame: MIDDLE,
    ],
    ids=lambda one: one if isinstance(one, str) else type(one).__name__,
)
def test_every_way_to_say_a_segment(segment: Any) -> None:
    """Text, masks of every kind and functions; what is NA is outside."""
    found = inside(FRAME, segment)
    assert found.dtype == bool
    assert found.tolist() == MIDDLE


def test_no_segment_is_every_row() -> None:
    """None means all; an empty frame has none."""
    assert inside(FRAME, None).tolist() == [True] * 3
    assert inside(FRAME.iloc[:0], None).tolist() == []
    assert inside(FRAME.iloc[:0], "points > 1").tolist() == []
    assert inside(FRAME.iloc[:0], []).tolist() == []


class _Unspeakable:
    def __str__(self) -> str:
        raise RuntimeError("no label of ours")


def test_other_columns_do_not_matter() -> None:
    """Whatever is in them, and whatever they are called: a condition needs only those that it names."""
    frame = FRAME.assign(odd=pd.Series(["\ud800", "b", None], index=FRAME.index, dtype=object))
    others = pd.DataFrame([[1, 2]] * 3, index=FRAME.index, columns=pd.Index([_Unspeakable(), ("a", 1)], dtype=object))
    for text in ("points > 500", "country == 'NO'", "`E mail`.str.startswith('b')"):
        assert inside(pd.concat([frame, others], axis=1), text).tolist() == MIDDLE
    assert inside(frame, "index > 5").tolist() == [False, False, True]
    assert inside(FRAME.rename(columns={"points": "fi"}), "\ufb01 > 500").tolist() == MIDDLE


def _refused(segment: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        inside(FRAME, segment)
    assert "Nothing was sent." in str(caught.value)
    return str(caught.value)


def test_a_column_that_is_not_there() -> None:
    """Named, with the nearest; blanks in a name need backticks."""
    assert "There is no column 'pionts'. Did you mean 'points'?" in _refused("pionts > 5")
    assert "`E mail`" in _refused("E mail == 'x'") or "Write a condition" in _refused("E mail == 'x'")


def test_the_caller_s_variables_are_not_there() -> None:
    """A segment is evaluated without them, so that a saved one means the same tomorrow."""
    least = 500
    assert "uses a variable of your notebook" in _refused("points > @least")
    assert "There is no column 'least'" in _refused("points > least")
    assert "There is no column 'pd'" in _refused("pd.isna(points)")
    assert least == 500


@pytest.mark.parametrize(
    "text", ["points >", "", "points + 1", "country", "1 == 1", "x = 5", "points > 'a'", "((", "\x00", "import os"]
)
def test_texts_that_are_no_condition(text: str) -> None:
    """Whatever the parser raises, it is our error, and it says the text."""
    assert repr(text) in _refused(text)


@pytest.mark.parametrize(
    "segment",
    [
        [True],
        [True] * 4,
        [0, 1, 0],
        ["a", "b", "c"],
        ["\ud800", True, True],
        pd.Index(["\ud800", True, True], dtype=object),
        np.array(["\ud800", "b", "c"]),
        FRAME["country"].array,
        np.ones((3, 1), bool),
        pd.Series(MIDDLE),
        5,
        object(),
        FRAME,
        {"a": 1},
        lambda frame: None,
        lambda frame: frame,
        lambda frame: frame["points"],
        [None, 1.0, True],
        {True},
    ],
    ids=lambda one: type(one).__name__,
)
def test_what_is_no_mask(segment: Any) -> None:
    """A mask has one True or False for each row, and a Series has the frame's index."""
    _refused(segment)


def test_a_function_that_raises() -> None:
    """Its error is named and chained, not shown as ours."""

    def broken(frame: pd.DataFrame) -> Any:
        return frame["nothing"]

    assert "The segment's function raised KeyError." in _refused(broken)


def test_a_function_cannot_change_the_frame() -> None:
    """It is given a copy."""

    def greedy(frame: pd.DataFrame) -> Any:
        del frame["points"]
        frame["country"] = "XX"
        return [True] * len(frame)

    before = FRAME.copy()
    assert inside(FRAME, greedy).all()
    pd.testing.assert_frame_equal(FRAME, before)


def test_the_mask_is_our_own() -> None:
    """A mask that the caller changes later stays as it was."""
    mask = np.array(MIDDLE)
    series = pd.Series(mask, index=[5, 5, 7], copy=False)
    found, other = inside(FRAME, mask), inside(FRAME, series)
    mask[:] = True
    assert found.tolist() == other.tolist() == MIDDLE


def test_messages_hold_no_values() -> None:
    """A comparison that fails quotes no cell."""
    assert "example.org" not in _refused("`E mail` > 5")


@pytest.mark.parametrize(
    "condition",
    [
        "points.to_csv('{path}') == 0",
        "(points > 1) | (points.to_csv('{path}') == 1)",
        "points . to_json('{path}') == 1",
        "x = points.to_csv('{path}')",
        "points.\uff54o_csv('{path}') == 1",
        "points.agg('to_csv', path_or_buf='{path}') == 1",
        "points.transform('to_' 'csv', path_or_buf='{path}') == 1",
        "points.values.tofile('{path}') == 1",
        "points.to_frame().query('points.to_csv(1) == 1').points > 1",
        "index.to_frame().to_pickle('{path}') == 1",
        "points == '`' or points.to_csv('{path}') == '`'",
        "points.__class__.__init__.__globals__['__name__'] == 1",
        "points.values.__array_interface__ == 1",
        "points.pipe('{path}') == 1",
        "points.plot.hist() == 1",
        "points.apply('to_csv', args=['{path}']) == 1",
        "points.to_frame().activecampaign.export('Weekly') == 1",
    ],
)
def test_a_condition_that_does_more_than_look_is_refused(condition: str, tmp_path: Path) -> None:
    """A condition may come with somebody's file: it writes nothing, and reaches nothing but the columns."""
    path = tmp_path / "all.csv"
    with pytest.raises(ConfigurationError, match=r"only looks at values, and '\.\w+' does more"):
        inside(pd.DataFrame({"points": [1, 2]}), condition.format(path=path))
    assert not path.exists()


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ("mail.str.endswith('.se') and points > points.mean()", [False, True]),
        ("points.groupby(mail).transform('count') == 1", [True, True]),
        ("points == points.agg('max')", [False, True]),
        ("mail.str.contains('ann@') or mail == 'x.style'", [True, False]),
        ("points.to_numpy() > 1", [False, True]),
        ("_id == 2 and points.rank() > 1.5", [False, True]),
        ("points.fillna(0).round(1).between(1, 1.5)", [True, False]),
    ],
)
def test_a_condition_may_ask_columns_anything(condition: str, wanted: list[bool]) -> None:
    """What only looks at values is not mistaken for more."""
    frame = pd.DataFrame({"mail": ["ann@mail.no", "bo@mail.se"], "points": [1, 2], "_id": [1, 2]})
    assert inside(frame, condition).tolist() == wanted
