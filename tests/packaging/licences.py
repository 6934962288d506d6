"""The licences of what our lock file names; ``python -m tests.packaging.licences`` writes ``licences.md`` anew.

A licence is in the words of the package itself. What this system or Python does not install keeps its line; for a new
package of that kind the command says so, and the line is written by hand.
"""

from __future__ import annotations

import re
import sys
from importlib import metadata
from pathlib import Path

from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("licences.md")
LOCK = ROOT / "requirements.lock"

SHORT = 60
HEAD = """\
# Licences

The packages of `requirements.lock`: what `pip install "ac-notebook[notebooks,phone]"` brings along on any system, and
what `make` installs it with. Each licence is in the package's own words, and versions are in the lock file. Nothing of
them is copied into ac_notebook, which is under BSD-3-Clause.

`python -m tests.packaging.licences` writes this file. The suite compares it with the lock file and with what is
installed, and refuses a licence that would bind whoever uses ac_notebook: GPL, AGPL, and any that it does not know.
LGPL (python-stdnum) and MPL ask something only of who changes those packages themselves.

| package | licence |
| --- | --- |
"""


def locked() -> list[str]:
    """Name the packages of the lock file."""
    return sorted(set(re.findall(r"^([\w.-]+)==", LOCK.read_text(encoding="utf-8"), re.MULTILINE)))


def written() -> dict[str, str]:
    """Return the licences that the table has, by package."""
    rows = TABLE.read_text(encoding="utf-8").partition("| --- | --- |\n")[2]
    return dict(re.findall(r"^\| (\S+) \| (.+) \|$", rows, re.MULTILINE))


def installed() -> dict[str, str]:
    """Return the licences of what is installed here of it, by package."""
    here = {str(canonicalize_name(one.metadata["Name"])): one for one in metadata.distributions()}
    return {name: licence(here[name].metadata) for name in locked() if name in here}


def licence(about: metadata.PackageMetadata) -> str:
    """Return the licence that metadata states: as an expression, in a short text, by classifiers, or in a long text."""
    if "License-Expression" in about:
        return about["License-Expression"]
    text = " ".join(about["License"].split()) if "License" in about else ""
    classes = [one.rpartition(" :: ")[2] for one in about.get_all("Classifier") or () if one.startswith("License ::")]
    if text in {"", "UNKNOWN"} or (classes and len(text) > SHORT):
        text = "; ".join(classes)
    return text[:SHORT] or "not stated"


def main() -> int:
    """Write the table; 1 when a package of the lock file is neither here nor in the table yet."""
    known = written() | installed()
    missing = [name for name in locked() if name not in known]
    lines = "".join(f"| {name} | {known[name]} |\n" for name in locked() if name in known)
    TABLE.write_text(HEAD + lines, encoding="utf-8")
    if missing:
        sys.stderr.write(f"Not installed here, so to be written by hand: {', '.join(missing)}.\n")
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
