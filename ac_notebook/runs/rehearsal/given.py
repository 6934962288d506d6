"""What a user gives for a rehearsal, checked before anything is asked or sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from ac_notebook.errors import ConfigurationError, MappingError
from ac_notebook.frames.checks import address_key, plausible
from ac_notebook.model.guards import GUARD_RAILS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ac_notebook.model.account import Field, Snapshot

MOST_ADDRESSES = 20
"""Addresses of a rehearsal, at the most: the user's own, for a few requests."""

ALLOWED = frozenset({"contact-limit"})
"""Guard rails that a rehearsal may meet."""

_HINT = 'Write addresses=["you+1@example.org", "you+2@example.org", …]: your own, and none that is a contact yet.'


def addresses_of(given: object) -> tuple[str, ...]:
    """Return the addresses, trimmed.

    Raises
    ------
    ConfigurationError
        When there are none or more than 20, when one stands there twice, or when one is none. Says which by its place,
        not by its letters.

    Examples
    --------
    >>> addresses_of([" ann@example.org"])
    ('ann@example.org',)
    """
    if isinstance(given, str):
        given = [given]
    try:
        texts = list(given)  # type: ignore[call-overload]  # whatever it is: that is what is found out
    except TypeError:
        texts = [None]
    if not all(isinstance(text, str) for text in texts):
        raise _wrong("addresses= takes a list of texts.")
    if not texts:
        raise _wrong("No address was given.")
    if len(texts) > MOST_ADDRESSES:
        raise _wrong(
            f"{len(texts):,} addresses were given; a rehearsal takes {MOST_ADDRESSES} at the most, for they are to be "
            "your own."
        )
    trimmed = [text.strip() for text in texts]
    _check(trimmed)
    return tuple(trimmed)


def _check(texts: list[str]) -> None:
    try:
        held = pa.array(texts, pa.large_string())
    except (pa.ArrowException, UnicodeError):
        raise _wrong("An address holds halves of characters (lone surrogates).") from None
    bad = [str(place) for place, is_good in enumerate(plausible(held).tolist(), start=1) if not is_good]
    if bad:
        raise _wrong(f"{_which(bad)} no address that ActiveCampaign takes (counted from 1).")
    seen: dict[str, int] = {}
    for place, key in enumerate(address_key(held).to_pylist(), start=1):
        if key.casefold() in seen:
            raise _wrong(f"Addresses number {seen[key.casefold()]} and {place} are the same (counted from 1).")
        seen[key.casefold()] = place


def _which(places: list[str]) -> str:
    return f"Number {places[0]} is" if len(places) == 1 else f"Numbers {', '.join(places)} are"


def _wrong(said: str) -> ConfigurationError:
    return ConfigurationError(said, hint=f"{_HINT} Nothing was sent.")


def allowed_of(given: Iterable[str] | str) -> frozenset[str]:
    """Return the guard rails that may be passed.

    Raises
    ------
    ConfigurationError
        When one of them is none, or none that a rehearsal meets.
    """
    names = frozenset({given} if isinstance(given, str) else given)
    for name in sorted(map(str, names - ALLOWED)):
        known = name in GUARD_RAILS
        said = f"{name!r} is a guard rail that a rehearsal never meets." if known else f"There is no {name!r} to allow."
        raise ConfigurationError(said, hint='A rehearsal meets one: allow={"contact-limit"}. Nothing was sent.')
    return names


def fields_of(given: Iterable[str | int] | str | int, account: Snapshot) -> tuple[Field, ...]:
    """Return the custom fields that may be written.

    Raises
    ------
    MappingError
        When the account has one of them not, with the nearest match.
    """
    wanted = [given] if isinstance(given, str | int) else list(given)
    found, problems = [], []
    for name in wanted:
        field = account.find_field(name)
        if isinstance(field, str):
            problems.append(field)
        else:
            found.append(field)
    if problems:
        raise MappingError(problems, hint="Nothing was sent.")
    return tuple(dict.fromkeys(found))
