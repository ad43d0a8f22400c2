"""`cognitui credential-process`: only JSON on stdout, and no prompt for a program."""

from __future__ import annotations

import json

import pytest

from cognitui.model.errors import IdentityPoolRefused, KeyringTimeout, Unreachable
from cognitui.model.secret import SecretKind
from tests.unit.cli.harness import run
from tests.unit.fake_sessions import FakeIdentities, make_credentials
from tests.unit.fakes import (
    NOW,
    FakeServices,
    FakeSignIn,
    FakeVault,
    make_profile,
    make_tokens,
    password_challenge,
    services_with,
)
from tests.unit.tokens.brokering import SulkyVault

POOL = "eu-west-1:5f2c8a10-0000-0000-0000-000000000000"
ALICE = make_profile("dev/alice", identity_pool_id=POOL)
PLAIN = make_profile("dev/plain")
BOSS = make_profile("prod/boss", protected=True, label="Production", identity_pool_id=POOL)


def holding(**parts: object) -> FakeServices:
    identities = FakeIdentities(make_credentials(NOW))
    return services_with(ALICE, PLAIN, **{"identities": identities, **parts}).holding(ALICE, make_tokens())


def test_standard_output_is_what_an_sdk_reads() -> None:
    result = run(holding(), "credential-process", "dev/alice")

    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == {
        "Version": 1,
        "AccessKeyId": "ASIAEXAMPLE1",
        "SecretAccessKey": "secret-key-1",
        "SessionToken": "session-token-1",
        "Expiration": "2026-11-22T10:42:11Z",
    }


def test_the_second_call_neither_calls_cognito_nor_opens_a_token() -> None:
    services = holding()
    first = run(services, "credential-process", "dev/alice")
    services.vault.calls.clear()

    assert run(services, "credential-process", "dev/alice").stdout == first.stdout
    assert len(services.identities.asked) == 1
    assert {name.kind for _, name in services.vault.calls} == {SecretKind.AWS_CREDENTIALS}


def test_a_challenge_without_a_terminal_ends_with_3() -> None:
    services = services_with(ALICE, signin=FakeSignIn(start=[password_challenge(ALICE)]))
    result = run(services, "credential-process", "dev/alice")

    assert (result.exit_code, result.stdout) == (3, "")
    assert "password is needed" in result.stderr


@pytest.mark.parametrize(("fault", "code"), [(IdentityPoolRefused("no"), 4), (Unreachable("no network"), 5)])
def test_each_failure_has_its_code(fault: Exception, code: int) -> None:
    result = run(holding(identities=FakeIdentities(fault)), "credential-process", "dev/alice")  # type: ignore[arg-type]

    assert (result.exit_code, result.stdout) == (code, "")


def test_a_failing_keyring_has_its_own_code() -> None:
    services = services_with(ALICE, vault=FakeVault(KeyringTimeout("The keyring does not answer.")))

    assert run(services, "credential-process", "dev/alice").exit_code == 6


def test_without_an_identity_pool_the_error_says_how_to_set_one() -> None:
    result = run(holding(), "credential-process", "dev/plain")

    assert result.exit_code == 2
    assert "--identity-pool-id" in result.stderr


def test_a_protected_environment_asks_for_confirmation() -> None:
    services = services_with(BOSS, identities=FakeIdentities(make_credentials(NOW))).holding(BOSS, make_tokens())

    assert run(services, "credential-process", "prod/boss").exit_code == 3
    assert services.identities.asked == []
    assert run(services, "credential-process", "prod/boss", "--yes").exit_code == 0


def test_credentials_that_could_not_be_kept_come_with_a_warning_on_stderr() -> None:
    services = holding(vault=SulkyVault(SecretKind.AWS_CREDENTIALS))
    result = run(services, "credential-process", "dev/alice")

    assert json.loads(result.stdout)["Version"] == 1
    assert result.stderr.startswith("Warning: ")


def test_a_sign_in_that_needs_its_own_credentials_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COGNITUI_CREDENTIAL_PROCESS", "dev/alice")
    result = run(holding(), "credential-process", "dev/alice")

    assert result.exit_code == 2
    assert "aws_profile" in result.stderr
