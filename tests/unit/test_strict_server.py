"""The strict server refuses what AWS refuses and lets in whom AWS lets in, as boto3 and pycognito see it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING

import boto3
import jwt
import pytest
import urllib3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError, ReadTimeoutError
from pycognito.aws_srp import AWSSRP

from tests.strict import faults
from tests.strict.answer import AMZ_JSON
from tests.strict.parameters import Answers
from tests.strict.pools import AppClient, Pool, User, UserStatus
from tests.strict.refusal import Refusal
from tests.strict.secret_hash import secret_hash
from tests.strict.server import StrictServer
from tests.strict.srp_verifier import PRIME, claimed_time

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AuthenticationResultTypeTypeDef, InitiateAuthResponseTypeDef

pytest_plugins = ["tests.strict.fixture"]

ALICE = "alice@example.com"
PASSWORD = "Passw0rd!"
SECRET = "1kqk8h0v9fe0m4otexamplesecretexample"
TARGET = "AWSCognitoIdentityProviderService."
REFRESH = "GetTokensFromRefreshToken"

# pycognito asks for the time in a way that Python 3.12 deprecates.
old_utcnow = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")


@dataclass(frozen=True)
class World:
    """A pool with Alice, and the calls that a test makes."""

    server: StrictServer
    pool: Pool
    alice: User
    boto: CognitoIdentityProviderClient

    def srp(self, client: AppClient, password: str = PASSWORD, secret: str | None = None) -> AWSSRP:
        return AWSSRP(ALICE, password, self.pool.id, client.id, client=self.boto, client_secret=secret or client.secret)

    def start(self, client: AppClient, name: str = ALICE, password: str = PASSWORD) -> InitiateAuthResponseTypeDef:
        given = {"USERNAME": name, "PASSWORD": password, **hashed(client, name)}
        return self.boto.initiate_auth(ClientId=client.id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)

    def sign_in(self, client: AppClient) -> AuthenticationResultTypeTypeDef:
        return self.start(client)["AuthenticationResult"]

    def old_refresh(self, client: AppClient, token: str, **extra: str) -> AuthenticationResultTypeTypeDef:
        given = {"REFRESH_TOKEN": token, **extra}
        answer = self.boto.initiate_auth(ClientId=client.id, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=given)
        return answer["AuthenticationResult"]

    def refresh(self, client: AppClient, token: str, **extra: str) -> AuthenticationResultTypeTypeDef:
        answer = self.boto.get_tokens_from_refresh_token(ClientId=client.id, RefreshToken=token, **extra)  # type: ignore[arg-type]  # ClientSecret alone
        return answer["AuthenticationResult"]


@pytest.fixture
def world(strict: StrictServer) -> Iterator[World]:
    pool = strict.add_pool()
    config = Config(
        signature_version=UNSIGNED, retries={"total_max_attempts": 1}, read_timeout=5, max_pool_connections=4
    )
    boto = boto3.client("cognito-idp", region_name="eu-west-1", endpoint_url=strict.url, config=config)
    yield World(strict, pool, strict.add_user(pool, ALICE, PASSWORD, groups=("admins",)), boto)
    boto.close()


def hashed(client: AppClient, name: str) -> dict[str, str]:
    return {"SECRET_HASH": secret_hash(client.secret, name, client.id)} if client.secret else {}


def refused(call: Callable[[], object]) -> tuple[str, str]:
    """Returns the name and the message of the error that a call gets."""
    with pytest.raises(ClientError) as caught:
        call()
    said = caught.value.response["Error"]
    return said["Code"], said["Message"]


# Signing in with a password proof


@old_utcnow
@pytest.mark.parametrize("secret", [None, SECRET], ids=["public", "confidential"])
def test_an_alias_and_its_password_get_tokens_that_verify(world: World, secret: str | None) -> None:
    client = world.server.add_client(world.pool, secret=secret)

    tokens = world.srp(client).authenticate_user()["AuthenticationResult"]

    key = jwt.PyJWKClient(f"{world.pool.issuer}/.well-known/jwks.json").get_signing_key_from_jwt(tokens["AccessToken"])
    access = jwt.decode(tokens["AccessToken"], key, ["RS256"], issuer=world.pool.issuer)
    id_ = jwt.decode(tokens["IdToken"], key, ["RS256"], issuer=world.pool.issuer, audience=client.id)
    assert "aud" not in access
    assert (access["client_id"], access["username"], access["token_use"]) == (client.id, world.alice.username, "access")
    assert (id_["cognito:username"], id_["email"], id_["cognito:groups"]) == (world.alice.username, ALICE, ["admins"])
    assert access["exp"] - access["iat"] == tokens["ExpiresIn"] == 3600
    assert len(tokens["RefreshToken"]) > 1_280


@old_utcnow
def test_the_proof_of_another_password_is_refused(world: World) -> None:
    srp = world.srp(world.server.add_client(world.pool), "Passw1rd!")
    assert refused(srp.authenticate_user) == ("NotAuthorizedException", "Incorrect username or password.")


@old_utcnow
@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param({"USERNAME": ALICE}, id="the alias for the real username"),
        pytest.param({"PASSWORD_CLAIM_SECRET_BLOCK": "AAAA"}, id="another secret block"),
        pytest.param({"PASSWORD_CLAIM_SIGNATURE": "AAAA"}, id="another signature"),
        pytest.param({"TIMESTAMP": "Tue Nov 3 09:05:07 UTC 2020"}, id="an old timestamp"),
    ],
)
def test_a_challenge_answered_with_something_else_is_refused(world: World, spoilt: Answers) -> None:
    client = world.server.add_client(world.pool)
    challenge, answer = proof(world, client)

    given = {**answer, **spoilt}
    assert refused(lambda: respond(world, client, challenge, given))[1] == "Incorrect username or password."


@old_utcnow
def test_the_hash_of_a_challenge_answer_is_over_the_name_that_is_sent(world: World) -> None:
    client = world.server.add_client(world.pool, secret=SECRET)
    challenge, answer = proof(world, client)

    given = {**answer, **hashed(client, ALICE)}
    message = refused(lambda: respond(world, client, challenge, given))[1]
    assert message == f"SecretHash does not match for the client: {client.id}"


@old_utcnow
def test_a_proof_is_good_for_one_use(world: World) -> None:
    client = world.server.add_client(world.pool)
    challenge, answer = proof(world, client)
    respond(world, client, challenge, answer)

    assert refused(lambda: respond(world, client, challenge, answer))[0] == "NotAuthorizedException"


@pytest.mark.parametrize("public", ["0", f"{PRIME:x}", f"{2 * PRIME:x}", "no number"])
def test_a_public_value_that_would_prove_any_password_is_refused(world: World, public: str) -> None:
    client = world.server.add_client(world.pool)
    given = {"USERNAME": ALICE, "SRP_A": public}
    call = partial(world.boto.initiate_auth, ClientId=client.id, AuthFlow="USER_SRP_AUTH", AuthParameters=given)
    assert refused(call)[0] == "InvalidParameterException"


def test_a_timestamp_is_read_in_utc() -> None:
    assert claimed_time("Tue Nov 3 09:05:07 UTC 2026") == 1_793_696_707


@pytest.mark.parametrize(
    "timestamp",
    [
        "Tue Nov 03 09:05:07 UTC 2026",
        "Tue Nov  3 09:05:07 UTC 2026",
        "Di Nov 3 09:05:07 UTC 2026",
        "Tue nov 3 09:05:07 UTC 2026",
        "Tue Nov 3 9:05:07 UTC 2026",
        "Tue Nov 3 09:05:07 CET 2026",
        "Tue Nov 31 09:05:07 UTC 2026",
        "Tue Nov 3 09:05:07 UTC 2026\n",
        "2026-11-03T09:05:07Z",
    ],
)
def test_a_timestamp_of_another_form_is_refused(timestamp: str) -> None:
    with pytest.raises(Refusal, match="TIMESTAMP format"):
        claimed_time(timestamp)


def proof(world: World, client: AppClient) -> tuple[str, dict[str, str]]:
    """Returns a challenge's name and its right answer."""
    srp = world.srp(client)
    asked = srp.get_auth_params()
    started = world.boto.initiate_auth(ClientId=client.id, AuthFlow="USER_SRP_AUTH", AuthParameters=asked)
    assert not started.get("Session")
    parameters = started["ChallengeParameters"]
    return started["ChallengeName"], srp.process_challenge(parameters, asked)


