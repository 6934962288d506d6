"""The table of licences: that it is of what the lock file names, and that none would bind our users."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest

from tests.packaging.licences import HEAD, TABLE, installed, licence, locked, written

FREE = r"""
    0BSD | Apache[ ]2\.0 | Apache[ ]License,[ ]Version[ ]2\.0 | Apache[ ]Software[ ]License | Apache-2\.0
    | BSD | BSD[ ]License | BSD[ ]3-Clause[ ]License | BSD-[23]-Clause | CC0-1\.0
    | ISC | ISC[ ]license | ISC[ ]License[ ]\(ISCL\)
    | MIT | MIT-0 | MIT-CMU | MIT[ ][Ll]icense | MPL-2\.0 | Mozilla[ ]Public[ ]License[ ]2\.0[ ]\(MPL[ ]2\.0\)
    | PSFL | PSF-2\.0 | Python[ ]Software[ ]Foundation[ ]License | Zlib
"""
"""Licences that ask nothing of whoever uses a package; MPL asks for changes of its own files only."""

LIBRARIES = {"python-stdnum": "LGPL"}
"""Libraries whose licence asks something only of who changes them: looked at one by one."""


def binds(package: str, words: str) -> bool:
    """Tell whether a licence could bind whoever uses a package: whether it is none that is known to be free.

    Of several between which one may choose, one that is free is enough; of several that hold together, all have to be.
    """
    if LIBRARIES.get(package) == words:
        return False
    outer = re.sub(r"\(([^()]* OR [^()]*)\)", lambda choice: choice[1].partition(" OR ")[0], words)
    return not any(
        all(re.fullmatch(FREE, one.strip(), re.VERBOSE) for one in re.split(r" AND |; ", choice))
        for choice in outer.split(" OR ")
    )


def test_the_table_is_of_the_lock_file() -> None:
    """It has each package of requirements.lock once, with the licence of what is installed of it."""
    told = written()
    assert list(told) == locked(), "Run python -m tests.packaging.licences."
    assert told | installed() == told, "Run python -m tests.packaging.licences."
    assert len(installed()) > 100
    assert TABLE.read_text(encoding="utf-8").startswith(HEAD)


def test_no_licence_binds_who_uses_the_package() -> None:
    """None is of a kind (GPL, AGPL, or unknown) that would reach over to the work of our users."""
    assert [f"{package}: {words}" for package, words in written().items() if binds(package, words)] == []


@pytest.mark.parametrize(
    ("words", "bound"),
    [
        ("MIT", False),
        ("GPL-3.0-or-later OR MIT", False),
        ("GPL-3.0-or-later AND MIT", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", False),
        ("GNU General Public License v3 (GPLv3)", True),
        ("AGPL-3.0-only", True),
        ("MIT License; GNU Affero General Public License v3", True),
        ("LGPL", True),
        ("Proprietary", True),
        ("not stated", True),
    ],
)
def test_what_binds_is_told_apart(words: str, *, bound: bool) -> None:
    """Copyleft and what nobody knows binds, unless there is a choice of something free."""
    assert binds("some-package", words) is bound


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"License-Expression": "MIT", "License": "something else"}, "MIT"),
        ({"License": "BSD-3-Clause", "Classifier": "License :: OSI Approved :: BSD License"}, "BSD-3-Clause"),
        ({"License": "Copyright " * 40, "Classifier": "License :: OSI Approved :: BSD License"}, "BSD License"),
        ({"License": "UNKNOWN", "Classifier": "License :: OSI Approved :: ISC License (ISCL)"}, "ISC License (ISCL)"),
        ({"Classifier": "Topic :: Internet"}, "not stated"),
    ],
)
def test_a_licence_is_read_from_where_it_is_stated(fields: dict[str, str], words: str) -> None:
    """An expression comes before a short text, that before classifiers, and these before a long text."""
    about = EmailMessage()
    for name, value in fields.items():
        about[name] = value
    assert licence(about) == words  # type: ignore[arg-type]  # what metadata returns is such a message, too
