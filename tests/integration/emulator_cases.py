"""What is tried on each emulator, as data: the flows, and what goes before and after a sign-in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from cognitui.model.profile import Flow, PreferredChallenge


class Trial(StrEnum):
    """What makes a row differ from the plain sign-in of its flow."""

    PLAIN = "none"
    SECRET = "client secret"
    TEMPORARY = "NEW_PASSWORD_REQUIRED"
    APP = "SOFTWARE_TOKEN_MFA"
    WRONG = "wrong password"
    REVOKED = "refresh after RevokeToken"
    SIGNED_OUT = "refresh after GlobalSignOut"
    USER = "GetUser"
    DOCTOR = "doctor"


@dataclass(frozen=True)
class Case:
    """One row of the table."""

    flow: Flow
    trial: Trial = Trial.PLAIN
    preferred: PreferredChallenge | None = None

    @property
    def what(self) -> str:
        """The second column."""
        return f"{self.preferred.value}, preferred" if self.preferred else self.trial.value

    @property
    def row(self) -> str:
        """Names the row."""
        return f"{self.flow.value} · {self.what}"


_BY_PASSWORD = (Flow.USER_SRP_AUTH, Flow.USER_PASSWORD_AUTH, Flow.ADMIN_USER_PASSWORD_AUTH)


def _cases() -> Iterator[Case]:
    for flow in _BY_PASSWORD:
        for trial in (Trial.PLAIN, Trial.SECRET, Trial.TEMPORARY, Trial.APP, Trial.WRONG):
            yield Case(flow, trial)
    for preferred in (PreferredChallenge.PASSWORD, PreferredChallenge.PASSWORD_SRP):
        yield Case(Flow.USER_AUTH, preferred=preferred)
    yield Case(Flow.CUSTOM_AUTH)
    for trial in (Trial.PLAIN, Trial.SECRET):
        yield Case(Flow.AUTHORIZATION_CODE, trial)
    yield Case(Flow.CLIENT_CREDENTIALS, Trial.SECRET)
    for trial in (Trial.REVOKED, Trial.SIGNED_OUT, Trial.USER, Trial.DOCTOR):
        yield Case(Flow.USER_PASSWORD_AUTH, trial)


CASES: tuple[Case, ...] = tuple(_cases())
