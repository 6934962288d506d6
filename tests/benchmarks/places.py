"""Where what is measured keeps its files."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
_ENOUGH = 1_000_000_000


@contextmanager
def home_in_memory() -> Iterator[Path]:
    """Have the home in memory, where there is room: for virtual time, in which no disk is waited for.

    Elsewhere it is on the disk, whose waits are part of what is measured.
    """
    there = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH
    before = os.environ.get("AC_NOTEBOOK_HOME")
    with tempfile.TemporaryDirectory(prefix="ac_notebook-benchmarks-", dir=_MEMORY if there else None) as folder:
        os.environ["AC_NOTEBOOK_HOME"] = folder
        try:
            yield Path(folder)
        finally:
            os.environ.pop("AC_NOTEBOOK_HOME")
            if before is not None:
                os.environ["AC_NOTEBOOK_HOME"] = before
