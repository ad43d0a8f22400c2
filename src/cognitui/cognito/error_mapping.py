"""Mapping of Cognito's errors, and of answers that did not come, to ours: each with a cause and a fix.

The exception names are those of botocore's service model. Messages are matched as well, because NotAuthorizedException
has a dozen different meanings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cognitui.model import errors
from cognitui.model.errors import AnswerLost, CognituiError, ServiceFault, Unreachable
from cognitui.model.profile import Flow, Profile, foreign_endpoint
from cognitui.model.text import inert

_LONGEST_MESSAGE = 400


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """An error that Cognito answered with."""

    code: str
    """The exception's name, `NotAuthorizedException`; the HTTP status if there is none."""
    message: str
    status: int


_BY_MESSAGE: tuple[tuple[re.Pattern[str], type[CognituiError]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), error)
    for pattern, error in (
        # Only an app client has a secret in these calls. The words differ by operation: "secret hash", "secret".
        (r"not configured (for|with) (a )?secret", errors.ClientSecretUnwanted),
        (r"secret.*(not received|missing|required)|(missing|required).*secret", errors.ClientSecretMissing),
        (r"secret", errors.ClientSecretWrong),
        # Of a step-up. AWS documents the refusals and not their words, so these are loose.
        (r"already.*(satisf|reach|meets|acr|level)", errors.LevelAlreadyReached),
        (r"(factor|method)s?\b.*\b(acr|level)|\b(acr|level)\b.*(factor|method)", errors.MfaNotSetUp),
        (r"incorrect username or password|user does not exist", errors.WrongCredentials),
        (r"user is disabled", errors.UserDisabled),
        (r"attempts exceeded", errors.AttemptsExceeded),
        (r"security reasons", errors.SignInBlocked),
        (r"temporary password has expired|must be reset by an administrator", errors.TemporaryPasswordExpired),
        (r"session", errors.SessionExpired),
        (r"refresh token.*expired", errors.RefreshTokenSpent),
        (r"refresh token", errors.RefreshTokenDead),
        (r"required scopes", errors.ScopeMissing),
        (
            r"supported provider of this identity pool|issuer doesn't match|unauthenticated access is not supported",
            errors.IdentityPoolRefused,
        ),
        (r"access ?token|login token|logins don't match", errors.TokenRefused),
        (r"code mismatch", errors.CodeWrong),
        # Of the calls about accounts, which bring no password either.
        (r"cannot be (confirmed|reset)|cannot reset password|no registered", errors.Refused),
    )
)
"""The messages of NotAuthorizedException and InvalidParameterException, the more specific first."""

