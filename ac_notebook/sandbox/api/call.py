"""One request as an endpoint sees it, and how endpoints are declared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from . import answers
from .queries import number
from .shapes import Shapes

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.sandbox.quirks import Quirks
    from ac_notebook.sandbox.service import Service
    from ac_notebook.sandbox.state.account import Account
    from ac_notebook.sandbox.state.places import User

    from .answers import Answer
    from .queries import Arguments


class RefusedError(Exception):
    """A request that ends here, with an answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request to one account, made with the key of one user. Endpoints run under the account's lock.

    Attributes
    ----------
    query, path, body
        What the request said: query string, the variable parts of its path, and the bytes of its body.
    seconds
        The moment, in whole seconds since the epoch.
    arrived
        The moment by the clock of limits and queue.
    url
        The base address, for `links`.
    """

    service: Service
    user: User
    query: Arguments
    path: dict[str, str]
    body: bytes
    seconds: int
    arrived: float
    url: str
    fate: str = "completed"  # what shall become of an import: a fault may say so

    @property
    def account(self) -> Account:
        """The account."""
        return self.service.account

    @property
    def quirks(self) -> Quirks:
        """How the account reads the contract."""
        return self.service.account.quirks

    @cached_property
    def shapes(self) -> Shapes:
        """What writes rows of this account as JSON."""
        return Shapes(self.account, self.url)

    def may(self, permission: str) -> bool:
        """Tell whether the key's user may."""
        group = self.account.groups.get(self.user.group)
        return group is not None and group.may(permission)

    def number(self, name: str = "number") -> int:
        """Return an id out of the path, 0 when it is none."""
        return number(self.path.get(name))

    def content(self, name: str) -> dict[str, Any]:
        """Return the object called `name` in the body's JSON.

        Raises
        ------
        RefusedError
            With a 400 when the body is no JSON, or has no such object.
        """
        try:
            content = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            raise RefusedError(answers.errors("Bad Request", "Invalid or unparsable json", status=400)) from None
        found = content.get(name) if isinstance(content, dict) else None
        if not isinstance(found, dict):
            raise RefusedError(answers.errors("Bad Request", f"The '{name}' object is missing.", status=400))
        return found


@dataclass(frozen=True)
class Route:
    """Where an endpoint is found, and what a key must be allowed to reach it.

    Attributes
    ----------
    group
        What faults call it: import, info, contacts, lists, fields, tags, account…
    refusal
        Makes the answer to a key that may not; the shapes differ by resource (section 2.1).
    """

    method: str
    path: str  # below /api/3/, in werkzeug's notation
    answer: Callable[[Call], Answer]
    group: str
    permission: str | None = None
    refusal: Callable[[], Answer] = answers.forbidden
