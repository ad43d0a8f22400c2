"""The public keys of pools, fetched once and kept for the run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cognitui.model.errors import ServiceFault
from cognitui.model.strict_json import NotAnObject, read_object
from cognitui.model.text import inert

if TYPE_CHECKING:
    from jwt import PyJWK

LARGEST_JWKS = 256 * 1024
"""Bytes. A pool has two keys of 400."""

_REFETCH_AFTER = 60.0
"""Seconds. Pools change their keys rarely, and a forged `kid` must not become a stream of requests."""

_FIX = "Check the region, the user pool id and the endpoint_url of the profile."


@dataclass(frozen=True, slots=True)
class _Fetched:
    at: float
    keys: Mapping[str, PyJWK]


class PoolKeys:
    """Keys by issuer; an issuer is where they are fetched from, so it must come from a profile."""

    def __init__(self, fetch: Callable[[str], bytes], clock: Callable[[], float]) -> None:
        """Takes what fetches an address and what tells the time in seconds since the epoch."""
        self._fetch = fetch
        self._clock = clock
        self._fetched: dict[str, _Fetched] = {}
        # Held while fetching, so that two threads do not ask for the same keys.
        self._lock = threading.Lock()

    def find(self, issuer: str, key_id: str) -> PyJWK | None:
        """Returns the key of that id, or None where the pool has none; a new one is looked for once a minute.

        Raises:
            Unreachable: The keys cannot be had.
            ServiceFault: What came is no set of keys.
        """
        with self._lock:
            known = self._fetched.get(issuer)
            if known is None or (key_id not in known.keys and self._clock() - known.at >= _REFETCH_AFTER):
                known = self._fetched[issuer] = self._read(issuer)
        return known.keys.get(key_id)

    def _read(self, issuer: str) -> _Fetched:
        data = self._fetch(f"{issuer}/.well-known/jwks.json")
        if len(data) > LARGEST_JWKS:
            raise ServiceFault(f"The keys of {inert(issuer, 200)} are longer than 256 KB.", fix=_FIX)
        try:
            entries = read_object(data).get("keys")
        except NotAnObject as error:
            raise ServiceFault(f"What came as the keys of {inert(issuer, 200)} {error}.", fix=_FIX) from None
        if not isinstance(entries, list):
            raise ServiceFault(f"What came as the keys of {inert(issuer, 200)} holds no keys.", fix=_FIX)
        found = (_key(entry) for entry in entries if isinstance(entry, dict))
        return _Fetched(self._clock(), dict(pair for pair in found if pair is not None))


def _key(entry: dict[str, object]) -> tuple[str, PyJWK] | None:
    """Returns id and key of an entry; None for one that cannot sign with RS256."""
    # Costs 68 ms with cryptography, and only a verification needs it.
    from jwt import PyJWK
    from jwt.exceptions import PyJWTError

    key_id, modulus, exponent = entry.get("kid"), entry.get("n"), entry.get("e")
    if entry.get("kty") != "RSA" or entry.get("use", "sig") != "sig" or entry.get("alg", "RS256") != "RS256":
        return None
    if not isinstance(key_id, str) or not isinstance(modulus, str) or not isinstance(exponent, str):
        return None
    try:
        return key_id, PyJWK({"kty": "RSA", "n": modulus, "e": exponent}, algorithm="RS256")
    except (PyJWTError, ValueError):
        return None
