from __future__ import annotations

import pytest

from cognitui.model.errors import SaveFailed
from cognitui.model.expectations import Expect
from cognitui.model.preferences import NO_PREFERENCES, Preferences
from cognitui.model.profile import FIELD_NAMES, Flow, Profile, ProfileError, ProfileFields, ProfileSet
from cognitui.model.secret import SecretKind
from cognitui.model.sorting import Use
from cognitui.model.struct import replace
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
    services_with,
)

ALICE = make_profile("dev/alice")


def ids(services: FakeServices) -> list[str]:
    return [profile.id for profile in services.profiles.profile_set.profiles]


def test_a_profile_is_added_with_what_the_options_say() -> None:
    services = services_with()

    result = run(
        services, "profile", "add", "dev/alice",
        "--username", "alice@example.com", "--user-pool-id", POOL, "--client-id", CLIENT,
    )  # fmt: skip

    assert result.exit_code == 0
    assert services.profiles.profile_set.by_id["dev/alice"].own == ProfileFields(
        username="alice@example.com", user_pool_id=POOL, client_id=CLIENT
    )


def test_every_key_has_an_option() -> None:
    services = services_with()

    run(
        services, "profile", "add", "dev/all",
        "--region", "eu-west-1", "--user-pool-id", POOL, "--client-id", CLIENT, "--username", "u",
        "--flow", "USER_PASSWORD_AUTH", "--domain", "https://shop.example.com", "--scopes", "openid orders/read",
        "--scopes", "email", "--redirect-uri", "http://localhost:1/callback", "--endpoint-url", "http://localhost:2",
        "--preferred-challenge", "EMAIL_OTP", "--srp-first", "--mfa-process", "pass otp x",
        "--identity-provider", "Google", "--resource", "https://api.example.com",
        "--acr-values", "urn:cognito:loa:3", "--max-age", "300", "--issuer", "http://cognito:9229",
        "--client-secret-from", "secretsmanager:shop", "--subject", "dev/alice", "--subject-token", "id",
        "--actor", "dev/bob", "--audience", "orders",
        "--identity-pool-id", "eu-west-1:12", "--aws-profile", "admin", "--remember-device",
        "--client-metadata", "a=1", "--client-metadata", "b=x=y", "--api-url", "https://api.example.com",
        "--expect", "token_use=access scopes=orders/read,orders/write min_valid=5m",
        "--tags", "web, two words", "--notes", "a word",
    )  # fmt: skip

    own = services.profiles.profile_set.by_id["dev/all"].own
    assert set(own.set_values()) == set(FIELD_NAMES)
    assert own.expect == Expect(token_use="access", scopes=("orders/read", "orders/write"), min_valid="5m")
    assert own.flow is Flow.USER_PASSWORD_AUTH
    assert own.scopes == ("openid", "orders/read", "email")
    assert own.client_metadata == {"a": "1", "b": "x=y"}
    assert own.tags == ("web", "two words")
    assert own.remember_device is True
    assert (own.acr_values, own.max_age) == (("urn:cognito:loa:3",), 300)
    assert (own.subject_token, own.audiences) == ("id", ("orders",))


def test_no_option_takes_a_secret() -> None:
    result = run(services_with(), "profile", "add", "dev/alice", "--password=hunter2")

    assert result.exit_code == 2
    assert "hunter2" not in result.stderr


def test_a_bare_name_is_added_to_the_environment_of_the_option() -> None:
    services = services_with()

    run(services, "--env", "dev", "profile", "add", "bob", "--username", "bob")

    assert ids(services) == ["dev/bob"]


@pytest.mark.parametrize(
    "args",
    [
        ("add", "bob"),
        ("add", "dev/alice"),
        ("add", "dev/bob", "--client-metadata", "x"),
        ("add", "dev/bob", "--flow", "X"),
    ],
)
def test_what_cannot_be_added_is_wrong_usage(args: tuple[str, ...]) -> None:
    services = services_with(ALICE)

    assert run(services, "profile", *args).exit_code == 2
    assert ids(services) == ["dev/alice"]


