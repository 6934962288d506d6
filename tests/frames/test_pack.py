from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ac_notebook.frames.pack import pack

ENVELOPE, PER = 50, 10


def _packed(sizes: list[int], most_contacts: int, most_bytes: int) -> list[list[int]]:
    """Return the rows of each batch."""
    packed = pack(
        np.array(sizes, dtype=np.int32),
        most_contacts=most_contacts,
        most_bytes=most_bytes,
        envelope=ENVELOPE,
        per_contact=PER,
    )
    batches = [rows.tolist() for rows in packed]
    assert len(packed) == len(batches)
    return batches


def _fits(sizes: list[int], most_contacts: int, most_bytes: int) -> bool:
    return len(sizes) <= most_contacts and ENVELOPE + sum(size + PER for size in sizes) <= most_bytes


def _in_order(sizes: list[int], most_contacts: int, most_bytes: int) -> int:
    """Return the number of batches when each is filled before the next is begun: no order-keeping way needs fewer."""
    batches, current = 0, list[int]()
    for size in sizes:
        if not current or not _fits([*current, size], most_contacts, most_bytes):
            batches, current = batches + 1, []
        current.append(size)
    return batches


_CASES = st.tuples(
    st.lists(st.integers(0, 300) | st.sampled_from([930, 940]), max_size=60), st.integers(1, 12), st.just(1_000)
)


@given(_CASES)
def test_both_limits_hold_and_nothing_is_lost(case: tuple[list[int], int, int]) -> None:
    """Every row is in one batch, no batch is over a limit or empty, and there are no more than when filled in order."""
    sizes, most_contacts, most_bytes = case
    batches = _packed(sizes, most_contacts, most_bytes)
    assert sorted(row for rows in batches for row in rows) == list(range(len(sizes)))
    assert all(_fits([sizes[row] for row in rows], most_contacts, most_bytes) for rows in batches)
    assert all(rows == sorted(rows) for rows in batches)
    assert all(batches)
    assert len(batches) <= _in_order(sizes, most_contacts, most_bytes)


@given(_CASES)
def test_no_single_contact_that_a_neighbour_could_relieve(case: tuple[list[int], int, int]) -> None:
    """Where a batch of one is left, its row and the next batch's cannot make two batches of several."""
    sizes, most_contacts, most_bytes = case
    batches = _packed(sizes, most_contacts, most_bytes)
    for one, other in pairwise(batches):
        if 1 in (len(one), len(other)):
            both = [sizes[row] for row in (*one, *other)]
            assert not any(
                _fits(both[:cut], most_contacts, most_bytes) and _fits(both[cut:], most_contacts, most_bytes)
                for cut in range(2, len(both) - 1)
            )


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, []), (1, [1]), (2, [2]), (250, [250]), (251, [126, 125]), (500, [250, 250]), (501, [250, 126, 125]),
    ],
)  # fmt: skip
def test_the_usual_sizes(count: int, expected: list[int]) -> None:
    """250 contacts to a request, and no single one left over; equal rows keep their order."""
    batches = _packed([100] * count, 250, 399_999)
    assert [len(rows) for rows in batches] == expected
    assert [row for rows in batches for row in rows] == list(range(count))


def test_the_limit_in_bytes_is_exact() -> None:
    """A body of exactly the limit goes, one byte more does not."""
    assert _packed([465, 465], 250, 1_000) == [[0, 1]]
    assert _packed([465, 466], 250, 1_000) == [[0], [1]]


def test_a_row_that_fits_nowhere_is_an_error_of_the_program() -> None:
    """Such rows are rejected before; packing them is refused."""
    with pytest.raises(ValueError, match="larger than a request"):
        _packed([941], 250, 1_000)


def test_a_million_rows() -> None:
    """4,000 requests for a million contacts."""
    assert len(_packed([150] * 1_000_000, 250, 399_999)) == 4_000


_CHANCE = np.random.default_rng(4)
_FRAMES = {
    "all alike": np.full(40_000, 156),
    "narrow": _CHANCE.integers(80, 300, 40_000),
    "wide": _CHANCE.integers(900, 2_600, 40_000),
    "few long texts": np.where(_CHANCE.random(40_000) < 0.02, _CHANCE.integers(5_000, 20_000, 40_000), 150),
    "long tails": np.minimum(_CHANCE.lognormal(6.5, 1.2, 40_000).astype(np.int64), 40_000),
    "half narrow, half wide": np.repeat([100, 3_000], 20_000),
    "just above what 250 may take": _CHANCE.integers(1_400, 1_900, 40_000),
}


@pytest.mark.parametrize("order", ["as it comes", "ascending", "descending", "in flocks"])
@pytest.mark.parametrize("frame", _FRAMES)
def test_no_more_requests_than_need_be(frame: str, order: str) -> None:
    """At most 1.02 times what rows/250 and bytes/399,999 ask for, also on frames sorted by size of row."""
    sizes = _FRAMES[frame]
    if order in ("ascending", "descending"):
        sizes = np.sort(sizes)[:: 1 if order == "ascending" else -1]
    if order == "in flocks":
        sizes = np.sort(sizes).reshape(-1, 400)[_CHANCE.permutation(100)].ravel()
    batches = _packed(sizes.tolist(), 250, 399_999)
    total = int((sizes + PER).sum())
    assert len(batches) <= max(-(-len(sizes) // 250), -(-total // 399_999)) * 1.02
    assert min(map(len, batches)) > 1
