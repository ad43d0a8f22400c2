from __future__ import annotations

import json

import pytest

from cognitui.cli.signin import get_token
from cognitui.model.challenge import SignedIn
from cognitui.model.errors import (
    CognituiError,
    Declined,
    KeyringLocked,
    NoKeyring,
    Refused,
    Throttled,
    Unreachable,
    WrongCredentials,
)
from cognitui.model.profile import Flow
from cognitui.model.secret import SecretKind
from cognitui.model.token import TokenKind, TokenSet
from cognitui.tokens.request import TokenPolicy, TokenRequest
from tests.unit.cli.harness import Answering, run
from tests.unit.fakes import (
    FakeServices,
    FakeSignIn,
    FakeVault,
    make_exchange,
    make_profile,
    make_token,
    make_tokens,
    password_challenge,
    services_with,
    signed_in,
)

ALICE = make_profile("dev/alice")
BOSS = make_profile("prod/boss", protected=True, label="Production")


def holding() -> FakeServices:
    return services_with(ALICE).holding(ALICE, make_tokens())


@pytest.mark.parametrize("kind", list(TokenKind))
def test_stdout_contains_only_the_token(kind: TokenKind) -> None:
    result = run(holding(), "token", "dev/alice", "--type", kind.value)

    wanted = make_tokens().of(kind)
    assert wanted is not None
    assert result.stdout == f"{wanted.value}\n"
    assert result.stderr == ""
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("raw", "{}"),
        ("bearer", "Bearer {}"),
        ("header", "Authorization: Bearer {}"),
        ("curl", "curl -H 'Authorization: Bearer {}' https://your-api.invalid"),
        ("env", "export COGNITO_ACCESS_TOKEN={}"),
        ("dotenv", "COGNITO_ACCESS_TOKEN={}"),
    ],
)
def test_every_form_is_one_line(form: str, line: str) -> None:
    result = run(holding(), "token", "dev/alice", "--as", form)

    assert result.stdout == line.format(make_tokens().access.value) + "\n"


@pytest.mark.parametrize(
    "args", [["--json"], ["--json", "--as", "json"], ["--as", "json", "--json", "--type", "access"]]
)
def test_json_is_a_form_and_an_option(args: list[str]) -> None:
    given = run(holding(), "token", "alice", *args)

    assert given.exit_code == 0
    assert given.stdout == run(holding(), "token", "alice", "--as", "json").stdout


def test_a_command_without_the_address_of_the_api_says_once_how_to_set_it() -> None:
    named = make_profile("dev/named", api_url="https://api.example.com")
    services = services_with(ALICE, named).holding(ALICE, make_tokens()).holding(named, make_tokens())

    message = run(services, "token", "dev/alice", "--as", "httpie").stderr
    assert (
        message == "Replace https://your-api.invalid with your API, or set api_url in the profile or its environment.\n"
    )
    assert run(services, "token", "dev/named", "--as", "httpie").stderr == ""


def test_json_and_another_format_are_wrong_usage_before_any_token_is_fetched() -> None:
    result = run(holding(), "token", "alice", "--json", "--as", "curl")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "--json and --as curl exclude each other." in result.stderr


def test_the_json_contains_profile_type_and_expiry() -> None:
    assert json.loads(run(holding(), "token", "alice", "--as", "json").stdout) == {
        "profile": "dev/alice",
        "type": "access",
        "token": make_tokens().access.value,
        "expires_at": "2026-11-22T10:42:11Z",
    }


def test_a_token_that_expires_too_soon_is_refreshed() -> None:
    services = holding()
    services.signin.refresh_steps = [make_tokens(mark="2", refresh=False)]
    services.clock.advance(3600 - 299)

    result = run(services, "token", "dev/alice", "--min-valid", "5m")

    assert result.stdout.strip() == make_tokens(mark="2").access.value


def test_fresh_gets_a_new_token_although_the_cached_one_is_valid() -> None:
    services = holding()
    services.signin.refresh_steps = [make_tokens(mark="2", refresh=False)]

    assert run(services, "token", "dev/alice", "--fresh").stdout.strip() == make_tokens(mark="2").access.value


def test_a_token_that_is_never_valid_that_long_comes_with_a_warning() -> None:
    result = run(holding(), "token", "dev/alice", "--min-valid", "2h")

    assert result.stdout.strip() == make_tokens().access.value
    assert result.stderr.startswith("Warning: ")
    assert result.exit_code == 0


@pytest.mark.parametrize("text", ["5x", "", "5", "-5m", "five"])
def test_an_invalid_duration_is_wrong_usage(text: str) -> None:
    result = run(holding(), "token", "dev/alice", f"--min-valid={text}")

    assert result.exit_code == 2
    assert "30s, 5m or 1h" in result.stderr