def test_an_expectation_may_be_given_in_several_options() -> None:
    services = services_with(make_profile("dev/alice"))

    options = ("--expect", "token_use=access", "--expect", "scopes=orders/read min_valid=5m")
    assert run(services, "profile", "edit", "dev/alice", *options).exit_code == 0

    expected = Expect(token_use="access", scopes=("orders/read",), min_valid="5m")
    assert services.profiles.profile_set.by_id["dev/alice"].own.expect == expected


def test_expect_is_changed_on_its_own_and_unset() -> None:
    services = services_with(make_profile("dev/alice", username="alice", expect=Expect(token_use="id")))

    assert run(services, "profile", "edit", "dev/alice", "--expect", "scopes=orders/read").exit_code == 0
    own = services.profiles.profile_set.by_id["dev/alice"].own
    assert (own.username, own.expect) == ("alice", Expect(scopes=("orders/read",)))

    assert run(services, "profile", "edit", "dev/alice", "--unset", "expect").exit_code == 0
    assert services.profiles.profile_set.by_id["dev/alice"].own.expect is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("token_use=refresh", "write access or id for token_use."),
        ("scope=orders/read", "scope is not one of"),
        ("min_valid=5", "write 30s, 5m or 1h for min_valid."),
        ("token_use=access hunter2", "write part 2 as key=value or key=value,value."),
        ("", "To remove it, use profile edit ID --unset expect."),
    ],
)
@pytest.mark.parametrize("command", ["add", "edit"])
def test_an_expectation_that_is_written_wrong_is_wrong_usage_and_changes_nothing(
    command: str, line: str, words: str
) -> None:
    services = services_with(ALICE)

    result = run(services, "profile", command, "dev/bob" if command == "add" else "dev/alice", "--expect", line)

    assert result.exit_code == 2
    assert "--expect" in result.stderr
    assert words in " ".join(result.stderr.split())
    assert "hunter2" not in result.stderr
    assert services.profiles.profile_set.by_id["dev/alice"] == ALICE
    assert ids(services) == ["dev/alice"]


def test_a_failed_save_is_reported() -> None:
    services = FakeServices(profiles=FakeProfileStore(make_book(), fault=SaveFailed("The disk is full.")))

    result = run(services, "profile", "add", "dev/alice")

    assert result.exit_code == 1
    assert "The disk is full." in result.stderr


def test_what_is_expected_of_its_tokens_is_shown() -> None:
    expect = Expect(token_use="access", scopes=("orders/read", "orders/write"))
    services = services_with(make_profile("dev/alice", expect=expect))

    words = run(services, "profile", "show", "dev/alice").stdout
    shown = printed_json(run(services, "profile", "show", "dev/alice", "--json"))

    assert "token_use: access, scopes: orders/read, orders/write" in words
    assert shown["expect"] == {"token_use": "access", "scopes": ["orders/read", "orders/write"]}


def test_the_json_of_a_profile_holds_every_key() -> None:
    profile = make_profile("dev/alice", defaults=ProfileFields(tags=("web",)), username="al")

    shown = printed_json(run(services_with(profile), "profile", "show", "dev/alice", "--json"))

    assert set(FIELD_NAMES) < set(shown)
    assert shown["id"] == "dev/alice"
    assert shown["username"] == "al"
    assert shown["tags"] == ["web"]
    assert shown["region"] == "eu-west-1"
    assert shown["flow"] == "USER_SRP_AUTH"
    assert shown["domain"] is None
    assert shown["own"] == ["user_pool_id", "client_id", "username"]
    assert shown["protected"] is False


