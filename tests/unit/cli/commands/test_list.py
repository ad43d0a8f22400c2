from __future__ import annotations

import pytest
from rich.cells import cell_len

from cognitui.model.preferences import Preferences
from cognitui.model.profile import Flow, ProfileError, ProfileSet
from cognitui.model.sorting import Use
from tests.unit.cli.harness import printed_json, run
from tests.unit.fakes import (
    CLIENT,
    NOW,
    POOL,
    FakePreferences,
    FakeProfileStore,
    FakeServices,
    make_book,
    make_profile,
    make_tokens,
    services_with,
)


def test_the_json_of_a_profile_that_has_tokens() -> None:
    alice = make_profile("dev/alice")
    services = services_with(alice).holding(alice, make_tokens())

    assert printed_json(run(services, "list", "--json")) == [
        {
            "id": "dev/alice",
            "environment": "dev",
            "name": "alice",
            "username": "alice@example.com",
            "region": "eu-west-1",
            "user_pool_id": POOL,
            "client_id": CLIENT,
            "flow": "USER_SRP_AUTH",
            "state": "valid",
            "expires_at": {
                "access": "2026-11-22T10:42:11Z",
                "id": "2026-11-22T10:42:11Z",
                "refresh": "2026-12-22T09:42:11Z",
            },
        }
    ]


def test_the_json_of_a_profile_that_never_signed_in() -> None:
    row = printed_json(run(services_with(make_profile()), "list", "--json"))[0]

    assert row["state"] == "none"
    assert row["expires_at"] == {"access": None, "id": None, "refresh": None}


def test_the_states_follow_the_clock() -> None:
    alice = make_profile("dev/alice")
    services = services_with(alice).holding(alice, make_tokens(length=3600))

    services.clock.now = NOW + 3400
    assert printed_json(run(services, "list", "--json"))[0]["state"] == "expiring"
    services.clock.now = NOW + 3601
    assert printed_json(run(services, "list", "--json"))[0]["state"] == "expired"


def test_the_table_shows_the_state_by_sign_and_word_and_the_time_left() -> None:
    alice = make_profile("dev/alice")
    services = services_with(alice, make_profile("dev/bob")).holding(alice, make_tokens(length=252))

    header, first, second = run(services, "list").stdout.splitlines()

    assert header.split() == ["PROFILE", "STATE", "ACCESS", "TOKEN", "USERNAME", "CLIENT", "ID"]
    assert first.split() == ["dev/alice", "●", "valid", "4m12s", "left", "alice@example.com", CLIENT]
    assert second.split() == ["dev/bob", "○", "none", "-", "bob@example.com", CLIENT]


def test_what_a_column_shows_begins_below_its_heading() -> None:
    alice = make_profile("dev/alice", tags=("web", "admin"))
    orders = make_profile("dev/佐藤", username=None, client_id=None, flow=Flow.CLIENT_CREDENTIALS)
    lines = run(services_with(alice, orders).holding(alice, make_tokens(length=252)), "list").stdout.splitlines()

    heads = ("PROFILE", "STATE", "ACCESS TOKEN", "USERNAME", "CLIENT ID", "TAGS")
    shown = [[column_of(line, lines[0], head) for head in heads] for line in lines[1:]]
    assert shown == [
        ["dev/alice", "● valid", "4m12s left", "alice@example.com", CLIENT, "web, admin"],
        ["dev/佐藤", "○ none", "-", "-", "-", ""],
    ]


def column_of(line: str, header: str, head: str) -> str:
    """The part of a line below a heading; a wide character counts as two cells."""
    by_cell = "".join(char + "\0" * (cell_len(char) - 1) for char in line)
    return by_cell[header.index(head) :].split("  ")[0].replace("\0", "").strip()


def test_a_tag_is_never_shown_as_a_client() -> None:
    line = run(services_with(make_profile("dev/alice", tags=("web",))), "list").stdout.splitlines()[1]

    assert line.split()[-2:] == [CLIENT, "web"]


def test_a_pipe_gets_every_value_whole() -> None:
    name, tags = "a" * 60, ("t" * 30, "u" * 30)
    line = run(services_with(make_profile(f"dev/{name}", tags=tags)), "list").stdout.splitlines()[1]

    assert line.split() == [f"dev/{name}", "○", "none", "-", f"{name}@example.com", CLIENT, f"{tags[0]},", tags[1]]


WEB = make_profile("dev/web", tags=("web", "admin"))
APP = make_profile("dev/app", tags=("web",))
JOB = make_profile("prod/job")


