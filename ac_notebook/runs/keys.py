"""Where a key comes from."""

from __future__ import annotations

import getpass
import hashlib
import os
import re
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, overload

from ac_notebook.errors import ConfigurationError, StateError
from ac_notebook.model.harmless import name as harmless
from ac_notebook.model.secret import Secret
from ac_notebook.runs.cells import refuse_typed
from ac_notebook.runs.key_source import ENTRY, ENVIRONMENT, KEY_FILE, MEMORY
from ac_notebook.storage import secrets
from ac_notebook.storage.home import find_home
from ac_notebook.storage.private_files import read_private

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ac_notebook.model.connection import Connection
    from ac_notebook.runs.key_source import KeySource

GENERAL_VARIABLE = "ACTIVECAMPAIGN_API_KEY"
"""Environment variable with a key, when no variable of the connection's own is set."""


_TYPED = "what was typed"


class KeyGoneError(StateError):
    """A saved connection's key is not where it was kept; no repetition brings it back."""


def is_reference(place: str) -> bool:
    """Return whether a place is one that only says where the key is to be found; nothing is kept of it here.

    Examples
    --------
    >>> is_reference("environment ACTIVECAMPAIGN_API_KEY"), is_reference("keyring")
    (True, False)
    """
    return place.startswith((ENVIRONMENT, KEY_FILE, ENTRY))


def entry_of(connection: Connection) -> str:
    """Return what a connection's key is kept under.

    By the account, too: whatever happens in the middle of a change, no account is shown another one's key.
    """
    return f"{connection.name} at {connection.account}"


def kept_secret(connection: Connection, *, key_name: str = "") -> Secret:
    """Return a saved connection's key from where it is kept.

    Raises
    ------
    KeyGoneError
        When it is not there any more.
    StateError
        When others can read it.
    ConfigurationError
        When it stands in a cell of this notebook.
    """
    place = connection.key_place
    secret = found_at(place) if is_reference(place) else secrets.find(find_home(), key_name or entry_of(connection))
    if secret is None:
        msg = f"The API key of {connection.name!r} is not there any more (it was kept in: {harmless(place)})."
        raise KeyGoneError(
            msg, hint="Put it there again, or give a new one: connection.rotate_key(). Nothing was sent."
        )
    if not connection.is_sandbox:
        refuse_typed(secret)
    return secret


def found_at(place: str) -> Secret | None:
    """Return the key at a place that a connection refers to, or None when there is none.

    Raises
    ------
    StateError
        When it is a file that others can read or exchange.
    """
    if place.startswith(ENVIRONMENT):
        return _secret(os.environ.get(place.removeprefix(ENVIRONMENT)) or None, place.replace(" ", " variable ", 1))
    if place.startswith(ENTRY):
        service, _, user = place.removeprefix(ENTRY).rpartition("/")
        return secrets.entry(service, user)
    return _secret(read_private(Path(place.removeprefix(KEY_FILE))), place)


def variable_of(name: str) -> str:
    """Return the environment variable that holds the key of a connection.

    Examples
    --------
    >>> variable_of("Marketing newsletter")
    'AC_NOTEBOOK_KEY__MARKETING_NEWSLETTER'
    """
    plain = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")
    # A name without a Latin letter has a variable of its own too, or two accounts would share a key.
    return "AC_NOTEBOOK_KEY__" + (plain or hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8].upper())


def given_secret(name: str, source: KeySource, *, usual: Sequence[str] = ()) -> tuple[Secret, str]:
    """Return the key of a new connection, and where it is kept.

    Parameters
    ----------
    name
        The connection's display name.
    source
        Where the key is to be found, if that was said.
    usual
        Environment variables that are looked at when nothing was said; the connection's own and the general one if
        left out. Without one, a person is asked.

    Raises
    ------
    ConfigurationError
        When there is none, when it cannot be one, or when it stands in a cell of this notebook.
    StateError
        When it is in a file that others can read or exchange.
    """
    variables = usual or (variable_of(name), GENERAL_VARIABLE)
    place = source.place or next((f"{ENVIRONMENT}{item}" for item in variables if os.environ.get(item)), "")
    if source.typed is not None:
        secret = source.typed
    elif place:
        secret = _required_at(place)
    else:
        secret, place = asked_for(name, may_ask=source.may_ask), MEMORY
    refuse_typed(secret)
    return secret, place


def _required_at(place: str) -> Secret:
    secret = found_at(place)
    if secret is None:
        msg = f"There is no API key in the {harmless(place)}."
        raise ConfigurationError(msg, hint="Put it there, and nothing else; or leave it out to be asked for it.")
    return secret


def asked_for(name: str, *, may_ask: bool = True) -> Secret:
    """Return a key that a person types, where nothing is shown.

    Raises
    ------
    ConfigurationError
        When nobody is there, or what is typed would be seen.
    """
    if not (may_ask and can_ask()):
        msg = "There is no API key, and nobody to ask for it here."
        raise ConfigurationError(
            msg,
            hint=f"Set the environment variable {variable_of(name)} or {GENERAL_VARIABLE}, or pass key_file= or "
            "keyring=.",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            return _typed()
    except (EOFError, getpass.GetPassWarning):
        msg = "The API key cannot be typed here without being shown."
        raise ConfigurationError(
            msg, hint=f"Set the environment variable {variable_of(name)}, or pass key_file= or keyring=."
        ) from None


def _typed() -> Secret:
    return _secret(getpass.getpass("ActiveCampaign API key (nothing is shown): "), _TYPED)


@overload
def _secret(text: str, origin: str) -> Secret: ...
@overload
def _secret(text: str | bytes | None, origin: str) -> Secret | None: ...
def _secret(text: str | bytes | None, origin: str) -> Secret | None:
    if text is None:
        return None
    try:
        return Secret(text.decode("utf-8", "replace") if isinstance(text, bytes) else text)
    except ValueError as error:
        said = str(error)
    del text  # a traceback that shows variables would show it
    msg = f"{_source(origin)} cannot be an API key. {said}"
    raise ConfigurationError(msg, hint="Copy it anew from ActiveCampaign, Settings, Developer. Nothing was sent.")


def _source(place: str) -> str:
    return "What was typed" if place == _TYPED else f"What is in the {harmless(place)}"


def can_ask() -> bool:
    """Return whether a person is there who can answer a prompt: a notebook that allows input, or a terminal."""
    allowed = kernel_allows_input()
    if allowed is not None:
        return allowed
    return sys.stdin is not None and sys.stdin.isatty()


def kernel_allows_input() -> bool | None:
    """Return whether this notebook's kernel allows input, as it does where a person is; None in no notebook."""
    if "IPython" in sys.modules:
        from IPython import get_ipython  # noqa: PLC0415 - only where it is loaded already

        kernel = getattr(get_ipython(), "kernel", None)
        if kernel is not None:
            return bool(getattr(kernel, "_allow_stdin", False))
    return None
