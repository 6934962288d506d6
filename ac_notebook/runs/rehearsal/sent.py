"""What became of the imports of a rehearsal, and by what its addresses are known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from ac_notebook.frames.checks import address_key
from ac_notebook.frames.fingerprints import fingerprints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ac_notebook.remote.answers import Answer


class EndedError(Exception):
    """No more imports are sent, because what is on its way could be taken for the effect of a later one.

    Parameters
    ----------
    why
        In a clause.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What became of an import.

    Parameters
    ----------
    answer
        The answer to it.
    is_over
        Whether it came to its end, completed.
    success, failure
        What it lists then: ids, and keys of addresses; None where there is no such list.
    is_repeated
        Whether it may have been taken twice.
    """

    answer: Answer
    is_over: bool = False
    success: frozenset[str] | None = None
    failure: frozenset[str] | None = field(default=None, repr=False)
    is_repeated: bool = False

    def failed(self, address: str) -> bool:
        """Return whether an address is listed as failed."""
        return self.failure is not None and key_of(address) in self.failure


def key_of(address: str) -> str:
    """Return what makes an address the same person's."""
    key: str = address_key(pa.array([address], pa.large_string()))[0].as_py()
    return key


def prints_of(addresses: Sequence[str], key: bytes) -> frozenset[int]:
    """Return the keyed fingerprints of addresses."""
    return frozenset(fingerprints([key_of(address).encode() for address in addresses], key).tolist())


def capitals(address: str) -> str:
    """Return an address with its part before the @ in the other case."""
    local, _, domain = address.partition("@")
    return f"{local.swapcase()}@{domain}"
