"""AWS account: its user pools, app clients and users, listed by signed calls."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from cognitui.cognito.credentials import bare_session, what_is_wrong
from cognitui.cognito.transport import Transport
from cognitui.model.authentication_level import LEVELS
from cognitui.model.aws import (
    DEFAULT_AWS_PROFILE,
    HIDDEN_SECRET,
    AwsPlace,
    ClientDetails,
    ClientEntry,
    Page,
    PoolDetails,
    PoolEntry,
    UserEntry,
    pool_domain,
)
from cognitui.model.errors import (
    AwsCredentialsUnusable,
    CognituiError,
    PermissionMissing,
    PoolOrClientNotFound,
    UsageError,
)
from cognitui.model.profile import Environment, Profile, ProfileFields
from cognitui.model.secret_source import SECRETS_MANAGER
from cognitui.model.struct import replace
from cognitui.model.text import inert

SecretProbe = Callable[[Profile], bool | None]
"""Returns whether an app client has a secret; None if Cognito does not say."""


def does_not_say(_profile: Profile) -> None:
    """Return None."""


_MOST_EMPTY_PAGES = 50
"""In a row; what has more of them shows the rest on demand."""


class AdminCaller:
    """Makes them; see `Transport` for repeats and outages."""

    def __init__(self, caller: Transport) -> None:
        self._caller = caller

    def call(
        self, place: AwsPlace, operation: str, parameters: Mapping[str, object], *, repeat: bool = True
    ) -> Mapping[str, object]:
        """Return what an operation of user pools answers.

        Args:
            place: Whose credentials, which region.
            operation: Its name: ListUsers.
            parameters: Its parameters, by their names in the API reference.
            repeat: False for what would be created twice if the answer was lost.

        Raises:
            AwsCredentialsUnusable: There are none, or they have expired.
            PermissionMissing: IAM does not allow the operation.
            Refused: Cognito refused.
            Unreachable: No network, or no proper answer.
        """
        profile = _profile_of(place)
        try:
            return self._caller.call(profile, operation, parameters, repeat=repeat, signed=True)
        except CognituiError as error:
            raise _without_profile(error, profile, place, f"cognito-idp:{operation}") from None

    def page(
        self,
        place: AwsPlace,
        operation: str,
        parameters: Mapping[str, object],
        after: str,
        *,
        items: str,
        mark: str = "NextToken",
    ) -> tuple[Sequence[Mapping[str, object]], str]:
        """Return the next entries of a list, and the token of the page after them; raises as `call` does.

        AWS may answer with an empty page and a token (ListUserPoolClients, say): the page after it is fetched then.

        Args:
            place: Whose credentials, which region.
            operation: Its name: ListUsers.
            parameters: Its parameters without the token.
            after: The token of the page; empty for the first one.
            items: The member with the entries: `Users`.
            mark: The member and parameter with the token.
        """
        entries: Sequence[Mapping[str, object]] = ()
        for _ in range(_MOST_EMPTY_PAGES):
            answer = self.call(place, operation, {**parameters, **({mark: after} if after else {})})
            entries, after = _tables(answer, items), _text(answer, mark)
            if entries or not after:
                break
        return entries, after

    def require_credentials(self, aws_profile: str) -> None:
        """Look for credentials without a call to Cognito; raises AwsCredentialsUnusable or Unreachable."""
        self._caller.require_credentials(aws_profile)

    def call_service(
        self, place: AwsPlace, service: str, operation: str, parameters: Mapping[str, object]
    ) -> Mapping[str, object]:
        """Return what an operation of another service of AWS answers: of `sts`; raises as `call` does."""
        profile = _profile_of(place)
        try:
            return self._caller.call_service(profile, service, operation, parameters)
        except CognituiError as error:
            raise _without_profile(error, profile, place, f"{service}:{operation}") from None


def _profile_of(place: AwsPlace) -> Profile:
    fields = ProfileFields(
        region=place.region or None, endpoint_url=place.endpoint_url or None, aws_profile=place.aws_profile
    )
    return Profile(environment=Environment(name="AWS"), name=place.aws_profile, own=fields)


def _without_profile(error: CognituiError, profile: Profile, place: AwsPlace, permission: str) -> CognituiError:
    """Return the same error without the profile's id: this user has no profile."""
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
    """Return a sentence without the id at its beginning; the rest then begins with a capital letter."""
    if not cause.startswith(id_):
        return cause
    rest = cause.removeprefix(id_)
    return f"{rest[:1].upper()}{rest[1:]}"


if TYPE_CHECKING:
    from typing import NotRequired, TypedDict

    from botocore.session import Session

    class _UsersRequest(TypedDict):
        """The parameters of ListUsers."""

        UserPoolId: str
        Limit: int
        Filter: NotRequired[str]


_PAGE = 60
"""AWS: the most that ListUserPools, ListUserPoolClients and ListUsers give at a time."""

_PARTITIONS = ("aws", "aws-us-gov", "aws-eusc")
"""Those that have user pools."""

Item = TypeVar("Item")