def respond(world: World, client: AppClient, name: str, given: Answers, session: str = "") -> object:
    extra = {"Session": session} if session else {}
    return world.boto.respond_to_auth_challenge(
        ClientId=client.id,
        ChallengeName=name,  # type: ignore[arg-type]  # Cognito gave it
        ChallengeResponses=given,
        **extra,  # type: ignore[arg-type]
    )


# Clients and users that are not let in


@pytest.mark.parametrize(
    ("secret", "sent", "message"),
    [
        (SECRET, {}, "Client {} is configured with secret but SECRET_HASH was not received"),
        (SECRET, {"SECRET_HASH": "d3Jvbmc="}, "SecretHash does not match for the client: {}"),
        (None, {"SECRET_HASH": "d3Jvbmc="}, "Client {} is not configured for secret but secret hash was received"),
    ],
)
@pytest.mark.parametrize("flow", ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"])
def test_a_secret_hash_is_demanded_checked_and_not_taken_unasked(
    world: World, flow: str, secret: str | None, sent: dict[str, str], message: str
) -> None:
    client = world.server.add_client(world.pool, secret=secret)
    given = {"USERNAME": ALICE, "PASSWORD": PASSWORD, "SRP_A": "ab", **sent}
    call = partial(
        world.boto.initiate_auth,
        ClientId=client.id,
        AuthFlow=flow,  # type: ignore[arg-type]  # both are known
        AuthParameters=given,
    )
    assert refused(call) == ("NotAuthorizedException", message.format(client.id))


def test_a_flow_that_is_not_enabled_is_refused(world: World) -> None:
    client = world.server.add_client(world.pool, flows=frozenset({"USER_SRP_AUTH"}))
    told = ("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client")
    assert refused(lambda: world.start(client)) == told


def test_a_client_that_is_not_there_is_refused(world: World) -> None:
    gone = AppClient(world.pool, "nobody")
    told = ("ResourceNotFoundException", "User pool client nobody does not exist.")
    assert refused(lambda: world.start(gone)) == told


def test_an_unknown_user_is_told_where_the_client_tells(world: World) -> None:
    silent = world.server.add_client(world.pool)
    telling = world.server.add_client(world.pool, hides_users=False)
    wrong = ("NotAuthorizedException", "Incorrect username or password.")
    assert refused(lambda: world.start(silent, "bob")) == wrong
    assert refused(lambda: world.start(telling, "bob")) == ("UserNotFoundException", "User does not exist.")


@pytest.mark.parametrize(
    ("status", "enabled", "later", "told"),
    [
        (UserStatus.CONFIRMED, False, 0, ("NotAuthorizedException", "User is disabled.")),
        (UserStatus.UNCONFIRMED, True, 0, ("UserNotConfirmedException", "User is not confirmed.")),
        (
            UserStatus.RESET_REQUIRED,
            True,
            0,
            ("PasswordResetRequiredException", "Password reset required for the user"),
        ),
        (
            UserStatus.FORCE_CHANGE_PASSWORD,
            True,
            8 * 86_400,
            (
                "NotAuthorizedException",
                "Temporary password has expired and must be reset by an administrator.",
            ),
        ),
    ],
)
def test_a_user_that_may_not_enter_is_told_why(
    world: World, status: UserStatus, enabled: bool, later: float, told: tuple[str, str]
) -> None:
    client = world.server.add_client(world.pool)
    world.server.add_user(world.pool, "bob", PASSWORD, status=status, enabled=enabled)
    world.server.clock.advance(later)

    assert refused(lambda: world.start(client, "bob")) == told


def test_five_wrong_passwords_lock_out_for_a_while(world: World) -> None:
    client = world.server.add_client(world.pool)
    world.server.clock.stop()
    for _ in range(5):
        refused(lambda: world.start(client, password="wrong"))

    assert refused(lambda: world.start(client)) == ("NotAuthorizedException", "Password attempts exceeded")
    world.server.clock.advance(1)
    assert world.sign_in(client)["AccessToken"]


def test_a_signed_call_is_refused(world: World) -> None:
    headers = {"Content-Type": AMZ_JSON, "X-Amz-Target": TARGET + "InitiateAuth", "Authorization": "AWS4-HMAC-SHA256 x"}
    answer = urllib3.request("POST", world.server.url, body=b"{}", headers=headers)
    assert (answer.status, answer.json()["__type"]) == (400, "UnrecognizedClientException")


def test_a_call_that_the_server_lacks_is_unknown(world: World) -> None:
    call = partial(world.boto.get_user, AccessToken="any")
    assert refused(call)[0] == "UnknownOperationException"


# A new password


@dataclass(frozen=True)
class NewPassword:
    """A user who must choose a password, and the challenge that says so."""

    world: World
    client: AppClient
    user: User
    started: InitiateAuthResponseTypeDef

    def answer(self, password: str = "Longer-Passw0rd", **extra: str) -> object:
        given = {"USERNAME": self.user.username, "NEW_PASSWORD": password, "userAttributes.name": "Bob", **extra}
        return respond(self.world, self.client, "NEW_PASSWORD_REQUIRED", given, self.started["Session"])


@pytest.fixture
def new_password(world: World) -> NewPassword:
    pool = world.server.add_pool(required_attributes=("email", "name"))
    client = world.server.add_client(pool)
    user = world.server.add_user(pool, "bob@example.com", PASSWORD, status=UserStatus.FORCE_CHANGE_PASSWORD)
    return NewPassword(world, client, user, world.start(client, "bob@example.com"))


def test_a_temporary_password_must_be_changed_and_missing_attributes_given(new_password: NewPassword) -> None:
    asked = new_password.started["ChallengeParameters"]
    assert asked["USER_ID_FOR_SRP"] == new_password.user.username
    assert json.loads(asked["requiredAttributes"]) == ["userAttributes.name"]
    assert json.loads(asked["userAttributes"])["email"] == "bob@example.com"

    new_password.answer()

    world, client = new_password.world, new_password.client
    assert "AuthenticationResult" in world.start(client, "bob@example.com", "Longer-Passw0rd")
    assert new_password.user.attributes["name"] == "Bob"


def test_a_weak_password_keeps_the_session(new_password: NewPassword) -> None:
    told = ("InvalidPasswordException", "Password did not conform with policy: Password not long enough")
    assert refused(lambda: new_password.answer("short")) == told
    assert new_password.answer()


def test_a_session_is_good_for_one_answer(new_password: NewPassword) -> None:
    assert refused(lambda: new_password.answer(**{"userAttributes.name": ""})) == (
        "InvalidParameterException",
        "Invalid attributes given, name is missing",
    )
    assert refused(new_password.answer)[1].startswith("Invalid session for the user")


def test_a_session_ends_after_three_minutes(new_password: NewPassword) -> None:
    new_password.world.server.clock.advance(180)
    told = ("NotAuthorizedException", "Invalid session for the user, session is expired.")
    assert refused(new_password.answer) == told


def test_an_attribute_that_is_there_is_not_taken_again(new_password: NewPassword) -> None:
    call = partial(new_password.answer, **{"userAttributes.email": "eve@example.com"})
    assert refused(call) == ("NotAuthorizedException", "Cannot modify an already provided email")


# Refreshing


def test_a_refresh_by_the_older_call_wants_the_hash_of_the_real_username(world: World) -> None:
    client = world.server.add_client(world.pool, secret=SECRET)
    token = world.sign_in(client)["RefreshToken"]

    assert "SecretHash" in refused(lambda: world.old_refresh(client, token, **hashed(client, ALICE)))[1]
    result = world.old_refresh(client, token, **hashed(client, world.alice.username))
    assert result["AccessToken"]
    assert "RefreshToken" not in result


def test_the_newer_call_wants_the_plain_secret(world: World) -> None:
    client = world.server.add_client(world.pool, secret=SECRET)
    token = world.sign_in(client)["RefreshToken"]

    assert "not received" in refused(lambda: world.refresh(client, token))[1]
    assert "does not match" in refused(lambda: world.refresh(client, token, ClientSecret=SECRET[::-1]))[1]
    assert "RefreshToken" not in world.refresh(client, token, ClientSecret=SECRET)


def test_a_rotated_token_dies_after_its_grace_and_its_reuse_is_told(world: World) -> None:
    client = world.server.add_client(world.pool, rotation=True, rotation_grace=30)
    first = world.sign_in(client)["RefreshToken"]

    second = world.refresh(client, first)["RefreshToken"]
    assert world.refresh(client, first)["RefreshToken"] not in (first, second)
    world.server.clock.advance(30)
    assert refused(lambda: world.refresh(client, first))[0] == "RefreshTokenReuseException"
    assert world.refresh(client, second)["AccessToken"]


def test_a_rotated_token_keeps_the_lifetime_of_the_first(world: World) -> None:
    client = world.server.add_client(world.pool, rotation=True, refresh_validity=3_600)
    first = world.sign_in(client)["RefreshToken"]
    world.server.clock.advance(3_000)
    second = world.refresh(client, first)["RefreshToken"]

    world.server.clock.advance(600)
    assert refused(lambda: world.refresh(client, second)) == ("NotAuthorizedException", "Refresh Token has expired")


def test_rotation_refuses_the_older_call(world: World) -> None:
    client = world.server.add_client(world.pool, rotation=True)
    token = world.sign_in(client)["RefreshToken"]
    assert refused(lambda: world.old_refresh(client, token))[0] == "InvalidParameterException"


def test_a_refresh_token_that_is_revoked_or_anothers_is_refused(world: World) -> None:
    client, other = world.server.add_client(world.pool), world.server.add_client(world.pool)
    token = world.sign_in(client)["RefreshToken"]

    assert refused(lambda: world.refresh(other, token))[1] == "Invalid Refresh Token"
    world.server.revoke(token)
    assert refused(lambda: world.refresh(client, token))[1] == "Refresh Token has been revoked"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (faults.http_500(), "InternalErrorException"),
        (faults.unknown_operation(), "UnknownOperationException"),
        (faults.html_page(501), "501"),
    ],
)
def test_an_emulator_lacks_the_newer_call_and_takes_the_older(world: World, fault: faults.Fault, code: str) -> None:
    world.server.faults.always(REFRESH, fault)
    client = world.server.add_client(world.pool)
    token = world.sign_in(client)["RefreshToken"]

    assert [refused(lambda: world.refresh(client, token))[0] for _ in range(2)] == [code, code]
    assert world.old_refresh(client, token)["AccessToken"]


