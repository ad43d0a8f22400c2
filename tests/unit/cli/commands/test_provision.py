"""`cognitui provision`: what it creates and prompts for, and failures half-way."""

from __future__ import annotations

import pytest

from cognitui.importing.provision import Plan, carry_out, generated_password
from cognitui.model.aws import AwsPlace, ClientDetails, PoolDetails
from cognitui.model.errors import NewPasswordRejected, NoKeyring, PermissionMissing, Unreachable
from cognitui.model.profile import FIELD_NAMES, ProfileFields
from tests.unit.cli.harness import printed_json, run
from tests.unit.fake_directory import CLIENT_SECRET, POOL_ID, FakeDirectory, FakeProvisioning
from tests.unit.fakes import FakeServices, make_profile, services_with

PASSWORD = "Canary-Passw0rd!"
COMMAND = ("provision", "--pool", "shop-dev", "--user", "ann@example.com")


def secrets(services: FakeServices) -> dict[str, str]:
    return {name.kind.value: value for name, value in services.vault.entries.items()}


def test_a_client_a_user_and_a_password_are_created_and_stored() -> None:
    services = services_with()

    result = run(services, *COMMAND, "--yes", typed=f"{PASSWORD}\n")

    assert result.exit_code == 0, result.stderr
    assert [step[0] for step in services.provisioning.made] == ["client", "user", "password"]
    assert services.provisioning.passwords == {"ann@example.com": PASSWORD}
    assert services.profiles.profile_set.by_id["dev/ann"].client_id == "new0client0id"
    assert secrets(services) == {"client-secret": CLIENT_SECRET, "password": PASSWORD}
    assert PASSWORD not in result.output
    assert CLIENT_SECRET not in result.output


def test_account_region_and_pool_are_named_before() -> None:
    result = run(services_with(), *COMMAND, "--yes", typed=PASSWORD)

    assert "Account 123456789012, as arn:aws:iam::123456789012:user/admin" in result.stderr
    assert "Region  eu-west-1" in result.stderr
    assert f"Pool    shop-dev ({POOL_ID})" in result.stderr


def test_without_confirmation_nothing_is_created() -> None:
    services = services_with()

    result = run(services, *COMMAND, typed=PASSWORD)

    assert (result.exit_code, "Add --yes" in result.stderr) == (3, True)
    assert services.provisioning.made == []


def test_a_dry_run_prints_the_calls_and_makes_none() -> None:
    services = services_with()

    result = run(services, *COMMAND, "--dry-run")

    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == [
        "cognito-idp:CreateUserPoolClient",
        "cognito-idp:AdminCreateUser",
        "cognito-idp:AdminSetUserPassword",
    ]
    assert (services.provisioning.made, services.profiles.profile_set.profiles) == ([], ())


def test_a_password_can_be_generated_and_is_not_shown() -> None:
    services = services_with()

    result = run(services, *COMMAND, "--yes", "--generate")

    assert result.exit_code == 0, result.stderr
    password = services.provisioning.passwords["ann@example.com"]
    assert len(password) >= 20
    assert password not in result.output
    assert secrets(services)["password"] == password


def test_a_generated_password_has_every_kind_of_character() -> None:
    for _ in range(50):
        password = generated_password()
        assert any(map(str.islower, password))
        assert any(map(str.isupper, password))
        assert any(map(str.isdigit, password))
        assert not password.isalnum()


def test_what_exists_is_used() -> None:
    directory = FakeDirectory(client_details={POOL_ID: [ClientDetails("old", "cognitui", "s" * 30)]})
    provisioning = FakeProvisioning(users={"ann@example.com"})
    services = services_with(directory=directory, provisioning=provisioning)

    result = run(services, *COMMAND, "--yes", typed=PASSWORD)

    assert result.exit_code == 0, result.stderr
    assert [step[0] for step in provisioning.made] == ["password"]
    assert "Use the app client cognitui (old), which exists already." in result.stderr
    assert "replacing the present one" in result.stderr
    assert services.profiles.profile_set.by_id["dev/ann"].client_id == "old"


