"""Sign-in operations: InitiateAuth, RespondToAuthChallenge and their Admin variants."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cognitui.demo.strict.admin import client_of
from cognitui.demo.strict.challenge_chain import (
    CUSTOM_CHALLENGE,
    DEVICE_SRP_AUTH,
    MFA_SETUP,
    NEW_PASSWORD_REQUIRED,
    SELECT_CHALLENGE,
    SELECT_MFA_TYPE,
    ChallengeChain,
)
from cognitui.demo.strict.custom_challenges import CustomChallenges
from cognitui.demo.strict.devices import DEVICE_PASSWORD_VERIFIER, DevicePasswordVerifier, DeviceSrpAuth
from cognitui.demo.strict.errors import invalid_parameter
from cognitui.demo.strict.first_factors import WEB_AUTHN, SelectChallenge, WebAuthn
from cognitui.demo.strict.mfa import MfaSetup, SelectMfaType, SoftwareTokenMfa
from cognitui.demo.strict.outbox import Outbox
from cognitui.demo.strict.parameters import Parameters, StringMap, optional, required, required_entry, string_map
from cognitui.demo.strict.passwords import (
    PASSWORD,
    PASSWORD_SRP,
    PASSWORD_VERIFIER,
    NewPassword,
    PasswordSrp,
    PasswordVerifier,
    PlainPassword,
)
from cognitui.demo.strict.pools import AppClient, Pools
from cognitui.demo.strict.refresh_tokens import RefreshTokens
from cognitui.demo.strict.sent_codes import ATTRIBUTES, SentCode
from cognitui.demo.strict.sessions import Attempt, Challenge, ChallengeResponse
from cognitui.demo.strict.step_up import StepUp
from cognitui.demo.strict.users import Mfa
from cognitui.demo.strict.wire import Body

_Flow = Callable[[AppClient, StringMap], Body]

_OLD_NAMES = {"REFRESH_TOKEN": "REFRESH_TOKEN_AUTH"}


class Challenges:
    """All challenges, and those of them that an operation calls directly."""

    def __init__(self, refresh_tokens: RefreshTokens, outbox: Outbox, now: Callable[[], float]) -> None:
        self.chain = chain = ChallengeChain(refresh_tokens, now)
        self.password = PlainPassword(chain, now)
        self.password_verifier = PasswordVerifier(chain, now)
        self.select_challenge = SelectChallenge(chain, now)
        self.custom = CustomChallenges(chain, self.password_verifier, now)
        self.mfa_setup = MfaSetup(chain, now)
        device_verifier = DevicePasswordVerifier(chain, now)
        by_name: Mapping[str, Challenge] = {
            SELECT_CHALLENGE: self.select_challenge,
            PASSWORD: self.password,
            PASSWORD_SRP: PasswordSrp(self.password_verifier, now),
            PASSWORD_VERIFIER: self.password_verifier,
            WEB_AUTHN: WebAuthn(now),
            CUSTOM_CHALLENGE: self.custom,
            NEW_PASSWORD_REQUIRED: NewPassword(chain, now),
            Mfa.TOTP: SoftwareTokenMfa(chain, now),
            SELECT_MFA_TYPE: SelectMfaType(chain, now),
            MFA_SETUP: self.mfa_setup,
            DEVICE_SRP_AUTH: DeviceSrpAuth(device_verifier, now),
            DEVICE_PASSWORD_VERIFIER: device_verifier,
            **{name: SentCode(name, chain, outbox, now) for name in ATTRIBUTES},
        }
        for name, challenge in by_name.items():
            chain.add(name, challenge)


class SignIn:
    """The operations of a sign-in."""

    def __init__(self, pools: Pools, refresh_tokens: RefreshTokens, challenges: Challenges, step_up: StepUp) -> None:
        self._pools = pools
        self._challenges = challenges
        self._step_up = step_up
        self._flows: Mapping[str, _Flow] = {
            "USER_SRP_AUTH": self._by_srp,
            "USER_PASSWORD_AUTH": self._by_password,
            "USER_AUTH": self._by_choice,
            "CUSTOM_AUTH": self._by_custom_challenges,
            "REFRESH_TOKEN_AUTH": refresh_tokens.refresh_token_auth,
        }

    def initiate_auth(self, parameters: Parameters) -> Body:
        """Start a sign-in with one of the flows."""
        client = self._pools.client(required(parameters, "ClientId"))
        given_name = required(parameters, "AuthFlow")
        name = _OLD_NAMES.get(given_name, given_name)
        if name not in self._flows:
            raise invalid_parameter("Initiate Auth method not supported.")
        if name not in client.flows:
            raise invalid_parameter(f"{name} flow not enabled for this client")
        return self._flows[name](client, string_map(parameters, "AuthParameters"))

    def respond_to_auth_challenge(self, parameters: Parameters) -> Body:
        """Answer a challenge."""
        client = self._pools.client(required(parameters, "ClientId"))
        name = required(parameters, "ChallengeName")
        given = string_map(parameters, "ChallengeResponses")
        response = ChallengeResponse.of(client, given, optional(parameters, "Session"))
        return self._challenges.chain.answer(name, response)

    def admin_initiate_auth(self, parameters: Parameters) -> Body:
        """Start a sign-in as an administrator: with a password flow of its own, under a new and an old name."""
        client, flow = client_of(self._pools, parameters), required(parameters, "AuthFlow")
        match flow:
            case "ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH":
                if "ADMIN_USER_PASSWORD_AUTH" not in client.flows:
                    raise invalid_parameter("Auth flow not enabled for this client")
                return self._by_password(client, string_map(parameters, "AuthParameters"))
            case "USER_PASSWORD_AUTH":
                raise invalid_parameter("Initiate Auth method not supported.")
        return self.initiate_auth(parameters)

    def admin_respond_to_auth_challenge(self, parameters: Parameters) -> Body:
        """Answer a challenge as an administrator."""
        client_of(self._pools, parameters)
        return self.respond_to_auth_challenge(parameters)

    def _by_srp(self, client: AppClient, given: StringMap) -> Body:
        return self._challenges.password_verifier.ask_without_session(Attempt.begin(client, given), given)

    def _by_password(self, client: AppClient, given: StringMap) -> Body:
        required_entry(given, "PASSWORD")
        return self._challenges.password.check(Attempt.begin(client, given), given)

    def _by_choice(self, client: AppClient, given: StringMap) -> Body:
        attempt = self._step_up.prepared(Attempt.begin(client, given), given)
        return self._challenges.select_challenge.start(attempt, given)

    def _by_custom_challenges(self, client: AppClient, given: StringMap) -> Body:
        return self._challenges.custom.start(Attempt.begin(client, given), given)
