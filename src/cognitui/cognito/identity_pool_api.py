"""Identity pool API: temporary AWS credentials for an ID token."""

from __future__ import annotations

from collections.abc import Mapping

from cognitui.cognito.responses import moment_of
from cognitui.cognito.transport import RequestEvents, Transport, skew_of
from cognitui.model.aws import AwsCredentials
from cognitui.model.claims import issuer_in
from cognitui.model.errors import IdentityPoolRefused, NotAuthorized, ServiceFault, WrongCredentials
from cognitui.model.issuer import issuer_names, issuer_of
from cognitui.model.profile import Profile
from cognitui.model.token import Lifetime


class IdentityPoolApi:
    """GetId and GetCredentialsForIdentity. All may raise Refused or Unreachable."""

    def __init__(self, transport: Transport, events: RequestEvents | None = None) -> None:
        """Store the transport and the hook before each request."""
        self._transport = transport
        self._events = events or RequestEvents()

    def credentials(self, profile: Profile, id_token: str) -> AwsCredentials:
        """Return credentials of the role that the identity pool gives to the user."""
        self._events.before(profile, "AWS credentials", with_token=True)
        pool_id = profile.identity_pool_id
        logins = {_provider(profile, id_token): id_token}
        try:
            with self._transport.in_time():
                found = self._transport.call_identity_pool(
                    profile, "GetId", {"IdentityPoolId": pool_id, "Logins": logins}
                )
                identity_id = str(found.get("IdentityId") or "")
                answer = self._transport.call_identity_pool(
                    profile, "GetCredentialsForIdentity", {"IdentityId": identity_id, "Logins": logins}
                )
        except (NotAuthorized, WrongCredentials) as error:
            # No password was sent: an unclear refusal is about the user's place in the pool.
            raise IdentityPoolRefused(error.cause) from None
        return _credentials(answer, self._transport.clock())


def _provider(profile: Profile, id_token: str) -> str:
    """Return the name of the user pool in Logins: the issuer without its scheme.

    It is built from the profile. The token only says which of an emulator's two names it has.
    """
    claimed = issuer_in(id_token)
    issuer = claimed if claimed in issuer_names(profile) else issuer_of(profile)
    return issuer.partition("://")[2]


def _credentials(answer: Mapping[str, object], now: float) -> AwsCredentials:
    given = answer.get("Credentials")
    said = given if isinstance(given, Mapping) else {}
    ends = moment_of(said.get("Expiration"))
    key, secret, session = (str(said.get(name) or "") for name in ("AccessKeyId", "SecretKey", "SessionToken"))
    if not (key and secret and session) or ends is None:
        raise ServiceFault("The answer of the identity pool holds no credentials: it was cut off on its way.")
    # On our clock, as that is what a countdown and an SDK on this machine go by.
    life = Lifetime(now, ends - skew_of(answer, now))
    return AwsCredentials(str(answer.get("IdentityId") or "unknown"), key, secret, session, life)
