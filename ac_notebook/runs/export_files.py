"""Files of exports: written whole or not at all, and never over a file of another kind."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError
from ac_notebook.model.export_text import LARGEST_FILE, definition_in, text_of
from ac_notebook.model.harmless import name as harmless

if TYPE_CHECKING:
    from ac_notebook.model.export import Export


def write(export: Export, path: str | os.PathLike[str]) -> Path:
    """Write an export into a file; see :meth:`Export.write`."""
    place = _place(path)
    if os.path.lexists(place):
        try:
            read(place)
        except ConfigurationError:
            msg = f"There is another file at {_shown(place)}, which is no export's."
            raise ConfigurationError(msg, hint="Choose another name, or remove it. Nothing was written.") from None
    place = place.resolve()  # of a link, what it leads to
    temporary = place.with_name(f".new-{secrets.token_hex(8)}")
    try:
        try:
            with temporary.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text_of(export) + "\n")
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(place)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        msg = f"The file {_shown(place)} cannot be written: {error.strerror}."
        raise ConfigurationError(msg, hint="Choose another place. Nothing was written.") from None
    return place


def read(path: str | os.PathLike[str]) -> Export:
    """Return the export that a file holds; see :meth:`Export.read`."""
    place = _place(path)
    try:
        data = _contents(place)
    except OSError as error:
        msg = f"The file {_shown(place)} cannot be read: {error.strerror}."
        raise ConfigurationError(msg, hint="Check its name. Nothing was sent.") from None
    try:
        return definition_in(data)
    except ConfigurationError as error:
        msg = f"The file {_shown(place)} is no export that can be read; {error.message}"
        raise ConfigurationError(msg, hint=error.hint) from None


def _contents(place: Path) -> bytes:
    # Not waiting for somebody to write into a pipe.
    handle = os.open(place, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is no plain file")
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(LARGEST_FILE + 1)
    finally:
        os.close(handle)


def _place(path: object) -> Path:
    if not isinstance(path, str | os.PathLike):
        msg = f"A file is named by its path, not by a {type(path).__name__}."
        raise ConfigurationError(msg, hint='Write "weekly.json". Nothing was written.')
    place = Path(path)
    try:
        if "\0" not in str(place):
            str(place).encode()
            return place
    except UnicodeEncodeError:
        pass
    msg = f"The path {_shown(place)} holds what no path can hold."
    raise ConfigurationError(msg, hint="Type it anew. Nothing was written or sent.")


def _shown(place: Path) -> str:
    return repr(harmless(str(place)))
