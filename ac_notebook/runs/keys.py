"""Where a key comes from."""

from __future__ import annotations

import getpass
import hashlib
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError, StateError
from ac_notebook.model.secret import Secret
from ac_notebook.runs import show
from ac_notebook.storage import secrets
from ac_notebook.storage.home import find_home

if TYPE_CHECKING:
    from ac_notebook.model.connection import Connection

GENERAL_VARIABLE = "ACTIVECAMPAIGN_API_KEY"
"""Environment variable with a key, when no variable of the connection's own is set."""


def kept_secret(connection: Connection, *, key_name: str = "") -> Secret:
    """Return a saved connection's key from where it is kept.

    Raises
    ------
    StateError
        When it is not there any more.
    """
    kind, _, variable = connection.key_place.partition(" ")
    secret = None
    if kind == "environment":
        text = os.environ.get(variable, "")
        secret = _secret(text, f"the environment variable {variable}") if text else None
    else:
        secret = secrets.find(find_home(), key_name or connection.name)
    if secret is None:
        msg = f"The API key of {connection.name!r} is not there any more (it was kept in: {connection.key_place})."
        raise StateError(msg, hint=f'Connect anew: ac.connect({connection.name!r}, host="{connection.host}", …).save()')
    return secret


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


def given_secret(name: str, key_file: str | Path | None) -> tuple[Secret, str]:
    """Return the key from a file, an environment variable or a prompt that shows nothing, and where it is kept."""
    if key_file is not None:
        try:
            text = Path(key_file).read_text(encoding="ascii")
        except (OSError, ValueError):
            msg = f"The key file {show.name(str(key_file))} cannot be read as text."
            raise ConfigurationError(msg, hint="It holds the API key and nothing else.") from None
        return _secret(text, "the key file"), "memory"
    for variable in (variable_of(name), GENERAL_VARIABLE):
        if os.environ.get(variable):
            return _secret(os.environ[variable], f"the environment variable {variable}"), f"environment {variable}"
    if not can_ask():
        msg = "There is no API key, and nobody to ask for it here."
        raise ConfigurationError(
            msg, hint=f"Set the environment variable {variable_of(name)} or {GENERAL_VARIABLE}, or pass key_file=."
        )
    return _secret(getpass.getpass("ActiveCampaign API key (nothing is shown): "), "what was typed"), "memory"


def _secret(text: str, origin: str) -> Secret:
    try:
        return Secret(text)
    except ValueError as error:
        msg = f"The API key from {origin} cannot be one. {error}"
        raise ConfigurationError(msg, hint="Copy it anew from ActiveCampaign, Settings, Developer.") from None


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
