"""Texts that somebody may type, paste or be sent as the host of an account, and that must lead nowhere."""

from __future__ import annotations

GOOD = "acme.api-us1.com"

_WRITTEN_OTHERWISE = [
    "", " ", "\t", "\n", ".", "..", "-", "/", "//", "///", ":", "@", "https://", "https:///", "https:///x", "https:",
    "http://", "acme", "localhost", "localhost.", "api-us1.com", ".api-us1.com", "com", "acme.com", f"{GOOD}.",
    f"{GOOD}..", f".{GOOD}", "acme..api-us1.com", f"-{GOOD}", "acme-.api-us1.com", "acme.-api-us1.com",
    "acme.api-us1.com-", "acme_x.api-us1.com", "_acme.api-us1.com", "acme.api-us1.c0m", "acme.api-us1.1",
    "acme.api-us1.c", "a"*64+".api-us1.com", ".".join(["abcdefgh"]*40)+".com", ".".join(["a"]*130)+".com", "x"*10_000,
    f"{GOOD},", f"{GOOD};", f"<{GOOD}>", f'"{GOOD}"', f"'{GOOD}'", f"({GOOD})", f"{GOOD}|", f"{GOOD}^", f"{GOOD}`id`",
    f"$({GOOD})", f"{GOOD}&x=1", f"{GOOD}*", "*.api-us1.com", f"{GOOD}!", f"{GOOD}~", f"{GOOD}+", f"{GOOD}=",
    "acme api-us1.com", "acme .api-us1.com", f"{GOOD} x", "a.b.localhost", "acme.api-us1.com.localhost",
]  # fmt: skip

_OTHER_PLACES = [
    f"{GOOD}:443", f"{GOOD}:80", f"{GOOD}:", f"{GOOD}:0", f"{GOOD}:99999", f"{GOOD}:-1", f"{GOOD}:https",
    f"https://{GOOD}:443/", f"{GOOD}@evil.example", f"user@{GOOD}", f"user:pw@{GOOD}", f"https://user:pw@{GOOD}/",
    f"{GOOD}:pw@evil.example.com", f"{GOOD}\\@evil.example", f"{GOOD}\\.evil.example", f"\\\\{GOOD}",
    f"https:\\\\{GOOD}", f"evil.example.com\\{GOOD}", f"{GOOD}#evil.example", f"{GOOD}#@evil.example",
    f"evil.example.com#.{GOOD}", f"{GOOD}?x", f"{GOOD}?@evil.example", f"evil.example.com?.{GOOD}",
    f"evil.example.com#{GOOD}", f"{GOOD}/@evil.example", f"{GOOD}/?k=1", f"{GOOD}/#x", f"{GOOD}/..;/x",
    f"{GOOD}/%2e%2e", f"{GOOD}/a b", f"{GOOD}/\\evil.example", f"{GOOD}/<script>", f"{GOOD}/{{x}}", f"{GOOD}/a:b",
    f"{GOOD}/;x", f"http://{GOOD}", f"HTTP://{GOOD}", f"ftp://{GOOD}", f"ws://{GOOD}", f"wss://{GOOD}",
    f"file://{GOOD}/etc/passwd", f"gopher://{GOOD}", "file:///etc/passwd", f"javascript:alert(1)//{GOOD}",
    f"data:,{GOOD}", f"unix:/run/{GOOD}", f"http+unix://{GOOD}", f"//{GOOD}", f"///{GOOD}", f"/{GOOD}",
    f"https:/{GOOD}", f"https:{GOOD}", f"https//{GOOD}", f"https://https://{GOOD}", f"https://http://{GOOD}",
    f"https://{GOOD}@evil.example", f"https://[{GOOD}]", f"[{GOOD}]", "mailto:a@api-us1.com",
    f"{GOOD}:443@evil.example:443",
]  # fmt: skip

_ADDRESSES = [
    "127.0.0.1", "127.0.0.1:80", "127.1", "127.0.1", "0", "0.0.0.0", "10.0.0.1", "10.1", "169.254.169.254",  # noqa: S104 - refused
    "192.168.0.1", "8.8.8.8", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0X7F000001", "0177.0.0.1",
    "017700000001", "0177.1", "0x7f.0x0.0x0.0x1", "00000177.0.0.1", "127.0.0.1.", "127.0.0.01", "1.2.3.4.5",
    "256.256.256.256", "4294967296", "-1", "0x", "acme.api-us1.0x7f", "acme.api-us1.127", "[::1]", "::1", "[::]", "::",
    "[::ffff:127.0.0.1]", "::ffff:10.0.0.1", "[fe80::1%25eth0]", "fe80::1%eth0", "[fd00::1]", "[2001:db8::1]",
    "2001:db8::1", "[::1]:443", "[v1.x]", "https://127.0.0.1/", "https://[::1]/", "https://2130706433/",
    "https://0x7f000001/", "127.0.0.1/api", "\uff11\uff12\uff17.0.0.1", "\u2460.\u2461.\u2462.\u2463",
    "127\u30020\u30020\u30021", "127.0.0.1#.api-us1.com",
]  # fmt: skip

