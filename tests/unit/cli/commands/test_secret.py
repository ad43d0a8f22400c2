from __future__ import annotations

import pytest

from cognitui.cli.commands.secret import agree
from cognitui.model.challenge import RememberedDevice
from cognitui.model.errors import Declined, NoKeyring
from cognitui.model.profile import Flow
from cognitui.model.secret import DURABLE, SecretKind
from tests.unit.cli.harness import Answering, printed_json, run
from tests.unit.fake_clients import OLD
from tests.unit.fakes import FakeVault, make_profile, make_tokens, services_with

ALICE = make_profile("dev/alice")
CANARY = "hunter2-canary"
SEED = "JBSWY3DPEHPK3PXP"


@pytest.mark.parametrize("kind", DURABLE)
def test_a_secret_is_read_from_standard_input(kind: SecretKind) -> None:
    services = services_with(ALICE)

    secret = SEED if kind is SecretKind.TOTP else CANARY

    result = run(services, "secret", "set", "dev/alice", kind.value, typed=f"{secret}\n")

    assert result.exit_code == 0
    assert services.vault.entries == {ALICE.secret_name(kind): secret}
    assert secret not in result.output


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("a\n", "a"),
        ("a\r\n", "a"),
        ("a\n\n", "a\n"),
        ("a", "a"),
        ("a\r", "a\r"),
        ('\ufeff"a"\r\n', '"a"'),
        (" a \n", " a "),
        ("zwei\nZeilen ü🔑\n", "zwei\nZeilen ü🔑"),
    ],
)
def test_one_newline_at_the_end_is_dropped_and_nothing_else(typed: str, stored: str) -> None:
    services = services_with(ALICE)

    run(services, "secret", "set", "dev/alice", "password", typed=typed.encode())

    assert list(services.vault.entries.values()) == [stored]


@pytest.mark.parametrize("typed", [b"", b"\n", b"\xff\xfe"])
def test_an_empty_or_binary_input_is_wrong_usage_and_stores_nothing(typed: bytes) -> None:
    services = services_with(ALICE)

    assert run(services, "secret", "set", "dev/alice", "password", typed=typed).exit_code == 2
    assert services.vault.entries == {}


@pytest.mark.parametrize(
    "args",
    [
        ("set", "dev/alice", "password", CANARY),
        ("set", "dev/alice", CANARY),
        ("set", "dev/alice", "password", f"--{CANARY}"),
        ("set", f"--password={CANARY}", "dev/alice"),
        ("set", CANARY, "password"),
        ("rm", "dev/alice", CANARY),
        ("check", "dev/alice", CANARY),
        ("check", CANARY),
        (CANARY,),
    ],
)
def test_a_secret_among_the_arguments_is_never_repeated(args: tuple[str, ...]) -> None:
    services = services_with(ALICE)

    result = run(services, "secret", *args, typed="\n")

    assert result.exit_code == 2
    assert CANARY not in result.output
    assert services.vault.entries == {}


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        (SecretKind.CLIENT_SECRET, f'"{CANARY}"\n', CANARY),
        (SecretKind.TOTP, f"otpauth://totp/Example:alice?secret={SEED}&issuer=Example\n", SEED),
    ],
)
def test_what_is_pasted_around_a_secret_is_not_stored(kind: SecretKind, typed: str, stored: str) -> None:
    services = services_with(ALICE)

    result = run(services, "secret", "set", "dev/alice", kind.value, typed=typed)

    assert result.exit_code == 0
    assert services.vault.entries == {ALICE.secret_name(kind): stored}


def test_an_invalid_seed_is_wrong_usage_and_not_repeated() -> None:
    services = services_with(ALICE)

    result = run(services, "secret", "set", "dev/alice", "totp", typed=f"{CANARY}!")

    assert result.exit_code == 2
    assert "not base32" in result.stderr
    assert CANARY not in result.output
    assert services.vault.entries == {}


@pytest.mark.parametrize("kind", ["password", "totp"])
def test_a_profile_without_a_user_gets_no_secret_of_one(kind: str) -> None:
    services = services_with(make_profile("dev/service", flow=Flow.CLIENT_CREDENTIALS))

    result = run(services, "secret", "set", "dev/service", kind, typed=CANARY)

    assert result.exit_code == 2
    assert "cognitui secret set dev/service client-secret" in result.stderr
    assert services.vault.entries == {}


