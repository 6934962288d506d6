"""What was typed into this notebook: a key that stands there is known to everybody who reads it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

from ac_notebook.errors import ConfigurationError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ac_notebook.model.secret import Secret

_LEAST = 8
"""Characters of a text that is looked for: a shorter one, which is no real key, stands in any notebook by chance."""

_LIKE_A_KEY = ("key", "token", "secret", "password")

ROTATE = (
    "Make a new key in ActiveCampaign (Settings, Developer, Reset API key), because this one is in the notebook and "
    "its history. Take it out of the cell, and type the new one where nothing is shown: connect without it asks."
)


def refuse_typed(secret: Secret) -> None:
    """Raise when a key stands literally in a cell that was executed in this notebook.

    Raises
    ------
    ConfigurationError
        With the advice to rotate it.
    """
    if _is_typed(secret):
        msg = "The API key stands in a cell of this notebook, so it is not used."
        raise ConfigurationError(msg, hint=f"{ROTATE} Nothing was sent.")


def _is_typed(secret: Secret) -> bool:
    # In a frame of its own, so that no traceback that shows variables shows the key.
    text = secret.reveal()
    return len(text) >= _LEAST and any(text in cell for cell in executed_cells())


def executed_cells() -> list[str]:
    """Return the cells that were executed in this notebook, the current one included; none outside a notebook."""
    if "IPython" not in sys.modules:
        return []
    from IPython import get_ipython  # noqa: PLC0415 - only where it is loaded already

    shell = get_ipython()
    if shell is None:
        return []
    # Not In, which is the same, and a name that a user may give to anything.
    lists = (getattr(shell.history_manager, name, ()) for name in ("input_hist_parsed", "input_hist_raw"))
    cells = [cell for cells in lists for cell in cells]
    # A cell that leaves no trace in the history is known to the message that asked for it.
    message: object = getattr(getattr(shell, "kernel", None), "get_parent", dict)()
    cells.append(message.get("content", {}).get("code", "") if isinstance(message, dict) else "")
    return [cell for cell in cells if isinstance(cell, str)]


def refuse_arguments(function: str, given: Iterable[str], known: Iterable[str]) -> NoReturn:
    """Raise for arguments that a function does not have; a key among them is one that has to be rotated.

    Parameters
    ----------
    function
        Its name, or that of the argument that was given a key.
    given
        The names of the arguments; "" for one without, or for a key itself.
    known
        The names it has.

    Raises
    ------
    ConfigurationError
        Always; never with what was given.
    """
    names = list(given)
    if any(not name or any(part in name.casefold() for part in _LIKE_A_KEY) for name in names):
        msg = f"{function} takes no API key: as an argument it stands in the notebook."
        raise ConfigurationError(msg, hint=f"{ROTATE} Nothing was sent.")
    msg = f"{function} has no argument {names[0]!r}."
    raise ConfigurationError(msg, hint=f"{did_you_mean(names[0], known)} Nothing was sent.")
