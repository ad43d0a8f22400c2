"""Makes the pictures of `docs/` from the running demo, and `screens.md` from them: `python docs/pictures.py`."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path

from textual import events
from textual.pilot import Pilot

from cognitui.cli.commands.demo import environment, services_of
from cognitui.demo import prepare
from cognitui.services import Options, Services
from cognitui.tui.app import CognituiApp
from cognitui.tui.main_screen import MainScreen
from cognitui.wiring import wire

FOLDER = Path(__file__).parent
SCREENS = FOLDER / "screens"
README_SIZE = (112, 30)
SIZES = ((120, 36), (80, 24))
PATIENCE = 1000
"""Turns of 10 ms."""

_FONT_FACES = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""Textual's pictures load their font from another site; the reader's own monospace does as well."""


@dataclass(frozen=True)
class Shot:
    """One screen of the page: how a person gets there from the list, and what is seen then."""

    name: str
    words: str
    keys: str
    """As they are pressed, and told to the reader; `+words` waits for the words, `"text` is typed."""
    see: str
    desk: str = "demo"
    """On which profiles: the demo's, or one of `_FILES`."""


_FAULTY = """\
version = 1
[environments.dev]
color = "green"
user_pool_id = "eu-west-1_AbCdEf123"
client_id = "1h57kf5cpq17m0eml12example"
[environments.dev.profiles.alice]
username = "alice@example.com"
[environments.dev.profiles.bob]
usernmae = "bob@example.com"
"""
_RIGHT = _FAULTY.replace("usernmae", "username")
_AMPLIFY = """\
{"version": "1.1", "auth": {"aws_region": "eu-west-1", "user_pool_id": "eu-west-1_AbCdEf123",
 "user_pool_client_id": "1h57kf5cpq17m0eml12example"}}
"""
_FILES: dict[str, dict[str, str]] = {
    "nothing yet": {"amplify_outputs.json": _AMPLIFY},
    "a fault": {"profiles.toml": _FAULTY},
    "an idle lock": {"profiles.toml": _RIGHT, "cognitui/config.toml": 'idle_lock = "1s"\n'},
}
"""What stands in the folder where the program is opened, by the name of the desk."""

SHOTS = (
    Shot("welcome", "The first start.", "", "Welcome", "nothing yet"),
    Shot("token", "A profile and its token, verified.", "enter +unverified v", "✓ verified"),
    Shot("overview", "All environments at once.", "0", "All environments"),
    Shot("filter", "Letters in order find it, wherever they stand.", 'slash "al', " match"),
    Shot("raw", "The raw token, in its three parts.", "enter +unverified o", "eyJ"),
    Shot("copy-as", "The token in whatever form it is wanted.", "enter +unverified C", "curl"),
    Shot("compare", "Two tokens side by side: access and id here.", "enter +unverified m t equals_sign", "Compare"),
    Shot("inspect", "A token from anywhere.", "i", "Inspect a token"),
    Shot("jump", "A letter on all that is in view.", "ctrl+o", "alice"),
    Shot("new-profile", "A new profile; what the environment gives is shown.", "n", "New profile"),
    Shot("secrets", "Passwords and secrets, stored in the keyring.", "p", "Passwords and secrets"),
    Shot("delete", "A question before what is not undone.", "d", "Delete a profile"),
    Shot("sign-out", "How far a sign-out goes, and what still works.", "enter +unverified x", "Sign out"),
    Shot("protected", "A protected environment asks first.", "3 +◆ enter", "is protected"),
    Shot(
        "new-password", "A temporary password: its rules are ticked as they are met.", 'j j enter +again "Str0ng', "✓"
    ),
    Shot("browser", "A sign-in in the browser.", 'slash "heidi enter enter', "Copy the address"),
    Shot("code", "A code by e-mail, and its way back.", '4 +email-code slash "email-code enter enter', "Sent to"),
    Shot(
        "set-up",
        "An authenticator app is set up.",
        '4 +email-code slash "authenticator enter enter',
        "Set up a second factor",
    ),
    Shot("settings", "Settings.", "comma", "Settings"),
    Shot("doctor", "What is wrong, and how to mend it.", "H +alice", "fine"),
    Shot("import", "Import from an AWS account.", "I", "Import from AWS"),
    Shot("import-file", "Import from a file of Amplify or Terraform.", "O", "amplify_outputs.json", "nothing yet"),
    Shot("import-found", "What was found, before it is written.", "O +amplify enter", "Write", "nothing yet"),
    Shot("faults", "A fault of the profile file, with the way to mend it.", "exclamation_mark", "usernmae", "a fault"),
    Shot("locked", "Locked after some time without input.", "", "Locked after", "an idle lock"),
    Shot("palette", "Every action by its words.", "ctrl+p", "What do you want to do?"),
    Shot("help", "Every key.", "question_mark", "Keys"),
    # Last: the tab is remembered.
    Shot("user", "What Cognito tells of the user.", "enter +unverified t t t enter", "told by"),
)


