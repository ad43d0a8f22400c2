"""Users of a pool with their passwords, second factors and devices."""

from __future__ import annotations

import base64
import hmac
import re
import secrets
import string
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from cognitui.demo.strict.errors import Refusal, not_authorized, wrong_credentials
from cognitui.demo.strict.wire import Body

Tracking = Literal["always", "opt_in"]
"""Whether a pool remembers all devices, or leaves it to the user."""

_POLICY = (
    (r".{8}", "Password not long enough"),
    (r"[a-z]", "Password must have lowercase characters"),
    (r"[A-Z]", "Password must have uppercase characters"),
    (r"[0-9]", "Password must have numeric characters"),
    (r"[^A-Za-z0-9]", "Password must have symbol characters"),
)
"""The default password policy of a pool."""

_FREE_ATTEMPTS = 5
_LONGEST_LOCKOUT = 900.0

_GROUP_ALPHABET = string.ascii_letters + string.digits

_TOTP_STEP = 30
_TOTP_DIGITS = 6


class UserStatus(StrEnum):
    """Cognito's status of a user."""

    CONFIRMED = "CONFIRMED"
    FORCE_CHANGE_PASSWORD = "FORCE_CHANGE_PASSWORD"
    UNCONFIRMED = "UNCONFIRMED"
    RESET_REQUIRED = "RESET_REQUIRED"
    EXTERNAL_PROVIDER = "EXTERNAL_PROVIDER"
    """Signs in at an identity provider: the pool has no password for the user."""


class Mfa(StrEnum):
    """A second factor, named after its challenge."""

    SMS = "SMS_MFA"
    EMAIL = "EMAIL_OTP"
    TOTP = "SOFTWARE_TOKEN_MFA"


