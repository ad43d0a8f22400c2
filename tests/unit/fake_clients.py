"""Fake of the secrets of an app client in AWS."""

from __future__ import annotations

from cognitui.model.aws import AppClientSecret, ClientDetails, NewAppClientSecret
from cognitui.model.errors import ClientSecretWrong, CognituiError
from cognitui.model.profile import Profile

OLD = "old0secret0of0the0web0client"


class FakeAppClientSecrets:
    """An app client with secrets by id; a test may set errors to raise, by method name."""

    def __init__(self) -> None:
        self.details = ClientDetails("id", "web", OLD)
        self.values: dict[str, str] = {"web--1": OLD}
        """The secrets by id, the oldest first."""
        self.faults: dict[str, CognituiError] = {}
        self.called: list[str] = []
        self.unknown_for = 0
        """How many proofs of a new secret Cognito refuses, because it does not know the secret everywhere yet."""

    def describe(self, profile: Profile) -> ClientDetails:
        self._called("describe")
        return self.details

    def pool_name(self, profile: Profile) -> str:
        return "shop-dev"

    def secrets(self, profile: Profile) -> tuple[AppClientSecret, ...]:
        self._called("secrets")
        return tuple(AppClientSecret(id_, float(at)) for at, id_ in enumerate(self.values, start=1))

    def add(self, profile: Profile) -> NewAppClientSecret:
        self._called("add")
        number = len(self.values) + 1
        new = NewAppClientSecret(f"web--{number}", f"new{number}secret0of0the0web0client")
        self.values[new.id] = new.value
        return new

    def remove(self, profile: Profile, secret_id: str) -> None:
        self._called(f"remove {secret_id}")
        del self.values[secret_id]

    def prove(self, profile: Profile, secret: str) -> None:
        """Refuse a secret that the app client does not have, as Cognito does."""
        self._called("prove")
        if self.unknown_for:
            self.unknown_for -= 1
            raise ClientSecretWrong("Cognito does not know it yet.")
        if secret not in self.values.values():
            raise ClientSecretWrong("Cognito refuses it.")

    def _called(self, what: str) -> None:
        self.called.append(what)
        if (fault := self.faults.get(what)) is not None:
            raise fault
