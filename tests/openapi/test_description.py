"""The description of the sandbox against the sandbox."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random

import httpx

import ac_notebook
from ac_notebook.sandbox import Sandbox
from ac_notebook.sandbox.api.endpoints import ROUTES
from tests.openapi.description import BASE, description, operations
from tests.openapi.made_up import fitting

METHODS = {"get", "post", "put", "patch", "delete"}
ENDPOINTS = Path(ac_notebook.__file__).parent / "sandbox" / "api"
QUERY = re.compile(r"""(?:query|arguments)\.(?:get|getlist)\(\s*"([^"]+)"|arguments\[f?"([^"]+)"\]""")


def test_the_description_has_the_routes_of_the_app_and_no_others() -> None:
    """What the app answers to is described, and what is described is there."""
    described = {
        (method.upper(), path.removeprefix(f"{BASE}/"))
        for path, there in description()["paths"].items()
        for method in there.keys() & METHODS
    }
    assert described == {(route.method, route.path.replace("<", "{").replace(">", "}")) for route in ROUTES}
    assert len(ROUTES) == len(described) == len(operations())


def test_every_parameter_that_the_endpoints_read_is_described() -> None:
    """A query parameter that is new in the app is one that the description lacks."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in ENDPOINTS.rglob("*.py"))
    read = {one or other for one, other in QUERY.findall(text)}
    assert len(read) > 10
    plain = {name for name in read if "{" not in name}
    assert plain - {name for operation in operations() for name in operation.query} == set()


def test_where_answers_lead_is_described_itself() -> None:
    """A link names an operation that there is."""
    names = {operation.name for operation in operations()}
    assert {target for one in operations() for targets in one.leads.values() for target in targets} <= names


def test_bodies_that_fit_are_understood() -> None:
    """Of the bodies that the description lets through, the sandbox calls none unreadable, and takes many."""
    seconds, chance, taken = [0.0], Random(1), 0
    box = Sandbox(clock=lambda: seconds[0])
    transport = httpx.WSGITransport(app=box.app)
    with httpx.Client(transport=transport, base_url=box.url, headers={"Api-Token": box.api_key}) as http:
        for operation in [one for one in operations() if one.body is not None] * 8:
            seconds[0] += 60.0
            path = f"{BASE}/{operation.path}".replace("<number>", str(chance.randint(1, 7)))
            answer = http.request(operation.method, path, content=json.dumps(fitting(chance, operation.body or {})))
            assert "object is missing" not in answer.text
            assert "unparsable" not in answer.text
            taken += answer.is_success
    assert taken > len(operations())
