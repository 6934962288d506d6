"""The answers of the service: JSON as PHP writes it, and the several shapes of errors (section 2.1)."""

from typing import Any

import orjson
from werkzeug.wrappers import Response

from . import readings


def json_answer(content: Any, status: int = 200, content_type: str = "application/json") -> Response:
    """Return JSON with escaped slashes and, as recorded, no charset."""
    body = orjson.dumps(content).replace(b"/", b"\\/")
    return Response(body, status=status, headers={"Content-Type": content_type})


def message(text: str, status: int) -> Response:
    """Return an error of the commonest shape."""
    return json_answer({"message": text}, status)


def not_found(kind: str, number: object) -> Response:
    """Return the recorded 404; `kind` is the service's own class name, such as Subscriber for a contact."""
    return message(f"No Result found for {kind} with id {number}", 404)


def key_refused() -> Response:
    """Return what a bad or missing key gets: 403, no body, no Content-Type (section 1)."""
    answer = Response(b"", status=readings.KEY_REFUSED_STATUS)
    del answer.headers["Content-Type"]
    return answer


def too_many_requests(retry_after: int) -> Response:
    """Return a 429; its body is UNKNOWN (section 2.2)."""
    answer = message("Too many requests. Please retry later.", 429)
    answer.headers["Retry-After"] = str(retry_after)
    return answer


def import_refused(text: str, reasons: list[Any]) -> Response:
    """Return a 400 of bulk import: reasons are sentences, or say which contact is wrong (section 7.1)."""
    return json_answer({"success": 0, "message": text, "failureReasons": reasons}, 400)


def import_queued(batch_id: str, contacts: int) -> Response:
    """Return the one success that is labelled as HTML (section 7.1)."""
    content = {"success": 1, "queued_contacts": contacts, "batchId": batch_id, "message": "Contact import queued"}
    return json_answer(content, content_type=readings.IMPORT_CONTENT_TYPE)