def listed(services: FakeServices, *options: str) -> list[str]:
    return [row["id"] for row in printed_json(run(services, "list", "--json", *options))]


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ((), ["dev/web", "prod/job", "dev/app"]),
        (("--tag", "web"), ["dev/web", "dev/app"]),
        (("--tag", "web", "--tag", "admin"), ["dev/web"]),
        (("--state", "valid"), ["prod/job"]),
        (("--state", "valid", "--state", "expired"), ["dev/web", "prod/job"]),
        (("--state", "none", "--tag", "web"), ["dev/app"]),
        (("--state", "expiring"), []),
        (("--sort", "name"), ["dev/app", "prod/job", "dev/web"]),
        (("--sort", "expires"), ["prod/job", "dev/web", "dev/app"]),
        (("--sort", "used"), ["dev/app", "dev/web", "prod/job"]),
    ],
)
def test_options_choose_profiles_and_their_order(options: tuple[str, ...], ids: list[str]) -> None:
    uses = {"dev/app": Use(5.0, NOW), "dev/web": Use(1.0, NOW)}
    services = services_with(WEB, JOB, APP, preferences=FakePreferences(Preferences(used=uses)))
    services.holding(WEB, make_tokens(now=NOW - 120, length=60)).holding(JOB, make_tokens())

    assert listed(services, *options) == ids


def test_a_table_without_a_match_says_so() -> None:
    result = run(services_with(WEB), "list", "--state", "valid")

    assert result.exit_code == 0
    assert result.stderr == "No profile matches --state.\n"


def test_without_tags_there_is_no_column_for_them() -> None:
    assert "TAGS" not in run(services_with(make_profile()), "list").stdout


def test_the_list_asks_neither_the_vault_nor_cognito() -> None:
    alice = make_profile()
    services = services_with(alice).holding(alice, make_tokens())

    run(services, "list")

    assert services.vault.calls == []


def test_one_environment_is_listed_by_either_option() -> None:
    services = services_with(make_profile("dev/alice"), make_profile("prod/alice"))

    for args in (("list", "--env", "prod", "--json"), ("--env", "prod", "list", "--json")):
        assert [row["id"] for row in printed_json(run(services, *args))] == ["prod/alice"]


def test_an_unknown_environment_is_wrong_usage_and_the_nearest_is_suggested() -> None:
    result = run(services_with(make_profile("staging/alice")), "list", "--env", "stagin")

    assert result.exit_code == 2
    assert "Did you mean staging?" in result.stderr


def test_without_profiles_there_is_an_empty_array_and_a_hint() -> None:
    assert printed_json(run(services_with(), "list", "--json")) == []
    assert "profile add" in run(services_with(), "list").stderr


BOB_IS_FAULTY = ProfileError(
    where="dev/bob", key="region", what="is not a string", fix="write it in quotes", source="/a/p.toml"
)


def test_without_a_usable_profile_the_errors_are_reported() -> None:
    missing = ProfileError(
        where="", key="include", what="/a/team.toml contains no profile", fix="write it", source="/a/p.toml"
    )
    result = run(FakeServices(profiles=FakeProfileStore(make_book(errors=(missing,)))), "list")

    assert "Warning: /a/p.toml: include: /a/team.toml contains no profile" in result.stderr
    assert "can be used until that is fixed: cognitui profile edit" in result.stderr
    assert "There are no profiles" not in result.stderr


def test_an_error_is_one_short_line_and_the_other_profiles_are_listed() -> None:
    profile_set = make_book(make_profile("dev/alice"), errors=(BOB_IS_FAULTY,))
    result = run(FakeServices(profiles=FakeProfileStore(profile_set)), "list", "--json")

    assert [row["id"] for row in printed_json(result)] == ["dev/alice"]
    assert result.stderr == "p.toml has 1 error: cognitui doctor shows it\n"


def test_errors_of_the_listed_environment_are_reported_in_full() -> None:
    other = ProfileError(where="prod/eve", key="", what="is wrong", fix="fix it", source="/a/p.toml")
    whole = ProfileError(where="", key="include", what="team.toml cannot be found", fix="fix it", source="/a/p.toml")
    profile_set = make_book(make_profile("dev/alice"), errors=(BOB_IS_FAULTY, other, whole))
    result = run(FakeServices(profiles=FakeProfileStore(profile_set)), "list", "--env", "dev")

    assert result.stderr.splitlines() == [
        "Warning: /a/p.toml: dev/bob: region: is not a string (write it in quotes)",
        "Warning: /a/p.toml: include: team.toml cannot be found (fix it)",
    ]


def test_an_invalid_environment_is_reported() -> None:
    problem = ProfileError(where="environments.dev", key="", what="is not a table", fix="write it as one")
    result = run(FakeServices(profiles=FakeProfileStore(ProfileSet(errors=(problem,)))), "list", "--env", "dev")

    assert result.exit_code == 2
    assert "The environment dev is invalid: environments.dev: is not a table" in result.stderr


def test_many_errors_are_reported_briefly() -> None:
    problems = tuple(ProfileError(where=f"dev/p{n}", key="", what="is wrong", fix="fix it") for n in range(30))
    profile_set = make_book(make_profile("dev/alice"), errors=problems)
    services = FakeServices(profiles=FakeProfileStore(profile_set))

    assert run(services, "list").stderr == "profiles.toml has 30 errors: cognitui doctor shows them\n"
    assert run(services, "list", "--env", "dev").stderr.endswith("25 more errors; cognitui doctor shows all\n")


def test_a_hostile_name_is_printed_inert() -> None:
    result = run(services_with(make_profile(username="\x1b[2Jevil\u202e")), "list")

    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout
    assert "\\x1b[2Jevil" in result.stdout