_BY_CODE: dict[str, type[CognituiError]] = {
    "UserNotFoundException": errors.UserNotFound,
    "UserNotConfirmedException": errors.UserNotConfirmed,
    "PasswordResetRequiredException": errors.PasswordResetRequired,
    "InvalidPasswordException": errors.NewPasswordRejected,
    "PasswordHistoryPolicyViolationException": errors.NewPasswordRejected,
    "CodeMismatchException": errors.CodeWrong,
    "EnableSoftwareTokenMFAException": errors.CodeWrong,
    "ExpiredCodeException": errors.CodeWrong,
    "CodeDeliveryFailureException": errors.Refused,
    "AliasExistsException": errors.AliasTaken,
    "MFAMethodNotFoundException": errors.MfaNotSetUp,
    "SoftwareTokenMFANotFoundException": errors.MfaNotSetUp,
    "ResourceNotFoundException": errors.PoolOrClientNotFound,
    "TooManyRequestsException": errors.Throttled,
    "TooManyFailedAttemptsException": errors.AttemptsExceeded,
    "ThrottlingException": errors.Throttled,
    "LimitExceededException": errors.LimitReached,
    "ConcurrentModificationException": errors.Throttled,
    "ResourceConflictException": errors.Throttled,
    "InternalErrorException": errors.ServiceFault,
    # Of the calls about client secrets.
    "InternalServerException": errors.ServiceFault,
    "ServiceUnavailable": errors.ServiceFault,
    "ForbiddenException": errors.BlockedByFirewall,
    "UserLambdaValidationException": errors.TriggerRefused,
    "UnexpectedLambdaException": errors.PoolMisconfigured,
    "InvalidLambdaResponseException": errors.PoolMisconfigured,
    "InvalidUserPoolConfigurationException": errors.PoolMisconfigured,
    "InvalidSmsRoleAccessPolicyException": errors.PoolMisconfigured,
    "InvalidSmsRoleTrustRelationshipException": errors.PoolMisconfigured,
    "InvalidEmailRoleAccessPolicyException": errors.PoolMisconfigured,
    "OperationNotEnabledException": errors.NotInThisPool,
    "FeatureUnavailableInTierException": errors.NotInThisPool,
    "UnsupportedOperationException": errors.NotInThisPool,
    "UnknownOperationException": errors.OperationUnknown,
    # cognito-local and moto, with HTTP status 500 and 501.
    "Unsupported": errors.OperationUnknown,
    "NotImplementedException": errors.OperationUnknown,
    "RefreshTokenReuseException": errors.RefreshTokenSpent,
    "DeviceKeyExistsException": errors.Refused,
    "UsernameExistsException": errors.Refused,
    "UnsupportedTokenTypeException": errors.TokenRefused,
    "InvalidIdentityPoolConfigurationException": errors.PoolMisconfigured,
    "ExternalServiceException": errors.ServiceFault,
    # Of signed calls: AWS, "Common errors".
    "AccessDeniedException": errors.PermissionMissing,
    "UnrecognizedClientException": errors.AwsCredentialsUnusable,
    "InvalidSignatureException": errors.AwsCredentialsUnusable,
    "MissingAuthenticationTokenException": errors.AwsCredentialsUnusable,
    "ExpiredTokenException": errors.AwsCredentialsUnusable,
    "IncompleteSignature": errors.AwsCredentialsUnusable,
    "IncompleteSignatureException": errors.AwsCredentialsUnusable,
    # STS, whose protocol has other names for the same.
    "InvalidClientTokenId": errors.AwsCredentialsUnusable,
    "SignatureDoesNotMatch": errors.AwsCredentialsUnusable,
    "MissingAuthenticationToken": errors.AwsCredentialsUnusable,
    "ExpiredToken": errors.AwsCredentialsUnusable,
    "AccessDenied": errors.PermissionMissing,
}

_OF_MANY = ("NotAuthorizedException", "InvalidParameterException", "UnauthorizedException")
"""Exceptions with many meanings: their messages say which."""

_MAY_LACK_FLOW = ("Unsupported", "InvalidParameterException")

_UNCLEAR: dict[str, type[CognituiError]] = {
    "NotAuthorizedException": errors.NotAuthorized,
    "InvalidParameterException": errors.InputRejected,
    "UnauthorizedException": errors.Refused,
}
"""Their meaning if the message is not known."""

_NO_FLOW = r"(\bflow\b|_AUTH\b).*not (enabled|supported|allowed)"

_LACKS_FLOW = re.compile(r"AuthFlow ?[=:] ?(?P<named>\w+)|Value '(?P<value>\w+)' at 'authFlow' failed")
"""A server that does not know the flow at all: cognito-local and ministack, and AWS's wording, which moto has, too."""

_OTHER_FLOW = {Flow.USER_SRP_AUTH: Flow.USER_PASSWORD_AUTH, Flow.USER_PASSWORD_AUTH: Flow.USER_SRP_AUTH}


_SECRET = re.compile(r"eyJ[\w-]*(?:\.[\w-]*)+|[\w.+/=-]{100,}|\b[A-Za-z0-9+/]{43}=")
"""A token or a hash: moto refuses a token or a SECRET_HASH in no other words than that very value."""

_BY_THE_HOUR = "Cognito counts such attempts of a user by the hour: wait an hour, then try again."
"""AWS, "Quotas in Amazon Cognito": 5 to 20 forgotten passwords or their codes, 5 codes sent again, 15 confirmations."""

_FIXES = {
    "CodeDeliveryFailureException": "Ask for another code in a while, or ask the pool's admin how it sends messages.",
    "FeatureUnavailableInTierException": "This needs the feature plan Essentials or Plus: ask the pool's admin.",
    "OperationNotEnabledException": "Ask the pool's admin to enable it: the pool or its replica has it switched off.",
    "RefreshTokenReuseException": "Another program used this refresh token: sign in again.",
    "TooManyFailedAttemptsException": _BY_THE_HOUR,
}
"""Fixes for exceptions that need another one than their error's own."""

