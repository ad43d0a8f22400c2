"""`cognitui import`: what is imported, prompted for and written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest
from msgspec.structs import replace

from cognitui.cli.aws_choice import AwsChoice
from cognitui.cli.commands.import_ import logins_of
from cognitui.cli.import_review import ReviewOptions, drafts_of, finish, summary_of
from cognitui.cli.session import Session
from cognitui.importing.detect import FoundPool
from cognitui.importing.naming import Login
from cognitui.model.aws import AwsPlace, ClientDetails, PoolDetails, UserEntry
from cognitui.model.errors import AwsCredentialsUnusable, Declined, NoKeyring, PermissionMissing
from cognitui.model.profile import FIELD_NAMES, Flow, ProfileFields
from cognitui.model.secret import SecretKind
from cognitui.services import Options, Services
from tests.unit.cli.harness import Answering, printed_json, run
from tests.unit.fake_directory import CLIENT_ID, CLIENT_SECRET, POOL_ID, FakeDirectory
from tests.unit.fakes import FakeServices, make_profile, services_with

AWS = ("import", "aws", "--pool", "shop-dev", "--client", "web", "--user", "alice")
DOMAIN = "https://shop.auth.eu-west-1.amazoncognito.com"
PROGRAM = ClientDetails("program0id", "batch", "s" * 30, grants=("client_credentials",), scopes=("orders/read",))
OUTPUTS = {"auth": {"user_pool_id": POOL_ID, "user_pool_client_id": CLIENT_ID, "aws_region": "eu-west-1"}}
ENV = f"USER_POOL_ID={POOL_ID}\nCLIENT_ID={CLIENT_ID}\nCOGNITO_CLIENT_SECRET={CLIENT_SECRET}\n"


def fields(services: FakeServices, id_: str) -> ProfileFields:
    return services.profiles.profile_set.by_id[id_].fields


def secrets(services: FakeServices) -> dict[str, str]:
    return {name.kind.value: value for name, value in services.vault.entries.items()}


class TestFromAws:
    def test_a_profile_is_written_and_the_secret_goes_into_the_vault(self) -> None:
        services = services_with()

        result = run(services, *AWS)

        assert result.exit_code == 0, result.stderr
        assert fields(services, "dev/alice") == ProfileFields(
            user_pool_id=POOL_ID, client_id=CLIENT_ID, username="alice"
        )
        assert secrets(services) == {"client-secret": CLIENT_SECRET}
        assert CLIENT_SECRET not in result.output

    def test_pool_and_client_may_be_named_by_their_ids(self) -> None:
        services = services_with()

        run(services, "import", "aws", "--pool", POOL_ID, "--client", CLIENT_ID, "--user", "alice")

        assert "dev/alice" in services.profiles.profile_set.by_id
        assert not [call for call in services.directory.asked if call[0] == "pools"]

    def test_shared_keys_go_into_a_new_environment(self) -> None:
        services = services_with()

        run(services, *AWS, "--user", "bob")

        environment = services.profiles.profile_set.environment("dev")
        assert environment is not None
        assert environment.defaults == ProfileFields(user_pool_id=POOL_ID, client_id=CLIENT_ID)
        assert [profile.own for profile in services.profiles.profile_set.profiles] == [
            ProfileFields(username="alice"),
            ProfileFields(username="bob"),
        ]

    def test_an_existing_environment_is_not_changed(self) -> None:
        boss = make_profile("dev/boss", user_pool_id="eu-west-1_Other", client_id="other")
        services = services_with(boss)

        run(services, *AWS, "--env", "dev")

        assert services.profiles.profile_set.by_id["dev/boss"] == boss
        assert services.profiles.profile_set.by_id["dev/alice"].own.user_pool_id == POOL_ID

    def test_several_users_become_several_profiles(self) -> None:
        services = services_with()

        run(services, *AWS, "--user", "bob", "--env", "staging")

        assert list(services.profiles.profile_set.by_id) == ["staging/alice", "staging/bob"]

    def test_a_program_needs_no_user(self) -> None:
        pool = PoolDetails(POOL_ID, "shop-prod", DOMAIN)
        services = services_with(directory=FakeDirectory([pool], {POOL_ID: [PROGRAM]}))

        result = run(services, "import", "aws", "--pool", "shop-prod", "--client", "batch")

        assert result.exit_code == 0, result.stderr
        assert fields(services, "prod/batch") == ProfileFields(
            user_pool_id=POOL_ID,
            client_id="program0id",
            flow=Flow.CLIENT_CREDENTIALS,
            domain=DOMAIN,
            scopes=("orders/read",),
        )

    def test_a_dry_run_writes_nothing(self) -> None:
        services = services_with()

        result = run(services, *AWS, "--dry-run")

        assert (services.profiles.profile_set.profiles, services.vault.entries) == ((), {})
        assert "Would add dev/alice" in result.stderr
        assert ", and store its client secret in the keyring." in result.stderr

    def test_a_dry_run_reports_what_the_file_would_reject(self) -> None:
        refused = run(services_with(), *AWS, "--name", "bad name", "--dry-run")

        assert (refused.exit_code, "cannot contain a space" in refused.stderr) == (2, True)

    def test_the_json_says_that_an_environment_is_protected_already(self) -> None:
        boss = make_profile("prod/boss", protected=True)

        (printed,) = printed_json(run(services_with(boss), *AWS, "--env", "prod", "--json"))

        assert printed["protected"] is True

    def test_the_json_has_every_key_and_no_secret(self) -> None:
        result = run(services_with(), *AWS, "--json")

        (printed,) = printed_json(result)
        assert {"id", "environment", "name", *FIELD_NAMES, "client_secret", "protected", "written"} == set(printed)
        assert (printed["id"], printed["flow"], printed["client_secret"], printed["written"]) == (
            "dev/alice",
            "USER_SRP_AUTH",
            True,
            True,
        )
        assert CLIENT_SECRET not in result.output

    def test_a_taken_name_is_reported_and_nothing_is_written(self) -> None:
        alice = make_profile("dev/alice")
        services = services_with(alice)

        result = run(services, *AWS, "--env", "dev", "--user", "bob")

        assert result.exit_code == 2
        assert "A profile dev/alice exists already" in result.stderr
        assert services.profiles.profile_set.profiles == (alice,)
        assert services.vault.entries == {}

    def test_another_name_may_be_given(self) -> None:
        services = services_with(make_profile("dev/alice"))

        assert run(services, *AWS, "--env", "dev", "--name", "al").exit_code == 0
        assert "dev/al" in services.profiles.profile_set.by_id

    def test_a_name_for_several_profiles_is_refused(self) -> None:
        result = run(services_with(), *AWS, "--user", "bob", "--name", "al")

        assert (result.exit_code, "--name is for one profile" in result.stderr) == (2, True)

    def test_a_failing_keyring_has_its_own_code_and_the_error_says_what_is_written(self) -> None:
        services = services_with()
        services.vault.fault = NoKeyring("There is no keyring.")

        result = run(services, *AWS)

        assert result.exit_code == 6
        assert "The profiles are written, but the client secret is not stored" in result.stderr

    def test_a_secret_that_would_not_outlive_the_run_is_not_stored(self) -> None:
        services = services_with(secrets_in_memory=True)

        result = run(services, *AWS)

        assert "not stored, as secrets are kept in memory" in result.stderr
        assert services.vault.entries == {}

    @pytest.mark.parametrize(
        ("arguments", "option"),
        [
            ((), "--pool"),
            (("--pool", "shop-dev"), "--client"),
            (("--pool", "shop-dev", "--client", "web"), "--user"),
        ],
    )
    def test_without_a_terminal_what_is_missing_is_named(self, arguments: tuple[str, ...], option: str) -> None:
        result = run(services_with(), "import", "aws", *arguments)

        assert result.exit_code == 3
        assert f"Add {option}" in result.stderr

    def test_without_a_region_the_option_is_named(self) -> None:
        result = run(services_with(directory=FakeDirectory(region="")), "import", "aws", "--pool", "shop-dev")

        assert (result.exit_code, "--region" in result.stderr) == (3, True)

    def test_a_missing_pool_is_reported(self) -> None:
        result = run(services_with(), "import", "aws", "--pool", "nowhere")

        assert (result.exit_code, "not found by id or name" in result.stderr) == (2, True)

    def test_an_environment_is_protected_if_the_option_says_so(self) -> None:
        services = services_with()

        result = run(services, *AWS, "--protected")

        assert services.profiles.profile_set.by_id["dev/alice"].protected
        assert "dev is protected." in result.stderr

    def test_a_new_production_environment_is_protected_and_that_is_reported(self) -> None:
        services = services_with()

        result = run(services, *AWS, "--env", "prod-eu", "--json")

        assert services.profiles.profile_set.by_id["prod-eu/alice"].protected
        assert printed_json(result)[0]["protected"] is True
        assert "prod-eu is protected (its name means production; else --no-protected)." in result.stderr

    def test_the_option_overrules_a_production_name(self) -> None:
        services = services_with()

        run(services, *AWS, "--env", "prod", "--no-protected")

        assert not services.profiles.profile_set.by_id["prod/alice"].protected

    def test_two_pools_of_the_same_name_are_listed_with_their_ids(self) -> None:
        pools = [PoolDetails(POOL_ID, "shop"), PoolDetails("eu-west-1_Other", "shop")]

        result = run(services_with(directory=FakeDirectory(pools)), "import", "aws", "--pool", "shop")

        assert f"{POOL_ID}, eu-west-1_Other" in result.stderr

    def test_a_missing_permission_is_refused(self) -> None:
        directory = FakeDirectory(faults={"pools": PermissionMissing("Not authorized.", fix="Have it allowed.")})

        result = run(services_with(directory=directory), *AWS)

        assert (result.exit_code, "Have it allowed." in result.stderr) == (4, True)

    def test_a_pool_that_may_not_be_described_is_no_obstacle(self) -> None:
        directory = FakeDirectory(faults={"pool": PermissionMissing("Not authorized.")})

        assert run(services_with(directory=directory), *AWS).exit_code == 0

    def test_the_endpoint_of_an_emulator_is_written(self) -> None:
        services = services_with(aws_endpoint="http://localhost:4566")

        run(services, *AWS)

        assert fields(services, "dev/alice").endpoint_url == "http://localhost:4566"
        assert services.directory.places[0].endpoint_url == "http://localhost:4566"


class TestByQuestions:
    def test_the_user_is_asked_for_profile_region_pool_and_client(self) -> None:
        other = PoolDetails("us-east-1_Other", "other")
        directory = FakeDirectory([PoolDetails("us-east-1_Shop", "shop"), other], {other.id: []})
        directory.client_details[other.id] = [ClientDetails("one", "web"), ClientDetails("two", "app")]
        directory.profiles = ("default", "admin")
        services, person = services_with(directory=directory), Answering("2", "us-", "2", "app")
        choice = AwsChoice(cast(Services, services), person)

        place = choice.place(None, None, None)
        pool = choice.pool(place, None)
        client = choice.client(place, pool.id, None)

        assert (place.aws_profile, place.region, pool.id, client.id) == ("admin", "us-east-1", other.id, "two")

    def test_without_credentials_nothing_is_asked(self) -> None:
        directory = FakeDirectory(faults={"credentials": AwsCredentialsUnusable("The AWS profile default has none.")})
        choice = AwsChoice(cast(Services, services_with(directory=directory)), Answering())

        with pytest.raises(AwsCredentialsUnusable):
            choice.place(None, None, None)

    def test_the_region_of_the_aws_configuration_comes_first(self) -> None:
        person = Answering("1")

        place = AwsChoice(cast(Services, services_with()), person).place("default", None, None)

        assert place.region == "eu-west-1"

    def test_environment_and_name_are_proposed(self) -> None:
        person = Answering("", "al")

        (draft,) = drafts_of(session(services_with()), person, ENDS, SOURCE, Flow.USER_SRP_AUTH, ["alice"])

        assert draft.id == "dev/al"
        assert person.asked == [("Environment [dev]", False), ("Name [alice]", False)]

    def test_the_profiles_are_shown_first_and_declining_writes_nothing(self) -> None:
        services, person = services_with(), Answering("n")
        drafts = drafts_of(session(services), None, ENDS, SOURCE, Flow.USER_SRP_AUTH, ["alice"])

        with pytest.raises(Declined, match="Nothing was written"):
            finish(session(services), person, ENDS, drafts)

        assert services.profiles.profile_set.profiles == ()
        shown = "\n".join(person.shown)
        assert "dev/alice" in shown
        assert "client secret: into the keyring" in shown
        assert CLIENT_SECRET not in shown

    def test_the_values_of_the_preview_begin_in_one_column_behind_the_longest_key(self) -> None:
        pool = PoolDetails(POOL_ID, "shop-dev", identity_pool_id=IDENTITY_POOL)
        person, dry = Answering(), replace(ENDS, dry_run=True)
        drafts = drafts_of(session(services_with()), None, dry, (SOURCE[0], pool, SOURCE[2]), Flow.USER_AUTH, ["alice"])

        finish(session(services_with()), person, dry, drafts)

        assert f"    identity_pool_id  {IDENTITY_POOL}" in person.shown
        assert f"    user_pool_id      {POOL_ID}" in person.shown


ENDS = ReviewOptions(environment=None, name=None, flow=None, dry_run=False, as_json=False)
IDENTITY_POOL = "eu-west-1:11111111-2222-4333-8444-555555555555"
SOURCE = (
    AwsPlace(region="eu-west-1"),
    PoolDetails(POOL_ID, "shop-dev"),
    ClientDetails(CLIENT_ID, "web", CLIENT_SECRET, flows=("USER_SRP_AUTH",)),
)


def session(services: FakeServices) -> Session:
    return Session(lambda _options: cast(Services, services), Options())


class TestFromFiles:
    def test_outputs_of_amplify(self, tmp_path: Path) -> None:
        services = services_with()
        file = tmp_path / "amplify_outputs.json"
        file.write_text(json.dumps(OUTPUTS))

        result = run(services, "import", "amplify", str(file), "--user", "alice@example.com", "--env", "dev")

        assert result.exit_code == 0, result.stderr
        assert fields(services, "dev/alice") == ProfileFields(
            user_pool_id=POOL_ID, client_id=CLIENT_ID, username="alice@example.com"
        )

    def test_standard_input_and_a_sensitive_secret(self) -> None:
        services = services_with()
        outputs = {
            "pool_id": {"value": POOL_ID},
            "client_id": {"value": CLIENT_ID},
            "client_secret": {"sensitive": True, "value": CLIENT_SECRET},
        }

        result = run(services, "import", "terraform", "-", "--user", "alice", typed=json.dumps(outputs))

        assert result.exit_code == 0, result.stderr
        assert secrets(services) == {SecretKind.CLIENT_SECRET.value: CLIENT_SECRET}
        assert CLIENT_SECRET not in str(fields(services, "dev/alice"))
        assert CLIENT_SECRET not in result.output

    def test_a_env_file(self) -> None:
        services = services_with()

        run(services, "import", "env", "-", "--user", "alice", typed=ENV)

        assert fields(services, "dev/alice").client_id == CLIENT_ID
        assert secrets(services) == {"client-secret": CLIENT_SECRET}

    def test_several_clients_are_listed_and_one_is_chosen_by_name(self) -> None:
        outputs = {"pool": POOL_ID, "web_client_id": CLIENT_ID, "app_client_id": CLIENT_ID[::-1]}
        typed = json.dumps({name: {"value": value} for name, value in outputs.items()})
        services = services_with()

        refused = run(services, "import", "terraform", "-", "--user", "al", typed=typed)
        run(services, "import", "terraform", "-", "--user", "al", "--client", "app_client_id", typed=typed)

        assert refused.exit_code == 2
        assert f"{CLIENT_ID} (web_client_id)" in refused.stderr
        assert fields(services, "dev/al").client_id == CLIENT_ID[::-1]

    def test_several_pools_are_listed(self) -> None:
        typed = json.dumps({"a": {"value": POOL_ID}, "b": {"value": "eu-west-1_Other"}})

        result = run(services_with(), "import", "terraform", "-", "--user", "al", typed=typed)

        assert (result.exit_code, "eu-west-1_Other (b)" in result.stderr) == (2, True)

    def test_a_file_without_a_client_accepts_one_by_option(self) -> None:
        services = services_with()
        typed = f"USER_POOL_ID={POOL_ID}\n"

        assert "contains no app client" in run(services, "import", "env", "-", "--user", "a", typed=typed).stderr
        run(services, "import", "env", "-", "--user", "a", "--client", CLIENT_ID, typed=typed)

        assert fields(services, "dev/a").client_id == CLIENT_ID

    def test_a_client_that_the_file_does_not_name_is_refused_with_those_that_it_does(self) -> None:
        services = services_with()

        result = run(services, "import", "env", "-", "--user", "a", "--client", "zzz", typed=ENV)

        assert result.exit_code == 2
        assert "standard input does not contain the app client zzz." in result.stderr
        assert f"It contains {CLIENT_ID} (CLIENT_ID)." in result.stderr
        assert services.profiles.profile_set.profiles == ()

    @pytest.mark.parametrize("client", ["my client", "https://x", "a" * 129])
    def test_an_invalid_client_id_is_refused_if_the_file_has_none(self, client: str) -> None:
        services = services_with()
        typed = f"USER_POOL_ID={POOL_ID}\n"

        result = run(services, "import", "env", "-", "--user", "a", "--client", client, typed=typed)

        assert (result.exit_code, "is not an app client id" in result.stderr) == (2, True)
        assert services.profiles.profile_set.profiles == ()

    def test_a_placeholder_in_the_place_of_the_client_is_reported_once(self) -> None:
        typed = f"set -e\nUSER_POOL_ID={POOL_ID}\nCLIENT_ID=<client>\nCOGNITO_CLIENT_SECRET=<secret>\n"

        result = run(services_with(), "import", "env", "-", "--user", "a", typed=typed)

        assert result.exit_code == 2
        assert result.stderr.count("CLIENT_ID contains a placeholder.") == 1
        assert "COGNITO_CLIENT_SECRET contains a placeholder." in result.stderr

    def test_a_placeholder_is_only_a_note_if_the_client_is_given(self) -> None:
        typed = f"USER_POOL_ID={POOL_ID}\nCLIENT_ID=<client>\n"

        result = run(services_with(), "import", "env", "-", "--user", "a", "--client", CLIENT_ID, typed=typed)

        assert (result.exit_code, result.stderr.count("CLIENT_ID contains a placeholder.")) == (0, 1)

    @pytest.mark.parametrize("command", ["file", "amplify", "terraform", "env"])
    def test_an_empty_file_name_is_refused(self, command: str) -> None:
        result = run(services_with(), "import", command, "")

        assert (result.exit_code, "Name a file." in result.stderr) == (2, True)

    def test_without_a_user_a_domain_with_a_code_grant_means_the_browser(self) -> None:
        oauth = {"domain": "shop.auth.eu-west-1.amazoncognito.com", "response_type": "code", "scopes": ["openid"]}
        services = services_with()

        run(services, "import", "amplify", "-", typed=json.dumps({"auth": {**OUTPUTS["auth"], "oauth": oauth}}))

        (profile,) = services.profiles.profile_set.profiles
        assert (profile.flow, profile.fields.domain) == (Flow.AUTHORIZATION_CODE, DOMAIN)
        assert profile.id == "dev/browser"

    @pytest.mark.parametrize(("client", "outcome"), [("other", "dev/browser-2"), (CLIENT_ID, "already")])
    def test_the_browsers_profile_of_another_app_client_stays(self, client: str, outcome: str) -> None:
        oauth = {"domain": "shop.auth.eu-west-1.amazoncognito.com", "response_type": "code", "scopes": ["openid"]}
        services = services_with(make_profile("dev/browser", user_pool_id=POOL_ID, client_id=client, username=None))

        result = run(
            services, "import", "amplify", "-", typed=json.dumps({"auth": {**OUTPUTS["auth"], "oauth": oauth}})
        )

        assert outcome in result.stderr
        assert services.profiles.profile_set.by_id["dev/browser"].client_id == client

    def test_without_a_user_and_a_domain_input_is_required(self) -> None:
        result = run(services_with(), "import", "env", "-", typed=ENV)

        assert (result.exit_code, "Add --user" in result.stderr) == (3, True)

    @pytest.mark.parametrize("option", [(), ("--dry-run",), ("--json",)])
    def test_a_password_is_not_imported_and_the_command_to_store_it_is_shown(self, option: tuple[str, ...]) -> None:
        services = services_with()
        typed = f"{ENV}COGNITO_USERNAME=alice\nCOGNITO_PASSWORD=hunter2hunter2\n"

        result = run(services, "import", "env", "-", *option, typed=typed)

        assert result.exit_code == 0
        words = "COGNITO_PASSWORD was not imported. To store it: cognitui secret set dev/alice password"
        assert words in result.stderr
        assert "hunter2" not in result.output
        assert "password" not in secrets(services)

    def test_without_a_keyring_the_user_is_prompted_for_the_password_later(self) -> None:
        services = services_with(secrets_in_memory=True)
        result = run(services, "import", "env", "-", "--user", "a", typed=f"{ENV}COGNITO_PASSWORD=hunter2\n")

        assert "COGNITO_PASSWORD was not imported. You will be prompted for it with the first token." in result.stderr

    def test_a_secret_without_a_clear_owner_is_left_out_and_reported(self) -> None:
        services = services_with()
        typed = f"USER_POOL_ID={POOL_ID}\nWEB_CLIENT_ID={CLIENT_ID}\nAPI_CLIENT_ID={'7d8' * 9}\nCOGNITO_SECRET=s3cret\n"

        result = run(services, "import", "env", "-", "--user", "a", "--client", CLIENT_ID, typed=typed)

        assert "COGNITO_SECRET was not imported: it may not be the secret of this app client." in result.stderr
        assert "cognitui secret set dev/a client-secret" in result.stderr
        assert "s3cret" not in result.output
        assert secrets(services) == {}

    def test_the_content_of_a_file_is_shown_without_its_secrets(self) -> None:
        found = FoundPool(POOL_ID, "POOL", region="eu-west-1", domain=DOMAIN, username="al\x1b")
        client = ClientDetails(CLIENT_ID, secret=CLIENT_SECRET)
        lines = list(summary_of("f", found, client))

        assert lines == [
            "f contains:",
            f"  user pool      {POOL_ID}",
            f"  app client     {CLIENT_ID}",
            "  client secret  one, for the keyring",
            "  region         eu-west-1",
            f"  domain         {DOMAIN}",
            "  user           al\\x1b",
        ]

    def test_a_secret_with_scopes_of_a_resource_server_belongs_to_a_program(self) -> None:
        services = services_with()
        typed = f"{ENV}COGNITO_DOMAIN={DOMAIN}\nCOGNITO_SCOPES=orders/read orders/write\n"

        run(services, "import", "env", "-", "--name", "orders", typed=typed)

        assert fields(services, "dev/orders").flow is Flow.CLIENT_CREDENTIALS
        assert fields(services, "dev/orders").scopes == ("orders/read", "orders/write")

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"{", "amplify.json:1: is not JSON"),
            (b'{"a": "\xff"}', "amplify.json:1: is not UTF-8"),
            (b"", "is empty"),
        ],
    )
    def test_a_file_that_cannot_be_read_is_reported(self, tmp_path: Path, content: bytes, words: str) -> None:
        file = tmp_path / "amplify.json"
        file.write_bytes(content)

        result = run(services_with(), "import", "amplify", str(file), "--user", "a")

        assert (result.exit_code, words in result.stderr) == (2, True)

    def test_a_missing_file_is_reported(self, tmp_path: Path) -> None:
        result = run(services_with(), "import", "env", str(tmp_path / "none"), "--user", "a")

        assert (result.exit_code, "No such file" in result.stderr) == (2, True)


class TestFederatedUsers:
    """Users of an identity provider: UserStatus EXTERNAL_PROVIDER."""

    ANN = UserEntry("Google_108", "ann@example.com", status="EXTERNAL_PROVIDER", identity_provider="Google")
    WEB = ClientDetails(CLIENT_ID, "web", flows=("USER_SRP_AUTH",), grants=("code",), scopes=("openid",))

    def directory(self, domain: str = DOMAIN, **more: object) -> FakeDirectory:
        pool = PoolDetails(POOL_ID, "shop-dev", domain)
        users = [self.ANN, UserEntry("bob", "bob@example.com", status="CONFIRMED")]
        return FakeDirectory([pool], {POOL_ID: [self.WEB]}, users, **more)  # type: ignore[arg-type]  # by name

    @pytest.mark.parametrize("named", ["ann@example.com", "Google_108"])
    def test_a_given_federated_user_signs_in_by_the_identity_provider(self, named: str) -> None:
        services = services_with(directory=self.directory())

        result = run(services, *AWS[:-1], named, "--user", "bob")

        assert result.exit_code == 0, result.stderr
        ann, bob = fields(services, "dev/ann"), fields(services, "dev/bob")
        assert (ann.flow, ann.identity_provider, ann.domain) == (Flow.AUTHORIZATION_CODE, "Google", DOMAIN)
        assert ann.username == "ann@example.com"
        assert (bob.flow, bob.identity_provider, bob.domain) == (None, None, DOMAIN)

    def test_a_chosen_federated_user_signs_in_by_the_identity_provider(self) -> None:
        person = Answering("1, 2")

        logins = logins_of(self.directory(), person, AwsPlace(), PoolDetails(POOL_ID), ())

        assert logins == (Login("ann@example.com", "Google"), Login("bob"))
        assert any("ann@example.com  EXTERNAL_PROVIDER  Google" in line for line in person.shown)

    BROWSER_ONLY = ClientDetails(
        CLIENT_ID, "web", flows=("REFRESH_TOKEN_AUTH",), grants=("code",), identity_providers=("Google", "COGNITO")
    )

    def test_a_given_user_is_accepted_for_an_app_client_that_needs_none(self) -> None:
        directory = self.directory()
        directory.client_details[POOL_ID] = [self.BROWSER_ONLY]
        services = services_with(directory=directory)

        result = run(services, *AWS[:-1], "Google_108", "--user", "bob")

        assert result.exit_code == 0, result.stderr
        ann, bob = fields(services, "dev/ann"), fields(services, "dev/bob")
        assert (ann.username, ann.flow, ann.identity_provider) == (
            "ann@example.com",
            Flow.AUTHORIZATION_CODE,
            "Google",
        )
        assert (bob.username, bob.flow, bob.identity_provider) == ("bob", Flow.AUTHORIZATION_CODE, None)

    def test_an_app_client_for_the_browser_needs_no_user(self) -> None:
        directory = self.directory()
        directory.client_details[POOL_ID] = [self.BROWSER_ONLY]
        services = services_with(directory=directory)

        result = run(services, *AWS[:-2])

        assert result.exit_code == 0, result.stderr
        (profile,) = services.profiles.profile_set.profiles
        assert (profile.username, profile.flow) == ("", Flow.AUTHORIZATION_CODE)

    def test_without_a_domain_no_profile_is_written(self) -> None:
        services = services_with(directory=self.directory(domain=""))

        result = run(services, *AWS[:-1], "ann@example.com")

        assert (result.exit_code, services.profiles.profile_set.profiles) == (2, ())
        assert "of Google signs in by authorization_code at the pool's domain, but the pool has none." in result.stderr

    def test_users_who_may_not_be_listed_are_taken_as_named(self) -> None:
        directory = self.directory(faults={"users": PermissionMissing("Not authorized.")})
        services = services_with(directory=directory)

        result = run(services, *AWS[:-1], "ann@example.com")

        assert result.exit_code == 0, result.stderr
        assert fields(services, "dev/ann").username == "ann@example.com"


def test_users_of_a_pool_that_signs_in_by_email_are_listed_by_email() -> None:
    pool = PoolDetails(POOL_ID, "shop-dev", signs_in_by=("email",))
    users = [UserEntry("5f2c", "ann@example.com")]
    directory = FakeDirectory([pool], user_entries=users)

    result = run(services_with(directory=directory), *AWS[:-1], "ann@example.com")

    assert result.exit_code == 0
