"""Adding, editing, duplicating and deleting profiles, and their secrets."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from textual.widgets import Collapsible, Input, Static

from cognitui.model.errors import NoKeyring, ProfileFileError, SaveFailed, SecretStoreError
from cognitui.model.expectations import Expect
from cognitui.model.profile import DEFAULT_FLOW, DEFAULT_REDIRECT_URI, Environment, Flow, ProfileError, ProfileFields
from cognitui.model.secret import SecretKind
from cognitui.profiles.store import ProfileFile
from cognitui.tui.dialogs.profile_form import FIELDS, LONGEST_HELP, Field, ProfileForm
from cognitui.tui.dialogs.secrets import SecretsScreen
from tests.tui.harness import NARROW, WIDE, Story, copied, desk, opened
from tests.unit.fakes import POOL, FakeServices, make_book, make_profile, make_tokens

DEFAULTS = ProfileFields(user_pool_id=POOL, client_id="inherited-client", region="eu-west-1")
ALICE = make_profile("dev/alice", defaults=DEFAULTS, client_id=None, tags=("web app", "vip"))
BOB = make_profile("dev/bob", defaults=DEFAULTS)


def stored(services: FakeServices, id_: str) -> ProfileFields:
    return services.profiles.profile_set.by_id[id_].own


async def form(story: Story, key: str) -> None:
    await story.press(key)
    await story.until(lambda: isinstance(story.app.screen, ProfileForm))


async def fill(story: Story, field: str, text: str) -> None:
    story.app.screen.query_one(f"#field-{field}").focus()
    await story.press("end", "ctrl+u")
    await story.type(text)


async def test_n_adds_a_profile_and_selects_it() -> None:
    services = desk(ALICE)
    async with opened(services) as story:
        await form(story, "n")
        await fill(story, "name", "dora")
        await fill(story, "username", "dora")
        await story.press("enter")

        await story.see("Added dev/dora.")
        assert story.main.selected is not None
        assert story.main.selected.id == "dev/dora"


async def test_what_the_environment_provides_is_shown_as_inherited() -> None:
    async with opened(desk(ALICE)) as story:
        await form(story, "e")

        await story.until(lambda: in_a_line(story, "inherited-client", "from dev"))


async def test_e_changes_one_field_and_keeps_the_others() -> None:
    services = desk(ALICE)
    async with opened(services) as story:
        await form(story, "e")
        await fill(story, "username", "alice-two")
        await story.press("enter")
        await story.see("Saved dev/alice.")

        assert stored(services, "dev/alice") == ProfileFields(
            username="alice-two", user_pool_id=POOL, tags=("web app", "vip")
        )


async def test_a_domain_that_a_profile_does_without_stays_away() -> None:
    batch = make_profile(
        "dev/batch",
        defaults=ProfileFields(domain="https://shop.example.com"),
        flow=Flow.CLIENT_CREDENTIALS,
        domain="",
        username=None,
    )
    services = desk(batch)
    async with opened(services) as story:
        await form(story, "e")
        assert story.app.screen.query_one("#field-domain", Input).placeholder == "none"
        await fill(story, "client_id", "another0client")
        await story.press("enter")
        await story.see("Saved dev/batch.")

        assert stored(services, "dev/batch").domain == ""


async def test_a_save_that_fails_keeps_what_was_typed_and_says_why() -> None:
    services = desk(ALICE)
    services.profiles.fault = SaveFailed("profiles.toml could not be written: no space left on device.")
    async with opened(services) as story:
        await form(story, "e")
        await fill(story, "username", "typed-before-it-failed")
        await story.press("enter")

        await story.see("no space left on device")
        assert "typed-before-it-failed" in story.text
        assert stored(services, "dev/alice") == ALICE.own


async def test_a_value_that_is_written_wrong_is_marked_with_how_to_write_it() -> None:
    async with opened(desk(ALICE)) as story:
        await form(story, "e")
        await fill(story, "flow", "SRP")
        await story.press("enter")

        await story.see("Flow: is not valid. One of USER_SRP_AUTH")


EXPECTED = Expect(token_use="access", scopes=("orders/read", "orders/write"), min_valid="5m")


@pytest.mark.parametrize(
    ("environment", "name", "words", "marked"),
    [
        ("", "dora", "Environment: is missing. Write letters, digits", "environment"),
        ("dev", "bad/id x", "Name: cannot contain / or a space. Use letters, digits", "name"),
    ],
)
async def test_an_invalid_name_is_reported_with_what_is_wrong(
    tmp_path: Path, environment: str, name: str, words: str, marked: str
) -> None:
    services = desk(ALICE)
    with pytest.raises(ProfileFileError) as refused:
        ProfileFile(tmp_path / "profiles.toml").add(environment, name, ALICE.fields)
    services.profiles.fault = refused.value
    async with opened(services) as story:
        await form(story, "n")
        await fill(story, "environment", environment)
        await fill(story, "name", name)
        await story.press("enter")

        await story.see(words)
        assert [row.id for row in story.app.screen.query(".-wrong")] == [f"row-{marked}"]


async def test_what_the_api_expects_is_typed_as_one_line() -> None:
    services = desk(ALICE)
    async with opened(services) as story:
        await form(story, "e")
        story.app.screen.query_one(Collapsible).collapsed = False
        await story.pilot.pause()
        await fill(story, "expect", "token_use=access scopes=orders/read,orders/write min_valid=5m")
        await story.press("enter")
        await story.see("Saved dev/alice.")

        assert stored(services, "dev/alice").expect == EXPECTED


async def test_expectations_are_shown_and_survive_another_edit() -> None:
    services = desk(make_profile("dev/alice", username="alice", expect=EXPECTED))
    async with opened(services) as story:
        await form(story, "e")
        shown = story.app.screen.query_one("#field-expect", Input).value
        assert shown == "token_use=access scopes=orders/read,orders/write min_valid=5m"
        await fill(story, "username", "al")
        await story.press("enter")
        await story.see("Saved dev/alice.")

        assert stored(services, "dev/alice").expect == EXPECTED


async def test_what_the_environment_expects_is_shown_as_inherited() -> None:
    environment = Environment(name="dev", defaults=ProfileFields(expect=Expect(token_use="id")))
    async with opened(desk(msgspec.structs.replace(ALICE, environment=environment))) as story:
        await form(story, "e")

        assert story.app.screen.query_one("#field-expect", Input).placeholder == "token_use=id"
        assert shown_tag(story, "expect") == "from dev"


async def test_a_part_of_what_is_expected_that_is_wrong_is_named() -> None:
    async with opened(desk(ALICE)) as story:
        await form(story, "e")
        story.app.screen.query_one(Collapsible).collapsed = False
        await story.pilot.pause()
        await fill(story, "expect", "token_use=refresh")
        await story.see("token_use=refresh")
        await story.press("enter")

        await story.see("API expects: is not valid. Write access or id for token_use.")
        await story.see("token_use=refresh")


async def test_esc_asks_before_what_was_typed_is_lost() -> None:
    async with opened(desk(ALICE)) as story:
        await form(story, "e")
        await fill(story, "username", "typed")
        await story.press("escape")
        await story.see("Your input is not saved.")
        await story.press("escape")
        await story.until(lambda: isinstance(story.app.screen, ProfileForm))
        assert story.app.screen.query_one("#field-username", Input).value == "typed"
        await story.press("escape")
        await story.see("Your input is not saved.")
        await story.press("y")

        await story.until(lambda: story.app.screen is story.main)


async def test_esc_closes_a_form_that_nobody_typed_into() -> None:
    async with opened(desk(ALICE)) as story:
        await form(story, "e")
        await story.press("escape")

        await story.until(lambda: story.app.screen is story.main)


async def test_shift_d_begins_with_a_copy_under_a_free_name() -> None:
    services = desk(ALICE)
    async with opened(services) as story:
        await form(story, "D")
        await story.press("enter")

        await story.see("Added dev/alice-2.")
        assert stored(services, "dev/alice-2") == ALICE.own


async def test_a_copy_of_an_included_profile_is_without_the_command_that_somebody_else_wrote() -> None:
    theirs = msgspec.structs.replace(make_profile("dev/eve", mfa_process="touch /tmp/x", notes="n"), read_only=True)
    services = desk(theirs)
    async with opened(services) as story:
        await form(story, "D")
        await story.hear("mfa_process of dev/eve is not copied")
        await story.press("enter")
        await story.see("Added dev/eve-2.")

        assert (stored(services, "dev/eve-2").mfa_process, stored(services, "dev/eve-2").notes) == (None, "n")


async def test_d_asks_and_deletes() -> None:
    services = desk(ALICE, BOB)
    async with opened(services) as story:
        await story.press("d")
        await story.see("Delete dev/alice from profiles.toml?")
        await story.press("y")

        await story.see("Deleted dev/alice.")
        assert "dev/alice" not in services.profiles.profile_set.by_id


async def test_the_last_profile_of_an_environment_is_deleted_with_it(tmp_path: Path) -> None:
    path = tmp_path / "profiles.toml"
    places = "".join(
        f'[environments.{place}.profiles.alice]\nuser_pool_id = "{POOL}"\nclient_id = "abc"\nusername = "alice"\n'
        for place in ("dev", "qa")
    )
    path.write_text(f"version = 1\n{places}", encoding="utf-8")
    path.chmod(0o600)
    services = desk()
    services.profiles = ProfileFile(path)  # type: ignore[assignment]  # the real one
    async with opened(services, environment="qa") as story:
        await story.press("d")
        await story.see("Delete qa/alice")
        await story.press("y")
        await story.hear("Deleted qa/alice.")

        await story.until(lambda: story.main.environment == "dev")


async def test_d_and_enter_deletes_nothing() -> None:
    services = desk(ALICE, BOB)
    async with opened(services) as story:
        await story.press("d")
        await story.see("Delete dev/alice")
        await story.press("enter")

        assert "dev/alice" in services.profiles.profile_set.by_id


async def test_secrets_stay_unless_the_user_chooses_otherwise() -> None:
    services = desk(ALICE, BOB)
    services.vault.entries[ALICE.secret_name(SecretKind.PASSWORD)] = "pw"
    async with opened(services) as story:
        await story.press("d")
        await story.see("Delete dev/alice")
        await story.press("y")
        await story.see("Deleted dev/alice.")

        assert services.vault.entries


async def test_a_ticked_box_forgets_the_secrets_that_nobody_shares() -> None:
    services = desk(ALICE, BOB).holding(ALICE, make_tokens())
    services.vault.entries[ALICE.secret_name(SecretKind.PASSWORD)] = "pw"
    async with opened(services) as story:
        await story.press("d")
        await story.see("Delete dev/alice")
        await story.pilot.click("#option")
        await story.press("y")
        await story.see("Deleted dev/alice.")

        assert services.vault.entries == {}


async def test_a_profile_of_an_included_file_says_why_it_cannot_be_edited() -> None:
    shared = make_profile("dev/team")
    services = desk(msgspec.structs.replace(shared, read_only=True))
    async with opened(services) as story:
        await story.press("e")

        await story.see("dev/team comes from an included file")


async def test_a_stored_secret_is_never_shown_and_never_prefilled() -> None:
    services = desk(ALICE)
    services.vault.entries[ALICE.secret_name(SecretKind.PASSWORD)] = "canary-hunter2"
    async with opened(services) as story:
        await story.press("p")
        await story.see("stored; type to replace it")
        await story.see("not stored")

        assert "canary" not in story.text
        assert all(field.value == "" for field in story.app.screen.query(Input))


async def test_a_typed_secret_is_stored_and_an_empty_one_changes_nothing() -> None:
    services = desk(ALICE)
    name = ALICE.secret_name(SecretKind.CLIENT_SECRET)
    services.vault.entries[name] = "client-secret"
    async with opened(services) as story:
        await story.press("p")
        await story.see("not stored")
        await story.type("hunter2")
        await story.press("enter")
        await story.see("Stored the password of dev/alice.")

        assert services.vault.entries == {ALICE.secret_name(SecretKind.PASSWORD): "hunter2", name: "client-secret"}


async def test_a_pasted_otpauth_uri_and_a_quoted_client_secret_are_stored_bare() -> None:
    services = desk(ALICE)
    async with opened(services) as story:
        await story.press("p")
        await story.see("not stored")
        story.app.screen.query_one("#totp", Input).value = "otpauth://totp/x?secret=jbswy3dpehpk3pxp"
        story.app.screen.query_one("#client-secret", Input).value = '"canary" '
        await story.press("enter")
        await story.see("Stored the client secret and TOTP seed of dev/alice.")

        assert services.vault.entries == {
            ALICE.secret_name(SecretKind.CLIENT_SECRET): "canary",
            ALICE.secret_name(SecretKind.TOTP): "JBSWY3DPEHPK3PXP",
        }


async def test_what_is_no_seed_keeps_the_dialog_and_stores_nothing() -> None:
    services = desk(ALICE)
    async with opened(services) as story:
        await story.press("p")
        await story.see("not stored")
        await story.type("hunter2")
        story.app.screen.query_one("#totp", Input).value = "canary-0189"
        await story.press("enter")
        await story.see("The TOTP seed is not base32")

        assert "canary" not in story.text
        assert services.vault.entries == {}


async def test_ctrl_c_in_a_masked_field_copies_nothing() -> None:
    services = desk(ALICE)
    async with opened(services) as story:
        await story.press("p")
        await story.see("not stored")
        await story.type("hunter2")
        await story.press("ctrl+a", "ctrl+c", "ctrl+x")

        assert copied(services) == []
        assert story.app.clipboard == ""


async def test_remove_takes_a_secret_out() -> None:
    services = desk(ALICE)
    services.vault.entries[ALICE.secret_name(SecretKind.PASSWORD)] = "pw"
    async with opened(services) as story:
        await story.press("p")
        await story.see("stored; type")
        await story.pilot.click("#remove-password")
        await story.see("Removed the password of dev/alice.")

        assert services.vault.entries == {}


async def test_a_vault_that_fails_keeps_the_dialog_and_says_why() -> None:
    services = desk(ALICE)
    async with opened(services) as story:
        await story.press("p")
        await story.see("not stored")
        services.vault.fault = SecretStoreError("The keyring does not answer.")
        await story.type("hunter2")
        await story.press("enter")

        await story.see("The keyring does not answer.")
        assert isinstance(story.app.screen, SecretsScreen)


async def test_without_a_keyring_secrets_are_kept_in_memory_and_the_dialog_says_so() -> None:
    services = desk(ALICE)
    services.vault.fault = NoKeyring("No keyring is usable here.")
    async with opened(services) as story:
        await story.press("p")

        await story.see("Kept in memory until you quit.")


async def test_the_first_start_offers_to_add_a_profile() -> None:
    services = desk()
    async with opened(services) as story:
        await story.see("Welcome to cognitui")
        await form(story, "n")
        await fill(story, "environment", "dev")
        await fill(story, "name", "alice")
        await story.press("enter")

        await story.see("Added dev/alice.")
        assert "Welcome" not in story.text


async def test_an_invalid_profile_is_reported_and_the_others_stay() -> None:
    services = desk(ALICE)
    problem = ProfileError(
        where="dev/eve", key="region", what="is not the pool's region", fix="write eu-west-1", line=12
    )
    services.profiles.profile_set = make_book(ALICE, errors=(problem,))
    async with opened(services) as story:
        await story.see("The profile file has an error")
        assert "alice" in story.text
        await story.press("exclamation_mark")

        await story.see("is not the pool's region")
        await story.see("write eu-west-1")


async def test_a_hostile_name_is_shown_escaped_and_parses_no_markup() -> None:
    hostile = make_profile("dev/alice", username="[@click=app.quit]\x1b]52;c;AAAA\x07[/]", notes="[bold red]x")
    async with opened(desk(hostile)) as story:
        await story.see(r"[@click=app.quit]\x1b]52;c;AAAA\x07[/]")
        await story.see("[bold red]x")


async def test_f5_reads_the_file_again() -> None:
    services = desk(ALICE)
    async with opened(services) as story:
        services.profiles.profile_set = make_book(ALICE, make_profile("dev/zoe"))
        await story.press("f5")

        await story.see("zoe")


# How a field looks


def in_a_line(story: Story, *words: str) -> bool:
    """Whether these words are in one line of the screen."""
    return any(all(word in line for word in words) for line in story.text.splitlines())


def shown_tag(story: Story, field: str) -> str:
    """Return where the value in an empty field comes from, as it is shown; empty if nothing is."""
    tag = story.app.screen.query_one(f"#row-{field} .tag", Static)
    return str(tag.content) if tag.display else ""


SIZES = pytest.mark.parametrize("size", [(200, 50), WIDE, (109, 30), NARROW, (60, 20)])
INHERITING = msgspec.structs.replace(
    ALICE, environment=Environment(name="dev", defaults=ProfileFields(user_pool_id="eu-west-1_AbCdEf123"))
)


@SIZES
async def test_an_example_is_in_the_help_and_never_in_a_field(size: tuple[int, int]) -> None:
    async with opened(desk(INHERITING), size) as story:
        await form(story, "n")

        in_fields = {field.placeholder for field in story.app.screen.query(Input)} - {""}
        assert in_fields == {"eu-west-1_AbCdEf123", "eu-west-1", DEFAULT_FLOW.value, DEFAULT_REDIRECT_URI}
        await story.see("For example alice@example.com")


@SIZES
async def test_inherited_values_and_defaults_are_labelled(size: tuple[int, int]) -> None:
    async with opened(desk(INHERITING), size) as story:
        await form(story, "n")

        await story.until(lambda: in_a_line(story, "eu-west-1_AbCdEf123", "from dev"))
        await story.until(lambda: in_a_line(story, DEFAULT_FLOW.value, "default"))


async def test_the_region_of_the_pool_is_the_default() -> None:
    async with opened(desk(INHERITING)) as story:
        await form(story, "n")
        assert story.app.screen.query_one("#field-region", Input).placeholder == "eu-west-1"
        await fill(story, "user_pool_id", "us-east-2_AbCdEf123")

        await story.until(lambda: in_a_line(story, "us-east-2 ", "default"))


async def test_what_is_typed_takes_the_place_of_what_was_inherited_and_its_tag() -> None:
    async with opened(desk(INHERITING)) as story:
        await form(story, "n")
        assert shown_tag(story, "user_pool_id") == "from dev"
        await fill(story, "user_pool_id", "eu-west-1_Mine")
        assert shown_tag(story, "user_pool_id") == ""
        story.app.screen.query_one("#field-user_pool_id", Input).value = ""
        await story.until(lambda: shown_tag(story, "user_pool_id") == "from dev")


@SIZES
async def test_the_help_of_a_field_is_beside_it_or_in_the_line_below(size: tuple[int, int]) -> None:
    async with opened(desk(ALICE), size) as story:
        await form(story, "n")
        await story.see("For example alice@example.com")
        lines = story.text.splitlines()
        at = next(number for number, line in enumerate(lines) if "Username" in line)

        assert "For example alice@example.com" in lines[at if size[0] >= 110 else at + 1]


@SIZES
async def test_all_fields_are_two_lines_apart(size: tuple[int, int]) -> None:
    async with opened(desk(ALICE), size) as story:
        await form(story, "n")
        story.app.screen.query_one(Collapsible).collapsed = False
        await story.pilot.pause()
        lines = [field.virtual_region_with_margin.y for field in story.app.screen.query(".field")]
        common = 2 + len([field for field in FIELDS if field.common])

        for part in (lines[:common], lines[common:]):  # the others are counted from the fold on
            assert {after - before for before, after in pairwise(part)} == {2}


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_no_help_is_longer_than_its_column(field: Field) -> None:
    assert 0 < len(field.help) <= LONGEST_HELP