class AwsDirectory:
    """Nothing is kept: each page is one call, so that a pool of any size takes the memory of a page."""

    def __init__(self, caller: AdminCaller, environ: Mapping[str, str], has_secret: SecretProbe = does_not_say) -> None:
        """Store the parts.

        Args:
            caller: Makes the signed calls.
            environ: The environment of the process.
            has_secret: Finds out by an unsigned call whether an app client has a secret.
        """
        self._caller = caller
        self._environ = environ
        self._has_secret = has_secret

    def aws_profiles(self) -> tuple[str, ...]:
        """Return the profiles of ~/.aws, without a call; `default` is always among them.

        Raises:
            UsageError: The files there are invalid.
        """
        from botocore.exceptions import BotoCoreError

        try:
            found = _session().available_profiles
        except BotoCoreError as error:
            raise UsageError(
                what_is_wrong(os.environ) or f"AWS's files cannot be read ({type(error).__name__}).",
                fix="Fix that file, or name others by AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE.",
            ) from None
        return (DEFAULT_AWS_PROFILE, *sorted(name for name in found if name != DEFAULT_AWS_PROFILE))

    def require_credentials(self, aws_profile: str) -> None:
        """Look for credentials before the user chooses from lists that need them.

        Cognito is not asked; who else may be, and how long that takes, see `signing_session`.

        Raises:
            AwsCredentialsUnusable: There are none. Whether they are still valid shows at the first call.
        """
        self._caller.require_credentials(aws_profile)

    def default_region(self, aws_profile: str) -> str:
        """Return the region that the AWS set-up names for a profile, or an empty text; without a call."""
        # AWS's command line and its other SDKs know this variable; botocore does not.
        if region := self._environ.get("AWS_REGION"):
            return region
        from botocore.exceptions import BotoCoreError
        from botocore.session import Session

        try:
            session = Session(profile=None if aws_profile == DEFAULT_AWS_PROFILE else aws_profile)
            return str(session.get_config_variable("region") or "")
        except BotoCoreError:
            # The first call reports a missing profile.
            return ""

    def regions(self) -> tuple[str, ...]:
        """Return the regions that have user pools, as botocore knows them; without a call."""
        session = bare_session()
        return tuple(
            region
            for partition in _PARTITIONS
            for region in session.get_available_regions("cognito-idp", partition_name=partition)
        )

    def pools(self, place: AwsPlace, after: str = "") -> Page[PoolEntry]:
        """ListUserPools.

        Args:
            place: Whose, and where.
            after: What the page before says; empty for the first one.

        Raises:
            AwsCredentialsUnusable: There are none, or they have expired.
            PermissionMissing: IAM does not allow it.
            Refused: Cognito refused.
            Unreachable: No network, or no proper answer.
        """
        found, after = self._caller.page(place, "ListUserPools", {"MaxResults": _PAGE}, after, items="UserPools")
        pools = (PoolEntry(_text(pool, "Id"), _text(pool, "Name"), _texts(pool, "ReplicaRegions")) for pool in found)
        return Page(tuple(pools), after)

    def clients(self, place: AwsPlace, pool_id: str, after: str = "") -> Page[ClientEntry]:
        """ListUserPoolClients; raises as `pools` does."""
        request = {"UserPoolId": pool_id, "MaxResults": _PAGE}
        found, after = self._caller.page(place, "ListUserPoolClients", request, after, items="UserPoolClients")
        clients = (ClientEntry(_text(client, "ClientId"), _text(client, "ClientName")) for client in found)
        return Page(tuple(clients), after)

    def users(
        self, place: AwsPlace, pool_id: str, begins: str = "", by: str = "username", after: str = ""
    ) -> Page[UserEntry]:
        """ListUsers; raises as `pools` does.

        Args:
            place: Whose, and where.
            pool_id: The pool.
            begins: What the attribute `by` of each user begins with; empty for all users.
            by: `username`, `email` or `phone_number`: AWS filters by one of a few attributes.
            after: What the page before says; empty for the first one.
        """
        request: _UsersRequest = {"UserPoolId": pool_id, "Limit": _PAGE}
        if begins:
            request["Filter"] = f'{by} ^= "{_escaped(begins)}"'
        found, after = self._caller.page(place, "ListUsers", request, after, items="Users", mark="PaginationToken")
        return Page(tuple(map(_user, found)), after)

    def pool(self, place: AwsPlace, pool_id: str) -> PoolDetails:
        """DescribeUserPool; raises as `pools` does."""
        answer = self._caller.call(place, "DescribeUserPool", {"UserPoolId": pool_id}).get("UserPool")
        pool = answer if isinstance(answer, Mapping) else {}
        return PoolDetails(
            pool_id, _text(pool, "Name"), domain_url(place, pool_id, pool), _texts(pool, "UsernameAttributes")
        )

    def level_names(self, profile: Profile) -> Mapping[str, int]:
        """Return the own names that a profile's pool gives to authentication levels; raises as `pools` does.

        Source: AcrConfiguration in DescribeUserPool (botocore 1.44.8).
        """
        fields = profile.fields
        place = AwsPlace(fields.aws_profile or DEFAULT_AWS_PROFILE, profile.region, fields.endpoint_url or "")
        answer = self._caller.call(place, "DescribeUserPool", {"UserPoolId": profile.user_pool_id}).get("UserPool")
        levels = answer.get("AcrConfiguration") if isinstance(answer, Mapping) else None
        return _level_names(levels) if isinstance(levels, Mapping) else {}

    def client(self, place: AwsPlace, pool_id: str, client_id: str) -> ClientDetails:
        """Call DescribeUserPoolClient, which returns the secret or its ARN; raises as `pools` does.

        If it returns neither, an unsigned call shows whether the app client has a secret all the same.
        """
        answer = self._caller.call(
            place,
            "DescribeUserPoolClient",
            {"UserPoolId": pool_id, "ClientId": client_id},
        ).get("UserPoolClient")
        client = client_details(client_id, answer if isinstance(answer, Mapping) else {})
        if client.secret or client.secret_source or not self._has_hidden_secret(place, pool_id, client):
            return client
        return replace(client, secret_note=HIDDEN_SECRET)

    def _has_hidden_secret(self, place: AwsPlace, pool_id: str, client: ClientDetails) -> bool:
        fields = ProfileFields(
            region=place.region or None,
            endpoint_url=place.endpoint_url or None,
            user_pool_id=pool_id,
            client_id=client.id,
        )
        has_one = self._has_secret(Profile(environment=Environment(name="AWS"), name=client.id, own=fields))
        # AWS: an app client without a secret cannot have the flow of GetClientToken.
        return client.is_machine_only if has_one is None else has_one


