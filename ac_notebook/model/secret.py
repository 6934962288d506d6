"""A key that does not show itself."""

from __future__ import annotations

import hmac
from typing import NoReturn


class Secret:
    """A key: shown as ``***``, never pickled, copied or serialised; only :meth:`reveal` gives the text.

    Parameters
    ----------
    text
        The key. Blanks around it are trimmed.

    Raises
    ------
    ValueError
        When it is empty or holds what no key holds (blanks, control characters, letters beyond ASCII): such a text
        would travel in an HTTP header.

    Examples
    --------
    >>> Secret("abc123")
    Secret(***)
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        trimmed = text.strip()
        if not trimmed:
            msg = "The key is empty."
            raise ValueError(msg)
        if not all("!" <= letter <= "~" for letter in trimmed):
            msg = (
                "The key holds characters that no ActiveCampaign key has (blanks, line breaks or letters beyond ASCII)."
            )
            raise ValueError(msg)
        self._text = trimmed

    def reveal(self) -> str:
        """Return the key's text. Called where the header is written and where the key is stored, nowhere else."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "Secret(***)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text, other._text)

    __hash__ = None  # type: ignore[assignment]  # a key is no dictionary key: a hash is a fingerprint of it

    def __reduce__(self) -> NoReturn:
        msg = "A key is never pickled or copied."
        raise TypeError(msg)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self
