"""Who may call on an account's behalf."""

from __future__ import annotations

from dataclasses import dataclass, field

from cognitui.demo.strict.refusal import Refusal

ACCOUNT = "123456789012"


@dataclass(frozen=True, slots=True)
class IamUser:
    """An IAM user, with the one access key that it has."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    """What temporary credentials are sent with."""
    denied: frozenset[str] = frozenset()
    """Operations that the policies do not allow: `AdminGetUser`."""

    @property
    def arn(self) -> str:
        """What refusals call the user."""
        return f"arn:aws:iam::{ACCOUNT}:user/{self.access_key_id}"

    def check_allowed(self, operation: str, pool_id: str) -> None:
        """Raises AccessDeniedException for an operation that is denied; `*` stands for all pools."""
        if operation not in self.denied:
            return
        region = pool_id.partition("_")[0]
        resource = f"arn:aws:cognito-idp:{region}:{ACCOUNT}:userpool/{pool_id}" if "_" in pool_id else "*"
        raise Refusal(
            "AccessDeniedException",
            f"User: {self.arn} is not authorized to perform: cognito-idp:{operation} on resource: {resource} "
            f"because no identity-based policy allows the cognito-idp:{operation} action",
        )


class IamUsers:
    """All that a server knows."""

    def __init__(self) -> None:
        self._users: dict[str, IamUser] = {}

    def add(self, user: IamUser) -> None:
        """Adds a user."""
        self._users[user.access_key_id] = user

    def by_key(self, access_key_id: str, session_token: str | None) -> IamUser:
        """Returns whose access key it is, or raises UnrecognizedClientException."""
        user = self._users.get(access_key_id)
        if user is None or user.session_token != session_token:
            raise Refusal("UnrecognizedClientException", "The security token included in the request is invalid.")
        return user
