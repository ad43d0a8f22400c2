"""Token exchange: GetDerivedToken with boto3 as its client, and the grant of the token endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
import pytest

from cognitui.demo.strict.pools import SELF_SERVICE, AppClient
from cognitui.demo.strict.tiers import Tier
from cognitui.demo.strict.token_exchange import DELEGATION, IMPERSONATION, TOKEN_EXCHANGE
from cognitui.demo.strict.users import User
from tests.unit.demo.strict.admin import Admin
from tests.unit.demo.strict.raw import Reply, ask
from tests.unit.demo.strict.test_oauth import Program
from tests.unit.demo.strict.world import SECRET, World, refused

READ, WRITE, REFUND = "orders/read", "orders/write", "orders/refund"
BOTH = frozenset({DELEGATION, IMPERSONATION})
ACCESS_TYPE = "urn:ietf:params:oauth:token-type:access_token"


@dataclass(frozen=True)
class Exchange:
    """Alice at the shop, a service that exchanges her token, and the service's own token."""

    world: World
    shop: AppClient
    service: AppClient

    def subject(self) -> str:
        return self.world.sign_in(self.shop)["AccessToken"]

    def actor(self) -> str:
        machine = self.world.server.add_client(
            self.world.pool, secret=SECRET, grants=frozenset({"client_credentials"}), scopes=(READ,)
        )
        reply = Program(self.world, machine).post("token", grant_type="client_credentials", client_id=machine.id)
        return str(reply.body["access_token"])

    def ask(self, **given: object) -> Mapping[str, Any]:
        sent = {
            "ClientId": self.service.id,
            "ClientSecret": self.service.secret,
            "SubjectToken": given.pop("SubjectToken", None) or self.subject(),
            "SubjectTokenType": "ACCESS_TOKEN",
            **given,
        }
        return derived_token(self.world.boto, **{name: value for name, value in sent.items() if value is not None})

    def post(self, **given: str) -> Reply:
        sent = {"subject_token": given.pop("subject_token", "") or self.subject(), "subject_token_type": ACCESS_TYPE}
        program = Program(self.world, self.service)
        return program.post("token", grant_type=TOKEN_EXCHANGE, client_id=self.service.id, **{**sent, **given})


@pytest.fixture
def exchange(world: World) -> Exchange:
    shop = world.server.add_client(world.pool, added_scopes=(READ, WRITE))
    service = world.server.add_client(world.pool, secret=SECRET, flows=BOTH, scopes=(READ, REFUND))
    return Exchange(world, shop, service)


def derived_token(boto: object, **given: object) -> Mapping[str, Any]:
    """Call GetDerivedToken, which boto3 has and its type stubs lack."""
    answer: Mapping[str, Any] = boto.get_derived_token(**given)  # type: ignore[attr-defined]
    return answer


def claims(token: object) -> Mapping[str, Any]:
    decoded: Mapping[str, Any] = jwt.decode(str(token), options={"verify_signature": False})
    return decoded


def test_an_actor_is_named_in_the_issued_token(exchange: Exchange) -> None:
    actor = exchange.actor()

    answer = exchange.ask(ActorToken=actor, ActorTokenType="ACCESS_TOKEN", Audiences=["orders-api"], Scopes=[READ])

    issued = claims(answer["IssuedToken"])
    assert (answer["IssuedTokenType"], answer["TokenType"], answer["Scopes"]) == ("ACCESS_TOKEN", "Bearer", [READ])
    assert (issued["sub"], issued["username"]) == (exchange.world.alice.sub, exchange.world.alice.username)
    assert (issued["client_id"], issued["aud"], issued["token_use"]) == (exchange.service.id, "orders-api", "access")
    assert issued["act"]["sub"] == claims(actor)["sub"]
    assert answer["ExpiresIn"] == issued["exp"] - issued["iat"]


def test_an_impersonation_names_no_actor(exchange: Exchange) -> None:
    assert "act" not in claims(exchange.ask()["IssuedToken"])


