"""The error table: what Cognito says, and what a user sees."""

from __future__ import annotations

import botocore.session
import pytest

from cognitui.cognito.error_mapping import ErrorResponse, error_of
from cognitui.cognito.srp import secret_hash
from cognitui.model import errors
from cognitui.model.profile import Flow
from tests.unit.fakes import make_jwt, make_profile

NOT_AUTHORIZED = "NotAuthorizedException"
INVALID = "InvalidParameterException"

TABLE = [
    (NOT_AUTHORIZED, "Incorrect username or password.", errors.WrongCredentials),
    (NOT_AUTHORIZED, "User does not exist.", errors.WrongCredentials),
    (NOT_AUTHORIZED, "User is disabled.", errors.UserDisabled),
    (NOT_AUTHORIZED, "Unable to verify secret for client sec.", errors.ClientSecretWrong),
    (NOT_AUTHORIZED, "Invalid client or secret", errors.ClientSecretWrong),
    (NOT_AUTHORIZED, "Client secret does not match for the client: 1h57", errors.ClientSecretWrong),
    (
        NOT_AUTHORIZED,
        "Client 4k2m8q1r7t5v3x9z0b6d8f2h4j is configured for secret but secret was not received",
        errors.ClientSecretMissing,
    ),
    (
        NOT_AUTHORIZED,
        "Client 1h57 is configured with secret but client secret was not received",
        errors.ClientSecretMissing,
    ),
    (INVALID, "Missing required parameter SECRET_HASH", errors.ClientSecretMissing),
    (NOT_AUTHORIZED, "Unable to login because of security reasons.", errors.SignInBlocked),
    (NOT_AUTHORIZED, "Request not allowed due to security reasons.", errors.SignInBlocked),
    (
        NOT_AUTHORIZED,
        "User account has expired, it must be reset by an administrator.",
        errors.TemporaryPasswordExpired,
    ),
    (INVALID, "The access token already satisfies the requested ACR value.", errors.LevelAlreadyReached),
    (INVALID, "User does not have the authentication factors for the requested ACR values.", errors.MfaNotSetUp),
    (INVALID, "TARGET_ACR_VALUES has no valid ACR value.", errors.InputRejected),
    (INVALID, "User is already confirmed by another factor.", errors.InputRejected),
    (NOT_AUTHORIZED, "Something that nobody has seen yet", errors.NotAuthorized),
    (NOT_AUTHORIZED, "Cannot modify an already provided email", errors.NotAuthorized),
    (
        NOT_AUTHORIZED,
        "Client 1h57 is configured with secret but SECRET_HASH was not received",
        errors.ClientSecretMissing,
    ),
    (NOT_AUTHORIZED, "Unable to verify secret hash for client 1h57", errors.ClientSecretWrong),
    (NOT_AUTHORIZED, "SecretHash does not match for the client: 1h57", errors.ClientSecretWrong),
    (
        NOT_AUTHORIZED,
        "Client 1h57 is not configured for secret but secret hash was received",
        errors.ClientSecretUnwanted,
    ),
    (INVALID, "App client 1h57 is not configured for secret but secret hash was received", errors.ClientSecretUnwanted),
    (NOT_AUTHORIZED, "Invalid session for the user, session is expired.", errors.SessionExpired),
    (NOT_AUTHORIZED, "Invalid session for the user.", errors.SessionExpired),
    (NOT_AUTHORIZED, "Refresh Token has expired", errors.RefreshTokenSpent),
    (NOT_AUTHORIZED, "Refresh Token has been revoked", errors.RefreshTokenDead),
    (NOT_AUTHORIZED, "Invalid Refresh Token", errors.RefreshTokenDead),
    (NOT_AUTHORIZED, "Password attempts exceeded", errors.AttemptsExceeded),
    (
        NOT_AUTHORIZED,
        "Temporary password has expired and must be reset by an administrator.",
        errors.TemporaryPasswordExpired,
    ),
    ("UserNotFoundException", "User does not exist.", errors.UserNotFound),
    ("UserNotConfirmedException", "User is not confirmed.", errors.UserNotConfirmed),
    ("PasswordResetRequiredException", "Password reset required for the user", errors.PasswordResetRequired),
    (
        "InvalidPasswordException",
        "Password did not conform with policy: Password not long enough",
        errors.NewPasswordRejected,
    ),
    ("PasswordHistoryPolicyViolationException", "Password has previously been used", errors.NewPasswordRejected),
    ("CodeMismatchException", "Invalid code provided, please request a code again.", errors.CodeWrong),
    ("CodeMismatchException", "Invalid verification code provided, please try again.", errors.CodeWrong),
    ("UserNotFoundException", "Username/client id combination not found.", errors.UserNotFound),
    (INVALID, "USER_AUTH flow not enabled for this client", errors.FlowNotEnabled),
    (
        INVALID,
        "1 validation error detected: Value at 'clientSecret' failed to satisfy constraint",
        errors.ClientSecretWrong,
    ),
    ("ExpiredCodeException", "Invalid code provided, please request a code again.", errors.CodeWrong),
    ("MFAMethodNotFoundException", "No MFA method", errors.MfaNotSetUp),
    ("SoftwareTokenMFANotFoundException", "Software token MFA not found", errors.MfaNotSetUp),
    (INVALID, "USER_PASSWORD_AUTH flow not enabled for this client", errors.FlowNotEnabled),
    (INVALID, "USER_SRP_AUTH is not enabled for the client.", errors.FlowNotEnabled),
    (INVALID, "Auth flow not enabled for this client", errors.FlowNotEnabled),
    (INVALID, "Missing required parameter USERNAME", errors.InputRejected),
    ("ResourceNotFoundException", "User pool client 1h57 does not exist.", errors.PoolOrClientNotFound),
    ("TooManyRequestsException", "Rate exceeded", errors.Throttled),
    ("LimitExceededException", "Attempt limit exceeded, please try after some time.", errors.LimitReached),
    ("LimitExceededException", "Exceeded daily email limit for the operation or the account.", errors.LimitReached),
    ("LimitExceededException", "Maximum number of clients", errors.LimitReached),
    ("InternalErrorException", "Something went wrong", errors.ServiceFault),
    ("InternalServerException", "Something went wrong", errors.ServiceFault),
    ("AccessDeniedException", "User is not authorized to perform this", errors.PermissionMissing),
    ("UnsupportedUserStateException", "The user is in an unsupported state", errors.Refused),
    ("PreconditionNotMetException", "A precondition is not met", errors.Refused),
    ("UserPoolTaggingException", "A tag cannot be set", errors.Refused),
    ("ScopeDoesNotExistException", "There is no such scope", errors.Refused),
    ("InvalidOAuthFlowException", "The OAuth flow is not valid", errors.Refused),
    ("ForbiddenException", "Request not allowed due to WAF block.", errors.BlockedByFirewall),
    ("UserLambdaValidationException", "PreAuthentication failed with error: not on Sundays", errors.TriggerRefused),
    ("UnexpectedLambdaException", "PreAuthentication failed", errors.PoolMisconfigured),
    ("InvalidLambdaResponseException", "Unrecognizable lambda output", errors.PoolMisconfigured),
    ("InvalidUserPoolConfigurationException", "Wrong", errors.PoolMisconfigured),
    ("InvalidSmsRoleAccessPolicyException", "Role does not have permission to publish", errors.PoolMisconfigured),
    ("InvalidSmsRoleTrustRelationshipException", "Role does not trust", errors.PoolMisconfigured),
    ("InvalidEmailRoleAccessPolicyException", "Role does not have permission", errors.PoolMisconfigured),
    ("OperationNotEnabledException", "Not enabled", errors.NotInThisPool),
    ("FeatureUnavailableInTierException", "Not in LITE", errors.NotInThisPool),
    ("UnsupportedOperationException", "No", errors.NotInThisPool),
    ("UnknownOperationException", "Unknown", errors.OperationUnknown),
    ("RefreshTokenReuseException", "Refresh token has been reused", errors.RefreshTokenSpent),
    ("DeviceKeyExistsException", "The device already exists", errors.Refused),
    ("UsernameExistsException", "User already exists", errors.Refused),
    ("UnsupportedTokenTypeException", "The token type is not supported", errors.TokenRefused),
    ("TooManyFailedAttemptsException", "Too many failed attempts", errors.AttemptsExceeded),
    ("EnableSoftwareTokenMFAException", "Code mismatch", errors.CodeWrong),
    ("UnauthorizedException", "Not you", errors.Refused),
    ("ResourceConflictException", "In use", errors.Throttled),
    ("InvalidIdentityPoolConfigurationException", "No role", errors.PoolMisconfigured),
    ("ExternalServiceException", "Elsewhere", errors.ServiceFault),
    ("AliasExistsException", "An account with the email already exists.", errors.AliasTaken),
    ("ConcurrentModificationException", "Concurrent modification", errors.Throttled),
    ("CodeDeliveryFailureException", "The code could not be sent", errors.Refused),
    (NOT_AUTHORIZED, "User cannot be confirmed. Current status is CONFIRMED", errors.Refused),
    (NOT_AUTHORIZED, "User password cannot be reset in the current state.", errors.Refused),
    (
        INVALID,
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
        errors.Refused,
    ),
]


