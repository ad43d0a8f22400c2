"""Sign-in by SRP; pycognito computes the proofs."""

from __future__ import annotations

from functools import partial

import jwt
import pytest

from cognitui.demo.strict.errors import Refusal
from cognitui.demo.strict.parameters import StringMap
from cognitui.demo.strict.pools import AppClient
from cognitui.demo.strict.srp import PRIME, claimed_time
from tests.unit.demo.strict.world import ALICE, SECRET, World, hashed, refused, respond

# pycognito gets the time with a function that Python 3.12 deprecates.
old_utcnow = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")


@old_utcnow
@pytest.mark.parametrize("secret", [None, SECRET], ids=["public", "confidential"])
def test_an_alias_and_its_password_get_tokens_that_verify(world: World, secret: str | None) -> None:
    client = world.server.add_client(world.pool, secret=secret)

    tokens = world.srp(client).authenticate_user()["AuthenticationResult"]

    key = jwt.PyJWKClient(f"{world.pool.issuer}/.well-known/jwks.json").get_signing_key_from_jwt(tokens["AccessToken"])
    access = jwt.decode(tokens["AccessToken"], key, ["RS256"], issuer=world.pool.issuer)
    id_ = jwt.decode(tokens["IdToken"], key, ["RS256"], issuer=world.pool.issuer, audience=client.id)
    assert "aud" not in access
    assert (access["client_id"], access["username"], access["token_use"]) == (client.id, world.alice.username, "access")
    assert (id_["cognito:username"], id_["email"], id_["cognito:groups"]) == (world.alice.username, ALICE, ["admins"])
    assert access["exp"] - access["iat"] == tokens["ExpiresIn"] == 3600
    assert len(tokens["RefreshToken"]) > 1_280


@old_utcnow
def test_the_proof_of_another_password_is_refused(world: World) -> None:
    srp = world.srp(world.server.add_client(world.pool), "Passw1rd!")
    assert refused(srp.authenticate_user) == ("NotAuthorizedException", "Incorrect username or password.")


@old_utcnow
@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"USERNAME": ALICE}, id="the alias for the real username"),
        pytest.param({"PASSWORD_CLAIM_SECRET_BLOCK": "AAAA"}, id="another secret block"),
        pytest.param({"PASSWORD_CLAIM_SIGNATURE": "AAAA"}, id="another signature"),
        pytest.param({"TIMESTAMP": "Tue Nov 3 09:05:07 UTC 2020"}, id="another timestamp"),
    ],
)
def test_a_proof_with_a_changed_parameter_is_refused(world: World, changed: StringMap) -> None:
    client = world.server.add_client(world.pool)
    challenge, answer = proof(world, client)

    given = {**answer, **changed}
    assert refused(lambda: respond(world, client, challenge, given))[1] == "Incorrect username or password."


@old_utcnow
def test_the_hash_of_a_challenge_answer_is_for_the_name_that_is_sent(world: World) -> None:
    client = world.server.add_client(world.pool, secret=SECRET)
    challenge, answer = proof(world, client)

    given = {**answer, **hashed(client, ALICE)}
    message = refused(lambda: respond(world, client, challenge, given))[1]
    assert message == f"SecretHash does not match for the client: {client.id}"


@old_utcnow
def test_a_proof_works_once(world: World) -> None:
    client = world.server.add_client(world.pool)
    challenge, answer = proof(world, client)
    respond(world, client, challenge, answer)

    assert refused(lambda: respond(world, client, challenge, answer))[0] == "NotAuthorizedException"


@old_utcnow
def test_a_proof_from_a_clock_an_hour_off_is_refused(world: World) -> None:
    srp = world.srp(world.server.add_client(world.pool))
    world.server.skew = 3_600
    assert refused(srp.authenticate_user) == ("NotAuthorizedException", "Incorrect username or password.")


@pytest.mark.parametrize("public", ["0", f"{PRIME:x}", f"{2 * PRIME:x}", "no number"])
def test_a_public_value_that_would_prove_any_password_is_refused(world: World, public: str) -> None:
    client = world.server.add_client(world.pool)
    given = {"USERNAME": ALICE, "SRP_A": public}
    call = partial(world.boto.initiate_auth, ClientId=client.id, AuthFlow="USER_SRP_AUTH", AuthParameters=given)
    assert refused(call)[0] == "InvalidParameterException"


def test_a_timestamp_is_in_utc() -> None:
    assert claimed_time("Tue Nov 3 09:05:07 UTC 2026") == 1_793_696_707


@pytest.mark.parametrize(
    "timestamp",
    [
        "Tue Nov 03 09:05:07 UTC 2026",
        "Tue Nov  3 09:05:07 UTC 2026",
        "Di Nov 3 09:05:07 UTC 2026",
        "Tue nov 3 09:05:07 UTC 2026",
        "Tue Nov 3 9:05:07 UTC 2026",
        "Tue Nov 3 09:05:07 CET 2026",
        "Tue Nov 31 09:05:07 UTC 2026",
        "Tue Nov 3 09:05:07 UTC 2026\n",
        "2026-11-03T09:05:07Z",
    ],
)
def test_a_timestamp_of_another_format_is_refused(timestamp: str) -> None:
    with pytest.raises(Refusal, match="TIMESTAMP format"):
        claimed_time(timestamp)


def proof(world: World, client: AppClient) -> tuple[str, dict[str, str]]:
    """Return the name of a challenge and its correct answer."""
    srp = world.srp(client)
    asked = srp.get_auth_params()
    started = world.boto.initiate_auth(ClientId=client.id, AuthFlow="USER_SRP_AUTH", AuthParameters=asked)
    assert not started.get("Session")
    parameters = started["ChallengeParameters"]
    return started["ChallengeName"], srp.process_challenge(parameters, asked)
