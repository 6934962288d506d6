"""What may be done about people for whom a frame does not speak any more."""

from __future__ import annotations

from collections.abc import Hashable

from ac_notebook.errors import ConfigurationError, did_you_mean

ACTIONS = {
    "leavers": ("keep", "tag", "unsubscribe"),
    "withdrawn": ("keep", "unsubscribe"),
    "moved": ("keep", "unsubscribe"),
}
"""The words that each option takes."""

UNSUBSCRIBE = "unsubscribe"
TAG = "tag"

TAG_BEGINS = "left: "
"""What the tag of people who left begins with; the export's name follows, or the list's where it has none."""


NUMBERED_FROM = 1 << 20
"""Number of the batch of people who are not on the list any more, which is written down and never sent. Batches of
people who are taken off or tagged come after it; a run of rows never has so many."""


def require_actions(*, leavers: object, withdrawn: object, moved: object, key: object) -> None:
    """Refuse what is none of the words, and a key that is no column's label.

    Raises
    ------
    ConfigurationError
        With the words there are.

    Examples
    --------
    >>> require_actions(leavers="tag", withdrawn="keep", moved="keep", key=None)
    """
    for option, given in (("leavers", leavers), ("withdrawn", withdrawn), ("moved", moved)):
        words = ACTIONS[option]
        if not isinstance(given, str) or given not in words:
            named = ", ".join(f'"{word}"' for word in words[:-1])
            msg = f'{option} is {named} or "{words[-1]}", not {given!r}.'
            raise ConfigurationError(msg, hint=f"{did_you_mean(str(given), words)} Nothing was sent.")
    if not isinstance(key, Hashable):
        msg = f"key is the label of a column, not a {type(key).__name__}."
        raise ConfigurationError(msg, hint='Write key="customer_id". Nothing was sent.')
    if moved == UNSUBSCRIBE and key is None:
        msg = 'moved="unsubscribe" needs to know what customers are known by.'
        raise ConfigurationError(msg, hint='Say the column: key="customer_id". Nothing was sent.')
