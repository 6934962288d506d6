"""A headless run of a segment of a large Parquet file: the memory it takes at its peak, and that all of it arrives.

``python -m tests.benchmarks.headless [ROWS]`` measures it with 10,000,000 rows, of which a tenth is in the segment;
`make bench`, which has twenty minutes for all, with a fifth of them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import ac_notebook as ac
from tests.benchmarks.table import Line, show

ROWS = 10_000_000
GROUP = 500_000
MOST = 1_000  # megabytes
WAIT = "3600"  # seconds: the sandbox of a busy machine may take longer to confirm a million contacts than the default


def measure(*, quick: bool = False, rows: int | None = None) -> list[Line]:
    """Return the peak of a run's memory, with its sandbox in a process of its own, and whether the numbers agree."""
    count = rows or ROWS // (20 if quick else 5)
    with tempfile.TemporaryDirectory(prefix="ac_notebook-headless-") as folder, ac.sandbox.start(speed=600) as sandbox:
        name = f"headless {count}"
        sandbox.connection.replace(name=name).save()
        ac.Export(
            name, connection=name, list="Newsletter", segment="points > 8",
            mapping={"email": "E-mail", "first_name": "Given name", "last_name": "Family name", "phone": "Mobile"},
        ).save()  # fmt: skip
        path = Path(folder) / "customers.parquet"
        write(path, count)
        size = path.stat().st_size / 1e6
        code, said, peak, seconds = run(name, path)
        there = len(sandbox.contacts())
    counts = said["report"]["counts"] if said.get("report") else {}
    inside = count // 10
    return [
        Line(
            name=f"headless, Parquet of {count:,} rows ({size:,.0f} MB), {inside:,} in the segment: peak memory",
            measured=f"{peak:,.0f} MB", wanted=f"<= {MOST:,} MB", note=f"{seconds:,.0f} s", right=peak <= MOST,
        ),
        Line(
            name="  exit code", measured=f"{code}", wanted="0", right=code == 0,
            note=said.get("missing") or str(said.get("error", {}).get("message", "")),
        ),
        Line(
            name="  rows of the file / outcomes", measured=f"{count:,} / {sum(counts.values()):,}",
            wanted="equal", right=sum(counts.values()) == count,
        ),
        Line(
            name="  rows of the segment / imported / contacts there",
            measured=f"{inside:,} / {counts.get('imported', 0):,} / {there:,}", wanted="equal",
            right=inside == counts.get("imported") == there,
        ),
    ]  # fmt: skip


def write(path: Path, rows: int) -> None:
    """Write customers into a Parquet file, row group by row group; one in ten has nine points."""
    writer = None
    for start in range(0, rows, GROUP):
        numbers = np.arange(start, min(start + GROUP, rows))
        texts = numbers.astype(str).astype(object)
        table = pa.table(
            {
                "customer_id": numbers,
                "E-mail": pa.array("person.number." + texts + "@customers.example.org"),
                "Given name": pa.array("Given " + (numbers % 5_000).astype(str).astype(object)),
                "Family name": pa.array("Family " + (numbers % 20_000).astype(str).astype(object)),
                "Mobile": pa.array("+4670" + texts),
                "points": numbers % 10,
                "note": pa.array("what nobody mapped " + texts),
            }
        )
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def run(name: str, path: Path) -> tuple[int, dict[str, Any], float, float]:
    """Run ``ac-notebook run`` as a process of its own; return its code, its answer, its peak in MB, and its seconds."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "ac_notebook", "run", name, "--data", str(path), "--json", "--wait", WAIT]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as made:
        assert made.stdout is not None
        answer = made.stdout.read()
        _, status, used = os.wait4(made.pid, 0)
        made.returncode = os.waitstatus_to_exitcode(status)
    return made.returncode, json.loads(answer), used.ru_maxrss * 1024 / 1e6, time.monotonic() - begun


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="ac_notebook-benchmarks-") as home:
        os.environ["AC_NOTEBOOK_HOME"] = home
        rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
        sys.exit(0 if show("Headless", measure(rows=rows)) else 1)
