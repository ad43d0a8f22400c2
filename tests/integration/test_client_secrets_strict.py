"""Client secrets as Cognito handles them: in Secrets Manager, rotated, added, and for tokens without a domain."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from cognitui.cognito.admin_api import AdminCaller, AwsDirectory
from cognitui.cognito.client_secrets import ClientSecrets
from cognitui.cognito.health import PoolHealth
from cognitui.cognito.http import look
from cognitui.cognito.provider import UserPoolProvider
from cognitui.cognito.secrets_manager import SecretsManager
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.strict.pools import CLIENT_TOKEN_AUTH, AppClient
from cognitui.demo.strict.server import StrictServer
from cognitui.importing.naming import Login
from cognitui.importing.profiles import fields_for, flow_of
from cognitui.model.aws import HIDDEN_SECRET, AwsPlace, ClientDetails, PoolDetails
from cognitui.model.claims import scopes_of, username_of
from cognitui.model.errors import (
    ClientSecretWrong,
    FlowNotEnabled,
    PermissionMissing,
    ScopeNotAllowed,
    SecretSourceUnusable,
    UsageError,
)
from cognitui.model.profile import Environment, Flow, Profile, ProfileFields
from cognitui.model.secret import SecretKind
from cognitui.model.token import TokenKind
from cognitui.tokens.broker import TokenBroker
from cognitui.tokens.request import TokenPolicy, TokenResult
from cognitui.tokens.secret_rotation import SecretRotation
from cognitui.vault.vault import MemoryVault
from tests.integration.flow_world import IAM
from tests.unit.fake_sessions import FakeIdentities
from tests.unit.fakes import FakeIndex, FakeLocks, FakeVerifier

PASSWORD = "Passw0rd!"
SECRET = "9drv7kalt3vq0ssexampleexample"
READ = "orders/read"


@contextmanager
def credentials(names: Mapping[str, str] = IAM) -> Iterator[None]:
    """Give this process these IAM credentials, and no others."""
    before = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    for name in before:
        del os.environ[name]
    os.environ.update(names)
    try:
        yield
    finally:
        for name in names:
            os.environ.pop(name, None)
        os.environ.update(before)


@pytest.fixture(autouse=True)
def iam(strict: StrictServer) -> Iterator[None]:
    strict.add_iam_user(IAM["AWS_ACCESS_KEY_ID"], IAM["AWS_SECRET_ACCESS_KEY"])
    with credentials():
        yield


class Person:
    """Someone with a broker of their own and an empty keyring."""

    def __init__(self, server: StrictServer) -> None:
        self.server, self.vault = server, MemoryVault()
        self.api = UserPoolApi(server.clock, sleep=server.clock.advance)
        self.reader = SecretsManager(self.api.transport, {})
        provider = UserPoolProvider(self.api, server.clock)
        self.broker = TokenBroker(
            vault=self.vault,
            provider_at=lambda _domain: provider,
            identity_pools=FakeIdentities(),
            index=FakeIndex(),
            locks=FakeLocks(),
            verifier=FakeVerifier(ClientSecretWrong("nobody verifies here")),
            clock=server.clock,
            username_of=username_of,
            secret_reader=self.reader,
        )

    def profile(self, client: AppClient, **own: object) -> Profile:
        fields: dict[str, object] = {
            "user_pool_id": client.pool.id,
            "client_id": client.id,
            "username": "alice@example.com",
            "flow": Flow.USER_PASSWORD_AUTH,
            "endpoint_url": self.server.url,
            "client_secret_from": f"secretsmanager:{client.secret_arn}" if client.secret_arn else None,
            **own,
        }
        profile = Profile(environment=Environment(name="dev"), name="alice", own=ProfileFields(**fields))  # type: ignore[arg-type]
        if profile.needs_user:
            self.broker.set_secret(profile, SecretKind.PASSWORD, PASSWORD)
        return profile

    def got(self, profile: Profile, policy: TokenPolicy = TokenPolicy.CACHED) -> TokenResult:
        got = self.broker.get(profile, TokenKind.ACCESS, policy=policy)
        assert isinstance(got, TokenResult)
        return got

    def reads(self) -> int:
        """Return how often Secrets Manager was asked."""
        return self.server.journal.count("GetSecretValue")


@pytest.fixture
def person(strict: StrictServer) -> Person:
    return Person(strict)


@pytest.fixture
def published(strict: StrictServer) -> AppClient:
    """An app client whose secret Cognito keeps in Secrets Manager."""
    pool = strict.add_pool()
    client = strict.add_client(pool, secret=SECRET)
    strict.add_user(pool, "alice@example.com", PASSWORD)
    strict.client_secrets.publish(client)
    return client


class TestInSecretsManager:
    def test_a_sign_in_and_a_refresh_read_it_once(self, person: Person, published: AppClient) -> None:
        profile = person.profile(published)

        person.got(profile)
        person.got(profile, TokenPolicy.REFRESH)

        assert person.reads() == 1

    @pytest.mark.parametrize("policy", [TokenPolicy.REFRESH, TokenPolicy.SIGN_IN])
    def test_after_a_rotation_it_is_read_again_without_a_person(
        self, person: Person, published: AppClient, policy: TokenPolicy
    ) -> None:
        profile = person.profile(published)
        person.got(profile)
        person.server.client_secrets.rotate(published)

        person.got(profile, policy)

        assert person.reads() == 2

    def test_after_a_rotation_a_revocation_reads_it_again(self, person: Person, published: AppClient) -> None:
        profile = person.profile(published)
        person.got(profile)
        person.server.client_secrets.rotate(published)

        assert person.broker.signing_out.revoke(profile).revoked

    def test_a_reader_that_gets_the_previous_value_says_to_try_again_and_then_succeeds(
        self, person: Person, published: AppClient
    ) -> None:
        profile = person.profile(published)
        person.got(profile)
        person.server.client_secrets.rotate(published, delay=50)

        with pytest.raises(ClientSecretWrong) as caught:
            person.got(profile, TokenPolicy.REFRESH)
        person.server.clock.advance(51)

        assert "within a minute: try again" in caught.value.fix
        person.got(profile, TokenPolicy.REFRESH)

    def test_a_missing_permission_is_reported(self, person: Person, published: AppClient) -> None:
        key = {"AWS_ACCESS_KEY_ID": "AKIDOTHER", "AWS_SECRET_ACCESS_KEY": "another-secret-access-key"}
        person.server.add_iam_user(
            key["AWS_ACCESS_KEY_ID"], key["AWS_SECRET_ACCESS_KEY"], denied=frozenset({"GetSecretValue"})
        )

        with credentials(key), pytest.raises(PermissionMissing) as caught:
            person.got(person.profile(published))

        assert "secretsmanager:GetSecretValue" in caught.value.fix

    def test_once_cognito_keeps_it_there_no_more_the_error_says_what_to_do(
        self, person: Person, published: AppClient
    ) -> None:
        profile = person.profile(published)
        person.server.client_secrets.unpublish(published)

        with pytest.raises(SecretSourceUnusable, match="does not exist in eu-west-1") as caught:
            person.got(profile)

        assert "cognitui secret set dev/alice client-secret" in caught.value.fix

    def test_the_secret_of_another_client_is_not_sent(self, person: Person, published: AppClient) -> None:
        other = person.server.add_client(published.pool, secret=SECRET)
        source = f"secretsmanager:{published.secret_arn}"

        with pytest.raises(SecretSourceUnusable, match=published.id):
            person.got(person.profile(other, client_secret_from=source))


class TestImport:
    def described(self, person: Person, client: AppClient) -> ClientDetails:
        health = PoolHealth(person.api.transport, look, person.server.clock)
        directory = AwsDirectory(AdminCaller(person.api.transport), {}, health.has_secret)
        return directory.client(AwsPlace(endpoint_url=person.server.url, region="eu-west-1"), client.pool.id, client.id)

    def test_a_published_secret_becomes_a_source_that_works(self, person: Person, published: AppClient) -> None:
        details = self.described(person, published)
        place, pool = AwsPlace(endpoint_url=person.server.url), PoolDetails(published.pool.id)

        fields = fields_for(place, pool, details, Flow.USER_PASSWORD_AUTH, Login("alice@example.com"))

        assert (details.secret, details.secret_note) == ("", "")
        assert fields.client_secret_from == f"secretsmanager:{published.secret_arn}"
        person.got(person.profile(published, client_secret_from=fields.client_secret_from))

    def test_a_client_without_a_secret_has_none(self, person: Person) -> None:
        details = self.described(person, person.server.add_client(person.server.add_pool()))

        assert (details.secret, details.secret_source, details.secret_note) == ("", "", "")

    def test_a_client_with_only_an_added_secret_has_one(self, person: Person) -> None:
        client = person.server.add_client(person.server.add_pool(), secret=SECRET)
        first = next(iter(person.server.client_secrets.ids(client)))
        person.server.client_secrets.add(client, "another+secret_of_24_letters")
        person.server.client_secrets.delete(client, first)

        details = self.described(person, client)

        assert (details.secret, details.secret_note) == ("", HIDDEN_SECRET)

    def test_a_machine_only_client_is_one(self, person: Person) -> None:
        client = _machine(person.server)

        details = self.described(person, client)

        assert flow_of(details) is Flow.CLIENT_CREDENTIALS
        assert details.secret == SECRET


class TestWithoutADomain:
    def profile(self, person: Person, client: AppClient, **own: object) -> Profile:
        profile = person.profile(client, flow=Flow.CLIENT_CREDENTIALS, username=None, **own)
        if client.secret and not client.secret_arn:
            person.broker.set_secret(profile, SecretKind.CLIENT_SECRET, SECRET)
        return profile

    def test_an_app_client_gets_a_token_with_its_scopes(self, person: Person) -> None:
        got = person.got(self.profile(person, _machine(person.server)))

        assert scopes_of(got.token.value) == frozenset({READ})
        assert got.token.lifetime.remaining(person.server.clock()) > 0

    def test_the_token_is_cached_like_any_other(self, person: Person) -> None:
        profile = self.profile(person, _machine(person.server))

        assert person.got(profile).token == person.got(profile).token
        assert [request.operation for request in person.server.journal.requests] == ["GetClientToken"]

    def test_its_call_needs_no_iam_credentials(self, person: Person) -> None:
        profile = self.profile(person, _machine(person.server))

        with credentials({}):
            person.got(profile)

        assert "authorization" not in {name.lower() for name in person.server.journal.requests[0].headers}

    def test_a_scope_that_it_may_not_have_is_reported(self, person: Person) -> None:
        profile = self.profile(person, _machine(person.server), scopes=("orders/write",))

        with pytest.raises(ScopeNotAllowed, match="orders/write"):
            person.got(profile)

    def test_a_client_with_other_flows_says_which_one_is_needed(self, person: Person) -> None:
        client = person.server.add_client(person.server.add_pool(), secret=SECRET)

        with pytest.raises(FlowNotEnabled, match="ALLOW_CLIENT_TOKEN_AUTH"):
            person.got(self.profile(person, client))

    def test_a_wrong_secret_is_reported_in_cognitos_words(self, person: Person) -> None:
        profile = self.profile(person, _machine(person.server))
        person.broker.set_secret(profile, SecretKind.CLIENT_SECRET, "another+secret_of_24_letters")

        with pytest.raises(ClientSecretWrong, match="Invalid client or secret"):
            person.got(profile)

    def test_its_secret_may_be_in_secrets_manager_and_rotate(self, person: Person) -> None:
        client = _machine(person.server)
        person.server.client_secrets.publish(client)
        profile = self.profile(person, client)
        person.got(profile)
        person.server.client_secrets.rotate(client)

        person.got(profile, TokenPolicy.REFRESH)

        assert person.reads() == 2


def _machine(server: StrictServer) -> AppClient:
    pool = server.add_pool()
    return server.add_client(pool, secret=SECRET, flows=frozenset({CLIENT_TOKEN_AUTH}), scopes=(READ,))


class TestRotation:
    @pytest.fixture
    def client(self, strict: StrictServer) -> AppClient:
        return strict.add_client(strict.add_pool(title="shop-dev"), secret=SECRET, name="web")

    def rotation(self, person: Person) -> SecretRotation:
        health = PoolHealth(person.api.transport, look, person.server.clock)
        clients = ClientSecrets(person.api.transport)
        return person.broker.secret_rotation(clients, health.client, person.server.clock.advance)

    def holding(self, person: Person, client: AppClient) -> Profile:
        profile = person.profile(client)
        person.broker.set_secret(profile, SecretKind.CLIENT_SECRET, SECRET)
        return profile

    def test_the_new_secret_is_stored_and_the_old_one_refused(self, person: Person, client: AppClient) -> None:
        profile, rotation = self.holding(person, client), self.rotation(person)

        plan = rotation.plan(profile)
        done = rotation.carry_out(plan)

        stored = person.vault.get(profile.secret_name(SecretKind.CLIENT_SECRET))
        assert (plan.pool_name, plan.client.name) == ("shop-dev", "web")
        assert (done.removed, list(person.server.client_secrets.ids(client))) == (plan.old.id, [done.stored])
        assert client.has_secret(stored or "")
        assert not client.has_secret(SECRET)

    def test_a_rotation_that_stopped_is_completed_by_the_next_one(self, person: Person, client: AppClient) -> None:
        profile, rotation = self.holding(person, client), self.rotation(person)
        first = rotation.carry_out(rotation.plan(profile), keep_old=True)

        assert client.has_secret(SECRET)
        assert rotation.carry_out(rotation.plan(profile)).removed == first.kept
        assert not client.has_secret(SECRET)

    def test_a_third_secret_is_refused_by_name(self, person: Person, client: AppClient) -> None:
        profile = self.holding(person, client)
        person.server.client_secrets.add(client, "another+secret_of_24_letters")

        with pytest.raises(UsageError, match="has two client secrets already"):
            self.rotation(person).plan(profile)

    def test_a_published_secret_is_rotated_by_aws(self, person: Person, client: AppClient) -> None:
        profile = self.holding(person, client)
        person.server.client_secrets.publish(client)

        with pytest.raises(UsageError) as caught:
            self.rotation(person).plan(profile)

        assert client.secret_arn in caught.value.fix

    @pytest.mark.parametrize("denied", ["AddUserPoolClientSecret", "ListUserPoolClientSecrets"])
    def test_a_missing_permission_is_named(self, person: Person, client: AppClient, denied: str) -> None:
        key = {"AWS_ACCESS_KEY_ID": "AKIDOTHER", "AWS_SECRET_ACCESS_KEY": "another-secret-access-key"}
        person.server.add_iam_user(*key.values(), denied=frozenset({denied}))
        profile, rotation = self.holding(person, client), self.rotation(person)

        with credentials(key), pytest.raises(PermissionMissing) as caught:
            rotation.carry_out(rotation.plan(profile))

        assert f"allow cognito-idp:{denied} to the AWS profile default" in caught.value.fix
        assert person.vault.get(profile.secret_name(SecretKind.CLIENT_SECRET)) == SECRET