@pytest.mark.parametrize("args", [(), ("--no-input",)])
def test_a_challenge_without_a_terminal_says_what_is_needed_and_how_to_store_it(args: tuple[str, ...]) -> None:
    services = services_with(ALICE, signin=FakeSignIn(start=[password_challenge(ALICE)]))

    result = run(services, "token", "dev/alice", *args)

    assert result.exit_code == 3
    assert result.stdout == ""
    assert "password is needed" in result.stderr
    assert "cognitui secret set dev/alice password" in result.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [(Refused("no"), 4), (Unreachable("no network"), 5), (Throttled("slow down"), 5), (CognituiError("bug"), 1)],
)
def test_each_failure_has_its_exit_code(error: CognituiError, code: int) -> None:
    result = run(services_with(ALICE, signin=FakeSignIn(start=[error])), "token", "dev/alice")

    assert result.exit_code == code
    assert result.stdout == ""
    assert error.cause in result.stderr
    assert error.fix in result.stderr


@pytest.mark.parametrize("error", [NoKeyring("No keyring."), KeyringLocked("It is locked.")])
def test_a_failing_keyring_has_its_own_code_and_its_fix(error: CognituiError) -> None:
    result = run(services_with(ALICE, vault=FakeVault(error)), "token", "dev/alice")

    assert result.exit_code == 6
    assert error.fix in result.stderr


def test_a_refused_password_comes_with_the_command_that_stores_another() -> None:
    services = services_with(ALICE, signin=FakeSignIn(start=[WrongCredentials("Wrong.")]))

    assert "cognitui secret set dev/alice password" in run(services, "token", "dev/alice").stderr


def test_with_secrets_in_memory_a_refused_password_is_not_suggested_to_be_stored() -> None:
    refused = FakeSignIn(start=[WrongCredentials("Wrong.")])
    services = services_with(ALICE, signin=refused, secrets_in_memory=True)

    assert "secret set" not in run(services, "token", "dev/alice").stderr


def test_text_from_a_server_is_printed_inert() -> None:
    services = services_with(ALICE, signin=FakeSignIn(start=[Refused("no \x1b]52;c;aGk=\x07")]))

    assert "\x1b" not in run(services, "token", "dev/alice").stderr


def test_a_protected_token_needs_confirmation_but_there_is_no_terminal() -> None:
    services = services_with(BOSS).holding(BOSS, make_tokens())

    result = run(services, "token", "prod/boss")

    assert result.exit_code == 3
    assert result.stdout == ""
    assert "--yes" in result.stderr
    assert services.vault.calls == []


def test_confirmation_can_be_given_in_advance() -> None:
    services = services_with(BOSS).holding(BOSS, make_tokens())

    assert run(services, "token", "prod/boss", "--yes").stdout.strip() == make_tokens().access.value


def test_confirming_prints_the_protected_token() -> None:
    services = services_with(BOSS).holding(BOSS, make_tokens())
    person = Answering("y")

    assert get_token(services, TokenRequest(BOSS), person).token == make_tokens().access
    assert "Production is protected" in person.asked[0][0]


def test_the_question_about_an_exchange_names_the_profile_that_is_protected() -> None:
    exchange = make_exchange("dev/for-boss", BOSS)
    services = services_with(exchange, BOSS).holding(exchange, TokenSet(access=make_token()))
    person = Answering("y")

    get_token(services, TokenRequest(exchange), person)

    assert person.asked[0][0].startswith("prod/boss, whose token it exchanges, is protected. Get the access token")


@pytest.mark.parametrize("answer", ["", "n"])
def test_declining_prints_no_protected_token(answer: str) -> None:
    services = services_with(BOSS).holding(BOSS, make_tokens())

    with pytest.raises(Declined):
        get_token(services, TokenRequest(BOSS), Answering(answer))
    assert services.vault.calls == []


def test_a_password_from_a_prompt_is_stored_if_confirmed() -> None:
    services = services_with(ALICE, signin=FakeSignIn(start=[password_challenge(ALICE)], answer=[signed_in()]))
    person = Answering("hunter2", "y")

    assert get_token(services, TokenRequest(ALICE), person).token == make_tokens().access
    assert person.asked[0] == ("Password", True)
    assert services.vault.entries[ALICE.secret_name(SecretKind.PASSWORD)] == "hunter2"


def test_a_password_from_a_prompt_is_not_stored_if_declined() -> None:
    services = services_with(ALICE, signin=FakeSignIn(start=[password_challenge(ALICE)], answer=[signed_in()]))

    get_token(services, TokenRequest(ALICE), Answering("hunter2", "n"))

    assert ALICE.secret_name(SecretKind.PASSWORD) not in services.vault.entries


def test_without_a_keyring_there_is_no_question_whether_to_store_it() -> None:
    signin = FakeSignIn(start=[password_challenge(ALICE)], answer=[signed_in()])
    person = Answering("hunter2")

    get_token(services_with(ALICE, signin=signin, secrets_in_memory=True), TokenRequest(ALICE), person)

    assert len(person.asked) == 1


