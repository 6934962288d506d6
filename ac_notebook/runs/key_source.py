"""Where a key is to be found, as somebody says it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError
from ac_notebook.model.harmless import name as harmless
from ac_notebook.runs.cells import refuse_arguments

if TYPE_CHECKING:
    from ac_notebook.model.secret import Secret

_LIKE_A_KEY = re.compile("[0-9A-Za-z]{32,}")
"""What was given as the name of a place, and is a key: ActiveCampaign's are of some 70 letters and digits."""

_SAID_TO_BE_SECRET = re.compile(r"api[_-]?(?:key|token)\W{1,4}[0-9A-Za-z]{32,}", re.IGNORECASE)
"""As an old address of the API, or a call that was copied from its documentation, holds a key."""

_USER_AND_PASSWORD = re.compile(r"//[^/\s@:]*:[^/\s@]+@")
"""In the address of a proxy or a server."""

_VARIABLE = re.compile("[A-Za-z_][A-Za-z0-9_]*")

MEMORY = "memory"
"""A connection's ``key_place`` until it is saved, where its key was typed."""

ENVIRONMENT, KEY_FILE, ENTRY = "environment ", "key file ", "keyring entry "
"""How a connection's ``key_place`` begins when it only says where the key is to be found."""


@dataclass(frozen=True, kw_only=True)
class KeySource:
    """Where a key is to be found; nothing for the usual places, or a prompt that shows nothing.

    Parameters
    ----------
    key_file
        A file of this user's that nobody else can read, with the key and nothing else.
    key_variable
        Name of an environment variable.
    keyring
        An entry of the system's keyring: ``"service/user"``.
    typed
        A key that a person typed into a field that shows and keeps nothing.
    may_ask
        Whether a person may be asked for it by a prompt; a form may not, in which it would be seen by nobody.
    """

    key_file: str | Path | None = None
    key_variable: str | None = None
    keyring: str | None = None
    typed: Secret | None = None
    may_ask: bool = True

    def __post_init__(self) -> None:
        named = [name for name in ("key_file", "key_variable", "keyring", "typed") if getattr(self, name) is not None]
        if len(named) > 1:
            msg = f"The key is to come from one place, not from {' and '.join(f'{name}=' for name in named)}."
            raise ConfigurationError(msg, hint="Name one of them. Nothing was sent.")
        for name in named:
            given = str(getattr(self, name))
            if _LIKE_A_KEY.fullmatch(given) and not os.path.lexists(given):
                refuse_arguments(name, [""], ())
        if self.key_variable is not None and not _VARIABLE.fullmatch(str(self.key_variable)):
            msg = "key_variable= names an environment variable: letters, digits and underscores."
            raise ConfigurationError(msg, hint='Write key_variable="ACTIVECAMPAIGN_API_KEY". Nothing was sent.')
        if self.keyring is not None and not all(str(self.keyring).rpartition("/")[::2]):
            msg = "keyring= names an entry of the system's keyring by service and user."
            raise ConfigurationError(msg, hint='Write keyring="service/user". Nothing was sent.')

    @property
    def place(self) -> str:
        """The place in words, as a connection keeps it; "" when none was named."""
        if self.typed is not None:
            return MEMORY
        if self.key_file is not None:
            return f"{KEY_FILE}{absolute(self.key_file)}"
        if self.key_variable is not None:
            return f"{ENVIRONMENT}{self.key_variable}"
        return "" if self.keyring is None else f"{ENTRY}{self.keyring}"


def source_at(place: str) -> KeySource:
    """Return the source that a connection's ``key_place`` names; one that names nothing for a key that is kept.

    Examples
    --------
    >>> source_at("keyring entry service/user").keyring, source_at("file").place
    ('service/user', '')
    """
    words = {ENVIRONMENT: "key_variable", KEY_FILE: "key_file", ENTRY: "keyring"}
    named = {word: place.removeprefix(begin) for begin, word in words.items() if place.startswith(begin)}
    return KeySource(**named)  # type: ignore[arg-type]  # one of three texts


def absolute(path: str | Path) -> str:
    """Return a path that means the same in every folder.

    Raises
    ------
    ConfigurationError
        When it is no path, or begins with a user whom this machine does not know.
    """
    if not isinstance(path, (str, os.PathLike)):
        msg = f"A file is named by its path, not by a value of the type {type(path).__name__}."
        raise ConfigurationError(msg, hint='Write key_file="/home/ann/key.txt", for example. Nothing was sent.')
    try:
        return str(Path(path).expanduser().absolute())
    except RuntimeError:
        msg = f"The path {harmless(str(path))} begins with a user whom this machine does not know."
        raise ConfigurationError(msg, hint="Write it from the beginning (/home/…). Nothing was sent.") from None


def looks_like_key(text: str) -> bool:
    """Return whether what was given in place of a name is a key by the looks of it.

    Examples
    --------
    >>> looks_like_key("0123456789abcdef" * 4), looks_like_key("Marketing newsletter 2026")
    (True, False)
    """
    return bool(_LIKE_A_KEY.fullmatch(text.strip())) and any(letter.isdigit() for letter in text)


def holds_secret(text: str) -> bool:
    """Return whether a key, or an address with a password, is in what was typed into a field for something else.

    A long number in quotes or in a path is none: it may be what a condition or a file is about.

    Examples
    --------
    >>> (
    ...     holds_secret("acme.api-us1.com " + "0123456789abcdef" * 4),
    ...     holds_secret("http://ann:pass@proxy.example.org:3128"),
    ... )
    (True, True)
    >>> holds_secret("customer == '" + "0123456789abcdef" * 4 + "'")
    False
    """
    found = _SAID_TO_BE_SECRET.search(text) or _USER_AND_PASSWORD.search(text)
    return found is not None or any(map(looks_like_key, text.split()))