# Time, faults and the journal


def test_the_date_header_and_the_tokens_tell_the_servers_time(world: World) -> None:
    client = world.server.add_client(world.pool)
    world.server.skew = 7_200

    answer = world.start(client)

    told = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"]).timestamp()
    claims = jwt.decode(answer["AuthenticationResult"]["AccessToken"], options={"verify_signature": False})
    assert told == pytest.approx(world.server.clock() + 7_200, abs=5)
    assert claims["iat"] == pytest.approx(told, abs=5)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (faults.throttle(), "TooManyRequestsException"),
        (faults.http_500(), "InternalErrorException"),
        (faults.html_page(), "502"),
        (faults.forbidden(), "ForbiddenException"),
    ],
)
def test_a_queued_fault_spoils_one_call(world: World, fault: faults.Fault, code: str) -> None:
    client = world.server.add_client(world.pool)
    world.server.faults.add("InitiateAuth", fault)

    assert refused(lambda: world.start(client))[0] == code
    assert world.sign_in(client)["AccessToken"]
    assert [request.answer.error for request in world.server.journal.requests if request.answer][-1] == ""


@pytest.mark.parametrize("fault", [faults.empty(), faults.cut_off(told=False)])
def test_an_answer_may_arrive_without_its_contents(world: World, fault: faults.Fault) -> None:
    client = world.server.add_client(world.pool)
    world.server.faults.add("InitiateAuth", fault)
    assert "AuthenticationResult" not in world.start(client)


