"""Each error that Cognito answers with, as a user meets it: the sentence, the fix, and the exit code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from click.testing import Result

from cognitui.cli.signin import get_token
from cognitui.cognito.provider import UserPoolProvider
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.strict import errors
from cognitui.demo.strict.errors import InjectedError, Refusal
from cognitui.demo.strict.pools import AppClient, MfaConfiguration
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.signing import SigningKey
from cognitui.demo.strict.users import Mfa, SoftwareToken, User, UserStatus
from cognitui.model.errors import AliasTaken, CognituiError
from cognitui.model.profile import Flow, Profile
from cognitui.model.secret import SecretKind
from cognitui.tokens.request import TokenPolicy, TokenRequest, TokenResult
from tests.unit.cli.harness import Answering, run
from tests.unit.fakes import FakeServices, make_profile, services_with

PASSWORD = "Passw0rd!"
ALICE = "alice@example.com"
SECRET = "9drv7kalt3vq0ssexampleexample"


@pytest.fixture(scope="module")
def server() -> Iterator[StrictServer]:
    """One for all, and one key: a client of botocore for another takes longer to make than any test here."""
    key = SigningKey.generate()
    with StrictServer(new_key=lambda: key) as server:
        yield server
    assert not server.crashes, "\n".join(server.crashes)


@pytest.fixture(scope="module")
def api(server: StrictServer) -> UserPoolApi:
    return UserPoolApi(server.clock, sleep=server.clock.advance, jitter=lambda: 0.0)


class Desk:
    """A user of the server, the program in front of it, and a command line."""

    def __init__(self, server: StrictServer, client: AppClient, user: User, api: UserPoolApi) -> None:
        self.server = server
        self.user = user
        self.profile: Profile = make_profile(
            username=ALICE,
            user_pool_id=client.pool.id,
            client_id=client.id,
            endpoint_url=server.url,
            flow=Flow.USER_PASSWORD_AUTH,
        )
        signin = UserPoolProvider(api, server.clock)
        self.services: FakeServices = services_with(self.profile, signin=signin, clock=server.clock)

    def store(self, kind: SecretKind, value: str) -> None:
        self.services.vault.entries[self.profile.secret_name(kind)] = value

    def token(self, *options: str) -> Result:
        """Run the command without a terminal."""
        return run(self.services, "token", "dev/alice", *options)

    def token_of(self, person: Answering) -> TokenResult:
        """Run what the command does in a terminal."""
        return get_token(self.services, TokenRequest(self.profile, policy=TokenPolicy.SIGN_IN), person)

    def sign_in_and_forget_the_password(self) -> None:
        """Leave tokens as an earlier run would have, and no password."""
        assert self.token().exit_code == 0
        self.services.vault.entries.pop(self.profile.secret_name(SecretKind.PASSWORD))
        self.services.broker.drop_memory()


MakeDesk = Callable[..., Desk]


@pytest.fixture
def desk(server: StrictServer, api: UserPoolApi) -> Iterator[MakeDesk]:
    def make(*, secret: str | None = None, pool: dict[str, object] | None = None, **user: object) -> Desk:
        made = server.add_pool(**(pool or {}))  # type: ignore[arg-type]  # by name
        client = server.add_client(made, secret=secret)
        alice = server.add_user(made, ALICE, PASSWORD, **user)  # type: ignore[arg-type]  # by name
        at = Desk(server, client, alice, api)
        at.store(SecretKind.PASSWORD, PASSWORD)
        return at

    yield make
    server.errors.clear()


@dataclass(frozen=True)
class Row:
    """What Cognito says, and what a person reads of it."""

    name: str
    said: str
    code: int
    told: str
    """Of the sentence."""
    mended_by: str
    """Of what to do."""
    status: int = 400

    @property
    def fault(self) -> InjectedError:
        return InjectedError(Refusal(self.name, self.said, self.status).answer)


NOT_AUTHORIZED, INVALID = "NotAuthorizedException", "InvalidParameterException"
BY_ADMIN = "Only the pool's admin can fix this."

AT_THE_START = [
    Row(NOT_AUTHORIZED, "Incorrect username or password.", 4, "Incorrect username or password", "secret set dev/alice"),
    Row(NOT_AUTHORIZED, "User is disabled.", 4, "User is disabled", "admin to enable"),
    Row(NOT_AUTHORIZED, "Unable to verify secret hash for client x", 4, "secret hash", "client-secret"),
    Row(NOT_AUTHORIZED, "Invalid session for the user, session is expired.", 4, "session is expired", "Sign in again."),
    Row(NOT_AUTHORIZED, "Password attempts exceeded", 4, "attempts exceeded", "Wait a few minutes"),
    Row(NOT_AUTHORIZED, "Temporary password has expired and must be reset by an administrator.", 4,
        "Temporary password has expired", "admin for a new temporary password"),
    Row("UserNotFoundException", "User does not exist.", 4, "User does not exist", "Check the username"),
    Row("UserNotConfirmedException", "User is not confirmed.", 3, "Confirm the account", "in a terminal"),
    Row("PasswordResetRequiredException", "Password reset required", 3, "Set a new password", "in a terminal"),
    Row("MFAMethodNotFoundException", "No MFA method", 4, "No MFA method", "Set up a second factor"),
    Row("SoftwareTokenMFANotFoundException", "No app", 4, "No app", "Set up a second factor"),
    Row(INVALID, "USER_PASSWORD_AUTH flow not enabled for this client", 4, "does not allow USER_PASSWORD_AUTH",
        'flow = "USER_SRP_AUTH"'),
    Row(INVALID, "Client x is not configured for secret but secret hash was received", 4, "not configured for secret",
        "Remove the stored client secret"),
    Row("ResourceNotFoundException", "User pool client x does not exist.", 4, "client x does not exist",
        "Check region, user_pool_id and client_id"),
    Row("TooManyRequestsException", "Rate exceeded", 5, "Rate exceeded", "again"),
    Row("LimitExceededException", "Attempt limit exceeded, please try after some time.", 5, "Attempt limit",
        "wait an hour"),
    Row(NOT_AUTHORIZED, "Unable to verify secret for client sec.", 4, "Unable to verify secret", "client-secret"),
    Row(NOT_AUTHORIZED, "Unable to login because of security reasons.", 4, "security reasons", "threat protection"),
    Row(NOT_AUTHORIZED, "User account has expired, it must be reset by an administrator.", 4,
        "User account has expired", "admin for a new temporary password"),
    Row(NOT_AUTHORIZED, "Something that nobody has seen yet.", 4, "Something that nobody has seen yet", "admin"),
    Row("InternalErrorException", "Internal error", 5, "Internal error", "again", status=500),
    Row("ForbiddenException", "Request not allowed due to WAF block.", 4, "WAF block", "WAF rule", status=403),
    Row("UserLambdaValidationException", "PreAuthentication failed with error: not on Sundays.", 4,
        "PreAuthentication failed with error: not on Sundays", "ask its admin"),
    Row("UnexpectedLambdaException", "PreAuthentication failed", 4, "PreAuthentication failed", BY_ADMIN),
    Row("InvalidLambdaResponseException", "Unrecognizable lambda output", 4, "lambda output", BY_ADMIN),
    Row("InvalidUserPoolConfigurationException", "Wrong set-up", 4, "Wrong set-up", BY_ADMIN),
    Row("InvalidSmsRoleAccessPolicyException", "Role may not publish", 4, "Role may not publish", BY_ADMIN),
    Row("InvalidSmsRoleTrustRelationshipException", "Role not trusted", 4, "Role not trusted", BY_ADMIN),
    Row("InvalidEmailRoleAccessPolicyException", "Role may not send", 4, "Role may not send", BY_ADMIN),
    Row("OperationNotEnabledException", "Not enabled", 4, "Not enabled", "enable it"),
    Row("FeatureUnavailableInTierException", "Not in LITE", 4, "Not in LITE", "Essentials or Plus"),
    Row("UnsupportedOperationException", "Not supported", 4, "Not supported", "plan or settings"),
]  # fmt: skip


@pytest.mark.parametrize("row", AT_THE_START, ids=lambda row: f"{row.name}-{row.said[:30]}")
def test_a_refusal_at_the_start_has_its_sentence_and_its_exit_code(desk: MakeDesk, row: Row) -> None:
    at = desk()
    at.server.errors.always("InitiateAuth", row.fault)

    result = at.token()

    assert result.exit_code == row.code
    assert row.told in result.stderr
    assert row.mended_by in result.stderr
    assert result.stdout == ""


TRANSIENT = [row for row in AT_THE_START if row.code == 5 and row.name != "LimitExceededException"]


@pytest.mark.parametrize("row", TRANSIENT, ids=lambda row: row.name)
def test_what_passes_automatically_is_tried_three_times_before_it_is_reported(desk: MakeDesk, row: Row) -> None:
    at = desk()
    at.server.errors.always("InitiateAuth", row.fault)
    before = at.server.journal.count("InitiateAuth")

    at.token()

    assert at.server.journal.count("InitiateAuth") - before == 3


def test_a_limit_that_is_counted_by_the_hour_is_not_tried_again(desk: MakeDesk) -> None:
    at = desk()
    at.server.errors.always("InitiateAuth", errors.limit_exceeded())
    before = at.server.journal.count("InitiateAuth")

    at.token()

    assert at.server.journal.count("InitiateAuth") - before == 1


NO_PASSWORD_ASKED = [
    "Unable to verify secret for client sec.",
    "Client 4k2m8q1r7t5v3x9z0b6d8f2h4j is configured for secret but secret was not received",
    "Unable to login because of security reasons.",
    "User account has expired, it must be reset by an administrator.",
    "Something that nobody has seen yet.",
]


@pytest.mark.parametrize("said", NO_PASSWORD_ASKED)
def test_only_a_wrong_password_is_typed_once_more(desk: MakeDesk, said: str) -> None:
    at = desk()
    at.services.vault.entries.clear()
    at.server.errors.always("InitiateAuth", Row(NOT_AUTHORIZED, said, 4, "", "").fault)
    person = Answering(PASSWORD, "n", *[SECRET, "n"] * ("not received" in said))

    with pytest.raises(CognituiError, match=said[:20]):
        at.token_of(person)

    assert sum("Password" in question for question, _ in person.asked) == 1


def test_an_invalid_password_at_the_sign_in_is_a_wrong_one(desk: MakeDesk) -> None:
    at = desk()
    row = Row("InvalidPasswordException", "Invalid password", 4, "Invalid password", "secret set dev/alice password")
    at.server.errors.always("InitiateAuth", row.fault)

    result = at.token()

    assert result.exit_code == row.code
    assert row.told in result.stderr
    assert row.mended_by in result.stderr


def test_a_password_that_was_typed_and_is_invalid_is_asked_for_again(desk: MakeDesk) -> None:
    at = desk()
    at.services.vault.entries.clear()
    at.server.errors.add("InitiateAuth", Row("InvalidPasswordException", "Invalid password", 4, "", "").fault)
    person = Answering("wr0ng!Passw", "n", PASSWORD)

    assert at.token_of(person).token.value
    assert any("Invalid password" in heard for heard in person.shown)


def test_a_page_of_a_gateway_is_reported_by_its_status(desk: MakeDesk) -> None:
    at = desk()
    at.server.errors.always("InitiateAuth", errors.html_page(503))

    result = at.token()

    assert result.exit_code == 5
    assert "HTTP 503" in result.stderr
    assert "<html>" not in result.stderr


def test_a_client_secret_that_nobody_has_given_is_asked_for(desk: MakeDesk) -> None:
    result = desk(secret=SECRET).token()

    assert result.exit_code == 3
    assert "client secret is needed" in result.stderr
    assert "cognitui secret set dev/alice client-secret" in result.stderr


OF_REFRESH_TOKENS = [
    Row(NOT_AUTHORIZED, "Refresh Token has expired", 3, "Refresh Token has expired", "secret set dev/alice password"),
    Row(NOT_AUTHORIZED, "Refresh Token has been revoked", 3, "has been revoked", "secret set dev/alice password"),
    Row("RefreshTokenReuseException", "It has been reused.", 3, "another program has used this refresh token",
        "secret set dev/alice password"),
]  # fmt: skip


@pytest.mark.parametrize("row", OF_REFRESH_TOKENS, ids=lambda row: row.said)
def test_an_expired_refresh_token_is_reported_if_a_sign_in_is_asked_for(desk: MakeDesk, row: Row) -> None:
    at = desk()
    at.sign_in_and_forget_the_password()
    at.server.errors.add("GetTokensFromRefreshToken", row.fault)

    result = at.token("--fresh")

    assert result.exit_code == row.code
    assert row.told in result.stderr
    assert row.mended_by in result.stderr


def at_a_refresh(desk: MakeDesk) -> Desk:
    """Return a desk with tokens and the client secret; no password is stored."""
    at = desk(secret=SECRET)
    at.store(SecretKind.CLIENT_SECRET, SECRET)
    at.sign_in_and_forget_the_password()
    return at


def test_a_client_secret_that_was_rotated_is_reported_at_a_refresh(desk: MakeDesk) -> None:
    at = at_a_refresh(desk)
    at.store(SecretKind.CLIENT_SECRET, SECRET[::-1])

    result = at.token("--fresh")

    assert result.exit_code == 4
    assert "Client secret does not match" in result.stderr
    assert "cognitui secret set dev/alice client-secret" in result.stderr
    at.store(SecretKind.CLIENT_SECRET, SECRET)
    assert at.token("--fresh").exit_code == 0


@pytest.mark.parametrize(
    "said", ["Unable to verify secret for client sec.", "Client secret does not match for the client: x"]
)
def test_a_refused_client_secret_is_reported_at_a_refresh_in_whatever_words(desk: MakeDesk, said: str) -> None:
    at = at_a_refresh(desk)
    at.server.errors.add("GetTokensFromRefreshToken", Row(NOT_AUTHORIZED, said, 4, "", "").fault)

    result = at.token("--fresh")

    assert result.exit_code == 4
    assert "client-secret" in result.stderr
    assert at.token("--fresh").exit_code == 0


def test_a_client_secret_that_is_missing_at_a_refresh_is_what_is_needed(desk: MakeDesk) -> None:
    at = at_a_refresh(desk)
    at.services.vault.entries.pop(at.profile.secret_name(SecretKind.CLIENT_SECRET))

    result = at.token("--fresh")

    assert result.exit_code == 3
    assert "secret was not received" in result.stderr
    assert "client secret is needed" in result.stderr
    assert "cognitui secret set dev/alice client-secret" in result.stderr


def test_a_client_secret_that_is_typed_completes_the_refresh(desk: MakeDesk) -> None:
    at = at_a_refresh(desk)
    at.services.vault.entries.pop(at.profile.secret_name(SecretKind.CLIENT_SECRET))
    before = at.server.journal.count("InitiateAuth")
    person = Answering(SECRET[::-1], "y", SECRET)

    got = get_token(at.services, TokenRequest(at.profile, policy=TokenPolicy.REFRESH), person)

    assert got.token.value
    assert at.server.journal.count("InitiateAuth") == before
    assert at.services.vault.entries[at.profile.secret_name(SecretKind.CLIENT_SECRET)] == SECRET


def test_a_session_that_has_expired_is_an_expired_refresh_token_at_a_refresh(desk: MakeDesk) -> None:
    at = at_a_refresh(desk)
    row = Row(NOT_AUTHORIZED, "The session of this token has been ended.", 3, "", "")
    at.server.errors.add("GetTokensFromRefreshToken", row.fault)

    result = at.token("--fresh")

    assert result.exit_code == row.code
    assert "password is needed" in result.stderr


OF_NEW_PASSWORDS = [
    Row("InvalidPasswordException", "Password did not conform with policy: too short", 0, "policy: too short", ""),
    Row("PasswordHistoryPolicyViolationException", "Password has previously been used", 0, "previously been used", ""),
]


@pytest.mark.parametrize("row", OF_NEW_PASSWORDS, ids=lambda row: row.name)
def test_a_new_password_that_is_refused_is_asked_for_again_with_the_policy(desk: MakeDesk, row: Row) -> None:
    at = desk(status=UserStatus.FORCE_CHANGE_PASSWORD)
    at.server.errors.add("RespondToAuthChallenge", row.fault)
    person = Answering("N3w-password", "N3w-password", "y", "N3wer-password", "N3wer-password")

    got = at.token_of(person)

    assert got.token.value
    assert any(row.told in heard for heard in person.shown)
    assert sum("It needs" in heard for heard in person.shown) == 2


OF_CODES = [
    Row("CodeMismatchException", "Invalid code or auth state for the user.", 0, "Invalid code", ""),
    Row("ExpiredCodeException", "The code has expired.", 0, "The code has expired", ""),
]


class Reading(Answering):
    """Types the code that was sent, whatever is asked."""

    def __init__(self, code: Callable[[], str]) -> None:
        super().__init__()
        self._code = code

    def answer(self, question: str, *, masked: bool = False) -> str:
        return self._code()


@pytest.mark.parametrize("row", OF_CODES, ids=lambda row: row.name)
def test_a_code_that_is_refused_is_asked_for_again(desk: MakeDesk, row: Row) -> None:
    at = desk(pool={"mfa": MfaConfiguration.OPTIONAL}, mfa=(Mfa.EMAIL,))
    at.server.errors.add("RespondToAuthChallenge", row.fault)
    person = Reading(lambda: at.server.outbox.last(at.user.username).code)

    assert at.token_of(person).token.value
    assert any(row.told in heard for heard in person.shown)


def test_an_address_that_another_account_has_is_reported_and_its_code_not_asked_for_again(desk: MakeDesk) -> None:
    at = desk(status=UserStatus.UNCONFIRMED)
    row = Row("AliasExistsException", "An account with the email already exists.", 4, "", "")
    at.server.errors.always("ConfirmSignUp", row.fault)

    with pytest.raises(AliasTaken, match=r"dev/alice: An account with the email already exists\.") as told:
        at.token_of(Answering("123456"))

    assert told.value.exit_code == row.code


def test_codes_of_a_wrong_seed_are_reported_before_what_is_needed(desk: MakeDesk) -> None:
    at = desk(pool={"mfa": MfaConfiguration.OPTIONAL}, mfa=(Mfa.TOTP,), software_token=SoftwareToken())
    at.store(SecretKind.TOTP, "JBSWY3DPEHPK3PXP")

    result = at.token()

    assert result.exit_code == 3
    assert "Invalid code received for user" in result.stderr
    assert "code is needed" in result.stderr


def test_a_code_of_an_app_that_is_refused_is_asked_for_again_with_a_word_about_the_clock(desk: MakeDesk) -> None:
    app = SoftwareToken()
    at = desk(pool={"mfa": MfaConfiguration.OPTIONAL}, mfa=(Mfa.TOTP,), software_token=app)
    at.server.errors.add("RespondToAuthChallenge", OF_CODES[0].fault)
    person = Reading(lambda: app.code(at.server.clock()))

    assert at.token_of(person).token.value
    assert sum("check that the app's clock is right" in heard for heard in person.shown) == 1
