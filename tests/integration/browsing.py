"""A sign-in at the OAuth endpoints of the strict server, with somebody at the browser."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

import urllib3

from cognitui.cognito.oauth.provider import ADDRESS, OAuthProvider
from cognitui.cognito.oauth.token_endpoint import TokenEndpoint
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.strict.pools import AppClient
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.users import User
from cognitui.model.challenge import Challenge, GivenSecrets, SignedIn, Step
from cognitui.model.profile import Environment, Flow, Profile, ProfileFields
from tests.servers.ports import free_port
from tests.strict.browser import log_in

ALICE = "alice@example.com"
PASSWORD = "Passw0rd!"
SECRET = "9drv7kalt3vq0ssexampleexample"
READ = "orders/read"
PATIENCE = 10.0
"""Seconds; nothing here takes so long."""


@dataclass
class Desk:
    """One app client and one user of the server, and our sign-in in front of it."""

    server: StrictServer
    client: AppClient
    user: User
    redirect_uri: str
    pauses: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        endpoint = TokenEndpoint(self.server.clock, sleep=self.pauses.append, jitter=lambda: 1.0)
        self.signin = OAuthProvider(endpoint, UserPoolApi(self.server.clock), self.server.clock)

    def profile(self, **own: object) -> Profile:
        flow = Flow.CLIENT_CREDENTIALS if "client_credentials" in self.client.grants else Flow.AUTHORIZATION_CODE
        fields: dict[str, object] = {
            "user_pool_id": self.client.pool.id,
            "client_id": self.client.id,
            "flow": flow,
            "domain": self.server.url,
            "endpoint_url": self.server.url,
            "redirect_uri": self.redirect_uri,
            **({"username": ALICE} if flow is Flow.AUTHORIZATION_CODE else {}),
            **own,
        }
        return Profile(environment=Environment(name="dev"), name="alice", own=ProfileFields(**fields))  # type: ignore[arg-type]

    def start(self, secret: str | None = None, **own: object) -> Step:
        return self.signin.start(self.profile(**own), GivenSecrets(client_secret=secret or self.client.secret))

    def asked(self, **own: object) -> Challenge:
        """Begin, and return what a person is asked."""
        step = self.start(None, **own)
        assert isinstance(step, Challenge)
        return step

    def came_back_to(self, challenge: Challenge) -> str:
        """Logs in, and returns the address that the browser is sent to."""
        return log_in(challenge.url, ALICE, PASSWORD)

    def pasted(self, challenge: Challenge, address: str = "") -> Step:
        return self.signin.answer(challenge, {ADDRESS.name: address or self.came_back_to(challenge)})

    def signed_in(self, **own: object) -> SignedIn:
        step = self.pasted(self.asked(**own))
        assert isinstance(step, SignedIn)
        return step

    def sent(self, endpoint: str = "oauth2/token") -> dict[str, str]:
        """What an endpoint was sent last."""
        return {name: str(value) for name, value in self.server.journal.last(endpoint).parameters.items()}


class Waiting:
    """Somebody waits for the browser in another thread; leaving the context ends it."""

    def __init__(self, desk: Desk, challenge: Challenge) -> None:
        self._desk = desk
        self._challenge = challenge
        self.stop = threading.Event()
        self._pool = ThreadPoolExecutor(1)
        self._result: Future[object]

    def __enter__(self) -> Waiting:
        self._result = self._pool.submit(self._desk.signin.wait, self._challenge, self.stop)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self._pool.shutdown()

    @property
    def ended(self) -> bool:
        return self._result.done()

    def answers(self) -> dict[str, str] | None:
        """Return what came, as soon as it has."""
        result = self._result.result(PATIENCE)
        assert result is None or isinstance(result, dict)
        return result

    def visit(self, address: str, method: str = "GET", **headers: str) -> urllib3.BaseHTTPResponse:
        """Go to an address as a browser does, as soon as somebody listens there."""
        retries = urllib3.Retry(
            total=None, connect=100, read=0, redirect=0, status=0, backoff_factor=0.02, backoff_max=0.02
        )
        return urllib3.request(method, address, headers=headers, retries=retries, redirect=False, timeout=PATIENCE)


def with_parameters(address: str, **changed: str | None) -> str:
    """Return an address with parameters of its query changed, or taken out."""
    parts = urlsplit(address)
    query = {name: value for name, value in {**dict(parse_qsl(parts.query)), **changed}.items() if value is not None}
    return parts._replace(query=urlencode(query)).geturl()


def any_redirect_uri(host: str = "localhost") -> str:
    """Return a redirect on a port that is free."""
    return f"http://{host}:{free_port()}/callback"
