"""Provisioning of an app client with a secret, a user and a permanent password: a plan and its steps."""

from __future__ import annotations

import secrets
import shlex
import string
from typing import ClassVar

from cognitui.importing.interfaces import Provisioning
from cognitui.model.aws import AwsPlace, ClientDetails, PoolDetails
from cognitui.model.errors import CognituiError, Unreachable
from cognitui.model.struct import Frozen
from cognitui.model.text import inert

_GENERATED = 24
"""Characters of a generated password: a policy may require up to 99, but few require more than 20."""

_SYMBOLS = "-_.:+=!"
"""Symbols without a special meaning in shells and forms; Cognito counts each as a symbol."""

_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits, _SYMBOLS)


class Plan(Frozen, frozen=True):
    """What exists and what to create."""

    hidden: ClassVar[tuple[str, ...]] = ("client",)

    place: AwsPlace
    pool: PoolDetails
    client_name: str
    username: str
    client: ClientDetails | None = None
    """The existing app client, if there is one."""
    has_user: bool = False
    """Whether the user exists already; then only the password is set."""

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps, a sentence each; inert."""
        name, user = inert(self.client_name, 128), inert(self.username, 128)
        client = (
            f"Use the app client {name} ({inert(self.client.id, 128)}), which exists already."
            if self.client
            else f"Create the app client {name}, with a secret, for {', '.join(self.flows)}."
        )
        made = f"Use the user {user}, who exists already." if self.has_user else f"Create the user {user}."
        return (
            client,
            made,
            f"Set a permanent password for {user}{', replacing the present one' * self.has_user}.",
        )

    @property
    def flows(self) -> tuple[str, ...]:
        """What a new app client allows."""
        return "USER_SRP_AUTH", "REFRESH_TOKEN_AUTH"

    @property
    def calls(self) -> tuple[str, ...]:
        """The calls, as IAM and the AWS CLI name them; inert and without the password."""
        pool = f"UserPoolId={inert(self.pool.id, 128)}"
        user = f"{pool} Username={inert(self.username, 128)}"
        flows = ",".join(f"ALLOW_{flow}" for flow in self.flows)
        client = f"{pool} ClientName={inert(self.client_name, 128)} GenerateSecret=true ExplicitAuthFlows={flows}"
        return (
            *(() if self.client else (f"cognito-idp:CreateUserPoolClient {client}",)),
            *(() if self.has_user else (f"cognito-idp:AdminCreateUser {user} MessageAction=SUPPRESS",)),
            f"cognito-idp:AdminSetUserPassword {user} Password=… Permanent=true",
        )


def carry_out(plan: Plan, password: str, provisioning: Provisioning, attributes: dict[str, str]) -> ClientDetails:
    """Create what is missing and set the password; return the app client.

    Args:
        plan: What to do.
        password: The user's new password.
        provisioning: Makes the calls.
        attributes: Attributes of a new user.

    Raises:
        CognituiError: A step failed. The cause says what exists by then, the fix how to continue and how to undo it.
    """
    made: list[str] = []
    undo: list[str] = []
    pool = inert(plan.pool.id, 128)
    client = plan.client
    try:
        if client is None:
            client = provisioning.make_client(plan.place, plan.pool.id, plan.client_name)
            made.append(f"the app client {inert(plan.client_name, 128)} ({inert(client.id, 128)})")
            undo.append(
                f"aws cognito-idp delete-user-pool-client --user-pool-id {pool} --client-id {inert(client.id, 128)}"
            )
        if not plan.has_user:
            provisioning.make_user(plan.place, plan.pool.id, plan.username, attributes)
            made.append(f"the user {inert(plan.username, 128)}, without a password of their own")
            name = shlex.quote(inert(plan.username, 128))
            undo.append(f"aws cognito-idp admin-delete-user --user-pool-id {pool} --username {name}")
        provisioning.set_password(plan.place, plan.pool.id, plan.username, password)
    except CognituiError as error:
        raise _half_done(error, made, undo) from None
    return client


def generated_password() -> str:
    """Return a password with upper and lower case letters, digits and symbols, from the system's random source."""
    characters = [secrets.choice(characters) for characters in _CLASSES]
    characters += [secrets.choice("".join(_CLASSES)) for _ in range(_GENERATED - len(characters))]
    secrets.SystemRandom().shuffle(characters)
    return "".join(characters)


def _half_done(error: CognituiError, made: list[str], undo: list[str]) -> CognituiError:
    before = f"Created before that: {' and '.join(made)}." if made else "Nothing was created before that."
    # If the response was lost, the call may still have succeeded.
    lost = " The failed step may have been done nevertheless." if isinstance(error, Unreachable) else ""
    again = "Then run the same command again: it uses what exists."
    error.cause = f"{error.cause} {before}{lost}"
    error.fix = "\n".join((f"{error.fix} {again}{' Or undo it:' * bool(undo)}".strip(), *undo))
    return error
