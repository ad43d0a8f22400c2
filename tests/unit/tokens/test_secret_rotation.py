from __future__ import annotations

import pytest

from cognitui.model.aws import ClientDetails
from cognitui.model.errors import (
    ClientSecretWrong,
    CognituiError,
    KeyringLocked,
    LimitReached,
    PermissionMissing,
    Unreachable,
    UsageError,
)
from cognitui.model.profile import Flow, Profile
from cognitui.model.secret import SecretKind
from cognitui.tokens.secret_rotation import Rotated
from tests.unit.fake_clients import OLD
from tests.unit.fakes import FakeServices, make_profile
from tests.unit.tokens.brokering import SulkyVault

ALICE = make_profile()
SOURCE = "secretsmanager:arn:aws:secretsmanager:eu-west-1:123456789012:secret:web-AbCdEf"
NEW = "new2secret0of0the0web0client"


def world(secret: str = OLD, **parts: object) -> FakeServices:
    services = FakeServices(**parts)  # type: ignore[arg-type]  # the tests name the right ones
    services.vault.entries[ALICE.secret_name(SecretKind.CLIENT_SECRET)] = secret
    return services


def rotate(services: FakeServices, *others: Profile, keep_old: bool = False) -> Rotated:
    return services.secret_rotation.carry_out(services.secret_rotation.plan(ALICE, others), keep_old=keep_old)


def stored(services: FakeServices, profile: Profile = ALICE) -> str | None:
    return services.vault.entries.get(profile.secret_name(SecretKind.CLIENT_SECRET))


def failed(services: FakeServices) -> CognituiError:
    with pytest.raises(CognituiError) as caught:
        rotate(services)
    text = caught.value.cause + caught.value.fix
    assert OLD not in text
    assert NEW not in text
    return caught.value


def test_a_second_secret_is_added_stored_proved_and_the_old_one_removed() -> None:
    services = world()

    assert rotate(services) == Rotated("web--2", removed="web--1")
    assert services.clients.called[-3:] == ["add", "prove", "remove web--1"]
    assert (stored(services), services.clients.values) == (NEW, {"web--2": NEW})


def test_a_plan_changes_nothing() -> None:
    services = world()

    plan = services.secret_rotation.plan(ALICE)

    assert services.clients.called == ["describe", "secrets"]
    assert (plan.old.id, plan.newer, plan.pool_name, plan.client.name) == ("web--1", None, "shop-dev", "web")
    assert OLD not in repr(plan)


def test_the_old_one_may_stay_until_the_next_run() -> None:
    services = world()

    assert rotate(services, keep_old=True) == Rotated("web--2", kept="web--1")
    assert rotate(services) == Rotated("web--2", removed="web--1")
    assert services.clients.called.count("add") == 1
    assert stored(services) == NEW


def test_a_profile_of_a_custom_domain_gets_the_new_one_too() -> None:
    browser = make_profile("dev/web", flow=Flow.AUTHORIZATION_CODE, domain="https://login.example.com")
    another = make_profile("dev/other", client_id="another", flow=Flow.AUTHORIZATION_CODE, domain="https://x.example")
    services = world()
    for profile in (browser, another):
        services.vault.entries[profile.secret_name(SecretKind.CLIENT_SECRET)] = OLD

    rotate(services, browser, another)

    assert (stored(services, browser), stored(services, another)) == (NEW, OLD)


def test_a_secret_that_is_not_known_everywhere_yet_is_proved_again() -> None:
    services = world()
    services.clients.unknown_for = 2

    assert rotate(services).removed == "web--1"


def test_a_new_secret_that_is_refused_is_taken_back() -> None:
    services = world()
    services.clients.unknown_for = 9

    error = failed(services)

    assert isinstance(error, ClientSecretWrong)
    assert "is not accepted and was removed; the old one works and is stored as before" in error.cause
    assert (stored(services), services.clients.values) == (OLD, {"web--1": OLD})


