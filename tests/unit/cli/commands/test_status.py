"""`cognitui status`: one line for a prompt, from the profile file and the expiry index only."""

from __future__ import annotations

import pytest

from cognitui.model.errors import ProfileFileError
from cognitui.model.profile import ProfileError
from cognitui.model.token import Expiries, Lifetime
from tests.unit.cli.harness import printed_json, run
from tests.unit.fakes import (
    NOW,
    FakeProfileStore,
    FakeServices,
    make_book,
    make_profile,
    make_tokens,
    services_with,
)

ALICE = make_profile("dev/alice")
BOB = make_profile("dev/bob")
BOSS = make_profile("prod/boss", protected=True)


def with_tokens() -> FakeServices:
    """Alice has a valid token, Bob an expired one, and the boss none."""
    services = services_with(ALICE, BOB, BOSS)
    services.index.note(ALICE, make_tokens())
    services.index.note(BOB, make_tokens(now=NOW - 7200))
    return services


@pytest.mark.parametrize(
    ("profile", "line"),
    [("dev/alice", "● dev/alice valid 1h"), ("bob", "✕ dev/bob expired 0s"), ("boss", "○ prod/boss none -")],
)
def test_one_profile_is_one_line(profile: str, line: str) -> None:
    result = run(with_tokens(), "status", profile)

    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{line}\n", "")


def test_a_token_that_expires_soon_has_its_own_sign() -> None:
    services = services_with(ALICE)
    services.index.entries[ALICE.token_key] = Expiries(access=Lifetime(NOW - 3400, NOW + 200))

    assert run(services, "status", "dev/alice").stdout == "◐ dev/alice expiring 3m20s\n"


def test_without_an_id_all_are_counted() -> None:
    assert run(with_tokens(), "status").stdout == "1 live · 0 expiring · 1 expired\n"


@pytest.mark.parametrize("arguments", [["status", "--env", "prod"], ["--env", "prod", "status"]])
def test_the_profiles_of_one_environment_can_be_counted(arguments: list[str]) -> None:
    assert run(with_tokens(), *arguments, "--format", "{environment}: {none} of {total}").stdout == "prod: 1 of 1\n"


def test_an_environment_narrows_a_bare_name() -> None:
    services = services_with(ALICE, make_profile("prod/alice"))

    assert run(services, "status", "alice", "--env", "prod", "--format", "{id}").stdout == "prod/alice\n"


def test_a_template_has_its_fields_filled_in_and_doubled_braces_stay() -> None:
    template = "{{{sign}}} {environment}/{name} {state} {left} {until}"

    assert (
        run(with_tokens(), "status", "dev/alice", "--format", template).stdout
        == "{●} dev/alice valid 1h 2026-11-22T10:42:11Z\n"
    )


@pytest.mark.parametrize("template", ["{nobody}", "{id.__class__}", "{0}", "{}", "{", "a } b", "{live}"])
def test_a_template_that_cannot_be_filled_names_the_fields_there_are(template: str) -> None:
    result = run(with_tokens(), "status", "dev/alice", "--format", template)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "The fields are {sign}, {id}, {environment}," in result.stderr


def test_an_unknown_field_is_inert_in_the_error() -> None:
    assert "\x1b" not in run(with_tokens(), "status", "--format", "{\x1b[2J}").stderr


def test_the_help_names_every_field() -> None:
    message = run(with_tokens(), "status", "--help").stdout

    for field in ("sign", "id", "environment", "name", "state", "left", "until", "total", "live", "none", "expired"):
        assert f"{{{field}}}" in message


def test_programs_get_the_profile_as_json() -> None:
    assert printed_json(run(with_tokens(), "status", "dev/alice", "--json")) == {
        "id": "dev/alice",
        "environment": "dev",
        "name": "alice",
        "protected": False,
        "state": "valid",
        "seconds_left": 3600,
        "expires_at": {
            "access": "2026-11-22T10:42:11Z",
            "id": "2026-11-22T10:42:11Z",
            "refresh": "2026-12-22T09:42:11Z",
        },
    }


def test_programs_get_the_count_as_json() -> None:
    assert printed_json(run(with_tokens(), "status", "--json")) == {
        "environment": None,
        "total": 3,
        "states": {"none": 1, "valid": 1, "expiring": 0, "expired": 1},
    }


def test_format_and_json_exclude_each_other() -> None:
    assert run(with_tokens(), "status", "--json", "--format", "{live}").exit_code == 2


def test_the_keyring_is_never_asked() -> None:
    services = with_tokens()
    run(services, "status", "dev/alice")
    run(services, "status")

    assert services.vault.calls == []


def test_errors_of_other_profiles_do_not_appear_in_a_prompt() -> None:
    problem = ProfileError(where="dev/eve", key="region", what="is not a text", fix="write it in quotes")
    services = FakeServices(profiles=FakeProfileStore(make_book(ALICE, errors=(problem,))))

    assert run(services, "status", "dev/alice").stderr == ""


def test_a_profile_that_is_not_there_is_wrong_usage() -> None:
    assert run(with_tokens(), "status", "dev/eve").exit_code == 2


def test_a_file_that_cannot_be_read_has_its_exit_code() -> None:
    class Broken(FakeProfileStore):
        def load(self) -> None:  # type: ignore[override]
            raise ProfileFileError("profiles.toml: is not TOML.")

    result = run(FakeServices(profiles=Broken()), "status")

    assert (result.exit_code, result.stdout) == (2, "")
