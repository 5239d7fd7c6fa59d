"""Addresses that somebody else chose: only the public web is asked, and nothing else is even connected to.

Only loopback is ever connected to here; where a test needs a public host, one address of it stands for that.
"""

from __future__ import annotations

import aiohttp
import pytest
from yarl import URL

from bot.public_web import AddressRefused, PublicWeb, is_public
from tests.security.listeners import Names, listening

TIMEOUT = aiohttp.ClientTimeout(total=10)
STANDS_FOR_PUBLIC = "127.0.0.2"


async def ask(web: PublicWeb, url: str) -> None:
    """Ask an address, as a download would."""
    async with web.get(URL(url), timeout=TIMEOUT):
        pass


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_an_address_on_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.9.10", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192", "198.18.0.1", "168.63.129.16"),
        *("192.0.2.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "::127.0.0.1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
        *("64:ff9b:1::808:808", "2002:7f00:1::", "2002:808:808::", "2001::7f00:1", "2001:db8::1", "3fff::1", "100::1"),
        *("fe80::1%lo", "2606:4700::1111%1", "5f00::1", "4000::1", "2130706433", "0x7f000001", "localhost", ""),
    ],
)
def test_an_address_of_anything_else_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.0.0.1.", "0", "①②⑦.0.0.1"),
        *("[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "localhost", "LOCALHOST"),
    ],
)
async def test_loopback_is_not_reached_however_it_is_spelled(host: str) -> None:
    async with listening("127.0.0.1", "::1") as listener:
        with pytest.raises((AddressRefused, aiohttp.ClientConnectorDNSError)):
            await ask(PublicWeb(), f"https://{host}:{listener.port}/")
        assert listener.reached == []


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost"])
async def test_loopback_is_reached_it_where_private_addresses_are_allowed(host: str) -> None:
    async with listening("127.0.0.1", "::1") as listener:
        with pytest.raises(aiohttp.ClientError):  # nobody there speaks TLS
            await ask(PublicWeb(allow_private=True), f"https://{host}:{listener.port}/")
        assert len(listener.reached) == 1


@pytest.mark.parametrize("name", ["files.example", "localhost.", "files.example.", "metadata.google.internal", "xn--a"])
@pytest.mark.parametrize(
    "address", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "fe80::1", "fd00:ec2::254", "::ffff:10.0.0.1"]
)
async def test_a_name_that_resolves_to_no_public_address_is_refused(name: str, address: str) -> None:
    names = Names([address])
    with pytest.raises(AddressRefused):
        await ask(PublicWeb(resolver=names), f"https://{name}:1/")
    assert names.asked == [name]


async def test_a_name_with_several_addresses_that_are_not_public_is_refused() -> None:
    with pytest.raises(AddressRefused):
        await ask(PublicWeb(resolver=Names(["127.0.0.1", "10.0.0.1", "::1"])), "https://files.example:1/")


async def test_of_a_public_and_a_private_address_only_the_public_one_is_connected_to() -> None:
    for answer in (["127.0.0.1", STANDS_FOR_PUBLIC], [STANDS_FOR_PUBLIC, "127.0.0.1"], ["::1", STANDS_FOR_PUBLIC]):
        web = PublicWeb(is_allowed=STANDS_FOR_PUBLIC.__eq__, resolver=Names(answer))
        async with listening("127.0.0.1", "::1", STANDS_FOR_PUBLIC) as listener:
            with pytest.raises((aiohttp.ClientError, AddressRefused)):  # nobody there speaks TLS
                await ask(web, f"https://files.example:{listener.port}/")
            assert set(listener.reached) == {STANDS_FOR_PUBLIC}


async def test_a_name_that_was_public_a_moment_ago_is_looked_at_again_for_every_connection() -> None:
    names = Names([STANDS_FOR_PUBLIC], ["127.0.0.1"])
    web = PublicWeb(is_allowed=STANDS_FOR_PUBLIC.__eq__, resolver=names)
    async with listening("127.0.0.1", STANDS_FOR_PUBLIC) as listener:
        url = f"https://files.example:{listener.port}/"
        with pytest.raises(aiohttp.ClientError):
            await ask(web, url)
        with pytest.raises(AddressRefused):
            await ask(web, url)
        assert listener.reached == [STANDS_FOR_PUBLIC]


@pytest.mark.parametrize("url", ["http://files.example/", "http://127.0.0.1/", "ftp://files.example/", "/v.mp4"])
async def test_what_is_not_https_is_refused_before_its_name_is_resolved(url: str) -> None:
    names = Names(["127.0.0.1"])
    with pytest.raises(AddressRefused, match="https"):
        await ask(PublicWeb(resolver=names), url)
    assert names.asked == []


async def test_a_refusal_does_not_quote_the_address() -> None:
    with pytest.raises(AddressRefused) as caught:
        await ask(PublicWeb(resolver=Names(["127.0.0.1"])), "https://chosen-by-a-stranger.example/?sig=hidden")
    assert "stranger" not in str(caught.value)
    assert "hidden" not in str(caught.value)