@pytest.mark.parametrize(
    ("fault", "error"), [(faults.drop(), ConnectionClosedError), (faults.cut_off(), HTTPClientError)]
)
def test_a_connection_may_end_before_the_answer_does(world: World, fault: faults.Fault, error: type[Exception]) -> None:
    client = world.server.add_client(world.pool)
    world.server.faults.add("InitiateAuth", fault)
    with pytest.raises(error):
        world.start(client)


def test_a_refresh_whose_answer_is_lost_has_used_the_token_up(world: World) -> None:
    client = world.server.add_client(world.pool, rotation=True)
    token = world.sign_in(client)["RefreshToken"]
    world.server.faults.add(REFRESH, faults.drop(performed=True))

    with pytest.raises(ConnectionClosedError):
        world.refresh(client, token)
    assert refused(lambda: world.refresh(client, token))[0] == "RefreshTokenReuseException"


def test_a_hanging_call_goes_on_when_it_is_released(world: World) -> None:
    client = world.server.add_client(world.pool)
    world.server.faults.add("InitiateAuth", faults.hang(), faults.hang())

    with ThreadPoolExecutor(2) as threads:
        calls = [threads.submit(world.sign_in, client) for _ in range(2)]
        assert world.server.journal.wait_for("InitiateAuth", 2)
        assert not any(call.done() for call in calls)
        world.server.faults.release()
        assert all(call.result(5)["AccessToken"] for call in calls)
    assert world.server.journal.most_at_once("InitiateAuth") == 2


def test_a_call_that_hangs_is_given_up_by_its_caller(world: World) -> None:
    config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}, read_timeout=0.05)
    hasty = boto3.client("cognito-idp", region_name="eu-west-1", endpoint_url=world.server.url, config=config)
    world.server.faults.add("InitiateAuth", faults.hang())
    with pytest.raises(ReadTimeoutError):
        hasty.initiate_auth(ClientId="any", AuthFlow="USER_SRP_AUTH", AuthParameters={})
    hasty.close()


def test_the_journal_holds_what_was_sent_and_what_came_of_it(world: World) -> None:
    client = world.server.add_client(world.pool)
    world.sign_in(client)
    world.sign_in(client)

    last = world.server.journal.last("InitiateAuth")
    assert last.parameters["AuthParameters"] == {"USERNAME": ALICE, "PASSWORD": PASSWORD}
    assert "authorization" not in last.headers
    assert last.answer is not None
    assert last.answer.status == 200
    assert world.server.journal.count("InitiateAuth") == 2
    assert world.server.journal.most_at_once() == 1
