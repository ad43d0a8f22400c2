"""Secrets of app clients: a second one for a rotation, and those that Secrets Manager keeps and rotates."""

from __future__ import annotations

import json
import secrets
import string
from collections.abc import Callable

from cognitui.demo.strict.errors import Refusal, invalid_parameter
from cognitui.demo.strict.pools import AddedSecret, AppClient, ClientType, PreviousSecret
from cognitui.demo.strict.secrets_manager import SecretsManager

_MOST_SECRETS = 2
_ALPHABET = string.ascii_lowercase + string.digits
_LENGTH = 51


def new_secret() -> str:
    """Return a secret as Cognito generates it."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


class ClientSecrets:
    """Changes to the secrets of app clients (AWS, AddUserPoolClientSecret and UpdateUserPoolClient)."""

    def __init__(self, secrets_manager: SecretsManager, now: Callable[[], float]) -> None:
        self._secrets_manager = secrets_manager
        self._now = now

    def ids(self, client: AppClient) -> dict[str, float]:
        """Return when each secret was created, by id, the oldest first. The id is `CLIENT--EPOCH`, in seconds."""
        first = [] if client.secret is None else [client.secret_created_at]
        created = sorted([*first, *(added.created_at for added in client.added_secrets)])
        return {f"{client.id}--{int(at)}": at for at in created}

    def add(self, client: AppClient, value: str) -> str:
        """Add a secret and return its id.

        Raises:
            Refusal: The client has none or registered itself (InvalidParameterException), or it has two
                (LimitExceededException).
        """
        if client.client_type is ClientType.DCR:
            raise invalid_parameter("Client secret operations are not supported for dynamically registered clients.")
        ids = self.ids(client)
        if not ids:
            raise invalid_parameter(f"Client {client.id} is a public client and cannot have a secret.")
        if len(ids) >= _MOST_SECRETS:
            raise Refusal("LimitExceededException", f"Client {client.id} already has {_MOST_SECRETS} secrets.")
        # Two secrets of the same second must not share an id.
        at = max(self._now(), int(max(ids.values())) + 1.0)
        client.added_secrets = (*client.added_secrets, AddedSecret(value, at))
        return f"{client.id}--{int(at)}"

    def delete(self, client: AppClient, secret_id: str) -> None:
        """Delete a secret, but never the last one."""
        ids = self.ids(client)
        if secret_id not in ids:
            raise Refusal("ResourceNotFoundException", f"Client secret {secret_id} does not exist.")
        if len(ids) == 1:
            raise invalid_parameter(f"Cannot delete the last remaining secret of client {client.id}.")
        at = ids[secret_id]
        remaining = tuple(added for added in client.added_secrets if added.created_at != at)
        if remaining == client.added_secrets:
            self.unpublish(client)
            client.secret = None
        client.added_secrets = remaining

    def publish(self, client: AppClient) -> None:
        """Move the secret to Secrets Manager, and rotate it at once. Of two secrets, the older one is deleted."""
        if client.secret is None:
            raise invalid_parameter(f"Client {client.id} has no generated secret.")
        if not client.secret_arn:
            pool = client.pool
            name = f"cognito/{pool.id}/{client.id}"
            client.secret_arn = self._secrets_manager.add(name, _text(client), pool.region, "cognito-idp").arn
            client.added_secrets = tuple(
                added for added in client.added_secrets if added.created_at > client.secret_created_at
            )
            self.rotate(client)

    def rotate(self, client: AppClient, *, previous_valid: float = 0.0, delay: float = 0.0) -> None:
        """Replace the secret that Secrets Manager keeps.

        Args:
            client: The client.
            previous_valid: For how many seconds the previous value is accepted; AWS does not say.
            delay: For how many seconds a reader of Secrets Manager gets the previous value; at AWS up to a minute.
        """
        if client.secret is None or not client.secret_arn:
            raise ValueError(f"the secret of {client.id} is not in Secrets Manager")
        ends = self._now() + previous_valid
        client.previous_secret = PreviousSecret(client.secret, lambda: self._now() < ends)
        client.secret, client.secret_created_at = new_secret(), self._now()
        self._secrets_manager.rotate(client.secret_arn, _text(client), delay)

    def unpublish(self, client: AppClient) -> None:
        """Move the secret back, and delete the one in Secrets Manager at once."""
        if client.secret_arn:
            self._secrets_manager.remove(client.secret_arn)
            client.secret_arn = ""


def _text(client: AppClient) -> str:
    """Return the SecretString of a client (AWS, UserPoolClientType, ClientSecretArn)."""
    return json.dumps({"userPoolId": client.pool.id, "userPoolClientId": client.id, "clientSecretValue": client.secret})
