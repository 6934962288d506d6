"""Which places of this machine are safe to keep something in: nobody else can read it, or put another thing there."""

from __future__ import annotations

import errno
import os
import stat
from functools import lru_cache
from typing import TYPE_CHECKING

from ac_notebook.errors import StateError
from ac_notebook.model.harmless import name

if TYPE_CHECKING:
    from pathlib import Path

try:
    import grp
    import pwd
except ImportError:  # pragma: no cover - Windows keeps a user's data directory to the user
    grp = pwd = None  # type: ignore[assignment]  # see above

_OTHERS_WRITE = 0o022


def refuse_loose(path: Path, status: os.stat_result) -> None:
    """Raise when others than the owner may read or write ``path``.

    Raises
    ------
    StateError
        With the command that mends it.
    """
    if os.name != "posix":  # pragma: no cover - Windows keeps a user's data directory to the user
        return
    if status.st_uid != os.geteuid():
        msg = f"{name(str(path))} belongs to another user of this machine, so it is not used."
        raise StateError(
            msg, hint="Put one of your own in its place; AC_NOTEBOOK_HOME names the folder of this package."
        )
    if stat.S_IMODE(status.st_mode) & 0o077:
        is_folder = stat.S_ISDIR(status.st_mode)
        what = "so nothing is kept in it" if is_folder else "so it is not used"
        msg = f"Others on this machine may read {name(str(path))}, {what}."
        raise StateError(msg, hint=f"Run: chmod {'700' if is_folder else '600'} {str(path)!r}")


def refuse_odd(path: Path, status: os.stat_result) -> None:
    """Raise unless this is a plain file under one name, its owner's alone.

    A file with a second name (a hard link) is also somewhere else, under rules of which nothing is known here. One
    without any is being removed at this moment, as SQLite does with its log when the last process closes a database.

    Raises
    ------
    StateError
        With what to do.
    FileNotFoundError
        When it is removed.
    """
    if not status.st_nlink:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
        msg = f"{name(str(path))} is not a plain file of its own, so it is not used."
        raise StateError(msg, hint="Put a plain file in its place, which only you can read.")
    refuse_loose(path, status)


def refuse_linked(folder: Path) -> None:
    """Raise unless this is a folder itself, not a link to one, and its owner's alone.

    Raises
    ------
    StateError
        With what to do.
    """
    if folder.is_symlink():
        msg = f"{name(str(folder))} is a link to another place, so nothing is kept in it."
        raise StateError(msg, hint="Remove the link; a folder is made in its place.")
    refuse_loose(folder, folder.stat())


def refuse_exchangeable(path: Path) -> None:
    """Raise when others could put something else in the place of ``path``: a folder above it is open to them.

    A folder like ``/tmp``, in which nobody may touch what is another's (the sticky bit), is none. The folder right
    above must not be writable for any group; one further up may be for a group that nobody else is in, as homes often
    are in containers.

    Parameters
    ----------
    path
        A file or folder, which need not exist.

    Raises
    ------
    StateError
        With the command that mends it.
    """
    if os.name != "posix":  # pragma: no cover - see above
        return
    absolute = path.absolute()
    real = absolute.parent.resolve()
    nearest = {absolute.parent, real}
    for folder in dict.fromkeys([*absolute.parents, real, *real.parents]):
        _refuse_open(folder, is_nearest=folder in nearest)


def _refuse_open(folder: Path, *, is_nearest: bool) -> None:
    try:
        status, link = folder.stat(), folder.lstat()
    except OSError:
        return  # not there yet, or not to be looked into: then nothing is kept in it either
    for one in (status, link) if is_nearest else ():
        if one.st_uid not in (os.geteuid(), 0):
            msg = f"{name(str(folder))} belongs to another user of this machine, so nothing in it is used."
            raise StateError(msg, hint="Choose a folder of your own.")
    mode = stat.S_IMODE(status.st_mode)
    if mode & stat.S_ISVTX or not mode & _OTHERS_WRITE:
        return
    if not is_nearest and not mode & stat.S_IWOTH and not _has_others(status.st_gid):
        return
    msg = f"Others on this machine may exchange what is in {name(str(folder))}, so nothing in it is used."
    raise StateError(msg, hint=f"Run: chmod g-w,o-w {str(folder)!r}. Or choose a folder that only you may write to.")


@lru_cache(maxsize=64)
def _has_others(group: int) -> bool:
    """Return whether anybody else than this user and the administrator is in a group."""
    if grp is None:  # pragma: no cover - Windows
        return True
    mine = {os.geteuid(), 0}
    try:
        members = {pwd.getpwnam(name).pw_uid for name in grp.getgrgid(group).gr_mem}
    except KeyError:
        return True  # a group or a member that this machine does not know
    return bool((members | {user.pw_uid for user in pwd.getpwall() if user.pw_gid == group}) - mine)


def make_folder(path: Path) -> None:
    """Make a folder for its owner only, and those above it that are missing, whatever the umask.

    Raises
    ------
    OSError
        When it cannot be made.
    """
    for folder in reversed([path, *path.parents]):
        if not folder.exists():
            # Not by parents=True, which makes those above with what the umask leaves of 0777.
            folder.mkdir(mode=0o700, exist_ok=True)
