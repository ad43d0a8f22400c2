"""The calls to Cognito that a sign-in makes: unsigned, with time-outs, repeated where that is safe."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from cognitui.cognito.account_calls import AccountCalls
from cognitui.cognito.bounds import Bounds, not_counted
from cognitui.cognito.caller import Call, Caller
from cognitui.cognito.device_calls import DeviceCalls
from cognitui.cognito.identity_calls import IdentityCalls
from cognitui.cognito.replies import Asked, Reply, reply_of
from cognitui.cognito.server_clocks import HearDate, no_date
from cognitui.cognito.session_calls import SessionCalls
from cognitui.cognito.totp_calls import TotpCalls
from cognitui.model.endpoints import foreign_endpoint
from cognitui.model.errors import NewPasswordRejected, ServiceFault, WrongCredentials
from cognitui.model.profile import Flow, Profile

if TYPE_CHECKING:
    from typing import NotRequired, TypedDict

    from mypy_boto3_cognito_idp.literals import AuthFlowTypeType, ChallengeNameTypeType
    from mypy_boto3_cognito_idp.type_defs import GetTokensFromRefreshTokenRequestTypeDef

    class _Initiate(TypedDict):
        """What InitiateAuth and AdminInitiateAuth have in common."""

        ClientId: str
        AuthFlow: AuthFlowTypeType
        AuthParameters: Mapping[str, str]
        ClientMetadata: NotRequired[Mapping[str, str]]

    class _Respond(TypedDict):
        """What RespondToAuthChallenge and AdminRespondToAuthChallenge have in common."""

        ClientId: str
        ChallengeName: ChallengeNameTypeType
        ChallengeResponses: Mapping[str, str]
        Session: NotRequired[str]
        ClientMetadata: NotRequired[Mapping[str, str]]


class CognitoApi:
    """Cognito's sign-in calls. Threads may share it.

    Attributes:
        caller: How Cognito is called.
        accounts: What brings an account into order: confirming it, another password.
        devices: Remembered devices.
        totp: Setting up an authenticator app.
        sessions: What a token opens, and what ends it.
        identities: AWS credentials for an ID token.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        hear_date: HearDate = no_date,
        bounds: Bounds | None = None,
    ) -> None:
        """Takes what `Caller` takes."""
        self.caller = Caller(clock, sleep=sleep, jitter=jitter, hear_date=hear_date, bounds=bounds)
        self.accounts = AccountCalls(self.caller)
        self.devices = DeviceCalls(self.caller)
        self.totp = TotpCalls(self.caller)
        self.sessions = SessionCalls(self.caller)
        self.identities = IdentityCalls(self.caller)

    def warm_up(self, profile: Profile) -> None:
        """Makes the client for a profile, which loads boto3 and its model of Cognito (200 ms)."""
        self.caller.warm_up(profile)

    def pause(self, seconds: float) -> None:
        """Waits; the time counts for no call."""
        with not_counted():
            self.caller.sleep(seconds)

    def initiate(
        self, profile: Profile, flow: AuthFlowTypeType, parameters: Mapping[str, str], *, repeat: bool = True
    ) -> Reply:
        """InitiateAuth; AdminInitiateAuth where the flow is an admin's.

        Args:
            profile: Whose pool and app client.
            flow: Cognito's name of it.
            parameters: AuthParameters.
            repeat: False for a refresh: its token may be good for one use.

        Raises:
            Refused: Cognito said no.
            Unreachable: No network, or no proper answer.
            AwsCredentialsUnusable: There are no IAM credentials for an admin's call.
        """
        request: _Initiate = {
            "ClientId": profile.client_id,
            "AuthFlow": flow,
            "AuthParameters": parameters,
        }
        if profile.fields.client_metadata:
            request["ClientMetadata"] = profile.fields.client_metadata
        if flow == Flow.ADMIN_USER_PASSWORD_AUTH:
            pool = profile.user_pool_id
            return self._asked(
                profile,
                lambda client: client.admin_initiate_auth(UserPoolId=pool, **request),
                signed=True,
            )
        return self._asked(profile, lambda client: client.initiate_auth(**request), repeat=repeat)

    def respond(self, profile: Profile, challenge: Asked, responses: Mapping[str, str]) -> Reply:
        """RespondToAuthChallenge, or its admin's sister; raises as `initiate` does."""
        name: ChallengeNameTypeType = challenge.name  # type: ignore[assignment]  # it came from Cognito
        request: _Respond = {
            "ClientId": profile.client_id,
            "ChallengeName": name,
            "ChallengeResponses": responses,
        }
        # A PASSWORD_VERIFIER challenge comes without a session, and an empty one is refused.
        if challenge.session:
            request["Session"] = challenge.session
        if profile.fields.client_metadata:
            request["ClientMetadata"] = profile.fields.client_metadata
        # A lost answer may have been taken: the session is used up then, and what changed stays changed.
        repeat = name not in ("NEW_PASSWORD_REQUIRED", "MFA_SETUP")
        sets_password = name == "NEW_PASSWORD_REQUIRED"
        if profile.flow is Flow.ADMIN_USER_PASSWORD_AUTH:
            pool = profile.user_pool_id
            return self._asked(
                profile,
                lambda client: client.admin_respond_to_auth_challenge(UserPoolId=pool, **request),
                repeat=repeat,
                signed=True,
                sets_password=sets_password,
            )
        return self._asked(
            profile,
            lambda client: client.respond_to_auth_challenge(**request),
            repeat=repeat,
            sets_password=sets_password,
        )

    def tokens_from_refresh_token(
        self, profile: Profile, refresh_token: str, client_secret: str | None, device_key: str = ""
    ) -> Reply:
        """GetTokensFromRefreshToken: takes the plain secret, and is never repeated; raises as `initiate` does."""
        request: GetTokensFromRefreshTokenRequestTypeDef = {
            "RefreshToken": refresh_token,
            "ClientId": profile.client_id,
        }
        if client_secret:
            request["ClientSecret"] = client_secret
        if device_key:
            request["DeviceKey"] = device_key
        if profile.fields.client_metadata:
            request["ClientMetadata"] = profile.fields.client_metadata
        return self._asked(profile, lambda client: client.get_tokens_from_refresh_token(**request), repeat=False)

    def _asked(
        self,
        profile: Profile,
        operation: Call,
        *,
        repeat: bool = True,
        signed: bool = False,
        sets_password: bool = False,
    ) -> Reply:
        try:
            answer = self.caller.call(profile, operation, repeat=repeat, signed=signed)
        except NewPasswordRejected as refusal:
            if sets_password:
                raise
            # cognito-local says InvalidPasswordException for a wrong password: where none is set, it is no policy's.
            raise WrongCredentials(refusal.cause) from None
        try:
            return reply_of(answer, self.caller.clock())
        except ServiceFault as error:
            if foreign_endpoint(profile):
                # moto answers so to CUSTOM_AUTH and to challenges that it lacks.
                error.fix = (
                    f"Try again. If it stays so, the server at endpoint_url may lack {profile.flow.value}: "
                    "set another flow in the profile."
                )
            raise
