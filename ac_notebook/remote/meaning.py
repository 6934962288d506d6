"""The error that an answer amounts to, with what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.errors import (
    APIError,
    AuthenticationError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RefusedError,
    ServerError,
    UnexpectedAnswerError,
    UnreachableError,
)
from ac_notebook.model.rights import FOR_EXPORTS, IMPORT, TAGS, ask_for, right_for
from ac_notebook.remote.answers import PAGE

if TYPE_CHECKING:
    from ac_notebook.remote.answers import Answer, Meaning

_SETTINGS = "ActiveCampaign, Settings, Developer"

_OF_THE_ENVIRONMENT = (
    "Proxies of the environment (HTTPS_PROXY) are not used: a network that needs one takes "
    'connect(…, proxy="http://…").'
)

_WITHOUT_TRUST = (
    "Check the host's spelling. In a network that opens TLS connections, name its authorities: connect(…, ca_file=…); "
    "in one that leads names to addresses inside it on purpose, say so: connect(…, allow_other_host=True). There is no "
    "way to go on without trust."
)

_TABLE: dict[Meaning, tuple[type[APIError], str, str]] = {
    "unauthorized": (
        AuthenticationError,
        "{host} did not accept the API key.{said}",
        f"Copy the key anew from {_SETTINGS}, and check that it belongs to this host.",
    ),
    "lapsed": (
        PermissionDeniedError,
        "The ActiveCampaign account behind {host} has lapsed or is not paid.{said}",
        "Settle the account's billing in ActiveCampaign, then run again.",
    ),
    "missing": (
        NotFoundError,
        "{host} has nothing at {path!r}.{said}",
        "Check the host, and that it still exists in ActiveCampaign.",
    ),
    "moved": (
        UnexpectedAnswerError,
        "{host} answered with a redirect, which is never followed: the key would go elsewhere.",
        f"Copy the host of the API URL anew from {_SETTINGS}.",
    ),
    "foreign": (
        UnexpectedAnswerError,
        "What answered at {host} is not ActiveCampaign's API.{said}",
        f"Check the host; a log-in page, firewall or proxy of a network may stand in between. {_OF_THE_ENVIRONMENT}",
    ),
    "not-sent": (
        UnreachableError,
        "{host} cannot be reached.{said}",
        f"Check the network and the host's spelling. {_OF_THE_ENVIRONMENT}",
    ),
    "untrusted": (
        UnreachableError,
        "The connection to {host} cannot be trusted, so nothing was sent.{said}",
        _WITHOUT_TRUST,
    ),
    "wait": (
        RateLimitError,
        "{host} kept answering that its rate limit is reached.{said}",
        "Other integrations may be using up the account's limit; try again later.",
    ),
    "refused": (
        RefusedError,
        "{host} refused the request to {path!r}.{said}",
        "What it says is above, word for word.",
    ),
}

_FAULT = (
    ServerError,
    "{host} did not answer properly (status {status}).{said}",
    "This is most often over soon; run again in some minutes.",
)


def error_for(answer: Answer, path: str, host: str) -> APIError:
    """Return the error that an answer amounts to.

    Parameters
    ----------
    answer
        What came.
    path
        What was asked for, below ``/api/3/``.
    host
        Who was asked.

    Examples
    --------
    >>> from ac_notebook.remote.answers import Answer
    >>> error_for(Answer(meaning="unauthorized", status=403), "users/me", "acme.api-us1.com").message
    'acme.api-us1.com did not accept the API key.'
    """
    meaning: Meaning = "refused" if answer.meaning in ("named-rows", "too-large") else answer.meaning
    # Where nothing of ActiveCampaign's came, the words are ours.
    ours = answer.status is None or answer.meaning == "foreign" or answer.message == PAGE
    if meaning == "unauthorized" and ours:
        meaning = "foreign"  # a page of a proxy or a firewall says nothing about the key
    # A bad key is answered with an empty body, a missing right with a message (contract section 2.1).
    # Whose key it is, every key may ask; and 401 is never about a right.
    about_key = path.partition("?")[0] == "users/me" or answer.status == 401  # noqa: PLR2004 - HTTP
    forbidden = meaning == "unauthorized" and bool(answer.message) and not about_key
    kind, message, hint = _forbidden(path) if forbidden else _TABLE.get(meaning, _FAULT)
    said = f" {'What happened' if ours else 'It says'}: {answer.message}" if answer.message else ""
    error = kind(
        message.format(host=host, path=path, said=said, status=answer.status or "none"),
        hint=hint,
        status=answer.status,
        endpoint=path.partition("?")[0],
    )
    if isinstance(error, RateLimitError):
        error.retry_after = answer.retry_after
    if isinstance(error, RefusedError):
        error.failures = dict(answer.failures)
    return error


def _forbidden(path: str) -> tuple[type[APIError], str, str]:
    """Return what is said of a right that is missing."""
    right = right_for(path)
    if right is None:
        hint = "Ask an administrator of the account to give the key's user this right."
        return PermissionDeniedError, "The key may not use {path!r} on {host}.{said}", hint
    # An import is refused for any of the rights that it may take, and not told for which.
    rights = (*FOR_EXPORTS, TAGS) if right is IMPORT else (right,)
    return PermissionDeniedError, f"The key's user may not {right.words} at {{host}}.{{said}}", ask_for(rights)
