"""Secrets Manager: GetSecretValue and DescribeSecret of secrets with versions."""

from __future__ import annotations

import secrets
import string
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from cognitui.demo.strict.errors import Refusal
from cognitui.demo.strict.iam import ACCOUNT
from cognitui.demo.strict.parameters import Parameters, optional, required
from cognitui.demo.strict.wire import Body

_CURRENT, _PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"
_ROTATION_DAYS = 7
_ARN_SUFFIX = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class _Version:
    text: str = field(repr=False)
    made_at: float
    seen_from: float
    """When readers begin to get it: changes reach them with a delay."""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(slots=True)
class Secret:
    """A secret with its current version and the one before."""

    name: str
    arn: str
    versions: list[_Version] = field(repr=False)
    """The oldest first."""
    owner: str = ""
    """OwningService: the service that rotates it; empty for a secret of the account's own."""

    def answers_to(self, secret_id: str) -> bool:
        """Return whether it is meant: by its name, its ARN, or its ARN without the random end."""
        return secret_id in (self.name, self.arn, self.arn.rpartition("-")[0])


class SecretsManager:
    """The secrets of the account, by Region."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._secrets: dict[str, Secret] = {}
        """By ARN."""

    def add(self, name: str, text: str, region: str, owner: str = "") -> Secret:
        """Return a new secret, whose SecretString is the text."""
        end = "".join(secrets.choice(_ARN_SUFFIX) for _ in range(6))
        now = self._now()
        arn = f"arn:aws:secretsmanager:{region}:{ACCOUNT}:secret:{name}-{end}"
        self._secrets[arn] = secret = Secret(name, arn, [_Version(text, now, now)], owner)
        return secret

    def rotate(self, arn: str, text: str, delay: float = 0.0) -> None:
        """Give a secret another text; for `delay` seconds, readers still get the one before."""
        now = self._now()
        secret = self._secrets[arn]
        secret.versions = [secret.versions[-1], _Version(text, now, now + delay)]

    def remove(self, arn: str) -> None:
        """Delete a secret at once, without a recovery window."""
        del self._secrets[arn]

    def get_secret_value(self, parameters: Parameters, region: str) -> Body:
        """Return the text of a version; of the current one if the call names none."""
        secret = self._secret(parameters, region)
        stages = self._stages(secret)
        stage, version_id = optional(parameters, "VersionStage"), optional(parameters, "VersionId")
        if version_id is None:
            stage = stage or _CURRENT
        for version, held in stages:
            if stage in (None, *held) and version_id in (None, version.id):
                return {
                    "ARN": secret.arn,
                    "Name": secret.name,
                    "VersionId": version.id,
                    "SecretString": version.text,
                    "VersionStages": held,
                    "CreatedDate": version.made_at,
                }
        raise Refusal(
            "ResourceNotFoundException",
            f"Secrets Manager can't find the specified secret value for {'staging label' if stage else 'VersionId'}: "
            f"{stage or version_id}",
        )

    def describe_secret(self, parameters: Parameters, region: str) -> Body:
        """Return what is known of a secret, without its text."""
        secret = self._secret(parameters, region)
        rotated = secret.versions[-1].made_at
        owned = {
            "OwningService": secret.owner,
            "RotationEnabled": True,
            "RotationRules": {"AutomaticallyAfterDays": _ROTATION_DAYS},
            "LastRotatedDate": rotated,
            "NextRotationDate": rotated + _ROTATION_DAYS * 86_400,
        }
        return {
            "ARN": secret.arn,
            "Name": secret.name,
            "LastChangedDate": rotated,
            "VersionIdsToStages": {version.id: stages for version, stages in self._stages(secret)},
            **(owned if secret.owner else {"RotationEnabled": False}),
        }

    def _secret(self, parameters: Parameters, region: str) -> Secret:
        secret_id = required(parameters, "SecretId")
        for secret in self._secrets.values():
            if secret.answers_to(secret_id) and secret.arn.split(":")[3] == region:
                return secret
        raise Refusal("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")

    def _stages(self, secret: Secret) -> list[tuple[_Version, list[str]]]:
        """Return the versions as readers see them now, the current one first."""
        seen = [version for version in secret.versions if self._now() >= version.seen_from] or secret.versions[:1]
        return [(version, [stage]) for version, stage in zip(reversed(seen), (_CURRENT, _PREVIOUS), strict=False)]
