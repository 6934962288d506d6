"""Where a host's name may lead: out into the internet, and into a network only where somebody said so.

A name server that is wrong, or is somebody's who wants to reach what only this machine reaches, may answer with an
address of this network (DNS rebinding). TLS would keep key and people from it all the same: nobody there has a
certificate for the name. But the connection would be made, and that is what is asked of us not to do (hazards 3.6).
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ac_notebook.remote.sockets import Resolve

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_TRANSLATED = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96")))
"""Where IPv4 is reached from networks without it (RFC 6052, 8215, 4291, 2765)."""

_EVERYWHERE = (*_TRANSLATED, ipaddress.IPv6Network("::ffff:0:0/96"), ipaddress.IPv6Network("2000::/3"))
"""All that there is of IPv6 on the internet, and what stands for IPv4."""

_PROTOCOLS = ipaddress.IPv4Network("192.0.0.0/24")
"""Not for the internet (RFC 6890), as Python knows since 3.12 only; a cloud's metadata is at 192.0.0.192."""


class AddressRefusedError(OSError):
    """All addresses of a name are such that nothing is connected to; ``words`` says why, and names no address."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def outside(resolve: Resolve, *, or_inside: bool = False) -> Resolve:
    """Return a look-up that keeps only the addresses that may be connected to.

    What it gives is what is connected to: a name is looked up once for each connection, and not again in between.

    Parameters
    ----------
    resolve
        Looks up the addresses of a host.
    or_inside
        Whether private addresses are fine, because the host was allowed explicitly: an organisation's gateway to the
        internet is inside its network. This machine itself, and what only speaks to neighbours on a wire, never is.

    Examples
    --------
    >>> find = outside(lambda host, port, _: [("10.0.0.1", port), ("93.184.215.14", port)])
    >>> find("acme.api-us1.com", 443, 1.0)
    [('93.184.215.14', 443)]
    """

    def only(host: str, port: int, timeout: float) -> list[tuple[str, int]]:
        found = resolve(host, port, timeout)
        kept = [(address, number) for address, number in found if not why_refused(address, or_inside=or_inside)]
        if found and not kept:
            raise AddressRefusedError(f"its name leads to {why_refused(found[0][0], or_inside=or_inside)}")
        return kept

    return only


def why_refused(address: str, *, or_inside: bool = False) -> str:
    """Return what an address is that nothing is connected to, "" for one that may be.

    Parameters
    ----------
    address
        As a look-up gives it, with or without the zone of an IPv6 address.
    or_inside
        Whether private addresses are fine.

    Examples
    --------
    >>> why_refused("127.0.0.1"), why_refused("8.8.8.8"), why_refused("100.64.0.1"), why_refused("::ffff:10.0.0.1")
    ('this machine', '', 'an address inside a network', 'an address inside a network')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "what is no address"
    reasons = [_why(inner, or_inside=or_inside) for inner in (found, *_within(found))]
    return next(filter(None, reasons), "")


def _why(address: _Address, *, or_inside: bool) -> str:
    if address.is_loopback or address.is_unspecified:
        return "this machine"
    if address.is_link_local:
        return "an address on the wire (link-local)"
    if address.is_multicast:
        return "an address of many machines at once (multicast)"
    if isinstance(address, ipaddress.IPv4Address) and (address.is_reserved or address.packed[0] == 0):
        return "an address that is in no use"
    site_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local  # Python calls it global
    odd = address in _PROTOCOLS if isinstance(address, ipaddress.IPv4Address) else not _is_everywhere(address)
    if or_inside or (address.is_global and not site_local and not odd):
        return ""
    return "an address inside a network"


def _is_everywhere(address: ipaddress.IPv6Address) -> bool:
    return any(address in network for network in _EVERYWHERE)


def _within(address: _Address) -> list[_Address]:
    """Return the IPv4 addresses that an IPv6 address leads to."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    within: list[_Address | None] = [address.ipv4_mapped, address.sixtofour]
    if any(address in network for network in _TRANSLATED):
        within.append(ipaddress.IPv4Address(address.packed[-4:]))
    if address.teredo is not None:
        within.append(address.teredo[1])
    return [inner for inner in within if inner is not None]
