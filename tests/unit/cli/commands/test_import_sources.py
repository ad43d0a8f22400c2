"""`cognitui import` and `provision` if Cognito keeps the client secret in Secrets Manager, or AWS does not show it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cognitui.model.aws import CLIENT_TOKEN_AUTH, ClientDetails, PoolDetails
from cognitui.model.profile import Flow
from tests.unit.cli.harness import printed_json, run
from tests.unit.fake_directory import CLIENT_ID, CLIENT_SECRET, POOL_ID, FakeDirectory
from tests.unit.fakes import FakeServices, make_profile, services_with

SOURCE = "secretsmanager:arn:aws:secretsmanager:eu-west-1:123456789012:secret:web-AbCdEf"
IMPORT = ("import", "aws", "--pool", "shop-dev", "--client", "web", "--user", "alice")
PROVISION = ("provision", "--pool", "shop-dev", "--user", "alice", "--client-name", "web", "--yes")
NOTE = "The app client has a client secret that AWS no longer shows."


def account(**client: object) -> FakeServices:
    details = ClientDetails(CLIENT_ID, "web", flows=("USER_SRP_AUTH",))
    return services_with(directory=FakeDirectory(client_details={POOL_ID: [details_with(details, client)]}))


def details_with(details: ClientDetails, client: dict[str, object]) -> ClientDetails:
    return ClientDetails(details.id, details.name, flows=details.flows, **client)  # type: ignore[arg-type]  # by name


def test_an_import_names_the_source_says_so_and_stores_no_secret() -> None:
    services = account(secret_source=SOURCE)

    result = run(services, *IMPORT, "--aws-profile", "admin")

    assert result.exit_code == 0, result.stderr
    profile = services.profiles.profile_set.by_id["dev/alice"]
    assert (profile.own.client_secret_from, profile.own.aws_profile) == (SOURCE, "admin")
    assert services.vault.entries == {}
    assert "its client secret stays in Secrets Manager and is read when it is needed" in result.stderr


def test_its_json_says_that_there_is_a_secret_and_names_its_source() -> None:
    (printed,) = printed_json(run(account(secret_source=SOURCE), *IMPORT, "--json"))

    assert (printed["client_secret"], printed["client_secret_from"]) == (True, SOURCE)


def test_a_secret_that_aws_does_not_show_is_reported_with_the_command_to_store_it() -> None:
    result = run(account(secret_note=NOTE), *IMPORT)

    assert result.exit_code == 0
    assert f"{NOTE} To store it: cognitui secret set dev/alice client-secret" in result.stderr


def test_provision_names_the_source_of_an_app_client_that_exists() -> None:
    services = account(secret_source=SOURCE)

    result = run(services, *PROVISION, typed="Canary-Passw0rd!\n")

    assert result.exit_code == 0, result.stderr
    assert services.profiles.profile_set.by_id["dev/alice"].fields.client_secret_from == SOURCE
    assert [name.kind.value for name in services.vault.entries] == ["password"]
    assert "store the password in the keyring" in result.stderr
    assert "stays in Secrets Manager" in result.stderr


def test_provision_says_what_an_existing_profile_lacks() -> None:
    services = account(secret_source=SOURCE)
    old = make_profile("dev/alice", user_pool_id=POOL_ID, client_id=CLIENT_ID, username="alice")
    services.profiles.profile_set = services_with(old).profiles.profile_set

    result = run(services, *PROVISION, typed="Canary-Passw0rd!\n")

    assert f'add client_secret_from = "{SOURCE}" to dev/alice' in result.stderr


def test_provision_says_that_aws_does_not_show_the_secret() -> None:
    result = run(account(secret_note=NOTE), *PROVISION, typed="Canary-Passw0rd!\n")

    assert f"{NOTE} To store it: cognitui secret set dev/alice client-secret" in result.stderr


def test_a_machine_only_client_is_imported_without_a_user_and_without_a_domain() -> None:
    pool = PoolDetails(POOL_ID, "shop-prod", "https://shop.example.com")
    machine = ClientDetails("machine0id", "batch", CLIENT_SECRET, (CLIENT_TOKEN_AUTH,), scopes=("orders/read",))
    services = services_with(directory=FakeDirectory([pool], {POOL_ID: [machine]}))

    result = run(services, "import", "aws", "--pool", "shop-prod", "--client", "batch")

    assert result.exit_code == 0, result.stderr
    profile = services.profiles.profile_set.by_id["prod/batch"]
    assert (profile.flow, profile.fields.domain, profile.fields.username) == (Flow.CLIENT_CREDENTIALS, None, None)
    assert not profile.signs_in_at_domain


IDS = "USER_POOL_ID=eu-west-1_Shop00001\nCLIENT_ID=6k2jc8v0example0client0web\n"


@pytest.mark.parametrize(
    "more",
    [f"CLIENT_SECRET={CLIENT_SECRET}\nSCOPE=orders/read\n", "EXPLICIT_AUTH_FLOWS=ALLOW_CLIENT_TOKEN_AUTH\n"],
    ids=["a secret and scopes of a resource server", "its only flow"],
)
def test_a_file_with_a_machine_only_client_and_no_domain_becomes_such_a_profile(more: str, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(IDS + more)
    services = services_with()

    result = run(services, "import", "file", str(file), "--env", "dev", "--name", "batch")

    assert result.exit_code == 0, result.stderr
    profile = services.profiles.profile_set.by_id["dev/batch"]
    assert (profile.flow, profile.fields.domain) == (Flow.CLIENT_CREDENTIALS, None)