def test_show_says_where_each_value_comes_from() -> None:
    profile = make_profile("dev/alice", label="Development", defaults=ProfileFields(notes="ask Bob"))

    lines = run(services_with(profile), "profile", "show", "alice").stdout.splitlines()

    assert ["notes", "ask", "Bob", "from", "Development"] in [line.split() for line in lines]
    assert ["flow", "USER_SRP_AUTH", "by", "default"] in [line.split() for line in lines]


def test_an_edit_changes_what_is_named_and_nothing_else() -> None:
    services = services_with(make_profile("dev/alice", notes="old", tags=("web",)))

    assert run(services, "profile", "edit", "alice", "--username", "al", "--unset", "notes").exit_code == 0

    own = services.profiles.profile_set.by_id["dev/alice"].own
    assert (own.username, own.notes, own.tags) == ("al", None, ("web",))


def test_an_edit_that_names_nothing_is_wrong_usage() -> None:
    result = run(services_with(ALICE), "profile", "edit", "alice")

    assert result.exit_code == 2
    assert "Say what to change" in result.stderr


def test_an_unknown_key_cannot_be_unset() -> None:
    assert run(services_with(ALICE), "profile", "edit", "alice", "--unset", "colour").exit_code == 2


@pytest.mark.parametrize("new", ["al", "dev/al"])
def test_a_renamed_profile_keeps_its_secrets(new: str) -> None:
    services = services_with(ALICE)
    services.broker.set_secret(ALICE, SecretKind.PASSWORD, "hunter2")

    result = run(services, "profile", "rename", "dev/alice", new)

    assert result.exit_code == 0
    assert ids(services) == ["dev/al"]
    assert "anew" not in result.stderr
    assert printed_json(run(services, "secret", "check", "dev/al", "--json"))["password"] is True


def test_a_renamed_profile_keeps_its_uses_and_the_form_that_was_copied_last() -> None:
    known = Preferences({"dev/alice": "curl"}, selected={"dev": "dev/alice"}).with_use("dev/alice", NOW)
    services = services_with(ALICE, preferences=FakePreferences(known))

    run(services, "profile", "rename", "dev/alice", "al")

    assert services.preferences.known == Preferences(
        {"dev/al": "curl"}, {"dev/al": Use(1.0, NOW)}, selected={"dev": "dev/al"}
    )


@pytest.mark.parametrize("args", [("rm", "dev/alice", "--yes"), ("add", "dev/alice", "--username", "a")])
def test_a_new_profile_does_not_inherit_the_uses_of_an_earlier_one(args: tuple[str, ...]) -> None:
    """Whether a command or somebody by hand removed the profile."""
    known = Preferences({"dev/alice": "curl"}).with_use("dev/alice", NOW)
    services = services_with(*([ALICE] if args[0] == "rm" else []), preferences=FakePreferences(known))

    run(services, "profile", *args)

    assert services.preferences.known == NO_PREFERENCES


@pytest.mark.parametrize("args", [("rename", "dev/alice", "al"), ("rm", "dev/alice", "--yes")])
def test_an_error_in_the_remembered_preferences_fails_nothing(args: tuple[str, ...]) -> None:
    services = services_with(ALICE, preferences=FakePreferences(fault=SaveFailed("The disk is full.")))

    assert run(services, "profile", *args).exit_code == 0


def test_a_move_that_changes_the_pool_says_to_store_the_secrets_again() -> None:
    stays = make_profile("prod/x", defaults=ProfileFields(user_pool_id="eu-west-1_Prod"))
    moved = make_profile("dev/alice", defaults=ProfileFields(user_pool_id=POOL), user_pool_id=None)

    assert (
        "store its secrets again"
        in run(services_with(moved, stays), "profile", "rename", "dev/alice", "prod/alice").stderr
    )


def test_a_profile_is_removed_if_confirmed_in_advance() -> None:
    services = services_with(ALICE, make_profile("dev/bob"))

    assert run(services, "profile", "rm", "alice", "--yes").exit_code == 0
    assert ids(services) == ["dev/bob"]


