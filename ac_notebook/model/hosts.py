"""Which texts are host names, of accounts and of proxies. What is not plainly one is refused, not repaired."""

from __future__ import annotations

import ipaddress
import re

from ac_notebook.errors import ConfigurationError

KNOWN_SUFFIXES = (".api-us1.com", ".activehosted.com", ".api-eu1.com", ".api-ca1.com")
"""Hosts that ActiveCampaign is known to use; it does not guarantee them (contract section 1)."""

_LABEL = re.compile(r"[a-z0-9-]+", re.ASCII)
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+", re.ASCII)
_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]*)+", re.ASCII)
_MEANT = re.compile(r"(?:[a-z]+:/*)?([a-z0-9.-]+?)\.?(?::[0-9]*)?(?:/.*)?", re.ASCII | re.IGNORECASE)
_LONGEST_LABEL, _LONGEST_HOST = 63, 253
_LARGEST_PORT = 65_535

_SHOWN_PATHS = ("/", "/api/3", "/api/3/", "/api/", "/admin/")
"""Paths that a notice may repeat; any other could hold a key."""

_FORBIDDEN = {
    "@": "user information (an @)",
    "\\": "a backslash",
    "%": "an escaped character (a %)",
    "?": "a query (a question mark)",
    "#": "a fragment (a #)",
    "_": "an underscore, which no host name has",
    " ": "a blank",
}
"""How another host is smuggled in, in words (hazards section 3.6)."""


def clean_host(typed: str) -> tuple[str, str]:
    """Return the bare host name of what a user typed, and a notice of what was taken away.

    Parameters
    ----------
    typed
        A host name as shown in ActiveCampaign under Settings, Developer. ``https://`` and a trailing path are
        taken away with a notice; blanks and line ends around it, without.

    Returns
    -------
    tuple of str
        The host in lower case, and the notice ("" when there is nothing to say).

    Raises
    ------
    ConfigurationError
        For user info, a port, an IP address in any notation, letters beyond ASCII, and anything else that is not a
        host name (design section 6.2).

    Examples
    --------
    >>> clean_host("https://acme.api-us1.com/api/3")
    ('acme.api-us1.com', "'https://' and '/api/3' were taken away: only the host name is used.")
    """
    if not isinstance(typed, str):
        raise _refused(f"it is a {type(typed).__name__}, not a text", "")
    text = typed.strip(" \t\r\n")
    reason = _why_not_plain(text)
    if reason:
        raise _refused(reason, text)
    taken = []
    if text.lower().startswith("https://"):
        taken.append(repr(text[:8]))
        text = text[8:]
    host, slash, rest = text.partition("/")
    if slash:
        # Only what is known is repeated: a pasted address may hold a key.
        taken.append(repr(slash + rest) if slash + rest in _SHOWN_PATHS else "what follows the host")
    host = host.lower()
    reason = _why_no_host(host)
    if reason or (slash and not _PATH.fullmatch(slash + rest)):
        raise _refused(reason or "what follows the host is no path", text)
    notice = " and ".join(taken)
    if notice:
        is_one = len(taken) == 1
        notice = (
            f"{notice[0].upper()}{notice[1:]} {'was' if is_one else 'were'} taken away: only the host name is used."
        )
    return host, notice


def require_host(host: str, *, is_sandbox: bool = False, is_allowed: bool = False) -> None:
    """Raise unless a connection may lead to this host.

    Parameters
    ----------
    host
        A bare host name; for a sandbox, ``127.0.0.1`` with its port.
    is_sandbox
        Whether it is a sandbox, which is plain HTTP and so on this machine only.
    is_allowed
        Whether a host was allowed that does not end as ActiveCampaign's usually do.

    Raises
    ------
    ConfigurationError
        When it may not.

    Examples
    --------
    >>> require_host("acme.api-us1.com"), require_host("127.0.0.1:8080", is_sandbox=True)
    (None, None)
    """
    if is_sandbox:
        if not _SANDBOX.fullmatch(host):
            raise ConfigurationError(
                "A sandbox is on this machine, at 127.0.0.1: this host is elsewhere.",
                hint='Use ac.sandbox.start().connection, or ac.connect(name, host="…") for an account.',
            )
        return
    if clean_host(host)[0] != host:
        raise _refused("it is more than the bare name, in small letters", host)
    if not host.endswith(KNOWN_SUFFIXES) and not is_allowed:
        raise ConfigurationError(
            f"{host} does not look like one of ActiveCampaign's hosts (such as acme.api-us1.com).",
            hint="Compare it letter by letter with the API URL in ActiveCampaign, Settings, Developer. If it is yours, "
            "say so: allow_other_host=True. Nothing was sent.",
        )


