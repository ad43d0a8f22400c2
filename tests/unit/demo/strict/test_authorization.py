"""Access tokens bound to a resource, and tokens in the redirect."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from cognitui.demo.strict.tiers import Tier
from tests.strict.browser import log_in
from tests.unit.demo.strict.raw import ask
from tests.unit.demo.strict.test_oauth import CALLBACK, Program, claims, opened, program
from tests.unit.demo.strict.world import ALICE, PASSWORD, World

API = "https://api.example.com"


def bound(world: World, **settings: object) -> Program:
    """Return a program of a pool that has the API as a resource server."""
    world.pool.resource_servers = (API, "orders")
    return program(world, **settings)


def fragment(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).fragment))


def test_the_access_token_is_bound_to_the_resource_and_a_refresh_keeps_it(world: World) -> None:
    asked = bound(world)
    first = asked.tokens(resource=API)
    second = asked.refresh(first["refresh_token"]).body

    for tokens in (first, second):
        assert claims(tokens["access_token"])["aud"] == API
        assert claims(tokens["id_token"])["aud"] == asked.client.id
    assert ask(world.server, "GetUser", AccessToken=second["access_token"]).status == 200


def test_without_a_resource_the_access_token_has_no_audience(world: World) -> None:
    assert "aud" not in claims(bound(world).tokens()["access_token"])


def test_a_resource_that_is_no_resource_server_fails_at_the_token_endpoint(world: World) -> None:
    asked = bound(world)
    code = asked.code(resource=f"{API}/")

    reply = asked.exchange(code)

    assert (reply.status, reply.body) == (400, {"error": "invalid_grant"})


def test_a_request_names_one_resource(world: World) -> None:
    status, page, _ = opened(f"{bound(world).url(resource=API)}&resource=orders")

    assert (status, "repeated" in page) == (400, True)


def test_the_login_page_of_a_lite_pool_ignores_the_resource(world: World) -> None:
    world.pool.tier = Tier.LITE

    assert "aud" not in claims(bound(world).tokens(resource=API)["access_token"])


def test_the_implicit_grant_returns_bound_tokens_in_the_fragment(world: World) -> None:
    asked = bound(world, grants=frozenset({"implicit"}))
    location = log_in(asked.url(response_type="token", resource=API), ALICE, PASSWORD)
    back = fragment(location)

    assert location.startswith(f"{CALLBACK}#")
    assert set(back) == {"access_token", "id_token", "token_type", "expires_in", "state"}
    assert claims(back["access_token"])["aud"] == API
    assert opened(asked.url())[2]["error"] == "unauthorized_client"
    wrong = log_in(asked.url(response_type="token", resource="https://other.example"), ALICE, PASSWORD)
    assert "error=invalid_grant" in wrong
