"""OAuth endpoints of a domain: browser login, code exchange, refresh, revocation."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import pytest
import urllib3

from cognitui.demo.strict import errors
from cognitui.demo.strict.pools import AppClient
from cognitui.demo.strict.server import ClientSettings
from cognitui.demo.strict.users import UserStatus
from tests.strict.browser import Browser, log_in
from tests.unit.demo.strict.raw import Reply, ask
from tests.unit.demo.strict.world import ALICE, PASSWORD, SECRET, World

CALLBACK = "http://localhost:8976/callback"
VERIFIER = "a-verifier-of-fifty-letters-and-some-more-so-it-fits"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
FORM = "application/x-www-form-urlencoded"
READ = "orders/read"


@dataclass(frozen=True)
class Program:
    """A program that signs its users in with the browser."""

    world: World
    client: AppClient

    def url(self, **changed: str) -> str:
        given = {
            "client_id": self.client.id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid email aws.cognito.signin.user.admin",
            "state": "a-state",
            "nonce": "a-nonce",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **changed,
        }
        sent = {name: value for name, value in given.items() if value}
        return f"{self.world.server.url}/oauth2/authorize?{urlencode(sent)}"

    def code(self, **changed: str) -> str:
        return query(log_in(self.url(**changed), ALICE, PASSWORD))["code"]

    def post(self, endpoint: str, basic: str = "", **form: str) -> Reply:
        headers = {"Content-Type": FORM}
        secret = basic or (f"{self.client.id}:{self.client.secret}" if self.client.secret else "")
        if secret:
            headers["Authorization"] = f"Basic {base64.b64encode(secret.encode()).decode()}"
        body = urlencode({name: value for name, value in form.items() if value})
        answer = urllib3.request("POST", f"{self.world.server.url}/oauth2/{endpoint}", body=body, headers=headers)
        return Reply(answer.status, answer.json() if answer.data else {})

    def exchange(self, code: str, **changed: str) -> Reply:
        given = {"redirect_uri": CALLBACK, "code_verifier": VERIFIER, "client_id": self.client.id, **changed}
        return self.post("token", grant_type="authorization_code", code=code, **given)

    def refresh(self, token: object) -> Reply:
        return self.post("token", grant_type="refresh_token", refresh_token=str(token), client_id=self.client.id)

    def tokens(self, **changed: str) -> Mapping[str, object]:
        return self.exchange(self.code(**changed)).body

    def user_info(self, token: object) -> Reply:
        headers = {"Authorization": f"Bearer {token}"}
        answer = urllib3.request("GET", f"{self.world.server.url}/oauth2/userInfo", headers=headers)
        return Reply(answer.status, answer.json())


def program(world: World, **settings: object) -> Program:
    given: ClientSettings = {"redirect_uris": (CALLBACK,), **settings}  # type: ignore[typeddict-item]
    return Program(world, world.server.add_client(world.pool, **given))


@pytest.fixture
def public(world: World) -> Program:
    return program(world)


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def claims(token: object) -> Mapping[str, object]:
    decoded: Mapping[str, object] = jwt.decode(str(token), options={"verify_signature": False})
    return decoded


def opened(url: str) -> tuple[int, str, dict[str, str]]:
    """Return the status, the page, and the parameters of the redirect."""
    answer = urllib3.request("GET", url, redirect=False)
    return answer.status, answer.data.decode(), query(answer.headers.get("Location", ""))


@pytest.mark.parametrize("secret", [None, SECRET])
def test_a_code_is_exchanged_for_tokens_with_the_requested_scopes(world: World, secret: str | None) -> None:
    asked = program(world, secret=secret)
    location = log_in(asked.url(), ALICE, PASSWORD)
    back = query(location)
    assert location.startswith(f"{CALLBACK}?")
    assert (back["state"], back["iss"]) == ("a-state", world.pool.issuer)

    reply = asked.exchange(back["code"])

    assert (reply.status, reply.body["token_type"], reply.body["expires_in"]) == (200, "Bearer", 3_600)
    access, identity = claims(reply.body["access_token"]), claims(reply.body["id_token"])
    assert access["scope"] == "openid email aws.cognito.signin.user.admin"
    assert (identity["nonce"], identity["aud"]) == ("a-nonce", asked.client.id)
    assert ask(world.server, "GetUser", AccessToken=reply.body["access_token"]).status == 200


def test_a_code_works_for_one_exchange(public: Program) -> None:
    code = public.code()
    assert public.exchange(code).status == 200
    assert (public.exchange(code).status, public.exchange(code).body) == (400, {"error": "invalid_grant"})


def test_a_code_expires_after_five_minutes(public: Program) -> None:
    public.world.server.clock.stop()
    code = public.code()
    public.world.server.clock.advance(300)
    assert public.exchange(code).body == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": f"{CALLBACK}/"},
        {"code_verifier": VERIFIER[::-1]},
        {"code_verifier": ""},
        {"code": "no-such-code"},
    ],
)
def test_a_wrong_exchange_is_refused(public: Program, changed: dict[str, str]) -> None:
    reply = public.exchange(**{"code": public.code(), **changed})
    assert (reply.status, reply.body["error"]) == (400, "invalid_grant")


def test_a_wrong_verifier_uses_the_code_up(public: Program) -> None:
    code = public.code()
    public.exchange(code, code_verifier=VERIFIER[::-1])
    assert public.exchange(code).body == {"error": "invalid_grant"}


def test_another_clients_code_is_refused_and_stays_valid(public: Program) -> None:
    code, other = public.code(), program(public.world)
    assert other.exchange(code).body == {"error": "invalid_grant"}
    assert public.exchange(code).status == 200


@pytest.mark.parametrize(
    ("basic", "form_id", "status"),
    [
        ("{id}:wrong-secret", "{id}", 401),
        ("nobody:" + SECRET, "nobody", 401),
        ("{id}:" + SECRET, "another", 401),
        ("no colon", "{id}", 401),
    ],
)
def test_a_confidential_client_must_prove_itself(world: World, basic: str, form_id: str, status: int) -> None:
    asked = program(world, secret=SECRET)
    given = {"grant_type": "refresh_token", "refresh_token": "any", "client_id": form_id.format(id=asked.client.id)}
    reply = asked.post("token", basic.format(id=asked.client.id), **given)
    assert (reply.status, reply.body["error"]) == (status, "invalid_client")


def test_a_confidential_client_without_its_secret_is_refused(world: World) -> None:
    asked = program(world, secret=SECRET)
    code = asked.code()
    silent = Program(world, AppClient(world.pool, asked.client.id))
    assert (silent.exchange(code).status, silent.exchange(code).body) == (401, {"error": "invalid_client"})
    assert asked.exchange(code).status == 200


def test_a_confidential_client_may_prove_itself_in_the_form(world: World) -> None:
    asked = program(world, secret=SECRET)
    silent = Program(world, AppClient(world.pool, asked.client.id))

    assert silent.exchange(asked.code(), client_secret=SECRET).status == 200
    wrong = silent.exchange(asked.code(), client_secret=SECRET[::-1])
    assert (wrong.status, wrong.body["error"]) == (401, "invalid_client")
    assert asked.exchange(asked.code(), client_secret=SECRET).status == 401, "once, not twice (RFC 6749, 2.3)"


def test_a_public_client_needs_no_proof(public: Program) -> None:
    reply = public.post("token", f"{public.client.id}:{SECRET}", grant_type="refresh_token", refresh_token="any")
    assert (reply.status, reply.body) == (401, {"error": "invalid_client"})


@pytest.mark.parametrize(
    ("grant", "error"), [("password", "unsupported_grant_type"), ("client_credentials", "unauthorized_client")]
)
def test_an_unknown_or_disabled_grant_is_refused(public: Program, grant: str, error: str) -> None:
    assert public.post("token", grant_type=grant, client_id=public.client.id).body["error"] == error


def test_a_missing_parameter_is_refused(public: Program) -> None:
    assert public.post("token", client_id=public.client.id).body["error"] == "invalid_request"


def test_a_repeated_parameter_is_refused(public: Program) -> None:
    body = f"grant_type=refresh_token&client_id={public.client.id}&refresh_token=a&refresh_token=b"
    url = f"{public.world.server.url}/oauth2/token"
    answer = urllib3.request("POST", url, body=body, headers={"Content-Type": FORM})
    assert (answer.status, answer.json()["error"]) == (400, "invalid_request")


def test_a_refresh_keeps_the_scopes_and_returns_no_new_refresh_token_without_rotation(public: Program) -> None:
    first = public.tokens(scope="openid email")
    reply = public.refresh(first["refresh_token"])
    assert claims(reply.body["access_token"])["scope"] == "openid email"
    assert "refresh_token" not in reply.body


def test_a_refresh_rotates_if_the_client_does(world: World) -> None:
    asked = program(world, rotation=True)
    first = asked.tokens()["refresh_token"]
    second = asked.refresh(first).body["refresh_token"]
    assert asked.refresh(first).body["error"] == "invalid_grant"
    assert asked.refresh(second).status == 200


def test_a_revoked_token_is_an_invalid_grant(world: World) -> None:
    asked = program(world, secret=SECRET)
    tokens = asked.tokens()

    assert asked.post("revoke", token=str(tokens["refresh_token"])) == Reply(200, {})

    assert asked.refresh(tokens["refresh_token"]).body["error"] == "invalid_grant"
    assert asked.user_info(tokens["access_token"]).status == 401


@pytest.mark.parametrize(
    ("settings", "kind", "error"),
    [({}, "access_token", "unsupported_token_type"), ({"revocation": False}, "refresh_token", "invalid_request")],
)
def test_a_token_that_cannot_be_revoked_is_an_error(
    world: World, settings: dict[str, object], kind: str, error: str
) -> None:
    asked = program(world, **settings)
    reply = asked.post("revoke", token=str(asked.tokens()[kind]), client_id=asked.client.id)
    assert (reply.status, reply.body["error"]) == (400, error)


def test_a_client_gets_its_own_token(world: World) -> None:
    grants = frozenset({"client_credentials"})
    asked = program(world, secret=SECRET, grants=grants, scopes=(READ, "orders/write"))

    reply = asked.post("token", grant_type="client_credentials", scope=READ)

    own = claims(reply.body["access_token"])
    assert set(reply.body) == {"access_token", "expires_in", "token_type"}
    assert (own["sub"], own["scope"], own["token_use"]) == (asked.client.id, READ, "access")
    assert "username" not in own
    every = asked.post("token", grant_type="client_credentials").body["access_token"]
    assert claims(every)["scope"] == f"{READ} orders/write"


@pytest.mark.parametrize("scope", ["orders/delete", "openid"])
def test_a_client_gets_only_its_own_scopes(world: World, scope: str) -> None:
    asked = program(world, secret=SECRET, grants=frozenset({"client_credentials"}), scopes=(READ, "openid"))
    reply = asked.post("token", grant_type="client_credentials", scope=scope)
    assert (reply.status, reply.body) == (400, {"error": "invalid_scope"})


def test_client_credentials_need_a_secret(world: World) -> None:
    with pytest.raises(ValueError, match="needs a secret"):
        program(world, grants=frozenset({"client_credentials"}))


def test_user_info_returns_the_attributes_of_the_scopes(public: Program) -> None:
    reply = public.user_info(public.tokens(scope="openid email")["access_token"])
    alice = public.world.alice
    expected = {"sub": alice.sub, "email": ALICE, "email_verified": "true", "username": alice.username}
    assert reply == Reply(200, expected)
    assert "email" not in public.user_info(public.tokens(scope="openid phone")["access_token"]).body


def test_user_info_refuses_a_token_without_openid(public: Program) -> None:
    tokens = public.tokens(scope="aws.cognito.signin.user.admin")
    reply = public.user_info(tokens["access_token"])
    assert (reply.status, reply.body["error"]) == (401, "invalid_token")
    assert "id_token" not in tokens


@pytest.mark.parametrize(
    "changed", [{"client_id": "nobody"}, {"redirect_uri": f"{CALLBACK}/"}, {"redirect_uri": "http://evil.example"}]
)
def test_the_browser_is_never_redirected_to_an_unregistered_address(public: Program, changed: dict[str, str]) -> None:
    status, page, sent_on = opened(public.url(**changed))
    assert (status, sent_on) == (400, {})
    assert "<form" not in page


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"scope": "openid unknown"}, "invalid_scope"),
        ({"scope": "email"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
    ],
)
def test_an_invalid_request_is_redirected_back_with_its_error(
    public: Program, changed: dict[str, str], error: str
) -> None:
    status, _, back = opened(public.url(**changed))
    assert (status, back["error"], back["state"]) == (302, error, "a-state")
    assert back["iss"] == public.world.pool.issuer


def test_the_form_shows_the_hint_and_escapes_it(public: Program) -> None:
    _, page, _ = opened(public.url(login_hint='"><script>'))
    assert 'value="&quot;&gt;&lt;script&gt;"' in page


@pytest.mark.parametrize(
    ("username", "status", "message"),
    [
        (ALICE, UserStatus.CONFIRMED, "Incorrect username or password."),
        ("nobody", UserStatus.CONFIRMED, "Incorrect username or password."),
        (ALICE, UserStatus.RESET_REQUIRED, "Password reset required for the user"),
    ],
)
def test_a_refused_login_shows_the_reason_and_the_form_again(
    public: Program, username: str, status: UserStatus, message: str
) -> None:
    public.world.alice.status = status
    with pytest.raises(AssertionError, match=message):
        log_in(public.url(), username, "wrong")


@pytest.mark.parametrize("status", [UserStatus.FORCE_CHANGE_PASSWORD, UserStatus.UNCONFIRMED])
def test_the_right_password_of_an_unconfirmed_user_gets_no_code(public: Program, status: UserStatus) -> None:
    public.world.alice.status = status
    with pytest.raises(AssertionError, match=f"whose status is {status}"):
        log_in(public.url(), ALICE, PASSWORD)


def test_a_browser_that_is_logged_in_is_sent_back_without_a_form(public: Program) -> None:
    browser = Browser()
    browser.log_in(public.url(), ALICE, PASSWORD)

    assert public.exchange(query(browser.go(public.url()))["code"]).status == 200
    assert query(browser.go(public.url(prompt="none")))["code"]


def test_a_browser_that_is_logged_in_must_log_in_again_if_the_program_demands_it(public: Program) -> None:
    browser = Browser()
    browser.log_in(public.url(), ALICE, PASSWORD)

    assert browser.go(public.url(prompt="login")) == ""
    assert query(browser.log_in(public.url(prompt="login"), ALICE, PASSWORD))["code"]


def test_a_browser_session_expires_after_an_hour(public: Program) -> None:
    browser = Browser()
    browser.log_in(public.url(), ALICE, PASSWORD)
    public.world.server.clock.advance(3_600)

    assert browser.go(public.url()) == ""


def test_a_browser_session_belongs_to_one_pool(world: World) -> None:
    browser, elsewhere = Browser(), replace(world, pool=world.server.add_pool())
    browser.log_in(program(world).url(), ALICE, PASSWORD)

    assert browser.go(program(elsewhere).url()) == ""


def test_a_logout_ends_the_session_of_the_browser(world: World) -> None:
    at, browser = program(world, logout_uris=("http://localhost:8976/bye",)), Browser()
    browser.log_in(at.url(), ALICE, PASSWORD)
    away = urlencode({"client_id": at.client.id, "logout_uri": "http://localhost:8976/bye"})
    browser.go(f"{world.server.url}/logout?{away}")

    assert browser.go(at.url()) == ""


def test_a_browser_that_must_not_be_asked_is_sent_back_with_an_error(public: Program) -> None:
    assert query(Browser().go(public.url(prompt="none")))["error"] == "login_required"


@pytest.mark.parametrize("prompt", ["create", "none login"])
def test_an_invalid_prompt_is_refused(public: Program, prompt: str) -> None:
    assert query(Browser().go(public.url(prompt=prompt)))["error"] == "invalid_request"


def test_a_login_at_an_identity_provider_creates_a_user_of_the_pool(world: World) -> None:
    at = program(replace(world, pool=world.server.add_pool(identity_providers=("Google",))))
    back = query(log_in(at.url(identity_provider="Google"), "1090", "any"))
    claims = jwt.decode(str(at.exchange(back["code"]).body["id_token"]), options={"verify_signature": False})

    assert claims["cognito:username"] == "Google_1090"
    assert claims["cognito:groups"] == [f"{at.client.pool.id}_Google"]
    assert at.client.pool.users["google_1090"].status is UserStatus.EXTERNAL_PROVIDER


def test_an_unknown_identity_provider_is_refused(public: Program) -> None:
    assert query(Browser().go(public.url(identity_provider="Google")))["error"] == "invalid_request"


def test_cognito_as_identity_provider_is_the_pools_own_page(public: Program) -> None:
    assert query(log_in(public.url(identity_provider="COGNITO"), ALICE, PASSWORD))["code"]


def test_the_journal_names_the_endpoints_by_their_paths(public: Program) -> None:
    public.tokens(identity_provider="COGNITO")

    journal = public.world.server.journal
    names = [request.operation for request in journal.requests]
    assert names == ["oauth2/authorize", "login", "oauth2/token"]
    assert journal.last("oauth2/authorize").parameters["identity_provider"] == "COGNITO"
    assert journal.last("oauth2/token").parameters["code_verifier"] == VERIFIER
    assert journal.last("login").parameters["username"] == ALICE


def test_an_error_can_be_injected_into_an_endpoint(public: Program) -> None:
    public.world.server.errors.add("oauth2/token", errors.oauth_error("invalid_grant"))
    code = public.code()
    assert public.exchange(code).body == {"error": "invalid_grant"}
    assert public.exchange(code).status == 200


def test_a_logout_redirects_only_to_a_registered_address(world: World) -> None:
    client = world.server.add_client(world.pool, logout_uris=("http://localhost:8976/bye",))
    url = f"{world.server.url}/logout?client_id={client.id}&logout_uri="
    answer = urllib3.request("GET", f"{url}http://localhost:8976/bye", redirect=False)
    assert (answer.status, answer.headers["Location"]) == (302, "http://localhost:8976/bye")
    assert urllib3.request("GET", f"{url}http://evil.example", redirect=False).status == 400
