"""Keys, addresses and phones in a text: how many of each, and never which."""

from __future__ import annotations

import base64
import re
from collections import Counter
from typing import TYPE_CHECKING, Literal

from ac_notebook.notebooks.numbers import phones
from ac_notebook.notebooks.readings import linked, readings, strings_joined, without_operators

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from ac_notebook.notebooks.contents import Piece

Kind = Literal["key", "address", "phone", "example address", "example phone"]

KINDS: tuple[Kind, ...] = ("key", "address", "phone")
"""What must not be in a notebook that is shared. Examples may be: they are nobody's."""

_SHORTEST_KNOWN = 8

_LONG_HEX = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-f]{41,128}|[0-9A-F]{41,128})(?![0-9A-Za-z])")
"""ActiveCampaign's keys are long rows of hexadecimal digits; 40 are a commit."""

_DIGESTS = (56, 64, 96, 128)
"""Digits of digests (SHA-2, SHA-3): what is so long is a key only where a word or a host before it says so."""

_KEY_WORD = re.compile(
    r"(?:key|token|secret|credential|activecampaign|activehosted|api-[a-z]{2}\d|connect\s{0,4}\()[^\n\\]*\Z",
    re.IGNORECASE,
)
_NEAR = 80
"""Letters before a digest in which such a word stands."""

_VARIABLE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)

_SANDBOX_KEY = re.compile(r"(?<![\w-])sandbox-[0-9a-f]{16,128}(?![\w-])")

_NAMED_KEY = re.compile(
    r"(?:api[-_ ]?(?:token|key)|AC_NOTEBOOK_KEY__\w{1,100})[\"']?"
    r"(?:\s{0,4}\]?\s{0,4}(?:[:=,]|is)|\s)\s{0,4}[bru]?[\"']?"
    r"(?P<key>[\w.~+/-]{16,200}=*)",
    re.IGNORECASE,
)
_NOT_A_KEY = re.compile(r"\W*(?:sha-?\d*|hash|digest|commit|signature|rev|blob|tree)\b[^\n]{0,4}$|@$", re.IGNORECASE)
"""What stands before the digest of a file or the name of a commit."""

_LOCAL = re.compile(r"[\w.!#$%&*+/=?^{|}~-]{1,64}$|\"[^\"\n]{1,62}\"$")
_SIGN = re.compile(r"@(?=[^\W_])")
_DOMAIN = re.compile(
    r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}(?:[^\W\d_]{2,24}|xn--[a-z0-9-]{2,59})(?![\w(])", re.IGNORECASE
)
_EXAMPLE_ENDINGS = ("example", "test", "invalid", "localhost", "tld")
"""Top levels that are kept free (RFC 2606, RFC 6761), and one that stands for any in our own hints."""

_EXAMPLE_DOMAINS = ("example.com", "example.net", "example.org")
_SERVICES = ("git", "noreply", "no-reply", "donotreply", "do-not-reply")
_NO_TOP_LEVELS = frozenset(
    [
        "png",
        "jpg",
        "jpeg",
        "gif",
        "svg",
        "webp",
        "ico",
        "internal",
        "local",
        "values",
        "weight",
        "weights",
        "data",
        "array",
        "real",
        "imag",
        "conj",
        "flat",
        "shape",
        "index",
        "loc",
        "iloc",
        "params",
        "coef",
        "mean",
        "transpose",
    ]
)
"""Endings of files (``logo@2x.png``), of machines inside a network, and of products of matrices (``X@w.values``)."""


def found_in(piece: Piece, keys: Collection[str] = ()) -> Counter[Kind]:
    """Return how many keys, addresses and phones stand in a piece of a notebook.

    Parameters
    ----------
    piece
        The piece.
    keys
        Keys that are known, to be found wherever they stand.
    """
    if piece.is_base64:
        # What it decodes to is another piece; among random letters are signs and digits enough for a phone.
        formed = _keys(piece.text) if len(piece.text) <= _LONGEST_NOT_BINARY else ()
        return +Counter[Kind]({"key": len(_apart([*_known(piece.text, keys, is_base64=True), *formed]))})
    text, inside = linked(without_operators(piece.text) if piece.is_code else piece.text)
    total = _in_text(text, keys, is_binary=piece.is_binary)
    if piece.is_code:
        joined = "\n".join(strings_joined(piece.text))
        total |= _in_text(joined, keys) if joined else Counter()
    for inner in inside:
        total += _in_text(inner, keys)
    return +total


