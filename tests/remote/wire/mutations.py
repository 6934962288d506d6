"""Answers that are nearly right: the real ones with something changed, by seed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import orjson

from tests.remote.wire.calls import COMPLETED, NAMED, PAGE, QUEUED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Mutation = Callable[[random.Random, bytes], bytes]

ANSWERS: dict[str, tuple[int, bytes]] = {
    "import accepted": (200, QUEUED), "batch completed": (200, COMPLETED), "lists": (200, PAGE),
    "refused": (400, NAMED),
}  # fmt: skip

STRANGE: Sequence[Any] = (
    None, True, False, 0, 1, -1, 5, 2**63, 1.5, 1e308, "", "0", "1", "true", "false", "x", "\u202e", "\x00",
    "9" * 5_000,
    [], {}, [[]], [None], {"a": {}}, ["x"], [1], {"contact": 1}, "<html>", "p1@example.org",
)  # fmt: skip


def flip(chance: random.Random, content: bytes) -> bytes:
    """Change some bytes."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(chance: random.Random, content: bytes) -> bytes:
    """Take something away, within or from the end."""
    begin = chance.randrange(len(content))
    return content[:begin] + content[begin + chance.choice((1, 2, 9, len(content))) :]


def repeat(chance: random.Random, content: bytes) -> bytes:
    """Write a part twice."""
    begin, end = sorted(chance.sample(range(len(content) + 1), 2))
    return content[:end] + content[begin:end] + content[end:]


def swap(chance: random.Random, content: bytes) -> bytes:
    """Exchange one word for another."""
    old, new = chance.choice(
        ((b'"success":1', b'"success":0'), (b"batchId", b"batchid"), (b"success", b"Success"), (b'"', b"'"),
         (b":", b"="), (b",", b",,"), (b"{", b"[{"), (b"1", b"NaN"), (b"}", b"}}"), (b"completed", b"Completed"),
         (b"contact", b"Contact"), (b"[", b"{"), (b'"failure"', b'"fail"'), (b'"batchId"', b'"batch"'))
    )  # fmt: skip
    return content.replace(old, new)


def replace(chance: random.Random, content: bytes) -> bytes:
    """Put another value in the place of one, somewhere in the tree."""
    tree = orjson.loads(content)
    node = tree
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = chance.choice(keys)
        inner = node[key]
        if isinstance(inner, (dict, list)) and inner and chance.random() < 0.7:
            node = inner
            continue
        node[key] = chance.choice(STRANGE)
        return orjson.dumps(tree)


def drop(chance: random.Random, content: bytes) -> bytes:
    """Leave out a key, or spell it otherwise."""
    tree = orjson.loads(content)
    key = chance.choice(list(tree))
    value = tree.pop(key)
    if chance.random() < 0.5:
        tree[chance.choice((key.upper(), key.title(), f" {key}", f"{key}s", f"{key}\x00"))] = value
    return orjson.dumps(tree)


def double(chance: random.Random, content: bytes) -> bytes:
    """Write a key a second time, in the same letters or others, with another value."""
    key = chance.choice(list(orjson.loads(content)))
    spelled = chance.choice((key, key.upper(), key.title()))
    return content[:-1] + b"," + orjson.dumps({spelled: chance.choice(STRANGE)})[1:]


def wrap(chance: random.Random, content: bytes) -> bytes:
    """Put the answer into something, or something around it."""
    return chance.choice(
        (b"[" + content + b"]", b'{"data":' + content + b"}", content * 2, b"\xef\xbb\xbf" + content, b"\n" + content,
         b")]}'\n" + content, b"<pre>" + content + b"</pre>", content.decode().encode("utf-16"),
         orjson.dumps(str(content)))
    )  # fmt: skip


MUTATIONS: Sequence[Mutation] = (flip, cut, repeat, swap, replace, drop, double, wrap)


def mutated(seed: int, content: bytes) -> bytes:
    """Return an answer with one to three things changed."""
    chance = random.Random(seed)
    changed = chance.choice(MUTATIONS)(chance, content)
    for _ in range(chance.choice((0, 0, 1, 2))):
        # Only those that need no JSON: what came before may have broken it.
        changed = chance.choice((flip, cut, repeat, swap))(chance, changed or b"{}")
    return changed


def mutated_wire(seed: int, content: bytes) -> bytes:
    """Return a whole answer, head and all, with some bytes of it changed, taken away or repeated."""
    chance = random.Random(seed)
    return chance.choice((flip, cut, repeat))(chance, content)
