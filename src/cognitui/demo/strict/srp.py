"""The server's half of Cognito's SRP: refuses every proof that AWS refuses.

SRP-6a (RFC 5054) over the 3072-bit group of RFC 3526, with the HKDF and the message that the AWS SDKs agree on.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cognitui.demo.strict.errors import invalid_parameter
from cognitui.demo.strict.sessions import ChallengeResponse

PRIME = int(
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
"""RFC 3526, section 5."""

_GENERATOR = 2

_CLOCK_TOLERANCE = 300.0
"""Seconds that a TIMESTAMP may be off."""

_TIMESTAMP = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"(?:[1-9]|[12]\d|3[01]) (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d UTC \d{4}",
    re.ASCII,
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One SRP sign-in, between the challenge and its answer."""

    identity: str
    """The pool's name and the real username; or a device's group and its key."""
    client_public: int
    salt: int
    verifier: int = field(repr=False)
    private: int = field(repr=False)
    public: int
    secret_block: bytes = field(repr=False)

    @classmethod
    def begin(cls, identity: str, password: str, client_public_hex: str) -> Exchange:
        """Return a new exchange; takes some milliseconds.

        Raises:
            Refusal: SRP_A is not a number, or one that would prove any password.
        """
        salt = secrets.randbits(128)
        exponent = _hashed(_padded(salt), hashlib.sha256(f"{identity}:{password}".encode()).digest())
        return cls.against(identity, salt, pow(_GENERATOR, exponent, PRIME), client_public_hex)

    @classmethod
    def against(cls, identity: str, salt: int, verifier: int, client_public_hex: str) -> Exchange:
        """Return a new exchange from the verifier of a password; raises like `begin`."""
        client_public, private = _public_number(client_public_hex), secrets.randbits(256)
        multiplier = _hashed(_padded(PRIME), _padded(_GENERATOR))
        public = (multiplier * verifier + pow(_GENERATOR, private, PRIME)) % PRIME
        return cls(identity, client_public, salt, verifier, private, public, secrets.token_bytes(600))

    @property
    def challenge(self) -> dict[str, str]:
        """The challenge parameters for the client."""
        return {"SALT": f"{self.salt:x}", "SRP_B": f"{self.public:x}", "SECRET_BLOCK": self.block_text}

    @property
    def block_text(self) -> str:
        """The secret block in Base64: it must come back unchanged."""
        return base64.b64encode(self.secret_block).decode()

    def proves(self, signature: str, timestamp: str) -> bool:
        """Return whether a PASSWORD_CLAIM_SIGNATURE proves the password."""
        try:
            given = base64.b64decode(signature, validate=True)
        except (ValueError, binascii.Error):
            return False
        message = self.identity.encode() + self.secret_block + timestamp.encode()
        return hmac.compare_digest(given, hmac.digest(self._key(), message, "sha256"))

    def _key(self) -> bytes:
        scramble = _hashed(_padded(self.client_public), _padded(self.public))
        shared = pow(self.client_public * pow(self.verifier, scramble, PRIME), self.private, PRIME)
        extracted = hmac.digest(_padded(scramble), _padded(shared), "sha256")
        return hmac.digest(extracted, b"Caldera Derived Key" + b"\x01", "sha256")[:16]


@dataclass(frozen=True, slots=True)
class Claim:
    """The answer to an SRP challenge, before it is checked against the exchange."""

    block: str = field(repr=False)
    """PASSWORD_CLAIM_SECRET_BLOCK."""
    signature: str = field(repr=False)
    timestamp: str
    claimed_at: float
    """The timestamp in seconds since the epoch."""

    @classmethod
    def of(cls, response: ChallengeResponse) -> Claim:
        """Return the claim of a response, or refuse one that is incomplete or has a malformed timestamp."""
        block = response.required("PASSWORD_CLAIM_SECRET_BLOCK")
        signature = response.required("PASSWORD_CLAIM_SIGNATURE")
        timestamp = response.required("TIMESTAMP")
        return cls(block, signature, timestamp, claimed_time(timestamp))

    def is_timely(self, now: float) -> bool:
        """Return whether the sender's clock is close enough to the server's."""
        return abs(now - self.claimed_at) <= _CLOCK_TOLERANCE

    def proven_by(self, exchange: Exchange) -> bool:
        """Return whether the signature proves the password."""
        return exchange.proves(self.signature, self.timestamp)


def claimed_time(timestamp: str) -> float:
    """Return a TIMESTAMP in seconds since the epoch.

    Raises:
        Refusal: It has a leading zero in the day, names of another language, another zone or another format.
    """
    if not _TIMESTAMP.fullmatch(timestamp):
        raise invalid_parameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
    _, month, day, time, _, year = timestamp.split(" ")
    hour, minute, second = map(int, time.split(":"))
    try:
        at = datetime(int(year), _MONTHS.index(month) + 1, int(day), hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise invalid_parameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.") from None
    return at.timestamp()


def _public_number(text: str) -> int:
    if not re.fullmatch(r"[0-9a-fA-F]+", text):
        raise invalid_parameter("SRP_A is not a hexadecimal number.")
    number = int(text, 16)
    # RFC 5054, 2.5.4: zero makes the shared secret zero, whatever the password.
    if number % PRIME == 0:
        raise invalid_parameter("SRP_A is not valid.")
    return number


def _hashed(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


def _padded(number: int) -> bytes:
    """Return whole bytes, the first below 0x80: Java's BigInteger, which Cognito uses, is signed."""
    digits = f"{number:x}"
    digits = digits.zfill(len(digits) + len(digits) % 2)
    return bytes.fromhex(digits if digits[0] in "01234567" else f"00{digits}")
