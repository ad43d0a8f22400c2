"""Sample users in the demo's server, their secrets for the vault, and the profiles of the demo."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cognitui.demo.accounts import Contents
from cognitui.demo.playground_users import USERS
from cognitui.demo.profiles import profile_text
from cognitui.demo.sample_users import (
    ADMIN,
    BROWSER,
    MACHINE,
    SHORT,
    STAGES,
    WEB,
    Person,
    SavedPassword,
    Service,
    Stage,
)
from cognitui.demo.seed import new_password, seed
from cognitui.demo.strict.pools import AppClient as ServersClient
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.users import Mfa, User, UserStatus
from cognitui.model.profile import DEFAULT_REDIRECT_URI, Flow, ProfileSet
from cognitui.model.secret import SecretKind
from cognitui.profiles.store import ProfileFile


@pytest.fixture
def server() -> Iterator[StrictServer]:
    with StrictServer() as server:
        yield server


def staged(*people: Person, services: tuple[Service, ...] = ()) -> Stage:
    return Stage("dev", "Development", "green", people, services=services)


def kept(contents: Contents) -> dict[tuple[str, SecretKind], str]:
    return {(one.profile, one.kind): one.value for one in contents.secrets}


def user_of(server: StrictServer, contents: Contents, username: str, stage: str = "dev") -> User:
    pool = server._pools.pool(contents.stages[stage].pool)
    assert pool is not None
    return pool.users[username]


def client_of(server: StrictServer, contents: Contents, name: str) -> ServersClient:
    return server._pools.client(contents.stages["dev"].clients[name])


def test_the_vault_gets_the_password_that_the_user_has(server: StrictServer) -> None:
    contents = seed(server, [staged(Person("alice", "Alice", WEB))], ()).contents

    alice = user_of(server, contents, "alice@example.com")
    assert kept(contents) == {("dev/alice", SecretKind.PASSWORD): alice.password}
    assert alice.status is UserStatus.CONFIRMED


def test_the_vault_gets_another_password_if_the_saved_one_is_wrong(server: StrictServer) -> None:
    contents = seed(server, [staged(Person("dave", "Dave", WEB, saved=SavedPassword.WRONG))], ()).contents

    assert kept(contents)["dev/dave", SecretKind.PASSWORD] != user_of(server, contents, "dave@example.com").password


def test_a_temporary_password_stays_temporary(server: StrictServer) -> None:
    contents = seed(server, [staged(Person("carol", "Carol", WEB, saved=SavedPassword.TEMPORARY))], ()).contents

    carol = user_of(server, contents, "carol@example.com")
    assert carol.status is UserStatus.FORCE_CHANGE_PASSWORD
    assert kept(contents)["dev/carol", SecretKind.PASSWORD] == carol.password


def test_the_vault_gets_the_secret_of_a_client_that_has_one(server: StrictServer) -> None:
    contents = seed(server, [staged(Person("erin", "Erin", ADMIN))], ()).contents

    secret = client_of(server, contents, "shop-admin").secret
    assert secret is not None
    assert len(secret) == 51
    assert kept(contents)["dev/erin", SecretKind.CLIENT_SECRET] == secret


def test_tokens_of_the_short_client_expire_in_five_minutes(server: StrictServer) -> None:
    contents = seed(server, [staged(Person("bob", "Bob", SHORT))], ()).contents

    client = client_of(server, contents, "shop-kiosk")
    assert (client.access_validity, client.id_validity) == (300, 300)


def test_no_secret_is_in_the_repr_of_what_was_seeded(server: StrictServer) -> None:
    contents = seed(server, STAGES, USERS).contents

    assert len(kept(contents)) > len(STAGES)
    assert [value for value in (*kept(contents).values(), contents.admin.secret) if value in repr(contents)] == []


def test_a_password_meets_cognitos_default_policy() -> None:
    password = new_password()

    assert len(password) >= 8
    assert [rule for rule in ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9]") if not re.search(rule, password)] == []


def test_each_password_is_new() -> None:
    assert new_password() != new_password()


def test_alice_is_in_every_environment() -> None:
    assert all("alice" in {person.name for person in stage.people} for stage in STAGES)


def test_the_sample_users_have_both_flows_with_and_without_a_secret() -> None:
    used = {(person.flow, person.client.has_secret) for stage in STAGES for person in stage.people}

    both = {(flow, secret) for flow in (Flow.USER_SRP_AUTH, Flow.USER_PASSWORD_AUTH) for secret in (True, False)}
    assert used == both | {(Flow.AUTHORIZATION_CODE, False)}


def written_book(contents: Contents, folder: Path) -> ProfileSet:
    file = folder / "profiles.toml"
    file.write_text(profile_text(contents, STAGES, USERS), "utf-8")
    file.chmod(0o600)
    return ProfileFile(file).load()


def test_the_profile_file_has_no_problem(server: StrictServer, tmp_path: Path) -> None:
    assert written_book(seed(server, STAGES, USERS).contents, tmp_path).errors == ()


def test_each_person_has_a_profile_with_their_client_and_flow(server: StrictServer, tmp_path: Path) -> None:
    contents = seed(server, STAGES, USERS).contents
    stages = {stage.name for stage in STAGES}
    profiles = [
        profile
        for profile in written_book(contents, tmp_path).profiles
        if profile.username and profile.environment.name in stages
    ]

    assert [(p.id, p.username, p.client_id, p.flow, p.fields.tags) for p in profiles] == [
        (
            f"{stage.name}/{q.name}",
            q.username,
            contents.stages[stage.name].clients[q.client.name],
            q.flow,
            (q.client.tag,),
        )
        for stage in STAGES
        for q in stage.people
    ]


def test_an_environment_has_its_label_color_and_pool(server: StrictServer, tmp_path: Path) -> None:
    contents = seed(server, STAGES, USERS).contents
    environments = written_book(contents, tmp_path).environments[: len(STAGES)]

    assert [
        (e.title, e.color, e.protected, e.defaults.user_pool_id, e.defaults.endpoint_url) for e in environments
    ] == [
        ("Development", "green", False, contents.stages["dev"].pool, server.url),
        ("Staging", "yellow", False, contents.stages["staging"].pool, server.url),
        ("Production", "red", True, contents.stages["prod"].pool, server.url),
    ]


def test_a_service_has_the_secret_of_its_client_and_no_password(server: StrictServer) -> None:
    contents = seed(server, [staged(services=(Service("orders-service", MACHINE),))], ()).contents

    client = client_of(server, contents, "shop-orders")
    assert kept(contents) == {("dev/orders-service", SecretKind.CLIENT_SECRET): client.secret}
    assert client.grants == {"client_credentials"}
    assert client.flows == set()


def test_a_user_of_the_browser_sign_in_has_a_password_to_type_and_none_in_the_vault(server: StrictServer) -> None:
    heidi = Person("heidi", "Heidi", BROWSER, Flow.AUTHORIZATION_CODE, password="Typed-1")

    contents = seed(server, [staged(heidi)], ()).contents

    assert user_of(server, contents, "heidi@example.com").password == "Typed-1"
    assert client_of(server, contents, "shop-portal").redirect_uris == (DEFAULT_REDIRECT_URI,)
    assert kept(contents) == {}


def test_the_vault_gets_the_seed_of_an_app_that_is_set_up(server: StrictServer) -> None:
    contents = seed(server, [staged(Person("ivan", "Ivan", WEB, has_app=True))], ()).contents

    ivan = user_of(server, contents, "ivan@example.com")
    assert ivan.software_token is not None
    assert kept(contents)["dev/ivan", SecretKind.TOTP] == ivan.software_token.seed
    assert ivan.mfa == (Mfa.TOTP,)


def test_only_users_of_the_first_client_have_the_identity_pool(server: StrictServer, tmp_path: Path) -> None:
    contents = seed(server, STAGES, USERS).contents
    book = written_book(contents, tmp_path)

    assert contents.stages["dev"].identity_pool.startswith("eu-west-1:")
    assert book.by_id["dev/alice"].identity_pool_id == contents.stages["dev"].identity_pool
    assert book.by_id["dev/bob"].identity_pool_id == ""


def test_profiles_with_an_oauth_flow_have_domain_and_scopes(server: StrictServer, tmp_path: Path) -> None:
    book = written_book(seed(server, STAGES, USERS).contents, tmp_path)

    service, browser = book.by_id["dev/orders-service"], book.by_id["dev/heidi"]
    assert (service.flow, service.fields.domain) == (Flow.CLIENT_CREDENTIALS, server.url)
    assert service.fields.scopes == ("orders/read",)
    assert (browser.flow, browser.fields.scopes) == (Flow.AUTHORIZATION_CODE, ("openid", "email"))


def test_a_secret_that_rotates_is_in_secrets_manager_and_not_in_the_vault(server: StrictServer, tmp_path: Path) -> None:
    seeded = seed(server, STAGES, USERS)
    profile = written_book(seeded.contents, tmp_path).by_id["playground/rotated-secret"]

    assert [client.id for client in seeded.rotating] == [profile.client_id]
    assert profile.fields.client_secret_from == f"secretsmanager:{seeded.rotating[0].secret_arn}"
    assert (profile.id, SecretKind.CLIENT_SECRET) not in kept(seeded.contents)


def test_seeding_generates_no_key(server: StrictServer) -> None:
    """The demo opens without waiting for the keys: 100 ms for each pool."""
    seed(server, STAGES, USERS)

    assert [pool.id for pool in server._pools.pools if "private" in vars(pool.key)] == []
