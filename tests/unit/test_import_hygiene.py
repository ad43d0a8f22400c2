"""Nothing heavy is loaded before it is needed: the first paint and the light commands do without."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.fakes import make_jwt

HEAVY = ("boto3", "botocore", "keyring", "jwt", "cryptography", "urllib3", "oauthlib")

SCREEN = f"""
import asyncio, sys
from cognitui.services import Options
from cognitui.services import wire
from cognitui.tui.app import CognituiApp

async def paint():
    services = wire(Options(vault="keyring"))
    services.warm_up = lambda profile: None
    app = CognituiApp(services)
    async with app.run_test() as pilot:
        await pilot.pause()
        while app.screen.book is None:
            await pilot.pause(0.01)
        await pilot.pause()
    print([name for name in {HEAVY} if name in sys.modules])

asyncio.run(paint())
"""

PROFILES = """
version = 1
[environments.dev]
user_pool_id = "eu-west-1_AbCdEf123"
client_id = "c1h57"
[environments.dev.profiles.alice]
username = "alice"
"""


@pytest.mark.parametrize("profiles", ["", PROFILES], ids=["first start", "one profile"])
def test_the_first_paint_loads_nothing_heavy(tmp_path: Path, profiles: str) -> None:
    folders = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    if profiles:
        path = tmp_path / "cognitui" / "profiles.toml"
        path.parent.mkdir()
        path.write_text(profiles)
        path.chmod(0o600)

    ran = subprocess.run([sys.executable, "-c", SCREEN], env={**os.environ, **folders}, capture_output=True, text=True)

    assert ran.stdout.splitlines()[-1:] == ["[]"], ran.stdout + ran.stderr


OPENING = """
import os, sys
from types import ModuleType
from cognitui.services import Options, wire
from cognitui.tui import run_tui

class App:
    failure = None

    def __init__(self, services, *, environment, reader):
        reader.wait()
        print("textual" in sys.modules, os.environ.get("TEXTUAL_LOG"), os.environ["TEXTUAL_FPS"])

    def run(self):
        return 0

    def clear_clipboard(self):
        pass

    def save_preferences(self):
        pass

app = ModuleType("cognitui.tui.app")
app.CognituiApp = App
sys.modules[app.__name__] = app
run_tui(wire(Options(vault="memory")))
"""


def test_the_profiles_are_read_before_textual_is_imported_and_its_log_is_off(tmp_path: Path) -> None:
    # Textual takes 150 ms to import, and its log would hold every key.
    folders = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    environ = {**os.environ, **folders, "TEXTUAL_LOG": str(tmp_path / "textual.log")}

    ran = subprocess.run([sys.executable, "-c", OPENING], env=environ, capture_output=True, text=True)

    assert ran.stdout == "False None 240\n", ran.stdout + ran.stderr


def test_the_app_loads_no_dialog_before_it_opens_one() -> None:
    code = "import sys, cognitui.tui.app; print(sorted(name for name in sys.modules if '.tui.dialogs.' in name))"

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout == "['cognitui.tui.dialogs.base']\n"


def test_the_broker_loads_no_library() -> None:
    libraries = (*HEAVY, "textual", "click")
    code = f"import sys, cognitui.tokens.broker; print([name for name in {libraries} if name in sys.modules])"

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout == "[]\n"


COMMAND = f"""
import sys
from cognitui.cli import cognitui
from cognitui.services import wire

try:
    cognitui(sys.argv[1:], obj=wire)
finally:
    print([name for name in {(*HEAVY, "textual")} if name in sys.modules], file=sys.stderr)
"""


LIST = """
import sys
from cognitui.cli import cognitui
from cognitui.services import wire

try:
    cognitui(["list"], obj=wire)
finally:
    rare = (
        *("click.shell_completion", "tempfile", "tomli_w"),
        *("cognitui.profiles.drafts", "cognitui.storage.atomic", "cognitui.vault.keyring_backend"),
    )
    print([name for name in rare if name in sys.modules], file=sys.stderr)
