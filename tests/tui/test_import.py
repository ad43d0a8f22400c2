"""Importing from AWS in the TUI: lists, search, pages, errors, the summary and what is written."""

from __future__ import annotations

import msgspec
import pytest
from textual.widgets import Input

from cognitui.model.aws import ClientDetails, PoolDetails, UserEntry
from cognitui.model.errors import AwsCredentialsUnusable, KeyringLocked, NoKeyring, UsageError
from cognitui.model.profile import Flow, ProfileFields
from cognitui.tui.dialogs.import_aws import ImportScreen
from cognitui.tui.dialogs.import_review import ImportSummary
from cognitui.tui.widgets.line_list import ChoiceList
from tests.tui.harness import NARROW, Story, desk, opened
from tests.unit.fake_directory import CLIENT_ID, CLIENT_SECRET, POOL_ID, FakeDirectory
from tests.unit.fakes import FakeServices, FakeSettings, make_profile

MANY = [UserEntry(f"user{number:05}", f"user{number:05}@example.com") for number in range(500)]


def desk_with(directory: FakeDirectory, **parts: object) -> FakeServices:
    return desk(directory=directory, **parts)


async def at_users(story: Story) -> None:
    await story.press("I")
    await story.see("region")
    for words in ("user pool", "app client", "user"):
        await story.press("enter")
        await story.see(f"search for {'an' if words == 'app client' else 'a'} {words}")
        await story.until(lambda: choices(story).row_count > 0)


def choices(story: Story) -> ChoiceList:
    return story.app.screen.query_one(ChoiceList)


def highlighted(story: Story) -> str:
    row = choices(story).highlighted
    return row.text if row else ""


@pytest.mark.parametrize("size", [(120, 36), NARROW, (60, 20)])
async def test_a_profile_is_imported_by_enter_only(size: tuple[int, int]) -> None:
    services = desk()
    async with opened(services, size=size) as story:
        await story.see("Import from AWS")
        await at_users(story)
        await story.see("alice")
        await story.press("enter")
        await story.see("Write this profile?")
        await story.until(lambda: "shop-dev" in story.text and "keyring" in story.text)
        await story.press("enter")

        await story.hear("Added dev/alice.")
        assert story.main.selected is not None
        assert story.main.selected.id == "dev/alice"
        assert services.profiles.profile_set.by_id["dev/alice"].fields == ProfileFields(
            user_pool_id=POOL_ID, client_id=CLIENT_ID, username="alice"
        )
        assert list(services.vault.entries.values()) == [CLIENT_SECRET]
        assert CLIENT_SECRET not in story.text


async def test_letters_narrow_a_list_and_esc_clears_them() -> None:
    async with opened(desk()) as story:
        await story.press("I")
        await story.see("eu-central-1")
        await story.press("u", "s")
        await story.see("1 region")
        assert highlighted(story) == "us-east-1"

        await story.press("escape")
        await story.see("3 regions")


async def test_users_are_searched_for_by_the_server() -> None:
    services = desk_with(FakeDirectory(user_entries=MANY, page_size=60))
    async with opened(services) as story:
        await at_users(story)
        await story.type("user00499")
        await story.until(lambda: choices(story).row_count == 1)

        assert ("users", "user00499", "username", "") in services.directory.asked


async def test_enter_before_the_rows_arrive_picks_the_first_of_them() -> None:
    async with opened(desk_with(FakeDirectory(user_entries=MANY))) as story:
        await at_users(story)
        await story.type("user00499")
        await story.press("enter")

        await story.until(lambda: isinstance(story.app.screen, ImportSummary))
        assert "user00499" in story.text


async def test_the_next_page_comes_with_the_end_of_the_list_and_no_sooner() -> None:
    services = desk_with(FakeDirectory(user_entries=MANY, page_size=60))
    async with opened(services) as story:
        await at_users(story)
        assert sum(call[0] == "users" for call in services.directory.asked) == 1
        await story.see("60 users, more below")
        choices(story).cursor = 59

        await story.until(lambda: choices(story).row_count == 120)
        assert choices(story).cursor == 59


