"""Who is on the playground: a profile for each thing that Cognito can ask and ministack cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cognitui.demo.strict.pools import CustomChallenge, MfaConfiguration
from cognitui.demo.strict.server import ClientSettings, PoolSettings, UserSettings
from cognitui.demo.strict.users import Mfa, UserStatus
from cognitui.model.profile import Flow

NAME = "playground"

_PHONE = {"phone_number": "+14155550123", "phone_number_verified": "true"}


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A user pool; two of the same settings are still two."""

    settings: PoolSettings


@dataclass(frozen=True, slots=True)
class Player:
    """A user of a pool with an app client of their own, and the profile that signs in as them."""

    name: str
    """Of the profile: it says what it shows."""
    person: str
    tag: str
    notes: str
    ground: Ground
    flow: Flow = Flow.USER_SRP_AUTH
    client: ClientSettings = field(default_factory=ClientSettings)
    user: UserSettings = field(default_factory=UserSettings)
    attributes: Mapping[str, str] = field(default_factory=dict)
    remember_device: bool = False
    saves_password: bool = True
    has_admin: bool = False
    """Whether the profile names IAM credentials that may act for the user."""

    @property
    def username(self) -> str:
        """The e-mail address that they sign in with."""
        return f"{self.person}@example.com"


_RIDDLES = (
    CustomChallenge({"question": "What has keys and opens no door?"}, "a keyboard"),
    CustomChallenge({"question": "Say friend, and enter.", "hint": "in Elvish"}, "mellon"),
)

OPEN = Ground(
    PoolSettings(
        mfa=MfaConfiguration.OPTIONAL,
        first_factors=("PASSWORD", "EMAIL_OTP", "SMS_OTP"),
        custom_challenges=_RIDDLES,
    )
)
REMEMBERING = Ground(PoolSettings(mfa=MfaConfiguration.OPTIONAL, device_tracking="always", device_suppresses_mfa=True))
GUARDED = Ground(PoolSettings(mfa=MfaConfiguration.REQUIRED, mfa_methods=(Mfa.TOTP,)))

PLAYERS = (
    Player(
        "email-code",
        "judy",
        "e-mail",
        "After the password comes a code by e-mail; what the playground sends is shown on the screen.",
        OPEN,
        user=UserSettings(mfa=(Mfa.EMAIL,)),
    ),
    Player(
        "sms-code",
        "ken",
        "sms",
        "After the password comes a code by text message.",
        OPEN,
        user=UserSettings(mfa=(Mfa.SMS,)),
        attributes=_PHONE,
    ),
    Player(
        "either-code",
        "lena",
        "choice",
        "Two second factors are set up: choose one of them.",
        OPEN,
        user=UserSettings(mfa=(Mfa.EMAIL, Mfa.SMS)),
        attributes=_PHONE,
    ),
    Player(
        "first-factor",
        "mila",
        "choice",
        "Signs in with the password or with a code alone (USER_AUTH): choose the factor.",
        OPEN,
        Flow.USER_AUTH,
        attributes=_PHONE,
    ),
    Player(
        "authenticator",
        "nils",
        "set-up",
        "The pool demands an authenticator app: scan the QR code, or copy the seed, and type a code.",
        GUARDED,
    ),
    Player(
        "riddles",
        "olga",
        "custom",
        "The pool's own triggers ask (CUSTOM_AUTH). The answers are: a keyboard; mellon.",
        OPEN,
        Flow.CUSTOM_AUTH,
        saves_password=False,
    ),
    Player(
        "device",
        "pia",
        "device",
        "The first sign-in asks for a code and remembers this machine; sign in anew: the device answers by itself.",
        REMEMBERING,
        user=UserSettings(mfa=(Mfa.EMAIL,)),
        remember_device=True,
    ),
    Player(
        "rotation",
        "quinn",
        "rotate",
        "Every refresh brings a new refresh token, and the old one dies.",
        OPEN,
        client=ClientSettings(rotation=True, access_validity=300, id_validity=300),
    ),
    Player(
        "sign-up",
        "rosa",
        "new",
        "Signed up and never confirmed: have the code sent, and enter it.",
        OPEN,
        user=UserSettings(status=UserStatus.UNCONFIRMED),
    ),
    Player(
        "reset",
        "sam",
        "reset",
        "An admin has reset the password: have a code sent, and choose a new one.",
        OPEN,
        user=UserSettings(status=UserStatus.RESET_REQUIRED),
    ),
    Player(
        "temporary",
        "tess",
        "admin",
        "Has a temporary password: choose a new one, or make it permanent as an admin (aws_profile).",
        OPEN,
        user=UserSettings(status=UserStatus.FORCE_CHANGE_PASSWORD),
        has_admin=True,
    ),
)
"""In the order of the list: from what many have to what few have."""
