"""What botocore raises where no answer came -> Unreachable, with a cause that names whom it could not reach."""

from __future__ import annotations

from urllib.parse import urlsplit

from cognitui.cognito import silence
from cognitui.cognito.credential_tool import ToolFailed
from cognitui.cognito.credentials import why_unusable
from cognitui.cognito.silence import behind_a_proxy, broken_off, not_trusted, out_of_reach, silent
from cognitui.model.aws import DEFAULT_AWS_PROFILE
from cognitui.model.aws_hosts import domain_of
from cognitui.model.errors import AwsCredentialsUnusable, CognituiError, UsageError
from cognitui.model.profile import Profile, identity_region
from cognitui.model.text import inert

USER_POOLS = "cognito-idp"
IDENTITY_POOLS = "cognito-identity"
TOKEN_SERVICE = "sts"
"""The services, as their hosts are named."""


def outage_of(error: Exception, profile: Profile, service: str = USER_POOLS) -> CognituiError:
    """Returns the error for one of botocore's own; none of its text is taken over, as it may echo what was sent."""
    from botocore import exceptions

    host = _host(profile, service)
    match error:
        case exceptions.ProxyConnectionError():
            return behind_a_proxy(host)
        case exceptions.SSLError():
            return not_trusted(host)
        case exceptions.ConnectTimeoutError() | exceptions.EndpointConnectionError():
            return out_of_reach(host)
        case exceptions.ReadTimeoutError():
            return silent(host)
        case exceptions.ConnectionClosedError():
            return broken_off(host)
        case (
            exceptions.NoCredentialsError()
            | exceptions.PartialCredentialsError()
            | exceptions.CredentialRetrievalError()
            | exceptions.SSOError()
            | exceptions.MissingDependencyException()
            | exceptions.TokenRetrievalError()
            | exceptions.ConfigParseError()
            | ToolFailed()
        ):
            return _unusable_credentials(profile, error)
        case exceptions.ParamValidationError():
            return UsageError(
                f"{inert(profile.id)} has a value that Cognito cannot take.",
                fix="Check username, client id and secrets: none may be empty or of a wrong form.",
            )
        case exceptions.HTTPClientError():
            return out_of_reach(host)
    if any(kind.__name__ == "LoginError" for kind in type(error).__mro__):
        # By name: it came with botocore 1.41.3.
        return _unusable_credentials(profile, error)
    return UsageError(
        f"{inert(profile.id)}: the AWS set-up of this machine stands in the way ({type(error).__name__}).",
        fix="Check the region of the profile and the files in ~/.aws.",
    )


def unreadable(profile: Profile, service: str = USER_POOLS) -> CognituiError:
    """Returns the error for an answer that is not in Cognito's form: a page of a proxy, or one cut off."""
    return silence.unreadable(_host(profile, service))


def _unusable_credentials(profile: Profile, error: Exception) -> CognituiError:
    name = profile.fields.aws_profile or DEFAULT_AWS_PROFILE
    what, fix = why_unusable(error, name)
    return AwsCredentialsUnusable(f"{inert(profile.id)}: the AWS profile {inert(name, 60)} {what}.", fix=fix)


def _host(profile: Profile, service: str) -> str:
    url = profile.fields.endpoint_url
    if url:
        return inert(urlsplit(url).netloc)
    region = profile.region if service == USER_POOLS else identity_region(profile)
    return f"{service}.{inert(region)}.{domain_of(region)}"
