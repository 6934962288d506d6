"""Definitions of exports by chance: any names, labels, rules and options that there can be."""

from __future__ import annotations

import string
from typing import Any

from hypothesis import strategies as st

import ac_notebook as ac
from ac_notebook.model.departures import ACTIONS
from ac_notebook.model.display_name import clean_name
from ac_notebook.model.guards import GUARD_RAILS
from ac_notebook.model.mapping import ATTRIBUTES

LETTERS = st.characters(exclude_categories=["Cs"])
TEXT = st.text(LETTERS, max_size=12)
WRITTEN = st.text(LETTERS, min_size=1, max_size=20).filter(lambda text: bool(text.strip()))
ODD = st.sampled_from(["{}", '"', "'", "\\", "\n", "\u202e", "\u2028", "None", "true", "ac.", "\x00", "ä", "🎈", "%"])
WHOLE = st.integers(-(2**63) + 1, 2**63 - 1)
SCALARS = TEXT | ODD | WHOLE | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
LABELS = SCALARS | st.lists(SCALARS | st.none(), max_size=3).map(tuple)
KEYS = st.one_of(TEXT, ODD, st.integers(0, 2**63 - 1), st.sampled_from(["email", "first_name", "tags", "opt_in", "7"]))
FORMATS = st.sampled_from(["%d.%m.%Y", "%Y-%m-%d", "%m/%d/%y", "%d %B %Y"])
SEPARATORS = st.sampled_from([";", "|", "\t", "\n", ", ", "·"])
ZONES = st.sampled_from(["UTC", "Europe/Stockholm", "Asia/Kathmandu", "America/New_York"])


def _can_name(text: str) -> bool:
    try:
        clean_name(text)
    except ac.errors.ConfigurationError:
        return False
    return True


NAMES = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp"]), min_size=1, max_size=30
).filter(_can_name)  # fmt: skip
CONDITIONS = WRITTEN | st.sampled_from(["points > 500", "`E mail` == 'x'", 'a == "b"\nand c'])


@st.composite
def mappings(draw: st.DrawFn) -> ac.Mapping:
    """A mapping of any attributes and fields, with rules for some of them."""
    given: dict[str, Any] = {"email": draw(LABELS)}
    for name in (*ATTRIBUTES[1:], "tags", "opt_in"):
        if draw(st.booleans()):
            given[name] = draw(LABELS)
    fields = draw(st.dictionaries(KEYS, LABELS | st.none(), max_size=4))
    ruled = [key for key in (*fields, *ATTRIBUTES) if key in fields or given.get(str(key)) is not None]
    some: Any = st.lists(st.sampled_from(ruled), max_size=3) if ruled else st.just([])
    blank: dict[Any, Any] = {key: draw(st.sampled_from(["clear", "skip"])) for key in draw(some) if key != "email"}
    formats = {key: draw(FORMATS) for key in draw(some) if key in fields}
    parted = [*fields, *(["tags"] if given.get("tags") is not None else [])]
    separators = {key: draw(SEPARATORS) for key in parted if draw(st.booleans())}
    return ac.Mapping(**given, fields=fields, blank=blank, formats=formats, separators=separators)


@st.composite
def choices(draw: st.DrawFn) -> dict[str, Any]:
    """Some options, each by its name."""
    every: dict[str, Any] = {
        "run_automations": st.booleans(),
        "resend": st.sampled_from(["changed", "all"]),
        "wait": st.one_of(st.integers(0, 10**9), st.floats(0, allow_nan=False)),
        "timezone": ZONES,
        "duplicates": st.sampled_from(["first", "last", "reject"]),
        "phone_region": st.none() | st.text(string.ascii_letters, min_size=2, max_size=2),
        "share": st.floats(0, 1, exclude_min=True) | st.just(1),
        "allow": st.sets(st.sampled_from([*GUARD_RAILS])),
        "leavers": st.sampled_from(ACTIONS["leavers"]),
        "withdrawn": st.sampled_from(ACTIONS["withdrawn"]),
        "moved": st.sampled_from(ACTIONS["moved"]),
        "key": LABELS | st.none(),
    }
    assert {*every} == {*vars(ac.Options())}
    drawn = {name: draw(values) for name, values in every.items() if draw(st.booleans())}
    if drawn.get("key") is None:  # which moving needs
        drawn.pop("moved", None)
    return drawn


@st.composite
def definitions(draw: st.DrawFn) -> ac.Export:
    """An export of any kind."""
    condition = draw(CONDITIONS)
    return ac.Export(
        draw(NAMES),
        connection=draw(st.none() | NAMES),
        list=draw(WRITTEN | st.integers(0, 2**63 - 1)),
        mapping=draw(mappings()),
        segment=draw(st.sampled_from([None, condition, ac.Segment(draw(NAMES), condition)])),
        tags=draw(st.lists(WRITTEN, max_size=3)),
        **draw(choices()),
    )
