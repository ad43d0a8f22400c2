"""The calls that set up an authenticator app in the middle of a sign-in."""

from __future__ import annotations

from dataclasses import dataclass, field

from cognitui.cognito.caller import Caller
from cognitui.model.errors import ServiceFault
from cognitui.model.profile import Profile


@dataclass(frozen=True, slots=True)
class NewSeed:
    """What AssociateSoftwareToken returns."""

    seed: str = field(repr=False)
    """Base32."""
    session: str = field(repr=False)
    """Replaces that of the challenge."""


class TotpCalls:
    """All may raise Refused or Unreachable."""

    def __init__(self, caller: Caller) -> None:
        """Takes how Cognito is called."""
        self._caller = caller

    def associate(self, profile: Profile, session: str) -> NewSeed:
        """AssociateSoftwareToken: a new seed, and the session that goes on."""
        # The session is good for one use: a repeat after a lost answer would be refused.
        answer = self._caller.call(
            profile, lambda client: client.associate_software_token(Session=session), repeat=False
        )
        seed = str(answer.get("SecretCode") or "")
        if not seed:
            raise ServiceFault("The answer of Cognito holds no seed for the authenticator app.")
        return NewSeed(seed, str(answer.get("Session") or session))

    def verify(self, profile: Profile, session: str, code: str) -> str:
        """VerifySoftwareToken: the app shows the right codes; returns the session that goes on."""
        answer = self._caller.call(
            profile,
            lambda client: client.verify_software_token(Session=session, UserCode=code, FriendlyDeviceName="cognitui"),
            repeat=False,
        )
        return str(answer.get("Session") or session)