def test_a_removed_secret_is_gone() -> None:
    services = services_with(ALICE)
    run(services, "secret", "set", "dev/alice", "password", typed=CANARY)

    result = run(services, "secret", "rm", "dev/alice", "password")

    assert result.exit_code == 0
    assert services.vault.entries == {}


def test_removing_a_missing_secret_is_no_error() -> None:
    result = run(services_with(ALICE), "secret", "rm", "dev/alice", "totp")

    assert result.exit_code == 0
    assert "No TOTP seed was stored" in result.stderr


def test_a_check_says_what_is_stored_and_never_shows_it() -> None:
    services = services_with(ALICE)
    run(services, "secret", "set", "dev/alice", "password", typed=CANARY)

    result = run(services, "secret", "check", "dev/alice", "--json")

    assert printed_json(result) == {"password": True, "client-secret": False, "totp": False}
    assert CANARY not in run(services, "secret", "check", "dev/alice").output


def test_the_check_shows_a_sign_and_a_word() -> None:
    services = services_with(ALICE)
    run(services, "secret", "set", "dev/alice", "totp", typed=SEED)

    lines = run(services, "secret", "check", "alice").stdout.splitlines()

    assert lines == ["password       ○ not stored", "client-secret  ○ not stored", "totp           ✓ stored"]


@pytest.mark.parametrize("args", [("set", "alice", "password"), ("rm", "alice", "password"), ("check", "alice")])
def test_without_a_keyring_each_command_says_so(args: tuple[str, ...]) -> None:
    services = services_with(ALICE, vault=FakeVault(NoKeyring("There is no keyring here.")))

    result = run(services, "secret", *args, typed=CANARY)

    assert result.exit_code == 6
    assert "There is no keyring here." in result.stderr
    assert "--vault memory" in result.stderr


def test_a_secret_is_not_stored_in_the_memory_of_a_run_that_ends_at_once() -> None:
    services = services_with(ALICE, secrets_in_memory=True)

    result = run(services, "secret", "set", "alice", "password", typed=CANARY)

    assert result.exit_code == 2
    assert "for this run only" in result.stderr
    assert "COGNITUI_VAULT" in result.stderr


def test_the_group_without_a_command_prints_its_help() -> None:
    result = run(services_with(ALICE), "secret")

    assert "check" in result.stderr
    assert result.exit_code == 2


def test_a_device_is_forgotten_here_and_by_cognito() -> None:
    services = services_with(ALICE).holding(ALICE, make_tokens())
    services.vault.entries[ALICE.secret_name(SecretKind.DEVICE)] = RememberedDevice("key", "group", "word").pack()
    result = run(services, "secret", "rm", "dev/alice", "device")

    assert "Cognito has forgotten this machine" in result.stderr
    assert services.sessions.calls == [("forget device", "dev/alice", make_tokens().access.value, "key")]
    assert ALICE.secret_name(SecretKind.DEVICE) not in services.vault.entries


def test_a_device_is_forgotten_here_even_if_cognito_cannot_be_called() -> None:
    services = services_with(ALICE)
    services.vault.entries[ALICE.secret_name(SecretKind.DEVICE)] = RememberedDevice("key", "group", "word").pack()
    result = run(services, "secret", "rm", "dev/alice", "device")

    assert "Cognito still lists it" in result.stderr
    assert services.vault.entries == {}


def test_a_missing_device_is_reported() -> None:
    assert "is not a device" in run(services_with(ALICE), "secret", "rm", "dev/alice", "device").stderr


def test_a_device_is_not_a_secret_to_be_typed() -> None:
    assert run(services_with(ALICE), "secret", "set", "dev/alice", "device", typed="x").exit_code == 2


def test_the_json_says_what_was_stored_and_removed() -> None:
    services = services_with(ALICE)

    stored = printed_json(run(services, "secret", "set", "dev/alice", "password", "--json", typed=f"{CANARY}\n"))
    removed = printed_json(run(services, "secret", "rm", "dev/alice", "password", "--json"))
    again = printed_json(run(services, "secret", "rm", "dev/alice", "password", "--json"))

    assert stored == {"profile": "dev/alice", "kind": "password", "stored": True}
    assert removed == {"profile": "dev/alice", "kind": "password", "removed": True}
    assert again["removed"] is False