def _level_names(levels: Mapping[str, object]) -> dict[str, int]:
    names = {}
    for number in LEVELS:
        level = levels.get(f"Level{number}")
        name = level.get("AcrValue") if isinstance(level, Mapping) else None
        if isinstance(name, str) and name:
            names[name] = number
    return names


def _session() -> Session:
    """Return a session without a profile: AWS_PROFILE may name one that does not exist, and none is needed here."""
    # Costs 60 ms, and only an import needs it.
    from botocore.session import Session

    return Session(session_vars={"profile": (None, None, None, None)})


def client_details(client_id: str, answer: Mapping[str, object]) -> ClientDetails:
    """Return what a UserPoolClientType says."""
    return ClientDetails(
        client_id,
        _text(answer, "ClientName"),
        _text(answer, "ClientSecret"),
        secret_source=f"{SECRETS_MANAGER}:{arn}" if (arn := _text(answer, "ClientSecretArn")) else "",
        flows=tuple(flow.removeprefix("ALLOW_") for flow in _texts(answer, "ExplicitAuthFlows")),
        # AWS: without the switch the OAuth settings are there and do nothing.
        grants=_texts(answer, "AllowedOAuthFlows") if answer.get("AllowedOAuthFlowsUserPoolClient") else (),
        scopes=_texts(answer, "AllowedOAuthScopes"),
        callback_urls=_texts(answer, "CallbackURLs"),
        identity_providers=_texts(answer, "SupportedIdentityProviders"),
    )


def _user(answer: Mapping[str, object]) -> UserEntry:
    attributes = {_text(pair, "Name"): _text(pair, "Value") for pair in _tables(answer, "Attributes")}
    return UserEntry(
        _text(answer, "Username"),
        attributes.get("email", ""),
        attributes.get("phone_number", ""),
        _text(answer, "UserStatus"),
        enabled=bool(answer.get("Enabled", True)),
        identity_provider=_identity_provider(attributes.get("identities", "")),
    )


def _identity_provider(identities: str) -> str:
    """Return the `providerName` of the attribute `identities`: of the primary one, or the first."""
    try:
        found = json.loads(identities) if identities else []
    except (ValueError, RecursionError):
        return ""
    known = [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
    # AWS writes the flag as a boolean and, in tokens, as a text.
    primary = next((one for one in known if one.get("primary") in (True, "true")), next(iter(known), {}))
    return _text(primary, "providerName")


def domain_url(place: AwsPlace, pool_id: str, answer: Mapping[str, object]) -> str:
    """Return the address of the domain in a UserPoolType, or an empty text if it has none.

    AWS, "Configuring a user pool domain": a custom domain, or a prefix before one of AWS's.
    """
    custom, prefix = _text(answer, "CustomDomain"), _text(answer, "Domain")
    if place.endpoint_url:
        # An emulator serves the pages of every domain at its own address.
        return place.endpoint_url if custom or prefix else ""
    if custom:
        return f"https://{custom}"
    return pool_domain(prefix, place.region or pool_id.partition("_")[0])


def _escaped(begins: str) -> str:
    return begins.replace("\\", "\\\\").replace('"', '\\"')


def _tables(answer: Mapping[str, object], name: str) -> Sequence[Mapping[str, object]]:
    found = answer.get(name)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def _text(answer: Mapping[str, object], name: str) -> str:
    return str(answer.get(name) or "")


def _texts(answer: Mapping[str, object], name: str) -> tuple[str, ...]:
    found = answer.get(name)
    return tuple(map(str, found)) if isinstance(found, list) else ()
