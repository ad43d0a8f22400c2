"""A digest without the weight of OpenSSL."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:

    class _Hash(Protocol):
        def hexdigest(self) -> str: ...


def _find_sha256() -> Callable[[bytes], _Hash]:
    # Importing hashlib loads OpenSSL, 8 ms of the way to the first paint; the standard library's own `random` avoids
    # it in the same way.
    try:
        from _sha2 import sha256  # type: ignore[import-not-found]  # since Python 3.12
    except ImportError:
        try:
            from _sha256 import sha256  # type: ignore[import-not-found]  # Python 3.11
        except ImportError:
            from hashlib import sha256
    return sha256  # type: ignore[no-any-return]  # one of three that do the same


_sha256 = _find_sha256()


def digest(data: bytes) -> str:
    """Returns the SHA-256 of data, in hex."""
    return _sha256(data).hexdigest()
