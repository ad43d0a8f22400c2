"""Table of operations: what a call asks for, and what answers it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cognitui.demo.strict.account import AccountOperations, AccountRecovery
from cognitui.demo.strict.admin import AdminOperations
from cognitui.demo.strict.app_clients import AppClientOperations
from cognitui.demo.strict.client_secrets import ClientSecrets
from cognitui.demo.strict.client_tokens import ClientTokens
from cognitui.demo.strict.devices import DeviceOperations
from cognitui.demo.strict.directory import DirectoryOperations
from cognitui.demo.strict.discovery import Discovery, document_of
from cognitui.demo.strict.errors import Refusal
from cognitui.demo.strict.iam import (
    ACCOUNT,
    GET_CALLER_IDENTITY,
    SECRETS_MANAGER,
    USER_POOLS,
    IamUsers,
    Signer,
    is_sts_call,
)
from cognitui.demo.strict.identity_pools import IdentityPools
from cognitui.demo.strict.oauth import OAuth, endpoint_of, oauth_parameters
from cognitui.demo.strict.outbox import Outbox
from cognitui.demo.strict.parameters import Parameters, parse
from cognitui.demo.strict.pools import Pools
from cognitui.demo.strict.refresh_tokens import RefreshTokens
from cognitui.demo.strict.regions import Regions
from cognitui.demo.strict.secrets_manager import SecretsManager
from cognitui.demo.strict.sign_in import Challenges, SignIn
from cognitui.demo.strict.step_up import StepUp
from cognitui.demo.strict.token_exchange import TokenExchange
from cognitui.demo.strict.tokens import AccessTokens
from cognitui.demo.strict.user_session_operations import UserSessionOperations
from cognitui.demo.strict.user_sessions import Caller
from cognitui.demo.strict.wire import AMZ_JSON, Answer, Body, Call

_USER_POOLS = "AWSCognitoIdentityProviderService."
_IDENTITY_POOLS = "AWSCognitoIdentityService."
_SECRETS = "secretsmanager."


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation without a signature: its target, and the function that performs it."""

    target: str
    """The X-Amz-Target header."""
    perform: Callable[[Parameters], Body]


@dataclass(frozen=True, slots=True)
class SignedOperation:
    """An operation that needs IAM credentials; it also receives the region of the signature."""

    target: str
    perform: Callable[[Parameters, str], Body]
    service: str = USER_POOLS
    """As the scope of a credential names it."""


@dataclass(frozen=True, slots=True)
class OpenOperation:
    """An operation that IAM credentials may sign, instead of another proof; it also receives whether they did."""

    target: str
    perform: Callable[[Parameters, bool], Body]


