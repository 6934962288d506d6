from __future__ import annotations

from typing import Any

import pytest

from ac_notebook.model.export import Export, Options
from ac_notebook.model.mapping import Mapping

MAPPING = Mapping(
    email="E-mail", first_name="Given name", fields={"Birthday": "dob", 7: "points"}, tags="t",
    blank={"Birthday": "clear"},
)  # fmt: skip
ZONE = Options(timezone="Europe/Stockholm")


def _identity(mapping: Mapping = MAPPING, **options: Any) -> str:
    return Export(
        list="Newsletter", mapping=mapping, tags=("b", "a"), options=Options(timezone="Europe/Stockholm", **options)
    ).identity


def test_what_a_stored_journal_remembers_goes_on_matching() -> None:
    """Digests of definitions without formats, separators and regions, as written by the first version."""
    assert _identity() == "digest:63ee14f8b63cd307755fe206"
    assert Export(list=4, mapping=Mapping(email="E-mail")).identity == "digest:c3f2eaae92e27039c44bf412"


@pytest.mark.parametrize(
    "changed",
    [
        _identity(MAPPING.replace(formats={"Birthday": "%d.%m.%Y"})),
        _identity(MAPPING.replace(formats={"Birthday": "%m.%d.%Y"})),
        _identity(MAPPING.replace(separators={"tags": ";"})),
        _identity(MAPPING.replace(separators={"tags": "/"})),
        _identity(phone_region="SE"),
        _identity(phone_region="NO"),
    ],
)
def test_what_is_stated_is_part_of_a_definition(changed: str) -> None:
    """Another form, separator or region is another export."""
    others = {_identity(), _identity(MAPPING.replace(separators={7: ";"})), _identity(phone_region="DK")}
    assert changed not in others