"""


def test_a_list_loads_nothing_that_only_an_edit_a_secret_or_a_completion_needs(tmp_path: Path) -> None:
    profiles = tmp_path / "profiles.toml"
    profiles.write_text(PROFILES)
    profiles.chmod(0o600)
    environ = {**os.environ, "COGNITUI_PROFILES": str(profiles), "XDG_STATE_HOME": str(tmp_path)}

    ran = subprocess.run([sys.executable, "-c", LIST], env=environ, capture_output=True, text=True)

    assert ran.stderr.splitlines() == ["[]"]


PROMPT = """
import sys
from cognitui.cli import cognitui
from cognitui.services import wire

try:
    cognitui(["status", "dev/alice"], obj=wire)
finally:
    heavy = ("cognitui.tokens.broker", "cognitui.cognito")
    print([name for name in sys.modules if name.startswith(heavy)], file=sys.stderr)
"""


def test_a_prompt_does_without_the_broker(tmp_path: Path) -> None:
    profiles = tmp_path / "profiles.toml"
    profiles.write_text(PROFILES)
    profiles.chmod(0o600)
    environ = {**os.environ, "COGNITUI_PROFILES": str(profiles), "XDG_STATE_HOME": str(tmp_path)}

    ran = subprocess.run([sys.executable, "-c", PROMPT], env=environ, capture_output=True, text=True)

    assert ran.stderr.splitlines() == ["[]"]


SIGN_IN = """
import sys, time
from cognitui.cognito.identity_pool_api import IdentityPoolApi
from cognitui.cognito.provider import UserPoolProvider
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.strict.server import StrictServer
from cognitui.model.challenge import GivenSecrets
from cognitui.model.profile import Environment, Profile, ProfileFields

with StrictServer() as server:
    pool = server.add_pool()
    client = server.add_client(pool)
    server.add_user(pool, "alice", "Passw0rd!")
    fields = ProfileFields(
        user_pool_id=pool.id, client_id=client.id, username="alice", endpoint_url=server.url,
        identity_pool_id=server.add_identity_pool(pool, client).id,
    )
    profile = Profile(environment=Environment(name="dev"), name="alice", own=fields)
    api = UserPoolApi(time.time)
    provider = UserPoolProvider(api, time.time)
    done = provider.start(profile, GivenSecrets("Passw0rd!"))
    again = provider.refresh(profile, done.tokens.refresh.value, None, "alice")
    user = provider.user(profile, again.access.value)
    IdentityPoolApi(api.transport).credentials(profile, again.id.value)
    provider.revoke(profile, done.tokens.refresh.value, None)
print(bool(user.claims["username"]), [name for name in ("boto3", "botocore", "oauthlib", "jwt") if name in sys.modules])
"""


def test_a_sign_in_by_srp_and_all_that_follows_load_neither_boto3_nor_botocore() -> None:
    ran = subprocess.run([sys.executable, "-c", SIGN_IN], capture_output=True, text=True)

    assert ran.stdout == "True []\n", ran.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--help"], "Manage Amazon Cognito"),
        (["list"], "alice"),
        (["list", "--json"], "dev/alice"),
        (["decode", make_jwt({"sub": "somebody"})], "somebody"),
        (["secret", "set", "--help"], "totp"),
        (["import", "aws", "--help"], "app client"),
        (["provision", "--help"], "permanent"),
        (["locate"], "profiles.toml"),
        (["status", "dev/alice"], "none"),
    ],
    ids=lambda value: " ".join(value)[:16] if isinstance(value, list) else None,
)
def test_a_light_command_loads_nothing_heavy(tmp_path: Path, arguments: list[str], says: str) -> None:
    profiles = tmp_path / "profiles.toml"
    profiles.write_text(PROFILES)
    profiles.chmod(0o600)
    environ = {**os.environ, "COGNITUI_PROFILES": str(profiles), "XDG_STATE_HOME": str(tmp_path)}

    ran = subprocess.run([sys.executable, "-c", COMMAND, *arguments], env=environ, capture_output=True, text=True)

    assert says in ran.stdout, ran.stderr
    assert ran.stderr.splitlines()[-1:] == ["[]"], ran.stderr