def test_nobody_to_ask_removes_nothing() -> None:
    services = services_with(ALICE)

    result = run(services, "profile", "rm", "alice", typed="y\n")

    assert result.exit_code == 3
    assert "--yes" in result.stderr
    assert ids(services) == ["dev/alice"]


def test_removing_a_profile_keeps_its_secrets_unless_forget_is_given() -> None:
    for args, left in (((), 1), (("--forget",), 0)):
        services = services_with(ALICE)
        services.broker.set_secret(ALICE, SecretKind.PASSWORD, "hunter2")

        run(services, "profile", "rm", "alice", "--yes", *args)

        assert len(services.vault.entries) == left


def test_an_unknown_flow_is_reported_with_the_known_ones() -> None:
    result = run(services_with(), "profile", "add", "dev/alice", "--flow", "BOGUS")

    assert result.exit_code == 2
    assert "USER_SRP_AUTH, USER_PASSWORD_AUTH" in result.stderr


def test_a_flow_may_be_typed_in_lower_case() -> None:
    services = services_with(ALICE)
    run(services, "profile", "edit", "dev/alice", "--flow", "user_auth")

    assert services.profiles.profile_set.by_id["dev/alice"].own.flow is Flow.USER_AUTH


def test_with_secrets_in_memory_there_is_no_hint_to_store_a_password() -> None:
    services = services_with(secrets_in_memory=True)

    assert "secret set" not in run(services, "profile", "add", "dev/alice", "--username", "a").stderr


@pytest.mark.parametrize(
    ("args", "id_"),
    [
        (("add", "dev/bob", "--username", "bob"), "dev/bob"),
        (("edit", "dev/alice", "--username", "bob"), "dev/alice"),
        (("rename", "dev/alice", "dev/bob"), "dev/bob"),
    ],
)
def test_programs_are_given_the_profile_as_it_is_then(args: tuple[str, ...], id_: str) -> None:
    services = services_with(ALICE)

    given = printed_json(run(services, "profile", *args, "--json"))

    assert given == printed_json(run(services, "profile", "show", id_, "--json"))


class Overtaken(FakeProfileStore):
    """Another program interferes: once a change is written, the profile is gone or invalid."""

    errors: tuple[ProfileError, ...] = ()

    def _keep(self, profiles: tuple[Profile, ...]) -> ProfileSet:
        super()._keep(())
        self.profile_set = replace(self.profile_set, errors=self.errors)
        return self.profile_set


CHANGES = [
    (("add", "dev/bob", "--username", "bob"), "dev/bob"),
    (("edit", "dev/alice", "--username", "bob"), "dev/alice"),
    (("rename", "dev/alice", "dev/bob"), "dev/bob"),
]


@pytest.mark.parametrize(("args", "id_"), CHANGES)
def test_a_profile_that_another_program_removes_at_once_is_reported(args: tuple[str, ...], id_: str) -> None:
    result = run(FakeServices(profiles=Overtaken(make_book(ALICE))), "profile", *args, "--json")

    assert (result.exit_code, result.stdout) == (2, "")
    assert f"Error: {id_} was written, but another program has removed it since." in result.stderr


@pytest.mark.parametrize(("args", "id_"), CHANGES)
def test_the_error_that_a_written_profile_has_is_reported(args: tuple[str, ...], id_: str) -> None:
    store = Overtaken(make_book(ALICE))
    store.errors = (ProfileError(where=id_, key="region", what="is not the pool's", fix="", source="p.toml"),)
    result = run(FakeServices(profiles=store), "profile", *args, "--json")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "region: is not the pool's" in result.stderr


def test_the_json_says_that_a_profile_is_removed() -> None:
    printed = printed_json(run(services_with(ALICE), "profile", "rm", "alice", "--yes", "--json"))

    assert printed == {"profile": "dev/alice", "removed": True, "forgotten": False}


def test_no_editor_opens_with_json() -> None:
    assert run(services_with(ALICE), "profile", "edit", "alice", "--json").exit_code == 2
