"""The calls to Cognito that a sign-in makes: unsigned, with time-outs, repeated where that is safe."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cognitui.cognito.clock_skew import HearDate, no_date
from cognitui.cognito.connections import Bounds, not_counted
from cognitui.cognito.identity_pool_api import IdentityCalls
from cognitui.cognito.responses import Asked, Delivery, Reply, delivery_of, reply_of
from cognitui.cognito.srp import DeviceVerifier, secret_hash
from cognitui.cognito.transport import Call, Caller
from cognitui.model.endpoints import foreign_endpoint
from cognitui.model.errors import NewPasswordRejected, NotAuthorized, ServiceFault, TokenRefused, WrongCredentials
from cognitui.model.profile import Flow, Profile

if TYPE_CHECKING:
    from typing import TypedDict

    class _User(TypedDict, total=False):
        ClientId: str
        Username: str
        SecretHash: str
        ClientMetadata: Mapping[str, str]


class AccountCalls:
    """Each names the profile's user as it was typed. All may raise Refused or Unreachable."""

    def __init__(self, caller: Caller) -> None:
        """Takes how Cognito is called."""
        self._caller = caller

    def confirm_sign_up(self, profile: Profile, client_secret: str | None, code: str) -> None:
        """ConfirmSignUp: the user's address or number is theirs."""
        user = _user(profile, client_secret)
        # A code works once: where the answer was lost, a repeat would call a good code wrong.
        self._caller.call(profile, lambda client: client.confirm_sign_up(ConfirmationCode=code, **user), repeat=False)

    def resend_confirmation_code(self, profile: Profile, client_secret: str | None) -> Delivery:
        """ResendConfirmationCode; returns where the code went."""
        user = _user(profile, client_secret)
        return delivery_of(
            self._caller.call(profile, lambda client: client.resend_confirmation_code(**user), repeat=False)
        )

    def forgot_password(self, profile: Profile, client_secret: str | None) -> Delivery:
        """ForgotPassword; returns where the code went."""
        user = _user(profile, client_secret)
        return delivery_of(self._caller.call(profile, lambda client: client.forgot_password(**user), repeat=False))

    def confirm_forgot_password(self, profile: Profile, client_secret: str | None, code: str, password: str) -> None:
        """ConfirmForgotPassword: another password, for a code."""
        user = _user(profile, client_secret)
        self._caller.call(
            profile,
            lambda client: client.confirm_forgot_password(ConfirmationCode=code, Password=password, **user),
            repeat=False,
        )

    def set_password(self, profile: Profile, username: str, password: str) -> None:
        """AdminSetUserPassword, permanent: leaves FORCE_CHANGE_PASSWORD; signed with the profile's `aws_profile`."""
        self._caller.call(
            profile,
            lambda client: client.admin_set_user_password(
                UserPoolId=profile.user_pool_id, Username=username, Password=password, Permanent=True
            ),
            signed=True,
        )


def _user(profile: Profile, client_secret: str | None) -> _User:
    user: _User = {"ClientId": profile.client_id, "Username": profile.username}
    if client_secret:
        user["SecretHash"] = secret_hash(profile.username, profile.client_id, client_secret)
    if profile.fields.client_metadata:
        user["ClientMetadata"] = profile.fields.client_metadata
    return user


class DeviceCalls:
    """All may raise Refused or Unreachable."""

    def __init__(self, caller: Caller) -> None:
        """Takes how Cognito is called."""
        self._caller = caller

    def confirm(self, profile: Profile, access_token: str, key: str, verifier: DeviceVerifier, name: str) -> bool:
        """ConfirmDevice; returns whether the user must still agree that it is remembered."""
        answer = self._caller.call(
            profile,
            lambda client: client.confirm_device(
                AccessToken=access_token,
                DeviceKey=key,
                DeviceName=name,
                DeviceSecretVerifierConfig={"PasswordVerifier": verifier.verifier, "Salt": verifier.salt},
            ),
        )
        return bool(answer.get("UserConfirmationNecessary"))

    def remember(self, profile: Profile, access_token: str, key: str) -> None:
        """UpdateDeviceStatus: the user agrees."""
        self._caller.call(
            profile,
            lambda client: client.update_device_status(
                AccessToken=access_token, DeviceKey=key, DeviceRememberedStatus="remembered"
            ),
        )

    def forget(self, profile: Profile, access_token: str, key: str) -> None:
        """ForgetDevice."""
        self._caller.call(profile, lambda client: client.forget_device(AccessToken=access_token, DeviceKey=key))


class SessionCalls:
    """All may raise Refused or Unreachable."""

    def __init__(self, caller: Caller) -> None:
        """Takes how Cognito is called."""
        self._caller = caller

    def revoke(self, profile: Profile, refresh_token: str, client_secret: str | None) -> None:
        """RevokeToken: ends a refresh token, and the access tokens that came from it where Cognito is asked."""
        client_id = profile.client_id
        if client_secret:
            self._caller.call(
                profile,
                lambda client: client.revoke_token(Token=refresh_token, ClientId=client_id, ClientSecret=client_secret),
            )
        else:
            self._caller.call(profile, lambda client: client.revoke_token(Token=refresh_token, ClientId=client_id))

    def sign_out_everywhere(self, profile: Profile, access_token: str) -> None:
        """GlobalSignOut: ends all of the user's refresh tokens."""
        with _about_the_token():
            self._caller.call(profile, lambda client: client.global_sign_out(AccessToken=access_token))

    def user(self, profile: Profile, access_token: str) -> Mapping[str, object]:
        """GetUser: the user's attributes as claims, and their MFA settings."""
        with _about_the_token():
            answer = self._caller.call(profile, lambda client: client.get_user(AccessToken=access_token))
        found: dict[str, object] = {"username": str(answer.get("Username") or "")}
        attributes = answer.get("UserAttributes")
        for attribute in attributes if isinstance(attributes, list) else []:
            if isinstance(attribute, Mapping):
                found[str(attribute.get("Name"))] = str(attribute.get("Value") or "")
        for name in ("PreferredMfaSetting", "UserMFASettingList"):
            if answer.get(name):
                found[name] = answer[name]
        return found


@contextmanager
def _about_the_token() -> Iterator[None]:
    """These calls bring no password: a refusal in words that are not known is about the token."""
    try:
        yield
    except (NotAuthorized, WrongCredentials) as error:
        raise TokenRefused(error.cause) from None


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
