"""Client secrets from Secrets Manager: read when needed, once per run, and again once if Cognito refuses them."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from cognitui.model.challenge import Challenge, Prompt
from cognitui.model.errors import (
    ClientSecretUnwanted,
    ClientSecretWrong,
    CognituiError,
    SecretSourceUnusable,
    SourcedSecretWrong,
    Unreachable,
)
from cognitui.model.profile import Flow
from cognitui.model.secret import SecretKind
from cognitui.tokens.request import TokenPolicy
from tests.unit.fakes import (
    CLIENT,
    NOW,
    POOL,
    FakeServices,
    FakeSignIn,
    make_profile,
    make_tokens,
    signed_in,
)
from tests.unit.tokens.brokering import asked, got

SOURCE = "secretsmanager:arn:aws:secretsmanager:eu-west-1:123456789012:secret:web-AbCdEf"
OLD, NEW = "old0secret0of0the0web0client", "new0secret0of0the0web0client"
ALICE = make_profile(client_secret_from=SOURCE)
ROBOT = make_profile("dev/robot", flow=Flow.CLIENT_CREDENTIALS, username=None, client_secret_from=SOURCE)


def stored_by_cognito(secret: str, client: str = CLIENT) -> str:
    return json.dumps({"userPoolId": POOL, "userPoolClientId": client, "clientSecretValue": secret})


def wrong() -> ClientSecretWrong:
    return ClientSecretWrong("dev/alice: Unable to verify secret hash for client.")


def world(*values: str | CognituiError, **signin: object) -> FakeServices:
    services = FakeServices(signin=FakeSignIn(**signin))  # type: ignore[arg-type]  # the tests name the right ones
    services.vault.entries[ALICE.secret_name(SecretKind.PASSWORD)] = "hunter2"
    services.sources.holds(SOURCE, *values)
    return services


def expired(services: FakeServices) -> FakeServices:
    services.holding(ALICE, make_tokens(mark="old"))
    services.clock.now = NOW + 3600
    return services


def sent_by(services: FakeServices) -> list[str | None]:
    return [given.client_secret for _, given in services.signin.started]


def test_a_sign_in_uses_the_secret_of_the_source_and_stores_it_nowhere() -> None:
    services = world(stored_by_cognito(OLD), start=[signed_in()])

    services.broker.get(ALICE)

    assert sent_by(services) == [OLD]
    assert OLD not in str(services.vault.entries)


def test_the_source_is_read_once_per_run() -> None:
    services = world(OLD, start=[signed_in(), signed_in()])

    services.broker.get(ALICE)
    services.broker.get(ALICE, policy=TokenPolicy.SIGN_IN)

    assert services.sources.read_by == [("dev/alice", SOURCE)]


def test_a_cached_token_reads_no_source() -> None:
    services = world(OLD).holding(ALICE, make_tokens())

    services.broker.get(ALICE)

    assert services.sources.read_by == []


def test_a_secret_in_the_keyring_comes_first() -> None:
    services = world(NEW, start=[signed_in()])
    services.broker.set_secret(ALICE, SecretKind.CLIENT_SECRET, OLD)

    services.broker.get(ALICE)

    assert (sent_by(services), services.sources.read_by) == ([OLD], [])


def test_after_a_rotation_a_sign_in_reads_it_again_without_a_person() -> None:
    services = world(OLD, NEW, start=[wrong(), signed_in(), signed_in()])

    services.broker.get(ALICE)
    services.broker.get(ALICE, policy=TokenPolicy.SIGN_IN)

    assert sent_by(services) == [OLD, NEW, NEW]
    assert len(services.sources.read_by) == 2


def test_after_a_rotation_a_refresh_reads_it_again_without_a_person() -> None:
    services = expired(world(OLD, NEW, refresh=[wrong(), make_tokens(now=NOW + 3600, refresh=False)]))

    got(services.broker.get(ALICE))

    assert [call.client_secret for call in services.signin.refreshed] == [OLD, NEW]
    assert {call.refresh_token for call in services.signin.refreshed} == {"opaque-refresh-old"}


def test_an_app_client_gets_a_token_after_a_rotation() -> None:
    services = world(OLD, NEW, start=[wrong(), signed_in(refresh=False)])

    got(services.broker.get(ROBOT))

    assert sent_by(services) == [OLD, NEW]


def test_a_revocation_reads_it_again_too() -> None:
    services = world(OLD, NEW).holding(ALICE, make_tokens(mark="old"))
    refusals = [wrong()]

    def revoke(profile: object, refresh_token: str, client_secret: str | None, *, linked: bool = False) -> None:
        services.sessions.calls.append(("revoke", client_secret or ""))
        if refusals:
            raise refusals.pop()

    services.sessions.revoke = revoke  # type: ignore[method-assign]  # a refusal once
    services.broker.signing_out.revoke(ALICE)

    assert services.sessions.calls == [("revoke", OLD), ("revoke", NEW)]


def test_a_stored_secret_that_no_longer_works_gives_way_to_the_source() -> None:
    services = world(NEW, start=[wrong(), signed_in(), signed_in()])
    services.broker.set_secret(ALICE, SecretKind.CLIENT_SECRET, OLD)

    first = got(services.broker.get(ALICE))
    second = got(services.broker.get(ALICE, policy=TokenPolicy.SIGN_IN))

    assert sent_by(services) == [OLD, NEW, NEW]
    assert "cognitui secret rm dev/alice client-secret" in first.warning
    assert second.warning == ""
    assert services.vault.entries[ALICE.secret_name(SecretKind.CLIENT_SECRET)] == OLD, "a person decides about it"


def test_without_a_newer_secret_nothing_is_sent_twice_and_the_error_says_so() -> None:
    services = world(OLD, start=[wrong()])

    with pytest.raises(SourcedSecretWrong, match="read again and has no other") as caught:
        services.broker.get(ALICE)

    assert "within a minute" in caught.value.fix
    assert "client_secret_from" in caught.value.fix
    assert OLD not in caught.value.cause + caught.value.fix
    assert len(services.sources.read_by) == 2


def test_a_second_refusal_is_final_and_the_next_request_reads_it_again() -> None:
    services = world(OLD, NEW, "newest0secret0of0the0client", start=[wrong(), wrong(), signed_in()])

    with pytest.raises(ClientSecretWrong, match="It was just read from the secret arn:aws"):
        services.broker.get(ALICE)
    services.broker.get(ALICE)

    assert sent_by(services) == [OLD, NEW, "newest0secret0of0the0client"]


def test_a_refusal_midway_continues_with_the_newest_secret() -> None:
    question = Challenge("BROWSER_SIGN_IN", ALICE, "Sign in", "", (Prompt("address", "address"),), state=OLD)
    services = world(OLD, NEW, start=[question], answer=[wrong(), signed_in()])

    services.broker.answer(asked(services.broker.get(ALICE)), {"address": "http://localhost/?code=1"})

    assert [challenge.state for challenge, _ in services.signin.answered] == [OLD, NEW]


def test_a_refused_secret_without_a_source_is_the_error_that_it_was() -> None:
    profile = make_profile()
    services = world(start=[wrong()])
    services.vault.entries[profile.secret_name(SecretKind.CLIENT_SECRET)] = OLD

    with pytest.raises(ClientSecretWrong, match=r"for client\.$"):
        services.broker.get(profile)

    assert services.sources.read_by == []


def test_an_unreadable_source_is_the_error_of_the_request() -> None:
    services = world(SecretSourceUnusable("No such secret."), start=[])

    with pytest.raises(SecretSourceUnusable, match="No such secret"):
        services.broker.get(ALICE)


def test_no_network_to_the_source_is_read_again_at_the_next_request() -> None:
    services = world(Unreachable("No network."), OLD, start=[signed_in()])

    with pytest.raises(Unreachable):
        services.broker.get(ALICE)
    services.broker.get(ALICE)

    assert sent_by(services) == [OLD]


def test_the_secret_of_another_client_is_never_sent() -> None:
    services = world(stored_by_cognito(OLD, client="5another0client"))

    with pytest.raises(SecretSourceUnusable, match="5another0client"):
        services.broker.get(ALICE)

    assert services.signin.started == []


def test_a_client_without_a_secret_has_its_source_removed() -> None:
    services = world(OLD, start=[ClientSecretUnwanted("dev/alice: not configured for secret.")])

    with pytest.raises(ClientSecretUnwanted) as caught:
        services.broker.get(ALICE)

    assert "Remove client_secret_from" in caught.value.fix


def test_dropping_the_memory_drops_the_secret() -> None:
    services = world(OLD, NEW, start=[signed_in(), signed_in()])

    services.broker.get(ALICE)
    services.broker.drop_memory()
    services.broker.get(ALICE, policy=TokenPolicy.SIGN_IN)

    assert sent_by(services) == [OLD, NEW]


def test_callers_at_the_same_time_read_it_once() -> None:
    services = world(OLD, start=[signed_in(mark=str(number)) for number in range(4)])
    services.sources.gate = threading.Event()
    profiles = [make_profile(f"dev/user{number}", client_secret_from=SOURCE) for number in range(4)]
    for profile in profiles:
        services.broker.set_secret(profile, SecretKind.PASSWORD, "hunter2")

    with ThreadPoolExecutor(4) as pool:
        requests = [pool.submit(services.broker.get, profile) for profile in profiles]
        services.sources.gate.set()
        tokens = [got(request.result(10)).token.value for request in requests]

    assert len(set(tokens)) == 4
    assert len(services.sources.read_by) == 1
    assert sent_by(services) == [OLD] * 4


def test_a_repr_holds_no_secret() -> None:
    services = world(OLD, start=[signed_in()])

    services.broker.get(ALICE)

    assert OLD not in repr(services.broker)
    assert OLD not in repr(services.signin.started)