@pytest.mark.parametrize(
    ("code", "message", "expected"), TABLE, ids=[f"{code}-{message[:40]}" for code, message, _ in TABLE]
)
def test_each_row_has_its_own_error(code: str, message: str, expected: type[errors.CognituiError]) -> None:
    assert type(error_of(ErrorResponse(code, message, 400), make_profile())) is expected


@pytest.mark.parametrize(
    ("code", "message", "expected"), TABLE, ids=[f"{code}-{message[:40]}" for code, message, _ in TABLE]
)
def test_each_row_names_the_profile_and_a_fix(code: str, message: str, expected: type[errors.CognituiError]) -> None:
    error = error_of(ErrorResponse(code, message, 400), make_profile("dev/alice"))

    assert "dev/alice" in error.cause
    assert error.cause.endswith(".")
    assert error.fix.endswith((".", "."))
    assert error.exit_code == expected.exit_code in (4, 5)


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("502", 502, errors.ServiceFault),
        ("SomethingNew", 503, errors.ServiceFault),
        ("SomethingNew", 429, errors.Throttled),
        ("SomethingNew", 403, errors.BlockedByFirewall),
        ("SomethingNew", 400, errors.Refused),
    ],
)
def test_an_exception_outside_the_table_is_mapped_by_its_status(
    code: str, status: int, expected: type[errors.CognituiError]
) -> None:
    assert type(error_of(ErrorResponse(code, "whatever", status), make_profile())) is expected


