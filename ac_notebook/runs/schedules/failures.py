"""What a scheduled run that failed means: of which kind it was, and whether repeating it can mend that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook import errors
from ac_notebook.runs.keys import KeyGoneError
from ac_notebook.runs.progress import log
from ac_notebook.storage.schedules import DONE, FAILED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ac_notebook.storage.schedules import Occasion

FAILURES_TO_PAUSE = 2
"""Failures in a row of one kind that repeating does not mend, after which an export is paused, and somebody is told."""

FAILURES_TO_TELL = 3
"""Failures in a row of any kind after which somebody is told."""

KILLED = "killed"

_KINDS = (
    (errors.ConnectionNotFoundError, "connection"),
    (errors.ConsentError, "consent"),
    (errors.GuardError, "guard rail"),
    (errors.MappingError, "mapping"),
    (errors.ConfigurationError, "configuration"),
    (errors.AuthenticationError, "key"),
    (KeyGoneError, "key"),
    (errors.PermissionDeniedError, "rights"),
    (errors.NotFoundError, "not found"),
    (errors.RateLimitError, "rate limit"),
    (errors.ServerError, "server"),
    (errors.UnreachableError, "unreachable"),
    (errors.UnexpectedAnswerError, "unexpected answer"),
    (errors.RefusedError, "refused"),
    (errors.APIError, "answer"),
    (errors.StateError, "state"),
    (errors.ExportInterrupted, "interrupted"),
)

_LASTING = frozenset(
    {"connection", "consent", "guard rail", "mapping", "configuration", "key", "rights", "not found", KILLED}
)
"""Kinds that repeating does not mend: somebody has to do something."""


def kind_of(error: Exception) -> str:
    """Return the kind of a failure, in a word or two; of a bug the name of its type.

    Examples
    --------
    >>> kind_of(errors.AuthenticationError("The key was not accepted.")), kind_of(ZeroDivisionError())
    ('key', 'ZeroDivisionError')
    """
    return next((word for type_, word in _KINDS if isinstance(error, type_)), type(error).__name__)


def lasts(kind: str) -> bool:
    """Return whether repeating a run does not mend a failure of this kind.

    Examples
    --------
    >>> lasts("consent"), lasts("unreachable")
    (True, False)
    """
    return kind in _LASTING


def why_paused(number: int, kind: str) -> str:
    """Return for which reason a schedule is paused, and say so in the log."""
    reason = f"{number} failures in a row: {kind}"
    log.error("A schedule is paused after %s. Mend it, and go on with export.resume().", reason)
    return reason


def in_a_row(occasions: Sequence[Occasion], *, since: datetime | None, same_kind: bool) -> int:
    """Return how many runs failed since the last one that did not.

    Parameters
    ----------
    occasions
        What became of the due moments, the latest first.
    since
        Only those that ended after this moment; all of them when None.
    same_kind
        Whether only those of the last one's kind count.
    """
    ended = [each for each in occasions if each.result in (DONE, FAILED) and _is_after(each.ended, since)]
    number = 0
    for each in ended:
        if each.result != FAILED or (same_kind and each.kind != ended[0].kind):
            break
        number += 1
    return number


def _is_after(ended: datetime | None, since: datetime | None) -> bool:
    return ended is not None and (since is None or ended > since)