def test_the_json_says_whether_cognito_forgot_the_device() -> None:
    services = services_with(ALICE)
    services.vault.entries[ALICE.secret_name(SecretKind.DEVICE)] = RememberedDevice("key", "group", "secret").pack()

    printed = printed_json(run(services, "secret", "rm", "dev/alice", "device", "--json"))

    assert printed == {"profile": "dev/alice", "kind": "device", "removed": True, "told": False}


SOURCE = "secretsmanager:arn:aws:secretsmanager:eu-west-1:123456789012:secret:web-AbCdEf"


def test_the_check_names_the_source_of_a_client_secret() -> None:
    services = services_with(make_profile("dev/alice", client_secret_from=SOURCE))

    lines = run(services, "secret", "check", "alice").stdout.splitlines()

    assert lines[1] == f"client-secret  ○ not stored, read from the secret {SOURCE[15:]} in Secrets Manager"


class TestRotation:
    def test_it_explains_what_happens_and_which_profiles_use_it(self) -> None:
        services = services_with(ALICE, make_profile("prod/web"), make_profile("dev/other", client_id="other"))
        services.vault.entries[ALICE.secret_name(SecretKind.CLIENT_SECRET)] = OLD

        result = run(services, "secret", "rotate", "dev/alice", "--yes")

        assert result.exit_code == 0, result.stderr
        assert result.stderr.splitlines() == [
            "Environment dev",
            f"Pool        shop-dev ({ALICE.user_pool_id})",
            f"App client  web ({ALICE.client_id})",
            "Used by     dev/alice, prod/web",
            "  1. Add a second client secret, which Cognito makes. Both work from then on.",
            "  2. Store it in the keyring, and prove it by a call.",
            "  3. Remove the old one, web--1: every program that still uses it stops working.",
            "The new client secret web--2 is stored in the keyring.",
            "The old one, web--1, is removed and no longer works.",
        ]
        assert OLD not in result.output
        assert services.vault.entries[ALICE.secret_name(SecretKind.CLIENT_SECRET)] not in result.output

    def test_without_a_terminal_nothing_is_changed(self) -> None:
        services = services_with(ALICE)

        result = run(services, "secret", "rotate", "dev/alice")

        assert (result.exit_code, "Add --yes" in result.stderr) == (3, True)
        assert "add" not in services.clients.called

    def test_a_person_confirms_by_pool_client_and_environment(self) -> None:
        person, services = Answering("y"), services_with()

        agree(services.secret_rotation.plan(make_profile("prod/alice", protected=True)), person, yes=False)

        ((question, _),) = person.asked
        assert question.startswith("prod is protected. Rotate the secret of the app client web (")
        assert f"in the pool shop-dev ({ALICE.user_pool_id}), prod?" in question

    @pytest.mark.parametrize("answer", ["n", ""])
    def test_a_person_may_decline(self, answer: str) -> None:
        with pytest.raises(Declined, match="Nothing was changed"):
            agree(services_with().secret_rotation.plan(ALICE), Answering(answer), yes=False)

    def test_the_old_one_may_stay_and_the_next_run_removes_it(self) -> None:
        services = services_with(ALICE)

        kept = printed_json(run(services, "secret", "rotate", "dev/alice", "--keep-old", "--yes", "--json"))
        removed = printed_json(run(services, "secret", "rotate", "dev/alice", "--yes", "--json"))

        same = {"profile": "dev/alice", "client_id": ALICE.client_id, "stored": "web--2"}
        assert kept == {**same, "removed": None, "kept": "web--1"}
        assert removed == {**same, "removed": "web--1", "kept": None}

    def test_secrets_in_memory_would_lose_the_new_one(self) -> None:
        services = services_with(ALICE, secrets_in_memory=True)

        result = run(services, "secret", "rotate", "dev/alice", "--yes")

        assert result.exit_code == 2
        assert services.clients.called == []

    def test_what_aws_rotates_is_wrong_usage(self) -> None:
        services = services_with(make_profile("dev/alice", client_secret_from=SOURCE))

        result = run(services, "secret", "rotate", "dev/alice", "--yes")

        assert result.exit_code == 2
        assert "aws secretsmanager rotate-secret" in result.stderr
