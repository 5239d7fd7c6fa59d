"""Requests to addresses that somebody else chose: to the public web alone, whatever their names resolve to."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.http_calls import HttpCalls

_AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[str | int, ...]]

# IANA's special-purpose registries, less what they call globally reachable. Spelled out, because Python's own list
# differs from release to release.
_SPECIAL_IPV4: Final = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's own service for its machines, at a public address
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, reserved and broadcast
    )
)
_GLOBAL_IPV6: Final = ip_network("2000::/3")
# Teredo and its neighbours, documentation, 6to4: tunnels have an IPv4 address inside, and nobody serves files there.
_SPECIAL_IPV6: Final = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_NAT64: Final = ip_network("64:ff9b::/96")


class AddressRefused(OSError):  # noqa: N818 - what happened, as in its siblings
    """The address is not on the public web, so no connection to it was begun."""


def is_public(address: str) -> bool:
    """Whether a numeric address is one that anybody on the internet may be at. One with a zone never is."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        if ip.scope_id is not None:
            return False
        inside = ip.ipv4_mapped or (IPv4Address(ip.packed[-4:]) if ip in _NAT64 else None)
        if inside is None:
            return ip in _GLOBAL_IPV6 and not any(ip in network for network in _SPECIAL_IPV6)
        ip = inside
    return not any(ip in network for network in _SPECIAL_IPV4)


def parse_address(address: str, *, base: URL | None = None) -> URL:
    """An http(s) address without user and password; ``base`` is what a relative one is relative to.

    Raises:
        ValueError: it is none.
    """
    # A signature covers the exact spelling, so an address that is spelled well is left alone.
    url = URL(address, encoded=address.isascii() and address.isprintable() and " " not in address)
    url = base.join(url) if base is not None else url
    if url.scheme not in ("http", "https") or not url.host or not url.port:
        raise ValueError("not an http(s) address")
    return url.with_user(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicWeb:
    """Asks https addresses on public hosts, one request at a time, without cookies, proxies or redirects.

    Every address is looked at when its connection is made, so it makes no difference how a host is spelled, and a name
    cannot resolve to another address after the check. ``allow_private`` lifts all of this, for sandboxes.
    """

    allow_private: bool = False
    is_allowed: Callable[[str], bool] = is_public
    """Decides about a numeric address."""
    resolver: AbstractResolver | None = None
    """Resolves names; the system's where ``None``."""
    calls: HttpCalls | None = None
    """Whom each request is told."""

    def get(
        self, url: URL, *, timeout: aiohttp.ClientTimeout, headers: Mapping[str, str] | None = None
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        """The answer to a GET, whatever its status; its body is not read yet.

        Raises:
            AddressRefused: the address is not one of those.
            aiohttp.ClientError, OSError: it could not be had.
        """
        return self._ask("GET", url, None, timeout=timeout, headers=headers)

    def post(
        self, url: URL, body: bytes, *, timeout: aiohttp.ClientTimeout, headers: Mapping[str, str] | None = None
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        """The answer to a POST of these bytes, as that to a GET."""
        return self._ask("POST", url, body, timeout=timeout, headers=headers)

    @asynccontextmanager
    async def _ask(
        self,
        method: str,
        url: URL,
        body: bytes | None,
        *,
        timeout: aiohttp.ClientTimeout,
        headers: Mapping[str, str] | None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        if not self.allow_private and url.scheme != "https":
            raise AddressRefused("its scheme is not https")
        connector = aiohttp.TCPConnector(
            resolver=self.resolver, socket_factory=None if self.allow_private else self._socket, force_close=True
        )
        traces = [] if self.calls is None else [self.calls.follow(aiohttp.TraceConfig())]
        async with aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trace_configs=traces
        ) as session:
            try:
                async with session.request(
                    method,
                    url,
                    data=body,
                    headers=headers,
                    timeout=timeout,
                    allow_redirects=False,
                    raise_for_status=False,
                ) as response:
                    yield response
            except aiohttp.InvalidURL:
                raise AddressRefused("its host is no name and no plain number") from None
            except aiohttp.ClientConnectorError as error:
                if isinstance(error.os_error, AddressRefused):
                    raise error.os_error from None  # aiohttp's own text holds the host, which somebody else chose
                raise

    def _socket(self, info: _AddressInfo) -> socket.socket:
        """The socket for a connection that is about to be made."""
        family, kind, protocol, _, address = info
        zone = address[3] if family == socket.AF_INET6 else 0
        if zone or not self.is_allowed(str(address[0])):
            raise AddressRefused("it is not on the public web")
        return socket.socket(family, kind, protocol)
