"""Key set and discovery document of a pool, which are the same at both of its issuers but for the name."""

from __future__ import annotations

from cognitui.demo.strict.errors import Refusal
from cognitui.demo.strict.issuers import IssuerType, names_updated_issuer
from cognitui.demo.strict.pools import OPENID_SCOPES, Pool, Pools
from cognitui.demo.strict.wire import Body, Call

JWKS = "jwks"
"""The name of a request for a key set, in the journal and for injected errors."""

DISCOVERY = "discovery"
"""The name of a request for a discovery document."""

_KEY_SET_PATH = "/.well-known/jwks.json"
_DISCOVERY_PATH = "/.well-known/openid-configuration"


class Discovery:
    """Answers to every GET that goes to no OAuth endpoint."""

    def __init__(self, pools: Pools) -> None:
        self._pools = pools

    def perform(self, call: Call) -> Body:
        """Return a key set or a discovery document, or raise ResourceNotFoundException."""
        for path, answer in ((_KEY_SET_PATH, _key_set), (_DISCOVERY_PATH, _configuration)):
            if call.path.endswith(path):
                return answer(self._pool(call.path.removesuffix(path).removeprefix("/")), call)
        raise Refusal("ResourceNotFoundException", "No such document.", 404)

    def _pool(self, pool_id: str) -> Pool:
        pool = self._pools.pool(pool_id)
        if pool is None:
            raise Refusal("ResourceNotFoundException", f"User pool {pool_id} does not exist.", 404)
        return pool


def document_of(path: str) -> str:
    """Return the name of the document at a path; the path itself if there is none."""
    names = {_KEY_SET_PATH: JWKS, _DISCOVERY_PATH: DISCOVERY}
    return next((name for end, name in names.items() if path.endswith(end)), path)


def _key_set(pool: Pool, _call: Call) -> Body:
    return {"keys": [pool.key.jwk]}


def _configuration(pool: Pool, call: Call) -> Body:
    """Return the document of the issuer that the Host header names, or of the one that the pool uses.

    Its addresses are this server's own: AWS's would not answer.
    """
    issuer = pool.issuer_as(IssuerType.UPDATED) if names_updated_issuer(call.headers.get("host", "")) else pool.issuer
    return {
        "issuer": issuer,
        "jwks_uri": f"{pool.endpoint}/{pool.id}{_KEY_SET_PATH}",
        "authorization_endpoint": f"{pool.endpoint}/oauth2/authorize",
        "token_endpoint": f"{pool.endpoint}/oauth2/token",
        "revocation_endpoint": f"{pool.endpoint}/oauth2/revoke",
        "userinfo_endpoint": f"{pool.endpoint}/oauth2/userInfo",
        "end_session_endpoint": f"{pool.endpoint}/logout",
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "token"],
        "scopes_supported": list(OPENID_SCOPES),
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }
