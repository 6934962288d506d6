import re

import numpy as np
import pandas as pd
import pytest

from ac_notebook.sandbox import Sandbox, sample_customers
from tests.sandbox.visits import Clock, Visitor

ORDINARY = re.compile(r"[a-z.-]+\d+@(?:[a-z]+\.)?example\.(?:com|org|net)")


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    """Return twenty thousand customers."""
    return sample_customers(20_000, seed=3)


def test_the_columns(customers: pd.DataFrame) -> None:
    """Columns, their order and their types are as promised."""
    assert customers.columns.tolist() == [
        "customer_id", "E-mail", "Given name", "Family name", "Mobile", "dob", "last_visit", "points", "interests",
        "tier", "city", "tags", "newsletter_ok",
    ]  # fmt: skip
    types = customers.dtypes.astype(str)
    assert types["customer_id"] == "Int64"
    assert types["dob"] == "datetime64[ns]"
    assert types["last_visit"] == "datetime64[ns, Europe/Stockholm]"
    assert types["points"] == "float64"
    assert types["tier"] == "category"
    assert types["newsletter_ok"] == "boolean"
    assert isinstance(customers.index, pd.RangeIndex)


def test_the_same_seed_gives_the_same_customers() -> None:
    """Size and seed decide everything."""
    pd.testing.assert_frame_equal(sample_customers(700, seed=1), sample_customers(700, seed=1))
    assert not sample_customers(700, seed=1).equals(sample_customers(700, seed=2))


@pytest.mark.parametrize("n", [0, 1, 2, 10])
def test_few_customers(n: int) -> None:
    """A handful, or nobody, has the same columns."""
    assert sample_customers(n).shape == (n, 13)


def test_a_negative_number_is_refused() -> None:
    """There are no negative numbers of customers."""
    with pytest.raises(ValueError, match="negative"):
        sample_customers(-1)


def test_ids_are_unique(customers: pd.DataFrame) -> None:
    """No two customers share an id."""
    assert customers["customer_id"].is_unique


def test_addresses_lead_nowhere(customers: pd.DataFrame) -> None:
    """Every domain is reserved for documentation, however spoiled the address is."""
    texts = customers["E-mail"].dropna()
    texts = texts[texts.str.contains("@")].str.lower()
    domains = texts.str.split("@").str[-1].str.strip().str.replace(",", ".").str.replace("..", ".").str.strip(".")
    assert domains.str.fullmatch(r"(?:[a-z]+\.)?example(?:\.(?:com|org|net))?").all()


def test_about_one_row_in_twenty_is_dirty(customers: pd.DataFrame) -> None:
    """Between three and seven in a hundred rows have something wrong with address or names."""
    address = customers["E-mail"].fillna("")
    unusual = ~address.map(lambda text: bool(ORDINARY.fullmatch(text)))
    names = customers[["Given name", "Family name"]].fillna("")
    spoiled = names.ne(names.apply(lambda column: column.str.strip())).any(axis=1) | (names == "nan").any(axis=1)
    assert 0.03 < (unusual | spoiled).mean() < 0.07


def test_each_kind_of_dirt_occurs(customers: pd.DataFrame) -> None:
    """Missing, malformed, padded and upper-case addresses are all there."""
    texts = customers["E-mail"].dropna()
    assert customers["E-mail"].isna().any()
    for pattern in (
        r"^$",
        r"^nan$",
        r"^[^@]+\.example\.",
        r"\.\.",
        r"@example$",
        r"\.$",
        r",",
        r"^\s|\s$",
        r"^[A-Z.0-9-]+@",
    ):
        assert texts.str.contains(pattern).any(), pattern


def test_some_addresses_come_twice(customers: pd.DataFrame) -> None:
    """About one row in a hundred repeats an earlier address, some in other letters."""
    keys = customers["E-mail"].dropna().str.strip().str.lower()
    keys = keys[keys.str.contains("@")]
    again = keys.duplicated()
    assert 0.006 < again.mean() < 0.014
    assert customers["E-mail"].dropna().duplicated().sum() < customers["E-mail"].dropna().str.lower().duplicated().sum()


def test_the_gaps(customers: pd.DataFrame) -> None:
    """Every optional column has gaps; opting in is mostly yes."""
    for column in ("Given name", "Mobile", "dob", "last_visit", "points", "interests", "tier", "city", "tags"):
        assert 0 < customers[column].isna().mean() < 0.5, column
    opted = customers["newsletter_ok"]
    assert opted.mean() == pytest.approx(0.88 / 0.97, abs=0.02)
    assert opted.isna().mean() == pytest.approx(0.03, abs=0.01)


def test_values_are_of_their_kind(customers: pd.DataFrame) -> None:
    """Points are whole, visits have whole seconds, interests are lists of their own."""
    points = customers["points"].dropna().to_numpy()
    assert np.array_equal(points, np.floor(points))
    assert (customers["last_visit"].dropna().dt.microsecond == 0).all()
    interests = customers["interests"].dropna()
    assert (interests.map(len) == 0).any()
    assert len({id(entry) for entry in interests}) == len(interests)
    assert customers["tier"].cat.categories.tolist() == ["Bronze", "Silver", "Gold"]


def test_names_are_written_in_several_alphabets(customers: pd.DataFrame) -> None:
    """Names are not all Latin."""
    names = customers["Given name"].dropna()
    for alphabet in ("[α-ω]", "[а-я]", "[ء-ي]", "[぀-ヿ一-鿿]", "[åäö]", "[łęś]", "[ạ-ỹ]"):  # noqa: RUF001
        assert names.str.contains(alphabet).any(), alphabet


def test_the_ordinary_ones_arrive() -> None:
    """Every ordinary address of the sample is accepted by the sandbox."""
    clock = Clock()
    visitor = Visitor(Sandbox(clock=clock, now=clock.now), clock)
    addresses = sample_customers(400)["E-mail"].dropna()
    ordinary = [text for text in addresses if ORDINARY.fullmatch(text)]
    for start in (0, 200):
        assert visitor.settle(*[{"email": text} for text in ordinary[start : start + 200]])["failure"] == []
