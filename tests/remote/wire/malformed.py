"""Malformed answers through the real client, over a socket, and through whole exports in virtual time."""

from __future__ import annotations

import json
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx

from ac_notebook.errors import ActiveCampaignError
from ac_notebook.remote.imports import queued
from tests.remote.wire.calls import CALLS, SHORT, Call, client_of
from tests.remote.wire.faults import whole
from tests.remote.wire.hostile import Hostile
from tests.remote.wire.mutations import ANSWERS, mutated, mutated_wire
from tests.remote.wire.run import guarded
from tests.sandbox.faults.promises import SIZE, Scene
from tests.virtual import through
from tests.wire import IMPORT, INFO, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.remote.answers import Answer
    from tests.remote.wire.hostile import Talk

REQUESTS: dict[str, Call] = {
    "import accepted": CALLS[1], "batch completed": CALLS[2], "lists": CALLS[4], "refused": CALLS[1],
}  # fmt: skip

OTHER_STATUSES = (200, 200, 200, 201, 204, 400, 429, 500)


def wrong_over_socket(seed: int) -> str:
    """Send one malformed answer over a socket; return what is wrong with what the client made of it, or ""."""
    name = list(ANSWERS)[seed % len(ANSWERS)]
    status, body = ANSWERS[name]
    if seed % 3:
        content = whole(mutated(seed, body), status=f"{status} X")
    else:
        content = mutated_wire(seed, whole(body, status=f"{status} X"))

    def act(talk: Talk) -> None:
        talk.request()
        talk.say(content)

    with Hostile(act) as server, client_of(server.port, seconds=SHORT * 10) as client:
        answer = guarded(client, REQUESTS[name])
    if answer is None:
        return f"seed {seed}: it did not come back, or raised"
    if answer.meaning == "ok" and not _is_said(answer, content):
        return f"seed {seed}: taken for a success"
    return ""


def _is_said(answer: Answer, content: bytes) -> bool:
    """Tell, with another reader than the client's, whether an answer that counts as success is one."""
    text = content.partition(b"\r\n\r\n")[2][: _length(content)].removeprefix(b"\xef\xbb\xbf")
    if not content.startswith(b"HTTP/1.") or answer.status not in (200, 201, 202):
        return False
    if queued(answer, contacts=1) is None:
        return True  # nothing follows from it for an import
    try:
        read = json.loads(text, object_pairs_hook=_once)
    except ValueError:
        return False
    known = {key.casefold(): value for key, value in read.items()}
    return known.get("success") in (1, "1", 5, 2**63, True, "true") and isinstance(known.get("batchid"), str)


def _length(content: bytes) -> int | None:
    for line in content.partition(b"\r\n\r\n")[0].lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)


def wrong_in_export(seed: int) -> str:
    """Export with one malformed answer to an import, then without; return which promise is broken, or ""."""
    return _wrong_with(seed, IMPORT, strict=True)


def wrong_in_settlement(seed: int) -> str:
    """Export with a malformed answer about a batch; return what is wrong, or "".

    What it says of people cannot be held against it: an answer that names nobody as failed may be a true one.
    """
    return _wrong_with(seed, INFO, strict=False)


def _wrong_with(seed: int, path: str, *, strict: bool) -> str:
    scene = Scene()
    inner = scene.connection.link.transport
    assert inner is not None
    which = 1 + seed % 4

    def treat(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        answer = pass_on()
        if number != which:
            return answer
        status = OTHER_STATUSES[seed // 4 % len(OTHER_STATUSES)] if seed % 5 == 0 else HTTPStatus.OK
        return httpx.Response(status, content=mutated(seed, answer.read()))

    connection = through(scene.box, scene.clock, transport=Wire(inner, path, treat))
    plain = scene.connection
    scene.connection = connection.replace(limits=replace(connection.limits, contacts_per_import=SIZE))
    try:
        if strict:
            scene.run()
        else:
            _run_loosely(scene)
        scene.connection = plain
        if strict:
            scene.run()
            assert scene.is_complete(), "not everybody is there after a run without a fault"
    except AssertionError as error:
        return f"seed {seed}: {error}"
    return ""


def _run_loosely(scene: Scene) -> None:
    """Export, and assert the law of outcomes only."""
    import ac_notebook as ac  # noqa: PLC0415 - beside its only use
    from tests.sandbox.faults.promises import MAPPING  # noqa: PLC0415 - beside its only use

    report: ac.Report | None
    try:
        report = ac.export(scene.frame, connection=scene.connection, list=scene.list, mapping=MAPPING)
    except ActiveCampaignError as error:
        report = error.report
    assert report is None or report.counts.sum() == len(scene.frame)
    scene.harms_nobody()
