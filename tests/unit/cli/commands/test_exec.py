"""`cognitui exec`: the command and its environment."""

from __future__ import annotations

import pytest

from cognitui.model.errors import CommandNotFound, CommandNotRun
from cognitui.model.profile import Flow
from cognitui.model.secret import SecretKind
from cognitui.model.token import TokenKind
from cognitui.tokens.cache import pack
from tests.unit.cli.harness import run
from tests.unit.fakes import (
    NOW,
    FakeServices,
    FakeSignIn,
    make_profile,
    make_token,
    make_tokens,
    password_challenge,
    services_with,
)

ALICE = make_profile("dev/alice")
BOSS = make_profile("prod/boss", protected=True, label="Production")
ORDERS = make_profile(
    "dev/orders", flow=Flow.CLIENT_CREDENTIALS, domain="https://shop.auth.eu-west-1.amazoncognito.com", username=None
)
TOKENS = make_tokens()


def holding() -> FakeServices:
    return services_with(ALICE).holding(ALICE, TOKENS)


def test_the_command_replaces_cognitui_and_its_exit_code_is_kept() -> None:
    services = holding()
    result = run(services, "exec", "dev/alice", "--", "npm", "run", "e2e")

    assert result.exit_code == 7
    assert services.became[0][0] == ("npm", "run", "e2e")


def test_its_environment_contains_the_tokens_the_profile_and_their_expiry() -> None:
    services = holding()
    run(services, "exec", "alice", "--", "env")

    environ = services.became[0][1]
    assert TOKENS.id is not None
    assert {name: value for name, value in environ.items() if name.startswith("COGNITO_")} == {
        "COGNITO_ACCESS_TOKEN": TOKENS.access.value,
        "COGNITO_ID_TOKEN": TOKENS.id.value,
        "COGNITO_PROFILE": "dev/alice",
        "COGNITO_EXPIRES_AT": "2026-11-22T10:42:11Z",
    }


def test_the_expiry_is_that_of_the_token_that_expires_first() -> None:
    services = holding()
    services.vault.entries[ALICE.secret_name(SecretKind.ID_TOKEN)] = pack(make_token(TokenKind.ID, length=3000))
    run(services, "exec", "alice", "--", "env")

    assert services.became[0][1]["COGNITO_EXPIRES_AT"] == "2026-11-22T10:32:11Z"


def test_the_rest_of_the_environment_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API", "https://api.example.com")
    services = holding()
    run(services, "exec", "alice", "--", "env")

    assert services.became[0][1]["API"] == "https://api.example.com"


def test_an_app_client_has_no_id_token_and_one_of_another_profile_is_not_handed_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COGNITO_ID_TOKEN", "of another")
    services = services_with(ORDERS)
    services.vault.hold_tokens(ORDERS, TOKENS)
    run(services, "exec", "dev/orders", "--", "env")

    assert "COGNITO_ID_TOKEN" not in services.became[0][1]


def test_without_the_scope_openid_no_id_token_is_asked_for() -> None:
    browser = make_profile("dev/web", flow=Flow.AUTHORIZATION_CODE, domain=ORDERS.fields.domain, scopes=("email",))
    services = services_with(browser)
    services.vault.hold_tokens(browser, make_tokens(refresh=False))
    run(services, "exec", "dev/web", "--", "env")

    assert "COGNITO_ID_TOKEN" not in services.became[0][1]


def test_options_of_the_command_are_its_own() -> None:
    services = services_with(BOSS).holding(BOSS, TOKENS)
    result = run(services, "exec", "prod/boss", "--no-input", "--", "deploy", "--yes", "--", "--vault", "memory")

    assert result.exit_code == 3
    assert services.became == []

    run(services, "exec", "prod/boss", "--yes", "--", "deploy", "--yes", "--", "--vault", "memory")
    assert services.became[0][0] == ("deploy", "--yes", "--", "--vault", "memory")


@pytest.mark.parametrize(
    "words", [[], ["--"], ["env"], ["env", "--yes"], ["s3cret-canary", "--", "env"], ["-s", "--", "env"]]
)
def test_without_the_two_dashes_or_a_command_nothing_is_run(words: list[str]) -> None:
    services = holding()
    result = run(services, "exec", "dev/alice", *words)

    assert result.exit_code == 2
    assert services.became == []
    assert "canary" not in result.stderr


def test_tokens_that_expire_too_soon_are_renewed_first() -> None:
    services = holding()
    services.clock.advance(3000)
    services.signin.refresh_steps = [make_tokens(mark="2", now=NOW + 3000, refresh=False)]
    run(services, "exec", "dev/alice", "--min-valid", "30m", "--", "env")

    environ = services.became[0][1]
    assert environ["COGNITO_ACCESS_TOKEN"] == make_token(mark="2", now=NOW + 3000).value
    assert environ["COGNITO_ID_TOKEN"] == make_token(TokenKind.ID, mark="2", now=NOW + 3000).value
    assert len(services.signin.refreshed) == 1


def test_if_input_is_required_nothing_is_run() -> None:
    services = services_with(ALICE, signin=FakeSignIn(start=[password_challenge(ALICE)]))
    result = run(services, "exec", "dev/alice", "--no-input", "--", "env")

    assert result.exit_code == 3
    assert services.became == []


@pytest.mark.parametrize(("error", "code"), [(CommandNotFound("No."), 127), (CommandNotRun("No."), 126)])
def test_a_command_that_cannot_be_run_exits_as_in_a_shell(error: Exception, code: int) -> None:
    class Refusing(FakeServices):
        def become(self, *_: object) -> int:
            raise error

    services = Refusing(profiles=holding().profiles).holding(ALICE, TOKENS)

    result = run(services, "exec", "dev/alice", "--", "nothing")

    assert (result.exit_code, result.stdout) == (code, "")
    assert "Error: No." in result.stderr
