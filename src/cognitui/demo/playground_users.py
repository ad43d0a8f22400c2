"""Sample users and programs of the playground: a profile for each feature of Cognito."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cognitui.demo.strict.issuers import IssuerType
from cognitui.demo.strict.pools import CLIENT_TOKEN_AUTH, CustomChallenge, MfaConfiguration, SessionTracking
from cognitui.demo.strict.replicas import Replica
from cognitui.demo.strict.server import ClientSettings, PoolSettings, UserSettings
from cognitui.demo.strict.token_exchange import DELEGATION
from cognitui.demo.strict.user_sessions import Caller
from cognitui.demo.strict.users import Mfa, UserStatus
from cognitui.model.profile import Flow
from cognitui.storage.toml_edit import Value

ENVIRONMENT = "playground"

_SECOND_REGION = "eu-central-1"
"""The Region of the replica; all pools are in eu-west-1."""

_READ, _WRITE = "orders/read", "orders/write"

_PHONE = {"phone_number": "+14155550123", "phone_number_verified": "true"}


@dataclass(frozen=True, slots=True, eq=False)
class PlaygroundPool:
    """A user pool; two with the same settings are still two."""

    settings: PoolSettings


@dataclass(frozen=True, slots=True)
class OtherSession:
    """A session of a user on another device."""

    app: str
    """The name of its app client."""
    caller: Caller
    minutes: float
    """Since its last activity."""
    by_browser: bool = False
    """Whether it came through the login of a browser."""


@dataclass(frozen=True, slots=True)
class PlaygroundUser:
    """A user or a program with an own app client, and the profile that gets its tokens."""

    name: str
    """The name of the profile, which says what it demonstrates."""
    person: str
    """The user's name; empty for a program, which has none."""
    tag: str
    notes: str
    pool: PlaygroundPool
    flow: Flow = Flow.USER_SRP_AUTH
    client: ClientSettings = field(default_factory=ClientSettings)
    user: UserSettings = field(default_factory=UserSettings)
    attributes: Mapping[str, str] = field(default_factory=dict)
    remember_device: bool = False
    saves_password: bool = True
    has_admin: bool = False
    """Whether the profile names IAM credentials."""
    has_secret: bool = False
    """Whether the app client has a secret, which is in the vault."""
    secret_rotates: bool = False
    """Whether its secret is in Secrets Manager instead, which rotates it every minute."""
    replica_of: str = ""
    """The profile with the same app client and user at the pool's primary Region; empty for one with its own."""
    region: str = ""
    """The Region of the replica."""
    keys: Mapping[str, Value] = field(default_factory=dict)
    """Other keys of the profile."""
    sessions: tuple[OtherSession, ...] = ()
    """On other devices, from the oldest on."""

    @property
    def username(self) -> str:
        """The e-mail address to sign in with; empty for a program."""
        return f"{self.person}@example.com" if self.person else ""


_CUSTOM_CHALLENGES = (
    CustomChallenge({"question": "What has keys and opens no door?"}, "a keyboard"),
    CustomChallenge({"question": "Say friend, and enter.", "hint": "in Elvish"}, "mellon"),
)

_OPEN = PlaygroundPool(
    PoolSettings(
        mfa=MfaConfiguration.OPTIONAL,
        first_factors=("PASSWORD", "EMAIL_OTP", "SMS_OTP"),
        custom_challenges=_CUSTOM_CHALLENGES,
    )
)
_REMEMBERS_DEVICES = PlaygroundPool(
    PoolSettings(mfa=MfaConfiguration.OPTIONAL, device_tracking="always", device_suppresses_mfa=True)
)
_REQUIRES_MFA = PlaygroundPool(PoolSettings(mfa=MfaConfiguration.REQUIRED, mfa_methods=(Mfa.TOTP,)))
_UPDATED_ISSUER = PlaygroundPool(PoolSettings(issuer_type=IssuerType.UPDATED))
_REPLICATED = PlaygroundPool(PoolSettings(has_aws_issuer=True, replica=Replica(_SECOND_REGION)))
_TRACKS_SESSIONS = PlaygroundPool(PoolSettings(session_tracking=SessionTracking(enabled=True)))
_SHOP = PlaygroundPool(PoolSettings())

