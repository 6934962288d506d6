"""A segment of a file is what it is in a notebook that holds everything, and every row of the file is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ac_notebook.errors import ConfigurationError, MappingError
from ac_notebook.frames.conditions import is_row_wise
from ac_notebook.model.mapping import Mapping
from ac_notebook.runs.excerpt import Excerpt, read_excerpt
from ac_notebook.storage.data.delimited import Dialect
from ac_notebook.storage.data.query import Query
from ac_notebook.storage.data.table import open_data

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

ROWS = 66_000  # more than a batch
FEW = 3_000
MAPPING = Mapping(email="E-mail", phone="phone")

CONDITIONS = {
    "": True,
    "points > 900": True,
    "-5 < points - 10 <= 20 or points == 999": True,
    "country != 'SE'": True,
    "country in ['SE', 'NO'] and not ok": True,
    "country.isin(['SE'])": True,
    "gap.isna() or gap.between(2, 3)": True,
    "gap != 3": True,
    "index >= 65_800 or index < 3": True,
    "`E-mail`.str.startswith('p1')": True,
    "points > points.mean()": False,
    "points.rank(pct=True) > 0.9": False,
    "~country.duplicated()": False,
    "country in country.head(2)": False,
}


@pytest.fixture(scope="module")
def customers(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, Path]:
    """Customers, in each kind of file."""
    chance, folder = np.random.default_rng(1), tmp_path_factory.mktemp("customers")
    frame = pd.DataFrame(
        {
            "E-mail": [f"p{number}@example.org" for number in range(ROWS)],
            "phone": "0701",
            "points": chance.integers(0, 1_000, ROWS),
            "country": chance.choice(np.array(["SE", "NO", "DE", None], dtype=object), ROWS),
            "ok": chance.random(ROWS) < 0.5,
            "gap": np.where(chance.random(ROWS) < 0.1, np.nan, chance.integers(0, 9, ROWS)),
        }
    )
    frame.to_parquet(folder / "x.parquet")
    frame.to_feather(folder / "x.feather")
    frame[:FEW].to_csv(folder / "x.csv", index=False)
    frame[:FEW].to_json(folder / "x.jsonl", orient="records", lines=True)
    return frame, folder


def mask_of(frame: pd.DataFrame, condition: str) -> NDArray[np.bool_]:
    """Return which rows of a frame a condition chooses, as pandas says."""
    if not condition:
        return np.ones(len(frame), dtype=bool)
    chosen: Any = frame.eval(condition)
    mask: NDArray[np.bool_] = chosen.fillna(value=False).to_numpy(dtype=bool)
    return mask


@pytest.mark.parametrize("name", ["x.parquet", "x.feather", "x.csv", "x.jsonl"])
def test_a_segment_of_a_file_is_that_of_the_frame(name: str, customers: tuple[pd.DataFrame, Path]) -> None:
    """In each format, each condition chooses the rows that it chooses of the whole frame, with their positions."""
    frame, folder = customers
    frame = frame if name in ("x.parquet", "x.feather") else frame[:FEW]
    data = open_data(str(folder / name))
    for condition in CONDITIONS:
        mask = mask_of(frame, condition)
        excerpt = read_excerpt(data, MAPPING, condition=condition)
        assert excerpt.total == len(frame)
        np.testing.assert_array_equal(excerpt.positions, np.flatnonzero(mask), err_msg=condition)
        assert excerpt.frame["E-mail"].tolist() == frame["E-mail"][mask].tolist(), condition
        assert set(excerpt.frame["phone"]) == {"0701"}
        assert list(excerpt.frame.columns) == list(frame.columns)
        assert excerpt.frame["points"].isna().all(), "nobody asked for it"


@pytest.mark.parametrize("condition", [condition for condition in CONDITIONS if condition])
def test_what_looks_at_several_rows_is_known(condition: str) -> None:
    """A condition is asked chunk by chunk only where it is certain to look at one row after the other."""
    assert is_row_wise(condition) is CONDITIONS[condition]


def excerpt_of(text: str, condition: str = "", *, tmp_path: Path, **dialect: object) -> Excerpt:
    """Read an excerpt of a CSV file."""
    (tmp_path / "x.csv").write_text(text, encoding="utf-8")
    data = open_data(str(tmp_path / "x.csv"), dialect=Dialect(**dialect))  # type: ignore[arg-type]  # for brevity
    return read_excerpt(data, Mapping(email="e"), condition=condition)


@pytest.mark.parametrize("condition", ["zip != 1234", "zip == 1234", "n != '7'", "zip in [1234]", "-7 == zip"])
def test_numbers_are_not_compared_with_text(condition: str, tmp_path: Path) -> None:
    """Where a condition takes a column of a CSV file for another kind, it would choose all or none: it is refused."""
    text = "e,zip,n\na@example.org,01234,7\nb@example.org,99999,8\n"
    with pytest.raises(ConfigurationError, match="State what it is: --dtype"):
        excerpt_of(text, condition, tmp_path=tmp_path)
    assert len(excerpt_of(text, "zip == '01234'", tmp_path=tmp_path).positions) == 1
    assert len(excerpt_of(text, "n == '7'", tmp_path=tmp_path, types={"n": "text"}).positions) == 1
    assert len(excerpt_of(text, "zip == 1234", tmp_path=tmp_path, types={"zip": "int64"}).positions) == 1


def test_decimal_commas_are_numbers_for_a_segment(tmp_path: Path) -> None:
    """With ``--decimal ,`` a segment compares numbers that have one."""
    found = excerpt_of(
        "e;n\na@example.org;1,5\nb@example.org;10,25\n", "n > 9", tmp_path=tmp_path, separator=";", decimal=","
    )
    assert found.positions.tolist() == [1]


def test_a_file_without_a_row_of_names_does_not_show_its_first_person(tmp_path: Path) -> None:
    """A first row that is a person's is told as such, and not quoted."""
    with pytest.raises(ConfigurationError, match="its first row is probably a person") as error:
        excerpt_of("ann@example.org,Ann\nbob@example.org,Bob\n", tmp_path=tmp_path)
    assert "ann" not in str(error.value).casefold()


