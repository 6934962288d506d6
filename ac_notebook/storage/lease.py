"""One run per export at a time, for all kernels of one user on one machine."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ac_notebook.errors import StateError
from ac_notebook.model.export import REHEARSALS
from ac_notebook.storage.places import refuse_linked, refuse_odd
from ac_notebook.storage.processes import is_alive

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    import msvcrt

    fcntl = None  # type: ignore[assignment]  # see above

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from ac_notebook.storage.journal import Scope


class RunningError(StateError):
    """Another process, or another thread of this one, has the lease."""


_TAKEN = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES)
_LONGEST_NOTE = 300
_NOTE = re.compile(r"run (\w+), process (\d+) on (.*), since")
_held: set[int] = set()
"""Open files of the leases that this process has."""
_notes: dict[str, str] = {}
"""What stands in them, by their names. Locks of a network file system belong to the process as a whole: a second thread
of it would get the same one, and closing its file would give up the lock of the first."""


def take(handle: int) -> None:
    """Lock a file for as long as this process has it open; OSError when another one has, or when there are no locks."""
    if fcntl is not None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:  # pragma: no cover - Windows: a byte behind what is written, because nobody may read a locked one
        os.lseek(handle, 1_000_000, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)


def take_shared(handle: int) -> None:
    """Lock a file so that others may do the same; OSError when somebody has it for himself."""
    if fcntl is not None:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    else:  # pragma: no cover - Windows has none of that kind
        take(handle)


@contextmanager
def lease(home: Path, scope: Scope, *, run: str, now: datetime, lock: Callable[[int], None] = take) -> Iterator[None]:
    """Hold the right to run an export; the system takes it back when the process ends, however it ends.

    Parameters
    ----------
    home
        The package's folder.
    scope
        Whose export it is.
    run
        The run's id.
    now
        When it begins.
    lock
        Locks an open file.

    Raises
    ------
    RunningError
        When another run of it is under way; says which process and since when.
    StateError
        When the folder's file system has no locks: then nothing would keep two runs apart.
    """
    name, folder = _name_of(scope), home / "running"
    process = os.getpid()
    note = f"run {run}, process {process} on {socket.gethostname()}, since {now:%Y-%m-%d %H:%M} UTC"
    place = str(folder.absolute() / name)
    try:
        if (other := _notes.setdefault(place, note)) is not note:
            raise _running(other, scope)
        handle = _opened(folder, name)
        _held.add(handle)
        try:
            _take(handle, lock, folder, scope)
            _write_note(handle, note)
            yield
        finally:
            if os.getpid() == process:
                _held.discard(handle)
                os.close(handle)
    finally:
        if _notes.get(place) is note:  # an interrupt may come anywhere, and a forked process has none of them
            del _notes[place]


def is_held(home: Path, scope: Scope, run: str, *, lock: Callable[[int], None] = take_shared) -> bool:
    """Return whether a run has the right to run its export now; False for one that was killed.

    A new run that begins at this very moment is not kept from it: the file is locked only where what stands in it is
    the note of a process that is there, and then that process has it.

    Parameters
    ----------
    home
        The package's folder.
    scope
        Whose export it is.
    run
        The run's id.
    lock
        Tries to lock an open file in a way that others may, too.
    """
    path = home / "running" / _name_of(scope)
    own = _notes.get(str(path.absolute()))
    if own is not None:  # not opened: closing a file of a network file system would give up this process's lock
        return own.startswith(f"run {run},")
    try:
        handle = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return False
    try:
        found = _NOTE.match(os.read(handle, _LONGEST_NOTE).decode("utf-8", "replace"))
        if found is None or found[1] != run:
            return False
        if found[3] != socket.gethostname():
            return True  # on another machine that shares the folder, which cannot be asked
        return is_alive(int(found[2])) and _is_locked(handle, lock)
    except OSError:
        return False
    finally:
        os.close(handle)


def _is_locked(handle: int, lock: Callable[[int], None]) -> bool:
    try:
        lock(handle)
    except OSError:
        return True
    return False  # the process has the number of one that is gone


def _name_of(scope: Scope) -> str:
    return hashlib.sha256(repr(scope).encode()).hexdigest()[:32]


def _opened(folder: Path, name: str) -> int:
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        refuse_linked(folder)
        handle = os.open(folder / name, flags, 0o600)
        try:
            refuse_odd(folder / name, os.fstat(handle))
        except BaseException:
            os.close(handle)
            raise
        return handle
    except OSError as error:
        msg = f"The folder {folder} cannot be used: {error.strerror}."
        raise StateError(msg, hint="Check the folder and the disk. Nothing was sent.") from None


def _running(who: str, scope: Scope) -> RunningError:
    if scope.identity == REHEARSALS:
        hint = "Wait for it or stop it. Nothing was sent."
        return RunningError(f"A rehearsal on this list is under way, or being undone ({who}).", hint=hint)
    hint = "Wait for it or stop it; running again then carries on where it stopped. Nothing was sent."
    return RunningError(f"This export is running already ({who}).", hint=hint)


def _take(handle: int, lock: Callable[[int], None], folder: Path, scope: Scope) -> None:
    try:
        lock(handle)
    except OSError as error:
        if error.errno in _TAKEN:
            raise _running(_who(handle), scope) from None
        msg = f"Files in {folder} cannot be locked ({error.strerror}), so two runs of one export cannot be kept apart."
        hint = "Set AC_NOTEBOOK_HOME to a folder on a disk of this machine. Nothing was sent."
        raise StateError(msg, hint=hint) from None


def _write_note(handle: int, text: str) -> None:
    """Write down who has the lease, for those who come later; a full disk is no reason to do without the lease."""
    try:
        os.truncate(handle, 0)
        os.write(handle, text.encode())
    except OSError:
        return


def _who(handle: int) -> str:
    """Return what the one who has the lease has written down of itself."""
    note = os.read(handle, _LONGEST_NOTE).decode("utf-8", "replace")
    found = re.search(r"process (\d+) on (.*), since", note)
    if found and (found[2] != socket.gethostname() or is_alive(int(found[1]))):
        return note
    return "by a process that has not written down who it is"  # the note is of one that was killed


def _let_go() -> None:
    """Close what a forked process got from its parent, or it would hold the parent's leases after the parent's end."""
    for handle in _held:
        os.close(handle)
    _held.clear()
    _notes.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)
