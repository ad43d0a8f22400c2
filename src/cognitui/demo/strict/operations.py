"""What an HTTP call asks for, and who answers it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from cognitui.demo.strict.access_tokens import AccessTokens
from cognitui.demo.strict.admin_calls import AdminCalls
from cognitui.demo.strict.admin_signin import AdminSignIn
from cognitui.demo.strict.answer import AMZ_JSON, Answer, Body, answer_of, refusal_of
from cognitui.demo.strict.challenge_table import ChallengeTable
from cognitui.demo.strict.codes import Codes
from cognitui.demo.strict.device_calls import DeviceCalls
from cognitui.demo.strict.directory_calls import DirectoryCalls
from cognitui.demo.strict.forgotten_password import ForgottenPassword
from cognitui.demo.strict.iam import IamUsers
from cognitui.demo.strict.identity_pools import IdentityPools
from cognitui.demo.strict.oauth import OAuth, endpoint_of, sent_to
from cognitui.demo.strict.outbox import Outbox
from cognitui.demo.strict.parameters import Parameters, parse
from cognitui.demo.strict.pools import Pools
from cognitui.demo.strict.provision_calls import ProvisionCalls
from cognitui.demo.strict.refresh import RefreshTokens
from cognitui.demo.strict.refusal import Refusal
from cognitui.demo.strict.sign_up import SignUp
from cognitui.demo.strict.signature import signer
from cognitui.demo.strict.signin import SignIn
from cognitui.demo.strict.token_calls import TokenCalls
from cognitui.demo.strict.token_service import GET_CALLER_IDENTITY, TokenService, asks_token_service
from cognitui.demo.strict.wire import Call

JWKS = "jwks"
"""The name that fetching a key set has in journal and faults."""

_USER_POOLS = "AWSCognitoIdentityProviderService."
_IDENTITY_POOLS = "AWSCognitoIdentityService."
_KEY_SET_PATH = "/.well-known/jwks.json"

Operation = Callable[[Parameters], Body]

RegionOperation = Callable[[Parameters, str], Body]
"""One that is about the region that it was signed for."""


class Operations:
    """All that the server can do, one call at a time."""

    def __init__(
        self,
        pools: Pools,
        refresh_tokens: RefreshTokens,
        identity_pools: IdentityPools,
        iam_users: IamUsers,
        outbox: Outbox,
        now: Callable[[], float],
    ) -> None:
        self._pools = pools
        self._iam_users = iam_users
        self._now = now
        challenges = ChallengeTable(refresh_tokens, outbox, now)
        sign_in = SignIn(pools, refresh_tokens, challenges)
        self._of_users: Mapping[str, Operation] = {
            **_of_users(pools, refresh_tokens, sign_in, outbox, now),
            "AssociateSoftwareToken": challenges.mfa_setup.associate_software_token,
            "VerifySoftwareToken": challenges.mfa_setup.verify_software_token,
        }
        self._of_admins = _of_admins(pools, refresh_tokens, sign_in, now)
        directory = DirectoryCalls(pools)
        self._of_regions: Mapping[str, RegionOperation] = {"ListUserPools": directory.list_user_pools}
        self._of_identities: Mapping[str, Operation] = {
            "GetId": identity_pools.get_id,
            "GetCredentialsForIdentity": identity_pools.get_credentials_for_identity,
        }
        self._token_service = TokenService(iam_users, now)
        self._oauth = OAuth(pools, refresh_tokens, now)
        self._one_at_a_time = threading.Lock()

    def perform(self, call: Call) -> Answer:
        """Returns what a call gets."""
        try:
            with self._one_at_a_time:
                if endpoint_of(call):
                    return self._oauth.perform(call)
                if asks_token_service(call):
                    return self._token_service.perform(call)
                return answer_of(self._key_set(call) if call.method == "GET" else self._operated(call))
        except Refusal as refusal:
            return refusal_of(refusal)

    def _operated(self, call: Call) -> Body:
        if call.headers.get("content-type") != AMZ_JSON:
            raise Refusal("SerializationException", f"The content type must be {AMZ_JSON}.")
        by_identity = _target_of(call).startswith(_IDENTITY_POOLS)
        if name_of(call) in {*self._of_admins, *self._of_regions} and not by_identity:
            return self._signed(call)
        if "authorization" in call.headers:
            raise Refusal("UnrecognizedClientException", "A call of a user carries no AWS signature.")
        operation = (self._of_identities if by_identity else self._of_users).get(name_of(call))
        if operation is None:
            raise Refusal("UnknownOperationException")
        return operation(parse(call.body))

    def _signed(self, call: Call) -> Body:
        by = signer(call, self._iam_users, self._now())
        name, parameters = name_of(call), parse(call.body)
        pool_id = str(parameters.get("UserPoolId", "*"))
        if "_" in pool_id and not pool_id.startswith(f"{by.region}_"):
            raise Refusal("InvalidSignatureException", "Credential should be scoped to a valid region.")
        by.user.check_allowed(name, pool_id)
        if name in self._of_regions:
            return self._of_regions[name](parameters, by.region)
        return self._of_admins[name](parameters)

    def _key_set(self, call: Call) -> Body:
        pool = self._pools.pool(call.path.removesuffix(_KEY_SET_PATH).removeprefix("/"))
        if pool is None or not call.path.endswith(_KEY_SET_PATH):
            raise Refusal("ResourceNotFoundException", "No such key set.", 404)
        return {"keys": [pool.key.jwk]}


def name_of(call: Call) -> str:
    """Returns the operation that a call asks for; a path that is none's for another GET."""
    if endpoint_of(call):
        return endpoint_of(call)
    if call.method == "GET":
        return JWKS if call.path.endswith(_KEY_SET_PATH) else call.path
    if asks_token_service(call):
        return GET_CALLER_IDENTITY
    return _target_of(call).removeprefix(_USER_POOLS).removeprefix(_IDENTITY_POOLS)