USERS = (
    PlaygroundUser(
        "email-code",
        "judy",
        "e-mail",
        "After the password, Cognito sends a code by e-mail. The playground shows what it sends.",
        _OPEN,
        user=UserSettings(mfa=(Mfa.EMAIL,)),
    ),
    PlaygroundUser(
        "sms-code",
        "ken",
        "sms",
        "After the password, Cognito sends a code by text message.",
        _OPEN,
        user=UserSettings(mfa=(Mfa.SMS,)),
        attributes=_PHONE,
    ),
    PlaygroundUser(
        "either-code",
        "lena",
        "choice",
        "Has two second factors: choose one.",
        _OPEN,
        user=UserSettings(mfa=(Mfa.EMAIL, Mfa.SMS)),
        attributes=_PHONE,
    ),
    PlaygroundUser(
        "first-factor",
        "mila",
        "choice",
        "Signs in with the password or only a code (USER_AUTH): choose the factor.",
        _OPEN,
        Flow.USER_AUTH,
        attributes=_PHONE,
    ),
    PlaygroundUser(
        "authenticator",
        "nils",
        "set-up",
        "The pool requires an authenticator app: scan the QR code or copy the seed, then type a code.",
        _REQUIRES_MFA,
    ),
    PlaygroundUser(
        "custom-challenge",
        "olga",
        "custom",
        "The pool's Lambda triggers ask questions (CUSTOM_AUTH). The answers: a keyboard; mellon.",
        _OPEN,
        Flow.CUSTOM_AUTH,
        saves_password=False,
    ),
    PlaygroundUser(
        "device",
        "pia",
        "device",
        "The first sign-in asks for a code and remembers this machine; the next one needs no code.",
        _REMEMBERS_DEVICES,
        user=UserSettings(mfa=(Mfa.EMAIL,)),
        remember_device=True,
    ),
    PlaygroundUser(
        "rotation",
        "quinn",
        "rotate",
        "Every refresh returns a new refresh token, and the old one expires.",
        _OPEN,
        client=ClientSettings(rotation=True, access_validity=300, id_validity=300),
    ),
    PlaygroundUser(
        "sign-up",
        "rosa",
        "new",
        "Has signed up but not confirmed: request the code, and enter it.",
        _OPEN,
        user=UserSettings(status=UserStatus.UNCONFIRMED),
    ),
    PlaygroundUser(
        "reset",
        "sam",
        "reset",
        "An admin has reset the password: request a code, and choose a new password.",
        _OPEN,
        user=UserSettings(status=UserStatus.RESET_REQUIRED),
    ),
    PlaygroundUser(
        "temporary",
        "tess",
        "admin",
        "Has a temporary password: choose a new one, or make it permanent as an admin (aws_profile).",
        _OPEN,
        user=UserSettings(status=UserStatus.FORCE_CHANGE_PASSWORD),
        has_admin=True,
    ),
    PlaygroundUser(
        "step-up",
        "ugo",
        "step-up",
        "Signs in by password: level 1 (see acr). Its API expects level 3: press u, and enter the code.",
        _OPEN,
        Flow.USER_AUTH,
        keys={"preferred_challenge": "PASSWORD_SRP", "expect": {"acr": "urn:cognito:loa:3"}},
    ),
    PlaygroundUser(
        "updated-issuer",
        "umar",
        "issuer",
        "Tokens of this pool name its updated issuer: see iss. Press v to verify one with the pool's keys.",
        _UPDATED_ISSUER,
    ),
    PlaygroundUser(
        "primary",
        "vera",
        "regions",
        "The pool has a replica in another Region. Press < to go there.",
        _REPLICATED,
    ),
    PlaygroundUser(
        "replica",
        "vera",
        "regions",
        "The replica of the same pool: its sign-in works if the primary Region fails. Press < to go back.",
        _REPLICATED,
        replica_of="primary",
        region=_SECOND_REGION,
    ),
    PlaygroundUser(
        "rotated-secret",
        "yuri",
        "rotate",
        "Secrets Manager holds the client's secret and changes it every minute. Press L: it is read again if needed.",
        _OPEN,
        secret_rotates=True,
        has_admin=True,
    ),
    PlaygroundUser(
        "sessions",
        "wanda",
        "sessions",
        "Is signed in on other devices too. Press x to see where, and end one.",
        _TRACKS_SESSIONS,
        has_admin=True,
        sessions=(
            OtherSession("phone app", Caller("Android, Shop 4.2", "198.51.100.23", "", "Portugal"), 9 * 24 * 60),
            OtherSession("web shop", Caller("Windows, Edge", "203.0.113.7", "Dublin", "Ireland"), 47, by_browser=True),
            OtherSession("phone app", Caller("iOS, Shop 4.3", "203.0.113.91", "Dublin", "Ireland"), 3),
        ),
    ),
    PlaygroundUser(
        "shopper",
        "alice",
        "exchange",
        "Alice herself: her token may read and write orders. See for-alice.",
        _SHOP,
        client=ClientSettings(added_scopes=(_READ, _WRITE)),
    ),
    PlaygroundUser(
        "orders-agent",
        "",
        "m2m",
        "A program, which acts for others in for-alice. It needs no domain: only the client's id and secret.",
        _SHOP,
        Flow.CLIENT_CREDENTIALS,
        client=ClientSettings(flows=frozenset({CLIENT_TOKEN_AUTH}), grants=frozenset(), scopes=(_READ,)),
        has_secret=True,
        keys={"scopes": (_READ,)},
    ),
    PlaygroundUser(
        "for-alice",
        "",
        "exchange",
        "The agent's token to read alice's orders: sub is alice, act is the agent. Press + to compare it with hers.",
        _SHOP,
        Flow.TOKEN_EXCHANGE,
        client=ClientSettings(flows=frozenset({DELEGATION}), grants=frozenset(), scopes=(_READ, _WRITE)),
        has_secret=True,
        keys={
            "subject": f"{ENVIRONMENT}/shopper",
            "actor": f"{ENVIRONMENT}/orders-agent",
            "scopes": (_READ,),
            "audiences": ("https://orders.example.com",),
        },
    ),
)
"""In the order of the list: common features first."""
