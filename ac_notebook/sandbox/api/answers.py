"""The answers of the service: JSON as PHP writes it, and the several shapes of errors (section 2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from ac_notebook.sandbox.quirks import Quirks

KEY_REFUSED = 403  # section 1: not 401


class Answer(Response):
    """An answer, and how many contacts the request held, for the list of requests."""

    contacts = 0


def json_answer(content: Any, status: int = 200, content_type: str = "application/json") -> Answer:
    """Return JSON with escaped slashes and, as recorded, no charset."""
    body = orjson.dumps(content).replace(b"/", b"\\/")
    return Answer(body, status=status, headers={"Content-Type": content_type})


def empty(status: int = 200) -> Answer:
    """Return an answer with an empty body, as some successes have (section 2.1)."""
    return Answer(b"", status=status, headers={"Content-Type": "application/json"})


def message(text: str, status: int) -> Answer:
    """Return an error of the commonest shape."""
    return json_answer({"message": text}, status)


def not_found(kind: str, number: object) -> Answer:
    """Return the recorded 404; `kind` is the service's own class name, such as Subscriber for a contact."""
    return message(f"No Result found for {kind} with id {number}", 404)


def errors(title: str, detail: str, *, status: int) -> Answer:
    """Return the shape of errors that has a list with status, title and detail."""
    return json_answer({"errors": [{"status": status, "title": title, "detail": detail}]}, status)


def invalid(
    title: str, detail: str = "", code: str = "", *, pointer: str = "", status: int = 422, **more: str
) -> Answer:  # fmt: skip
    """Return the shape of errors that points at what is wrong in the body."""
    error: dict[str, Any] = {"title": title, "detail": detail, "code": code, **more}
    if pointer:
        error["source"] = {"pointer": pointer}
    return json_answer({"errors": [error]}, status)


def forbidden() -> Answer:
    """Return the commonest answer to a key that may not: fields, fieldRels, fieldValues, listGroups."""
    return message("Forbidden", 403)


def forbidden_to(what: str) -> Answer:
    """Return the answer of lists to a key that may not."""
    return errors("Forbidden", f"You do not have permission to {what}.", status=403)


def forbidden_resource() -> Answer:
    """Return the answer of exclusions to a key that may not."""
    return message("You don't have permission to access this resource", 403)


def key_refused(quirks: Quirks) -> Answer:
    """Return what a bad or missing key gets: 403; as seen, no body and no Content-Type (section 1)."""
    if quirks.refused_key == "json":
        return message("Forbidden", KEY_REFUSED)
    answer = Answer(b"", status=KEY_REFUSED)
    del answer.headers["Content-Type"]
    return answer


def too_many_requests(retry_after: int, quirks: Quirks) -> Answer:
    """Return what too many requests get; the body is UNKNOWN, and the status was another once (section 2.2)."""
    status = quirks.rate_limit_status
    if quirks.rate_limit_body == "json":
        answer = message("Too many requests. Please retry later.", status)
    elif quirks.rate_limit_body == "html":
        page = "<html><head><title>Too Many Requests</title></head><body>Too Many Requests</body></html>"
        answer = Answer(page, status=status, content_type="text/html")
    else:
        answer = Answer(b"", status=status)
    answer.headers["Retry-After"] = str(retry_after)
    return answer


def import_refused(text: str, reasons: list[Any], contacts: int, status: int = 400) -> Answer:
    """Return a 400 of bulk import: reasons are sentences, or say which contact is wrong (section 7.1)."""
    answer = json_answer({"success": 0, "message": text, "failureReasons": reasons}, status)
    answer.contacts = contacts
    return answer


def import_queued(batch_id: str, contacts: int, quirks: Quirks) -> Answer:
    """Return the one success that is labelled as HTML (section 7.1)."""
    content = {
        quirks.bulk_success_key: 1 if quirks.bulk_success_value == "1" else contacts,
        "queued_contacts": contacts,
        "batchId": batch_id,
        "message": "Contact import queued",
    }
    answer = json_answer(content, content_type=quirks.bulk_content_type)
    answer.contacts = contacts
    return answer
