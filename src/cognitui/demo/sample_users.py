"""Sample environments of the demo, with their app clients, users and services."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from cognitui.model.profile import DEFAULT_FLOW, Flow


class SavedPassword(Enum):
    """The password that the vault holds for a user."""

    RIGHT = auto()
    TEMPORARY = auto()
    """Set by an admin; the first sign-in must change it (FORCE_CHANGE_PASSWORD)."""
    WRONG = auto()


@dataclass(frozen=True, slots=True)
class AppClient:
    """An app client, and the tag that the list shows for it."""

    name: str
    tag: str
    has_secret: bool = False
    access_minutes: int = 60
    flow: Flow | None = None
    """Its OAuth flow; None for a client of the user pool API."""
    scopes: tuple[str, ...] = ()
    """The scopes of its tokens if it has an OAuth flow."""


@dataclass(frozen=True, slots=True)
class Person:
    """A user of a pool, and the profile that signs in as that user."""

    name: str
    full_name: str
    client: AppClient
    flow: Flow = DEFAULT_FLOW
    groups: tuple[str, ...] = ()
    saved: SavedPassword = SavedPassword.RIGHT
    notes: str = ""
    has_app: bool = False
    """Whether an authenticator app is set up, with its seed in the vault."""
    password: str = ""
    """A fixed password, to type into a login page; empty for a random one."""

    @property
    def username(self) -> str:
        """The e-mail address to sign in with."""
        return f"{self.name}@example.com"


@dataclass(frozen=True, slots=True)
class Service:
    """A program with its own client credentials, and its profile."""

    name: str
    client: AppClient
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """An environment with its own pool."""

    name: str
    label: str
    color: str
    people: tuple[Person, ...]
    protected: bool = False
    has_identity_pool: bool = False
    """Whether ID tokens of its first app client give AWS credentials."""
    services: tuple[Service, ...] = ()
    expects_groups: tuple[str, ...] = ()
    """The groups that its API expects in an access token."""

    @property
    def everyone(self) -> tuple[Person | Service, ...]:
        """Its people, followed by its services."""
        return (*self.people, *self.services)

    @property
    def clients(self) -> tuple[AppClient, ...]:
        """The app clients of its people and services, without duplicates; the first is the environment's default."""
        return tuple(dict.fromkeys(one.client for one in self.everyone))


WEB = AppClient("shop-web", "web")
ADMIN = AppClient("shop-admin", "admin", has_secret=True)
SHORT = AppClient("shop-kiosk", "short", access_minutes=5)
MACHINE = AppClient("shop-orders", "m2m", has_secret=True, flow=Flow.CLIENT_CREDENTIALS, scopes=("orders/read",))
BROWSER = AppClient("shop-portal", "browser", flow=Flow.AUTHORIZATION_CODE, scopes=("openid", "email"))

_LOGIN_PAGE_PASSWORD = "Demo-Passw0rd-1"
"""Harmless: its user exists only during the demo, on a server that only this machine can reach."""

_ALICE = Person("alice", "Alice Archer", WEB, groups=("admins", "editors"), notes="The same user in every environment.")
_ERIN = Person("erin", "Erin Easton", ADMIN, Flow.USER_PASSWORD_AUTH, groups=("admins",))

STAGES = (
    Stage(
        "dev",
        "Development",
        "green",
        (
            _ALICE,
            Person("bob", "Bob Barker", SHORT, groups=("editors",), notes="Tokens of this client expire in 5 minutes."),
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
                notes="The saved password is wrong, so Cognito refuses the sign-in.",
            ),
            _ERIN,
            Person(
                "heidi",
                "Heidi Hart",
                BROWSER,
                Flow.AUTHORIZATION_CODE,
                notes=f"Signs in with the browser. Type this password there: {_LOGIN_PAGE_PASSWORD}",
                password=_LOGIN_PAGE_PASSWORD,
            ),
            Person(
                "ivan",
                "Ivan Ives",
                WEB,
                notes="Has an authenticator app. Its seed is in the vault, so its codes are entered automatically.",
                has_app=True,
            ),
        ),
        has_identity_pool=True,
        services=(Service("orders-service", MACHINE, notes="A program: it needs only the client's id and secret."),),
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
                notes="Is in no group, so the API of this environment would reject his token.",
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
"""From development to production."""


def refused_ids(stages: Iterable[Stage]) -> frozenset[str]:
    """Return the ids of the profiles whose saved password is wrong."""
    return frozenset(
        f"{stage.name}/{person.name}"
        for stage in stages
        for person in stage.people
        if person.saved is SavedPassword.WRONG
    )
