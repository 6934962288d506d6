"""Files that only their owner can read: written whole or not at all, and never read from an unsafe place."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ac_notebook.errors import StateError
from ac_notebook.model.harmless import name
from ac_notebook.storage.places import make_folder, refuse_exchangeable, refuse_linked, refuse_odd

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 4096


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all, in place of what was there.

    On disk when this returns: the key of the fingerprints must not be lost in a power cut that the journal survives.

    Raises
    ------
    StateError
        When the place is not safe, or the disk refuses; what was there stays.
    """
    with _explained(path, "written"):
        make_folder(path.parent)
        refuse_linked(path.parent)
        refuse_exchangeable(path.parent)
        # mkstemp makes the file with 0600 and O_EXCL, whatever the umask; the rename puts it in place in one step.
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)


def read_private(path: Path) -> bytes | None:
    """Return what a private file holds, or None when there is none.

    Raises
    ------
    StateError
        When it is not a plain file of this user's that nobody else can read or exchange.
    """
    if not os.path.lexists(path):
        return None
    refuse_exchangeable(path)
    with _explained(path, "read"):
        try:
            # Neither through a link, nor waiting for somebody to write into a pipe.
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        except FileNotFoundError:
            return None
        try:
            refuse_odd(path, os.fstat(handle))
            data = os.read(handle, _LONGEST + 1)
        finally:
            os.close(handle)
    if len(data) > _LONGEST:
        del data  # a traceback that shows variables would show it
        msg = f"The file {name(str(path))} holds more than a key, so it is not used."
        raise StateError(msg, hint="Put the key in it, and nothing else.")
    return data


def remove_private(path: Path) -> None:
    """Remove a file, and have the disk remember that it is gone; nothing happens when there is none.

    Raises
    ------
    StateError
        When it cannot be removed.
    """
    with _explained(path, "removed"):
        try:
            path.unlink()
        except FileNotFoundError:
            return
        _sync_folder(path.parent)


@contextmanager
def _explained(path: Path, done: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        msg = f"The file {name(str(path))} cannot be {done}: {error.strerror}."
        raise StateError(
            msg, hint="It must be a plain file of yours; check the disk, and remove what is there."
        ) from None


def _sync_folder(folder: Path) -> None:
    """Have the disk remember the names in a folder (fsync(2): that of the file does not)."""
    if os.name != "posix":  # pragma: no cover - Windows opens no folders
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems know no such thing
            os.fsync(handle)
    finally:
        os.close(handle)
