"""Reading the body of an answer, however long it claims to be."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LARGEST_ANSWER = 4 * 2**20
"""Bytes of an answer, unpacked, at the most: more is not from ActiveCampaign's API."""

_PACKED = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""Codings that are unpacked although none is asked for, with zlib's number of each."""


_PIECE = 2**16
"""Bytes that are unpacked at once."""


class UnreadableError(Exception):
    """The body cannot be had; the text says why, in words that name nobody."""


def read(response: httpx.Response, *, is_late: Callable[[], bool]) -> bytes:
    """Return the body of an answer, unpacked.

    Parameters
    ----------
    is_late
        Whether the call has taken too long, asked after each part.

    Raises
    ------
    UnreadableError
        When it is too long, takes too long, or is packed in a way that is not understood.
    """
    found: list[bytes] = []
    size = 0
    for part in _parts(response):
        found.append(part)
        size += len(part)
        if size > LARGEST_ANSWER:
            raise UnreadableError("the answer is too long")
        if is_late():
            raise UnreadableError("the answer did not end in time")
    return b"".join(found)


def _parts(response: httpx.Response) -> Iterator[bytes]:
    if response.is_stream_consumed:  # by a transport in between, which had to look at it
        return iter([response.content])
    assert isinstance(response.stream, httpx.SyncByteStream)  # noqa: S101 - what a transport for threads gives
    coding = response.headers.get("content-encoding", "").strip().lower()
    return iter(response.stream) if coding in ("", "identity") else _unpacked(iter(response.stream), coding)


def _unpacked(parts: Iterator[bytes], coding: str) -> Iterator[bytes]:
    """Unpack a body piece by piece: a few bytes of it may stand for gigabytes (hazards F16)."""
    if coding not in _PACKED:
        raise UnreadableError("the answer is packed in a way that was not asked for")
    unpacker = zlib.decompressobj(_PACKED[coding])
    try:
        for part in parts:
            piece, rest = bytes(_PIECE), part
            while len(piece) == _PIECE or rest:
                piece = unpacker.decompress(rest, _PIECE)
                rest = unpacker.unconsumed_tail
                yield piece
    except zlib.error:
        raise UnreadableError("the answer cannot be unpacked") from None
    if not unpacker.eof:
        raise UnreadableError("the answer is cut off")
