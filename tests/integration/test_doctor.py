"""`cognitui doctor` with a real keyring, a strict Cognito and IAM credentials."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from cognitui.cognito.health import PoolHealth
from cognitui.cognito.http import look
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.strict import errors
from cognitui.demo.strict.errors import Refusal
from cognitui.demo.strict.server import StrictServer
from cognitui.model.errors import (
    ClientSecretMissing,
    ClientSecretWrong,
    PoolOrClientNotFound,
    Unreachable,
)
from cognitui.model.profile import Profile
from cognitui.storage.paths import Paths, insecure_permissions
from tests.integration.shell import PASSWORD, SECRET, Shell
from tests.unit.fakes import FakeClock, make_profile

KEY = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret-access-key-of-the-test"}

NOTHING: Mapping[str, str] = {}


def verdicts(shell: Shell, *arguments: str, code: int = 0, environ: Mapping[str, str] = NOTHING) -> dict[str, str]:
    ran = subprocess.run(
        shell.argv("doctor", "--json", *arguments),
        env={**shell.service.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert PASSWORD not in ran.stdout + ran.stderr
    assert SECRET not in ran.stdout + ran.stderr
    return {finding["check"]: finding["verdict"] for finding in json.loads(ran.stdout)}


def test_the_keyring_is_tried_with_an_entry_that_is_gone_afterwards(shell: Shell) -> None:
    assert verdicts(shell)["keyring"] == "pass"
    assert "trial" not in shell.service.secret_tool("search", "--all", "application", "Python keyring library")


def test_a_missing_keyring_exits_with_6(shell: Shell) -> None:
    shell.service.kill_bus()

    assert verdicts(shell, code=6)["keyring"] == "fail"


def test_a_profile_with_its_secrets_is_in_order_and_no_user_is_named(ready: Shell) -> None:
    found = verdicts(ready, "dev/alice")

    assert {check for check, verdict in found.items() if verdict != "pass"} == {"TOTP seed", "flow", "tokens"}
    assert (found["TOTP seed"], found["flow"], found["tokens"]) == ("note", "skip", "note")
    asked = [request.parameters for request in ready.server.journal.requests]
    assert "alice" not in json.dumps([{**parameters} for parameters in asked], default=str)
    assert {request.operation for request in ready.server.journal.requests} == {"jwks", "GetTokensFromRefreshToken"}


def test_a_client_secret_that_is_missing_or_wrong_is_found_out(shell: Shell) -> None:
    shell.add_profile()
    assert verdicts(shell, "dev/alice")["app client"] == "warn"

    shell.done("secret", "set", "dev/alice", "client-secret", stdin="another-secret-of-some-length")
    assert verdicts(shell, "dev/alice", code=4)["app client"] == "fail"


def test_iam_credentials_show_what_the_client_allows(ready: Shell) -> None:
    ready.server.add_iam_user(KEY["AWS_ACCESS_KEY_ID"], KEY["AWS_SECRET_ACCESS_KEY"])
    ready.done("profile", "edit", "dev/alice", "--aws-profile", "default")

    found = verdicts(ready, "dev/alice", environ=KEY)
    assert (found["client secret"], found["flow"]) == ("pass", "pass")

    other = ready.server.add_client(ready.client.pool, flows=frozenset({"USER_PASSWORD_AUTH"}))
    ready.done("profile", "edit", "dev/alice", "--client-id", other.id)
    assert verdicts(ready, "dev/alice", code=4, environ=KEY)["flow"] == "fail"


def test_without_the_permission_the_settings_are_a_warning(ready: Shell) -> None:
    ready.server.add_iam_user(
        KEY["AWS_ACCESS_KEY_ID"], KEY["AWS_SECRET_ACCESS_KEY"], denied=frozenset({"DescribeUserPoolClient"})
    )
    ready.done("profile", "edit", "dev/alice", "--aws-profile", "default")

    assert verdicts(ready, "dev/alice", environ=KEY)["settings"] == "warn"


# Checks of a pool.


@pytest.fixture
def exam(strict: StrictServer) -> PoolHealth:
    """Read a clock that is an hour slow."""
    clock = FakeClock(strict.now() - 3600)
    return PoolHealth(UserPoolApi(clock, sleep=lambda _seconds: None).transport, look, clock)


def at(server: StrictServer, **own: str) -> Profile:
    return make_profile("dev/alice", endpoint_url=server.url, **own)  # type: ignore[arg-type]  # fields of its own


def test_the_keys_of_a_pool_are_counted_and_the_clock_compared(exam: PoolHealth, strict: StrictServer) -> None:
    seen = exam.keys(at(strict, user_pool_id=strict.add_pool().id))

    assert seen.count == 1
    assert seen.skew == pytest.approx(3600, abs=60)


def test_a_missing_pool_or_client_is_reported(exam: PoolHealth, strict: StrictServer) -> None:
    with pytest.raises(PoolOrClientNotFound):
        exam.keys(at(strict))
    with pytest.raises(PoolOrClientNotFound):
        exam.client(at(strict, client_id="nobodys0client"), None)


LACKING = [errors.unknown_operation(), errors.html_page(500), errors.html_page(404), errors.http_500()]
"""Response of an emulator without GetTokensFromRefreshToken."""


@pytest.mark.parametrize("secret", [None, SECRET], ids=["public", "confidential"])
@pytest.mark.parametrize("lacking", LACKING, ids=["unknown operation", "page", "no such page", "internal error"])
def test_a_client_is_known_to_an_emulator_that_lacks_the_newer_refresh(
    exam: PoolHealth, strict: StrictServer, lacking: errors.InjectedError, secret: str | None
) -> None:
    pool = strict.add_pool()
    client = strict.add_client(pool, secret=secret)
    strict.errors.always("GetTokensFromRefreshToken", lacking)

    exam.client(at(strict, user_pool_id=pool.id, client_id=client.id), secret)

    assert [request.operation for request in strict.journal.requests][-1] == "InitiateAuth"
    with pytest.raises(PoolOrClientNotFound):
        exam.client(at(strict, client_id="nobodys0client"), None)


def test_a_secret_that_is_missing_is_found_out_by_the_older_refresh_too(exam: PoolHealth, strict: StrictServer) -> None:
    pool = strict.add_pool()
    client = strict.add_client(pool, secret=SECRET)
    strict.errors.always("GetTokensFromRefreshToken", errors.unknown_operation())

    with pytest.raises(ClientSecretMissing):
        exam.client(at(strict, user_pool_id=pool.id, client_id=client.id), None)


def test_a_short_client_secret_is_asked_about_like_any_other(exam: PoolHealth, strict: StrictServer) -> None:
    pool = strict.add_pool()
    client = strict.add_client(pool, secret=SECRET)

    with pytest.raises(ClientSecretWrong):
        exam.client(at(strict, user_pool_id=pool.id, client_id=client.id), "short")


def test_an_emulator_that_refuses_the_token_in_other_words_knows_the_client(
    exam: PoolHealth, strict: StrictServer
) -> None:
    """Refuse any unknown token with "User not authorized", like cognito-local."""
    pool = strict.add_pool()
    client = strict.add_client(pool)
    strict.errors.always("GetTokensFromRefreshToken", errors.unknown_operation())
    refusal = Refusal("NotAuthorizedException", "User not authorized")
    strict.errors.always("InitiateAuth", errors.InjectedError(refusal.answer))

    exam.client(at(strict, user_pool_id=pool.id, client_id=client.id), None)


def test_a_domain_answers_or_does_not(exam: PoolHealth, strict: StrictServer) -> None:
    exam.domain(at(strict, domain=strict.url))

    with pytest.raises(Unreachable):
        exam.domain(at(strict, domain="http://127.0.0.1:9"))


# Permissions.


def test_what_others_may_read_or_write_is_named(tmp_path: Path) -> None:
    paths = Paths.find({"XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")})
    assert insecure_permissions(paths) == ()

    for folder in (paths.config, paths.state):
        folder.mkdir(parents=True)
    paths.config.chmod(0o755)
    paths.state.chmod(0o750)
    paths.profiles.write_text("version = 1")
    paths.profiles.chmod(0o664)

    assert [place.fix for place in insecure_permissions(paths)] == [
        f"Run: chmod go-w {paths.profiles}",
        f"Run: chmod go= {paths.state}",
    ]
