"""Which requests a fault is for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ac_notebook.sandbox.api.endpoints import ROUTES

from .fault import ANY, nearest

ROOT = "/api/3/"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")


@cache
def groups() -> tuple[str, ...]:
    """Return the groups of endpoints, `any` before them."""
    return (ANY, *dict.fromkeys(route.group for route in ROUTES))


@dataclass(frozen=True, kw_only=True)
class Target:
    """Requests to a group of endpoints; or of a method, to paths that begin so.

    Examples
    --------
    >>> Target.of("lists").holds("lists", "GET", "/api/3/lists")
    True
    >>> Target.of("GET /lists/4").holds("lists", "GET", "/api/3/lists/4")
    True
    >>> Target.of("listss")
    Traceback (most recent call last):
        ...
    ValueError: there are no requests 'listss'; did you mean 'lists'?
    """

    group: str = ANY
    method: str = ""
    path: str = ""

    @classmethod
    def of(cls, on: object) -> Target:
        """Return what a group, or "METHOD /path", stands for; paths may begin with /api/3 or below it.

        Raises
        ------
        ValueError
            When there is no such endpoint, with the nearest that there is.
        """
        text = on if isinstance(on, str) else ""
        if text in groups():
            return cls(group=text)
        method, space, path = text.partition(" ")
        if not space or not path.startswith("/"):
            message = f"there are no requests {on!r}{nearest(on, groups())}"
            raise ValueError(message)
        if method not in METHODS:
            message = f"there is no method {method!r}{nearest(method.upper(), METHODS)}"
            raise ValueError(message)
        below = path.removeprefix(ROOT.rstrip("/")).removeprefix("/") if f"{path}/".startswith(ROOT) else path[1:]
        known = [route.path for route in ROUTES if method in (route.method, _answers_also(route.method))]
        if not any(_may_lead_to(below, route) for route in known):
            shown = [f"{method} /{route}" for route in known]
            message = f"there are no requests {on!r}{nearest(f'{method} /{below}', shown)}"
            raise ValueError(message)
        return cls(method=method, path=ROOT + below)

    def holds(self, group: str, method: str, path: str) -> bool:
        """Tell whether a request is one of them."""
        if self.method:
            return method == self.method and path.startswith(self.path)
        return self.group in (ANY, group)

    @property
    def reach(self) -> frozenset[str]:
        """The groups that its requests may belong to."""
        if self.method:
            below = self.path.removeprefix(ROOT)
            return frozenset(
                route.group for route in ROUTES
                if self.method in (route.method, _answers_also(route.method)) and _may_lead_to(below, route.path)
            )  # fmt: skip
        return frozenset(groups()) if self.group == ANY else frozenset({self.group})


def _answers_also(method: str) -> str:
    """Return the method that is answered by the same endpoint: HEAD by those of GET."""
    return "HEAD" if method == "GET" else method


def _may_lead_to(beginning: str, route: str) -> bool:
    """Tell whether a path of a route may begin so; a part of it in angle brackets is anything."""
    given, parts = beginning.split("/"), route.split("/")
    if len(given) > len(parts):
        return False
    for place, (one, part) in enumerate(zip(given, parts, strict=False)):
        last = place == len(given) - 1
        if not (part.startswith("<") or one == part or (last and part.startswith(one))):
            return False
    return True
