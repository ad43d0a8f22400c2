"""Sample users in Cognito, their secrets for the vault, and the profiles of the demo."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cognitui.demo.directory import Directory, RegisteredClient
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
from cognitui.demo.seed import SeededStage, new_password, seed
from cognitui.model.profile import Flow, ProfileSet
from cognitui.model.secret import SecretKind
from cognitui.profiles.store import ProfileFile

IDENTITY_POOL = "eu-west-1:7f1c0f3a-7d0e-4c5e-9d2b-0a1b2c3d4e5f"
ENDPOINT = "http://127.0.0.1:4566"


def id_of(client: str) -> str:
    """Return the fake id of a client: only letters, as in Cognito."""
    return client.replace("-", "")


@dataclass
class FakeDirectory(Directory):
    """A directory that records what it creates."""

    passwords: dict[str, str] = field(default_factory=dict)
    temporary: set[str] = field(default_factory=set)
    lifetimes: dict[str, int] = field(default_factory=dict)
    grants: dict[str, str] = field(default_factory=dict)
    with_app: set[tuple[str, str]] = field(default_factory=set)
    identity_pools: dict[str, str] = field(default_factory=dict)

    def make_pool(self, name: str, *, sign_in_by_email: bool = False, groups: Sequence[str] = ()) -> str:
        return f"eu-west-1_{name.replace('-', '')}"

    def make_client(
        self, pool: str, name: str = "", *, secret: bool = False, flows: Sequence[str] = (), access_minutes: int = 60
    ) -> RegisteredClient:
        self.lifetimes[name] = access_minutes
        return RegisteredClient(id_of(name), f"{name}-secret" if secret else None)

    def make_oauth_client(
        self, pool: str, name: str, *, grant: str, scopes: Sequence[str], secret: bool = False
    ) -> RegisteredClient:
        self.grants[name] = grant
        return RegisteredClient(id_of(name), f"{name}-secret" if secret else None)

    def make_user(
        self,
        pool: str,
        username: str,
        password: str,
        *,
        permanent: bool = True,
        attributes: Mapping[str, str] | None = None,
        groups: Sequence[str] = (),
    ) -> None:
        self.passwords[username] = password
        if not permanent:
            self.temporary.add(username)

    def allow_app_codes(self, pool: str) -> None:
        """Do nothing."""

    def set_up_app(self, client: str, username: str, password: str) -> str:
        assert self.passwords[username] == password
        self.with_app.add((client, username))
        return "SEED"

    def make_identity_pool(self, pool: str, client: str, name: str) -> str:
        self.identity_pools[name] = client
        return IDENTITY_POOL


@pytest.fixture
def directory() -> FakeDirectory:
    return FakeDirectory()


def staged(*people: Person) -> Stage:
    return Stage("dev", "Development", "green", people)


def kept(seeded: Sequence[SeededStage]) -> dict[tuple[str, SecretKind], str]:
    return {(profile, kind): value for stage in seeded for profile, kind, value in stage.secrets}


def test_the_vault_gets_the_password_that_the_user_has(directory: FakeDirectory) -> None:
    seeded = seed(directory, [staged(Person("alice", "Alice", WEB))])

    assert kept(seeded) == {("dev/alice", SecretKind.PASSWORD): directory.passwords["alice@example.com"]}
    assert directory.temporary == set()


def test_the_vault_gets_another_password_if_the_saved_one_is_wrong(directory: FakeDirectory) -> None:
    seeded = seed(directory, [staged(Person("dave", "Dave", WEB, saved=SavedPassword.WRONG))])

    assert kept(seeded)["dev/dave", SecretKind.PASSWORD] != directory.passwords["dave@example.com"]


def test_a_temporary_password_stays_temporary(directory: FakeDirectory) -> None:
    seeded = seed(directory, [staged(Person("carol", "Carol", WEB, saved=SavedPassword.TEMPORARY))])

    assert directory.temporary == {"carol@example.com"}
    assert kept(seeded)["dev/carol", SecretKind.PASSWORD] == directory.passwords["carol@example.com"]


def test_the_vault_gets_the_secret_of_a_client_that_has_one(directory: FakeDirectory) -> None:
    seeded = seed(directory, [staged(Person("erin", "Erin", ADMIN))])

    assert kept(seeded)["dev/erin", SecretKind.CLIENT_SECRET] == "shop-admin-secret"


def test_tokens_of_the_short_client_expire_in_five_minutes(directory: FakeDirectory) -> None:
    seed(directory, [staged(Person("bob", "Bob", SHORT))])

    assert directory.lifetimes == {"shop-kiosk": 5}


def test_no_secret_is_in_the_repr_of_what_was_seeded(directory: FakeDirectory) -> None:
    seeded = seed(directory, STAGES)

    assert [value for value in kept(seeded).values() if value in repr(seeded)] == []


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


def written_book(directory: Directory, folder: Path) -> ProfileSet:
    file = folder / "profiles.toml"
    file.write_text(profile_text(ENDPOINT, seed(directory, STAGES)), "utf-8")
    file.chmod(0o600)
    return ProfileFile(file).load()


def test_the_profile_file_has_no_problem(directory: FakeDirectory, tmp_path: Path) -> None:
    assert written_book(directory, tmp_path).errors == ()


def test_each_person_has_a_profile_with_their_client_and_flow(directory: FakeDirectory, tmp_path: Path) -> None:
    profiles = [profile for profile in written_book(directory, tmp_path).profiles if profile.username]

    assert [(p.id, p.username, p.client_id, p.flow, p.fields.tags) for p in profiles] == [
        (f"{stage.name}/{q.name}", q.username, id_of(q.client.name), q.flow, (q.client.tag,))
        for stage in STAGES
        for q in stage.people
    ]


def test_an_environment_has_its_label_color_and_pool(directory: FakeDirectory, tmp_path: Path) -> None:
    environments = written_book(directory, tmp_path).environments

    assert [
        (e.title, e.color, e.protected, e.defaults.user_pool_id, e.defaults.endpoint_url) for e in environments
    ] == [
        ("Development", "green", False, "eu-west-1_shopdev", ENDPOINT),
        ("Staging", "yellow", False, "eu-west-1_shopstaging", ENDPOINT),
        ("Production", "red", True, "eu-west-1_shopprod", ENDPOINT),
    ]


def test_a_service_has_the_secret_of_its_client_and_no_password(directory: FakeDirectory) -> None:
    stage = Stage("dev", "Development", "green", (), services=(Service("orders-service", MACHINE),))

    seeded = seed(directory, [stage])

    assert kept(seeded) == {("dev/orders-service", SecretKind.CLIENT_SECRET): "shop-orders-secret"}
    assert directory.grants == {"shop-orders": "client_credentials"}


def test_a_user_of_the_browser_sign_in_has_a_password_to_type_and_none_in_the_vault(directory: FakeDirectory) -> None:
    heidi = Person("heidi", "Heidi", BROWSER, Flow.AUTHORIZATION_CODE, password="Typed-1")

    seeded = seed(directory, [staged(heidi)])

    assert directory.passwords == {"heidi@example.com": "Typed-1"}
    assert kept(seeded) == {}


def test_the_vault_gets_the_seed_of_an_app_that_is_set_up(directory: FakeDirectory) -> None:
    seeded = seed(directory, [staged(Person("ivan", "Ivan", WEB, has_app=True))])

    assert kept(seeded)["dev/ivan", SecretKind.TOTP] == "SEED"
    assert directory.with_app == {(id_of(WEB.name), "ivan@example.com")}


def test_only_users_of_the_first_client_have_the_identity_pool(directory: FakeDirectory, tmp_path: Path) -> None:
    book = written_book(directory, tmp_path)

    assert book.by_id["dev/alice"].identity_pool_id == IDENTITY_POOL
    assert book.by_id["dev/bob"].identity_pool_id == ""
    assert directory.identity_pools == {"shop-dev": id_of(WEB.name)}


def test_profiles_with_an_oauth_flow_have_domain_and_scopes(directory: FakeDirectory, tmp_path: Path) -> None:
    book = written_book(directory, tmp_path)

    service, browser = book.by_id["dev/orders-service"], book.by_id["dev/heidi"]
    assert (service.flow, service.fields.domain) == (Flow.CLIENT_CREDENTIALS, ENDPOINT)
    assert service.fields.scopes == ("orders/read",)
    assert (browser.flow, browser.fields.scopes) == (Flow.AUTHORIZATION_CODE, ("openid", "email"))
