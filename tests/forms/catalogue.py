"""The catalogues of the forms' words: which texts there are, and ``python -m tests.forms.catalogue``, which adds them.

A translator changes ``ac_notebook/forms/locale/…/forms.po``; run again, this writes the ``forms.mo`` that is read.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMS = Path(__file__).parents[2] / "ac_notebook" / "forms"
_DAY = datetime(2026, 1, 1, tzinfo=UTC)
KEYWORDS = {"words": None, "_words": None, "plural": (2, 3)}


def extracted() -> Catalog:
    """Return the texts of the forms' code."""
    found = Catalog()
    for _, _, text, _, _ in extract_from_dir(str(FORMS), [("**.py", "python")], keywords=KEYWORDS):
        found.add(text)
    return found


def catalogues() -> Iterator[Path]:
    """Yield the files of each language."""
    yield from sorted(FORMS.glob("locale/*/LC_MESSAGES/forms.po"))


def read(path: Path) -> Catalog:
    """Return a catalogue as its file has it."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name)


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as its file should be."""
    out = io.BytesIO()
    write_po(out, catalogue, width=120, sort_output=True, omit_header=True, ignore_obsolete=True, no_location=True)
    return out.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """Return a catalogue in the form that gettext reads."""
    out = io.BytesIO()
    catalogue.creation_date = catalogue.revision_date = _DAY  # what is compiled changes with the words only
    write_mo(out, catalogue)
    return out.getvalue()


def updated(path: Path) -> Catalog:
    """Return a catalogue with the texts of the code, and the translations that it had."""
    catalogue = read(path)
    catalogue.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    return catalogue


def main() -> None:
    """Bring all catalogues up to date, and compile them."""
    for path in catalogues():
        catalogue = updated(path)
        path.write_bytes(written(catalogue))
        path.with_suffix(".mo").write_bytes(compiled(catalogue))


if __name__ == "__main__":
    main()
