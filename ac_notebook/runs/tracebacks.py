"""Tracebacks without the frames in which a user's DataFrame is a variable."""

from __future__ import annotations

import functools
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from ac_notebook.errors import ActiveCampaignError

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

_OURS = Path(__file__).parents[1]


def in_words(error: BaseException) -> str:
    """Return what an error says to a person: its own sentences, or for one that nobody expected where it was.

    Examples
    --------
    >>> print(in_words(ActiveCampaignError("It is wrong.", hint="Mend it.")))
    It is wrong.
    Mend it.
    >>> print(in_words(ValueError("ann@example.org")))
    Something unexpected went wrong: ValueError.
    Please tell us.
    """
    if isinstance(error, KeyboardInterrupt):
        return "Interrupted."
    return str(error if isinstance(error, ActiveCampaignError) else unexpected(error))


def unexpected(error: BaseException) -> ActiveCampaignError:
    """Return what is told of an error that nobody expected: its words, and a traceback, may quote somebody's data."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _OURS in Path(frame.filename).parents]
    where = f" at {Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
    msg = f"Something unexpected went wrong: {type(error).__name__}{where}."
    return ActiveCampaignError(msg, hint="Please tell us.")


def without_frames(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function, whose errors that a user can do something about show no frame below the call.

    Tools that show the variables of a traceback (``%xmode Verbose``, error reports, ``capture_locals=True``) would show
    the DataFrame, and so people. Of these errors and of an interrupt nothing else is in those frames that would help;
    an error that nobody expected keeps its traceback, to be found out about.

    Examples
    --------
    >>> import traceback
    >>> @without_frames
    ... def check(address):
    ...     raise ActiveCampaignError("It is wrong.")
    >>> try:
    ...     check("ann@example.org")
    ... except ActiveCampaignError as error:
    ...     shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    >>> "ann@example.org" in "".join(frame.line or str(frame.locals) for frame in shown.stack[1:])
    False
    """

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (ActiveCampaignError, KeyboardInterrupt) as error:
            found = error.with_traceback(None)
            found.__context__ = None  # what it came of, such as an interrupt, has frames of its own
        del args, kwargs  # this frame is shown, too
        try:
            raise found
        finally:
            del found  # or the error, its traceback and this frame would hold each other

    return call
