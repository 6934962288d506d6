"""Values of our own that have broken programs: in groups, each with a word why."""

from __future__ import annotations

import itertools
import unicodedata
from typing import NamedTuple


class Group(NamedTuple):
    """Some values, and why they are here."""

    why: str
    values: list[str]


KILO = 1_000
MEGA = 1_000_000

_CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]
_SPACES = [chr(code) for code in range(0x110000) if chr(code).isspace()]
_ACCENTED = ["e\u0301", "a\u030a", "o\u0308", "n\u0303", "\u0130", "s\u0323\u0307", "\u1100\u1161\u11a8", "\u212b"]
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_INVISIBLE = "\u00ad\u034f\u115f\u180e\u200b\u200c\u200d\u2060\u2061\u2063\u3164\ufe0f\ufeff\ufff9\ufffb\U000e0001"
_NON_CHARACTERS = ["\ufdd0", "\ufdef", *(chr(plane * 0x10000 + low) for plane in range(17) for low in (0xFFFE, 0xFFFF))]
_SURROGATES = ["\ud800", "\udbff", "\udc00", "\udfff", "\ud83d", "\udcff"]
_NEWLINES = ["\n", "\r", "\r\n", "\n\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"]
_TAGGED_FLAG = "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in "gbsct") + "\U000e007f"
_FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"