_FIXES_OF_LIMITS = (
    (r"attempt", _BY_THE_HOUR),
    # AWS, "Quotas in Amazon Cognito": 50 e-mails a day without Amazon SES of one's own.
    (r"daily", "Wait a day, or have the pool's admin send messages by Amazon SES."),
)
"""LimitExceededException means quotas as well."""

_FIXES_BY_MESSAGE = (
    (r"already.*(satisf|reach|meets|acr|level)", ""),
    (
        r"(factor|method)s?\b.*\b(acr|level)|\b(acr|level)\b.*(factor|method)",
        "Ask for a lower level, or set up a second factor for the user.",
    ),
    (
        r"\bacr\b|_ACR_",
        "Check acr_values: write levels as urn:cognito:loa:3, or by the names that the pool gave them.",
    ),
    (r"current status is confirmed", "The account is in order already: sign in again."),
    (r"cannot be (confirmed|reset)|cannot reset password|no registered", "Only the pool's admin can help this user."),
)


_AT_REPLICAS = {
    "OperationNotEnabledException": "The replica in {region} does not do this. The primary region of the pool does: "
    "set region to {primary}, or remove it.",
    "ResourceNotFoundException": "Check region: the pool was made in {primary}, and may have no replica in {region}.",
}
"""AWS, "Multi-Region replication": a secondary only signs users in, refreshes, revokes and reads."""


def error_of(response: ErrorResponse, profile: Profile) -> CognituiError:
    """Return the error, with a cause that contains the profile and Cognito's own message."""
    if response.code in _MAY_LACK_FLOW and (lacking := _LACKS_FLOW.search(response.message)):
        return _flow_lacking(profile, lacking["named"] or lacking["value"])
    if response.code in _OF_MANY and re.search(_NO_FLOW, response.message, re.IGNORECASE):
        return _flow_not_enabled(profile, refreshing="REFRESH_TOKEN" in response.message)
    return _class_of(response)(_cause(response, profile), fix=_fix(response, profile))


def _class_of(response: ErrorResponse) -> type[CognituiError]:
    if response.code in _OF_MANY:
        known = next((error for pattern, error in _BY_MESSAGE if pattern.search(response.message)), None)
        if known is not None:
            return known
        return _UNCLEAR[response.code]
    if response.code == "ResourceNotFoundException" and re.search(r"\bdevice\b", response.message, re.IGNORECASE):
        return errors.DeviceUnknown
    if (known := _BY_CODE.get(response.code)) is not None:
        return known
    if response.status == 403:
        return errors.BlockedByFirewall
    if response.status == 429:
        return errors.Throttled
    if response.status == 501:
        return errors.OperationUnknown
    return errors.ServiceFault if response.status >= 500 or response.code.isdecimal() else errors.Refused


def _cause(response: ErrorResponse, profile: Profile) -> str:
    said = inert(_SECRET.sub("(hidden)", " ".join(response.message.split())), _LONGEST_MESSAGE)
    if response.code.isdecimal() or said in ("", "Unknown"):
        # Without a name it is no answer of Cognito's, but a page of a proxy or a gateway.
        status = str(response.status)
        said = f"the server answered with HTTP {status} {inert(response.code, 80).removeprefix(status)}"
    if response.code == "RefreshTokenReuseException":
        said = f"another program has used this refresh token: {said}"
    return f"{inert(profile.id)}: {said.rstrip(' .')}."


def _fix(response: ErrorResponse, profile: Profile) -> str:
    """Return a fix if the cause needs another one than the error's own."""
    if response.code.isdecimal() and response.status >= 500 and response.status != 501 and foreign_endpoint(profile):
        # moto answers a call that it lacks with a page and status 500.
        return "Try again. If it stays so, the server at endpoint_url lacks this part of Cognito."
    if response.code == "ResourceNotFoundException" and response.message.startswith("IdentityPool"):
        return "Check identity_pool_id in the profile; its first part is its region."
    if _class_of(response) is errors.OperationUnknown and not foreign_endpoint(profile):
        return f"AWS does not have this in {inert(profile.region) or 'this Region'} yet: try again later."
    if profile.is_replica and response.code in _AT_REPLICAS:
        return _AT_REPLICAS[response.code].format(region=inert(profile.region), primary=profile.primary_region)
    by_message = {**dict.fromkeys(_OF_MANY, _FIXES_BY_MESSAGE), "LimitExceededException": _FIXES_OF_LIMITS}
    if (fixes := by_message.get(response.code)) is not None:
        return next((fix for pattern, fix in fixes if re.search(pattern, response.message, re.IGNORECASE)), "")
    return _FIXES.get(response.code, "")


