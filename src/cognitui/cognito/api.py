"""The calls to Cognito that a sign-in makes: unsigned, with time-outs, repeated where that is safe."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from cognitui.cognito.client import make_client
from cognitui.cognito.faults import Fault, error_of
from cognitui.cognito.outages import outage_of
from cognitui.cognito.replies import Asked, IssuedTokens, Reply
from cognitui.model.errors import CognituiError, ServiceFault, Throttled
from cognitui.model.profile import Profile

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.literals import AuthFlowTypeType, ChallengeNameTypeType
    from mypy_boto3_cognito_idp.type_defs import (
        GetTokensFromRefreshTokenRequestTypeDef,
        InitiateAuthRequestTypeDef,
        RespondToAuthChallengeRequestTypeDef,
    )

_ATTEMPTS = 3
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 2.0

_SKEW_WORTH_TELLING = 2.0
"""Seconds: the Date header has whole seconds, and the answer took a while."""

_Call = Callable[["CognitoIdentityProviderClient"], Mapping[str, object]]


class CognitoApi:
    """Cognito's sign-in calls, one botocore client for each region and endpoint. Threads may share it."""

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Takes the clock (seconds since the epoch), and how to wait: `jitter` returns 0 to 1."""
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._guard = threading.Lock()
        self._clients: dict[tuple[str, str], CognitoIdentityProviderClient] = {}

    def warm_up(self, profile: Profile) -> None:
        """Makes the client for a profile, which loads boto3 and its model of Cognito (200 ms)."""
        self._client(profile)

    def initiate(
        self, profile: Profile, flow: AuthFlowTypeType, parameters: Mapping[str, str], *, repeat: bool = True
    ) -> Reply:
        """InitiateAuth.

        Args:
            profile: Whose pool and app client.
            flow: Cognito's name of it.
            parameters: AuthParameters.
            repeat: False for a refresh: its token may be good for one use.

        Raises:
            Refused: Cognito said no.
            Unreachable: No network, or no proper answer.
        """
        request: InitiateAuthRequestTypeDef = {
            "ClientId": profile.client_id,
            "AuthFlow": flow,
            "AuthParameters": parameters,
        }
        if profile.fields.client_metadata:
            request["ClientMetadata"] = profile.fields.client_metadata
        return self._call(profile, lambda client: client.initiate_auth(**request), repeat=repeat)

    def respond(self, profile: Profile, challenge: Asked, responses: Mapping[str, str]) -> Reply:
        """RespondToAuthChallenge; raises as `initiate` does."""
        name: ChallengeNameTypeType = challenge.name  # type: ignore[assignment]  # it came from Cognito
        request: RespondToAuthChallengeRequestTypeDef = {
            "ClientId": profile.client_id,
            "ChallengeName": name,
            "ChallengeResponses": responses,
        }
        # A PASSWORD_VERIFIER challenge comes without a session, and an empty one is refused.
        if challenge.session:
            request["Session"] = challenge.session
        if profile.fields.client_metadata:
            request["ClientMetadata"] = profile.fields.client_metadata
        return self._call(profile, lambda client: client.respond_to_auth_challenge(**request), repeat=True)

    def tokens_from_refresh_token(self, profile: Profile, refresh_token: str, client_secret: str | None) -> Reply:
        """GetTokensFromRefreshToken: takes the plain secret, and is never repeated; raises as `initiate` does."""
        request: GetTokensFromRefreshTokenRequestTypeDef = {
            "RefreshToken": refresh_token,
            "ClientId": profile.client_id,
        }
        if client_secret:
            request["ClientSecret"] = client_secret
        if profile.fields.client_metadata:
            request["ClientMetadata"] = profile.fields.client_metadata
        return self._call(profile, lambda client: client.get_tokens_from_refresh_token(**request), repeat=False)

    def _call(self, profile: Profile, call: _Call, *, repeat: bool) -> Reply:
        attempts = _ATTEMPTS if repeat else 1
        for attempt in range(1, attempts + 1):
            try:
                return self._once(profile, call)
            except (Throttled, ServiceFault):
                if attempt == attempts:
                    raise
                # AWS, "Exponential backoff and jitter": full jitter spreads callers that were refused together.
                self._sleep(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt) * self._jitter())
        raise AssertionError("the last attempt returns or raises")

    def _once(self, profile: Profile, call: _Call) -> Reply:
        client = self._client(profile)
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

        try:
            return _reply(call(client), self._clock())
        except ClientError as error:
            raise _error_of(error, profile) from None
        except (BotoCoreError, HTTPClientError) as error:
            raise outage_of(error, profile) from None

    def _client(self, profile: Profile) -> CognitoIdentityProviderClient:
        key = (profile.region, profile.fields.endpoint_url or "")
        with self._guard:
            if key not in self._clients:
                self._clients[key] = make_client(*key)
            return self._clients[key]


def _error_of(error: object, profile: Profile) -> CognituiError:
    response = getattr(error, "response", {})
    said = response.get("Error", {})
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    return error_of(Fault(str(said.get("Code", "")), str(said.get("Message", "")), status), profile)


def _reply(raw: Mapping[str, object], now: float) -> Reply:
    skew = _skew(raw, now)
    result, name = raw.get("AuthenticationResult"), raw.get("ChallengeName")
    if isinstance(result, Mapping) and result.get("AccessToken"):
        issued = IssuedTokens(
            access=str(result["AccessToken"]),
            id=str(result.get("IdToken") or ""),
            refresh=str(result.get("RefreshToken") or ""),
            expires_in=float(result.get("ExpiresIn") or 0),
        )
        return Reply(issued, now, skew)
    if isinstance(name, str) and name:
        parameters = raw.get("ChallengeParameters")
        asked = Asked(name, str(raw.get("Session") or ""), dict(parameters) if isinstance(parameters, Mapping) else {})
        return Reply(asked, now, skew)
    # botocore raises nothing where an answer was cut off half-way.
    raise ServiceFault("The answer of Cognito holds neither tokens nor a challenge: it was cut off on its way.")


def _skew(raw: Mapping[str, object], now: float) -> float:
    metadata = raw.get("ResponseMetadata")
    headers = metadata.get("HTTPHeaders") if isinstance(metadata, Mapping) else None
    date = headers.get("date") if isinstance(headers, Mapping) else None
    try:
        skew = parsedate_to_datetime(str(date)).timestamp() - now
    except (ValueError, OverflowError):
        return 0.0
    return skew if abs(skew) > _SKEW_WORTH_TELLING else 0.0
