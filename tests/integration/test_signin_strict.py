"""Sign-in and refresh against a Cognito that refuses what AWS refuses."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest

from cognitui.cognito.http import fetch_https
from cognitui.cognito.jwks import TokenVerifier
from cognitui.cognito.provider import UserPoolProvider
from cognitui.cognito.transport import ServerClocks
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.strict import errors as server_errors
from cognitui.demo.strict.pools import AppClient
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.users import User, UserStatus
from cognitui.demo.strict.wire import Answer
from cognitui.model import errors
from cognitui.model.challenge import Challenge, GivenSecrets, SignedIn, Step
from cognitui.model.claims import username_of
from cognitui.model.profile import Environment, Flow, Profile, ProfileFields
from cognitui.model.token import TokenSet

SECRET = "9drv7kalt3vq0ssexampleexample"
PASSWORD = "Passw0rd!"
BOTH = pytest.mark.parametrize("flow", [Flow.USER_PASSWORD_AUTH, Flow.USER_SRP_AUTH])


class Desk:
    """One app client and one user of the server, and our sign-in in front of it."""

    def __init__(self, server: StrictServer, client: AppClient, user: User) -> None:
        self.server = server
        self.client = client
        self.user = user
        self.pauses: list[float] = []
        api = UserPoolApi(server.clock, sleep=self.pauses.append, jitter=lambda: 1.0)
        self.signin = UserPoolProvider(api, server.clock)

    def profile(self, flow: Flow = Flow.USER_PASSWORD_AUTH, username: str = "alice@example.com") -> Profile:
        fields = ProfileFields(
            user_pool_id=self.client.pool.id,
            client_id=self.client.id,
            username=username,
            flow=flow,
            endpoint_url=self.server.url,
        )
        return Profile(environment=Environment(name="dev"), name="alice", own=fields)

    def start(self, flow: Flow = Flow.USER_PASSWORD_AUTH, password: str = PASSWORD, **profile: str) -> Step:
        return self.signin.start(self.profile(flow, **profile), GivenSecrets(password, self.client.secret))

    def tokens(self, flow: Flow = Flow.USER_PASSWORD_AUTH) -> TokenSet:
        step = self.start(flow)
        assert isinstance(step, SignedIn)
        return step.tokens

    def refresh(self, tokens: TokenSet, token: str = "") -> TokenSet:
        assert tokens.refresh is not None
        username = username_of(tokens.access.value)
        return self.signin.refresh(self.profile(), token or tokens.refresh.value, self.client.secret, username)


MakeDesk = Callable[..., Desk]


@pytest.fixture
def desk(strict: StrictServer) -> MakeDesk:
    def make(*, required: tuple[str, ...] = (), status: UserStatus = UserStatus.CONFIRMED, **client: object) -> Desk:
        pool = strict.add_pool(required_attributes=required)
        made = strict.add_client(pool, **client)  # type: ignore[arg-type]  # by name
        return Desk(strict, made, strict.add_user(pool, "alice@example.com", PASSWORD, status=status))

    return make


@BOTH
@pytest.mark.parametrize("secret", [None, SECRET])
def test_an_alias_signs_in_with_and_without_a_client_secret(desk: MakeDesk, flow: Flow, secret: str | None) -> None:
    at = desk(secret=secret)

    assert username_of(at.tokens(flow).access.value) == at.user.username


def test_srp_never_sends_the_password(desk: MakeDesk) -> None:
    at = desk(secret=SECRET)
    at.tokens(Flow.USER_SRP_AUTH)

    assert PASSWORD not in repr(at.server.journal.requests)


@BOTH
def test_a_temporary_password_leads_through_the_new_password_to_tokens(desk: MakeDesk, flow: Flow) -> None:
    at = desk(secret=SECRET, status=UserStatus.FORCE_CHANGE_PASSWORD, required=("name",))
    asked = at.start(flow)
    assert isinstance(asked, Challenge)
    assert [prompt.name for prompt in asked.prompts] == ["NEW_PASSWORD", "userAttributes.name"]

    step = at.signin.answer(asked, {"NEW_PASSWORD": "N3w-password", "userAttributes.name": "Alice"})

    assert isinstance(step, SignedIn)
    assert at.user.status is UserStatus.CONFIRMED
    assert isinstance(at.start(flow, password="N3w-password"), SignedIn)


def test_a_new_password_that_is_too_weak_is_asked_for_again(desk: MakeDesk) -> None:
    at = desk(status=UserStatus.FORCE_CHANGE_PASSWORD)
    asked = at.start()
    assert isinstance(asked, Challenge)

    again = at.signin.answer(asked, {"NEW_PASSWORD": "short"})

    assert isinstance(again, Challenge)
    assert again.remark
    assert isinstance(at.signin.answer(again, {"NEW_PASSWORD": "N3w-password"}), SignedIn)


@BOTH
def test_an_answer_that_comes_after_the_session_has_expired_still_signs_in(desk: MakeDesk, flow: Flow) -> None:
    at = desk(status=UserStatus.FORCE_CHANGE_PASSWORD)
    asked = at.start(flow)
    assert isinstance(asked, Challenge)
    at.server.clock.advance(600)

    step = at.signin.answer(asked, {"NEW_PASSWORD": "N3w-password"})

    assert isinstance(step, SignedIn)


@BOTH
def test_a_wrong_password_is_reported_as_that(desk: MakeDesk, flow: Flow) -> None:
    with pytest.raises(errors.WrongCredentials):
        desk().start(flow, password="wrong")


@BOTH
def test_a_disabled_user_is_reported_as_that(desk: MakeDesk, flow: Flow) -> None:
    at = desk()
    at.user.enabled = False

    with pytest.raises(errors.UserDisabled):
        at.start(flow)


@BOTH
def test_an_unknown_user_is_reported_as_that_if_the_client_reveals_it(desk: MakeDesk, flow: Flow) -> None:
    with pytest.raises(errors.UserNotFound):
        desk(hides_users=False).start(flow, username="nobody@example.com")


@BOTH
def test_a_flow_that_is_not_enabled_is_named_with_the_other(desk: MakeDesk, flow: Flow) -> None:
    with pytest.raises(errors.FlowNotEnabled) as caught:
        desk(flows=frozenset({"REFRESH_TOKEN_AUTH"})).start(flow)

    assert flow.value in caught.value.cause


def test_a_client_secret_that_is_not_stored_is_asked_for_and_serves(desk: MakeDesk) -> None:
    at = desk(secret=SECRET)
    asked = at.signin.start(at.profile(Flow.USER_SRP_AUTH), GivenSecrets(PASSWORD))
    assert isinstance(asked, Challenge)

    assert isinstance(at.signin.answer(asked, {"client-secret": SECRET}), SignedIn)


@BOTH
def test_a_client_secret_that_is_wrong_is_reported_as_that(desk: MakeDesk, flow: Flow) -> None:
    at = desk(secret=SECRET)

    with pytest.raises(errors.ClientSecretWrong):
        at.signin.start(at.profile(flow), GivenSecrets(PASSWORD, "not-the-secret-of-this-client"))


def test_a_client_secret_that_is_too_many_is_reported_as_that(desk: MakeDesk) -> None:
    at = desk()

    with pytest.raises(errors.ClientSecretUnwanted):
        at.signin.start(at.profile(), GivenSecrets(PASSWORD, SECRET))


@pytest.mark.parametrize(
    ("status", "title"),
    [(UserStatus.UNCONFIRMED, "Confirm the account"), (UserStatus.RESET_REQUIRED, "Set a new password")],
)
def test_the_state_of_an_account_is_a_step_and_no_dead_end(desk: MakeDesk, status: UserStatus, title: str) -> None:
    step = desk(status=status).start()

    assert isinstance(step, Challenge)
    assert step.title == title


def test_a_temporary_password_that_was_not_used_in_time_is_reported_as_that(desk: MakeDesk) -> None:
    at = desk(status=UserStatus.FORCE_CHANGE_PASSWORD)
    at.server.clock.advance(8 * 86400)

    with pytest.raises(errors.TemporaryPasswordExpired):
        at.start()


def test_a_client_that_is_not_there_is_reported_as_that(desk: MakeDesk) -> None:
    at = desk()
    wrong = Profile(
        environment=Environment(name="dev"),
        name="alice",
        own=ProfileFields(
            user_pool_id=at.client.pool.id,
            client_id="nosuchclient",
            username="a",
            flow=Flow.USER_PASSWORD_AUTH,
            endpoint_url=at.server.url,
        ),
    )
    with pytest.raises(errors.PoolOrClientNotFound):
        at.signin.start(wrong, GivenSecrets(PASSWORD))


class TestRefreshing:
    def test_a_refresh_works_with_an_alias_and_a_client_secret(self, desk: MakeDesk) -> None:
        at = desk(secret=SECRET)
        tokens = at.tokens()

        assert at.refresh(tokens).access.value != tokens.access.value

    def test_without_the_newer_call_the_older_one_hashes_the_real_username(self, desk: MakeDesk) -> None:
        at = desk(secret=SECRET)
        at.server.errors.always("GetTokensFromRefreshToken", server_errors.unknown_operation())
        tokens = at.tokens()

        assert username_of(at.refresh(tokens).access.value) == at.user.username

    @pytest.mark.parametrize("way", [server_errors.http_500, server_errors.html_page, server_errors.unknown_operation])
    def test_an_emulator_that_lacks_the_newer_call_is_asked_the_older_way(
        self, desk: MakeDesk, way: Callable[[], server_errors.InjectedError]
    ) -> None:
        at = desk(secret=SECRET)
        at.server.errors.always("GetTokensFromRefreshToken", way())
        tokens = at.tokens()

        assert at.refresh(tokens).access.value

    def test_a_rotated_token_comes_back(self, desk: MakeDesk) -> None:
        at = desk(rotation=True)
        tokens = at.tokens()
        refreshed = at.refresh(tokens)

        assert refreshed.refresh is not None
        assert tokens.refresh is not None
        assert refreshed.refresh.value != tokens.refresh.value

    def test_a_token_that_another_program_used_is_dead(self, desk: MakeDesk) -> None:
        at = desk(rotation=True)
        tokens = at.tokens()
        at.refresh(tokens)

        with pytest.raises(errors.RefreshTokenDead):
            at.refresh(tokens)

    def test_an_expired_token_is_not_valid(self, desk: MakeDesk) -> None:
        at = desk()
        tokens = at.tokens()
        at.server.clock.advance(31 * 86400)

        with pytest.raises(errors.RefreshTokenDead):
            at.refresh(tokens)

    @pytest.mark.parametrize(
        "lost", [server_errors.drop(performed=True), server_errors.http_500(performed=True), server_errors.cut_off()]
    )
    def test_a_lost_answer_is_never_asked_for_again(self, desk: MakeDesk, lost: server_errors.InjectedError) -> None:
        """The token may be used up: another try would be a reuse, and end the session of everyone."""
        at = desk(rotation=True)
        tokens = at.tokens()
        at.server.errors.add("GetTokensFromRefreshToken", lost)

        with pytest.raises(errors.CognituiError):
            at.refresh(tokens)

        assert at.server.journal.count("GetTokensFromRefreshToken") == 1

    @pytest.mark.parametrize(
        "lost", [server_errors.drop(performed=True), server_errors.cut_off(), server_errors.cut_off(detectable=False)]
    )
    def test_a_token_whose_answer_is_lost_is_not_sent_by_the_older_call(
        self, desk: MakeDesk, lost: server_errors.InjectedError
    ) -> None:
        at = desk(rotation=True)
        tokens = at.tokens()
        signed_in = at.server.journal.count("InitiateAuth")
        at.server.errors.add("GetTokensFromRefreshToken", lost)

        with pytest.raises(errors.ServiceFault):
            at.refresh(tokens)
        assert at.server.journal.count("InitiateAuth") == signed_in

    def test_a_token_that_did_not_reach_the_server_is_not_called_dead(self, desk: MakeDesk) -> None:
        at = desk(rotation=True)
        tokens = at.tokens()
        at.server.errors.add("GetTokensFromRefreshToken", server_errors.drop())

        with pytest.raises(errors.ServiceFault):
            at.refresh(tokens)
        assert at.refresh(tokens).access.value


UNREADABLE = [
    (200, b"\xff\xfe a page that is not UTF-8"),
    (200, b"[]"),
    (400, b"[]"),
    (200, b'"x"'),
    (200, b"null"),
    (400, b'{"__type": 5}'),
    (200, b"[" * 100_000),
    (200, b'{"AuthenticationResult": "tokens"}'),
    (200, b'{"AuthenticationResult": {"AccessToken": {"a": 1}, "ExpiresIn": "abc"}}'),
]


class TestTheService:
    @pytest.mark.parametrize(("status", "body"), UNREADABLE)
    def test_an_answer_that_is_none_of_cognitos_is_an_error_of_the_service(
        self, desk: MakeDesk, status: int, body: bytes
    ) -> None:
        at = desk()
        at.server.errors.always("InitiateAuth", server_errors.InjectedError(Answer(status, body)))

        with pytest.raises(errors.ServiceFault):
            at.start()

    @pytest.mark.parametrize("fault", [server_errors.drop(performed=True), server_errors.http_500(performed=True)])
    def test_a_new_password_whose_answer_was_lost_is_found_out(
        self, desk: MakeDesk, fault: server_errors.InjectedError
    ) -> None:
        at = desk(status=UserStatus.FORCE_CHANGE_PASSWORD)
        asked = at.start()
        assert isinstance(asked, Challenge)
        at.server.errors.add("RespondToAuthChallenge", fault)

        step = at.signin.answer(asked, {"NEW_PASSWORD": "Str0nger!pass"})

        assert isinstance(step, SignedIn)
        assert at.server.journal.count("RespondToAuthChallenge") == 1

    def test_a_new_password_that_did_not_arrive_is_reported_as_that(self, desk: MakeDesk) -> None:
        at = desk(status=UserStatus.FORCE_CHANGE_PASSWORD)
        asked = at.start()
        assert isinstance(asked, Challenge)
        at.server.errors.add("RespondToAuthChallenge", server_errors.drop())

        with pytest.raises(errors.CognituiError) as told:
            at.signin.answer(asked, {"NEW_PASSWORD": "Str0nger!pass"})

        assert "was not set" in told.value.fix

    def test_a_lost_answer_to_the_proof_of_the_password_is_made_up_for_by_another_start(self, desk: MakeDesk) -> None:
        at = desk()
        at.server.errors.add("RespondToAuthChallenge", server_errors.drop(performed=True))

        at.tokens(Flow.USER_SRP_AUTH)

        assert at.server.journal.count("InitiateAuth") == 2

    @pytest.mark.parametrize(
        "fault", [server_errors.throttle(), server_errors.http_500(), server_errors.html_page(), server_errors.drop()]
    )
    def test_an_error_that_passes_is_not_noticed(self, desk: MakeDesk, fault: server_errors.InjectedError) -> None:
        at = desk()
        at.server.errors.add("InitiateAuth", fault, fault)

        at.tokens()

        assert at.pauses == [0.4, 0.8]

    @pytest.mark.parametrize(
        ("fault", "expected"),
        [
            (server_errors.throttle(), errors.Throttled),
            (server_errors.http_500(), errors.ServiceFault),
            (server_errors.html_page(), errors.ServiceFault),
            (server_errors.drop(), errors.ServiceFault),
            (server_errors.empty(), errors.ServiceFault),
            (server_errors.cut_off(detectable=False), errors.ServiceFault),
            (server_errors.forbidden(), errors.BlockedByFirewall),
        ],
    )
    def test_an_error_that_stays_is_reported_after_three_tries(
        self, desk: MakeDesk, fault: server_errors.InjectedError, expected: type[Exception]
    ) -> None:
        at = desk()
        at.server.errors.always("InitiateAuth", fault)

        with pytest.raises(expected):
            at.start()

        assert at.server.journal.count("InitiateAuth") <= 3

    def test_nobody_there_is_reported_at_once(self, desk: MakeDesk) -> None:
        at = desk()
        at.server.close()

        with pytest.raises(errors.Unreachable, match="cannot be reached"):
            at.start()

    @pytest.mark.parametrize("skew", [-3600.0, 3600.0])
    def test_a_clock_that_is_an_hour_off_signs_in_and_knows_when_tokens_expire(
        self, desk: MakeDesk, skew: float
    ) -> None:
        at = desk()
        at.server.skew = skew
        now = at.server.clock()

        life = at.tokens(Flow.USER_SRP_AUTH).access.lifetime

        assert life.expires_at == pytest.approx(now + 3600, abs=5)

    @pytest.mark.parametrize("skew", [-3600.0, 3600.0])
    def test_a_clock_that_is_an_hour_off_is_reported_and_calls_no_fresh_token_expired(
        self, desk: MakeDesk, skew: float
    ) -> None:
        at, told = desk(), list[str]()
        at.server.skew = skew
        clocks = ServerClocks(at.server.clock, told.append)
        fetch = partial(fetch_https, hear_date=clocks.hear)
        token = at.tokens().access.value

        verification = TokenVerifier(fetch, at.server.clock, clocks.now_at).verify(at.profile(), token)

        assert verification.reason == ""
        assert len(told) == 1

    def test_the_date_of_a_refusal_is_heard_too(self, desk: MakeDesk) -> None:
        at, heard = desk(), list[tuple[str, str]]()
        api = UserPoolApi(at.server.clock, hear_date=lambda url, date: heard.append((url, date)))

        with pytest.raises(errors.WrongCredentials):
            api.initiate(at.profile(), "USER_PASSWORD_AUTH", {"USERNAME": at.user.username, "PASSWORD": "wrong"})

        [(url, date)] = heard
        assert url == at.server.url
        assert date.endswith("GMT")

    def test_calls_are_not_signed_and_carry_no_credentials(self, desk: MakeDesk) -> None:
        at = desk()
        at.tokens()

        assert not any("authorization" in map(str.lower, request.headers) for request in at.server.journal.requests)

    def test_two_threads_share_a_client(self, desk: MakeDesk) -> None:
        at = desk()
        steps: list[Step] = []
        threads = [threading.Thread(target=lambda: steps.append(at.start())) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert all(isinstance(step, SignedIn) for step in steps)
        assert len(steps) == 4