_LONGEST_NOT_BINARY = 10_000
"""Letters of base64 that may be a text with a wrong type; longer ones are what they say."""


def _in_text(text: str, keys: Collection[str], *, is_binary: bool = False) -> Counter[Kind]:
    """Return the most that any reading of a text shows: what is found in one is found in the others, too."""
    found: Counter[Kind] = Counter()
    for reading in readings(text):
        found |= Counter(_kinds(reading, keys, is_binary=is_binary))
    return found


def _kinds(text: str, keys: Collection[str], *, is_binary: bool) -> Iterator[Kind]:
    taken = _apart([*_known(text, keys), *_keys(text)])
    for _ in taken:
        yield "key"
    for domain in _addresses(text):
        yield "example address" if is_example(domain) else "address"
    if is_binary:
        return  # among random letters are signs and digits enough for a phone
    for (first, last), example in phones(text):
        if not any(start < last and first < end for start, end in taken):
            yield "example phone" if example else "phone"


def _apart(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans without those that overlap an earlier one."""
    kept: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if not kept or first >= kept[-1][1]:
            kept.append((first, last))
    return kept


def _known(text: str, keys: Collection[str], *, is_base64: bool = False) -> Iterator[tuple[int, int]]:
    """Yield where keys that are known stand, as they are or in base64, wherever in that they begin."""
    for key in keys:
        if len(key) >= _SHORTEST_KNOWN:
            for form in (key,) if is_base64 else (key, *_in_base64(key)):
                yield from (match.span() for match in re.finditer(re.escape(form), text))


def _in_base64(key: str) -> tuple[str, ...]:
    """Return the letters of base64 that a key alone decides, for each of the three places where it can begin."""
    forms = []
    for before in range(3):
        data = b" " * before + key.encode()
        written = base64.b64encode(data).decode()
        forms.append(written[(0, 2, 3)[before] : len(data) * 8 // 6])
    return tuple(forms)


def _keys(text: str) -> Iterator[tuple[int, int]]:
    yield from (match.span() for match in _SANDBOX_KEY.finditer(text))
    for match in _LONG_HEX.finditer(text):
        before = text[max(match.start() - 24, 0) : match.start()]
        if len(match[0]) in _DIGESTS and not _KEY_WORD.search(text, max(match.start() - _NEAR, 0), match.start()):
            continue
        if re.search("[0-9]", match[0]) and re.search("[A-Fa-f]", match[0]) and not _NOT_A_KEY.search(before):
            yield match.span()
    for match in _NAMED_KEY.finditer(text):
        # A key has digits and letters; what has only one of them is the name of a variable, or a placeholder.
        if re.search("[0-9]", match["key"]) and re.search("[A-Za-z]", match["key"]) and not _is_name(match["key"]):
            yield match.span("key")


def _is_name(written: str) -> bool:
    """Return whether what follows ``api_key=`` is the name of a variable, as those name it who wrote it."""
    return (
        _VARIABLE.fullmatch(written) is not None and re.search("key|token|secret", written, re.IGNORECASE) is not None
    )


def _addresses(text: str) -> Iterator[str]:
    """Yield the domain of each address; from each sign to both sides, so that a long text is read once."""
    for match in _SIGN.finditer(text):
        at = match.start()
        domain = _DOMAIN.match(text, at + 1)
        local = _LOCAL.search(text[max(at - 64, 0) : at]) if domain is not None else None
        if local is None or domain is None:
            pass
        elif text[at - len(local[0]) - 1 : at - len(local[0]) + 2] == "://":
            pass  # abfss://container@account…: what a URL has before its host is no address
        elif _is_address(local[0], domain[0]):
            yield domain[0]


def _is_address(local: str, domain: str) -> bool:
    if not any(letter.isalnum() for letter in local):
        return False
    # git@github.com is the name of a service.
    return local.strip("/").casefold() not in _SERVICES and domain.rpartition(".")[2].casefold() not in _NO_TOP_LEVELS


def is_example(domain: str) -> bool:
    """Return whether a domain is one that nobody can have.

    Examples
    --------
    >>> [is_example(domain) for domain in ("mail.example.org", "shop.test", "example.org.com", "myexample.org")]
    [True, True, False, False]
    """
    folded = domain.casefold()
    labels = folded.split(".")
    return labels[-1] in _EXAMPLE_ENDINGS or ".".join(labels[-2:]) in _EXAMPLE_DOMAINS
