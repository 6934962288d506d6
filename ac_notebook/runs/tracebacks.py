"""Tracebacks without the frames in which a user's DataFrame is a variable."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from ac_notebook.errors import ActiveCampaignError

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


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
