"""Each switch in each position: what is seen differs, and is what the README's table says."""

import inspect
from typing import TYPE_CHECKING, Any

import pytest

from ac_notebook.sandbox import Quirks
from ac_notebook.sandbox.quirks import positions
from tests.sandbox.quirks import probes, probes_of_imports
from tests.sandbox.quirks.probes import World

if TYPE_CHECKING:
    from types import ModuleType

ANNA, BO = "anna@example.com", "bo@example.com"

# What a client sees, position by position, the default first.
SEEN: dict[str, tuple[Any, ...]] = {
    "refused_key": ((403, b"", None), (403, b'{"message":"Forbidden"}', "application/json")),
    "settings_account": (200, 404),
    "rate_limit_status": (429, 503),
    "rate_limit_body": ((b"<", "1"), (b"", "1"), (b"{", "1")),
    "rate_limit_headers": (None, "5"),
    "import_limit_status": (400, 429),
    "import_window": (400, 200),
    "single_imports": (400, 200),
    "refused_imports": (400, 200),
    "totals": ("3", 3),
    "large_page": (200, 400),
    "fields_page": (20, 27),
    "list_name_filter": (1, 0),
    "list_created_status": (201, 200),
    "incomplete_list": (400, 422),
    "list_update_answer": (False, True),
    "unfit_value": (("1990-01-31", []), ("31.1.1990", []), ("1990-01-31", [ANNA])),
    "unknown_option": (("Gold", []), ("gold", []), ("Gold", [ANNA])),
    "dropdown_value": (("Gold", []), ("Silver", [])),
    "longest_text": (5_000, 1_000),
    "currency_field": (False, True),
    "duplicate_perstag": (False, True),
    "field_value_created_status": ([201, 200], [200, 200]),
    "duplicate_email_title": ((422, "m"), (422, ".")),
    "invalid_email_keys": (
        (422, ["code", "detail", "source", "title"]),
        (422, ["code", "error", "source", "title"]),
    ),
    "sync_field_values": (1, 2),
    "contact_list_answer": ((201, 200, False), (200, 200, True)),
    "contact_list_statuses": (False, True),
    "unconfirmed_status": ([3], [0]),
    "resubscribe_refused": ((403, [2]), (422, [2]), (200, [2])),
    "duplicate_tag": ([True, False], [True, True]),
    "duplicate_tag_status": ([201, 422], [201, 400], [201, 500]),
    "tagless_contact_tag": (400, 422),
    "bulk_content_type": ("text/html; charset=UTF-8", "application/json"),
    "bulk_success_key": (False, True),
    "bulk_success_value": (1, 2),
    "exclude_automations": ([1, 2, 3, 3], [1, 2, 2, 2], [1, 1, 2, 2]),
    "failure_index": (2, 1),
    "body_of_400_000": ([200, 400, 400], [200, 200, 400]),
    "oversize_status": ((400, 400), (413, 413)),
    "address_layer": (([400, 200], []), ([400, 400], []), ([200, 200], [])),
    "special_addresses": (["o'brien@example.com", "åsa@example.com"], []),
    "address_case": (1, 2),
    "opted_out_rest": (([ANNA], [2], ""), ([ANNA], [2], "Anna")),
    "unseen_list": (403, 200),
    "import_permission": (403, 200),
    "unknown_list": ([ANNA], []),
    "both_ways": ([2], [1]),
    "double_opt_in": ([1], [0]),
    "blank_in_import": (("", None), ("Anna", "Malmö")),
    "duplicates_in_import": (([], "Second"), ([], "First"), ([ANNA], "First")),
    "batch_order": (False, True),
    "repeat_automations": (2, 1),
    "import_success": (["2"], ["1", "2"]),
    "failures_listed": ([ANNA, "bo@nowhere"], ["bo@nowhere"]),
    "unknown_batch": ((404, None), (400, None), (200, False)),
    "info_kept": ([True, False, False], [True, True, False], [True, True, True]),
    "callback_encoding": (
        [("application/x-www-form-urlencoded", b"b")],
        [("application/json", b"{")],
    ),
    "callback_repeats": (1, 4),
    "contact_limit_reached": (([BO], 1), ([], 2)),
    "limit_counts": ([BO], []),
    "deleted_contact": ([], [2]),
}


def probe(name: str) -> Any:
    """Return the function that looks at one switch."""
    modules: tuple[ModuleType, ...] = (probes, probes_of_imports)
    return next(getattr(module, name) for module in modules if hasattr(module, name))


@pytest.mark.parametrize(
    ("name", "number"), [(name, number) for name, known in positions().items() for number in range(len(known))]
)
def test_each_position_of_each_switch(name: str, number: int) -> None:
    """A client sees what the position says."""
    world = World(Quirks(**{name: positions()[name][number]}))
    assert probe(name)(world) == SEEN[name][number]


@pytest.mark.parametrize("name", positions())
def test_positions_differ(name: str) -> None:
    """No two positions of a switch look the same: each does something."""
    seen = SEEN[name]
    assert len(seen) == len(positions()[name]) > 1
    assert all(first != other for index, first in enumerate(seen) for other in seen[index + 1 :])
    assert inspect.isfunction(probe(name))


def test_the_default_is_the_first_position() -> None:
    """Nothing said means the harsher reading of everything."""
    assert {name: getattr(Quirks(), name) for name in positions()} == {
        name: known[0] for name, known in positions().items()
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"import_success": "none"}, "import_success has the positions 'created', 'all', not 'none'"),
        ({"bulk_content_type": "application/jsn"}, "did you mean 'application/json'?"),
        ({"fields_page": True}, "fields_page has the positions 20, 100, not True"),
        ({"failure_index": True}, "not True"),
    ],
)
def test_what_is_no_position_is_refused(given: dict[str, Any], said: str) -> None:
    """A wrong position is told with the right ones."""
    with pytest.raises(ValueError, match="has the positions") as refused:
        Quirks(**given)
    assert said in str(refused.value)
