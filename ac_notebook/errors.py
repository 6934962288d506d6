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

Rows are data, never exceptions. ``ac.error_types()`` is this tree as a table, with what to do: the first two paragraphs
of each docstring.

Examples
--------
>>> import ac_notebook as ac
>>> customers = ac.sandbox.sample_customers(n=40, seed=1)
>>> try:
...     ac.export(customers, connection="Shop", list="Newsletter", mapping={"email": "E-mail"})
... except ac.errors.ConfigurationError as error:
...     print("To be mended here:", error.message, error.hint, error.report)
... except (ac.errors.AuthenticationError, ac.errors.PermissionDeniedError, ac.errors.NotFoundError) as error:
...     print("To be mended in ActiveCampaign:", error)
... except (ac.errors.ServerError, ac.errors.UnreachableError, ac.errors.UnexpectedAnswerError) as error:
...     print("To be tried again later:", error)
... except ac.errors.StateError as error:
...     print("To be mended on this machine:", error)
To be mended here: There is no saved connection called 'Shop'. ... Nothing was sent. None
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from ac_notebook.near_names import did_you_mean, nearest, quoted

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


class ActiveCampaignError(Exception):
    """Something that a user can do something about; the hint says what.

    Do what the hint says. ``except ac.errors.ActiveCampaignError`` catches every error below.

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
        lines = f"{type(self).__name__}: {self}".splitlines()
        wrap = textwrap.TextWrapper(width=100, break_long_words=False, break_on_hyphens=False)  # else JupyterLab does
        return ["\n".join(wrap.fill(line) for line in lines)]


class ConfigurationError(ActiveCampaignError, ValueError):
    """Something in the code or the settings has to be mended; nothing was sent.

    Mend what the message names, and run the cell again. The hint has the nearest name there is.
    """


class ConnectionNotFoundError(ConfigurationError, LookupError):
    """No saved connection has this name.

    Use one of the names in the hint, or connect for the first time: ``ac.connect("Shop", host="…")``.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> try:
    ...     ac.connect("Shop")
    ... except ac.errors.ConnectionNotFoundError as error:
    ...     print(error.message)
    There is no saved connection called 'Shop'.
    """


class MappingError(ConfigurationError):
    """The mapping does not fit the frame or the account; ``problems`` holds every reason, one sentence each.

    Correct the mapping: ``mapping | {"City": "town"}``. ``ac.describe(connection).fields`` shows what there is.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> import pandas as pd
    >>> try:
    ...     ac.validate(pd.DataFrame({"E-mail": ["ann@example.org"]}), {"email": "Email"})
    ... except ac.errors.MappingError as error:
    ...     print(*error.problems)
    'email' is mapped to column 'Email', which the frame does not have. Did you mean 'E-mail'?
    """

    def __init__(self, problems: Sequence[str], *, hint: str = "") -> None:
        self.problems = tuple(problems)
        lines = [f"The mapping cannot be used, for {len(problems)} reasons:", *(f"  - {one}" for one in problems)]
        if len(problems) == 1:
            lines = [f"The mapping cannot be used: {problems[0]}"]
        super().__init__("\n".join(lines), hint=hint or "Nothing was sent.")


class ConsentError(ConfigurationError, PermissionError):
    """Nobody has agreed to the transfer of data to this host, or the agreement was withdrawn.

    Read ``print(connection.consent)``. Whoever may decide agrees: ``connection = connection.agree()``, and ``save()``.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> withdrawn = ac.sandbox.Sandbox().connection.withdraw()
    >>> try:
    ...     withdrawn.require_consent()
    ... except ac.errors.ConsentError as error:
    ...     print(error.message)
    The agreement to transfer data to 127.0.0.1 was withdrawn on ...
    """


class GuardError(ConfigurationError):
    """A guard rail stopped the run before anything was sent; ``rails`` names it, the hint says how to allow it.

    Look at the numbers. If they are meant, allow the guard rail by its name: ``allow={"row-count"}``.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> full = ac.sandbox.Sandbox(contact_limit=10).connection
    >>> customers = ac.sandbox.sample_customers(n=100, seed=1)
    >>> try:
    ...     ac.export(customers, connection=full, list="Newsletter", mapping={"email": "E-mail"}, progress=False)
    ... except ac.errors.GuardError as error:
    ...     print(error.rails)
    ('contact-limit',)
    """

    def __init__(self, message: str, *, hint: str = "", rails: Iterable[str] = ()) -> None:
        super().__init__(message, hint=hint)
        self.rails = tuple(rails)


class APIError(ActiveCampaignError):
    """ActiveCampaign, or what stands in its place, gave an answer that ends the work.

    Run the cell again: it carries on. If it stays so, the errors below say more of it.

    Parameters
    ----------
    message, hint
        As in :class:`ActiveCampaignError`.
    status
        HTTP status, or None when there was no answer.
    endpoint
        The path that was asked, without its query (queries hold addresses).

    Examples
    --------
    >>> import ac_notebook as ac
    >>> limited = ac.errors.RateLimitError("It is used up.", status=429, endpoint="/api/3/lists", retry_after=30.0)
    >>> limited.status, limited.endpoint, limited.retry_after, isinstance(limited, ac.errors.APIError)
    (429, '/api/3/lists', 30.0, True)
    >>> ac.errors.RefusedError("Two rows are not addresses.", failures={0: "invalid", 3: "invalid"}).failures
    {0: 'invalid', 3: 'invalid'}
    """

    def __init__(self, message: str, *, hint: str = "", status: int | None = None, endpoint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.endpoint = endpoint


class AuthenticationError(APIError):
    """The key was not accepted.

    Make a new key in ActiveCampaign, Settings, Developer, and give it: ``connection.rotate_key()``.
    """


class PermissionDeniedError(APIError):
    """The key is known, and its user may not do this.

    Ask an administrator of the account for the right that the message names; ``connection.access`` shows what it may.
    """


class NotFoundError(APIError):
    """What was asked for does not exist on the account.

    See whether the list or field was deleted or renamed (``ac.describe(connection)``), and whether the host is right.
    """


class RefusedError(APIError):
    """A request was refused; ``failures`` gives the reason by position.

    See the reasons. A row that is refused is no error: it stands in ``report.problems``, with what to do.
    """

    def __init__(
        self, message: str, *, hint: str = "", status: int | None = None, endpoint: str = "",
        failures: Mapping[int, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message, hint=hint, status=status, endpoint=endpoint)
        self.failures = dict(failures or {})


class RateLimitError(APIError):
    """The account's rate limit stayed exhausted longer than we were ready to wait; ``retry_after`` is in seconds.

    See what else uses the account (its integrations), and run the cell again later: it carries on.
    """

    def __init__(
        self, message: str, *, hint: str = "", status: int | None = None, endpoint: str = "",
        retry_after: float | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message, hint=hint, status=status, endpoint=endpoint)
        self.retry_after = retry_after


class ServerError(APIError):
    """ActiveCampaign had a fault, and still had it after several attempts.

    Run the cell again later: it carries on.
    """


class UnreachableError(APIError):
    """The host could not be reached, or its certificate cannot be trusted.

    Check host and network; behind a company's proxy ``connection.edit(proxy=…, ca_file=…)``. Then run it again.
    """


class UnexpectedAnswerError(APIError):
    """Something answered that is not ActiveCampaign's API: a login page, a proxy, a redirect.

    Compare the host with the API URL in ActiveCampaign, Settings, Developer; ask what the network puts between.
    """


class ExportInterrupted(ActiveCampaignError):  # noqa: N818 - an interruption, not an error; the name is the design's
    """The export was stopped; ``report`` says what was sent, and running the cell again carries on.

    Look at ``report.counts``, and run the cell again when it is to go on.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> customers, there = ac.sandbox.sample_customers(n=40, seed=1), ac.sandbox.Sandbox(speed=60).connection
    >>> def stop(progress):  # as an interrupt does
    ...     raise KeyboardInterrupt
    >>> try:
    ...     ac.export(customers, connection=there, list="Newsletter", mapping={"email": "E-mail"}, progress=stop)
    ... except ac.errors.ExportInterrupted as error:
    ...     print(error.report.status)
    Canceled
    """


class StateError(ActiveCampaignError):
    """The local database or a key file is damaged, newer, locked or open to others; it is never silently reset.

    The hint names the file and the command that mends it; if another run of the export is going on, wait for its end.
    """