class Operations:
    """All operations and endpoints of the server, one call at a time."""

    def __init__(
        self,
        pools: Pools,
        refresh_tokens: RefreshTokens,
        identity_pools: IdentityPools,
        iam_users: IamUsers,
        secrets_manager: SecretsManager,
        client_secrets: ClientSecrets,
        outbox: Outbox,
        now: Callable[[], float],
    ) -> None:
        self._pools = pools
        self._iam_users = iam_users
        self._discovery = Discovery(pools)
        self._regions = Regions(pools)
        access_tokens = AccessTokens(pools, refresh_tokens.has_revoked, now)
        challenges = Challenges(refresh_tokens, outbox, now)
        sign_in = SignIn(pools, refresh_tokens, challenges, StepUp(access_tokens, now))
        exchange = TokenExchange(pools, refresh_tokens.has_revoked, now)
        self._operations: Mapping[str, Operation | SignedOperation | OpenOperation] = {
            operation.target: operation
            for operation in (
                *_sign_in_operations(sign_in, challenges, refresh_tokens),
                *_account_operations(AccountOperations(pools, refresh_tokens, access_tokens)),
                *_session_operations(UserSessionOperations(pools, refresh_tokens, access_tokens)),
                *_device_operations(DeviceOperations(access_tokens)),
                *_recovery_operations(AccountRecovery(pools, outbox, now)),
                *_admin_operations(AdminOperations(pools, refresh_tokens, now)),
                *_app_client_operations(AppClientOperations(pools, client_secrets, now)),
                *_secret_operations(secrets_manager),
                *_directory_operations(DirectoryOperations(pools)),
                *_identity_operations(identity_pools),
                *_token_operations(exchange, ClientTokens(pools, now)),
            )
        }
        self._oauth = OAuth(pools, refresh_tokens, access_tokens, exchange, outbox, now)
        self._user_sessions = refresh_tokens.user_sessions
        self._caller: Caller | None = None
        self._one_at_a_time = threading.Lock()

    def pretend_caller(self, caller: Caller | None) -> None:
        """Let all calls from now on come from another machine; None for where they come from."""
        with self._one_at_a_time:
            self._caller = caller

    def perform(self, call: Call) -> Answer:
        """Return the answer to a call."""
        try:
            with self._one_at_a_time:
                self._user_sessions.caller = self._caller or Caller.of(call.headers.get("user-agent", ""))
                if endpoint_of(call):
                    return self._oauth.perform(call)
                if is_sts_call(call):
                    return self._iam_users.get_caller_identity(call)
                return Answer.of(self._discovery.perform(call) if call.method == "GET" else self._operate(call))
        except Refusal as refusal:
            return refusal.answer

    def _operate(self, call: Call) -> Body:
        if call.headers.get("content-type") != AMZ_JSON:
            raise Refusal("SerializationException", f"The content type must be {AMZ_JSON}.")
        operation = self._operations.get(_target_of(call))
        if isinstance(operation, SignedOperation):
            return self._operate_signed(operation, call)
        if isinstance(operation, OpenOperation):
            return self._operate_open(operation, call)
        if "authorization" in call.headers:
            raise Refusal("UnrecognizedClientException", "A call of a user carries no AWS signature.")
        if operation is None:
            raise Refusal("UnknownOperationException")
        parameters = parse(call.body)
        self._regions.check(name_of(call), parameters, call.region)
        answer = operation.perform(parameters)
        self._regions.check_answer(answer, parameters, call.region)
        return answer

    def _operate_signed(self, operation: SignedOperation, call: Call) -> Body:
        signer, parameters = self._signer(call, operation.service), parse(call.body)
        pool_id = str(parameters.get("UserPoolId", ""))
        if "_" in pool_id and not self._regions.is_in(pool_id, signer.region):
            raise _wrong_region()
        signer.user.check_allowed(name_of(call), _resource_of(parameters, signer.region), operation.service)
        self._regions.check(name_of(call), parameters, signer.region)
        answer = operation.perform(parameters, signer.region)
        self._regions.check_answer(answer, parameters, signer.region)
        return answer

    def _operate_open(self, operation: OpenOperation, call: Call) -> Body:
        parameters, region, is_signed = parse(call.body), call.region, "authorization" in call.headers
        if is_signed:
            signer = self._signer(call)
            signer.user.check_allowed(name_of(call))
            region = signer.region
        self._regions.check(name_of(call), parameters, region)
        return operation.perform(parameters, is_signed)

    def _signer(self, call: Call, service: str = USER_POOLS) -> Signer:
        """Return who signed a call; at the address of a Region, the signature must be for that one."""
        signer = self._iam_users.signer(call, service)
        if call.region not in ("", signer.region):
            raise _wrong_region()
        return signer


def name_of(call: Call) -> str:
    """Return the name of the operation or endpoint that a call asks for; the path of an unknown GET."""
    if endpoint_of(call):
        return endpoint_of(call)
    if call.method == "GET":
        return document_of(call.path)
    if is_sts_call(call):
        return GET_CALLER_IDENTITY
    return _target_of(call).rpartition(".")[2]


def parameters_of(call: Call) -> Parameters:
    """Return the parameters of a call; empty if they cannot be parsed."""
    if endpoint_of(call):
        return oauth_parameters(call)
    try:
        return parse(call.body)
    except Refusal:
        return {}


def _wrong_region() -> Refusal:
    return Refusal("InvalidSignatureException", "Credential should be scoped to a valid region.")


def _target_of(call: Call) -> str:
    return call.headers.get("x-amz-target", "")


def _resource_of(parameters: Parameters, region: str) -> str:
    """Return what a call is about, as IAM names it: a pool, a secret, or `*`."""
    pool_id = parameters.get("UserPoolId")
    if pool_id:
        return f"arn:aws:cognito-idp:{region}:{ACCOUNT}:userpool/{pool_id}"
    return str(parameters.get("SecretId", "*"))


def _user_pools(name: str, perform: Callable[[Parameters], Body]) -> Operation:
    return Operation(_USER_POOLS + name, perform)


def _signed(name: str, perform: Callable[[Parameters], Body]) -> SignedOperation:
    return SignedOperation(_USER_POOLS + name, lambda parameters, _region: perform(parameters))


def _sign_in_operations(
    sign_in: SignIn, challenges: Challenges, refresh_tokens: RefreshTokens
) -> tuple[Operation | SignedOperation, ...]:
    return (
        _user_pools("InitiateAuth", sign_in.initiate_auth),
        _user_pools("RespondToAuthChallenge", sign_in.respond_to_auth_challenge),
        _signed("AdminInitiateAuth", sign_in.admin_initiate_auth),
        _signed("AdminRespondToAuthChallenge", sign_in.admin_respond_to_auth_challenge),
        _user_pools("AssociateSoftwareToken", challenges.mfa_setup.associate_software_token),
        _user_pools("VerifySoftwareToken", challenges.mfa_setup.verify_software_token),
        _user_pools("GetTokensFromRefreshToken", refresh_tokens.get_tokens_from_refresh_token),
    )


