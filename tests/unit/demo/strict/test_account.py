"""GetUser, GetUserAuthFactors, RevokeToken and GlobalSignOut."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from cognitui.demo.strict.pools import MfaConfiguration
from cognitui.demo.strict.users import Mfa, SoftwareToken
from tests.unit.demo.strict.raw import ask
from tests.unit.demo.strict.world import ALICE, SECRET, World

REVOKED = ("NotAuthorizedException", "Access Token has been revoked")


def test_get_user_returns_the_user_of_the_access_token(world: World) -> None:
    tokens = world.sign_in(world.server.add_client(world.pool))

    reply = ask(world.server, "GetUser", AccessToken=tokens["AccessToken"])

    assert reply.body["Username"] == world.alice.username
    assert reply.body["UserAttributes"] == [
        {"Name": "sub", "Value": world.alice.sub},
        {"Name": "email", "Value": ALICE},
        {"Name": "email_verified", "Value": "true"},
    ]


def test_get_user_refuses_an_id_token(world: World) -> None:
    tokens = world.sign_in(world.server.add_client(world.pool))
    reply = ask(world.server, "GetUser", AccessToken=tokens["IdToken"])
    assert reply.refusal == ("NotAuthorizedException", "Invalid Access Token")


def test_get_user_refuses_a_token_whose_claims_were_changed(world: World) -> None:
    tokens = world.sign_in(world.server.add_client(world.pool))
    header, claims, signature = tokens["AccessToken"].split(".")
    _, other, _ = world.sign_in(world.server.add_client(world.pool))["AccessToken"].split(".")
    assert claims != other

    reply = ask(world.server, "GetUser", AccessToken=f"{header}.{other}.{signature}")
    assert reply.refusal == ("NotAuthorizedException", "Invalid Access Token")


@pytest.mark.parametrize("token", ["any", "a.b.c", "..", "e30.e30.e30", "aaaaa.aaaaa.aaaaa"])
def test_get_user_refuses_a_string_that_is_not_a_token(world: World, token: str) -> None:
    assert ask(world.server, "GetUser", AccessToken=token).refusal[1] == "Invalid Access Token"


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}, {"alg": "RS256", "kid": "another"}])
def test_get_user_refuses_a_token_of_another_algorithm_or_key(world: World, header: dict[str, str]) -> None:
    """The pool's key has signed it: nothing else is wrong."""
    token = world.sign_in(world.server.add_client(world.pool))["AccessToken"]
    key = world.pool.key
    whole = json.dumps({"kid": key.key_id, **header}).encode()
    signed = f"{base64.urlsafe_b64encode(whole).rstrip(b'=').decode()}.{token.split('.')[1]}"
    signature = base64.urlsafe_b64encode(key.private.sign(signed.encode(), PKCS1v15(), SHA256())).rstrip(b"=")
    reply = ask(world.server, "GetUser", AccessToken=f"{signed}.{signature.decode()}")
    assert reply.refusal == ("NotAuthorizedException", "Invalid Access Token")


def test_get_user_refuses_characters_that_no_token_contains(world: World) -> None:
    assert ask(world.server, "GetUser", AccessToken="a b").refusal[0] == "InvalidParameterException"


def test_get_user_refuses_an_access_token_that_has_expired(world: World) -> None:
    tokens = world.sign_in(world.server.add_client(world.pool, access_validity=300))
    world.server.clock.advance(301)
    reply = ask(world.server, "GetUser", AccessToken=tokens["AccessToken"])
    assert reply.refusal == ("NotAuthorizedException", "Access Token has expired")


def test_the_factors_of_a_user_are_those_of_either_kind(world: World) -> None:
    token = world.sign_in(world.server.add_client(world.pool))["AccessToken"]
    assert world.boto.get_user_auth_factors(AccessToken=token)["ConfiguredUserAuthFactors"] == ["PASSWORD"]
    world.pool.first_factors, world.pool.mfa = ("PASSWORD", "EMAIL_OTP", "WEB_AUTHN"), MfaConfiguration.OPTIONAL
    world.alice.has_passkey, world.alice.software_token = True, SoftwareToken()
    world.alice.mfa, world.alice.preferred_mfa = (Mfa.TOTP,), Mfa.TOTP

    found = world.boto.get_user_auth_factors(AccessToken=token)

    assert found["Username"] == world.alice.username
    assert (found["PreferredMfaSetting"], found["UserMFASettingList"]) == (Mfa.TOTP, [Mfa.TOTP])
    assert found["ConfiguredUserAuthFactors"] == ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN", "SOFTWARE_TOKEN"]


def test_get_user_reports_a_deleted_user(world: World) -> None:
    tokens = world.sign_in(world.server.add_client(world.pool))
    world.pool.users.clear()
    reply = ask(world.server, "GetUser", AccessToken=tokens["AccessToken"])
    assert reply.refusal == ("UserNotFoundException", "User does not exist.")


