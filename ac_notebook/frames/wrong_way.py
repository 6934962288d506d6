"""A mapping given the wrong way round, ``{column: ActiveCampaign's name}`` as in ``df.rename``: recognised, refused."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from typing import TYPE_CHECKING, Any

from ac_notebook.frames.labels import Labels, shown
from ac_notebook.model.mapping import ATTRIBUTES, SPECIAL, Mapping, attribute_named

if TYPE_CHECKING:
    from ac_notebook.model.account import Snapshot


def turned_round(given: Mapping | Dictionary[Any, Any], labels: Labels, account: Snapshot | None) -> str | None:
    """Return the right mapping, written out, when ``given`` is the wrong way round; else None.

    It is when what it names as columns are not columns, and what it names as targets are.

    Examples
    --------
    >>> import pandas as pd
    >>> turned_round({"E-mail": "email"}, Labels(pd.Index(["E-mail"])), None)
    "{'email': 'E-mail'}"
    """
    pairs = _pairs(given, labels)
    swapped = [(key, label) for key, label in pairs if label not in labels and key in labels]
    if not swapped or any(_is_right(key, label, labels) for key, label in pairs):
        return None
    if not any(_is_target(label, account) for _, label in swapped):
        return None
    entries = [f"{shown(_target(label))}: {shown(key)}" for key, label in pairs]
    return "{" + ", ".join(entries) + "}"


def _pairs(given: Mapping | Dictionary[Any, Any], labels: Labels) -> list[tuple[Any, Any]]:
    if isinstance(given, Mapping):
        # Its keys were read in any spelling ("E-mail" is email); the column they came from is the one spelt so.
        spelt = {attribute_named(label): label for label in reversed(labels.texts) if attribute_named(label)}
        named = [(spelt.get(name, name), getattr(given, name)) for name in (*ATTRIBUTES, *SPECIAL)]
        return [*((key, label) for key, label in named if label is not None), *given.fields.items()]
    return list(given.items()) if isinstance(given, Dictionary) else []


def _is_right(key: object, label: object, labels: Labels) -> bool:
    return label in labels and key not in labels


def _target(name: object) -> object:
    return attribute_named(name) or name


def _is_target(name: object, account: Snapshot | None) -> bool:
    if attribute_named(name) is not None:
        return True
    return account is not None and isinstance(name, str | int) and not isinstance(account.find_field(name), str)
