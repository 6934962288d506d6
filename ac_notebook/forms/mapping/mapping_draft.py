"""A mapping while it is put together: it may lack what a mapping has to have."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ac_notebook.model.mapping import ATTRIBUTES, SPECIAL, Mapping

if TYPE_CHECKING:
    from collections.abc import Hashable

Rule = Literal["blank", "formats", "separators"]
RULES: tuple[Rule, ...] = ("blank", "formats", "separators")


class Attribute(NamedTuple):
    """What a column can be mapped to: an attribute, tags, opt-in, or a custom field, as a mapping names it."""

    name: str | int
    is_field: bool = False


EMAIL = Attribute("email")
BEFORE_FIELDS = tuple(map(Attribute, ATTRIBUTES))
AFTER_FIELDS = tuple(map(Attribute, SPECIAL))


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Columns by attribute, in the order in which they are shown, and rules by name, as in :class:`Mapping`.

    Examples
    --------
    >>> draft = Draft.of(Mapping(email="E-mail", fields={"City": "town"}, blank={"City": "clear"}))
    >>> draft.without(Attribute("City", is_field=True)).mapping()
    Mapping(email='E-mail')
    """

    columns: dict[Attribute, Hashable] = field(default_factory=dict)
    rules: dict[Rule, dict[Any, str]] = field(default_factory=lambda: {rule: {} for rule in RULES})

    @classmethod
    def of(cls, mapping: Mapping | None) -> Draft:
        """Return the draft of a mapping; an empty one for None."""
        if mapping is None:
            return cls()
        columns = {one: getattr(mapping, str(one.name)) for one in (*BEFORE_FIELDS, *AFTER_FIELDS)}
        fields = {Attribute(name, is_field=True): column for name, column in mapping.fields.items()}
        named = {one: column for one, column in columns.items() if column is not None}
        return cls(columns=_in_order(named | fields), rules={rule: dict(getattr(mapping, rule)) for rule in RULES})

    def mapping(self) -> Mapping | None:
        """Return the mapping; None while there is no column for the address."""
        if self.columns.get(EMAIL) is None:
            return None
        given: dict[str, Any] = {str(one.name): it for one, it in self.columns.items() if not one.is_field}
        given |= {str(rule): said for rule, said in self.rules.items()}
        fields = {one.name: column for one, column in self.columns.items() if one.is_field}
        return Mapping(**given, fields=fields)

    def having(self, attribute: Attribute, column: Hashable) -> Draft:
        """Return the draft with a column for an attribute; a new one comes after the others of its kind."""
        return replace(self, columns=_in_order(self.columns | {attribute: column}))

    def renamed(self, names: dict[str | int, str]) -> Draft:
        """Return the draft with other names for some fields, where no field has that name already."""
        new = {old: name for old, name in names.items() if Attribute(name, is_field=True) not in self.columns}

        def renamed(one: Attribute) -> Attribute:
            return Attribute(new.get(one.name, one.name), is_field=True) if one.is_field else one

        columns = {renamed(one): column for one, column in self.columns.items()}
        rules = {rule: {new.get(name, name): it for name, it in given.items()} for rule, given in self.rules.items()}
        return Draft(columns=columns, rules=rules)

    def without(self, attribute: Attribute) -> Draft:
        """Return the draft without an attribute, and without the rules for it."""
        left = {one: column for one, column in self.columns.items() if one != attribute}
        names = {one.name for one in left}  # a field may be called as an attribute is
        rules = {rule: {name: it for name, it in given.items() if name in names} for rule, given in self.rules.items()}
        return Draft(columns=left, rules=rules)

    def rule(self, rule: Rule, attribute: Attribute) -> str:
        """Return a rule for an attribute, "" for none."""
        return self.rules[rule].get(attribute.name, "")

    def ruled(self, rule: Rule, attribute: Attribute, said: str) -> Draft:
        """Return the draft with a rule for an attribute, "" for none.

        Raises
        ------
        MappingError
            When it is no rule.
        """
        given = {name: it for name, it in self.rules[rule].items() if name != attribute.name or said}
        made = replace(self, rules=self.rules | {rule: given | ({attribute.name: said} if said else {})})
        made.mapping()
        return made


def _in_order(columns: dict[Attribute, Hashable]) -> dict[Attribute, Hashable]:
    before, after = ({one: columns[one] for one in kind if one in columns} for kind in (BEFORE_FIELDS, AFTER_FIELDS))
    return before | {one: column for one, column in columns.items() if one.is_field} | after
