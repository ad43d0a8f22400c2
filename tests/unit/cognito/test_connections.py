"""Looking up the addresses of a host within bounds."""

from __future__ import annotations

import socket
import threading

import pytest

from cognitui.cognito.connections import Addresses, addresses

FOUND: Addresses = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 443))]


def by_name(host: str, port: int, *, type: int, flags: int = 0) -> Addresses:  # noqa: A002 (as getaddrinfo)
    if flags:
        raise socket.gaierror(socket.EAI_NONAME, "no address")
    if host == "nowhere.example":
        raise socket.gaierror(socket.EAI_NONAME, "unknown")
    return FOUND


def test_a_name_is_looked_up() -> None:
    assert addresses("pool.example", 443, 10, by_name) == FOUND


def test_an_ip_address_needs_no_thread() -> None:
    asking: list[str] = []

    def look_up(host: str, port: int, **_: int) -> Addresses:
        asking.append(threading.current_thread().name)
        return FOUND

    addresses("192.0.2.1", 443, 10, look_up)

    assert asking == [threading.current_thread().name]


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(socket.gaierror):
        addresses("nowhere.example", 443, 10, by_name)


def test_a_resolver_that_hangs_is_not_waited_for() -> None:
    ended = threading.Event()

    def hanging(host: str, port: int, *, type: int, flags: int = 0) -> Addresses:  # noqa: A002 (as getaddrinfo)
        if flags:
            raise socket.gaierror(socket.EAI_NONAME, "no address")
        ended.wait(30)
        return FOUND

    with pytest.raises(TimeoutError):
        addresses("pool.example", 443, 0.05, hanging)
    ended.set()
