"""Verification of tokens: signature and claims, with the public keys of the profile's pool.

The rules are those of AWS ("Verifying JSON web tokens") and of RFC 8725: the algorithm is fixed, and neither keys nor
issuer are taken from anywhere that the token names.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from cognitui.model.claims import Decoded, decode, unwrapped
from cognitui.model.duration import from_now
from cognitui.model.errors import BadToken, ServiceFault
from cognitui.model.issuer import issuer_names, issuer_of, keys_issuer
from cognitui.model.profile import Profile
from cognitui.model.text import NotAnObject, inert, read_object
from cognitui.model.token import Verification

if TYPE_CHECKING:
    from jwt import PyJWK


_ALGORITHM = "RS256"
"""The only one that Cognito signs with."""

_LEEWAY = 60.0
"""Seconds by which clocks may differ."""

_END_OF_TIME = 1e15
"""Seconds since the epoch; beyond it (infinity, integers that are no float) nothing can be reckoned."""

_LONGEST_SHOWN = 120


class TokenVerifier:
    """Verifies tokens; the keys of each pool are fetched once a run."""

    def __init__(
        self, fetch: Callable[[str], bytes], clock: Callable[[], float], now_at: Callable[[str], float] | None = None
    ) -> None:
        """Store the parts.

        Args:
            fetch: Fetches an address.
            clock: Returns the seconds since the epoch.
            now_at: Returns them as the server of an issuer counts them; as `clock` does if it is not given.
        """
        self._keys = PoolKeys(fetch, clock)
        self._now_at = now_at or (lambda _issuer: clock())

    def verify(self, profile: Profile, token: str) -> Verification:
        """Return whether a token is one of the profile's pool and app client, and valid now.

        Raises:
            Unreachable: The keys of the pool are not available.
            ServiceFault: What came is no set of keys.
        """
        try:
            decoded = decode(token)
        except BadToken as error:
            return Verification(verified=False, issuer=issuer_of(profile), reason=error.cause)
        issuer = keys_issuer(profile, decoded.claims.get("iss"))
        reason = (
            _error_in_header(decoded.header)
            or _error_in_issuer(decoded.claims, profile)
            or self._error_in_signature(decoded, issuer, unwrapped(token))
            or _error_in_times(decoded.claims, self._now_at(issuer))
            or _error_in_audience(decoded.claims, profile)
        )
        return Verification(
            verified=not reason,
            algorithm=_shown(decoded.header.get("alg", "")),
            key_id=_shown(decoded.header.get("kid", "")),
            issuer=issuer,
            reason=reason,
        )

    def _error_in_signature(self, decoded: Decoded, issuer: str, token: str) -> str:
        key_id = decoded.header.get("kid")
        key = self._keys.find(issuer, key_id) if isinstance(key_id, str) else None
        if key is None:
            return f"It is signed with a key that is not the pool's ({_shown(key_id)})."
        # Loaded since the keys were read.
        from jwt import PyJWS
        from jwt.exceptions import PyJWTError

        try:
            PyJWS(options={"enforce_minimum_key_length": True}).decode(token, key, algorithms=[_ALGORITHM])
        except PyJWTError:
            return "The signature does not fit: the token was changed, or another pool signed it."
        return ""


def _error_in_header(header: Mapping[str, object]) -> str:
    if header.get("alg") != _ALGORITHM:
        return f"Its algorithm is {_shown(header.get('alg'))}, and Cognito signs with {_ALGORITHM} only."
    # RFC 7515, section 4.1.11: who does not know an extension that is critical must refuse.
    return "It needs an extension that Cognito does not use (crit)." if "crit" in header else ""


def _error_in_issuer(claims: Mapping[str, object], profile: Profile) -> str:
    """Before any request: keys that are not its issuer's would prove nothing."""
    names = issuer_names(profile)
    if not names:
        return f"{inert(profile.id)} names no user pool, so there are no keys to check it with."
    if claims.get("iss") not in names:
        either = " or ".join(names)
        return f"It was issued by {_shown(claims.get('iss'))}, and the issuer of {inert(profile.id)} is {either}."
    return ""


def _error_in_times(claims: Mapping[str, object], now: float) -> str:
    expires, begins = claims.get("exp"), claims.get("nbf", 0)
    if not _is_time(expires) or not _is_time(begins):
        return "It does not say when it ends (exp) or begins (nbf) in a way that can be read."
    if expires <= now - _LEEWAY:
        return f"It has expired {from_now(expires, now)}."
    return "It is not valid yet (nbf): check the clock of this machine." if begins > now + _LEEWAY else ""


def _error_in_audience(claims: Mapping[str, object], profile: Profile) -> str:
    """Return what is wrong with the app client: in `client_id` of an access token, in `aud` of an ID token."""
    use = claims.get("token_use")
    if use not in ("access", "id"):
        return f"It is neither an access nor an ID token (token_use is {_shown(use)})."
    claim = "client_id" if use == "access" else "aud"
    if not profile.client_id or claims.get(claim) != profile.client_id:
        return f"It was issued to another app client ({claim} is {_shown(claims.get(claim))})."
    return ""


def _is_time(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _END_OF_TIME


def _shown(value: object) -> str:
    return inert(value if isinstance(value, str) else "missing" if value is None else "no text", _LONGEST_SHOWN)


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
    """Keys by issuer; they are fetched from the issuer, so it must come from a profile."""

    def __init__(self, fetch: Callable[[str], bytes], clock: Callable[[], float]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._fetched: dict[str, _Fetched] = {}
        # Held while fetching, so that two threads do not ask for the same keys.
        self._lock = threading.Lock()

    def find(self, issuer: str, key_id: str) -> PyJWK | None:
        """Return the key of that id, or None if the pool has none; a new one is looked for once a minute.

        Raises:
            Unreachable: The keys are not available.
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
            raise ServiceFault(f"The JWKS of {inert(issuer, 200)} contains no keys.", fix=_FIX)
        found = (_key(entry) for entry in entries if isinstance(entry, dict))
        return _Fetched(self._clock(), dict(pair for pair in found if pair is not None))


def _key(entry: dict[str, object]) -> tuple[str, PyJWK] | None:
    """Return id and key of an entry; None for one that cannot sign with RS256."""
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
