"""A user of the strict server, and our sign-in in front of it: what the tests of challenges share."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from cognitui.cognito.provider import UserPoolProvider
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.strict.pools import AppClient
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.users import User
from cognitui.model.challenge import Challenge, GivenSecrets, RememberedDevice, SignedIn, Step
from cognitui.model.profile import Environment, Flow, Profile, ProfileFields

SECRET = "9drv7kalt3vq0ssexampleexample"
PASSWORD = "Passw0rd!"
ALICE = "alice@example.com"
NEW_PASSWORD = "Str0nger!pass"


class Desk:
    """One user of the server, and our sign-in in front of it."""

    def __init__(self, server: StrictServer, client: AppClient, user: User) -> None:
        self.server, self.client, self.user = server, client, user
        self.codes_of_the_process: list[str] = []
        api = UserPoolApi(server.clock, sleep=server.clock.advance, jitter=lambda: 1.0)
        self.told: list[str] = []
        self.signin = UserPoolProvider(api, server.clock, self._code, self.told.append)
        self.given = GivenSecrets(PASSWORD, client.secret)
        self.fields = ProfileFields(
            user_pool_id=client.pool.id, client_id=client.id, username=ALICE, endpoint_url=server.url
        )

    def start(self, flow: Flow = Flow.USER_SRP_AUTH, **fields: object) -> Step:
        own = ProfileFields(flow=flow, **fields).merged_into(self.fields)  # type: ignore[arg-type]  # by name
        profile = Profile(environment=Environment(name="dev"), name="alice", own=own)
        return self.signin.start(profile, self.given)

    def asked(self, flow: Flow = Flow.USER_SRP_AUTH, **fields: object) -> Challenge:
        return question(self.start(flow, **fields))

    def code(self) -> str:
        """The latest that was sent."""
        return self.server.outbox.last(self.user.username).code

    def remember(self, step: Step) -> RememberedDevice:
        assert isinstance(step, SignedIn)
        assert step.device is not None
        self.given = replace(self.given, device=step.device)
        return step.device

    def _code(self, _profile: Profile) -> str | None:
        return self.codes_of_the_process.pop(0) if self.codes_of_the_process else None


MakeDesk = Callable[..., Desk]


def maker(server: StrictServer) -> MakeDesk:
    """Return what makes a pool with one user, and a desk for them."""

    def make(*, secret: str | None = None, pool: dict[str, object] | None = None, **user: object) -> Desk:
        made = server.add_pool(**(pool or {}))  # type: ignore[arg-type]  # by name
        client = server.add_client(made, secret=secret)
        return Desk(server, client, server.add_user(made, ALICE, PASSWORD, **user))  # type: ignore[arg-type]  # by name

    return make


def question(step: Step) -> Challenge:
    assert isinstance(step, Challenge), step
    return step


def assert_signed_in(step: Step) -> None:
    assert isinstance(step, SignedIn), step