_SANDBOX = re.compile(r"127\.0\.0\.1(?::[0-9]{1,5})?", re.ASCII)


def require_proxy(proxy: str) -> None:
    """Raise unless this is the address of a proxy as a connection keeps it: ``http://`` and host and port.

    Its name and password, if it wants any, have no place in it: it is saved and shown.

    Raises
    ------
    ConfigurationError
        When it is none.

    Examples
    --------
    >>> require_proxy("http://proxy.example.org:3128")
    """
    if not isinstance(proxy, str) or proxy_address(proxy) is None:
        raise ConfigurationError(
            "This cannot be used as a proxy.",
            hint='Write host and port: proxy="http://proxy.example.org:3128". User and password cannot be given: for a '
            'proxy that asks for them, use a forwarder on this machine that knows them, proxy="http://127.0.0.1:3128".',
        )


def proxy_address(proxy: str) -> tuple[str, int] | None:
    """Return host and port of a proxy's address, or None when it is none.

    Examples
    --------
    >>> proxy_address("http://proxy.example.org:3128"), proxy_address("http://[::1]:3128"), proxy_address("proxy:1")
    (('proxy.example.org', 3128), ('::1', 3128), None)
    """
    found = re.fullmatch(r"http://(\[[0-9a-f:.]+\]|[a-z0-9.-]+):([0-9]{1,5})/?", proxy, re.ASCII | re.IGNORECASE)
    if found is None or not 0 < int(found[2]) <= _LARGEST_PORT:
        return None
    host = found[1].lower().strip("[]")
    if _is_address(host):
        return host, int(found[2])
    return None if any(map(_why_no_label, host.split("."))) or _is_number(host) else (host, int(found[2]))


def _refused(reason: str, text: str) -> ConfigurationError:
    """Return the error for what is no host; never with what was typed, which may be a key."""
    found = _MEANT.fullmatch(text)
    meant = found[1].lower() if found else ""
    if meant.endswith(KNOWN_SUFFIXES) and not _why_no_host(meant):
        hint = f"Type {meant}, if that is the host of the API URL in ActiveCampaign, Settings, Developer."
    else:
        hint = (
            "Type the host of the API URL as ActiveCampaign shows it under Settings, Developer, without https:// and "
            "without a path: for example acme.api-us1.com."
        )
    return ConfigurationError(f"This cannot be used as a host: {reason}.", hint=f"{hint} Nothing was sent.")


def _why_not_plain(text: str) -> str:
    for letter in text:
        if not "!" <= letter <= "~" and letter != " ":
            kind = "a letter beyond ASCII" if letter.isprintable() else "a character that cannot be seen"
            return f"it holds {kind} (U+{ord(letter):04X}), which may only look like the right one"
    return next((f"it holds {words}" for sign, words in _FORBIDDEN.items() if sign in text), "")


def _why_no_host(host: str) -> str:  # noqa: PLR0911 - one sentence for each thing that is wrong
    if not host:
        return "it is empty"
    if _is_address(host.strip("[]")) or _is_number(host):
        return "it is an IP address"
    if ":" in host:
        return "it holds a port or another scheme than https"
    if host.endswith("."):
        return "it ends with a dot"
    labels = host.split(".")
    reason = next(filter(None, map(_why_no_label, labels)), "")
    if reason:
        return reason
    if len(host) > _LONGEST_HOST:
        return f"it is longer than {_LONGEST_HOST} letters"
    if labels[-1] == "localhost":
        return "it is a name of this machine"
    if len(labels) < 3 or not re.fullmatch("[a-z]{2,}", labels[-1]):  # noqa: PLR2004 - account, domain, top level
        return "it is not a full host name such as acme.api-us1.com"
    return ""


def _why_no_label(label: str) -> str:
    """Return why this is no part of a host name (RFC 1123), "" when it is one."""
    if not label:
        return "a part of it is empty (two dots, or one at the beginning)"
    if not _LABEL.fullmatch(label):
        return "it holds characters that no host name has"
    if len(label) > _LONGEST_LABEL:
        return f"a part of it is longer than {_LONGEST_LABEL} letters"
    if label.startswith("-") or label.endswith("-"):
        return "a part of it begins or ends with a hyphen"
    if label[2:4] == "--":
        return "a part of it stands for other letters than it shows (such as xn--)"
    return ""


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_number(host: str) -> bool:
    """Return whether it ends in a number: then systems read it as an address, in decimal, octal or hexadecimal."""
    return bool(_NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]))
