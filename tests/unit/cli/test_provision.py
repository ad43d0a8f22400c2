"""`cognitui provision`: what is made, what is asked, and what is said where it stops half-way."""

from __future__ import annotations

import pytest

from cognitui.importing.provision import Plan, carry_out, generated_password
from cognitui.model.directory import AwsPlace, ClientDetails, PoolDetails
from cognitui.model.errors import NewPasswordRejected, NoKeyring, PermissionMissing, Unreachable
from tests.unit.cli.harness import run
from tests.unit.fake_directory import CLIENT_SECRET, POOL_ID, FakeDirectory, FakeProvisioning
from tests.unit.fakes import FakeServices, make_profile, services_with

PASSWORD = "Canary-Passw0rd!"
COMMAND = ("provision", "--pool", "shop-dev", "--user", "ann@example.com")


def secrets(services: FakeServices) -> dict[str, str]:
    return {name.kind.value: value for name, value in services.vault.entries.items()}


def test_a_client_a_user_and_a_password_are_made_and_kept() -> None:
    services = services_with()

    result = run(services, *COMMAND, "--yes", typed=f"{PASSWORD}\n")

    assert result.exit_code == 0, result.stderr
    assert [step[0] for step in services.provisioning.made] == ["client", "user", "password"]
    assert services.provisioning.passwords == {"ann@example.com": PASSWORD}
    assert services.profiles.book.by_id["dev/ann"].client_id == "new0client0id"
    assert secrets(services) == {"client-secret": CLIENT_SECRET, "password": PASSWORD}
    assert PASSWORD not in result.output
    assert CLIENT_SECRET not in result.output


def test_account_region_and_pool_are_named_before() -> None:
    result = run(services_with(), *COMMAND, "--yes", typed=PASSWORD)

    assert "Account 123456789012, as arn:aws:iam::123456789012:user/admin" in result.stderr
    assert "Region  eu-west-1" in result.stderr
    assert f"Pool    shop-dev ({POOL_ID})" in result.stderr


def test_without_a_yes_nothing_is_made() -> None:
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
    assert (services.provisioning.made, services.profiles.book.profiles) == ([], ())


def test_a_password_may_be_made_up_and_is_not_shown() -> None:
    services = services_with()

    result = run(services, *COMMAND, "--yes", "--generate")

    assert result.exit_code == 0, result.stderr
    password = services.provisioning.passwords["ann@example.com"]
    assert len(password) >= 20
    assert password not in result.output
    assert secrets(services)["password"] == password


def test_a_password_that_is_made_up_has_every_kind_of_character() -> None:
    for _ in range(50):
        password = generated_password()
        assert any(map(str.islower, password))
        assert any(map(str.isupper, password))
        assert any(map(str.isdigit, password))
        assert not password.isalnum()


def test_what_is_there_is_used() -> None:
    directory = FakeDirectory(client_details={POOL_ID: [ClientDetails("old", "cognitui", "s" * 30)]})
    provisioning = FakeProvisioning(users={"ann@example.com"})
    services = services_with(directory=directory, provisioning=provisioning)

    result = run(services, *COMMAND, "--yes", typed=PASSWORD)

    assert result.exit_code == 0, result.stderr
    assert [step[0] for step in provisioning.made] == ["password"]
    assert "Use the app client cognitui (old), which is there already." in result.stderr
    assert "in the place of the present one" in result.stderr
    assert services.profiles.book.by_id["dev/ann"].client_id == "old"


def test_a_profile_name_that_is_taken_is_told_before_anything_is_made() -> None:
    services = services_with(make_profile("dev/ann"))

    result = run(services, *COMMAND, "--env", "dev", "--yes", typed=PASSWORD)

    assert (result.exit_code, "There is a profile dev/ann already" in result.stderr) == (2, True)
    assert services.provisioning.made == []


def test_secrets_that_would_not_outlive_the_run_are_refused_before() -> None:
    services = services_with(secrets_in_memory=True)

    assert run(services, *COMMAND, "--yes", typed=PASSWORD).exit_code == 2
    assert services.provisioning.made == []


def test_no_password_makes_nothing() -> None:
    services = services_with()

    assert run(services, *COMMAND, "--yes", typed="").exit_code == 2
    assert services.provisioning.made == []


def test_a_step_that_fails_says_what_is_there_how_to_go_on_and_how_to_undo() -> None:
    fault = NewPasswordRejected("Password not long enough.", fix="Choose another one.")
    services = services_with(provisioning=FakeProvisioning(faults={"set_password": fault}))

    result = run(services, *COMMAND, "--yes", typed=PASSWORD)

    assert result.exit_code == 4
    assert "Made before that: the app client cognitui (new0client0id) and the user ann@example.com" in result.stderr
    assert "run the same command again: it uses what is there" in result.stderr
    undo = f"aws cognito-idp delete-user-pool-client --user-pool-id {POOL_ID} --client-id new0client0id"
    assert undo in result.stderr
    assert f"aws cognito-idp admin-delete-user --user-pool-id {POOL_ID} --username ann@example.com" in result.stderr
    assert services.profiles.book.profiles == ()


def test_a_first_step_that_fails_has_made_nothing() -> None:
    fault = PermissionMissing("Not authorized.")
    services = services_with(provisioning=FakeProvisioning(faults={"make_client": fault}))

    result = run(services, *COMMAND, "--yes", typed=PASSWORD)

    assert "Nothing was made before that." in result.stderr
    assert "Or undo it" not in result.stderr


def test_an_answer_that_was_lost_may_have_done_its_work() -> None:
    plan = Plan(AwsPlace(), PoolDetails(POOL_ID), "cognitui", "ann")

    with pytest.raises(Unreachable) as caught:
        carry_out(plan, PASSWORD, FakeProvisioning(faults={"make_client": Unreachable("No answer.")}), {})

    assert "may have been done all the same" in caught.value.cause


def test_a_keyring_that_fails_afterwards_is_told_and_the_same_command_goes_on() -> None:
    services = services_with()
    services.vault.fault = NoKeyring("There is no keyring.")

    failed = run(services, *COMMAND, "--yes", typed=PASSWORD)
    services.vault.fault = None
    services.directory.client_details[POOL_ID] = [
        ClientDetails("new0client0id", "cognitui", CLIENT_SECRET, flows=("USER_SRP_AUTH",))
    ]
    done = run(services, *COMMAND, "--yes", typed=PASSWORD)

    assert failed.exit_code == 6
    assert "All is made in AWS, but not all is kept here." in failed.stderr
    assert done.exit_code == 0, done.stderr
    assert [step[0] for step in services.provisioning.made] == ["client", "user", "password", "password"]
    assert secrets(services) == {"client-secret": CLIENT_SECRET, "password": PASSWORD}
