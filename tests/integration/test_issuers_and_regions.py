"""Tokens of both issuers of a pool, and sign-ins at its replica: our code against the strict server."""

from __future__ import annotations

import pytest

from cognitui.cognito.http import fetch_https
from cognitui.cognito.identity_pool_api import IdentityPoolApi
from cognitui.cognito.jwks import TokenVerifier
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.strict.issuers import IssuerType, aws_issuer
from cognitui.demo.strict.replicas import Replica, ReplicaStatus
from cognitui.demo.strict.server import StrictServer
from cognitui.model.challenge import SignedIn
from cognitui.model.claims import issuer_in
from cognitui.model.errors import NotInThisPool, Refused
from cognitui.model.profile import Environment, Flow, Profile, ProfileFields
from cognitui.model.token import Verification
from tests.integration.challenge_desk import ALICE, Desk, MakeDesk, maker

THERE = "eu-central-1"


@pytest.fixture
def desk(strict: StrictServer) -> MakeDesk:
    return maker(strict)


def profile_at(at: Desk, **fields: object) -> Profile:
    own = ProfileFields(**fields).merged_into(at.fields)  # type: ignore[arg-type]  # by name
    return Profile(environment=Environment(name="dev"), name="alice", own=own)


def signed_in(at: Desk, **fields: object) -> SignedIn:
    step = at.signin.start(profile_at(at, **fields), at.given)
    assert isinstance(step, SignedIn), step
    return step


def verified(at: Desk, token: str) -> Verification:
    return TokenVerifier(fetch_https, at.server.now).verify(profile_at(at), token)


@pytest.mark.parametrize("kind", IssuerType)
def test_tokens_with_either_issuer_of_aws_are_verified(desk: MakeDesk, kind: IssuerType) -> None:
    at = desk(pool={"issuer_type": kind, "has_aws_issuer": True})
    result = signed_in(at)

    for token in (result.tokens.access, result.tokens.id):
        assert token is not None
        assert issuer_in(token.value) == aws_issuer(kind, at.client.pool.id)
        assert verified(at, token.value).verified


def test_tokens_from_before_a_switch_of_the_issuer_stay_valid(desk: MakeDesk) -> None:
    at = desk(pool={"has_aws_issuer": True})
    before = signed_in(at).tokens.access.value
    at.client.pool.issuer_type = IssuerType.UPDATED
    after = signed_in(at).tokens.access.value

    assert issuer_in(before) != issuer_in(after)
    assert verified(at, before).verified
    assert verified(at, after).verified


@pytest.mark.parametrize("kind", IssuerType)
def test_an_identity_pool_takes_id_tokens_of_either_issuer(desk: MakeDesk, kind: IssuerType) -> None:
    at = desk(pool={"issuer_type": kind, "has_aws_issuer": True})
    identity_pool = at.server.add_identity_pool(at.client.pool, at.client)
    token = signed_in(at).tokens.id
    assert token is not None
    transport = UserPoolApi(at.server.clock).transport

    found = IdentityPoolApi(transport).credentials(profile_at(at, identity_pool_id=identity_pool.id), token.value)

    assert found.access_key_id


def test_a_user_signs_in_at_the_replica_and_refreshes_at_the_primary(desk: MakeDesk) -> None:
    at = desk(pool={"replica": Replica(THERE)})
    url = at.server.url_in(THERE)
    step = signed_in(at, region=THERE, endpoint_url=url, flow=Flow.USER_SRP_AUTH)

    assert step.tokens.refresh is not None

    refreshed = at.signin.refresh(profile_at(at), step.tokens.refresh.value, None, ALICE)

    assert verified(at, refreshed.access.value).verified


def test_a_replica_that_is_not_active_names_the_primary_region(desk: MakeDesk) -> None:
    at = desk(pool={"replica": Replica(THERE, ReplicaStatus.INACTIVE)})

    with pytest.raises(Refused) as caught:
        signed_in(at, region=THERE, endpoint_url=at.server.url_in(THERE))

    assert "eu-west-1" in f"{caught.value.cause} {caught.value.fix}"


def test_what_a_replica_does_not_do_names_the_primary_region(desk: MakeDesk) -> None:
    at = desk(pool={"replica": Replica(THERE)})
    there = profile_at(at, region=THERE, endpoint_url=at.server.url_in(THERE))

    with pytest.raises(NotInThisPool) as caught:
        UserPoolApi(at.server.clock).forgot_password(there, None)

    assert "set region to eu-west-1" in caught.value.fix
