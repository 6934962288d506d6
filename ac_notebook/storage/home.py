"""The one folder where the package keeps anything."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import platformdirs

from ac_notebook.errors import StateError
from ac_notebook.storage.places import make_folder, refuse_exchangeable, refuse_loose

VARIABLE = "AC_NOTEBOOK_HOME"
"""Environment variable that moves the folder."""


def find_home() -> Path:
    """Return the folder of the package's state, made if need be, that only its owner can read.

    Returns
    -------
    pathlib.Path
        ``AC_NOTEBOOK_HOME``, else the user's data directory.

    Raises
    ------
    StateError
        When it cannot be made, or others may read it or put another in its place; says which command mends it.
    """
    home = name_home()
    try:
        refuse_exchangeable(home)
        make_folder(home)
        status = home.stat()
        if not stat.S_ISDIR(status.st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    except OSError as error:
        msg = f"The folder {home} for connections and the journal cannot be made: {error.strerror}."
        raise StateError(msg, hint=f"Set {VARIABLE} to a folder that you may write to.") from None
    refuse_loose(home, status)
    if home.is_symlink():
        # Somebody's own link to a larger disk is as good as the folder, unless another could make it lead elsewhere.
        _refuse_foreign(home)
        refuse_exchangeable(home.resolve())
    return home


def name_home() -> Path:
    """Return where the folder of the package's state is, or would be made.

    Raises
    ------
    StateError
        When ``AC_NOTEBOOK_HOME`` names a folder of a user that there is not.
    """
    named = os.environ.get(VARIABLE)
    try:
        return Path(named).expanduser() if named else platformdirs.user_data_path("ac_notebook", appauthor=False)
    except RuntimeError:
        msg = f"{VARIABLE} names a folder of a user that this machine does not know: {named}."
        raise StateError(msg, hint="Set it to a folder that you may write to.") from None


def _refuse_foreign(link: Path) -> None:
    if os.name == "posix" and link.lstat().st_uid not in (os.geteuid(), 0):
        msg = f"{link} is a link that another user of this machine has made, so it is not followed."
        raise StateError(msg, hint=f"Set {VARIABLE} to a folder of your own.")