def parameters_of(call: Call) -> Parameters:
    """Returns what a call was sent with; nothing where that cannot be read."""
    if endpoint_of(call):
        return sent_to(call)
    try:
        return parse(call.body)
    except Refusal:
        return {}


def _target_of(call: Call) -> str:
    return call.headers.get("x-amz-target", "")


def _of_users(
    pools: Pools, refresh_tokens: RefreshTokens, sign_in: SignIn, outbox: Outbox, now: Callable[[], float]
) -> Mapping[str, Operation]:
    """Returns the calls that carry no signature."""
    access_tokens = AccessTokens(pools, refresh_tokens, now)
    token_calls, device_calls = TokenCalls(pools, refresh_tokens, access_tokens), DeviceCalls(access_tokens)
    codes = Codes(outbox, now)
    sign_up, forgotten = SignUp(pools, codes), ForgottenPassword(pools, codes)
    return {
        "InitiateAuth": sign_in.initiate_auth,
        "RespondToAuthChallenge": sign_in.respond_to_auth_challenge,
        "GetTokensFromRefreshToken": refresh_tokens.get_tokens_from_refresh_token,
        "GetUser": token_calls.get_user,
        "RevokeToken": token_calls.revoke_token,
        "GlobalSignOut": token_calls.global_sign_out,
        "ConfirmDevice": device_calls.confirm_device,
        "UpdateDeviceStatus": device_calls.update_device_status,
        "GetDevice": device_calls.get_device,
        "ForgetDevice": device_calls.forget_device,
        "ResendConfirmationCode": sign_up.resend_confirmation_code,
        "ConfirmSignUp": sign_up.confirm_sign_up,
        "ForgotPassword": forgotten.forgot_password,
        "ConfirmForgotPassword": forgotten.confirm_forgot_password,
    }


def _of_admins(
    pools: Pools, refresh_tokens: RefreshTokens, sign_in: SignIn, now: Callable[[], float]
) -> Mapping[str, Operation]:
    """Returns the calls that are signed."""
    admin_sign_in, admin_calls = AdminSignIn(pools, sign_in), AdminCalls(pools, refresh_tokens, now)
    directory, provision = DirectoryCalls(pools), ProvisionCalls(pools, now)
    return {
        "AdminInitiateAuth": admin_sign_in.admin_initiate_auth,
        "AdminRespondToAuthChallenge": admin_sign_in.admin_respond_to_auth_challenge,
        "AdminGetUser": admin_calls.admin_get_user,
        "AdminSetUserPassword": admin_calls.admin_set_user_password,
        "AdminUserGlobalSignOut": admin_calls.admin_user_global_sign_out,
        "AdminCreateUser": provision.admin_create_user,
        "CreateUserPoolClient": provision.create_user_pool_client,
        "DescribeUserPool": directory.describe_user_pool,
        "DescribeUserPoolClient": directory.describe_user_pool_client,
        "ListUserPoolClients": directory.list_user_pool_clients,
        "ListUsers": directory.list_users,
    }
