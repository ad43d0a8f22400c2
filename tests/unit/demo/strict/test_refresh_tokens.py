"""Refresh tokens: both operations, rotation, and emulators without the newer one."""

from __future__ import annotations

import pytest

from cognitui.demo.strict import errors
from tests.unit.demo.strict.world import ALICE, SECRET, World, hashed, refused

REFRESH = "GetTokensFromRefreshToken"


def test_the_older_operation_needs_the_hash_of_the_real_username(world: World) -> None:
    client = world.server.add_client(world.pool, secret=SECRET)
    token = world.sign_in(client)["RefreshToken"]

    assert "SecretHash" in refused(lambda: world.old_refresh(client, token, **hashed(client, ALICE)))[1]
    result = world.old_refresh(client, token, **hashed(client, world.alice.username))
    assert result["AccessToken"]
    assert "RefreshToken" not in result


def test_the_newer_operation_needs_the_plain_secret(world: World) -> None:
    client = world.server.add_client(world.pool, secret=SECRET)
    token = world.sign_in(client)["RefreshToken"]

    assert "not received" in refused(lambda: world.refresh(client, token))[1]
    assert "does not match" in refused(lambda: world.refresh(client, token, ClientSecret=SECRET[::-1]))[1]
    assert "RefreshToken" not in world.refresh(client, token, ClientSecret=SECRET)


def test_a_rotated_token_expires_after_its_grace_and_its_reuse_is_reported(world: World) -> None:
    client = world.server.add_client(world.pool, rotation=True, rotation_grace=30)
    first = world.sign_in(client)["RefreshToken"]

    second = world.refresh(client, first)["RefreshToken"]
    assert world.refresh(client, first)["RefreshToken"] not in (first, second)
    world.server.clock.advance(30)
    assert refused(lambda: world.refresh(client, first))[0] == "RefreshTokenReuseException"
    assert world.refresh(client, second)["AccessToken"]


def test_a_rotated_token_keeps_the_lifetime_of_the_first(world: World) -> None:
    client = world.server.add_client(world.pool, rotation=True, refresh_validity=3_600)
    first = world.sign_in(client)["RefreshToken"]
    world.server.clock.advance(3_000)
    second = world.refresh(client, first)["RefreshToken"]

    world.server.clock.advance(600)
    assert refused(lambda: world.refresh(client, second)) == ("NotAuthorizedException", "Refresh Token has expired")


def test_rotation_refuses_the_older_operation(world: World) -> None:
    client = world.server.add_client(world.pool, rotation=True)
    token = world.sign_in(client)["RefreshToken"]
    assert refused(lambda: world.old_refresh(client, token))[0] == "InvalidParameterException"


def test_a_revoked_or_foreign_refresh_token_is_refused(world: World) -> None:
    client, other = world.server.add_client(world.pool), world.server.add_client(world.pool)
    token = world.sign_in(client)["RefreshToken"]

    assert refused(lambda: world.refresh(other, token))[1] == "Invalid Refresh Token"
    world.server.revoke(token)
    assert refused(lambda: world.refresh(client, token))[1] == "Refresh Token has been revoked"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.http_500(), "InternalErrorException"),
        (errors.unknown_operation(), "UnknownOperationException"),
        (errors.html_page(501), "501"),
    ],
)
def test_an_emulator_without_the_newer_operation_can_be_imitated(
    world: World, error: errors.InjectedError, code: str
) -> None:
    world.server.errors.always(REFRESH, error)
    client = world.server.add_client(world.pool)
    token = world.sign_in(client)["RefreshToken"]

    assert [refused(lambda: world.refresh(client, token))[0] for _ in range(2)] == [code, code]
    assert world.old_refresh(client, token)["AccessToken"]
