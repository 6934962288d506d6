"""Mappings as values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ac_notebook.errors import MappingError
from ac_notebook.model.mapping import Mapping
from ac_notebook.model.suggestion import Reason, Suggestion

labels = st.one_of(st.text(min_size=1), st.integers(), st.tuples(st.text(), st.integers()))
titles = st.one_of(st.text(min_size=1).map(lambda text: f"field {text}"), st.integers(min_value=1, max_value=10**6))


@given(
    email=labels,
    first_name=st.none() | labels,
    fields=st.dictionaries(titles, labels, max_size=4),
    opt_in=st.none() | labels,
)
def test_repr_of_a_mapping_is_the_code_that_makes_it(
    email: object, first_name: object, fields: dict[str | int, object], opt_in: object
) -> None:
    """``eval(repr(mapping)) == mapping``: what is shown can be pasted."""
    mapping = Mapping(email=email, first_name=first_name, fields=fields, opt_in=opt_in)
    assert eval(repr(mapping), {"Mapping": Mapping}) == mapping  # noqa: S307 - the promise is that it is code
    assert Mapping(**mapping.to_dict()) == mapping


def test_mapping_is_frozen_whatever_the_caller_does_later() -> None:
    """Changing the dictionary afterwards does not change the mapping."""
    fields = {"Birthday": "dob"}
    mapping = Mapping(email="E-mail", fields=fields)
    fields["Birthday"] = "other"
    assert mapping.fields["Birthday"] == "dob"
    with pytest.raises(TypeError):
        mapping.fields["Birthday"] = "other"  # type: ignore[index]  # the point of the test


def test_usual_spellings_name_the_attributes_and_all_else_is_a_field() -> None:
    """``E-mail``, ``First Name`` and ``phone`` are attributes in a dictionary; ``fields=`` names fields only."""
    mapping = Mapping.of({"E-mail": "a", "First Name": "b", "phone": "c", "Birthday": "d", 7: "e", "opt-in": "f"})
    assert mapping == Mapping(email="a", first_name="b", phone="c", fields={"Birthday": "d", 7: "e"}, opt_in="f")
    assert Mapping(email="a", fields={"phone": "c"}).phone is None


def test_all_that_is_wrong_is_told_at_once() -> None:
    """Every problem of a dictionary is in one error."""
    with pytest.raises(MappingError) as caught:
        Mapping.of({"first_name": "a", "First Name": "b", "Birthday": ["dob"]})
    assert len(caught.value.problems) == 3
    assert "Nothing was sent" in str(caught.value)


@pytest.mark.parametrize("wrong", ["E-mail", None, ["E-mail"], 5])
def test_what_is_no_mapping_gets_a_sentence(wrong: object) -> None:
    """Anything but a dictionary or a Mapping is refused in words."""
    with pytest.raises(MappingError, match="not a dictionary"):
        Mapping.of(wrong)  # type: ignore[arg-type]  # the point of the test


def test_blanks_are_only_cleared_where_something_is_mapped() -> None:
    """A rule for blanks of the address, or of something that is not mapped, is refused."""
    assert Mapping(email="a", fields={"City": "c"}, blank={"City": "clear"}).blank == {"City": "clear"}
    for blank in ({"Town": "clear"}, {"email": "clear"}, {"City": "delete"}):
        with pytest.raises(MappingError):
            Mapping(email="a", fields={"City": "c"}, blank=blank)  # type: ignore[arg-type]  # the point of the test


def test_a_mapping_is_added_to_and_corrected_like_a_dictionary() -> None:
    """``mapping | {...}`` adds, changes and (with None) takes away, and leaves the mapping as it was."""
    mapping = Mapping(email="a", first_name="b", fields={"City": "c"})
    assert mapping | {"City": "d", "Birthday": "e", "First name": None, "opt_in": "f"} == Mapping(
        email="a", fields={"City": "d", "Birthday": "e"}, opt_in="f"
    )
    assert mapping == Mapping(email="a", first_name="b", fields={"City": "c"})
    with pytest.raises(MappingError, match="every contact needs"):
        mapping | {"email": None}
    with pytest.raises(TypeError):
        mapping | ["City"]  # type: ignore[operator]  # the point of the test


def test_a_suggestion_of_a_mapping_is_stored_as_a_plain_one() -> None:
    """Reasons are no part of what is exported: an export's identity is the same with and without them."""
    reason = Reason(target="email", column="E-mail", confidence="sure", reason="a\nb")
    found = Suggestion(email="E-mail", fields={"City": "x"}, because=(reason,), notes=("c\rd",))
    plain = Mapping(email="E-mail", fields={"City": "x"})
    assert found == plain
    assert repr(Mapping.of(found)) == repr(plain)
    assert found.to_dict() == plain.to_dict()
    assert repr(found).splitlines()[1] == "    email='E-mail',  # sure: a b"
    assert eval(repr(found), {"Mapping": Mapping}) == plain  # noqa: S307 - the promise is that it is code


def test_what_is_stated_travels_along() -> None:
    """Formats and separators are in the dictionary, the repr and what ``|`` makes; they go with what they are about."""
    mapping = Mapping(
        email="E-mail", tags="t", fields={"Birthday": "dob", "Interests": "i"}, blank={"Birthday": "clear"},
        formats={"Birthday": "%d.%m.%Y"}, separators={"Interests": ";", "tags": "/"},
    )  # fmt: skip
    assert Mapping(**mapping.to_dict()) == mapping
    assert eval(repr(mapping), {"Mapping": Mapping}) == mapping  # noqa: S307 - a repr is valid Python
    more = mapping | {"first_name": "Name", "Birthday": "born"}
    assert (more.formats, more.separators) == (mapping.formats, mapping.separators)
    less = mapping | {"Birthday": None, "tags": None}
    assert (dict(less.formats), dict(less.blank), dict(less.separators)) == ({}, {}, {"Interests": ";"})


def test_what_is_stated_cannot_be_changed_afterwards() -> None:
    """The mapping has copies of its own."""
    formats = {"Birthday": "%d.%m.%Y"}
    mapping = Mapping(email="E-mail", fields={"Birthday": "dob"}, formats=formats)
    formats["Birthday"] = "nonsense"
    assert mapping.formats["Birthday"] == "%d.%m.%Y"
    with pytest.raises(TypeError):
        mapping.formats["Birthday"] = "nonsense"  # type: ignore[index]
