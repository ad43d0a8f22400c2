"""Who is in the demo: its environments, their app clients and the people in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from cognitui.model.profile import DEFAULT_FLOW, Flow


class SavedPassword(Enum):
    """What the vault holds for a person."""

    RIGHT = auto()
    TEMPORARY = auto()
    """An admin's, to be changed at the first sign-in (FORCE_CHANGE_PASSWORD)."""
    WRONG = auto()


@dataclass(frozen=True, slots=True)
class AppClient:
    """An app client; its first word is what the list shows for it."""

    name: str
    tag: str
    has_secret: bool = False
    access_minutes: int = 60
    flow: Flow | None = None
    """The OAuth flow that it is for; None for one of Cognito's own API."""
    scopes: tuple[str, ...] = ()
    """What its tokens are good for, where it is for an OAuth flow."""


@dataclass(frozen=True, slots=True)
class Person:
    """A user of a pool, and the profile that signs in as them."""

    name: str
    full_name: str
    client: AppClient
    flow: Flow = DEFAULT_FLOW
    groups: tuple[str, ...] = ()
    saved: SavedPassword = SavedPassword.RIGHT
    notes: str = ""
    has_app: bool = False
    """Whether an authenticator app is set up, whose seed the vault holds."""
    password: str = ""
    """One that the person at the screen has to type into a page; empty for a random one."""

    @property
    def username(self) -> str:
        """The e-mail address that they sign in with."""
        return f"{self.name}@example.com"


@dataclass(frozen=True, slots=True)
class Service:
    """A program that signs in by itself, and its profile."""

    name: str
    client: AppClient
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """An environment with a pool of its own."""

    name: str
    label: str
    color: str
    people: tuple[Person, ...]
    protected: bool = False
    has_identity_pool: bool = False
    """Whether the ID tokens of its first app client open AWS credentials."""
    services: tuple[Service, ...] = ()
    expects_groups: tuple[str, ...] = ()
    """What its API demands of an access token, where it demands anything."""

    @property
    def everyone(self) -> tuple[Person | Service, ...]:
        """Its people, and then its services."""
        return (*self.people, *self.services)

    @property
    def clients(self) -> tuple[AppClient, ...]:
        """The app clients of its people and services, each once; the first is the environment's default."""
        return tuple(dict.fromkeys(one.client for one in self.everyone))


WEB = AppClient("shop-web", "web")
ADMIN = AppClient("shop-admin", "admin", has_secret=True)
SHORT = AppClient("shop-kiosk", "short", access_minutes=5)
MACHINE = AppClient("shop-orders", "m2m", has_secret=True, flow=Flow.CLIENT_CREDENTIALS, scopes=("orders/read",))
BROWSER = AppClient("shop-portal", "browser", flow=Flow.AUTHORIZATION_CODE, scopes=("openid", "email"))

_ON_THE_PAGE = "Demo-Passw0rd-1"
"""Of a user who lives as long as the demo, on a server that this machine alone can reach."""

_ALICE = Person(
    "alice", "Alice Archer", WEB, groups=("admins", "editors"), notes="The same person in every environment."
)
_ERIN = Person("erin", "Erin Easton", ADMIN, Flow.USER_PASSWORD_AUTH, groups=("admins",))

STAGES = (
    Stage(
        "dev",
        "Development",
        "green",
        (
            _ALICE,
            Person("bob", "Bob Barker", SHORT, groups=("editors",), notes="Tokens of this client live 5 minutes."),
            Person(
                "carol",
                "Carol Cole",
                ADMIN,
                saved=SavedPassword.TEMPORARY,
                notes="Has a temporary password: the first sign-in asks for a new one.",
            ),
            Person(
                "dave",
                "Dave Dunn",
                WEB,
                Flow.USER_PASSWORD_AUTH,
                saved=SavedPassword.WRONG,
                notes="The saved password is wrong: this is what a refusal looks like.",
            ),
            _ERIN,
            Person(
                "heidi",
                "Heidi Hart",
                BROWSER,
                Flow.AUTHORIZATION_CODE,
                notes=f"Logs in with the browser; the password to type there is {_ON_THE_PAGE}",
                password=_ON_THE_PAGE,
            ),
            Person(
                "ivan",
                "Ivan Ives",
                WEB,
                notes="Has an authenticator app; its seed is in the vault, and answers by itself.",
                has_app=True,
            ),
        ),
        has_identity_pool=True,
        services=(Service("orders-service", MACHINE, notes="A program: its client's id and secret are all it needs."),),
    ),
    Stage(
        "staging",
        "Staging",
        "yellow",
        (
            _ALICE,
            Person(
                "frank",
                "Frank Field",
                SHORT,
                Flow.USER_PASSWORD_AUTH,
                notes="Is in no group, so the API of this environment would refuse his token.",
            ),
            _ERIN,
        ),
        expects_groups=("admins",),
    ),
    Stage(
        "prod",
        "Production",
        "red",
        (_ALICE, Person("grace", "Grace Gray", ADMIN, groups=("admins", "auditors"))),
        protected=True,
    ),
)
"""From the harmless one to the one that counts."""