@dataclass(slots=True)
class User:
    """A user. A test may change one between two calls."""

    password: str = field(repr=False)
    username: str = field(default_factory=lambda: str(uuid.uuid4()))
    """The real username: the sub in pools that sign in by e-mail."""
    sub: str = ""
    """The username if empty."""
    attributes: dict[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    status: UserStatus = UserStatus.CONFIRMED
    enabled: bool = True
    password_expires_at: float | None = None
    """When a temporary password expires; seconds since the epoch."""
    mfa: tuple[Mfa, ...] = ()
    """The second factors that are enabled: UserMFASettingList."""
    preferred_mfa: Mfa | None = None
    software_token: SoftwareToken | None = None
    has_passkey: bool = False
    devices: dict[str, Device] = field(default_factory=dict)
    """By key."""
    failures: int = 0
    """Wrong passwords in a row."""
    locked_until: float = 0.0

    def __post_init__(self) -> None:
        self.sub = self.sub or self.username

    @property
    def attribute_list(self) -> list[dict[str, str]]:
        """All attributes including the sub, as operations return them."""
        return [{"Name": name, "Value": value} for name, value in {"sub": self.sub, **self.attributes}.items()]

    @property
    def mfa_settings(self) -> Body:
        """The second factors that are set up and the preferred one, as operations return them."""
        preferred = {"PreferredMfaSetting": self.preferred_mfa} if self.preferred_mfa else {}
        return {**preferred, **({"UserMFASettingList": list(self.mfa)} if self.mfa else {})}

    def set_password(self, password: str) -> None:
        """Set a password and lift the lockout."""
        self.password, self.failures, self.locked_until = password, 0, 0.0

    def new_device(self, region: str, tracking: Tracking, now: float) -> Device:
        """Add a device that is not confirmed yet."""
        group = f"-{''.join(secrets.choice(_GROUP_ALPHABET) for _ in range(8))}"
        device = Device(f"{region}_{uuid.uuid4()}", group, tracking, now)
        self.devices[device.key] = device
        return device

    def confirmed_device(self, key: str) -> Device:
        """Return a device that the user has confirmed, or raise ResourceNotFoundException."""
        device = self.devices.get(key)
        if device is None or not device.is_confirmed:
            raise no_device()
        return device


@dataclass(slots=True)
class Device:
    """A machine of a user that can prove that it is the same again."""

    key: str
    """Region, underscore, UUID."""
    group: str
    """The DeviceGroupKey."""
    tracking: Tracking
    made_at: float
    """Seconds since the epoch."""
    name: str = ""
    salt: int = field(default=0, repr=False)
    verifier: int | None = field(default=None, repr=False)
    """Checks the device's SRP proofs; None until ConfirmDevice."""
    remembered: bool = False

    @property
    def is_confirmed(self) -> bool:
        """Whether ConfirmDevice was called for it."""
        return self.verifier is not None

    @property
    def identity(self) -> str:
        """The part of its SRP proof that names it, as pool and user do in the proof of a password."""
        return self.group + self.key

    def confirm(self, name: str, salt: int, verifier: int) -> None:
        """Store the SRP values that the client chose."""
        self.name, self.salt, self.verifier = name, salt, verifier
        self.remembered = self.tracking == "always"


def no_device() -> Refusal:
    """Return the refusal of an unknown device key."""
    return Refusal("ResourceNotFoundException", "Device does not exist.")


def _new_seed() -> str:
    return base64.b32encode(secrets.token_bytes(32)).decode().rstrip("=")


@dataclass(slots=True)
class SoftwareToken:
    """An authenticator app: its seed and the codes that it shows (RFC 6238)."""

    seed: str = field(default_factory=_new_seed, repr=False)
    """Base32 without padding: the SecretCode."""
    name: str = ""
    """FriendlyDeviceName."""
    used: set[int] = field(default_factory=set, repr=False)
    """The time steps whose code was accepted: each is good for one use (RFC 6238, 5.2)."""

    def code(self, at: float) -> str:
        """Return the code that the app shows at a time, in seconds since the epoch."""
        return self._code_of(int(at) // _TOTP_STEP)

    def step_of(self, code: str, now: float) -> int | None:
        """Return the time step of a code: the current one, or one to either side for clocks that are off."""
        current = int(now) // _TOTP_STEP
        return next((step for step in (current, current - 1, current + 1) if self._shows(code, step)), None)

    def _shows(self, code: str, step: int) -> bool:
        return step >= 0 and hmac.compare_digest(code.encode(), self._code_of(step).encode())

    def _code_of(self, step: int) -> str:
        """Return the HOTP value of a time step (RFC 4226, 5.3)."""
        key = base64.b32decode(self.seed + "=" * (-len(self.seed) % 8))
        digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
        start = digest[-1] & 0x0F
        number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
        return f"{number % 10**_TOTP_DIGITS:0{_TOTP_DIGITS}}"


def check_password_policy(password: str) -> None:
    """Raise InvalidPasswordException for the first rule that a password breaks."""
    for pattern, reason in _POLICY:
        if not re.search(pattern, password, re.DOTALL):
            raise Refusal("InvalidPasswordException", f"Password did not conform with policy: {reason}")


def check_password_is_set(user: User | None) -> None:
    """Raise PasswordResetRequiredException for a user whose password an admin has reset."""
    if user is not None and user.status is UserStatus.RESET_REQUIRED:
        raise Refusal("PasswordResetRequiredException", "Password reset required for the user")


def check_password_proven(user: User | None, proven: Callable[[User], bool], now: float) -> User:
    """Return the user once the password is proven; wrong ones lock the user out (AWS, "Lockout behavior").

    Raises:
        Refusal: There is no such user, or the password is wrong, or was wrong too often.
    """
    if user is None:
        raise wrong_credentials()
    if now < user.locked_until:
        raise not_authorized("Password attempts exceeded")
    if not proven(user):
        _count_failure(user, now)
        raise wrong_credentials()
    user.failures, user.locked_until = 0, 0.0
    return user


def _count_failure(user: User, now: float) -> None:
    """Lock for a second after the fifth failure in a row, and twice as long after each further one."""
    user.failures += 1
    if user.failures >= _FREE_ATTEMPTS:
        user.locked_until = now + min(_LONGEST_LOCKOUT, 2.0 ** (user.failures - _FREE_ATTEMPTS))