def test_a_taken_profile_name_is_reported_before_anything_is_created() -> None:
    services = services_with(make_profile("dev/ann"))

    result = run(services, *COMMAND, "--env", "dev", "--yes", typed=PASSWORD)

    assert (result.exit_code, "A profile dev/ann exists already" in result.stderr) == (2, True)
    assert services.provisioning.made == []


@pytest.mark.parametrize("options", [("--name", "bad name"), ("--env", "bad environment")])
def test_an_invalid_profile_is_reported_before_anything_is_created(options: tuple[str, str]) -> None:
    services = services_with()

    result = run(services, *COMMAND, *options, "--yes", typed=PASSWORD)

    assert (result.exit_code, "cannot contain a space" in result.stderr) == (2, True)
    assert services.provisioning.made == []


def test_an_environment_of_another_region_is_reported_before_anything_is_created() -> None:
    services = services_with(make_profile("dev/bob", defaults=ProfileFields(region="cn-north-1")))

    result = run(services, *COMMAND, "--env", "dev", "--yes", typed=PASSWORD)

    assert (result.exit_code, "is in another partition of AWS than user_pool_id" in result.stderr) == (2, True)
    assert services.provisioning.made == []


@pytest.mark.parametrize(
    ("options", "protected", "message"),
    [
        (("--env", "prod"), True, "prod is protected (its name means production; else --no-protected)"),
        (("--env", "prod", "--no-protected"), False, ""),
        (("--env", "dev"), False, ""),
        (("--env", "dev", "--protected"), True, "dev is protected;"),
    ],
)
def test_production_is_protected_by_default_and_that_is_reported(
    options: tuple[str, ...], protected: bool, message: str
) -> None:
    services = services_with()

    result = run(services, *COMMAND, *options, "--yes", typed=PASSWORD)

    assert services.profiles.profile_set.by_id[f"{options[1]}/ann"].protected is protected
    assert message in result.stderr
    assert ("is protected" in result.stderr) is protected


def test_the_name_of_the_pool_can_mean_production_too() -> None:
    services = services_with(directory=FakeDirectory([PoolDetails(POOL_ID, "shop-live")]))

    run(services, "provision", "--pool", "shop-live", "--user", "ann", "--env", "shop", "--yes", typed=PASSWORD)

    assert services.profiles.profile_set.by_id["shop/ann"].protected


def test_an_existing_profile_is_not_protected_silently() -> None:
    directory = FakeDirectory(client_details={POOL_ID: [ClientDetails("old", "cognitui", "s" * 30)]})
    known = make_profile("dev/ann", user_pool_id=POOL_ID, client_id="old", username="ann@example.com")
    services = services_with(known, directory=directory)

    refused = run(services, *COMMAND, "--env", "dev", "--protected", "--yes", typed=PASSWORD)
    used = run(services, *COMMAND, "--env", "dev", "--yes", typed=PASSWORD)

    assert (refused.exit_code, "dev is not protected" in refused.stderr) == (2, True)
    assert "4. Use the profile dev/ann, which exists already" in used.stderr
    assert used.exit_code == 0, used.stderr


def test_the_json_says_what_was_created_and_contains_no_secret() -> None:
    services = services_with()

    result = run(services, *COMMAND, "--yes", "--json", "--env", "prod", typed=f"{PASSWORD}\n")

    printed = printed_json(result)
    assert isinstance(printed, dict)
    profile = printed.pop("profile")
    assert printed == {
        "dry_run": False,
        "account": "123456789012",
        "arn": "arn:aws:iam::123456789012:user/admin",
        "region": "eu-west-1",
        "endpoint_url": None,
        "pool": {"id": POOL_ID, "name": "shop-dev"},
        "client": {"id": "new0client0id", "name": "cognitui", "new": True},
        "user": {"username": "ann@example.com", "new": True},
        "calls": [step for step in printed["calls"] if step.startswith("cognito-idp:")],
    }
    assert len(printed["calls"]) == 3
    assert {"id", "environment", "name", *FIELD_NAMES, "client_secret", "protected", "written"} == set(profile)
    assert (profile["id"], profile["client_id"], profile["client_secret"]) == ("prod/ann", "new0client0id", True)
    assert (profile["protected"], profile["written"]) == (True, True)
    assert PASSWORD not in result.output
    assert CLIENT_SECRET not in result.output


