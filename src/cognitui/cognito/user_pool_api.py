"""User pool API: the calls of a sign-in and of account recovery, and those that need no sign-in."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from cognitui.cognito.connections import Bounds, not_counted
from cognitui.cognito.responses import Asked, Delivery, Reply, client_tokens, delivery_of, derived_tokens, reply_of
from cognitui.cognito.srp import DeviceVerifier, secret_hash
from cognitui.cognito.transport import HearDate, Transport, no_date, skew_of
from cognitui.model.errors import (
    AwsCredentialsUnusable,
    Boto3TooOld,
    ClientSecretMissing,
    ClientSecretWrong,
    NewPasswordRejected,
    PermissionMissing,
    ServiceFault,
    WrongCredentials,
)
from cognitui.model.profile import Flow, Profile, foreign_endpoint
from cognitui.model.token import TokenSet


@dataclass(frozen=True, slots=True)
class NewSeed:
    """The seed of an authenticator app from AssociateSoftwareToken."""

    seed: str = field(repr=False)
    """Base32."""
    session: str = field(repr=False)
    """Replaces the session of the challenge."""


class UserPoolApi:
    """Calls to the API of user pools. Threads may share it.

    Every call may raise Refused, Unreachable or, if it is signed, AwsCredentialsUnusable. A call is repeated after a
    throttled or failed one unless a second call could do harm.

    Attributes:
        transport: Sends the calls.
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
        self.transport = Transport(clock, sleep=sleep, jitter=jitter, hear_date=hear_date, bounds=bounds)

    def pause(self, seconds: float) -> None:
        """Wait; the time counts for no call."""
        with not_counted():
            self.transport.sleep(seconds)

    # Sign-in.

    def initiate(self, profile: Profile, flow: str, parameters: Mapping[str, str], *, repeat: bool = True) -> Reply:
        """Call InitiateAuth, or AdminInitiateAuth for an admin's flow.

        Args:
            profile: The user pool and app client.
            flow: Cognito's name of the flow.
            parameters: AuthParameters.
            repeat: False for a refresh: its token may be good for one use.
        """
        request: dict[str, object] = {
            "ClientId": profile.client_id,
            "AuthFlow": flow,
            "AuthParameters": parameters,
        }
        if profile.fields.client_metadata:
            request["ClientMetadata"] = profile.fields.client_metadata
        if flow == Flow.ADMIN_USER_PASSWORD_AUTH:
            pool = profile.user_pool_id
            return self._reply(profile, "AdminInitiateAuth", {"UserPoolId": pool, **request}, signed=True)
        return self._reply(profile, "InitiateAuth", request, repeat=repeat)

    def respond(self, profile: Profile, challenge: Asked, responses: Mapping[str, str]) -> Reply:
        """Call RespondToAuthChallenge, or AdminRespondToAuthChallenge for an admin's flow."""
        name = challenge.name
        request: dict[str, object] = {
            "ClientId": profile.client_id,
            "ChallengeName": name,
            "ChallengeResponses": responses,
        }
        # A PASSWORD_VERIFIER challenge comes without a session, and an empty one is refused.
        if challenge.session:
            request["Session"] = challenge.session
        if profile.fields.client_metadata:
            request["ClientMetadata"] = profile.fields.client_metadata
        # Cognito may have accepted the answer although its reply was lost: then the session is used up.
        repeat = name not in ("NEW_PASSWORD_REQUIRED", "MFA_SETUP")
        sets_password = name == "NEW_PASSWORD_REQUIRED"
        if profile.flow is Flow.ADMIN_USER_PASSWORD_AUTH:
            pool = profile.user_pool_id
            return self._reply(
                profile,
                "AdminRespondToAuthChallenge",
                {"UserPoolId": pool, **request},
                repeat=repeat,
                signed=True,
                sets_password=sets_password,
            )
        return self._reply(
            profile,
            "RespondToAuthChallenge",
            request,
            repeat=repeat,
            sets_password=sets_password,
        )

    def tokens_from_refresh_token(
        self, profile: Profile, refresh_token: str, client_secret: str | None, device_key: str = ""
    ) -> Reply:
        """Call GetTokensFromRefreshToken, which wants the plain secret; never repeated."""
        request: dict[str, object] = {
            "RefreshToken": refresh_token,
            "ClientId": profile.client_id,
        }
        if client_secret:
            request["ClientSecret"] = client_secret
        if device_key:
            request["DeviceKey"] = device_key
        if profile.fields.client_metadata:
            request["ClientMetadata"] = profile.fields.client_metadata
        return self._reply(profile, "GetTokensFromRefreshToken", request, repeat=False)

    def derived_token(
        self, profile: Profile, subject_token: str, actor_token: str | None, client_secret: str | None
    ) -> TokenSet:
        """Call GetDerivedToken: exchange a token (RFC 8693). It changes nothing, so it is repeated."""
        request: dict[str, object] = {
            "ClientId": profile.client_id,
            "SubjectToken": subject_token,
            "SubjectTokenType": f"{profile.subject_kind.name}_TOKEN",
            "RequestedTokenType": "ACCESS_TOKEN",
        }
        if client_secret:
            request["ClientSecret"] = client_secret
        if actor_token:
            request |= {"ActorToken": actor_token, "ActorTokenType": "ACCESS_TOKEN"}
        if profile.fields.scopes:
            request["Scopes"] = list(profile.fields.scopes)
        if profile.fields.audiences:
            request["Audiences"] = list(profile.fields.audiences)
        if profile.fields.resource:
            request["Resources"] = [profile.fields.resource]
        answer = self._derived(profile, request)
        now = self.transport.clock()
        return derived_tokens(answer, now, skew_of(answer, now))

    def _derived(self, profile: Profile, request: Mapping[str, object]) -> Mapping[str, object]:
        """Call GetDerivedToken without a signature; if a client secret is missing, IAM credentials can replace it."""
        try:
            return self.transport.call(profile, "GetDerivedToken", request)
        except (ClientSecretMissing, ClientSecretWrong):
            if "ClientSecret" in request or not profile.fields.aws_profile:
                raise
            with suppress(AwsCredentialsUnusable, Boto3TooOld, PermissionMissing):
                return self.transport.call(profile, "GetDerivedToken", request, signed=True)
            raise

    def client_token(self, profile: Profile, client_secret: str) -> TokenSet:
        """Call GetClientToken: a token of the app client itself. It changes nothing, so it is repeated."""
        request: dict[str, object] = {"ClientId": profile.client_id, "Secret": client_secret}
        if profile.fields.scopes:
            request["Scopes"] = list(profile.fields.scopes)
        if profile.fields.client_metadata:
            request["ClientMetadata"] = profile.fields.client_metadata
        answer = self.transport.call(profile, "GetClientToken", request)
        now = self.transport.clock()
        return client_tokens(answer, now, skew_of(answer, now))

    # An authenticator app, set up in the middle of a sign-in. A session is good for one use, so nothing is repeated.

    def associate_totp(self, profile: Profile, session: str) -> NewSeed:
        """Call AssociateSoftwareToken; returns a new seed and the next session."""
        answer = self.transport.call(profile, "AssociateSoftwareToken", {"Session": session}, repeat=False)
        seed = str(answer.get("SecretCode") or "")
        if not seed:
            raise ServiceFault("Cognito's answer contains no seed for the authenticator app.")
        return NewSeed(seed, str(answer.get("Session") or session))

    def verify_totp(self, profile: Profile, session: str, code: str) -> str:
        """Call VerifySoftwareToken with a code of the app; returns the next session."""
        answer = self.transport.call(
            profile,
            "VerifySoftwareToken",
            {"Session": session, "UserCode": code, "FriendlyDeviceName": "cognitui"},
            repeat=False,
        )
        return str(answer.get("Session") or session)

    # Account recovery, by the username as it was typed. A code works once: if the answer was lost, a repeat would
    # call a good code wrong.

    def confirm_sign_up(self, profile: Profile, client_secret: str | None, code: str) -> None:
        """Call ConfirmSignUp: the user owns the address or number."""
        user = _user(profile, client_secret)
        self.transport.call(profile, "ConfirmSignUp", {"ConfirmationCode": code, **user}, repeat=False)

    def resend_confirmation_code(self, profile: Profile, client_secret: str | None) -> Delivery:
        """Call ResendConfirmationCode; returns where the code went."""
        user = _user(profile, client_secret)
        return delivery_of(self.transport.call(profile, "ResendConfirmationCode", user, repeat=False))

    def forgot_password(self, profile: Profile, client_secret: str | None) -> Delivery:
        """Call ForgotPassword; returns where the code went."""
        user = _user(profile, client_secret)
        return delivery_of(self.transport.call(profile, "ForgotPassword", user, repeat=False))

    def confirm_forgot_password(self, profile: Profile, client_secret: str | None, code: str, password: str) -> None:
        """Call ConfirmForgotPassword: set a password with a code."""
        user = _user(profile, client_secret)
        self.transport.call(
            profile,
            "ConfirmForgotPassword",
            {"ConfirmationCode": code, "Password": password, **user},
            repeat=False,
        )

    def set_password(self, profile: Profile, username: str, password: str) -> None:
        """Call AdminSetUserPassword, permanent: ends FORCE_CHANGE_PASSWORD. Signed with the profile's `aws_profile`."""
        self.transport.call(
            profile,
            "AdminSetUserPassword",
            {"UserPoolId": profile.user_pool_id, "Username": username, "Password": password, "Permanent": True},
            signed=True,
        )

    # A device, after a sign-in.

    def confirm_device(
        self, profile: Profile, access_token: str, key: str, verifier: DeviceVerifier, name: str
    ) -> bool:
        """Call ConfirmDevice; returns whether the user must still agree to have it remembered."""
        answer = self.transport.call(
            profile,
            "ConfirmDevice",
            {
                "AccessToken": access_token,
                "DeviceKey": key,
                "DeviceName": name,
                "DeviceSecretVerifierConfig": {"PasswordVerifier": verifier.verifier, "Salt": verifier.salt},
            },
        )
        return bool(answer.get("UserConfirmationNecessary"))

    def remember_device(self, profile: Profile, access_token: str, key: str) -> None:
        """Call UpdateDeviceStatus: the user agrees to have the device remembered."""
        self.transport.call(
            profile,
            "UpdateDeviceStatus",
            {"AccessToken": access_token, "DeviceKey": key, "DeviceRememberedStatus": "remembered"},
        )

    def _reply(
        self,
        profile: Profile,
        operation: str,
        parameters: Mapping[str, object],
        *,
        repeat: bool = True,
        signed: bool = False,
        sets_password: bool = False,
    ) -> Reply:
        try:
            answer = self.transport.call(profile, operation, parameters, repeat=repeat, signed=signed)
        except NewPasswordRejected as refusal:
            if sets_password:
                raise
            # cognito-local answers InvalidPasswordException to a wrong password.
            raise WrongCredentials(refusal.cause) from None
        try:
            now = self.transport.clock()
            return reply_of(answer, now, skew_of(answer, now))
        except ServiceFault as error:
            if foreign_endpoint(profile):
                # So moto answers CUSTOM_AUTH and challenges that it does not support.
                error.fix = (
                    f"Try again. If it stays so, the server at endpoint_url may lack {profile.flow.value}: "
                    "set another flow in the profile."
                )
            raise


def _user(profile: Profile, client_secret: str | None) -> dict[str, object]:
    user: dict[str, object] = {"ClientId": profile.client_id, "Username": profile.username}
    if client_secret:
        user["SecretHash"] = secret_hash(profile.username, profile.client_id, client_secret)
    if profile.fields.client_metadata:
        user["ClientMetadata"] = profile.fields.client_metadata
    return user
