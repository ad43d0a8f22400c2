"""Makes the pictures of the README from the running demo: `python docs/pictures.py`."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from textual.pilot import Pilot

from cognitui.cli.demo import services_of
from cognitui.demo import prepare
from cognitui.tui.app import CognituiApp
from cognitui.wiring import wire

FOLDER = Path(__file__).parent
SIZE = (112, 30)
PATIENCE = 500
"""Turns of 10 ms."""

_FONT_FACES = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""Textual's pictures load their font from another site; the reader's own monospace does as well."""


async def _see(app: CognituiApp, pilot: Pilot[int], words: str) -> None:
    for _ in range(PATIENCE):
        shown = "\n".join("".join(part.text for part in strip) for strip in app.screen._compositor.render_strips())
        if words in shown:
            await pilot.pause()
            return
        await pilot.pause(0.01)
    raise SystemExit(f"{words!r} never came")


def _save(app: CognituiApp, name: str) -> None:
    picture = _FONT_FACES.sub("", app.export_screenshot(title="cognitui"))
    (FOLDER / f"{name}.svg").write_text(picture, encoding="utf-8")


async def main() -> None:
    """A session like that of a new user, with a picture here and there."""
    with prepare(lambda words: None) as demo:
        app = CognituiApp(services_of(demo, wire))
        async with app.run_test(size=SIZE) as pilot:
            await _see(app, pilot, "alice")
            await _get(app, pilot, "j", "4:5")
            await _get(app, pilot, "G", "unverified")
            await _get(app, pilot, "g", "unverified")
            await pilot.press("v")
            await _see(app, pilot, "✓ verified")
            app.clear_notifications()
            await pilot.pause()
            _save(app, "main")
            await pilot.press("j", "j", "enter")
            await _see(app, pilot, "The same again")
            app.clear_notifications()
            await pilot.pause()
            _save(app, "new-password")


async def _get(app: CognituiApp, pilot: Pilot[int], move: str, words: str) -> None:
    await pilot.press(move, "enter")
    await pilot.pause(0.3)
    await _see(app, pilot, words)


if __name__ == "__main__":
    asyncio.run(main())
