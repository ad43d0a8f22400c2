"""Signed calls for no profile of ours: by IAM credentials, in a region. Their errors name the credentials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cognitui.cognito.caller import Call, Caller
from cognitui.model.aws import DEFAULT_AWS_PROFILE, AwsPlace
from cognitui.model.errors import AwsCredentialsUnusable, CognituiError, PermissionMissing, PoolOrClientNotFound
from cognitui.model.profile import Environment, Profile, ProfileFields
from cognitui.model.text import inert

if TYPE_CHECKING:
    from cognitui.cognito.caller import TokenServiceCall


class AdminCaller:
    """Makes them; see `Caller` for repeats and outages."""

    def __init__(self, caller: Caller) -> None:
        """Takes how Cognito is called."""
        self._caller = caller

    def call(self, place: AwsPlace, operation: str, call: Call, *, repeat: bool = True) -> Mapping[str, object]:
        """Returns what an operation answers.

        Args:
            place: Whose credentials, which region.
            operation: As IAM calls it: ListUsers.
            call: What is called.
            repeat: False for what would be made a second time where the answer was lost.

        Raises:
            AwsCredentialsUnusable: There are none, or they have expired.
            PermissionMissing: IAM does not allow the operation.
            Refused: Cognito said no.
            Unreachable: No network, or no proper answer.
        """
        profile = _profile_of(place)
        try:
            return self._caller.call(profile, call, repeat=repeat, signed=True)
        except CognituiError as error:
            raise _told(error, profile, place, f"cognito-idp:{operation}") from None

    def require_credentials(self, aws_profile: str) -> None:
        """Looks for credentials without a call to Cognito; raises AwsCredentialsUnusable or Unreachable."""
        self._caller.require_credentials(aws_profile)

    def call_token_service(self, place: AwsPlace, call: TokenServiceCall) -> Mapping[str, object]:
        """Returns what an operation of STS answers; raises as `call` does."""
        profile = _profile_of(place)
        try:
            return self._caller.call_token_service(profile, call)
        except CognituiError as error:
            raise _told(error, profile, place, "sts:GetCallerIdentity") from None


def _profile_of(place: AwsPlace) -> Profile:
    fields = ProfileFields(
        region=place.region or None, endpoint_url=place.endpoint_url or None, aws_profile=place.aws_profile
    )
    return Profile(environment=Environment(name="AWS"), name=place.aws_profile, own=fields)


def _told(error: CognituiError, profile: Profile, place: AwsPlace, permission: str) -> CognituiError:
    """Returns the same error in the words of someone who has no profile of ours."""
    name = inert(place.aws_profile, 60)
    said = _without_id(error.cause, f"{inert(profile.id)}: ")
    match error:
        case PermissionMissing():
            return PermissionMissing(
                said, fix=f"Have an AWS administrator allow {permission} to the AWS profile {name}."
            )
        case AwsCredentialsUnusable() if error.fix == AwsCredentialsUnusable.default_fix:
            # AWS refused what they signed.
            named = "" if place.aws_profile == DEFAULT_AWS_PROFILE else f" --profile {name}"
            return AwsCredentialsUnusable(
                said, fix=f"Renew them (aws sso login{named}), or set some up (aws configure{named})."
            )
        case PoolOrClientNotFound():
            return PoolOrClientNotFound(said, fix="Check the region, the pool's id and the client's id.")
    return type(error)(said, fix=error.fix)


def _without_id(cause: str, id_: str) -> str:
    """The rest of a sentence that began with an id begins with a capital letter; any other stays as it is."""
    if not cause.startswith(id_):
        return cause
    rest = cause.removeprefix(id_)
    return f"{rest[:1].upper()}{rest[1:]}"