CALLS = {
    "cognito-idp": (
        "InitiateAuth RespondToAuthChallenge AdminInitiateAuth AdminRespondToAuthChallenge GetTokensFromRefreshToken "
        "RevokeToken GetUser GlobalSignOut AssociateSoftwareToken VerifySoftwareToken ConfirmDevice "
        "UpdateDeviceStatus ForgetDevice ConfirmSignUp ResendConfirmationCode ForgotPassword ConfirmForgotPassword "
        "AdminSetUserPassword ListUserSessions RevokeUserSession AdminListUserSessions AdminRevokeUserSession "
        "GetClientToken GetDerivedToken ListUserPools ListUserPoolClients ListUsers ListUserPoolReplicas "
        "DescribeUserPool DescribeUserPoolClient CreateUserPoolClient AdminCreateUser AdminGetUser "
        "ListUserPoolClientSecrets AddUserPoolClientSecret DeleteUserPoolClientSecret"
    ),
    "cognito-identity": "GetId GetCredentialsForIdentity",
}
"""All calls that the program makes."""


@pytest.mark.parametrize("service", CALLS)
def test_every_exception_of_every_call_has_its_row(service: str) -> None:
    model = botocore.session.get_session().get_service_model(service)
    raised = {shape.name for call in CALLS[service].split() for shape in model.operation_model(call).error_shapes}

    assert raised - {code for code, _, _ in TABLE} == set()