def test_a_refused_one_that_cannot_be_removed_is_named_with_the_command() -> None:
    services = world()
    services.clients.unknown_for = 9
    services.clients.faults["remove web--2"] = PermissionMissing("Not allowed.")

    error = failed(services)

    assert "delete-user-pool-client-secret" in error.fix
    assert "--client-secret-id web--2" in error.fix
    assert stored(services) == OLD


def test_a_keyring_that_fails_leaves_the_old_one() -> None:
    vault = SulkyVault(SecretKind.CLIENT_SECRET)
    services = world(vault=vault)

    error = failed(services)

    assert "could not be stored and was removed" in error.cause
    assert (stored(services), services.clients.values) == (OLD, {"web--1": OLD})


def test_a_keyring_that_cannot_be_read_fails_before_anything_is_added() -> None:
    services = world()
    plan = services.secret_rotation.plan(ALICE)
    services.vault.fault = KeyringLocked("It is locked.")

    with pytest.raises(KeyringLocked):
        services.secret_rotation.carry_out(plan)

    assert "add" not in services.clients.called


def test_an_outage_before_the_proof_keeps_both_and_the_next_run_completes_it() -> None:
    services = world()
    services.clients.faults["prove"] = Unreachable("No network.")

    error = failed(services)
    del services.clients.faults["prove"]

    assert "is stored, but not proved; the old one works" in error.cause
    assert "cognitui secret rotate dev/alice" in error.fix
    assert rotate(services) == Rotated("web--2", removed="web--1")


def test_an_old_one_that_cannot_be_removed_still_works_and_the_next_run_removes_it() -> None:
    services = world()
    services.clients.faults["remove web--1"] = Unreachable("No network.")

    error = failed(services)
    del services.clients.faults["remove web--1"]

    assert "So does the old one, web--1" in error.cause
    assert stored(services) == NEW
    assert rotate(services).removed == "web--1"


def test_a_lost_answer_says_that_one_may_have_been_added() -> None:
    services = world()
    services.clients.faults["add"] = Unreachable("The answer was lost.")

    assert "may have been added" in failed(services).cause
    assert stored(services) == OLD


@pytest.mark.parametrize("secret", [OLD, "wrong0secret0of0the0web0client"])
def test_two_secrets_of_which_the_newer_is_not_stored_are_refused_by_id(secret: str) -> None:
    services = world(secret)
    services.clients.values["web--2"] = NEW

    error = failed(services)

    assert isinstance(error, UsageError)
    assert "web--1 and web--2" in error.cause
    assert error.fix.count("delete-user-pool-client-secret") == 2
    assert len(services.clients.values) == 2


def test_a_client_without_a_secret_has_nothing_to_rotate() -> None:
    services = world()
    services.clients.values = {}

    assert "nothing to rotate" in failed(services).cause


def test_a_secret_in_secrets_manager_is_rotated_there() -> None:
    services = world()
    services.clients.details = ClientDetails("id", "web", secret_source=SOURCE)

    error = failed(services)

    assert "rotate-secret --secret-id arn:aws:secretsmanager" in error.fix
    assert f'client_secret_from = "{SOURCE}"' in error.fix
    assert services.clients.called == ["describe"]


def test_a_profile_with_a_source_is_refused_without_a_call() -> None:
    services = FakeServices()

    with pytest.raises(UsageError, match="in Secrets Manager"):
        services.secret_rotation.plan(make_profile(client_secret_from=SOURCE))

    assert services.clients.called == []


def test_a_profile_without_a_pool_is_refused_with_the_command_to_name_it() -> None:
    domain = "https://x.auth.eu-west-1.amazoncognito.com"
    profile = make_profile(flow=Flow.CLIENT_CREDENTIALS, domain=domain, user_pool_id=None)

    with pytest.raises(UsageError, match="names no user pool"):
        FakeServices().secret_rotation.plan(profile)


def test_a_limit_of_aws_stays_what_it_is() -> None:
    services = world()
    services.clients.faults["add"] = LimitReached("The app client has two secrets.")

    assert isinstance(failed(services), LimitReached)