async def test_several_users_are_marked_and_imported_at_once() -> None:
    services = desk()
    async with opened(services) as story:
        await at_users(story)
        await story.press("tab", "tab")
        await story.see("2 marked")
        await story.press("enter")
        await story.see("Write these profiles?")
        await story.press("enter")

        await story.hear("Added 2 profiles.")
        assert list(services.profiles.profile_set.by_id) == ["dev/alice", "dev/bob"]


async def test_esc_goes_back_step_by_step_and_out() -> None:
    async with opened(desk()) as story:
        await at_users(story)
        for words in ("an app client", "a user pool", "a region"):
            await story.press("escape")
            await story.see(f"search for {words}")
        await story.press("escape")

        await story.until(lambda: story.app.screen is story.main)


async def test_an_error_is_in_its_place_and_the_list_is_asked_for_again() -> None:
    fault = AwsCredentialsUnusable("They have expired.", fix="aws sso login --profile admin")
    services = desk_with(FakeDirectory(faults={"pools": fault}))
    async with opened(services) as story:
        await story.press("I")
        await story.see("eu-central-1")
        await story.press("enter")
        await story.see("aws sso login --profile admin")
        await story.see("Retry (F5)")
        services.directory.faults.clear()
        await story.press("f5")

        await story.see("shop-dev")
        assert "aws sso login" not in story.text


async def test_without_credentials_no_region_is_asked_for() -> None:
    missing = AwsCredentialsUnusable("The AWS profile default has no IAM credentials.")
    services = desk_with(FakeDirectory(faults={"credentials": missing}))
    async with opened(services) as story:
        await story.press("I")
        await story.see("has no IAM credentials")
        assert "eu-central-1" not in story.text
        del services.directory.faults["credentials"]
        await story.press("f5")

        await story.see("eu-central-1")


async def test_if_there_is_nothing_to_choose_only_what_works_is_offered() -> None:
    fault = AwsCredentialsUnusable("They have expired.", fix="Renew them.")
    directory = FakeDirectory(profiles=("default", "admin"), faults={"clients": fault})
    async with opened(desk_with(directory)) as story:
        await story.press("I")
        for words in ("AWS profile", "region", "user pool"):
            await story.see(f"search for a{'n' * (words[0] == 'A')} {words}")
            await story.until(lambda: choices(story).row_count > 0)
            await story.press("enter")
        await story.see("Renew them.")
        assert "Choose (" not in story.text
        await story.see("Other user pool (esc)")
        await click(story, "Other AWS profile (F6)")

        await story.see("search for an AWS profile")
        await story.see("Choose (enter)")


async def test_letters_that_match_nothing_leave_nothing_to_choose() -> None:
    async with opened(desk()) as story:
        await story.press("I")
        await story.see("3 regions")
        await story.type("mars")

        await story.see("No region found for this search.")
        assert "Choose (" not in story.text


async def test_the_cursor_is_on_the_region_of_the_profiles_if_the_aws_setup_names_none() -> None:
    services = desk(make_profile("dev/alice", user_pool_id="us-east-1_Shop"), directory=FakeDirectory(region=""))
    async with opened(services) as story:
        await story.press("I")
        await story.see("in your profiles")

        assert highlighted(story) == "us-east-1"


async def test_an_environment_is_protected_by_a_tick() -> None:
    services = desk()
    async with opened(services) as story:
        await at_users(story)
        await story.press("enter")
        await story.see("Ask before handing out tokens")
        await story.until(lambda: "shop-dev" in story.text)
        await click(story, "Ask before")
        await click(story, "Write (")
        await story.hear("Added dev/alice.")

        assert services.profiles.profile_set.by_id["dev/alice"].protected


async def test_a_production_pool_starts_ticked_as_protected_and_can_be_unticked() -> None:
    services = desk_with(
        FakeDirectory([PoolDetails(POOL_ID, "shop-prod")]),
    )
    async with opened(services) as story:
        await at_users(story)
        await story.press("enter")
        await story.see("the name prod means production")
        await click(story, "Ask before")
        await click(story, "Write (")
        await story.hear("Added prod/alice.")

        assert not services.profiles.profile_set.by_id["prod/alice"].protected


async def test_an_environment_that_is_protected_stays_so() -> None:
    alice = make_profile("prod/ann", user_pool_id=POOL_ID)
    place = msgspec.structs.replace(alice.environment, protected=True)
    services = desk(msgspec.structs.replace(alice, environment=place))
    async with opened(services) as story:
        await at_users(story)
        await story.press("enter")

        await story.see("prod is already protected.")
        assert story.app.screen.query_one("#protected").disabled


