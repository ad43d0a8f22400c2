"""Importing from a file on the screen: what is offered, what is found, what is asked and what is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Checkbox, Input

from cognitui.model.profile import Flow, ProfileFields
from cognitui.tui.actions.registry import ACTIONS
from cognitui.tui.dialogs.import_file import FileSummary, ImportFileScreen
from tests.tui.harness import NARROW, Story, desk, opened
from tests.tui.test_import import click
from tests.unit.fake_directory import CLIENT_ID, CLIENT_SECRET, POOL_ID
from tests.unit.fakes import FakeServices, FakeSettings, make_profile

AMPLIFY = {"auth": {"user_pool_id": POOL_ID, "user_pool_client_id": CLIENT_ID}}
ENV = f"COGNITO_USER_POOL_ID={POOL_ID}\nCOGNITO_CLIENT_ID={CLIENT_ID}\nCOGNITO_CLIENT_SECRET={CLIENT_SECRET}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    here = tmp_path / "shop" / "web"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    return here


async def at_summary(story: Story) -> None:
    await story.press("O")
    await story.see("here and in the folders above")
    await story.press("enter")
    await story.until(lambda: isinstance(story.app.screen, FileSummary))
    await story.until(lambda: text_in(story, "environment") != "")


def field(story: Story, name: str) -> Input:
    return story.app.screen.query_one(f"#{name}", Input)


def text_in(story: Story, name: str) -> str:
    return field(story, name).value


def outputs(**values: str) -> str:
    return json.dumps({name: {"sensitive": False, "type": "string", "value": value} for name, value in values.items()})


@pytest.mark.parametrize("size", [(120, 36), NARROW, (60, 20)])
async def test_the_nearest_file_is_taken_by_enter_and_the_user_is_asked_for(
    folder: Path, size: tuple[int, int]
) -> None:
    (folder / "amplify_outputs.json").write_text(json.dumps(AMPLIFY))
    services = desk()
    async with opened(services, size=size) as story:
        await story.see("Import from a file")
        await at_summary(story)
        await story.see("amplify_outputs.json (Amplify)")
        await story.see(POOL_ID)
        await story.see("Write (enter)")
        assert story.app.focused is field(story, "username")
        await story.type("alice@example.com")
        await story.until(lambda: text_in(story, "name") == "alice")
        await story.press("enter")

        await story.hear("Added dev/alice.")
        assert services.profiles.profile_set.by_id["dev/alice"].fields == ProfileFields(
            user_pool_id=POOL_ID, client_id=CLIENT_ID, username="alice@example.com"
        )


async def test_a_secret_of_the_file_goes_to_the_vault_and_is_not_shown(folder: Path) -> None:
    (folder / ".env").write_text(ENV)
    services = desk()
    async with opened(services) as story:
        await at_summary(story)
        await story.see("goes into the keyring")
        await story.type("alice")
        assert CLIENT_SECRET not in story.text
        await story.press("enter")
        await story.hear("Added dev/alice.")

        assert list(services.vault.entries.values()) == [CLIENT_SECRET]
        assert CLIENT_SECRET not in repr(services.profiles.profile_set)


async def test_what_the_screen_holds_of_a_file_has_no_secret(folder: Path) -> None:
    (folder / ".env").write_text(ENV)
    async with opened(desk()) as story:
        await at_summary(story)

        screen = story.app.screen
        assert isinstance(screen, FileSummary)
        assert [client.secret for pool in screen._choice.pools for client in pool.clients] == [""]
        assert screen._choice.with_secret == {(POOL_ID, CLIENT_ID)}


async def test_the_name_of_a_file_that_says_production_proposes_and_protects_the_environment(folder: Path) -> None:
    (folder / ".env.production").write_text(ENV)
    services = desk()
    async with opened(services) as story:
        await at_summary(story)
        await story.see("the name prod means production")
        assert text_in(story, "environment") == "prod"
        await story.type("alice")
        await story.press("enter")
        await story.hear("Added prod/alice.")

        assert services.profiles.profile_set.by_id["prod/alice"].protected


async def test_several_users_become_several_profiles(folder: Path) -> None:
    (folder / ".env").write_text(ENV)
    services = desk()
    async with opened(services) as story:
        await at_summary(story)
        await story.type("alice, bob")
        await story.see("Write these profiles?")
        await story.press("enter")
        await story.hear("Added 2 profiles.")

        assert list(services.profiles.profile_set.by_id) == ["dev/alice", "dev/bob"]


async def test_what_is_not_taken_of_the_file_is_said(folder: Path) -> None:
    (folder / ".env").write_text(f"{ENV}COGNITO_PASSWORD=canary-hunter2\n")
    async with opened(desk()) as story:
        await at_summary(story)

        await story.see("COGNITO_PASSWORD: p stores secrets afterwards")
        assert "canary" not in story.text


async def test_a_user_of_the_file_is_taken_over(folder: Path) -> None:
    (folder / ".env").write_text(f"{ENV}COGNITO_USERNAME=alice\n")
    services = desk()
    async with opened(services) as story:
        await at_summary(story)
        assert (text_in(story, "username"), text_in(story, "name")) == ("alice", "alice")
        await story.press("enter")

        await story.hear("Added dev/alice.")


async def test_without_a_user_it_says_so_and_keeps_what_was_typed(folder: Path) -> None:
    (folder / ".env").write_text(ENV)
    services = desk()
    async with opened(services) as story:
        await at_summary(story)
        field(story, "environment").value = "qa"
        await story.press("enter")

        await story.see("USER_SRP_AUTH needs a user. Type a username.")
        assert text_in(story, "environment") == "qa"
        assert services.profiles.profile_set.profiles == ()


async def test_one_of_several_pools_and_clients_is_chosen(folder: Path) -> None:
    other = CLIENT_ID[::-1]
    told = outputs(a_pool_id=POOL_ID, b_pool_id="eu-west-1_Other", web_client_id=CLIENT_ID, app_client_id=other)
    (folder / "outputs.json").write_text(told)
    services = desk()
    async with opened(services) as story:
        await at_summary(story)
        await story.pilot.click("Select#pool")
        await story.press("down", "enter")
        await story.pilot.click("Select#client")
        await story.press("down", "enter")
        field(story, "username").focus()
        await story.type("alice")
        await story.press("enter")
        await story.hear("Added dev/alice.")

        fields = services.profiles.profile_set.by_id["dev/alice"].fields
        assert (fields.user_pool_id, fields.client_id) == ("eu-west-1_Other", other)


TWO_STACKS = {
    "AuthStack-dev": {"UserPoolId": POOL_ID, "UserPoolClientId": CLIENT_ID, "ClientSecret": CLIENT_SECRET},
    "AuthStack-prod": {"UserPoolId": "us-east-1_Prod00001", "UserPoolClientId": CLIENT_ID[::-1]},
}


async def test_choosing_the_pool_narrows_the_client_and_proposes_its_environment(folder: Path) -> None:
    (folder / "cdk-outputs.json").write_text(json.dumps(TWO_STACKS))
    services = desk()
    async with opened(services) as story:
        await at_summary(story)
        await story.see("goes into the keyring")
        assert text_in(story, "environment") == "dev"
        await story.pilot.click("Select#pool")
        await story.press("down", "enter")
        await story.until(lambda: text_in(story, "environment") == "prod")
        await story.see("none in the file")
        await story.see("means production")
        field(story, "username").focus()
        await story.type("alice")
        await story.press("enter")
        await story.hear("Added prod/alice.")

        profile = services.profiles.profile_set.by_id["prod/alice"]
        assert (profile.user_pool_id, profile.client_id) == ("us-east-1_Prod00001", CLIENT_ID[::-1])
        assert profile.protected
        assert services.vault.entries == {}


async def test_the_pool_and_the_client_of_another_stack_are_there_again_after_esc(folder: Path) -> None:
    (folder / "cdk-outputs.json").write_text(json.dumps(TWO_STACKS))
    async with opened(desk()) as story:
        await at_summary(story)
        await story.pilot.click("Select#pool")
        await story.press("down", "enter")
        await story.until(lambda: text_in(story, "environment") == "prod")
        field(story, "username").focus()
        await story.type("alice")
        await story.press("escape")
        await story.until(lambda: isinstance(story.app.screen, ImportFileScreen))
        await story.press("enter")
        await story.until(lambda: isinstance(story.app.screen, FileSummary))

        await story.until(lambda: text_in(story, "environment") == "prod")
        assert text_in(story, "username") == "alice"
        await story.see(CLIENT_ID[::-1])


async def test_what_was_skipped_and_what_is_still_empty_is_said(folder: Path) -> None:
    (folder / ".envrc").write_text(f"source_up\n{ENV}COGNITO_DOMAIN=\n")
    async with opened(desk()) as story:
        await at_summary(story)

        await story.see("Line 1 was skipped")
        await story.see("COGNITO_DOMAIN is empty.")


async def test_production_inside_of_a_file_is_proposed_and_protected(folder: Path) -> None:
    (folder / "outputs.json").write_text(json.dumps({"AuthStack-prod": TWO_STACKS["AuthStack-dev"]}))
    async with opened(desk()) as story:
        await at_summary(story)

        assert text_in(story, "environment") == "prod"
        assert story.app.screen.query_one(Checkbox).value


async def test_production_inside_of_a_file_protects_an_environment_of_another_name(folder: Path) -> None:
    (folder / "outputs.json").write_text(json.dumps({"AuthStack-prod": TWO_STACKS["AuthStack-dev"]}))
    async with opened(desk()) as story:
        await at_summary(story)
        field(story, "environment").value = "shop"

        await story.see("Ticked because the file mentions production.")
        assert story.app.screen.query_one(Checkbox).value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("application.yml", f"cognito:\n  pool: {POOL_ID}\n  client-id: {CLIENT_ID}\n"),
        ("config.js", f"export default {{ userPoolId: '{POOL_ID}', clientId: '{CLIENT_ID}' }}\n"),
        ("appsettings.json", f'{{"Cognito": {{"UserPoolId": "{POOL_ID}", /* web */ "ClientId": "{CLIENT_ID}",}}}}'),
    ],
)
async def test_a_file_of_any_format_is_offered_and_read(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    async with opened(desk()) as story:
        await at_summary(story)

        await story.see(CLIENT_ID)
        await story.see(name)


async def test_a_file_without_a_client_asks_for_its_id(folder: Path) -> None:
    (folder / ".env").write_text(f"USER_POOL_ID={POOL_ID}\n")
    services = desk()
    async with opened(services) as story:
        await at_summary(story)
        assert story.app.focused is field(story, "client")
        await story.press("enter")
        await story.see("Enter an app client. Type its id.")
        await story.type(CLIENT_ID)
        field(story, "username").value = "alice"
        await story.press("enter")

        await story.hear("Added dev/alice.")


async def test_a_program_needs_no_user(folder: Path) -> None:
    domain = "https://shop.auth.eu-west-1.amazoncognito.com"
    (folder / ".env").write_text(f"{ENV}COGNITO_DOMAIN={domain}\nCOGNITO_SCOPES=orders/read\n")
    services = desk()
    async with opened(services) as story:
        await at_summary(story)
        await story.see("client_credentials")
        field(story, "name").value = "orders"
        await story.press("enter")
        await story.hear("Added dev/orders.")

        assert services.profiles.profile_set.by_id["dev/orders"].flow is Flow.CLIENT_CREDENTIALS


@pytest.mark.parametrize("typed", ["'{}'", "file://{}", "{}"])
async def test_a_path_is_pasted(folder: Path, tmp_path: Path, typed: str) -> None:
    path = tmp_path / "elsewhere.json"
    path.write_text(json.dumps(AMPLIFY))
    async with opened(desk()) as story:
        await story.press("O")
        await story.see("type a path")
        await story.type(typed.format(path))
        await story.press("enter")

        await story.see("elsewhere.json (Amplify)")


async def test_letters_narrow_the_list(folder: Path) -> None:
    (folder / ".env").write_text(ENV)
    (folder / "amplify_outputs.json").write_text(json.dumps(AMPLIFY))
    async with opened(desk()) as story:
        await story.press("O")
        await story.see("2 files here")
        await story.type("env")
        await story.see("1 of 2 files here")
        await story.press("enter")

        await story.see(".env (.env)")


async def test_a_path_that_is_not_there_is_reported_and_stays(folder: Path) -> None:
    async with opened(desk()) as story:
        await story.press("O")
        await story.see("type a path")
        await story.type("./nowhere.json")
        await story.press("enter")

        await story.see("./nowhere.json cannot be read: No such file or directory.")
        assert text_in(story, "letters") == "./nowhere.json"


async def test_the_hint_below_says_that_enter_reads_the_path_that_is_typed(folder: Path) -> None:
    async with opened(desk()) as story:
        await story.press("O")
        await story.see("No file with a user pool here or in the folders above: type a path.")
        await story.type("../other/.env")

        await story.see("Press enter to read this file.")
        assert "No such file" not in story.text


async def test_the_hint_is_not_shown_beside_an_error_and_comes_back_with_the_next_letter(folder: Path) -> None:
    (folder / "wrong.json").write_text("{'auth'")
    async with opened(desk()) as story:
        await story.press("O")
        await story.see("type a path")
        await story.type("./wrong.json")
        await story.press("enter")
        await story.see("./wrong.json:1: is not JSON")
        assert "No such file" not in story.text
        assert "Press enter" not in story.text
        await story.type("5")

        await story.see("Press enter to read this file.")
        assert "not JSON" not in story.text


async def test_a_state_of_terraform_is_not_offered_and_is_read_by_its_path(folder: Path) -> None:
    state = {"terraform_version": "1.9.0", "outputs": json.loads(outputs(pool_id=POOL_ID, client_id=CLIENT_ID))}
    (folder / "terraform.tfstate").write_text(json.dumps(state))
    async with opened(desk()) as story:
        await story.press("O")
        await story.see("type a path")
        assert "tfstate" not in story.text
        await story.type("terraform.tfstate")
        await story.press("enter")

        await story.see("terraform.tfstate (Terraform)")
        await story.see(CLIENT_ID)


async def test_a_file_that_cannot_be_read_is_reported_with_its_line(folder: Path) -> None:
    (folder / "amplify_outputs.json").write_text("{\n  'auth'\n")
    async with opened(desk()) as story:
        await story.press("O")
        await story.see("choose it to see why")
        await story.press("enter")

        await story.see("amplify_outputs.json:2: is not JSON")
        (folder / "amplify_outputs.json").write_text(json.dumps(AMPLIFY))
        await story.press("f5")
        await story.see(f"Amplify  {POOL_ID}")


async def test_esc_keeps_what_was_typed_in_the_summary_and_the_path(folder: Path) -> None:
    (folder / "amplify_outputs.json").write_text(json.dumps(AMPLIFY))
    async with opened(desk()) as story:
        await at_summary(story)
        await story.type("alice")
        field(story, "environment").value = "qa"
        await story.pilot.click(Checkbox)
        await story.press("escape")
        await story.until(lambda: isinstance(story.app.screen, ImportFileScreen))
        await story.press("a")
        await story.press("escape")
        await story.until(lambda: story.app.screen is story.main)

        await at_summary(story)
        assert (text_in(story, "username"), text_in(story, "environment"), text_in(story, "name")) == (
            "alice",
            "qa",
            "alice",
        )
        assert story.app.screen.query_one(Checkbox).value
        await story.press("escape")
        assert text_in(story, "letters") == "a"


async def test_it_goes_from_aws_to_a_file_and_back(folder: Path) -> None:
    async with opened(desk()) as story:
        await story.press("I")
        await story.see("search for a region")
        await story.press("f4")
        await story.see("type or paste a path")
        await story.press("f4")

        await story.see("search for a region")


async def test_everything_goes_by_mouse(folder: Path) -> None:
    (folder / ".env").write_text(f"{ENV}COGNITO_USERNAME=alice\n")
    services = desk()
    async with opened(services) as story:
        await click(story, "Import from AWS")
        await story.see("search for a region")
        await click(story, "From a file (")
        await story.see("1 file here")
        await click(story, " .env ")
        await click(story, "Choose (")
        await story.see("Write this profile?")
        await story.until(lambda: text_in(story, "environment") == "dev")
        await click(story, "Ask before")
        await click(story, "Write (")
        await story.hear("Added dev/alice.")

        assert services.profiles.profile_set.by_id["dev/alice"].protected


async def test_a_name_that_is_taken_is_reported(folder: Path) -> None:
    (folder / ".env").write_text(f"{ENV}COGNITO_USERNAME=alice\n")
    services: FakeServices = desk(make_profile("dev/alice", username="somebody"))
    async with opened(services) as story:
        await at_summary(story)
        await story.press("enter")

        await story.see("A profile dev/alice exists already")


async def test_if_the_folder_is_gone_a_path_can_be_typed(folder: Path) -> None:
    def gone() -> Path:
        raise FileNotFoundError

    async with opened(desk()) as story:
        story.app.push_screen(ImportFileScreen(story.main.services, gone))

        await story.see("type a path")


async def test_its_key_can_be_changed(folder: Path) -> None:
    async with opened(desk(settings=FakeSettings(keymap={"import_file": "f9"}))) as story:
        await story.press("f9")

        await story.see("type or paste a path")


@pytest.mark.parametrize("path", ["/" + "a" * 300, "~nobody-of-that-name/x", "file:///a%00b"], ids=range(3))
async def test_a_path_that_cannot_be_is_reported_and_may_be_fixed(folder: Path, path: str) -> None:
    async with opened(desk()) as story:
        await story.press("O")
        await story.see("No file with a user pool here")
        field(story, "letters").value = path
        await story.press("enter")

        await story.see("the path.")
        assert text_in(story, "letters") == path


async def test_an_invalid_path_is_reported_even_if_files_are_listed(folder: Path) -> None:
    (folder / ".env").write_text(ENV)
    async with opened(desk()) as story:
        await story.press("O")
        await story.see("here and in the folders above")
        field(story, "letters").value = "/" + "a" * 300
        await story.press("enter")

        await story.see("the path.")


async def test_a_profile_of_the_browser_is_named_after_it_and_numbered_if_needed(folder: Path) -> None:
    oauth = {"domain": "shop.auth.eu-west-1.amazoncognito.com", "response_type": "code", "scopes": ["openid"]}
    (folder / "amplify_outputs.json").write_text(json.dumps({"auth": {**AMPLIFY["auth"], "oauth": oauth}}))
    services = desk(make_profile("dev/browser", client_id="other"))
    async with opened(services) as story:
        await at_summary(story)
        await story.until(lambda: text_in(story, "name") == "browser-2")

        field(story, "environment").value = "shop"
        await story.until(lambda: text_in(story, "name") == "browser")
        field(story, "name").value = "mine"
        field(story, "environment").value = "dev"
        await story.pilot.pause()
        assert text_in(story, "name") == "mine"


async def test_the_welcome_screen_and_the_help_do_not_name_a_few_formats_only(folder: Path) -> None:
    async with opened(desk()) as story:
        await story.see("Any format, such as .env.")

    (action,) = (action for action in ACTIONS if action.id == "import_file")
    assert action.help == "Import profiles from JSON, .env, YAML, TOML, INI or a script."