def test_columns_that_are_not_there_are_named_with_the_nearest(tmp_path: Path) -> None:
    """A missing column is told before anything is read, with the one that was probably meant."""
    (tmp_path / "x.csv").write_text("mail,Name\na@example.org,Ann\n", encoding="utf-8")
    data = open_data(str(tmp_path / "x.csv"))
    with pytest.raises(MappingError, match="Did you mean 'mail'") as error:
        read_excerpt(data, Mapping(email="maill", first_name="Nam"))
    assert len(error.value.problems) == 2
    with pytest.raises(ConfigurationError, match="There is no column 'pints'"):
        read_excerpt(data, Mapping(email="mail"), condition="pints > 3")


@pytest.mark.parametrize("text", ["e,n\n", "e,n\na@example.org,1\n"])
def test_no_rows_are_told(text: str, tmp_path: Path) -> None:
    """A file without rows, and a segment without any, are told before anything is sent."""
    with pytest.raises(ConfigurationError, match=r"There are no rows|No row is in the segment"):
        excerpt_of(text, "n > 5", tmp_path=tmp_path)


def test_more_than_an_export_takes_is_counted_and_refused(tmp_path: Path) -> None:
    """Of more than a million rows none is held, and the number is told."""
    pq.write_table(pa.table({"e": pa.nulls(1_000_001, pa.string())}), tmp_path / "x.parquet")
    with pytest.raises(ConfigurationError, match="1,000,001 rows are more than the 1,000,000"):
        read_excerpt(open_data(str(tmp_path / "x.parquet")), Mapping(email="e"))


def test_categories_with_an_order_are_not_compared_as_text(tmp_path: Path) -> None:
    """A condition on the order of categories is refused: read as text they have another."""
    sizes = pd.Categorical(["S", "L"], categories=["S", "M", "L"], ordered=True)
    pd.DataFrame({"e": ["a@example.org", "b@example.org"], "size": sizes}).to_parquet(tmp_path / "x.parquet")
    data = open_data(str(tmp_path / "x.parquet"))
    with pytest.raises(ConfigurationError, match="categories have an order"):
        read_excerpt(data, Mapping(email="e"), condition="size > 'M'")
    assert len(read_excerpt(data, Mapping(email="e"), condition="size == 'L'").positions) == 1


KINDS = [
    "whole != 7", "not (whole > 5)", "whole > 5 or flag", "not flag", "flag != True", "text != 'x1'", "arrow != 7",
    "float != 7", "month > '2024-05'", "tier != 'x1'", "day > '2024-01-10'",
]  # fmt: skip


@pytest.mark.parametrize("condition", KINDS)
def test_blanks_are_what_they_are_to_the_dtype_that_pandas_wrote(condition: str, tmp_path: Path) -> None:
    """A blank of a nullable column is in no comparison, one of a float column unequal to all: as when pandas reads."""
    gaps = [None if row % 3 == 0 else row for row in range(30)]
    texts = [None if row is None else f"x{row % 4}" for row in gaps]
    frame = pd.DataFrame(
        {
            "E-mail": [f"p{row}@example.org" for row in range(30)],
            "phone": "0701",
            "whole": pd.array(gaps, dtype="Int64"),
            "flag": pd.array([None if row is None else row % 2 == 0 for row in gaps], dtype="boolean"),
            "text": pd.array(texts, dtype="string"),
            "arrow": pd.array(gaps, dtype="int64[pyarrow]"),
            "float": gaps,
            "month": pd.period_range("2024-01", periods=30, freq="M"),
            "tier": pd.Categorical(texts),
            "day": pd.date_range("2024-01-01", periods=30),
        }
    )
    frame.to_parquet(tmp_path / "x.parquet")
    found = read_excerpt(open_data(str(tmp_path / "x.parquet")), MAPPING, condition=condition)
    read = pd.read_parquet(tmp_path / "x.parquet")
    assert found.positions.tolist() == np.flatnonzero(mask_of(read, condition)).tolist()


