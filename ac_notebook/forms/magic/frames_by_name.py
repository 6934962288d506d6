"""DataFrames by the names of the user's variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ac_notebook.errors import ConfigurationError, did_you_mean, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTHING_SENT = "Nothing was sent."


def frame_names(names: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of variables that are DataFrames, in order; without those that IPython makes (``_``, ``_3``).

    Examples
    --------
    >>> frame_names({"customers": pd.DataFrame(), "_3": pd.DataFrame(), "count": 3})
    ('customers',)
    """
    # A copy: a cell that runs meanwhile may add variables.
    held = dict(names)
    return tuple(sorted(name for name, value in held.items() if name[:1] != "_" and isinstance(value, pd.DataFrame)))


def frame_named(name: str, names: Mapping[str, Any]) -> pd.DataFrame:
    """Return the DataFrame that a variable holds.

    Parameters
    ----------
    name
        Of the variable. It is looked up, never run.
    names
        The user's variables.

    Raises
    ------
    ConfigurationError
        When there is no such variable, or it holds something else; with the nearest that would do.

    Examples
    --------
    >>> try:
    ...     frame_named("custmers", {"customers": pd.DataFrame()})
    ... except ConfigurationError as error:
    ...     print(error)
    There is no DataFrame called 'custmers'.
    Did you mean 'customers'? Nothing was sent.
    """
    found = names.get(name)
    if isinstance(found, pd.DataFrame):
        return found
    there = frame_names(names)
    hint = did_you_mean(name, there)
    if not there:
        hint = 'No variable is a DataFrame yet. Make one first: customers = pd.read_csv("…"), for example.'
    if name in names:
        msg = f"{quoted(name)} is no pandas DataFrame but a value of the type {type(found).__name__}."
        if hasattr(found, "to_pandas"):
            hint = f"Make one of it first: customers = {name}.to_pandas()."
    elif not name.isidentifier():
        msg = f"{quoted(name)} is not the name of a variable."
        hint = f"Give the DataFrame a name first: customers = …. {hint}"
    else:
        msg = f"There is no DataFrame called {quoted(name)}."
    raise ConfigurationError(msg, hint=f"{hint} {NOTHING_SENT}")
