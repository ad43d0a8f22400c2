"""Names of a pool as the issuer of its tokens."""

from __future__ import annotations

import jwt
import pytest

from cognitui.demo.strict.issuers import IssuerType, aws_issuer
from tests.unit.demo.strict.world import World


@pytest.mark.parametrize(
    ("pool_id", "original", "updated"),
    [
        ("eu-west-1_Abc", "cognito-idp.eu-west-1.amazonaws.com", "issuer-cognito-idp.eu-west-1.amazonaws.com"),
        ("cn-north-1_Abc", "cognito-idp.cn-north-1.amazonaws.com.cn", "issuer-cognito-idp.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_a_pool_has_two_names_at_aws(pool_id: str, original: str, updated: str) -> None:
    assert [aws_issuer(kind, pool_id) for kind in IssuerType] == [
        f"https://{original}/{pool_id}",
        f"https://{updated}/{pool_id}",
    ]


def test_an_updated_issuer_is_in_new_tokens_and_the_old_ones_stay_valid(world: World) -> None:
    client = world.server.add_client(world.pool)
    before = world.sign_in(client)["AccessToken"]
    world.pool.issuer_type = IssuerType.UPDATED

    after = world.sign_in(client)["AccessToken"]

    names = [jwt.decode(token, options={"verify_signature": False})["iss"] for token in (before, after)]
    aws = f"https://issuer-cognito-idp.eu-west-1.amazonaws.com/{world.pool.id}"
    assert names == [f"{world.server.url}/{world.pool.id}", aws]
    for token in (before, after):
        assert world.boto.get_user(AccessToken=token)["Username"] == world.alice.username