def _shown(app: CognituiApp) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(part.text for part in strip) for strip in strips)


async def _see(app: CognituiApp, pilot: Pilot[int], words: str) -> None:
    for _ in range(PATIENCE):
        if words in _shown(app):
            await pilot.pause()
            return
        await pilot.pause(0.01)
    raise SystemExit(f"{words!r} never came:\n{_shown(app)}")


def _save(app: CognituiApp, file: Path) -> None:
    picture = _FONT_FACES.sub("", app.export_screenshot(title="cognitui"))
    file.write_text(picture, encoding="utf-8")


async def _do(app: CognituiApp, pilot: Pilot[int], keys: str) -> None:
    for key in keys.split():
        if key.startswith("+"):
            await _see(app, pilot, key[1:])
        elif key.startswith('"'):
            assert app.focused is not None
            app.focused.post_message(events.Paste(key[1:]))
            await pilot.pause()
        else:
            await pilot.press(key)


async def _go_back(app: CognituiApp, pilot: Pilot[int]) -> None:
    """Back to the list of the first environment, without a filter."""
    while not isinstance(app.screen, MainScreen):
        await pilot.press("escape")
        await pilot.pause(0.05)
    await pilot.press("escape", "escape", "1", "g")
    app.clear_notifications()


async def _tour(size: tuple[int, int]) -> None:
    with prepare(lambda words: None) as demo:
        for shot in SHOTS:
            if shot.desk == "demo":
                await _take(shot, services_of(demo, wire), size)
            else:
                with _folder_with(_FILES[shot.desk]) as folder:
                    options = Options(profiles=folder / "profiles.toml", state=folder / "state", vault="memory")
                    await _take(shot, wire(options), size)


async def _take(shot: Shot, services: Services, size: tuple[int, int]) -> None:
    app = CognituiApp(services)
    async with app.run_test(size=size) as pilot:
        if shot.desk == "demo":
            await _see(app, pilot, "dev")
            await _go_back(app, pilot)
        await _do(app, pilot, shot.keys)
        await _see(app, pilot, shot.see)
        await pilot.pause(0.2)
        app.clear_notifications()
        await pilot.pause()
        _save(app, SCREENS / f"{shot.name}-{size[0]}x{size[1]}.svg")


@contextmanager
def _folder_with(files: Mapping[str, str]) -> Iterator[Path]:
    """A folder with these files, where the program is opened."""
    with tempfile.TemporaryDirectory(prefix="cognitui-") as name, chdir(name), environment({"XDG_CONFIG_HOME": name}):
        for file, text in files.items():
            Path(file).parent.mkdir(exist_ok=True)
            Path(file).write_text(text, encoding="utf-8")
        yield Path(name)


async def _of_the_readme() -> None:
    """A session like that of a new user, with a picture here and there."""
    with prepare(lambda words: None) as demo:
        app = CognituiApp(services_of(demo, wire))
        async with app.run_test(size=README_SIZE) as pilot:
            await _see(app, pilot, "alice")
            await _get(app, pilot, "j", "4:5")
            await _get(app, pilot, "G", "unverified")
            await _get(app, pilot, "g", "unverified")
            await pilot.press("v")
            await _see(app, pilot, "✓ verified")
            app.clear_notifications()
            await pilot.pause()
            _save(app, FOLDER / "main.svg")
            await pilot.press("j", "j", "enter")
            await _see(app, pilot, "The same again")
            app.clear_notifications()
            await pilot.pause()
            _save(app, FOLDER / "new-password.svg")


async def _get(app: CognituiApp, pilot: Pilot[int], move: str, words: str) -> None:
    await pilot.press(move, "enter")
    await pilot.pause(0.3)
    await _see(app, pilot, words)


_NAMES = {
    "slash": "/",
    "equals_sign": "=",
    "exclamation_mark": "!",
    "comma": ",",
    "question_mark": "?",
    "ctrl+o": "^o",
    "ctrl+p": "^p",
}


def _told(keys: str) -> str:
    """The keys in the words of the screen, without what is only waited for."""
    pressed = [key for key in keys.split() if not key.startswith("+")]
    return " ".join(f"`{_NAMES.get(key, key.lstrip(chr(34)))}`" for key in pressed)


def page() -> str:
    """Returns `screens.md`."""
    parts = ["# Every screen", "", "Made by `python docs/pictures.py` from `cognitui demo`, from the list on."]
    for shot in SHOTS:
        pictures = [f"![{shot.name}, {w} by {h}](screens/{shot.name}-{w}x{h}.svg)" for w, h in SIZES]
        keys = [f"Keys: {_told(shot.keys)}", ""] if shot.keys else []
        parts += ["", f"## {shot.words}", "", *keys, *pictures]
    return "\n".join(parts) + "\n"


async def main() -> None:
    """All of them."""
    SCREENS.mkdir(exist_ok=True)
    await _of_the_readme()
    for size in SIZES:
        await _tour(size)
    (FOLDER / "screens.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
