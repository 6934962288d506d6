"""Where keys are kept: a real keyring, else a file that only its owner can read."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import StateError
from ac_notebook.model.harmless import name as harmless
from ac_notebook.model.secret import Secret
from ac_notebook.storage.private_files import read_private, remove_private, write_private

if TYPE_CHECKING:
    from pathlib import Path

_SERVICE = "ac_notebook"
_CHAIN = "keyring.backends.chainer"
_NO_KEYRINGS = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
"""Modules of backends that keep nothing, or that keep it in a file as anybody could: ours is better guarded."""


def keep(home: Path, name: str, secret: Secret, *, keyring: bool = True) -> str:
    """Keep a connection's key, and return where: ``"keyring"`` or ``"file"``.

    Parameters
    ----------
    home
        The package's folder.
    name
        What it is kept under.
    secret
        The key.
    keyring
        Whether the system's keyring may be used. Keys of sandboxes are thrown away soon and stay out of it.

    Raises
    ------
    StateError
        When it cannot be kept anywhere; what was kept before stays.
    """
    if keyring and _keyring_set(home, name, secret):
        remove_private(_file(home, name))
        return "keyring"
    try:
        write_private(_file(home, name), secret.reveal().encode())
    except BaseException as error:  # noqa: BLE001 - an interrupt, or a disk that refuses: raised again below
        stopped = error
    else:
        return "file"
    raise without_traceback(stopped)


def find(home: Path, name: str) -> Secret | None:
    """Return the kept key of a connection, or None when there is none.

    Raises
    ------
    StateError
        When its file can be read by others: then it is not used.
    """
    path = _file(home, name)
    return _secret(read_private(path), f"The file {path}") or entry(_SERVICE, _user(home, name))


def forget(home: Path, name: str, *, place: str = "") -> None:
    """Delete a connection's key wherever it is kept.

    Parameters
    ----------
    home, name
        As for :func:`keep`.
    place
        Where it is kept as far as is known. A keyring that does not answer is an error if the key is in it.

    Raises
    ------
    StateError
        When it could not be removed; says from where.
    """
    remove_private(_file(home, name))
    try:
        backend = _backend()
        if backend is not None and backend.get_password(_SERVICE, _user(home, name)) is not None:
            backend.delete_password(_SERVICE, _user(home, name))
    except Exception as error:  # noqa: BLE001 - a locked or broken keyring raises whatever its system raises
        said = type(error).__name__
    else:
        return
    if place == "keyring":
        msg = f"The key of {name!r} could not be removed from the system's keyring ({said})."
        hint = f"Unlock it and call remove() again; or remove the entry of {_SERVICE!r} there."
        raise StateError(msg, hint=f"{hint} To be safe, reset the key in ActiveCampaign, Settings, Developer.")


def entry(service: str, user: str) -> Secret | None:
    """Return the key of an entry of the system's keyring, or None when there is none or no keyring."""
    backend = real_keyring()
    return None if backend is None else _secret(_get(backend, service, user), f"The keyring's entry {service}/{user}")


def real_keyring() -> Any:
    """Return the keyring's backend when it is one that keeps things in a safe place, else None."""
    try:
        return _backend()
    except Exception:  # noqa: BLE001 - one that is set up wrongly raises whatever it raises, and is none
        return None


def without_traceback(error: BaseException) -> BaseException:
    """Return an error without the frames in which a key stands; a traceback that shows variables would show it."""
    error.__traceback__ = error.__cause__ = error.__context__ = None
    return error


def _backend() -> Any:
    import keyring  # noqa: PLC0415 - takes 0.1 s, and most calls need none

    return _real(keyring.get_keyring())


def _real(backend: Any) -> Any:
    modules = [kind.__module__ for kind in type(backend).__mro__]
    if _CHAIN in modules:
        return next((found for found in map(_real, backend.backends) if found is not None), None)
    # The backends named fail and null keep nothing; their priority is not above zero.
    usable = getattr(backend, "priority", 0) > 0 and not any(module.startswith(_NO_KEYRINGS) for module in modules)
    return backend if usable else None


def _file(home: Path, name: str) -> Path:
    # The display name is free text, so it never becomes part of a path.
    return home / "secrets" / (_digest(name) + ".key")


def _user(home: Path, name: str) -> str:
    """Return the name of a key's entry in the keyring, which all homes of this user share."""
    return f"{name} [{_digest(str(home.resolve()))[:8]}]"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _secret(text: str | bytes | None, place: str) -> Secret | None:
    if text is None:
        return None
    with suppress(ValueError):
        return Secret(text.decode("ascii", "replace") if isinstance(text, bytes) else text)
    del text  # a traceback that shows variables would show it
    msg = f"{harmless(place)} does not hold a key."
    raise StateError(msg, hint="Remove it, and give the key again: connection.rotate_key(). Nothing was sent.")


def _keyring_set(home: Path, name: str, secret: Secret) -> bool:
    backend = real_keyring()
    if backend is None:
        return False
    try:
        backend.set_password(_SERVICE, _user(home, name), secret.reveal())
    except Exception:  # noqa: BLE001 - a locked or broken keyring raises whatever its system raises; the file is next
        return False
    except BaseException as error:  # noqa: BLE001 - somebody did not want to wait for it: raised again below
        stopped = error
    else:
        # One that takes a key and does not give it back keeps nothing.
        return _get(backend, _SERVICE, _user(home, name)) == secret.reveal()
    raise without_traceback(stopped)


def _get(backend: Any, service: str, user: str) -> str | None:
    try:
        text = backend.get_password(service, user)
    except Exception:  # noqa: BLE001 - see above
        return None
    return text if isinstance(text, str) and text else None
