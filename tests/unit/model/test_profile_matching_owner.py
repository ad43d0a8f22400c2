"""Whose token it is."""

from __future__ import annotations

import pytest

from cognitui.model.profile_matching import owner_of, token_kind_of
from cognitui.model.token import TokenKind
from tests.unit.fakes import CLIENT, POOL, make_profile

ALICE = make_profile("dev/alice")
PROD = make_profile("prod/alice", user_pool_id="eu-west-1_Prod")
STRANGER = make_profile("dev/bob", client_id="another")
ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com"


@pytest.mark.parametrize("claims", [{"client_id": CLIENT}, {"aud": CLIENT}, {"aud": ["x", CLIENT]}])
def test_the_client_says_the_profile(claims: dict[str, object]) -> None:
    assert owner_of({**claims, "iss": f"{ISSUER}/{POOL}"}, [STRANGER, ALICE]) is ALICE


def test_of_two_pools_with_one_client_the_issuer_says_which() -> None:
    assert owner_of({"client_id": CLIENT, "iss": f"{ISSUER}/eu-west-1_Prod"}, [ALICE, PROD]) is PROD


def test_a_foreign_issuer_finds_no_pool_of_its_own() -> None:
    assert owner_of({"client_id": CLIENT, "iss": "https://evil.example.com"}, [ALICE, PROD]) is ALICE


@pytest.mark.parametrize("claims", [{}, {"client_id": ""}, {"client_id": 7}, {"aud": [{}]}, {"client_id": ["x"]}])
def test_a_token_of_no_client_that_is_known_is_nobodys(claims: dict[str, object]) -> None:
    assert owner_of(claims, [ALICE, make_profile("dev/none", client_id=None)]) is None


def test_a_token_says_which_one_it_is() -> None:
    assert token_kind_of({"token_use": "id"}) is TokenKind.ID
    assert token_kind_of({"token_use": ["id"]}) is TokenKind.ACCESS


def test_the_api_that_an_access_token_is_for_is_not_its_client() -> None:
    claims = {"client_id": CLIENT, "aud": STRANGER.client_id, "iss": f"{ISSUER}/{POOL}"}
    assert owner_of(claims, [STRANGER, ALICE]) is ALICE
