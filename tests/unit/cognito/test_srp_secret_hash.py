"""SECRET_HASH."""

from __future__ import annotations

from pycognito.aws_srp import AWSSRP

from cognitui.cognito.challenges.attempt import Attempt, with_secret_hash
from cognitui.cognito.challenges.password import server_challenge
from cognitui.cognito.responses import Asked, Reply
from cognitui.cognito.srp import secret_hash
from cognitui.model.challenge import GivenSecrets
from tests.unit.fakes import NOW, make_profile


def test_it_agrees_with_pycognito() -> None:
    assert secret_hash("älice", "client", "sécret") == AWSSRP.get_secret_hash("älice", "client", "sécret")


def test_a_client_without_a_secret_sends_no_hash() -> None:
    assert with_secret_hash({"USERNAME": "alice"}, make_profile(), None) == {"USERNAME": "alice"}


def test_the_first_call_hashes_the_name_that_it_sends() -> None:
    profile = make_profile(username="alice@example.com")

    signed = Attempt(profile, GivenSecrets("pw", "secret")).signed({})

    assert signed["USERNAME"] == "alice@example.com"
    assert signed["SECRET_HASH"] == secret_hash("alice@example.com", profile.client_id, "secret")


def test_an_answer_hashes_the_name_from_cognito_and_not_the_alias() -> None:
    profile = make_profile(username="alice@example.com")
    asked = Asked("PASSWORD_VERIFIER", parameters={"USER_ID_FOR_SRP": "5f2c-sub"})

    signed = Attempt(profile, GivenSecrets("pw", "secret")).facing(asked, Reply(asked, NOW)).signed({})

    assert signed["USERNAME"] == "5f2c-sub"
    assert signed["SECRET_HASH"] == secret_hash("5f2c-sub", profile.client_id, "secret")


def test_an_answer_goes_under_username_where_another_name_is_for_the_proof() -> None:
    """As the SDKs do it; moto has another USER_ID_FOR_SRP than USERNAME, and knows nobody by it."""
    profile = make_profile(username="alice@example.com")
    asked = Asked(
        "PASSWORD_VERIFIER",
        parameters={
            "USERNAME": "alice",
            "USER_ID_FOR_SRP": "5f2c-sub",
            "SALT": "ab",
            "SRP_B": "ab",
            "SECRET_BLOCK": "AAAA",
        },
    )

    attempt = Attempt(profile, GivenSecrets("pw", "secret")).facing(asked, Reply(asked, NOW))

    assert attempt.signed({})["USERNAME"] == "alice"
    assert attempt.signed({})["SECRET_HASH"] == secret_hash("alice", profile.client_id, "secret")
    assert server_challenge(attempt).user_id == "5f2c-sub"
