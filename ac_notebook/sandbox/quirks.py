"""Quirks: where the contract contradicts itself or is silent, one named switch each, set to the harsher reading.

The table in this folder's README says for each the rule, its source, what the positions mean and which test shows it.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Literal, get_args, get_type_hints


@dataclass(frozen=True, kw_only=True)
class Quirks:
    """How a sandbox reads the contract where that is in doubt; the first position of each switch is the default.

    Raises
    ------
    ValueError
        When a switch is set to something that it has no position for; the positions are named.

    Examples
    --------
    >>> Quirks(import_success="all").import_success
    'all'
    >>> Quirks(import_success="al")
    Traceback (most recent call last):
        ...
    ValueError: import_success has the positions 'created', 'all', not 'al'; did you mean 'all'?
    """

    # access and limits (sections 1 and 2)
    refused_key: Literal["empty", "json"] = "empty"
    settings_account: Literal["admin", "missing"] = "admin"
    rate_limit_status: Literal[429, 503] = 429
    rate_limit_body: Literal["html", "empty", "json"] = "html"
    rate_limit_headers: Literal[False, True] = False
    import_limit_status: Literal[400, 429] = 400
    import_window: Literal["sliding", "fixed"] = "sliding"
    single_imports: Literal["in both", "in their own"] = "in both"
    refused_imports: Literal["count", "free"] = "count"

    # pages and filters (section 3)
    totals: Literal["text", "number"] = "text"
    large_page: Literal["clamped", "refused"] = "clamped"
    fields_page: Literal[20, 100] = 20
    list_name_filter: Literal["contains", "equals"] = "contains"

    # lists (section 4)
    list_created_status: Literal[201, 200] = 201
    incomplete_list: Literal[400, 422] = 400
    list_update_answer: Literal["empty", "list"] = "empty"

    # custom fields (section 5)
    unfit_value: Literal["dropped", "kept", "refused"] = "dropped"
    unknown_option: Literal["dropped", "kept", "refused"] = "dropped"
    dropdown_value: Literal["plain", "plain or piped"] = "plain"
    longest_text: Literal["any", "1,000 characters"] = "any"
    currency_field: Literal["refused", "accepted"] = "refused"
    duplicate_perstag: Literal["refused", "accepted"] = "refused"
    field_value_created_status: Literal[201, 200] = 201

    # contacts, memberships, tags (section 6)
    duplicate_email_title: Literal["plain", "full stop"] = "plain"
    invalid_email_keys: Literal["detail", "error"] = "detail"
    sync_field_values: Literal["sent", "all"] = "sent"
    contact_list_answer: Literal["recorded", "flat"] = "recorded"
    contact_list_statuses: Literal["1 and 2", "0 to 3"] = "1 and 2"
    unconfirmed_status: Literal[0, 3] = 0
    resubscribe_refused: Literal[403, 422, "ignored"] = 403
    duplicate_tag: Literal["refused", "existing"] = "refused"
    duplicate_tag_status: Literal[422, 400, 500] = 422
    tagless_contact_tag: Literal[400, 422] = 400

    # bulk import (section 7)
    bulk_content_type: Literal["text/html; charset=UTF-8", "application/json"] = "text/html; charset=UTF-8"
    bulk_success_key: Literal["success", "Success"] = "success"
    bulk_success_value: Literal["1", "contacts"] = "1"
    exclude_automations: Literal["both", "top", "contact"] = "both"
    failure_index: Literal[1, 0] = 1
    body_of_400_000: Literal["refused", "accepted"] = "refused"
    oversize_status: Literal[400, 413] = 400
    address_layer: Literal["split", "first", "second"] = "split"
    special_addresses: Literal["fail", "pass"] = "fail"
    address_case: Literal["ignored", "matters"] = "ignored"
    opted_out_rest: Literal["dropped", "applied"] = "dropped"
    unseen_list: Literal["refused", "taken"] = "refused"
    import_permission: Literal["like one by one", "importing alone"] = "like one by one"
    unknown_list: Literal["contact fails", "ignored"] = "contact fails"
    both_ways: Literal["unsubscribes", "subscribes"] = "unsubscribes"
    double_opt_in: Literal["active", "unconfirmed"] = "active"
    blank_in_import: Literal["clears", "ignored"] = "clears"
    duplicates_in_import: Literal["last wins", "first wins", "fail"] = "last wins"
    batch_order: Literal["any", "arrival"] = "any"
    repeat_automations: Literal["again", "once"] = "again"
    import_success: Literal["created", "all"] = "created"
    failures_listed: Literal[True, False] = True
    unknown_batch: Literal["404", "400", "false for ever"] = "404"
    info_kept: Literal["an hour", "a week", "for ever"] = "an hour"
    callback_encoding: Literal["form", "json"] = "form"
    callback_repeats: Literal[0, 3] = 0

    # the account (sections 8 and 9)
    contact_limit_reached: Literal["fails", "adds"] = "fails"
    limit_counts: Literal["all", "active"] = "all"
    deleted_contact: Literal["forgotten", "restored"] = "forgotten"

    def __post_init__(self) -> None:
        """Refuse what is no position."""
        for name, known in positions().items():
            given = getattr(self, name)
            if not any(given == position and type(given) is type(position) for position in known):
                near = difflib.get_close_matches(str(given), [str(position) for position in known], n=1, cutoff=0.3)
                suggestion = f"; did you mean {near[0]!r}?" if near else ""
                told = ", ".join(map(repr, known))
                message = f"{name} has the positions {told}, not {given!r}{suggestion}"
                raise ValueError(message)


@cache
def positions() -> dict[str, tuple[Any, ...]]:
    """Return the positions of each switch, the default first.

    Examples
    --------
    >>> positions()["fields_page"]
    (20, 100)
    """
    hints = get_type_hints(Quirks)
    return {field.name: get_args(hints[field.name]) for field in fields(Quirks)}
