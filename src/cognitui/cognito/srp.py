"""Cognito's variant of the Secure Remote Password protocol, and the secret hash: proofs that send no secret.

SRP-6a (RFC 5054) over the 3072-bit group of RFC 3526, with SHA-256, the hex padding of Java's BigInteger, and an HKDF
of one block whose info is `Caldera Derived Key`. AWS publishes no specification: the sources are the AWS SDKs, and the
tests check every value against an independent implementation.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cognitui.model.challenge import RememberedDevice
from cognitui.model.errors import ServiceFault

_PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"
    "020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
    "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05"
    "98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB"
    "9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
    "3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33"
    "A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864"
    "D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2"
    "08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
_GENERATOR = 2

_PRIVATE_BITS = 256
"""RFC 5054, 2.5.4: the private value should have at least 256 bits. A longer one only costs time."""

_KEY_LENGTH = 16
_KEY_INFO = b"Caldera Derived Key\x01"

_USUAL_ALPHABET = str.maketrans("-_", "+/")

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class EphemeralKey:
    """The client's key pair of one sign-in."""

    private: int = field(repr=False)
    public: int

    @property
    def public_hex(self) -> str:
        """SRP_A."""
        return f"{self.public:x}"


@dataclass(frozen=True, slots=True)
class ServerChallenge:
    """What a PASSWORD_VERIFIER or DEVICE_PASSWORD_VERIFIER challenge carries."""

    user_id: str
    """USER_ID_FOR_SRP: the real username, not the alias that was typed."""
    salt_hex: str
    public_hex: str
    """SRP_B."""
    secret_block: str
    """Base64; goes back as it came."""


@dataclass(frozen=True, slots=True)
class DeviceVerifier:
    """What ConfirmDevice takes: enough to check a proof, and not enough to make one."""

    verifier: str
    """Base64."""
    salt: str
    """Base64."""


@dataclass(frozen=True, slots=True)
class PasswordClaim:
    """The proof that answers such a challenge."""

    signature: str = field(repr=False)
    """Base64."""
    timestamp: str
    """`Tue Nov 3 09:05:07 UTC 2026`."""


def new_ephemeral_key(random_bits: Callable[[int], int] = secrets.randbits) -> EphemeralKey:
    """Return a fresh key pair; takes some milliseconds."""
    private = random_bits(_PRIVATE_BITS) | 1 << (_PRIVATE_BITS - 1)
    return EphemeralKey(private, pow(_GENERATOR, private, _PRIME))


def password_claim(
    key: EphemeralKey, user_pool_id: str, challenge: ServerChallenge, password: str, now: float
) -> PasswordClaim:
    """Return the proof that the password is known; takes some milliseconds.

    Args:
        key: The key whose public half was sent.
        user_pool_id: `eu-west-1_AbCdEf123`; what follows the underscore is part of the proof.
        challenge: What Cognito sent.
        password: The user's.
        now: Seconds since the epoch, on Cognito's clock.

    Raises:
        ServiceFault: The challenge holds values that the protocol forbids.
    """
    return _claim(key, user_pool_id.partition("_")[2] + challenge.user_id, challenge, password, now)


def device_claim(key: EphemeralKey, device: RememberedDevice, challenge: ServerChallenge, now: float) -> PasswordClaim:
    """Return the proof that this is the device; raises as `password_claim` does.

    The device's group replaces the pool's name, and its key the user's.
    """
    return _claim(key, device.group + device.key, challenge, device.password, now)


def new_device(
    key: str, group: str, random_bytes: Callable[[int], bytes] = secrets.token_bytes
) -> tuple[RememberedDevice, DeviceVerifier]:
    """Return a device with a new password, and the verifier that goes to Cognito."""
    device = RememberedDevice(key, group, base64.b64encode(random_bytes(40)).decode())
    salt = int.from_bytes(random_bytes(16), "big")
    verifier = pow(_GENERATOR, _secret_exponent(salt, f"{group}{key}:{device.password}"), _PRIME)
    return device, DeviceVerifier(*(base64.b64encode(_padded(value)).decode() for value in (verifier, salt)))


def _claim(key: EphemeralKey, name: str, challenge: ServerChallenge, password: str, now: float) -> PasswordClaim:
    try:
        salt, server_public = int(challenge.salt_hex, 16), int(challenge.public_hex, 16)
        block = _block_of(challenge.secret_block)
    except (ValueError, binascii.Error):
        raise ServiceFault("The server sent an SRP challenge that cannot be read.") from None
    if salt < 0 or server_public < 0:
        raise ServiceFault("The server sent an SRP value that the protocol forbids.")
    hkdf_key = _shared_key(key, server_public, salt, f"{name}:{password}")
    timestamp = _timestamp(now)
    signature = hmac.digest(hkdf_key, name.encode("utf-8", "surrogatepass") + block + timestamp.encode(), "sha256")
    return PasswordClaim(base64.b64encode(signature).decode(), timestamp)


def _block_of(text: str) -> bytes:
    """Return the bytes of a SECRET_BLOCK.

    AWS sends base64. moto sends a UUID, which the SDKs take, too: as base64 in the alphabet of URLs, without padding.
    """
    usual = text.translate(_USUAL_ALPHABET)
    return base64.b64decode(usual + "=" * (-len(usual) % 4), validate=True)


def _shared_key(key: EphemeralKey, server_public: int, salt: int, identity: str) -> bytes:
    scramble = _hash_of(key.public, server_public)
    # RFC 5054, 2.5.4 and 2.6: with either at zero anyone could prove any password.
    if server_public % _PRIME == 0 or scramble == 0:
        raise ServiceFault("The server sent an SRP value that the protocol forbids.")
    secret_exponent = _secret_exponent(salt, identity)
    base = (server_public - _hash_of(_PRIME, _GENERATOR) * pow(_GENERATOR, secret_exponent, _PRIME)) % _PRIME
    shared = pow(base, key.private + scramble * secret_exponent, _PRIME)
    extracted = hmac.digest(_padded(scramble), _padded(shared), "sha256")
    return hmac.digest(extracted, _KEY_INFO, "sha256")[:_KEY_LENGTH]


def _secret_exponent(salt: int, identity: str) -> int:
    return int.from_bytes(
        hashlib.sha256(_padded(salt) + hashlib.sha256(identity.encode("utf-8", "surrogatepass")).digest()).digest(),
        "big",
    )


def _hash_of(*values: int) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(map(_padded, values))).digest(), "big")


def _padded(value: int) -> bytes:
    """As Java's BigInteger.toByteArray: big-endian, with a zero byte if the first bit is set."""
    return value.to_bytes(value.bit_length() // 8 + 1, "big")


def _timestamp(now: float) -> str:
    """English names whatever the locale, UTC, and no leading zero in the day."""
    at = datetime.fromtimestamp(now, UTC)
    return f"{_DAYS[at.weekday()]} {_MONTHS[at.month - 1]} {at.day} {at:%H:%M:%S} UTC {at.year}"


def secret_hash(username: str, client_id: str, client_secret: str) -> str:
    """Return Base64(HMAC-SHA256(key = client secret, message = username + client id)).

    Args:
        username: The one that the same call sends; at a refresh the real one, never an alias.
        client_id: The app client's id.
        client_secret: Its secret.

    Source: AWS, "Computing secret hash values".
    """
    return base64.b64encode(hmac.digest(_bytes(client_secret), _bytes(username + client_id), "sha256")).decode()


def _bytes(text: str) -> bytes:
    # Half of a surrogate pair, pasted by accident, is only a wrong secret.
    return text.encode("utf-8", "surrogatepass")
