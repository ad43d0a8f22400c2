"""Region that a call is addressed to, and what it serves if the pool's primary is in another one.

AWS, "Multi-Region replication for user pools". The texts and the error of a TOTP sign-in are choices of this server.
A domain has no Region: Route 53 decides, so its endpoints answer at every address.
"""

from __future__ import annotations

from cognitui.demo.strict.errors import Refusal, operation_not_enabled
from cognitui.demo.strict.parameters import Parameters
from cognitui.demo.strict.pools import Pool, Pools
from cognitui.demo.strict.replicas import Replica, ReplicaStatus
from cognitui.demo.strict.tokens import signed_token
from cognitui.demo.strict.users import Mfa
from cognitui.demo.strict.wire import Body

_FOR_USERS = frozenset(
    {
        "InitiateAuth",
        "RespondToAuthChallenge",
        "AdminInitiateAuth",
        "AdminRespondToAuthChallenge",
        "GetTokensFromRefreshToken",
        "RevokeToken",
        "GetUser",
        "GetUserAuthFactors",
        "GlobalSignOut",
    }
)
"""What an active secondary does for users."""

_FOR_ADMINISTRATORS = ("List", "Describe")
"""How the names of what every secondary does begin."""

_ONLY_AT_PRIMARY = frozenset({"ListUserSessions"})

_NO_TOTP = frozenset({Mfa.TOTP.value, "MFA_SETUP"})
"""Challenges that no secondary asks: it neither knows the codes that were used nor changes users."""


class Regions:
    """Check of a call against the Region that it is addressed to."""

    def __init__(self, pools: Pools) -> None:
        self._pools = pools

    def check(self, operation: str, parameters: Parameters, region: str) -> None:
        """Refuse what the pool's replica in a Region does not do; an empty region stands for each pool's primary.

        Raises:
            Refusal: ResourceNotFoundException if the pool is not in the Region, otherwise OperationNotEnabledException.
        """
        replica = self._replica(parameters, region)
        if replica is None or (operation.startswith(_FOR_ADMINISTRATORS) and operation not in _ONLY_AT_PRIMARY):
            return
        if operation not in _FOR_USERS:
            raise operation_not_enabled(f"{operation} is not enabled in the secondary Region {region}.")
        if replica.status is not ReplicaStatus.ACTIVE:
            raise operation_not_enabled(f"The replica in {region} is not active. Current status is {replica.status}.")
        self._check_challenge(parameters, region)

    def check_answer(self, answer: Body, parameters: Parameters, region: str) -> None:
        """Refuse a sign-in that goes on with an authenticator app, or must set one up."""
        if self._replica(parameters, region) is not None:
            self._check_challenge(answer, region)

    def is_in(self, pool_id: str, region: str) -> bool:
        """Return whether a pool, or its replica, is in a Region; the id of an unknown one decides."""
        pool = self._pools.pool(pool_id)
        return pool_id.startswith(f"{region}_") if pool is None else region in pool.regions

    def _replica(self, parameters: Parameters, region: str) -> Replica | None:
        """Return the replica that a call is addressed to, or None if it goes to the pool's primary."""
        pool = self._pool(parameters) if region else None
        if pool is None or region == pool.region:
            return None
        if pool.replica is None or pool.replica.region != region:
            raise Refusal("ResourceNotFoundException", f"User pool {pool.id} does not exist.")
        return pool.replica

    def _pool(self, parameters: Parameters) -> Pool | None:
        """Return the pool that a call names, by its id, an app client or an access token."""
        pool_id, client_id, token = (parameters.get(name) for name in ("UserPoolId", "ClientId", "AccessToken"))
        if isinstance(pool_id, str):
            return self._pools.pool(pool_id)
        if isinstance(client_id, str):
            return self._pools.client(client_id).pool
        signed = signed_token(self._pools, token) if isinstance(token, str) else None
        return signed.pool if signed else None

    def _check_challenge(self, given: Parameters, region: str) -> None:
        name = given.get("ChallengeName")
        if name in _NO_TOTP:
            raise operation_not_enabled(f"{name} is not enabled in the secondary Region {region}.")
