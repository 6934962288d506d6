"""JupyterLab's own scheduler (jupyter-scheduler), through the REST API of the server that runs on this machine.

Only loopback is spoken to, over plain HTTP, without proxies and redirects. The server's token goes into one header,
and is in no repr, error or log.
"""

from __future__ import annotations

import ssl
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

import httpx

from ac_notebook.errors import ConfigurationError
from ac_notebook.model.jupyter_server import INSTALL

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from ac_notebook.model.jupyter_server import JupyterServer

_PATIENCE = 30.0
_LAST_RUNS = 10
_NOTHING = "Nothing was changed."
_TWICE = "ac"
"""What a server without a token wants to see in a header and in a cookie, the same in both."""


class JupyterScheduler:
    """The job definitions of a Jupyter server; a context manager.

    Parameters
    ----------
    server
        The server.
    transport
        Carries the requests; sockets when None.
    """

    def __init__(self, server: JupyterServer, *, transport: httpx.BaseTransport | None = None) -> None:
        # A context that trusts nobody: only plain HTTP is spoken, and the machine's authorities take long to load.
        self._client = httpx.Client(
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            base_url=server.address, auth=_Token(server.token), timeout=_PATIENCE, trust_env=False,
            follow_redirects=False, transport=transport, headers={"X-XSRFToken": _TWICE}, cookies={"_xsrf": _TWICE},
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def environment(self) -> str:
        """Return the name of the environment that notebooks run in.

        Raises
        ------
        ConfigurationError
            When the server has no scheduler.
        """
        answer = self._ask("GET", "scheduler/runtime_environments")
        try:
            return str(answer[0]["name"])
        except (LookupError, TypeError):
            msg = "JupyterLab's scheduler names no environment that a notebook could run in."
            raise ConfigurationError(msg, hint=f"Look at JupyterLab's log. {_NOTHING}") from None

    def definitions(self) -> list[dict[str, Any]]:
        """Return all job definitions as the server has them."""
        found: list[dict[str, Any]] = []
        token = None
        while True:
            query = "" if token is None else f"?next_token={quote(str(token))}"
            answer = self._ask("GET", f"scheduler/job_definitions{query}")
            found += answer.get("job_definitions", [])
            token = answer.get("next_token")
            if token is None:
                return found

    def endings(self, job: str) -> list[tuple[datetime, bool]]:
        """Return when the last runs of a job definition began, those that have ended, and whether each went well.

        The latest comes first.
        """
        query = f"job_definition_id={quote(job)}&sort_by={quote('desc(create_time)')}&max_items={_LAST_RUNS}"
        found = self._ask("GET", f"scheduler/jobs?{query}").get("jobs", [])
        return [
            (datetime.fromtimestamp(each["create_time"] / 1000, UTC), each["status"] == "COMPLETED")
            for each in found
            if each["status"] in ("COMPLETED", "FAILED")
        ]

    def create(self, *, name: str, notebook: str, cron: str, timezone: str) -> str:
        """Make a job definition, and return its number.

        Parameters
        ----------
        name
            What it is called.
        notebook
            Path of the notebook below the server's folder.
        cron, timezone
            When.
        """
        values = {
            "name": name, "input_uri": notebook, "schedule": cron, "timezone": timezone,
            "runtime_environment_name": self.environment(), "output_formats": ["ipynb"],
        }  # fmt: skip
        answer = self._ask("POST", "scheduler/job_definitions", values)
        return str(answer["job_definition_id"])

    def change(self, job: str, *, name: str, notebook: str, cron: str, timezone: str) -> None:
        """Change a job definition, and have it take the notebook as it is now.

        The scheduler passes over a change that leaves times and state as they are, and with it the new copy of the
        notebook; so it is stopped and started.
        """
        self.set_active(job, active=False)
        values = {"name": name, "input_uri": notebook, "schedule": cron, "timezone": timezone, "active": True}
        try:
            self._ask("PATCH", f"scheduler/job_definitions/{quote(job)}", values)
        except ConfigurationError:
            with suppress(ConfigurationError):  # what led here says more
                self.set_active(job, active=True)
            raise

    def set_active(self, job: str, *, active: bool) -> None:
        """Stop or start a job definition."""
        self._ask("PATCH", f"scheduler/job_definitions/{quote(job)}", {"active": active})

    def remove(self, job: str) -> None:
        """Remove a job definition, and what the scheduler keeps of its jobs."""
        self._ask("DELETE", f"scheduler/job_definitions/{quote(job)}")

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        wrong: ConfigurationError
        try:
            answer = self._client.request(method, path, json=body)
        except httpx.HTTPError as error:
            wrong = ConfigurationError(
                f"JupyterLab's server on this machine does not answer ({type(error).__name__}).",
                hint=f"Is it still running? {_NOTHING}",
            )
        else:
            try:
                if answer.is_success:
                    return answer.json() if answer.content else {}
            except ValueError:  # a page instead
                pass
            wrong = _refused(answer)
        raise wrong


class _Token(httpx.Auth):
    """Puts the server's token on the wire, and shows it nowhere."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header."""
        if self._token:
            request.headers["Authorization"] = f"token {self._token}"
        yield request

    def __repr__(self) -> str:
        return "_Token()"


def _refused(answer: httpx.Response) -> ConfigurationError:
    """Return what an answer means that is none."""
    if answer.status_code == httpx.codes.NOT_FOUND:
        return ConfigurationError("JupyterLab has no scheduler.", hint=f"{INSTALL} {_NOTHING}")
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN) or answer.is_redirect:
        msg = "JupyterLab's server does not let this kernel use its scheduler."
        return ConfigurationError(msg, hint=f"It may want a password or a hub's token. {_NOTHING}")
    try:
        said = str(answer.json().get("message") or "")
    except (ValueError, AttributeError):
        said = ""
    msg = f"JupyterLab's scheduler answered with status {answer.status_code}{f': {said[:300]}' if said else ''}."
    return ConfigurationError(msg, hint=f"Its log says more. {_NOTHING}")