def test_revoking_a_refresh_token_revokes_the_access_tokens_of_its_sign_in(world: World) -> None:
    client = world.server.add_client(world.pool, secret=SECRET)
    ended, other = world.sign_in(client), world.sign_in(client)

    token = ended["RefreshToken"]
    reply = ask(world.server, "RevokeToken", Token=token, ClientId=client.id, ClientSecret=SECRET)

    assert (reply.status, reply.body) == (200, {})
    again = ask(world.server, "GetTokensFromRefreshToken", RefreshToken=token, ClientId=client.id, ClientSecret=SECRET)
    assert again.refusal == ("NotAuthorizedException", "Refresh Token has been revoked")
    assert ask(world.server, "GetUser", AccessToken=ended["AccessToken"]).refusal == REVOKED
    assert ask(world.server, "GetUser", AccessToken=other["AccessToken"]).status == 200


def test_a_token_is_revoked_with_those_that_it_was_rotated_into(world: World) -> None:
    client = world.server.add_client(world.pool, rotation=True, rotation_grace=60)
    first = world.sign_in(client)["RefreshToken"]
    second = world.refresh(client, first)["RefreshToken"]

    ask(world.server, "RevokeToken", Token=first, ClientId=client.id)

    reply = ask(world.server, "GetTokensFromRefreshToken", RefreshToken=second, ClientId=client.id)
    assert reply.refusal[1] == "Refresh Token has been revoked"


@pytest.mark.parametrize("sent", [None, SECRET[::-1]])
def test_a_client_with_a_secret_must_send_it_to_revoke(world: World, sent: str | None) -> None:
    client = world.server.add_client(world.pool, secret=SECRET)
    token = world.sign_in(client)["RefreshToken"]
    reply = ask(world.server, "RevokeToken", Token=token, ClientId=client.id, ClientSecret=sent)
    assert reply.refusal[0] == "UnauthorizedException"


def test_an_access_token_cannot_be_revoked(world: World) -> None:
    client = world.server.add_client(world.pool)
    token = world.sign_in(client)["AccessToken"]
    reply = ask(world.server, "RevokeToken", Token=token, ClientId=client.id)
    assert reply.refusal[0] == "UnsupportedTokenTypeException"


def test_another_clients_token_cannot_be_revoked(world: World) -> None:
    client, other = world.server.add_client(world.pool), world.server.add_client(world.pool)
    token = world.sign_in(client)["RefreshToken"]

    reply = ask(world.server, "RevokeToken", Token=token, ClientId=other.id)

    assert reply.refusal[0] == "UnauthorizedException"
    assert world.refresh(client, token)["AccessToken"]


def test_a_client_without_revocation_revokes_nothing(world: World) -> None:
    client = world.server.add_client(world.pool, revocation=False)
    token = world.sign_in(client)["RefreshToken"]
    reply = ask(world.server, "RevokeToken", Token=token, ClientId=client.id)
    assert reply.refusal[0] == "UnsupportedOperationException"


def test_revoking_twice_is_not_an_error(world: World) -> None:
    client = world.server.add_client(world.pool)
    token = world.sign_in(client)["RefreshToken"]
    for _ in range(2):
        assert ask(world.server, "RevokeToken", Token=token, ClientId=client.id).status == 200


def test_a_global_sign_out_revokes_all_tokens_of_only_that_user(world: World) -> None:
    clients = [world.server.add_client(world.pool) for _ in range(2)]
    tokens = [world.sign_in(client) for client in clients]
    world.server.add_user(world.pool, "bob", "Passw0rd!")
    bob = world.start(clients[0], "bob")["AuthenticationResult"]

    assert ask(world.server, "GlobalSignOut", AccessToken=tokens[0]["AccessToken"]).body == {}

    for client, mine in zip(clients, tokens, strict=True):
        reply = ask(world.server, "GetTokensFromRefreshToken", RefreshToken=mine["RefreshToken"], ClientId=client.id)
        assert reply.refusal == ("NotAuthorizedException", "Refresh Token has been revoked")
        assert ask(world.server, "GetUser", AccessToken=mine["AccessToken"]).refusal == REVOKED
    assert ask(world.server, "GetUser", AccessToken=bob["AccessToken"]).status == 200
    assert world.sign_in(clients[0])["AccessToken"]


def test_a_null_entry_counts_as_absent(world: World) -> None:
    client = world.server.add_client(world.pool)
    tokens = world.sign_in(client)

    reply = ask(
        world.server,
        "InitiateAuth",
        ClientId=client.id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"], "DEVICE_KEY": None},
    )

    assert reply.status == 200