def test_a_second_delegation_nests_the_earlier_actor(exchange: Exchange) -> None:
    first = exchange.ask(ActorToken=exchange.actor(), ActorTokenType="ACCESS_TOKEN")["IssuedToken"]

    actor = exchange.actor()
    second = exchange.ask(SubjectToken=first, ActorToken=actor, ActorTokenType="ACCESS_TOKEN")["IssuedToken"]

    assert claims(second)["act"] == {**claims(second)["act"], "sub": claims(actor)["sub"], "act": claims(first)["act"]}


@pytest.mark.parametrize(
    ("asked", "granted"), [(None, [READ]), ([READ], [READ]), ([WRITE, READ], [READ]), ([REFUND, READ], [READ])]
)
def test_the_scopes_are_those_that_are_asked_for_and_that_subject_and_client_have(
    exchange: Exchange, asked: list[str] | None, granted: list[str]
) -> None:
    answer = exchange.ask(Scopes=asked)

    assert answer["Scopes"] == claims(answer["IssuedToken"])["scope"].split() == granted


def test_a_token_of_an_api_sign_in_has_nothing_to_narrow(exchange: Exchange) -> None:
    plain = exchange.world.sign_in(exchange.world.server.add_client(exchange.world.pool))["AccessToken"]
    assert claims(plain)["scope"] == SELF_SERVICE

    assert refused(lambda: exchange.ask(SubjectToken=plain))[0] == "InvalidParameterException"


@pytest.mark.parametrize(("flow", "other"), [(DELEGATION, IMPERSONATION), (IMPERSONATION, DELEGATION)])
def test_each_kind_of_exchange_must_be_allowed(exchange: Exchange, flow: str, other: str) -> None:
    world = exchange.world
    service = world.server.add_client(world.pool, secret=SECRET, flows=frozenset({other}), scopes=(READ,))
    given = {"ActorToken": exchange.actor(), "ActorTokenType": "ACCESS_TOKEN"} if flow == DELEGATION else {}

    expected = ("InvalidParameterException", f"{flow} flow not enabled for this client")
    assert refused(lambda: Exchange(world, exchange.shop, service).ask(**given)) == expected


def test_the_lite_plan_has_no_token_exchange(exchange: Exchange) -> None:
    exchange.world.pool.tier = Tier.LITE

    assert refused(exchange.ask)[0] == "OperationNotEnabledException"
    assert exchange.post().body["error"] == "unsupported_grant_type"


def test_the_secret_or_an_iam_signature_is_needed(admin: Admin) -> None:
    world = admin.world
    shop = world.server.add_client(world.pool, added_scopes=(READ,))
    exchange = Exchange(world, shop, world.server.add_client(world.pool, secret=SECRET, flows=BOTH, scopes=(READ,)))

    assert refused(lambda: exchange.ask(ClientSecret=None))[0] == "NotAuthorizedException"
    assert refused(lambda: exchange.ask(ClientSecret=SECRET[::-1]))[0] == "NotAuthorizedException"
    answer = derived_token(
        admin.boto, ClientId=exchange.service.id, SubjectToken=exchange.subject(), SubjectTokenType="ACCESS_TOKEN"
    )
    assert claims(answer["IssuedToken"])["client_id"] == exchange.service.id


def test_an_expired_revoked_or_foreign_subject_is_refused(exchange: Exchange) -> None:
    world = exchange.world
    signed_in = world.sign_in(exchange.shop)
    subject = signed_in["AccessToken"]
    stranger = world.server.add_pool()
    world.server.add_user(stranger, "alice@example.com", "Passw0rd!")
    foreign = world.sign_in(world.server.add_client(stranger, added_scopes=(READ,)))["AccessToken"]

    assert refused(lambda: exchange.ask(SubjectToken=foreign)) == ("NotAuthorizedException", "Invalid subject token.")
    assert refused(lambda: exchange.ask(SubjectToken=subject, SubjectTokenType="ID_TOKEN"))[1].startswith("Invalid")
    world.server.revoke(signed_in["RefreshToken"])
    assert refused(lambda: exchange.ask(SubjectToken=subject))[1] == "The subject token has been revoked."
    other = exchange.subject()
    world.server.clock.advance(3_600)
    assert refused(lambda: exchange.ask(SubjectToken=other))[1] == "The subject token has expired."