def test_a_page_of_a_gateway_is_not_shown() -> None:
    error = error_of(ErrorResponse("502", "<html><body>Bad Gateway</body></html>", 502), make_profile())

    assert "<html>" not in error.cause
    assert "502" in error.cause


def test_a_triggers_message_is_shown_as_it_is() -> None:
    said = "PreAuthentication failed with error: not on Sundays"

    assert said in error_of(ErrorResponse("UserLambdaValidationException", said, 400), make_profile()).cause


def test_a_message_with_escapes_is_inert() -> None:
    error = error_of(ErrorResponse("UserLambdaValidationException", "\x1b[2J\u202egone", 400), make_profile())

    assert error.cause.isprintable()


@pytest.mark.parametrize(
    ("code", "message", "fix"),
    [
        ("LimitExceededException", "Attempt limit exceeded, please try after some time.", "wait an hour"),
        ("TooManyFailedAttemptsException", "Too many failed attempts", "wait an hour"),
        ("LimitExceededException", "Exceeded daily email limit for the operation or the account.", "Wait a day"),
        ("LimitExceededException", "Maximum number of clients", "quota"),
        (NOT_AUTHORIZED, "Password attempts exceeded", "15"),
    ],
)
def test_a_limit_says_how_long_to_wait_or_what_is_used_up(code: str, message: str, fix: str) -> None:
    assert fix in error_of(ErrorResponse(code, message, 400), make_profile()).fix


def test_a_refusal_in_words_that_are_not_known_is_reported_in_them_and_asks_for_no_password() -> None:
    error = error_of(
        ErrorResponse(NOT_AUTHORIZED, "Something that nobody has seen yet", 400), make_profile("dev/alice")
    )

    assert error.title == "Cognito refused"
    assert error.cause == "dev/alice: Something that nobody has seen yet."
    assert not isinstance(error, errors.WrongCredentials)
    assert error.remedy == ""


def test_a_flow_that_is_not_enabled_is_named_with_one_to_try() -> None:
    error = error_of(ErrorResponse(INVALID, "USER_SRP_AUTH is not enabled for the client.", 400), make_profile())

    assert "USER_SRP_AUTH" in error.cause
    assert 'flow = "USER_PASSWORD_AUTH"' in error.fix


def test_a_triggers_words_about_a_flow_are_the_triggers_own() -> None:
    response = ErrorResponse(
        "UserLambdaValidationException", "PreAuth failed: the sign-in flow is not allowed for contractors.", 400
    )

    error = error_of(response, make_profile())

    assert isinstance(error, errors.TriggerRefused)
    assert "contractors" in error.cause


def test_a_client_without_refresh_tokens_is_not_blamed_on_the_profiles_flow() -> None:
    response = ErrorResponse("InvalidParameterException", "REFRESH_TOKEN_AUTH flow not enabled for this client", 400)

    error = error_of(response, make_profile())

    assert isinstance(error, errors.FlowNotEnabled)
    assert "USER_SRP_AUTH" not in error.cause + error.fix


EMULATOR = make_profile("dev/alice", endpoint_url="http://localhost:9229")

LACKS_A_FLOW = [
    ("Unsupported", "Cognito Local unsupported feature: InitAuth with AuthFlow={flow}", 500),
    ("InvalidParameterException", "Unsupported AuthFlow: {flow}", 400),
    (
        "InvalidParameterException",
        "1 validation error detected: Value '{flow}' at 'authFlow' failed to satisfy constraint: Member must be …",
        400,
    ),
]
"""What cognito-local, ministack and moto answer."""


@pytest.mark.parametrize("flow", [Flow.USER_SRP_AUTH, Flow.USER_AUTH, Flow.CUSTOM_AUTH])
@pytest.mark.parametrize(("code", "message", "status"), LACKS_A_FLOW, ids=["cognito-local", "ministack", "moto"])
def test_a_flow_that_an_emulator_lacks_leads_to_one_that_it_has(
    code: str, message: str, status: int, flow: Flow
) -> None:
    profile = make_profile("dev/alice", endpoint_url="http://localhost:9229", flow=flow)

    error = error_of(ErrorResponse(code, message.format(flow=flow.value), status), profile)

    assert type(error) is errors.FlowNotEnabled
    assert error.cause == f"dev/alice: the server at http://localhost:9229 does not support {flow.value}."
    assert error.fix == 'Set flow = "USER_PASSWORD_AUTH" in the profile.'