def test_the_json_of_a_dry_run_says_what_would_be_and_nothing_else_is_printed() -> None:
    services = services_with()

    printed = printed_json(run(services, *COMMAND, "--dry-run", "--json"))

    assert isinstance(printed, dict)
    assert (printed["dry_run"], printed["client"]) == (True, {"id": None, "name": "cognitui", "new": True})
    profile = printed["profile"]
    assert (profile["client_id"], profile["client_secret"], profile["written"]) == (None, True, False)
    assert services.provisioning.made == []


def test_the_json_says_what_was_there() -> None:
    directory = FakeDirectory(client_details={POOL_ID: [ClientDetails("old", "cognitui")]})
    provisioning = FakeProvisioning(users={"ann@example.com"})

    result = run(services_with(directory=directory, provisioning=provisioning), *COMMAND, "--dry-run", "--json")

    printed = printed_json(result)
    assert isinstance(printed, dict)
    assert (printed["client"], printed["user"]["new"]) == ({"id": "old", "name": "cognitui", "new": False}, False)
    assert printed["profile"]["client_secret"] is False


def test_secrets_that_would_not_outlive_the_run_are_refused_before() -> None:
    services = services_with(secrets_in_memory=True)

    assert run(services, *COMMAND, "--yes", typed=PASSWORD).exit_code == 2
    assert services.provisioning.made == []


def test_without_a_password_nothing_is_created() -> None:
    services = services_with()

    assert run(services, *COMMAND, "--yes", typed="").exit_code == 2
    assert services.provisioning.made == []


def test_a_failed_step_says_what_exists_how_to_continue_and_how_to_undo() -> None:
    fault = NewPasswordRejected("Password not long enough.", fix="Choose another one.")
    services = services_with(provisioning=FakeProvisioning(faults={"set_password": fault}))

    result = run(services, *COMMAND, "--yes", typed=PASSWORD)

    assert result.exit_code == 4
    assert "Created before that: the app client cognitui (new0client0id) and the user ann@example.com" in result.stderr
    assert "run the same command again: it uses what exists" in result.stderr
    undo = f"aws cognito-idp delete-user-pool-client --user-pool-id {POOL_ID} --client-id new0client0id"
    assert undo in result.stderr
    assert f"aws cognito-idp admin-delete-user --user-pool-id {POOL_ID} --username ann@example.com" in result.stderr
    assert services.profiles.profile_set.profiles == ()


def test_a_failed_first_step_has_created_nothing() -> None:
    fault = PermissionMissing("Not authorized.")
    services = services_with(provisioning=FakeProvisioning(faults={"make_client": fault}))

    result = run(services, *COMMAND, "--yes", typed=PASSWORD)

    assert "Nothing was created before that." in result.stderr
    assert "Or undo it" not in result.stderr


def test_a_lost_response_may_have_done_its_work() -> None:
    plan = Plan(AwsPlace(), PoolDetails(POOL_ID), "cognitui", "ann")

    with pytest.raises(Unreachable) as caught:
        carry_out(plan, PASSWORD, FakeProvisioning(faults={"make_client": Unreachable("No answer.")}), {})

    assert "may have been done nevertheless" in caught.value.cause


def test_a_keyring_that_fails_afterwards_is_reported_and_the_same_command_continues() -> None:
    services = services_with()
    services.vault.fault = NoKeyring("There is no keyring.")

    failed = run(services, *COMMAND, "--yes", typed=PASSWORD)
    services.vault.fault = None
    services.directory.client_details[POOL_ID] = [
        ClientDetails("new0client0id", "cognitui", CLIENT_SECRET, flows=("USER_SRP_AUTH",))
    ]
    done = run(services, *COMMAND, "--yes", typed=PASSWORD)

    assert failed.exit_code == 6
    assert "Everything was created in AWS, but not everything is stored here." in failed.stderr
    assert done.exit_code == 0, done.stderr
    assert [step[0] for step in services.provisioning.made] == ["client", "user", "password", "password"]
    assert secrets(services) == {"client-secret": CLIENT_SECRET, "password": PASSWORD}
