"""The kinds of faults, each with its details and their defaults.

=================  ===============================================  ===================================================
kind               details                                          what happens
=================  ===============================================  ===================================================
status             status=503, body, content_type, headers,         that answer, perhaps with a Retry-After, instead of
                   retry_after, taken=False                         the service's own
login_page         taken=False                                      the HTML log-in page of a network, with status 200
redirect           location="https://login.example/", status=302,   a redirect to somewhere else
                   taken=False
wrong_json         shape="other", taken=True                        JSON of another shape, or broken: other, empty,
                                                                    list, null, text, number, cut, not text, deep
delay              seconds=1, held="answer"                         the answer, or held="request" the request, is late
drip               seconds=0.01, bytes=1                            the answer comes in parts of so many bytes
drop_before                                                         the connection breaks, the request had no effect
drop_after                                                          the request takes effect, the connection breaks
cut                at=10                                            the connection breaks at that byte of the answer
stuck_batch                                                         the import is accepted and never applied
interrupted_batch                                                   half of the import is applied: "interrupted"
failed_batch                                                        nothing of the import is applied: "failed"
lost_info                                                           the import is applied, its batch id is unknown
key_revoked                                                         the key is refused from now on
list_deleted       list                                             the list (id or name) is gone from now on
list_renamed       list, name                                       the list has another name from now on
contact_limit      most                                             so many contacts at the most from now on; without
                                                                    `most`, as many as there are
=================  ===============================================  ===================================================

`taken` says whether the request takes effect although the answer is another. The four about batches happen to imports
only. The last four change the account just before the request is looked at; clearing the faults does not undo that.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

from .fault import ANY, Fault, nearest
from .instead import LoginPage, Redirect, Status, WrongJson
from .states import (
    Change,
    ContactLimit,
    FailedBatch,
    InterruptedBatch,
    KeyRevoked,
    ListDeleted,
    ListRenamed,
    LostInfo,
    StuckBatch,
)
from .wire import Cut, Delay, Drip, DropAfter, DropBefore

_ALL: tuple[type[Fault], ...] = (
    Status, LoginPage, Redirect, WrongJson, Delay, Drip, DropBefore, DropAfter, Cut, StuckBatch, InterruptedBatch,
    FailedBatch, LostInfo, KeyRevoked, ListDeleted, ListRenamed, ContactLimit,
)  # fmt: skip

KINDS: dict[str, type[Fault]] = {kind.kind: kind for kind in _ALL}

PASSING = tuple(name for name, kind in KINDS.items() if not issubclass(kind, Change))
"""Kinds that leave the account as it is: what happens by chance unless something else is asked for."""


def fault_of(kind: str, details: dict[str, Any]) -> Fault:
    """Return a fault of a kind, with its details.

    Raises
    ------
    ValueError
        When there is no such kind or detail, with the nearest that there is; or when a detail does not fit.

    Examples
    --------
    >>> fault_of("cut", {"at": 12})
    Cut(at=12)
    >>> fault_of("drop_befor", {})
    Traceback (most recent call last):
        ...
    ValueError: there is no fault of the kind 'drop_befor'; did you mean 'drop_before'?
    """
    made = kind_of(kind)
    known = {item.name: item for item in fields(made)}
    for name in details:
        if name not in known:
            told = f"it takes {', '.join(known)}" if known else "it takes none"
            message = f"{kind} has no detail {name!r}, {told}{nearest(name, known)}"
            raise ValueError(message)
    for name, item in known.items():
        if item.default is MISSING and item.default_factory is MISSING and name not in details:
            message = f"{kind} needs {name}="
            raise ValueError(message)
    return made(**details)


def kind_of(kind: object) -> type[Fault]:
    """Return a kind of fault by name."""
    made = KINDS.get(kind) if isinstance(kind, str) else None
    if made is None:
        message = f"there is no fault of the kind {kind!r}{nearest(kind, KINDS)}"
        raise ValueError(message)
    return made


def happens_to(kind: type[Fault], group: str) -> bool:
    """Tell whether a kind of fault can happen to requests of a group."""
    return kind.happens_to in (ANY, group)
