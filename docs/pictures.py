"""Pictures of `docs/`, taken from the running demo, and `screens.md`: `python docs/pictures.py` writes them."""

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
from cognitui.services import Options, Services, wire
from cognitui.tui.app import CognituiApp
from cognitui.tui.main_screen import MainScreen

FOLDER = Path(__file__).parent
SCREENS = FOLDER / "screens"
README_SIZE = (112, 30)
SIZES = ((120, 36), (80, 24))
PATIENCE = 1000
"""Turns of 10 ms."""

_FONT_FACES = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""Textual's pictures load their font from another site; the reader's own monospace font is enough."""


@dataclass(frozen=True)
class Shot:
    """One screen of the page: how to get there from the list, and what is shown then."""

    name: str
    words: str
    keys: str
    """As they are pressed, and shown to the reader; `+words` waits for the words, `"text` is typed."""
    see: str
    profiles: str = "demo"
    """Which profiles: the demo's, or one of `_FILES`."""


_INVALID = """\
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
_VALID = _INVALID.replace("usernmae", "username")
_AMPLIFY = """\
{"version": "1.1", "auth": {"aws_region": "eu-west-1", "user_pool_id": "eu-west-1_AbCdEf123",
 "user_pool_client_id": "1h57kf5cpq17m0eml12example"}}
"""
_FILES: dict[str, dict[str, str]] = {
    "nothing yet": {"amplify_outputs.json": _AMPLIFY},
    "an error": {"profiles.toml": _INVALID},
    "an idle lock": {"profiles.toml": _VALID, "cognitui/config.toml": 'idle_lock = "1s"\n'},
}
"""The files in the folder where the TUI is opened, by the name in `Shot.profiles`."""

SHOTS = (
    Shot("welcome", "First start", "", "Welcome", "nothing yet"),
    Shot("token", "Verified token", "enter +unverified v", "✓ verified"),
    Shot("overview", "All environments", "0", "All environments"),
    Shot("filter", "Fuzzy filter", 'slash "al', " match"),
    Shot("raw", "Raw token", "enter +unverified o", "eyJ"),
    Shot("copy-as", "Copy as", "enter +unverified C", "curl"),
    Shot("compare", "Compare tokens", "enter +unverified m t equals_sign", "Compare"),
    Shot("inspect", "Inspect a token", "i", "Inspect a token"),
    Shot("jump", "Jump mode", "ctrl+o", "alice"),
    Shot("new-profile", "New profile", "n", "New profile"),
    Shot("secrets", "Passwords and secrets", "p", "Passwords and secrets"),
    Shot("delete", "Delete a profile", "d", "Delete a profile"),
    Shot("sign-out", "Sign out", "enter +unverified x", "Sign out"),
    Shot(
        "sessions",
        "Sessions of a user",
        '4 +playground/ slash "sessions enter enter +unverified x +signed f5',
        "phone app",
    ),
    Shot(
        "exchange",
        "Token exchange",
        '4 +playground/ slash "for-alice enter enter +unverified plus',
        "subject  playground/shopper",
    ),
    Shot(
        "step-up",
        "Step-up",
        '4 +playground/ slash "step-up enter enter +steps u',
        "The token has level",
    ),
    Shot("protected", "Protected environment", "3 +◆ enter", "is protected"),
    Shot("new-password", "New password", 'j j enter +Repeat "Str0ng', "✓"),
    Shot("browser", "Browser sign-in", 'slash "heidi enter enter', "Copy the address"),
    Shot("code", "Code by e-mail", '4 +playground/ slash "email-code enter enter', "Sent to"),
    Shot(
        "set-up",
        "Authenticator app setup",
        '4 +playground/ slash "authenticator enter enter',
        "Set up a second factor",
    ),
    Shot("settings", "Settings", "comma", "Settings"),
    Shot("doctor", "Doctor", "H +alice", "fine"),
    Shot("import", "Import from AWS", "I", "Import from AWS"),
    Shot("import-file", "Import from a file", "O", "amplify_outputs.json", "nothing yet"),
    Shot("import-found", "Import review", "O +amplify enter", "Write", "nothing yet"),
    Shot("errors", "Errors of the profile file", "exclamation_mark", "usernmae", "an error"),
    Shot("locked", "Idle lock", "", "Locked after", "an idle lock"),
    Shot("palette", "Command palette", "ctrl+p", "What do you want to do?"),
    Shot("help", "Help", "question_mark", "Keys"),
    # Last, because the tab is remembered.
    Shot("user", "User attributes", "enter +unverified t t t enter", "from GetUser"),
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
    """Go back to the list of the first environment, without a filter."""
    while not isinstance(app.screen, MainScreen):
        await pilot.press("escape")
        await pilot.pause(0.05)
    await pilot.press("escape", "escape", "1", "g")
    app.clear_notifications()


async def _tour(size: tuple[int, int]) -> None:
    with prepare(lambda words: None) as demo:
        for shot in SHOTS:
            if shot.profiles == "demo":
                with environment(demo.environ):
                    await _take(shot, services_of(demo, wire), size)
            else:
                with _folder_with(_FILES[shot.profiles]) as folder:
                    options = Options(profiles=folder / "profiles.toml", state=folder / "state", vault="memory")
                    await _take(shot, wire(options), size)


async def _take(shot: Shot, services: Services, size: tuple[int, int]) -> None:
    app = CognituiApp(services)
    async with app.run_test(size=size) as pilot:
        if shot.profiles == "demo":
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
    """Yield a folder with these files, as the current one."""
    with tempfile.TemporaryDirectory(prefix="cognitui-") as name, chdir(name), environment({"XDG_CONFIG_HOME": name}):
        for file, text in files.items():
            Path(file).parent.mkdir(exist_ok=True)
            Path(file).write_text(text, encoding="utf-8")
        yield Path(name)


async def _of_the_readme() -> None:
    """Save the pictures of the README, from a session like a new user's."""
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
            await _see(app, pilot, "Repeat new password")
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
    "plus": "+",
    "question_mark": "?",
    "ctrl+o": "^o",
    "ctrl+p": "^p",
}


def _shown_keys(keys: str) -> str:
    """Return the keys as the TUI names them, without what is only waited for."""
    pressed = [key for key in keys.split() if not key.startswith("+")]
    return " ".join(f"`{_NAMES.get(key, key.lstrip(chr(34)))}`" for key in pressed)


def page() -> str:
    """Return `screens.md`."""
    parts = ["# Screens", "", "Made from `cognitui demo` by `python docs/pictures.py`. The keys start at the list."]
    for shot in SHOTS:
        pictures = [f"![{shot.name}, {w} by {h}](screens/{shot.name}-{w}x{h}.svg)" for w, h in SIZES]
        keys = [f"Keys: {_shown_keys(shot.keys)}", ""] if shot.keys else []
        parts += ["", f"## {shot.words}", "", *keys, *pictures]
    return "\n".join(parts) + "\n"


async def main() -> None:
    """Save all pictures, and the page."""
    SCREENS.mkdir(exist_ok=True)
    await _of_the_readme()
    for size in SIZES:
        await _tour(size)
    (FOLDER / "screens.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