def test_a_server_that_lacks_the_password_flow_may_have_srp() -> None:
    profile = make_profile(endpoint_url="http://localhost:9229", flow=Flow.USER_PASSWORD_AUTH)

    error = error_of(
        ErrorResponse("Unsupported", "unsupported feature: InitAuth with AuthFlow=USER_PASSWORD_AUTH", 500), profile
    )

    assert error.fix == 'Set flow = "USER_SRP_AUTH" in the profile.'


@pytest.mark.parametrize(
    ("code", "message", "status"),
    [
        ("Unsupported", 'Cognito Local unsupported feature: Unsupported x-amz-target header "GetTokens"', 500),
        ("501", "Not Implemented", 501),
        ("NotImplementedException", "The action has not been implemented", 501),
    ],
)
def test_a_call_that_an_emulator_lacks_is_no_outage_of_the_service(code: str, message: str, status: int) -> None:
    error = error_of(ErrorResponse(code, message, status), EMULATOR)

    assert type(error) is errors.OperationUnknown
    assert error.fix == "Check endpoint_url: the server there does not implement all of Cognito."


def test_a_page_of_an_emulator_may_mean_that_it_lacks_the_call() -> None:
    response = ErrorResponse("500", "Internal Server Error", 500)

    assert error_of(response, make_profile()).fix == "Wait a moment, then try again."
    assert error_of(response, EMULATOR).fix == (
        "Try again. If it stays so, the server at endpoint_url lacks this part of Cognito."
    )


@pytest.mark.parametrize(
    "secret",
    [
        make_jwt({"sub": "alice"}),
        f"eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ.{'a' * 40}",
        "r" * 300,
        secret_hash("alice", "client", "secret"),
    ],
    ids=["JWT", "encrypted JWT", "opaque", "SECRET_HASH"],
)
def test_a_refusal_that_repeats_what_was_sent_shows_none_of_it(secret: str) -> None:
    """moto refuses an access token or a hash with the very value as the message."""
    whole = error_of(ErrorResponse("NotAuthorizedException", secret, 400), make_profile())
    quoted = error_of(ErrorResponse("InvalidParameterException", f"Value '{secret}' failed", 400), make_profile())

    assert whole.cause == "dev/alice: (hidden)."
    assert quoted.cause == "dev/alice: Value '(hidden)' failed."


def test_names_of_iam_and_pools_are_no_secrets() -> None:
    message = (
        "User: arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/a@x.com "
        "is not authorized to perform: cognito-idp:ListUsers on resource: "
        "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEf123"
    )

    assert message in error_of(ErrorResponse("AccessDeniedException", message, 400), make_profile()).cause


REPLICA = make_profile(region="eu-central-1")


def test_what_a_replica_does_not_do_names_the_primary_region() -> None:
    refused = error_of(ErrorResponse("OperationNotEnabledException", "Operation is not enabled.", 400), REPLICA)

    assert isinstance(refused, errors.NotInThisPool)
    assert "set region to eu-west-1, or remove it" in refused.fix


def test_a_pool_that_is_not_found_in_a_replicas_region_may_have_no_replica_there() -> None:
    missing = ErrorResponse("ResourceNotFoundException", "User pool client 1h57 does not exist.", 400)

    assert "may have no replica in eu-central-1" in error_of(missing, REPLICA).fix
    assert "replica" not in error_of(missing, make_profile()).fix


def test_a_call_that_aws_lacks_is_not_blamed_on_an_endpoint() -> None:
    response = ErrorResponse("UnknownOperationException", "", 400)

    error = error_of(response, make_profile(user_pool_id="eu-west-1_AbC"))

    assert error.fix == "AWS does not have this in eu-west-1 yet: try again later."
    assert "endpoint_url" in error_of(response, make_profile(endpoint_url="http://127.0.0.1:4566")).fix
