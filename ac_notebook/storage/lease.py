"""One run per export at a time, for all kernels of one user on one machine."""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ac_notebook.errors import StateError

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows has no such lock; runs are not kept apart there
    fcntl = None  # type: ignore[assignment]  # see above

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from ac_notebook.storage.journal import Scope


@contextmanager
def lease(home: Path, scope: Scope, *, run: str, now: datetime) -> Iterator[None]:
    """Hold the right to run an export; the system takes it back when the process ends, however it ends.

    Raises
    ------
    StateError
        When another run of it is under way; says which process and since when.
    """
    name = hashlib.sha256(repr(scope).encode()).hexdigest()[:32]
    folder = home / "running"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(folder / name, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except OSError as error:
        msg = f"The folder {folder} cannot be used: {error.strerror}."
        raise StateError(msg, hint="Check the folder and the disk. Nothing was sent.") from None
    try:
        if fcntl is not None:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                who = os.read(handle, 200).decode("utf-8", "replace")
                msg = f"This export is running already ({who})."
                hint = "Wait for it or stop it; running again then carries on where it stopped. Nothing was sent."
                raise StateError(msg, hint=hint) from None
        os.truncate(handle, 0)
        os.write(handle, f"run {run}, process {os.getpid()}, since {now:%Y-%m-%d %H:%M} UTC".encode())
        yield
    finally:
        os.close(handle)