def test_periods_are_sent_as_periods(tmp_path: Path) -> None:
    """Months that pandas keeps as numbers are months in what is sent."""
    months = pd.DataFrame({"e": ["a@example.org"], "month": pd.PeriodIndex(["2024-01"], freq="M")})
    months.to_parquet(tmp_path / "x.parquet")
    found = read_excerpt(open_data(str(tmp_path / "x.parquet")), Mapping(email="e", fields={"Month": "month"}))
    assert found.frame["month"].astype(str).tolist() == ["2024-01"]


@pytest.mark.parametrize("condition", ["index < 2", "ilevel_0 in [1]", "n > 0 and index.isin([0])"])
def test_an_index_that_pandas_wrote_is_not_taken_for_positions(condition: str, tmp_path: Path) -> None:
    """A segment that names the index of a file with one of its own is refused; of a file without, it counts rows."""
    frame = pd.DataFrame({"E-mail": [f"p{row}@example.org" for row in range(6)], "phone": "0701", "n": range(6)})
    for there in (frame[frame["n"] % 2 == 1], frame.set_index("n", drop=False), frame[2:]):
        there.to_parquet(tmp_path / "x.parquet")
        with pytest.raises(ConfigurationError, match="names the index"):
            read_excerpt(open_data(str(tmp_path / "x.parquet")), MAPPING, condition=condition)
        assert read_excerpt(open_data(str(tmp_path / "x.parquet")), MAPPING, condition="n > 2").total == len(there)
    frame.to_parquet(tmp_path / "x.parquet")
    assert read_excerpt(open_data(str(tmp_path / "x.parquet")), MAPPING, condition="index < 2").positions.size == 2


def test_columns_with_numbers_for_names_are_found(tmp_path: Path) -> None:
    """A mapping to column 0 finds the column that the file calls "0"."""
    pd.DataFrame([["a@example.org", 1]]).to_csv(tmp_path / "x.csv", index=False)
    assert read_excerpt(open_data(str(tmp_path / "x.csv")), Mapping(email=0)).frame[0].tolist() == ["a@example.org"]


def test_a_query_gives_the_same_rows(customers: tuple[pd.DataFrame, Path]) -> None:
    """What a query gives is read once, with its kinds, and a segment of it is that of the frame."""
    frame, folder = customers
    frame = frame[:FEW]
    sqlalchemy = pytest.importorskip("sqlalchemy")
    url = f"sqlite:///{folder / 'x.db'}"
    engine = sqlalchemy.create_engine(url)
    frame.to_sql("people", engine, index=False)
    engine.dispose()
    for condition in ("", "points > 900 and country != 'SE'", "points > points.mean()"):
        mask = mask_of(frame, condition)
        with Query.of("SELECT * FROM people", url) as data:
            excerpt = read_excerpt(data, MAPPING, condition=condition)
        assert excerpt.total == len(frame)
        assert excerpt.positions.tolist() == np.flatnonzero(mask).tolist()
        assert excerpt.frame["E-mail"].tolist() == frame["E-mail"][mask].tolist()


@pytest.mark.parametrize(
    ("sql", "url", "said"),
    [
        ("SELECT * FROM nothing", "sqlite:///{}", "did not take the query (OperationalError)"),
        ("DELETE FROM people", "sqlite:///{}", "gives no rows at all"),
        ("SELECT 1", "sqlite:///{}.not", "There is no SQLite database"),
        ("SELECT 1", "hunter2", "cannot be understood"),
        ("SELECT 1", "postgres://ann:hunter2@host/db", "There is no driver"),
        ("SELECT 1", "nothing+hunter2://ann:hunter2@host/db", "There is no driver"),
    ],
)
def test_a_query_that_fails_says_so_without_a_password(sql: str, url: str, said: str, tmp_path: Path) -> None:
    """What goes wrong with a query is a sentence; the URL's password, and the database's own words, are not in it."""
    sqlalchemy = pytest.importorskip("sqlalchemy")
    place = tmp_path / "x.db"
    engine = sqlalchemy.create_engine(f"sqlite:///{place}")
    pd.DataFrame({"e": ["canary@example.org"]}).to_sql("people", engine, index=False)
    engine.dispose()
    with pytest.raises(ConfigurationError) as error:
        Query.of(sql, url.format(place))
    assert said in str(error.value)
    assert "hunter2" not in str(error.value)
    with Query.of("SELECT * FROM people", f"sqlite:///{place}") as data:
        assert read_excerpt(data, Mapping(email="e")).total == 1, "nothing was deleted"
