"""Bulk import: queueing, asking what became of a batch, and totals (section 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.sandbox.api.answers import forbidden, forbidden_to, import_queued, import_refused, json_answer
from ac_notebook.sandbox.api.call import Call, RefusedError, Route
from ac_notebook.sandbox.imports.reading import Refusal, read_import
from ac_notebook.sandbox.state.places import ADMIN_GROUP

if TYPE_CHECKING:
    from ac_notebook.sandbox.api.answers import Answer
    from ac_notebook.sandbox.imports.reading import Import

_NOT_FOUND = "No import found for this batchId."


def bulk_import(call: Call) -> Answer:
    """Answer POST /import/bulk_import: all of it is queued, or nothing."""
    traffic, quirks = call.service.traffic, call.quirks
    content = read_import(call.body, traffic.limits, quirks)
    count = content.contacts
    wrong = isinstance(content, Refusal)
    if not (wrong and quirks.refused_imports == "free"):
        with call.service.gate:
            refused = traffic.refuse_import(call.arrived, count)
        if refused:
            return import_refused("Rate limit exceeded.", [refused], count, quirks.import_limit_status)
    if isinstance(content, Refusal):
        return import_refused(content.message, content.reasons, count, content.status)
    _check_allowed(call, content)
    batch = call.service.queue.add(content, call.arrived, call.service.now(), call.fate)
    return import_queued(batch.id, count, quirks)


def _check_allowed(call: Call, content: Import) -> None:
    """Refuse what the key's user may not do by other routes either; the notes do not say what an import asks for.

    Raises
    ------
    RefusedError
        With a 403.
    """
    if call.user.group == ADMIN_GROUP:
        return
    contacts = content.read()
    if call.quirks.import_permission == "like one by one":
        needed = {"pgContactAdd", "pgContactEdit"} | (
            {"pgTagManage"} if any(row.get("tags") for row in contacts) else set()
        )
        if not all(map(call.may, needed)):
            raise RefusedError(forbidden())
    if call.quirks.unseen_list == "refused":
        entries = [entry for row in contacts for name in ("subscribe", "unsubscribe") for entry in row.get(name) or ()]
        lists = {int(entry["listid"]) for entry in entries} & call.account.lists.keys()
        if not all(call.account.sees(call.user.group, number) for number in lists):
            raise RefusedError(forbidden_to("view lists"))


def info(call: Call) -> Answer:
    """Answer GET /import/info: what became of one batch."""
    batch_id = call.query.get("batchId", "")
    if not batch_id:
        return json_answer({"success": 0, "message": "'batchId' is a required field."}, 400)
    found = call.service.queue.info(batch_id, call.arrived)
    if found is not None:
        return json_answer(found)
    if call.quirks.unknown_batch == "false for ever":
        return json_answer({"status": False, "success": [], "failure": []})
    return json_answer({"success": 0, "message": _NOT_FOUND}, int(call.quirks.unknown_batch))


def totals(call: Call) -> Answer:
    """Answer GET /import/bulk_import: batches and contacts per day."""
    return json_answer(call.service.queue.totals(call.service.now()))


ROUTES = (
    Route("POST", "import/bulk_import", bulk_import, "import", "pgContactImport"),
    Route("GET", "import/bulk_import", totals, "totals", "pgContactImport"),
    Route("GET", "import/info", info, "info", "pgContactImport"),
)
