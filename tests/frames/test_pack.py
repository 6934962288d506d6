from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ac_notebook.frames.pack import pack

ENVELOPE, PER = 50, 10


def _packed(sizes: list[int], most_contacts: int, most_bytes: int) -> list[tuple[int, int]]:
    return pack(
        np.array(sizes, dtype=np.int32),
        most_contacts=most_contacts,
        most_bytes=most_bytes,
        envelope=ENVELOPE,
        per_contact=PER,
    )


def _fits(sizes: list[int], most_contacts: int, most_bytes: int) -> bool:
    return len(sizes) <= most_contacts and ENVELOPE + sum(size + PER for size in sizes) <= most_bytes


def _fewest(sizes: list[int], most_contacts: int, most_bytes: int) -> int:
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
    """Every row is in one batch, in order; no batch is over a limit; there are as few as can be."""
    sizes, most_contacts, most_bytes = case
    ranges = _packed(sizes, most_contacts, most_bytes)
    assert [row for start, stop in ranges for row in range(start, stop)] == list(range(len(sizes)))
    assert all(_fits(sizes[start:stop], most_contacts, most_bytes) for start, stop in ranges)
    assert all(stop > start for start, stop in ranges)
    assert len(ranges) == _fewest(sizes, most_contacts, most_bytes)
    assert all(isinstance(edge, int) for pair in ranges for edge in pair)


@given(_CASES)
def test_no_single_contact_that_a_neighbour_could_relieve(case: tuple[list[int], int, int]) -> None:
    """Where a batch of one is left, no cut between it and a neighbour gives two batches of several."""
    sizes, most_contacts, most_bytes = case
    ranges = _packed(sizes, most_contacts, most_bytes)
    for (start, middle), (_, stop) in pairwise(ranges):
        if 1 in (middle - start, stop - middle):
            assert not any(
                _fits(sizes[start:cut], most_contacts, most_bytes) and _fits(sizes[cut:stop], most_contacts, most_bytes)
                for cut in range(start + 2, stop - 1)
            )


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, []), (1, [(0, 1)]), (2, [(0, 2)]), (250, [(0, 250)]), (251, [(0, 126), (126, 251)]),
        (500, [(0, 250), (250, 500)]), (501, [(0, 250), (250, 376), (376, 501)]),
    ],
)  # fmt: skip
def test_the_usual_sizes(count: int, expected: list[tuple[int, int]]) -> None:
    """250 contacts to a request, and no single one left over."""
    assert _packed([100] * count, 250, 399_999) == expected


def test_the_limit_in_bytes_is_exact() -> None:
    """A body of exactly the limit goes, one byte more does not."""
    assert _packed([465, 465], 250, 1_000) == [(0, 2)]
    assert _packed([465, 466], 250, 1_000) == [(0, 1), (1, 2)]


def test_a_row_that_fits_nowhere_is_an_error_of_the_program() -> None:
    """Such rows are rejected before; packing them is refused."""
    with pytest.raises(ValueError, match="larger than a request"):
        _packed([941], 250, 1_000)


def test_a_million_rows() -> None:
    """4,000 requests for a million contacts."""
    assert len(_packed([150] * 1_000_000, 250, 399_999)) == 4_000