def _account_operations(account: AccountOperations) -> tuple[Operation, ...]:
    return (
        _user_pools("GetUser", account.get_user),
        _user_pools("GetUserAuthFactors", account.get_user_auth_factors),
        _user_pools("RevokeToken", account.revoke_token),
        _user_pools("GlobalSignOut", account.global_sign_out),
    )


def _session_operations(sessions: UserSessionOperations) -> tuple[Operation | SignedOperation, ...]:
    return (
        _user_pools("ListUserSessions", sessions.list_user_sessions),
        _user_pools("RevokeUserSession", sessions.revoke_user_session),
        _signed("AdminListUserSessions", sessions.admin_list_user_sessions),
        _signed("AdminRevokeUserSession", sessions.admin_revoke_user_session),
        _signed("GetUserPoolSessionConfiguration", sessions.get_user_pool_session_configuration),
        _signed("SetUserPoolSessionConfiguration", sessions.set_user_pool_session_configuration),
        _signed("GetUserPoolClientSessionConfiguration", sessions.get_user_pool_client_session_configuration),
        _signed("SetUserPoolClientSessionConfiguration", sessions.set_user_pool_client_session_configuration),
    )


def _device_operations(devices: DeviceOperations) -> tuple[Operation, ...]:
    return (
        _user_pools("ConfirmDevice", devices.confirm_device),
        _user_pools("UpdateDeviceStatus", devices.update_device_status),
        _user_pools("GetDevice", devices.get_device),
        _user_pools("ForgetDevice", devices.forget_device),
    )


def _recovery_operations(recovery: AccountRecovery) -> tuple[Operation, ...]:
    return (
        _user_pools("ResendConfirmationCode", recovery.resend_confirmation_code),
        _user_pools("ConfirmSignUp", recovery.confirm_sign_up),
        _user_pools("ForgotPassword", recovery.forgot_password),
        _user_pools("ConfirmForgotPassword", recovery.confirm_forgot_password),
    )


def _admin_operations(admin: AdminOperations) -> tuple[SignedOperation, ...]:
    return (
        _signed("AdminGetUser", admin.admin_get_user),
        _signed("AdminCreateUser", admin.admin_create_user),
        _signed("AdminSetUserPassword", admin.admin_set_user_password),
        _signed("AdminUserGlobalSignOut", admin.admin_user_global_sign_out),
    )


def _app_client_operations(clients: AppClientOperations) -> tuple[SignedOperation, ...]:
    return (
        _signed("CreateUserPoolClient", clients.create_user_pool_client),
        _signed("UpdateUserPoolClient", clients.update_user_pool_client),
        _signed("AddUserPoolClientSecret", clients.add_user_pool_client_secret),
        _signed("ListUserPoolClientSecrets", clients.list_user_pool_client_secrets),
        _signed("DeleteUserPoolClientSecret", clients.delete_user_pool_client_secret),
    )


def _secret_operations(secrets_manager: SecretsManager) -> tuple[SignedOperation, ...]:
    return (
        SignedOperation(_SECRETS + "GetSecretValue", secrets_manager.get_secret_value, SECRETS_MANAGER),
        SignedOperation(_SECRETS + "DescribeSecret", secrets_manager.describe_secret, SECRETS_MANAGER),
    )


def _directory_operations(directory: DirectoryOperations) -> tuple[SignedOperation, ...]:
    return (
        SignedOperation(_USER_POOLS + "ListUserPools", directory.list_user_pools),
        _signed("ListUserPoolReplicas", directory.list_user_pool_replicas),
        _signed("ListUserPoolClients", directory.list_user_pool_clients),
        _signed("ListUsers", directory.list_users),
        _signed("DescribeUserPool", directory.describe_user_pool),
        _signed("DescribeUserPoolClient", directory.describe_user_pool_client),
    )


def _identity_operations(identity_pools: IdentityPools) -> tuple[Operation, ...]:
    return (
        Operation(_IDENTITY_POOLS + "GetId", identity_pools.get_id),
        Operation(_IDENTITY_POOLS + "GetCredentialsForIdentity", identity_pools.get_credentials_for_identity),
    )


def _token_operations(exchange: TokenExchange, client_tokens: ClientTokens) -> tuple[OpenOperation, ...]:
    return (
        # The model has no no-auth mark on it: boto3 signs it, and the signature counts for nothing.
        OpenOperation(
            f"{_USER_POOLS}GetClientToken", lambda parameters, _signed: client_tokens.get_client_token(parameters)
        ),
        OpenOperation(
            f"{_USER_POOLS}GetDerivedToken",
            lambda parameters, signed: exchange.get_derived_token(parameters, signed=signed),
        ),
    )