def test_a_wrong_answer_is_asked_again_with_the_reason() -> None:
    again = password_challenge(ALICE, remark="That was wrong.")
    signin = FakeSignIn(start=[password_challenge(ALICE)], answer=[again, signed_in()])
    person = Answering("wrong", "y", "right")

    get_token(services_with(ALICE, signin=signin), TokenRequest(ALICE), person)

    assert "That was wrong." in person.shown
    assert [answers for _, answers in signin.answered] == [{"password": "wrong"}, {"password": "right"}]


def test_the_request_reaches_the_broker() -> None:
    services = holding()
    services.signin.start_steps = [signed_in(mark="3")]

    assert (
        get_token(services, TokenRequest(ALICE, TokenKind.ID, policy=TokenPolicy.SIGN_IN), None).token
        == make_tokens(mark="3").id
    )


def test_an_unknown_name_suggests_the_nearest() -> None:
    result = run(services_with(ALICE, BOSS), "token", "dev/alcie")

    assert result.exit_code == 2
    assert "Did you mean dev/alice?" in result.stderr


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("dev/zoe", "cognitui list shows all profiles."),
        ("dve/alice", "Did you mean dev/alice?"),
        ("zzz/alice", "Did you mean dev/alice?"),
        ("alberta", "cognitui list shows all profiles."),
        ("alic", "Did you mean alice?"),
        ("prd/bos", "Did you mean prod/boss?"),
    ],
)
def test_a_profile_is_suggested_only_if_environment_and_name_are_close(typed: str, words: str) -> None:
    services = services_with(ALICE, make_profile("dev/bob"), make_profile("dev/erin"), BOSS)

    assert words in run(services, "token", typed).stderr


@pytest.mark.parametrize("kind", ["id", "refresh"])
@pytest.mark.parametrize("protected", [False, True])
def test_a_token_that_the_flow_never_returns_is_wrong_usage(kind: str, protected: bool) -> None:
    orders = make_profile("m2m/orders", username=None, flow=Flow.CLIENT_CREDENTIALS, protected=protected)
    result = run(services_with(orders), "token", "m2m/orders", "--type", kind, "--no-input")

    assert result.exit_code == 2
    assert f"client_credentials, which brings no {kind} token." in result.stderr
    assert "Ask for the access token." in result.stderr


def test_a_bare_name_of_several_profiles_lists_their_ids() -> None:
    result = run(services_with(ALICE, make_profile("prod/alice")), "token", "alice")

    assert result.exit_code == 2
    assert "dev/alice, prod/alice" in result.stderr


def test_the_environment_option_decides_which_bare_name_is_meant() -> None:
    prod = make_profile("prod/alice", username="other")
    services = services_with(ALICE, prod).holding(prod, make_tokens(mark="prod"))

    assert run(services, "--env", "prod", "token", "alice").stdout.strip() == make_tokens(mark="prod").access.value


def test_the_environment_option_never_changes_the_environment_of_an_id() -> None:
    result = run(services_with(BOSS), "--env", "dev", "token", "boss", "--yes")

    assert result.exit_code == 2


def test_more_arguments_than_the_command_takes_are_not_repeated() -> None:
    result = run(holding(), "token", "dev/alice", "eyJhbGciOi")

    assert result.exit_code == 2
    assert "eyJhbGciOi" not in result.stderr


LEVEL_3 = "urn:cognito:loa:3"
CAROL = make_profile("dev/carol", flow=Flow.USER_AUTH)


def stepping_up(*steps: object, acr: str = "urn:cognito:loa:1") -> FakeServices:
    services = services_with(CAROL, signin=FakeSignIn(start=list(steps)))  # type: ignore[arg-type]
    return services.holding(CAROL, make_tokens(acr=acr, amr=["pwd"]))


@pytest.mark.parametrize("level", ["3", "loa:3", LEVEL_3])
def test_a_level_is_written_as_a_number_or_by_its_name(level: str) -> None:
    assert run(stepping_up(acr=LEVEL_3), "token", "carol", "--acr", level).exit_code == 0
    services = stepping_up(SignedIn(make_tokens(mark="new", acr=LEVEL_3)))
    assert run(services, "token", "carol", "--acr", level).exit_code == 0
    ((profile, _),) = services.signin.started
    assert profile.wanted_level.target_values == LEVEL_3


def test_without_input_a_step_up_says_what_is_missing() -> None:
    result = run(stepping_up(password_challenge(CAROL)), "token", "carol", "--acr", "3", "--no-input")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "The sign-in is level 1: password; level 3 is wanted. dev/carol: password is needed" in " ".join(
        result.stderr.split()
    )


def test_a_level_that_was_not_reached_prints_no_token() -> None:
    result = run(stepping_up(SignedIn(make_tokens(mark="new"))), "token", "carol", "--acr", "3")
    assert (result.exit_code, result.stdout) == (4, "")
    assert "The token has no level; level 3 is wanted." in result.stderr
    assert "The new token is stored." in " ".join(result.stderr.split())


@pytest.mark.parametrize("level", ["7", "two words", ""])
def test_what_is_no_level_is_refused(level: str) -> None:
    result = run(stepping_up(), "token", "carol", "--acr", level)
    assert (result.exit_code, "--acr" in result.stderr) == (2, True)
