"""The code that makes a value: pasted into a cell and run, it gives an equal one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ac_notebook.model.definition import options_of
from ac_notebook.model.segment import Segment

if TYPE_CHECKING:
    from ac_notebook.model.export import Export
    from ac_notebook.model.mapping import Mapping

_WIDE = 100


def code_of(export: Export) -> str:
    """Return the code that makes an export.

    Examples
    --------
    >>> from ac_notebook.model.export import Export
    >>> from ac_notebook.model.mapping import Mapping
    >>> print(code_of(Export(name="Weekly", list=4, mapping=Mapping(email="E-mail"))))
    ac.Export(
        'Weekly',
        list=4,
        mapping=ac.Mapping(email='E-mail'),
    )
    """
    lines = [repr(export.name)]
    if export.connection:
        lines.append(f"connection={export.connection!r}")
    lines += [f"list={export.list!r}", f"mapping={_mapping(export.mapping)}"]
    if export.segment is not None:
        mark = "ac." if isinstance(export.segment, Segment) else ""
        lines.append(f"segment={mark}{export.segment!r}")
    if export.tags:
        lines.append(f"tags={list(export.tags)!r}")
    lines += [f"{name}={_option(getattr(export.options, name))}" for name in options_of(export.options)]
    return _call("ac.Export", lines, indent="")


def _mapping(mapping: Mapping) -> str:
    line = f"ac.{mapping!r}"
    if len(line) <= _WIDE:
        return line
    arguments = []
    for name, value in mapping.to_dict().items():
        if isinstance(value, dict) and len(repr(value)) > _WIDE:
            entries = "".join(f"\n            {key!r}: {entry!r}," for key, entry in value.items())
            arguments.append(f"{name}={{{entries}\n        }}")
        else:
            arguments.append(f"{name}={value!r}")
    return _call("ac.Mapping", arguments, indent="    ")


def _option(value: object) -> str:
    if value == math.inf:
        return f'float("{math.inf}")'
    if isinstance(value, frozenset):
        return f"{{{', '.join(map(repr, sorted(value)))}}}"
    return repr(value)


def _call(name: str, arguments: list[str], *, indent: str) -> str:
    return f"{name}(\n" + "".join(f"{indent}    {line},\n" for line in arguments) + f"{indent})"