def test_a_user_who_is_gone_or_disabled_is_refused(exchange: Exchange) -> None:
    subject, alice = exchange.subject(), exchange.world.alice

    alice.enabled = False
    assert refused(lambda: exchange.ask(SubjectToken=subject)) == ("NotAuthorizedException", "User is disabled.")
    _remove(exchange.world, alice)
    assert refused(lambda: exchange.ask(SubjectToken=subject))[0] == "UserNotFoundException"


def test_an_id_token_is_exchanged_and_issued(exchange: Exchange) -> None:
    subject = exchange.world.sign_in(exchange.shop)["IdToken"]

    answer = exchange.ask(SubjectToken=subject, SubjectTokenType="ID_TOKEN", RequestedTokenType="ID_TOKEN")

    issued = claims(answer["IssuedToken"])
    assert (answer["TokenType"], issued["token_use"], issued["aud"]) == ("N_A", "id", exchange.service.id)
    assert issued["cognito:username"] == exchange.world.alice.username


@pytest.mark.parametrize(
    "given",
    [
        {"SubjectTokenType": "SAML2"},
        {"SubjectTokenType": "REFRESH_TOKEN"},
        {"ActorToken": "a.b.c"},
        {"Audiences": ["a"], "Resources": ["b"]},
        {"Audiences": ["a", "b"]},
        {"Audiences": ["a b"]},
        {"Scopes": [f"s/{number}" for number in range(51)]},
        {"RequestedTokenType": "SAML2"},
        {"SubjectTokenProviderName": "Google"},
    ],
    ids=lambda given: " ".join(given),
)
def test_what_the_model_does_not_allow_is_refused(exchange: Exchange, given: dict[str, object]) -> None:
    secret, subject = {"ClientSecret": SECRET}, {"SubjectToken": exchange.subject(), "SubjectTokenType": "ACCESS_TOKEN"}
    sent: Mapping[str, Any] = {"ClientId": exchange.service.id, **secret, **subject, **given}
    reply = ask(exchange.world.server, "GetDerivedToken", **sent)
    assert reply.refusal[0] == "InvalidParameterException"


def test_the_token_endpoint_exchanges_without_a_refresh_token(exchange: Exchange) -> None:
    reply = exchange.post(
        actor_token=exchange.actor(), actor_token_type=ACCESS_TYPE, audience="orders-api", scope=f"{READ} {WRITE}"
    )

    issued = claims(reply.body["access_token"])
    assert (reply.status, reply.body["issued_token_type"], reply.body["token_type"]) == (200, ACCESS_TYPE, "Bearer")
    assert reply.body["scope"] == issued["scope"] == READ
    assert (issued["aud"], issued["client_id"], "act" in issued) == ("orders-api", exchange.service.id, True)
    assert "refresh_token" not in reply.body


def test_the_token_endpoint_refuses_in_the_words_of_oauth(exchange: Exchange) -> None:
    world = exchange.world
    off = Exchange(world, exchange.shop, world.server.add_client(world.pool, secret=SECRET, scopes=(READ,)))
    replies = {
        "unauthorized_client": off.post(),
        "invalid_scope": exchange.post(scope=REFUND),
        "invalid_request": exchange.post(subject_token="not.a.token"),
    }
    assert {name: reply.body["error"] for name, reply in replies.items()} == {name: name for name in replies}
    for wrong in (
        {"subject_token_type": "urn:ietf:params:oauth:token-type:refresh_token"},
        {"actor_token": "a.b.c"},
        {"audience": "a", "resource": "b"},
    ):
        assert exchange.post(**wrong).body["error"] == "invalid_request"


def _remove(world: World, user: User) -> None:
    for name in [name for name, found in world.pool.users.items() if found is user]:
        del world.pool.users[name]