_LOOK_ALIKE = [
    "\u0430cme.api-us1.com", "acme.\u0430pi-us1.com", "acme.api-us1.\u0441om", "acm\u00e9.api-us1.com",
    "acme.api\u2010us1.com", "acme.api\u2011us1.com", "acme.api\u2013us1.com", "acme.api\u2212us1.com",
    "acme\u3002api-us1\u3002com", "acme\uff0eapi-us1\uff0ecom", "acme\uff61api-us1\uff61com", "\uff41cme.api-us1.com",
    "\U0001d41acme.api-us1.com", "acme\u212a.api-us1.com", "acme.api-u\u017f1.com", "\ufb01rma.api-us1.com",
    "stra\u00dfe.api-us1.com", "\u0130stanbul.api-us1.com", "acme.api-us\uff11.com", "acme.api-us\u2160.com",
    "acme.api-us1.\u217dom", "acme.api-us1\u3002com", f"{GOOD}\u2044x.evil.example", f"{GOOD}\u2215x",
    f"{GOOD}\uff0fx", f"{GOOD}\uff20evil.example", f"{GOOD}\uff1a443", f"{GOOD}\uff03x", f"{GOOD}\uff1fx",
    f"https\uff1a//{GOOD}", f"http\u017f://{GOOD}", "xn--cme-8cd.api-us1.com", "acme.xn--pi-us1-5fg.com",
    "acme.api-us1.xn--p1ai", "XN--CME-8CD.api-us1.com", "ab--cd.api-us1.com", "xn--.api-us1.com", "xn--a-.api-us1.com",
    "\u4e2d\u6587.api-us1.com", "\U0001f642.api-us1.com", "acme.api-us1.com\U0001f642",
    "\u0622\u0643\u0645\u064a.api-us1.com",
]  # fmt: skip

_NOT_SEEN = [
    f"{GOOD}\x00", f"\x00{GOOD}", "acme\x00.api-us1.com", f"{GOOD}\x00.evil.example", "acme.api-us1.c\nom",
    f"{GOOD}\nx", f"{GOOD}\r\nHost: evil.example", "acme\t.api-us1.com", f"{GOOD}\x0b", f"{GOOD}\x0c",
    f"\x1b[31m{GOOD}", f"{GOOD}\x7f", f"{GOOD}\x85", f"{GOOD}\xa0", f"\xa0{GOOD}", f"{GOOD}\xad",
    "ac\xadme.api-us1.com", f"\ufeff{GOOD}", f"{GOOD}\u200b", "ac\u200bme.api-us1.com", "ac\u200cme.api-us1.com",
    "ac\u200dme.api-us1.com", f"{GOOD}\u200e", f"\u202e{GOOD}", "\u202emoc.1su-ipa.emca", f"\u2066{GOOD}\u2069",
    f"{GOOD}\u2028", f"{GOOD}\u2029", f"{GOOD}\u3000", f"{GOOD}\ud800", f"{GOOD}\U000e0061", "acme\u0301.api-us1.com",
    "acme.api-us1\u0307.com", f"{GOOD}\u2060", f"{GOOD}\x1c", f"{GOOD}\x1f", "%61cme.api-us1.com",
    "acme%2eapi-us1%2ecom", f"{GOOD}%00", f"{GOOD}%0d%0aX: 1", f"{GOOD}%2f@evil.example", f"{GOOD}%40evil.example",
    f"{GOOD}%5c", f"{GOOD}%20", f"{GOOD}%23", f"{GOOD}%", f"%{GOOD}", f"{GOOD}%25",
]  # fmt: skip

HOSTILE = list(dict.fromkeys([*_WRITTEN_OTHERWISE, *_OTHER_PLACES, *_ADDRESSES, *_LOOK_ALIKE, *_NOT_SEEN]))
"""Refused whatever else is said: they are no host names."""

OTHERS = [
    "evil.example.com", "acme.api-us1.com.evil.example", "acme.evil-api-us1.com", "acme.api-us1.co",
    "acme.api-us1.com.br", "acme.api-us2.com", "acme.apius1.com", "acme.api-us1-com.evil.example",
    "acme-api-us1.com.evil.example", "www.activecampaign.com", "acme.activehosted.com.evil.example",
    "acme.activehosted.co", "acme.activehosted.cm", "acme.api-usl.com", "acme.rn-api-us1.com", "acme.api-eu1.org",
    "metadata.google.internal", "api.acme.local", "acme.api-us1.com.internal", "xapi-us1.com.evil.example",
    "127.0.0.1.nip.io", "https://evil.example.com/acme.api-us1.com", "https://evil.example.com/.api-us1.com",
    "ACME.EVIL.EXAMPLE",
]  # fmt: skip
"""Host names that are not known to be ActiveCampaign's: refused unless that is said."""

KINDS: list[object] = [None, 5, b"acme.api-us1.com", ["acme.api-us1.com"], 1.5, object()]
"""No texts at all."""
