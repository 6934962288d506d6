from __future__ import annotations

from itertools import pairwise

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pytest

from ac_notebook.frames.columns import resolve, snapshot
from ac_notebook.frames.prepare import prepare
from ac_notebook.model.export import Export
from ac_notebook.model.limits import Limits
from ac_notebook.model.mapping import Mapping
from ac_notebook.runs.batches import Batches, packed_for

MAPPING = Mapping(email="m", fields={"Note": "n"})
LIMITS = Limits(contacts_per_import=20, bytes_per_import=40_000)


def _frame(order: str, chunks: int) -> pd.DataFrame:
    sizes = np.repeat([10, 3_500], 1_500)  # 5 MB, so that requests are made in several goes
    if order == "shuffled":
        sizes = np.random.default_rng(1).permutation(sizes)
    notes = ["ö" * int(size // 2) + str(row) for row, size in enumerate(sizes)]
    frame = pd.DataFrame({"m": [f"p{row}@example.org" for row in range(len(sizes))], "n": notes})
    if chunks == 1:
        return frame
    edges = np.linspace(0, len(frame), chunks + 1).astype(int)
    arrow = pd.ArrowDtype(pa.large_string())
    return pd.concat(
        [frame.iloc[start:stop].astype(arrow) for start, stop in pairwise(edges)],
        ignore_index=True,
    )


@pytest.mark.parametrize("order", ["sorted", "shuffled"])
@pytest.mark.parametrize("chunks", [1, 7])
def test_each_request_holds_the_rows_that_it_says(order: str, chunks: int) -> None:
    """Also where large rows of one end of a frame travel with small ones of the other: all rows, once."""
    frame = _frame(order, chunks)
    columns = resolve(frame, MAPPING)
    frozen = snapshot(frame, columns)
    done = prepare(
        frozen, columns, np.ones(len(frame), dtype=bool), key=b"k", timezone="UTC", tags=(),
        most_bytes=LIMITS.bytes_per_import,
    )  # fmt: skip
    chosen = np.flatnonzero(np.arange(len(done.rows)) % 7 != 3)  # some are settled, and stay behind
    export = Export(list="VIP", mapping=MAPPING)
    made = list(
        Batches(
            frozen=frozen, columns=columns, prepared=done, chosen=chosen, export=export, list_id=4,
            packed=packed_for(done, chosen, export, 4, LIMITS),
        )
    )  # fmt: skip
    assert [batch.number for batch in made] == list(range(len(made)))
    assert sorted(row for batch in made for row in batch.positions) == done.rows[chosen].tolist()
    for batch in made:
        contacts = orjson.loads(batch.body)["contacts"]
        rows = frame.iloc[list(batch.positions)]
        assert [contact["email"] for contact in contacts] == rows["m"].tolist()
        assert [contact["fields"][0]["value"] for contact in contacts] == rows["n"].tolist()
        assert len(contacts) <= LIMITS.contacts_per_import
        assert len(batch.body) <= LIMITS.bytes_per_import
        assert len(batch.addresses) == len(batch.contents) == 8 * len(batch)
    whole = sum(len(batch.body) for batch in made)
    assert len(made) <= 1.02 * max(-(-len(chosen) // LIMITS.contacts_per_import), -(-whole // LIMITS.bytes_per_import))
