"""Token exchange against a server that refuses what AWS refuses: by the API, and by the domain if only that is set."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cognitui.cognito.http import fetch_https
from cognitui.cognito.jwks import TokenVerifier
from cognitui.demo.strict import errors as server_errors
from cognitui.demo.strict.errors import InjectedError, Refusal
from cognitui.demo.strict.pools import SELF_SERVICE
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.tiers import Tier
from cognitui.demo.strict.token_exchange import DELEGATION, IMPERSONATION
from cognitui.demo.strict.wire import Answer
from cognitui.model import errors
from cognitui.model.challenge import Challenge
from cognitui.model.claims import decode
from cognitui.model.profile import Profile, SubjectToken
from cognitui.model.secret import SecretKind
from cognitui.storage.atomic import FileLocks
from cognitui.tokens.request import TokenPolicy, TokenResult
from tests.integration.browsing import PASSWORD, READ, SECRET
from tests.integration.exchange_world import AUDIENCE, REFUND, WRITE, ExchangeWorld


@pytest.fixture(params=[False, True], ids=["API", "domain"])
def world(strict: StrictServer, request: pytest.FixtureRequest) -> ExchangeWorld:
    return ExchangeWorld(strict, at_domain=request.param)


@pytest.fixture
def by_api(strict: StrictServer) -> ExchangeWorld:
    return ExchangeWorld(strict)


def refused(world: ExchangeWorld, **own: object) -> errors.CognituiError:
    """Return the error of an exchange with these keys."""
    with pytest.raises(errors.CognituiError) as caught:
        world.got(world.exchange(**own))  # type: ignore[arg-type]  # by name
    return caught.value


def test_a_service_acts_for_alice_with_what_it_asks_for(world: ExchangeWorld) -> None:
    profile = world.exchange(scopes=(READ,), audiences=(AUDIENCE,))

    got = world.got(profile)

    claims = decode(got.token.value).claims
    assert (claims["sub"], claims["username"]) == (world.user.sub, world.user.username)
    assert (claims["client_id"], claims["aud"], claims["scope"]) == (profile.client_id, AUDIENCE, READ)
    act = claims["act"]
    assert isinstance(act, dict)
    assert act["sub"] == world.orders.client_id
    assert got.warning == ""
    assert got.token.lifetime.length == 3600


def test_a_service_that_names_nobody_appears_as_alice(world: ExchangeWorld) -> None:
    assert "act" not in world.issued(with_actor=False)


def test_without_scopes_the_new_token_has_what_subject_and_client_share(world: ExchangeWorld) -> None:
    assert world.issued()["scope"] == READ


def test_a_resource_is_asked_for_instead_of_an_audience(world: ExchangeWorld) -> None:
    assert world.issued(resource="https://api.example.com")["aud"] == "https://api.example.com"


def test_an_id_token_is_exchanged(world: ExchangeWorld) -> None:
    issued = world.issued(subject_token=SubjectToken.ID, scopes=(READ,))

    assert (issued["token_use"], issued["sub"]) == ("access", world.user.sub)


def test_a_client_without_a_secret_exchanges_too(world: ExchangeWorld) -> None:
    assert world.issued(client={"secret": None}, stored=None)["sub"] == world.user.sub


def test_the_issued_token_verifies_for_its_profile(by_api: ExchangeWorld) -> None:
    profile = by_api.exchange(audiences=(AUDIENCE,))
    token = by_api.got(profile).token

    checked = TokenVerifier(_fetch, by_api.server.clock).verify(profile, token.value)

    assert (checked.verified, checked.reason) == (True, "")


def test_the_client_secret_is_asked_for(world: ExchangeWorld) -> None:
    profile = world.exchange(stored=None)
    broker = world.broker()

    question = broker.get(profile)

    assert isinstance(question, Challenge)
    assert (question.needs, question.profile) == ("client secret", profile)
    again = broker.answer(question, {"client-secret": SECRET[::-1]})
    assert isinstance(again, Challenge)
    assert isinstance(broker.answer(again, {"client-secret": SECRET}), TokenResult)


def test_iam_credentials_replace_a_client_secret_that_is_not_stored(
    by_api: ExchangeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_api.server.add_iam_user("AKIDEXAMPLE", "secret-access-key-of-the-test")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-access-key-of-the-test")

    assert by_api.issued(stored=None, aws_profile="default")["sub"] == by_api.user.sub


def test_iam_credentials_that_may_not_exchange_leave_the_question_for_the_secret(
    by_api: ExchangeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_api.server.add_iam_user("AKIDEXAMPLE", "its-secret", denied=frozenset({"GetDerivedToken"}))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "its-secret")

    question = by_api.broker().get(by_api.exchange(stored=None, aws_profile="default"))

    assert isinstance(question, Challenge)
    assert question.needs == "client secret"


def test_a_client_secret_that_was_rotated_is_read_again(by_api: ExchangeWorld) -> None:
    place = "secretsmanager:orders#secret"
    by_api.sources.values[place] = [f'{{"secret": "{SECRET[::-1]}"}}', f'{{"secret": "{SECRET}"}}']

    assert by_api.issued(stored=None, client_secret_from=place)["sub"] == by_api.user.sub
    assert by_api.exchanges == 2


def test_a_stored_client_secret_that_is_wrong_is_reported(world: ExchangeWorld) -> None:
    assert isinstance(refused(world, stored=SECRET[::-1]), errors.ClientSecretWrong)


@pytest.mark.parametrize(
    ("with_actor", "allowed", "wanted", "way_out"),
    [
        (True, IMPERSONATION, "ALLOW_TOKEN_EXCHANGE_DELEGATION", "remove actor"),
        (False, DELEGATION, "ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "set actor"),
    ],
)
def test_a_client_that_may_not_exchange_gets_the_switch_to_set(
    world: ExchangeWorld, *, with_actor: bool, allowed: str, wanted: str, way_out: str
) -> None:
    error = refused(world, with_actor=with_actor, client={"flows": frozenset({allowed})})

    assert isinstance(error, errors.FlowNotEnabled)
    assert wanted in error.fix
    assert way_out in error.fix
    assert "USER_PASSWORD_AUTH" not in error.fix


def test_a_token_of_an_api_sign_in_has_nothing_to_narrow(world: ExchangeWorld) -> None:
    error = refused(world, subject=world.profile_of_alice(), scopes=(READ,))

    assert isinstance(error, errors.ScopeNotAllowed)
    assert f"the token of dev/alice has no scope to narrow, only {SELF_SERVICE}" in error.cause
    assert "USER_PASSWORD_AUTH" in error.cause
    assert "authorization_code" in error.fix
    assert "trigger" in error.fix


def test_scopes_that_nobody_has_are_explained_by_those_that_there_are(world: ExchangeWorld) -> None:
    error = refused(world, scopes=(REFUND,))

    assert isinstance(error, errors.ScopeNotAllowed)
    assert f"{READ} {WRITE}" in error.cause


@pytest.mark.parametrize(
    ("lacking", "why"), [(REFUND, f"the token of dev/alice lacks {REFUND}"), (WRITE, "the app client")]
)
def test_a_scope_that_is_left_out_is_reported(world: ExchangeWorld, lacking: str, why: str) -> None:
    got = world.got(world.exchange(scopes=(READ, lacking)))

    assert got.warning.startswith(f"Cognito did not grant {lacking}: ")
    assert why in got.warning


def test_a_revoked_token_of_the_subject_is_replaced_without_asking(world: ExchangeWorld) -> None:
    world.got(world.alice)
    _revoke_all(world)

    assert world.got(world.exchange()).token.value
    assert world.exchanges == 2


def test_a_subject_that_cognito_never_accepts_is_named(world: ExchangeWorld) -> None:
    foreign = ExchangeWorld(world.server).alice

    error = refused(world, subject=_with_password(world, foreign))

    assert isinstance(error, errors.TokenRefused)
    assert "does not accept the token of dev/alice" in error.cause
    assert "cognitui login dev/alice" in error.fix
    assert error.about == "dev/alice"
    assert world.exchanges == 1


def test_an_actor_that_cognito_refuses_is_named(by_api: ExchangeWorld) -> None:
    orders = ExchangeWorld(by_api.server).orders
    by_api.vault.entries |= {orders.secret_name(kind): SECRET for kind in _SECRETS}
    by_api.orders = orders

    error = refused(by_api)

    assert isinstance(error, errors.TokenRefused)
    assert error.about == "dev/orders"


def test_the_lite_plan_is_a_reason_that_is_named(world: ExchangeWorld) -> None:
    world.pool.tier = Tier.LITE

    assert "Essentials or Plus" in refused(world).fix


@pytest.mark.parametrize("name", ["OperationNotEnabledException", "FeatureUnavailableInTierException"])
def test_a_plan_without_token_exchange_is_named(by_api: ExchangeWorld, name: str) -> None:
    by_api.server.errors.always("GetDerivedToken", InjectedError(Refusal(name, "Not in this plan.").answer))

    error = refused(by_api)

    assert isinstance(error, errors.NotInThisPool)
    assert "Essentials or Plus" in error.fix


def test_a_server_without_the_operation_is_not_taken_for_a_small_plan(by_api: ExchangeWorld) -> None:
    by_api.server.errors.always("GetDerivedToken", server_errors.unknown_operation())

    error = refused(by_api)

    assert isinstance(error, errors.OperationUnknown)
    assert "Essentials" not in error.fix


def test_throttling_is_waited_out(world: ExchangeWorld) -> None:
    spoiled = {"oauth2/token": server_errors.oauth_error("x", 429), "GetDerivedToken": server_errors.throttle()}
    profile = world.exchange()
    world.got(world.alice)
    world.got(world.orders)
    world.server.errors.add(world.operation, spoiled[world.operation])

    assert isinstance(world.broker().get(profile), TokenResult)


def test_an_exchange_that_has_expired_is_repeated_with_a_refreshed_subject(world: ExchangeWorld) -> None:
    profile, broker = world.exchange(), world.broker()
    first = broker.get(profile)
    world.server.clock.advance(3600)

    second = broker.get(profile)

    assert isinstance(first, TokenResult)
    assert isinstance(second, TokenResult)
    assert second.token != first.token
    assert world.server.journal.count("GetTokensFromRefreshToken") == 1
    assert world.server.journal.count("InitiateAuth") == 1


def test_the_lifetime_may_be_left_out_and_the_audience_may_be_a_list(by_api: ExchangeWorld) -> None:
    key = by_api.pool.key
    token = key.sign({"aud": ["one", "two"], "act": "orders", "token_use": "access"})
    by_api.server.errors.add("GetDerivedToken", _answering(IssuedToken=token, IssuedTokenType="JWT", TokenType="N_A"))

    got = by_api.got(by_api.exchange())

    assert got.token.value == token
    assert got.token.lifetime.estimated


def test_an_answer_without_a_token_is_no_token(by_api: ExchangeWorld) -> None:
    by_api.server.errors.always("GetDerivedToken", server_errors.empty())

    assert isinstance(refused(by_api), errors.ServiceFault)


def test_a_refresh_exchanges_again(world: ExchangeWorld) -> None:
    profile, broker = world.exchange(), world.broker()
    first, second = broker.get(profile), broker.get(profile, policy=TokenPolicy.REFRESH)

    assert isinstance(first, TokenResult)
    assert isinstance(second, TokenResult)
    assert first.token != second.token


def test_exchanges_that_share_a_subject_wait_for_one_sign_in_and_never_for_each_other(
    by_api: ExchangeWorld, tmp_path: Path
) -> None:
    one, two = by_api.exchange(), by_api.exchange(id_="dev/two", with_actor=False)
    further = by_api.exchange(id_="dev/further", subject=one, with_actor=False)
    profiles = (further, two, by_api.alice, one) * 4
    # Two programs: each has a memory of its own, and the files of the locks are the same.
    brokers = [by_api.broker(FileLocks(tmp_path)) for _ in range(2)]

    with ThreadPoolExecutor(len(profiles)) as pool:
        calls = [pool.submit(brokers[at % 2].get, profile) for at, profile in enumerate(profiles)]
        outcomes = [call.result(timeout=30) for call in calls]

    assert all(isinstance(outcome, TokenResult) for outcome in outcomes)
    assert by_api.server.journal.count("InitiateAuth") == 1
    assert by_api.exchanges == 3


_SECRETS = (SecretKind.CLIENT_SECRET,)

_fetch: Callable[[str], bytes] = fetch_https


def _revoke_all(world: ExchangeWorld) -> None:
    """Revoke what Alice has signed in to, as an admin does."""
    stored = world.vault.entries[world.alice.secret_name(SecretKind.REFRESH_TOKEN)]
    world.server.revoke(stored.rpartition(" ")[2])


def _with_password(world: ExchangeWorld, profile: Profile) -> Profile:
    world.vault.entries[profile.secret_name(SecretKind.PASSWORD)] = PASSWORD
    return profile


def _answering(**body: object) -> InjectedError:
    return InjectedError(Answer.of(body))
