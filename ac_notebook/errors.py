"""The tree of errors: the type says what to do.

::

    ActiveCampaignError                       message, hint, report (what was sent so far, if anything was)
    ├── ConfigurationError (ValueError)       fix your code or settings; nothing was sent
    │   ├── ConnectionNotFoundError (LookupError)   names the saved ones
    │   ├── MappingError                      problems: all at once, each with the nearest match
    │   ├── ConsentError (PermissionError)    no agreement, or withdrawn
    │   └── GuardError                        a guard rail stopped the run before anything was sent
    ├── APIError                              status, endpoint; never a body with addresses
    │   ├── AuthenticationError               the key was not accepted
    │   ├── PermissionDeniedError             the key is known and may not do this
    │   ├── NotFoundError                     the address exists, what was asked for does not
    │   ├── RefusedError                      failures by position
    │   ├── RateLimitError                    retry_after, seconds
    │   ├── ServerError                       ActiveCampaign had a fault
    │   ├── UnreachableError                  no connection, or none that can be trusted
    │   └── UnexpectedAnswerError             something answered that is not ActiveCampaign's API
    ├── ExportInterrupted                     stopped, resumable; report and how to go on
    └── StateError                            the local database is damaged, newer or locked

Rows are data, never exceptions.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "APIError",
    "ActiveCampaignError",
    "AuthenticationError",
    "ConfigurationError",
    "ConnectionNotFoundError",
    "ConsentError",
    "ExportInterrupted",
    "GuardError",
    "MappingError",
    "NotFoundError",
    "PermissionDeniedError",
    "RateLimitError",
    "RefusedError",
    "ServerError",
    "StateError",
    "UnexpectedAnswerError",
    "UnreachableError",
    "did_you_mean",
    "nearest",
    "quoted",
]


_LONGEST_NAME = 200


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is nearest to ``word``, or None when none is near.

    Examples
    --------
    >>> nearest("Newsleter", ["VIP", "Newsletter"])
    'Newsletter'
    """
    # Of a longer name the beginning: comparing takes time with the square of the length.
    spellings = {name[:_LONGEST_NAME].casefold(): name for name in known}
    found = difflib.get_close_matches(word[:_LONGEST_NAME].casefold(), spellings, n=1, cutoff=0.6)
    return spellings[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str], *, most: int = 8) -> str:
    """Return the sentence that helps after a name was not found: the nearest match, else what there is.

    Parameters
    ----------
    word
        What was asked for.
    known
        The names there are.
    most
        How many names are listed at the most.

    Examples
    --------
    >>> did_you_mean("Newsleter", ["VIP", "Newsletter"])
    "Did you mean 'Newsletter'?"
    >>> did_you_mean("zzz", ["VIP", "Newsletter"])
    "There are: 'VIP', 'Newsletter'."
    """
    names = list(dict.fromkeys(known))
    match = nearest(word, names)
    if match is not None:
        return f"Did you mean {quoted(match)}?"
    if not names:
        return "There are none."
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return "There are: " + ", ".join(quoted(name) for name in names[:most]) + more + "."


def quoted(name: str) -> str:
    r"""Return a name of anybody's in quotes: what no terminal shows is an escape, and a long one is cut.

    Examples
    --------
    >>> print(quoted("it's " + chr(27)))
    "it's \x1b"
    """
    return repr(name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…")


class ActiveCampaignError(Exception):
    """Something that a user can do something about; the hint says what.

    Parameters
    ----------
    message
        What was wrong, in one or two sentences. Never a key, never a person's data.
    hint
        What to do now.

    Attributes
    ----------
    report
        What became of every row until then; None when nothing was begun.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.report: Any = None

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message

    def _render_traceback_(self) -> list[str]:
        # IPython asks for this in every traceback mode: a user reads one short block, and no frame shows a value.
        return [f"{type(self).__name__}: {self}"]


class ConfigurationError(ActiveCampaignError, ValueError):
    """Something in the code or the settings has to be mended; nothing was sent."""


class ConnectionNotFoundError(ConfigurationError, LookupError):
    """No saved connection has this name."""


class MappingError(ConfigurationError):
    """The mapping does not fit the frame or the account; ``problems`` holds every reason, one sentence each."""

    def __init__(self, problems: Sequence[str], *, hint: str = "") -> None:
        self.problems = tuple(problems)
        if len(self.problems) == 1:
            message = f"The mapping cannot be used: {self.problems[0]}"
        else:
            message = f"The mapping cannot be used, for {len(self.problems)} reasons:\n" + "\n".join(
                f"  - {problem}" for problem in self.problems
            )
        super().__init__(message, hint=hint or "Nothing was sent.")


class ConsentError(ConfigurationError, PermissionError):
    """Nobody has agreed to the transfer of data to this host, or the agreement was withdrawn."""


class GuardError(ConfigurationError):
    """A guard rail stopped the run before anything was sent; ``rails`` names it, the hint says how to allow it."""

    def __init__(self, message: str, *, hint: str = "", rails: Iterable[str] = ()) -> None:
        super().__init__(message, hint=hint)
        self.rails = tuple(rails)


class APIError(ActiveCampaignError):
    """ActiveCampaign, or what stands in its place, gave an answer that ends the work.

    Parameters
    ----------
    message, hint
        As in :class:`ActiveCampaignError`.
    status
        HTTP status, or None when there was no answer.
    endpoint
        The path that was asked, without its query (queries hold addresses).
    """

    def __init__(self, message: str, *, hint: str = "", status: int | None = None, endpoint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.endpoint = endpoint


class AuthenticationError(APIError):
    """The key was not accepted."""


class PermissionDeniedError(APIError):
    """The key is known, and its user may not do this."""


class NotFoundError(APIError):
    """What was asked for does not exist on the account."""


class RefusedError(APIError):
    """A request was refused; ``failures`` gives the reason by position."""

    def __init__(
        self, message: str, *, hint: str = "", status: int | None = None, endpoint: str = "",
        failures: Mapping[int, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message, hint=hint, status=status, endpoint=endpoint)
        self.failures = dict(failures or {})


class RateLimitError(APIError):
    """The account's rate limit stayed exhausted longer than we were ready to wait; ``retry_after`` is in seconds."""

    def __init__(
        self, message: str, *, hint: str = "", status: int | None = None, endpoint: str = "",
        retry_after: float | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message, hint=hint, status=status, endpoint=endpoint)
        self.retry_after = retry_after


class ServerError(APIError):
    """ActiveCampaign had a fault, and still had it after several attempts."""


class UnreachableError(APIError):
    """The host could not be reached, or its certificate cannot be trusted."""


class UnexpectedAnswerError(APIError):
    """Something answered that is not ActiveCampaign's API: a login page, a proxy, a redirect."""


class ExportInterrupted(ActiveCampaignError):  # noqa: N818 - an interruption, not an error; the name is the design's
    """The export was stopped; ``report`` says what was sent, and running the cell again carries on."""


class StateError(ActiveCampaignError):
    """The local database or a key file is damaged, newer, locked or open to others; it is never silently reset."""
