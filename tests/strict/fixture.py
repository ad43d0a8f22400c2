"""Pytest fixture with the strict server; the outermost conftest lists it in `pytest_plugins`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.signing import SigningKey


@pytest.fixture(scope="session")
def strict_keys() -> list[SigningKey]:
    """Signing keys so far. Servers of several tests share them: generating one takes 100 ms."""
    return []


@pytest.fixture
def strict(strict_keys: list[SigningKey]) -> Iterator[StrictServer]:
    """A server without pools, which must not crash during the test."""
    with StrictServer(new_key=_from(strict_keys)) as server:
        yield server
    assert not server.crashes, "\n".join(server.crashes)


def _from(keys: list[SigningKey]) -> Callable[[], SigningKey]:
    """Return the keys one after another, so that two pools of a server never share one."""
    used = 0

    def next_key() -> SigningKey:
        nonlocal used
        if used == len(keys):
            keys.append(SigningKey.generate())
        used += 1
        return keys[used - 1]

    return next_key
