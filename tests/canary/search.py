"""Looking for a text in whatever was written, however it is written down."""

from __future__ import annotations

import base64
import bz2
import html
import io
import json
import quopri
import re
import zipfile
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|BZh[1-9]1AY|PK\x03\x04")
"""How gzip, zlib, bzip2 and zip begin."""

_MOST_UNPACKED = 20_000_000
_DEEPEST = 3


def forms(text: str) -> dict[str, bytes]:
    """Return a text as it might be written down: as it is, and encoded in the ways that programs know."""
    raw = text.encode()
    printable = quopri.encodestring(raw, quotetabs=True).replace(b"=\n", b"")
    found = {
        "plain": raw, "lower case": text.lower().encode(), "upper case": text.upper().encode(),
        "Latin-1": text.encode("latin-1"), "UTF-16": text.encode("utf-16-le"), "UTF-16 BE": text.encode("utf-16-be"),
        "UTF-32": text.encode("utf-32-le"), "reversed": text[::-1].encode(),
        "URL": quote(text, safe="").encode(), "form": quote_plus(text).encode(), "path": quote(text).encode(),
        "JSON": json.dumps(text)[1:-1].encode(), "JSON in JSON": json.dumps(json.dumps(text)[1:-1])[1:-1].encode(),
        "JSON, UTF-8": json.dumps(text, ensure_ascii=False)[1:-1].encode(), "repr": ascii(text)[1:-1].encode(),
        "JSON, all escaped": "".join(f"\\u{ord(letter):04x}" for letter in text).encode(),
        "hex": raw.hex().encode(), "HEX": raw.hex().upper().encode(), "HTML": html.escape(text).encode(),
        "HTML, all escaped": "".join(f"&#{ord(letter)};" for letter in text).encode(),
        "quoted-printable": printable,
        "quoted-printable, all": "".join(f"={byte:02X}" for byte in raw).encode(),
    }  # fmt: skip
    for shift in range(3):
        # Wherever it begins in what is encoded: the letters that do not depend on its neighbours.
        padded = b"\0" * shift + raw
        whole = base64.b64encode(padded[: len(padded) // 3 * 3])[-(-shift * 8 // 6) :]
        found[f"base64, {shift}"] = whole
        found[f"base64 for URLs, {shift}"] = whole.replace(b"+", b"-").replace(b"/", b"_")
    return found


def unpacked(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """Yield what is packed in some bytes, wherever it begins, and what is packed in that."""
    if depth == _DEEPEST:
        return
    whole = memoryview(content)
    for match in _PACKED.finditer(content):
        rest, inner = whole[match.start() :], b""
        with suppress(zlib.error, OSError, EOFError, ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
            if match[0].startswith(b"BZh"):
                inner = bz2.BZ2Decompressor().decompress(rest, _MOST_UNPACKED)
            elif match[0].startswith(b"PK"):
                with zipfile.ZipFile(io.BytesIO(rest)) as archive:
                    inner = b"\n".join(archive.read(name) for name in archive.namelist())
            else:
                inner = zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(rest, _MOST_UNPACKED)
        if len(inner) > 8:
            yield inner
            yield from unpacked(inner, depth + 1)


def places_of(canaries: Iterable[str], where: dict[str, bytes]) -> list[str]:
    """Return where a canary was found, and in which form; without the canary itself."""
    needles = [(number, name, needle) for number, text in enumerate(canaries) for name, needle in forms(text).items()]
    return [
        f"canary {number} as {name} in {place}"
        for place, content in where.items()
        for number, name, needle in needles
        if needle in content
    ]


def everywhere(where: dict[str, bytes]) -> dict[str, bytes]:
    """Return contents by place, with what is packed in them beside them."""
    inside = {f"{place}, unpacked {number}": inner for place, content in where.items()
              for number, inner in enumerate(unpacked(content))}  # fmt: skip
    return where | inside


def files(home: Path) -> dict[str, bytes]:
    """Return every file of the home, write-ahead logs included, by name."""
    return {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}
