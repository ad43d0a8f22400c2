"""Provisioning in an AWS account: app clients, users and passwords, made by signed calls."""

from __future__ import annotations

from collections.abc import Mapping

from cognitui.cognito.admin_api import AdminCaller, client_details
from cognitui.model.aws import Account, AwsPlace, ClientDetails
from cognitui.model.errors import ServiceFault, UserNotFound


class AwsProvisioning:
    """Creates app clients and users. A call that creates something is not repeated if its answer was lost."""

    def __init__(self, caller: AdminCaller) -> None:
        self._caller = caller

    def account(self, place: AwsPlace) -> Account:
        """GetCallerIdentity of STS: whose credentials these are. No policy can forbid it.

        Raises:
            AwsCredentialsUnusable: There are none, or they have expired.
            Unreachable: No network, or no proper answer.
        """
        answer = self._caller.call_service(place, "sts", "GetCallerIdentity", {})
        if not answer.get("Account"):
            # botocore raises nothing for a document of another kind.
            raise ServiceFault("AWS does not say which account it is: its answer is of another form.")
        return Account(str(answer["Account"]), str(answer.get("Arn") or ""))

    def make_client(self, place: AwsPlace, pool_id: str, name: str) -> ClientDetails:
        """CreateUserPoolClient: one with a secret, for SRP and refresh.

        Raises:
            AwsCredentialsUnusable: There are none, or they have expired.
            PermissionMissing: IAM does not allow it.
            Refused: Cognito refused.
            Unreachable: No network, or no proper answer: it may have been made.
        """
        answer = self._caller.call(
            place,
            "CreateUserPoolClient",
            {
                "UserPoolId": pool_id,
                "ClientName": name,
                "GenerateSecret": True,
                "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                "PreventUserExistenceErrors": "ENABLED",
                "EnableTokenRevocation": True,
            },
            repeat=False,
        ).get("UserPoolClient")
        made = answer if isinstance(answer, Mapping) else {}
        if not made.get("ClientId"):
            raise ServiceFault("The answer of Cognito names no app client: it was cut off on its way.")
        return client_details(str(made["ClientId"]), made)

    def make_user(self, place: AwsPlace, pool_id: str, username: str, attributes: Mapping[str, str]) -> None:
        """AdminCreateUser, without a message to the user; raises as `make_client` does."""
        self._caller.call(
            place,
            "AdminCreateUser",
            {
                "UserPoolId": pool_id,
                "Username": username,
                "MessageAction": "SUPPRESS",
                "UserAttributes": [{"Name": name, "Value": value} for name, value in attributes.items()],
            },
            repeat=False,
        )

    def set_password(self, place: AwsPlace, pool_id: str, username: str, password: str) -> None:
        """AdminSetUserPassword, permanent; raises as `make_client` does."""
        self._caller.call(
            place,
            "AdminSetUserPassword",
            {"UserPoolId": pool_id, "Username": username, "Password": password, "Permanent": True},
        )

    def has_user(self, place: AwsPlace, pool_id: str, username: str) -> bool:
        """AdminGetUser: whether there is such a user already; raises as `make_client` does."""
        try:
            self._caller.call(place, "AdminGetUser", {"UserPoolId": pool_id, "Username": username})
        except UserNotFound:
            return False
        return True
