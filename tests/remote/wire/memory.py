"""``python -m tests.remote.wire.memory``: by how many bytes this process grows with the largest answers there are."""

from __future__ import annotations

from pathlib import Path

from tests.remote.wire.calls import CALLS
from tests.remote.wire.faults import BODIES, ENDLESS, of_body
from tests.remote.wire.run import Case, wrong_in

HEAVY = ("a bomb", "5 MiB", "3 MiB", "a million values", "a million headers", "endless body", "endless headers",
         "a hundred thousand levels", "endless trailers")  # fmt: skip

DENSE = (
    of_body("objects", "ok", b'{"a":[' + b"{}," * 95_000 + b"1]}"),
    of_body("keys", "ok", b"{" + b",".join(b'"key%d":%d' % (n, n) for n in range(95_000)) + b"}"),
)
"""The most values that are read."""


def peak() -> int:
    """Return the largest size of this process so far, in bytes (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


def main() -> None:
    """Meet the largest answers, and print the growth and what was taken wrongly."""
    plain = next(fault for fault in BODIES if fault.name == "in chunks")
    wrong_in(Case(CALLS[7], plain, 0))
    before = peak()
    chosen = [fault for fault in (*BODIES, *ENDLESS) if fault.name in HEAVY]
    wrong = [words for fault in (*chosen, *DENSE) if (words := wrong_in(Case(CALLS[7], fault, 0)))]
    print(peak() - before, len(wrong))  # noqa: T201 - for the process that started this


if __name__ == "__main__":
    main()