async def test_what_was_typed_in_the_summary_is_there_again_after_esc() -> None:
    async with opened(desk()) as story:
        await at_users(story)
        await story.press("enter")
        await story.until(lambda: isinstance(story.app.screen, ImportSummary))
        await story.until(lambda: story.app.screen.query_one("#environment", Input).value == "dev")
        await story.press("end", "2", "escape")
        await story.until(lambda: isinstance(story.app.screen, ImportScreen))
        await story.press("enter")
        await story.until(lambda: isinstance(story.app.screen, ImportSummary))

        await story.until(lambda: story.app.screen.query_one("#environment", Input).value == "dev2")


async def test_aws_profiles_are_asked_for_if_there_are_several() -> None:
    services = desk_with(FakeDirectory(profiles=("default", "admin")))
    async with opened(services) as story:
        await story.press("I")
        await story.see("search for an AWS profile")
        await story.press("down", "enter")
        await story.see("search for a region")
        await story.press("enter")
        await story.see("search for a user pool")

        assert services.directory.places[-1].aws_profile == "admin"


async def test_a_program_needs_no_user() -> None:
    domain = "https://shop.auth.eu-west-1.amazoncognito.com"
    program = ClientDetails("program", "batch", "s" * 30, grants=("client_credentials",), scopes=("orders/read",))
    pool = PoolDetails(POOL_ID, "shop-prod", domain)
    services = desk_with(FakeDirectory([pool], {POOL_ID: [program]}))
    async with opened(services) as story:
        await story.press("I")
        await story.see("eu-west-1")
        await story.press("enter")
        await story.see("shop-prod")
        await story.press("enter")
        await story.see("batch")
        await story.press("enter")
        await story.see("Write this profile?")
        await story.press("enter")
        await story.hear("Added prod/batch.")

        assert services.profiles.profile_set.by_id["prod/batch"].flow is Flow.CLIENT_CREDENTIALS


async def test_a_secret_in_secrets_manager_stays_there() -> None:
    source = "secretsmanager:arn:aws:secretsmanager:eu-west-1:123456789012:secret:batch-AbCdEf"
    program = ClientDetails("program", "batch", flows=("CLIENT_TOKEN_AUTH",), secret_source=source)
    services = desk_with(FakeDirectory([PoolDetails(POOL_ID, "shop-prod")], {POOL_ID: [program]}))
    async with opened(services) as story:
        await story.press("I")
        for seen in ("eu-west-1", "shop-prod", "batch"):
            await story.see(seen)
            await story.press("enter")
        await story.see("stays in Secrets Manager, read when needed")
        await story.press("enter")
        await story.hear("Added prod/batch.")

    assert services.profiles.profile_set.by_id["prod/batch"].fields.client_secret_from == source
    assert services.vault.entries == {}


async def test_a_client_that_cannot_sign_in_is_reported_in_the_list() -> None:
    program = ClientDetails("program", "batch", "s" * 30, grants=("client_credentials",))
    async with opened(desk_with(FakeDirectory(client_details={POOL_ID: [program]}))) as story:
        await story.press("I")
        await story.see("eu-west-1")
        await story.press("enter")
        await story.see("shop-dev")
        await story.press("enter")
        await story.see("batch")
        await story.press("enter")

        await story.see("Give the pool a domain in AWS")
        assert isinstance(story.app.screen, ImportScreen)


async def test_a_name_that_is_taken_is_reported_and_another_may_be_typed() -> None:
    alice = make_profile("dev/alice", username="somebody")
    services = desk(alice)
    async with opened(services) as story:
        await at_users(story)
        await story.press("enter")
        await story.see("Write this profile?")
        await story.press("enter")
        await story.see("A profile dev/alice exists already")
        story.app.screen.query_one("#name").focus()
        await story.press("end", "2", "enter")

        await story.hear("Added dev/alice2.")
        assert services.profiles.profile_set.by_id["dev/alice"] == alice


