"""Secrets of app clients by signed calls: described, listed, added and removed."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from cognitui.cognito.admin_api import client_details
from cognitui.cognito.responses import moment_of
from cognitui.cognito.transport import RequestEvents, Transport
from cognitui.model.aws import DEFAULT_AWS_PROFILE, AppClientSecret, ClientDetails, NewAppClientSecret
from cognitui.model.errors import CognituiError, PermissionMissing, ServiceFault
from cognitui.model.profile import Profile
from cognitui.model.text import inert

_MOST_PAGES = 5
"""An app client has two secrets; AWS says that one page holds both."""


class ClientSecrets:
    """Secrets of app clients; `AppClientSecrets` in `tokens/interfaces.py`. Signed with a profile's `aws_profile`."""

    def __init__(self, transport: Transport, events: RequestEvents | None = None) -> None:
        """Store the transport, and the hook before each request."""
        self._transport = transport
        self._events = events or RequestEvents()

    def describe(self, profile: Profile) -> ClientDetails:
        """DescribeUserPoolClient."""
        described = _table(self._call(profile, "DescribeUserPoolClient"), "UserPoolClient")
        return client_details(profile.client_id, described)

    def pool_name(self, profile: Profile) -> str:
        """DescribeUserPool: the pool's name, or an empty text if IAM does not allow to see it."""
        try:
            answer = self._transport.call(
                _at_primary(profile), "DescribeUserPool", {"UserPoolId": profile.user_pool_id}, signed=True
            )
        except PermissionMissing:
            return ""
        return str(_table(answer, "UserPool").get("Name") or "")

    def secrets(self, profile: Profile) -> tuple[AppClientSecret, ...]:
        """ListUserPoolClientSecrets: without their values, the oldest first."""
        found: list[AppClientSecret] = []
        after = ""
        for _ in range(_MOST_PAGES):
            more = {"NextToken": after} if after else {}
            answer = self._call(profile, "ListUserPoolClientSecrets", more)
            listed = answer.get("ClientSecrets")
            found += [_entry(entry) for entry in (listed if isinstance(listed, list) else []) if _id_of(entry)]
            after = str(answer.get("NextToken") or "")
            if not after:
                break
        return tuple(sorted(found, key=lambda entry: entry.created_at))

    def add(self, profile: Profile) -> NewAppClientSecret:
        """AddUserPoolClientSecret, with a value that Cognito makes; never repeated."""
        answer = self._call(profile, "AddUserPoolClientSecret", repeat=False)
        descriptor = _table(answer, "ClientSecretDescriptor")
        value = str(descriptor.get("ClientSecretValue") or "")
        if not value or not _id_of(descriptor):
            raise ServiceFault(
                f"{inert(profile.id)}: the answer of Cognito holds no new client secret, although one was added.",
                fix="Run the command again: it names the secrets that the app client has now.",
            )
        return NewAppClientSecret(_id_of(descriptor), value)

    def remove(self, profile: Profile, secret_id: str) -> None:
        """DeleteUserPoolClientSecret."""
        self._call(profile, "DeleteUserPoolClientSecret", {"ClientSecretId": secret_id})

    def _call(
        self, profile: Profile, operation: str, more: Mapping[str, str] | None = None, *, repeat: bool = True
    ) -> Mapping[str, object]:
        self._events.before(profile, f"{operation} for the app client")
        parameters = {"UserPoolId": profile.user_pool_id, "ClientId": profile.client_id, **(more or {})}
        try:
            return self._transport.call(_at_primary(profile), operation, parameters, repeat=repeat, signed=True)
        except PermissionMissing as error:
            raise _with_permission(error, profile, operation) from None


def _at_primary(profile: Profile) -> Profile:
    """Return the profile in the pool's primary Region: a replica changes no app client."""
    if not profile.is_replica:
        return profile
    own = msgspec.structs.replace(profile.own, region=profile.primary_region)
    return msgspec.structs.replace(profile, own=own)


def _with_permission(error: PermissionMissing, profile: Profile, operation: str) -> CognituiError:
    name = inert(profile.fields.aws_profile or DEFAULT_AWS_PROFILE, 60)
    return PermissionMissing(
        error.cause,
        fix=f"Have an AWS administrator allow cognito-idp:{operation} to the AWS profile {name}, or set another "
        "aws_profile in the profile.",
    )


def _table(answer: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = answer.get(name)
    return found if isinstance(found, Mapping) else {}


def _entry(entry: Mapping[str, object]) -> AppClientSecret:
    return AppClientSecret(_id_of(entry), moment_of(entry.get("ClientSecretCreateDate")) or 0.0)


def _id_of(entry: object) -> str:
    return str(entry.get("ClientSecretId") or "") if isinstance(entry, Mapping) else ""
