"""Where keys are kept: a real keyring, else a file that only its owner can read."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from ac_notebook.errors import StateError
from ac_notebook.model.secret import Secret
from ac_notebook.storage.home import refuse_loose

_SERVICE = "ac_notebook"
_LONGEST = 4096


def keep(home: Path, name: str, secret: Secret, *, keyring: bool = True) -> str:
    """Keep a connection's key, and return where: ``"keyring"`` or ``"file"``.

    Parameters
    ----------
    home
        The package's folder.
    name
        The connection's display name.
    secret
        The key.
    keyring
        Whether the system's keyring may be used. Keys of sandboxes are thrown away soon and stay out of it.
    """
    if keyring and _keyring_set(name, secret):
        _file(home, name).unlink(missing_ok=True)
        return "keyring"
    write_private(_file(home, name), secret.reveal().encode())
    return "file"


def find(home: Path, name: str) -> Secret | None:
    """Return the kept key of a connection, or None when there is none.

    Raises
    ------
    StateError
        When its file can be read by others: then it is not used.
    """
    data = read_private(_file(home, name))
    if data is not None:
        return Secret(data.decode("ascii", "replace"))
    return _keyring_get(name)


def forget(home: Path, name: str) -> None:
    """Delete a connection's key wherever it is kept."""
    _file(home, name).unlink(missing_ok=True)
    backend = _real_keyring()
    if backend is None or _keyring_get(name) is None:
        return
    try:
        backend.delete_password(_SERVICE, name)
    except Exception as error:  # noqa: BLE001 - a locked or broken keyring raises whatever its system raises
        msg = f"The key of {name!r} could not be removed from the system's keyring ({type(error).__name__})."
        raise StateError(msg, hint=f"Remove the entry of {_SERVICE!r} there, and the key in ActiveCampaign.") from None


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all, in place of what was there.

    On disk when this returns: the key of the fingerprints must not be lost in a power cut that the journal survives.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_loose(path.parent, path.parent.stat())
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


def read_private(path: Path) -> bytes | None:
    """Return what a private file holds, or None when there is none.

    Raises
    ------
    StateError
        When it is not a plain file of this user's that nobody else can read.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return None
    except OSError as error:
        msg = f"The file {path} cannot be read: {error.strerror}."
        raise StateError(
            msg, hint="It must be a plain file of yours; remove what is there, and save the key again."
        ) from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
            msg = f"{path} is not a plain file of its own, so it is not used."
            raise StateError(msg, hint="Remove what is there, and save the key again.")
        refuse_loose(path, status)
        return os.read(handle, _LONGEST)
    finally:
        os.close(handle)


def _file(home: Path, name: str) -> Path:
    # The display name is free text, so it never becomes part of a path.
    return home / "secrets" / (hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32] + ".key")


def _real_keyring() -> Any:
    """Return the keyring's backend when it is one that keeps things, else None."""
    try:
        import keyring  # noqa: PLC0415 - takes 0.1 s, and most calls need none
        import keyring.errors  # noqa: PLC0415
    except ImportError:
        return None
    backend = keyring.get_keyring()
    # The backends named fail and null keep nothing; their priority is not above zero.
    return backend if getattr(backend, "priority", 0) > 0 else None


def _keyring_set(name: str, secret: Secret) -> bool:
    backend = _real_keyring()
    if backend is None:
        return False
    try:
        backend.set_password(_SERVICE, name, secret.reveal())
    except Exception:  # noqa: BLE001 - a locked or broken keyring raises whatever its system raises; the file is next
        return False
    return True


def _keyring_get(name: str) -> Secret | None:
    backend = _real_keyring()
    if backend is None:
        return None
    try:
        text = backend.get_password(_SERVICE, name)
    except Exception:  # noqa: BLE001 - see above
        return None
    return Secret(text) if text else None