async def test_without_a_keyring_the_secret_stays_in_memory_and_it_says_so() -> None:
    services = desk()
    services.vault.fault = NoKeyring("There is no keyring.")
    async with opened(services) as story:
        await at_users(story)
        await story.press("enter")
        await story.see("Write this profile?")
        await story.press("enter")

        await story.hear("Secrets are kept in memory until you quit.")
        await story.hear("Added dev/alice.")
        assert story.main.secrets_in_memory


async def test_a_keyring_that_is_locked_does_not_lose_the_profile() -> None:
    services = desk()
    services.vault.fault = KeyringLocked("The keyring is locked.")
    async with opened(services) as story:
        await at_users(story)
        await story.press("enter")
        await story.see("Write this profile?")
        await story.press("enter")

        await story.hear("It is asked for when it is needed.")
        await story.hear("Added dev/alice.")


async def test_an_emulator_is_shown() -> None:
    async with opened(desk(aws_endpoint="http://localhost:4566")) as story:
        await story.press("I")

        await story.see("at http://localhost:4566, which is not AWS")


async def test_an_address_that_nothing_may_be_sent_to_is_reported() -> None:
    class Elsewhere(FakeServices):
        @property
        def aws_endpoint(self) -> str:
            raise UsageError("AWS_ENDPOINT_URL is http and not on this machine.", fix="Use https.")

        @aws_endpoint.setter
        def aws_endpoint(self, value: str) -> None:
            """The field's default is not wanted."""

    async with opened(Elsewhere(profiles=desk().profiles)) as story:
        await story.press("I")

        await story.see("AWS_ENDPOINT_URL is http")
        await story.press("f5")
        await story.see("AWS_ENDPOINT_URL is http")
        await story.press("escape")
        await story.until(lambda: story.app.screen is story.main)


async def test_everything_goes_by_mouse() -> None:
    services = desk()
    async with opened(services) as story:
        await click(story, "Import from AWS")
        await story.see("search for a region")
        for words in ("eu-west-1", "shop-dev", "web", "alice"):
            await story.see(words)
            await click(story, f" {words} ")
            await click(story, "Choose (")
        await story.see("Write this profile?")
        await click(story, "Write (")

        await story.hear("Added dev/alice.")


async def click(story: Story, words: str) -> None:
    # A button that was just pressed takes no click for 0.2 s: no hand is that fast.
    await story.until(lambda: not story.app.screen.query("Button.-active"))
    lines = story.text.splitlines()
    row, column = next((row, line.rindex(words)) for row, line in enumerate(lines) if words in line)
    await story.pilot.click(offset=(column + 1, row))
    await story.pilot.pause()


async def test_the_palette_offers_it_and_its_key_can_be_changed() -> None:
    async with opened(desk(settings=FakeSettings(keymap={"import_profiles": "f9"}))) as story:
        await story.press("f9")

        await story.see("search for a region")


async def test_a_federated_user_is_imported_with_their_identity_provider() -> None:
    domain = "https://shop.auth.eu-west-1.amazoncognito.com"
    web = ClientDetails(CLIENT_ID, "web", flows=("USER_SRP_AUTH",), grants=("code",))
    ann = UserEntry("Google_108", "ann@example.com", status="EXTERNAL_PROVIDER", identity_provider="Google")
    services = desk_with(FakeDirectory([PoolDetails(POOL_ID, "shop-dev", domain)], {POOL_ID: [web]}, [ann]))
    async with opened(services) as story:
        await at_users(story)
        await story.see("EXTERNAL_PROVIDER  Google")
        await story.press("enter")
        await story.see("authorization_code (Google)")
        await story.press("enter")
        await story.hear("Added dev/ann.")

        fields = services.profiles.profile_set.by_id["dev/ann"].fields
        assert (fields.flow, fields.identity_provider, fields.domain) == (Flow.AUTHORIZATION_CODE, "Google", domain)


async def test_a_federated_user_of_a_pool_without_a_domain_is_reported_in_the_list() -> None:
    web = ClientDetails(CLIENT_ID, "web", flows=("USER_SRP_AUTH",), grants=("code",))
    ann = UserEntry("Google_108", "ann@example.com", status="EXTERNAL_PROVIDER", identity_provider="Google")
    services = desk_with(FakeDirectory(client_details={POOL_ID: [web]}, user_entries=[ann]))
    async with opened(services) as story:
        await at_users(story)
        await story.press("enter")

        await story.see("choose another user")
        assert services.profiles.profile_set.profiles == ()