GROUPS: dict[str, Group] = {
    "lone surrogates": Group(
        "no encoding can write them",
        [
            *itertools.chain.from_iterable((bad, f"a{bad}", f"{bad}b", f"a{bad}b") for bad in _SURROGATES),
            "\udc00\ud800", "\ud800\ud800", "a\ud83d\U0001f600", "naughty\udcffvalue",
        ],
    ),
    "controls": Group(
        "C0 and C1: a database or a terminal obeys them",
        [*_CONTROLS, *(f"a{letter}b" for letter in _CONTROLS), "\x00value", "value\x00", "\x1b[31mred\x1b[0m"],
    ),
    "white space": Group(
        "what is around goes, what is inside stays",
        [
            *itertools.chain.from_iterable(
                (f"{space}in front", f"behind{space}", f"in{space}side") for space in _SPACES
            ),
            " \u2003\u00a0\t both \u3000\n ", "\u200b zero width is none \u200b", " ", "\t\n", "\u00a0\u2003",
        ],
    ),
    "newlines": Group("every kind, alone, doubled and inside", [
        *(f"line one{end}line two" for end in _NEWLINES), *(f"a{end}{end}b" for end in _NEWLINES), "a\tb\tc",
    ]),
    "directions": Group("text that is shown in another order than it is written", [
        *(f"a{mark}b" for mark in _BIDI), "\u202egnp.exe", "\u05e9\u05dc\u05d5\u05dd abc",
        "\u0645\u0631\u062d\u0628\u0627",
        "\u2067\u05d0\u2069 (1)", "abc \u200f(def)\u200e",
    ]),
    "invisible": Group("joiners, marks of order, fillers, variation selectors", [
        *(f"a{mark}b" for mark in _INVISIBLE), *_INVISIBLE, "\ufeffbegin", "end\ufeff", "\u200d\u200d\u200d",
        "\u2800",
    ]),
    "forms": Group("one letter, several spellings: none is exchanged for another", [
        *_ACCENTED, *(unicodedata.normalize("NFC", text) + "-nfc" for text in _ACCENTED),
        *(unicodedata.normalize("NFD", text) + "-nfd" for text in _ACCENTED),
        "\ufb01sh", "\u216b", "\u00bd", "\uff21\uff22\uff23", "\u1e9b\u0323", "e" + "\u0301" * 50,
        "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324", "\u0301leading mark",
    ]),
    "letter case": Group("letters that are longer, or others, in another case", [
        "\u0130stanbul", "d\u0131\u015f", "Stra\u00dfe", "STRASSE", "\u1e9e", "lon\u017f", "\u212aelvin",
        "\u00c5ngstr\u00f6m",
        "\u03a3\u03c3\u03c2", "\u01c5", "\u0149", "\ufb03", "\u1f88", "i\u0307", "\u0390",
    ]),
    "emoji": Group("several code points that are one picture", [
        "\U0001f600", _FAMILY, f"{_FAMILY}{_FAMILY}", "\U0001f44d\U0001f3fd", "\U0001f1f8\U0001f1ea", "\u2764\ufe0f",
        "1\ufe0f\u20e3", _TAGGED_FLAG, "\U0001f3f3\ufe0f\u200d\U0001f308", "\U0001f9d1\U0001f3ff\u200d\U0001f4bb",
    ]),
    "far planes": Group("beyond the first 65,536, private, tags", [
        "\U00010000", "\U0001d400\U0001d401", "\U00020bb7\u91ce\u5bb6", "\U0002f800", "\ue000", "\uf8ff",
        "\U000f0000",
        "\U0010fffd", "\U000e0041\U000e0042", "\U000e0100", "\U00016a39",
    ]),
    "non-characters": Group("code points that are promised never to be letters", [
        *_NON_CHARACTERS, "a\ufffeb", "\uffff\uffff", "\ufffd", "caf\ufffd",
    ]),
    "encodings": Group("text that was read with the wrong one", [
        "M\u00c3\u00bcller", "\u00c3\u00a9", "caf\u00e9".encode().decode("cp1252"), "\u00ef\u00bb\u00bfheader",
        "=?utf-8?B?w6k=?=",
    ]),
    "numbers": Group("text that is, or is nearly, a number", [
        "1e309", "-1e309", "1e-400", "0x1F", "0b1", "0o17", "1_000", "1,000", "1.000,50", "1 000",
        "\u0661\u0662\u0663", "\uff11\uff12",
        "\u00b2", "\u2167", "\u0968", "-0", "+0", "00", "007", "+46701234567", "-.5", "5.", ".5", "--1", "+-1",
        "1.2.3", "1e5", "1E5",
        "9007199254740993", "170141183460469231731687303715884105728", "9" * 400, "0." + "3" * 400, "\u22121",
        "1\u00a0000",
        "infinity", "-inf", "Inf", "NaN", "nan", "1/3", "50%", "$5", "5 kr", "1,5", "0.1", "-12.50", "+3.0", "1 ",
        "\u06f5",
    ]),
    "dates": Group("text that is, or is nearly, a date", [
        "2024-02-29", "2024-02-30", "2023-02-29", "0000-00-00", "0000-01-01", "0001-01-01", "9999-12-31",
        "10000-01-01",
        "2024-01-01T24:00:00", "2024-01-01T23:59:60", "2024-01-01T12:00:00Z", "2024-01-01 12:00:00+02:00",
        "2024-01-01T12:00:00.999999999+0530", "2024-01-01T12:00:00+25:00", "2024-01-01T12:00:00+14:00",
        "2024-01-01T1:00",
        "24:00", "2024-W01-1", "2024-060", "20240101", "01/02/03", "1.2.2024", "31/12/1999", "-0001-01-01",
        "+2024-01-01",
        "2024-1-1", "2024-13-01", "2024-00-10", "2024-01-32", "2024-01-01Z", "2024-01-01T", "T12:00", "today", "now",
        "epoch",
        "\u0662\u0660\u0662\u0664-\u0660\u0661-\u0660\u0661", "2024\u201101\u201101", "2024-03-31T02:30:00",
        "1900-01-01T00:00:00",
        "0001-01-01T00:00:00", "9999-12-31T23:59:59", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00",
        "1883-11-18T12:03:58",
    ]),
    "blanks in words": Group("what programs write for nothing", [
        "None", "NULL", "null", "<NA>", "NaT", "N/A", "n/a", "#N/A", "-", "--", ".", "?", "undefined", "nil",
        "(null)", "\\N", "NA",
        "Null", "NONE", "0", "false", "unknown", "[]", "{}", "''", '""',
    ]),
    "separators": Group("what lies between values elsewhere", [
        "||", "|", "|||", "||||", "||a||", "a||", "||a", "a||b", "a|||b", "|a|", "a|", "|a", "a | b", "|| a || b ||",
        "a||a", "a,b",
        ",", ",,", ",a,", "a;b", "a,A", "a, b ,c", '"a","b"', "a\u001fb", "a\u3001b", "a\uff0cb", "a\uff5c\uff5cb",
        "||\u200b||",
    ]),
    "quotes": Group("what ends a text elsewhere", [
        "'", '"', "''", '""', "`", "\\", "\\\\", '\\"', "a\\", '"quoted"', "it's",
        "\u2018\u2019\u201c\u201d\u00ab\u00bb", "\\u0000", "\\ud800",
        "\\x00", "\\n", "%00", "&#0;", "&quot;", "\\\\u0022", "/", "<\\/script>",
    ]),
    "JSON": Group("text that closes the request's own braces", [
        '"}],"fields":[{"id":1,"value":"x', '","email":"other@example.org', '"}', "{}", "[1,2]", '{"a":1}', "null,",
        "]}", '"],"tags":["vip',
        '"subscribe":[{"listid":1}]', "// comment", "/* x */", '{"__proto__":{"x":1}}', "\\u007b",
    ]),
    "formulas": Group("what a spreadsheet would run", [
        "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("//x","y")',
        "%0A=1", "\uff1d1+1",
    ]),
    "markup": Group("what a browser would run", [
        "<b>bold</b>", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
        "javascript:alert(1)",
        "</title><h1>", "<!--", "-->", "]]>", "<![CDATA[x]]>", "&lt;b&gt;", "&amp;", "<a href='x'>y</a>",
        "<style>*{}</style>", "<iframe>",
        "data:text/html,x", "{{constructor.constructor('x')()}}", "<table><tr><td>",
    ]),
    "queries": Group("what a database would run", [
        "'; DROP TABLE contacts;--", "' OR '1'='1", '" OR ""="', "1;SELECT 1", "admin'--", "%' AND 1=0", "_%",
        "\\'; --", "0 UNION SELECT 1",
        '{"$gt": ""}', "*)(uid=*))(|(uid=*", "@column", "index > 0",
    ]),
    "shell": Group("what a shell would run, or open", [
        "$(reboot)", "`reboot`", "; ls", "| cat", "&& true", "$HOME", "~", "*", "../../etc/passwd",
        "..\\..\\boot.ini", "file:///etc/passwd",
        "CON", "NUL", "aux.txt", "-rf", "--help", "$IFS", "%PATH%", "\\\\host\\share",
    ]),
    "templates": Group("what a template would fill in, ActiveCampaign's own among them", [
        "%FIRSTNAME%", "%EMAIL%", "%UNSUBSCRIBELINK%", "%%", "%s", "%d %n", "%(name)s", "{0}", "{}", "{name!r}",
        "{{x}}", "${x}", "#{x}",
        "<%= x %>", "{% x %}", "$x", "{0.__class__}", "%1$s", "*|FNAME|*", "[[x]]",
    ]),
    "long": Group("longer than anybody expects", [
        "x" * 10 * KILO, "\u00e9" * 10 * KILO, "\U0001f600" * 10 * KILO, "a," * 5 * KILO, "||b" * 5 * KILO,
        "x" * 399 * KILO,
        "x" * 400 * KILO, '"' * 199 * KILO, '"' * 201 * KILO, "\u20ac" * 132 * KILO, "\u20ac" * 134 * KILO,
        " " * 500 * KILO + "x",
    ]),
    "odd lists": Group("left over from the list's text edition, and from other lists", [
        "TRUE", "FALSE", "DCC SEND STARTKEYLOGGER 0 0 0", "<<< %s(un='%s') = %u", "Scunthorpe", "Jr.",
        "O'Neil-M\u00fcller, Ph.D.", "X \u00c6 A-12",
        "Mr. Null", "Test", "--- ---", "a\u0300\u0301\u0302", "\u202d\u202d", "1,2,3", "true", "yes", "no", "on",
    ]),
}  # fmt: skip

LONGEST = "y" * 10 * MEGA
"""Longer than any request may be, by far; apart, because it costs time."""

OWN = list(dict.fromkeys(itertools.chain.from_iterable(group.values for group in GROUPS.values())))
"""Each of them once."""
