"""AWS Secrets Manager: the values of secrets, read by signed calls."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from cognitui.cognito.transport import RequestEvents, Transport
from cognitui.model.aws import DEFAULT_AWS_PROFILE, is_aws
from cognitui.model.errors import (
    CognituiError,
    LimitReached,
    PermissionMissing,
    PoolOrClientNotFound,
    Refused,
    SecretSourceUnusable,
    UsageError,
)
from cognitui.model.profile import Environment, Profile, ProfileFields, is_loopback
from cognitui.model.secret import SecretKind
from cognitui.model.secret_source import SecretSource
from cognitui.model.text import inert

SERVICE = "secretsmanager"

_ENDPOINT = "AWS_ENDPOINT_URL_SECRETS_MANAGER"
"""AWS SDKs and Tools Reference Guide, "Service-specific endpoints"."""


class SecretsManager:
    """Reads secrets; `SecretReader` in `tokens/interfaces.py`. Nothing is kept. Threads may share it."""

    def __init__(self, transport: Transport, environ: Mapping[str, str], events: RequestEvents | None = None) -> None:
        """Store the parts.

        Args:
            transport: Makes the calls, with the IAM credentials of a profile's `aws_profile`.
            environ: The environment of the process, which may name another endpoint.
            events: The hook before each request.
        """
        self._transport = transport
        self._environ = environ
        self._events = events or RequestEvents()

    def read(self, profile: Profile, source: SecretSource) -> str:
        """Call GetSecretValue; return the SecretString.

        The Region is that of the ARN or, for a name, the profile's.

        Raises:
            SecretSourceUnusable: There is no such secret, it is deleted, cannot be decrypted or is binary.
            PermissionMissing: IAM does not allow it.
            AwsCredentialsUnusable: There are no IAM credentials.
            Unreachable: No network, or no proper answer.
        """
        self._events.before(profile, f"value of {source.shown}")
        caller = self._caller(profile, source)
        try:
            answer = self._transport.call_service(caller, SERVICE, "GetSecretValue", {"SecretId": source.name})
        except CognituiError as error:
            raise _error_of(error, profile, source, caller) from None
        value = answer.get("SecretString")
        if isinstance(value, str):
            return value
        raise SecretSourceUnusable(
            f"{inert(profile.id)}: {source.shown} has no text: its value is binary.",
            fix="Store the client secret there as text (SecretString).",
        )

    def _caller(self, profile: Profile, source: SecretSource) -> Profile:
        """Return a profile for the call: the same credentials, at the Region and endpoint of the secret."""
        fields = ProfileFields(
            region=source.region or profile.region or None,
            endpoint_url=self._endpoint(profile) or None,
            aws_profile=profile.fields.aws_profile,
        )
        return Profile(environment=Environment(name=profile.environment.name), name=profile.name, own=fields)

    def _endpoint(self, profile: Profile) -> str:
        """Return an emulator's or a VPC's endpoint; empty for AWS's own.

        An emulator on this machine has both services at one address. Another server of the profile is no reason to ask
        it for a secret of the AWS account.
        """
        if named := self._environ.get(_ENDPOINT, ""):
            parts = _split(named)
            if not (parts and (parts[0] == "https" or (parts[0] == "http" and is_loopback(parts[1])))):
                raise UsageError(
                    f"{_ENDPOINT} is neither an https address nor an http one on this machine.",
                    fix="Fix it or unset it: IAM credentials sign what is sent there.",
                )
            return named
        endpoint = profile.fields.endpoint_url or ""
        parts = _split(endpoint)
        return endpoint if parts and not is_aws(endpoint) and is_loopback(parts[1]) else ""


def _split(url: str) -> tuple[str, str] | None:
    """Return scheme and host of an address, or None if it has none or holds a password."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    return (parts.scheme, host) if host and "@" not in parts.netloc else None


def _error_of(error: CognituiError, profile: Profile, source: SecretSource, caller: Profile) -> CognituiError:
    """Return the error with what to do about a secret; the words of AWS are about the call and hold no value."""
    id_, name = inert(profile.id), inert(profile.fields.aws_profile or DEFAULT_AWS_PROFILE, 60)
    said = error.cause.removeprefix(f"{id_}: ")
    match error:
        case PoolOrClientNotFound():
            return SecretSourceUnusable(
                f"{id_}: {source.shown} does not exist in {inert(caller.region) or 'its Region'}. {said}",
                fix="Check client_secret_from, aws_profile and the Region. If Cognito no longer keeps the client "
                f"secret there, remove client_secret_from and store it: cognitui secret set {id_} "
                f"{SecretKind.CLIENT_SECRET.value}",
            )
        case PermissionMissing():
            return PermissionMissing(
                error.cause,
                fix=f"Have an AWS administrator allow secretsmanager:GetSecretValue for it to the AWS profile {name}, "
                "or set another aws_profile in the profile.",
            )
        case LimitReached():
            return error
        case Refused():
            return SecretSourceUnusable(
                f"{id_}: {source.shown} cannot be read. {said}",
                fix="Restore it if it is scheduled for deletion, and have kms:Decrypt allowed for its key.",
            )
    return error
