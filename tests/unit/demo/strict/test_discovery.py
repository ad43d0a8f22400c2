"""Key set and discovery document of a pool."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import urllib3

from cognitui.demo.strict.issuers import IssuerType
from cognitui.demo.strict.pools import Pool
from cognitui.demo.strict.server import StrictServer


def document(pool: Pool, name: str, host: str = "") -> Mapping[str, object]:
    address = f"{pool.endpoint}/{pool.id}/.well-known/{name}"
    found = urllib3.request("GET", address, headers={"Host": host} if host else {}).json()
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("kind", IssuerType)
def test_the_document_names_the_issuer_and_the_address_of_its_keys(strict: StrictServer, kind: IssuerType) -> None:
    pool = strict.add_pool(issuer_type=kind)

    found = document(pool, "openid-configuration")

    assert found["issuer"] == pool.issuer
    keys = urllib3.request("GET", str(found["jwks_uri"])).json()
    assert keys == {"keys": [pool.key.jwk]}
    assert str(found["token_endpoint"]).startswith(strict.url)


def test_both_hosts_have_the_same_keys_and_each_has_its_own_name(strict: StrictServer) -> None:
    pool = strict.add_pool(has_aws_issuer=True)
    original, updated = "cognito-idp.eu-west-1.amazonaws.com", "issuer-cognito-idp.eu-west-1.amazonaws.com"

    assert document(pool, "jwks.json", original) == document(pool, "jwks.json", updated)
    names = [document(pool, "openid-configuration", host)["issuer"] for host in (original, updated)]
    assert names == [f"https://{original}/{pool.id}", f"https://{updated}/{pool.id}"]


@pytest.mark.parametrize("path", ["/eu-west-1_Unknown00/.well-known/jwks.json", "/favicon.ico"])
def test_nothing_else_is_found(strict: StrictServer, path: str) -> None:
    answer = urllib3.request("GET", strict.url + path)

    assert answer.status == 404
    assert answer.json()["__type"] == "ResourceNotFoundException"
