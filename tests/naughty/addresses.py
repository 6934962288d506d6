"""Addresses of all odd kinds, and what only looks like them."""

from __future__ import annotations


def address_of_length(local: int, whole: int) -> str:
    """Return an address with so many letters before the @, and in all."""
    rest = whole - local - len("@.example.org")
    labels = [("d" * 60 + ".") * (rest // 61) + "d" * (rest % 61)]
    return "x" * local + "@" + labels[0] + ".example.org"


ADDRESSES = [
    "plain@example.org", "Plain.Two@Example.ORG", "plus+tag@example.org", "a@b.co", "x_y-z=1@example.org",
    "!#$%&*/?^`{|}~@example.org",
    "123@example.org", "a@1.example.org", "a@xn--mller-kva.example.org", "a@example.museum",
    "a@sub.sub.sub.example.org", "-a-@example.org",
    '"quoted"@example.org', '"with blank"@example.org', '"a@b"@example.org', "a(comment)@example.org",
    "a@[127.0.0.1]", "a@[IPv6:::1]",
    "a@m\u00fcller.example.org", "j\u00f6rg@example.org", "\u7528\u6237@example.org", "a@example", "a@localhost",
    "a@127.0.0.1", "a@b@example.org",
    "a@@example.org", "@example.org", "a@", "@", "a", "a.example.org", "a.@example.org", ".a@example.org",
    "a..b@example.org", "a@example.org.",
    "a@.example.org", "a@example..org", "a@-example.org", "a@example-.org", "a@example.o", "a@example.o1",
    "a@exam_ple.org", "a@example.org,",
    "a;b@example.org", "a,b@example.org", "a:b@example.org", "a<b@example.org", "Ann <ann@example.org>",
    "mailto:a@example.org", "o'neil@example.org",
    "a b@example.org", "a@exa mple.org", "a@example.org b@example.org", " trimmed@example.org\u00a0",
    "tab\t@example.org", "new\n@example.org",
    "nul\x00@example.org", "zero\u200bwidth@example.org", "\ufeffbom@example.org", "soft\u00adhyphen@example.org",
    "rtl\u202e@example.org",
    "back\\slash@example.org", "a@example.org\n", "half\ud800@example.org", "a@ex\u0430mple.org",
    "\u212a@example.org", "dot\u3002@example.org",
    "a\uff20example.org", "a@example\uff0eorg", "\U0001f600@example.org", "=cmd@example.org", "+a@example.org",
    "%EMAIL%@example.org", "'a'@example.org",
    "UPPER@EXAMPLE.ORG", "upper@example.org", "e\u0301@example.org", "\u00e9@example.org", "nan@example.org",
    "a@example.con", "a@example.123",
    address_of_length(64, 100), address_of_length(65, 100), address_of_length(10, 254), address_of_length(11, 255),
    address_of_length(64, 254),
    "a@" + "d" * 63 + ".org", "a@" + "d" * 64 + ".org", "a@example." + "t" * 63, "a@example." + "t" * 64,
    "\u00e9" * 32 + "@example.org",
    "\u00e9" * 33 + "@example.org",
]  # fmt: skip
"""Addresses, and what looks like them."""