def _flow_not_enabled(profile: Profile, *, refreshing: bool) -> CognituiError:
    if refreshing:
        return errors.FlowNotEnabled(
            f"The app client of {inert(profile.id)} does not allow refresh tokens.",
            fix="Sign in again, or have the pool's admin enable ALLOW_REFRESH_TOKEN_AUTH.",
        )
    other = _OTHER_FLOW.get(profile.flow, Flow.USER_SRP_AUTH)
    return errors.FlowNotEnabled(
        f"The app client of {inert(profile.id)} does not allow {profile.flow.value}.",
        fix=f'Set flow = "{other.value}" in the profile, or have the pool\'s admin enable ALLOW_{profile.flow.value}.',
    )


def _flow_lacking(profile: Profile, flow: str) -> CognituiError:
    server = f"the server at {inert(endpoint)}" if (endpoint := foreign_endpoint(profile)) else "Cognito"
    cause = f"{inert(profile.id)}: {server} does not support {inert(flow)}."
    if flow.startswith("REFRESH_TOKEN"):
        return errors.FlowNotEnabled(cause, fix="Sign in again.")
    # The one flow that every emulator has.
    other = Flow.USER_SRP_AUTH if flow == Flow.USER_PASSWORD_AUTH else Flow.USER_PASSWORD_AUTH
    return errors.FlowNotEnabled(cause, fix=f'Set flow = "{other.value}" in the profile.')


# Errors for answers that did not come. No sentence begins with a host: it would get a capital letter.


_CHECK_SERVER = "Check that the server is running, and endpoint_url."


def out_of_reach(host: str, *, own: bool = False) -> Unreachable:
    """Return the error for a connection that is not accepted.

    Args:
        host: The server.
        own: Whether it is not a server of AWS, such as an emulator of your own.
    """
    return Unreachable(f"The server {host} cannot be reached.", fix=_CHECK_SERVER if own else "")


def silent(host: str, *, own: bool = False) -> Unreachable:
    """Return the error for a connection without an answer; see `out_of_reach`."""
    return Unreachable(f"The server {host} does not answer.", fix=_CHECK_SERVER if own else "")


def broken_off(host: str) -> AnswerLost:
    """Return the error for an answer that breaks off."""
    return AnswerLost(f"The server {host} broke the answer off.")


def behind_a_proxy(host: str) -> Unreachable:
    """Return the error for a proxy that cannot be reached; its address may contain a password, and is not shown."""
    return Unreachable(f"The proxy in front of {host} cannot be reached.", fix="Check HTTPS_PROXY and NO_PROXY.")


def not_trusted(host: str) -> Unreachable:
    """Return the error for a certificate that is not trusted."""
    return Unreachable(
        f"The certificate of {host} is not trusted.",
        fix="Behind a proxy that opens TLS, set AWS_CA_BUNDLE to its certificate; else check the clock.",
    )


def too_slow(host: str) -> Unreachable:
    """Return the error for an answer that is not complete in time."""
    return Unreachable(
        f"The server {host} answers too slowly.", fix="Check the network and HTTPS_PROXY, then try again."
    )


def too_long(host: str) -> AnswerLost:
    """Return the error for an answer that is too long."""
    return AnswerLost(
        f"The answer of {host} is too long.", fix="Check endpoint_url, domain and HTTPS_PROXY: this is not Cognito."
    )


def a_web_page(host: str, status: int) -> ServiceFault:
    """Return the error for a web page of a proxy, or of a network's sign-in."""
    return ServiceFault(
        f"The server {host} answered with a web page (HTTP {status}).",
        fix="A proxy or the sign-in page of a network answers instead: check HTTPS_PROXY, or sign in there.",
    )


def unreadable(host: str) -> AnswerLost:
    """Return the error for an answer that is not in the form of AWS's services."""
    return AnswerLost(
        f"The answer of {host} is cut off or in another form than that of AWS.",
        fix="Check HTTPS_PROXY, the region and endpoint_url, then try again.",
    )
