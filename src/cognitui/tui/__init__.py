"""Text user interface: widgets that draw state, and controllers that change it. `run_tui` opens it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cognitui.services import Services

_TEXTUAL_DIAGNOSTICS = ("TEXTUAL_LOG", "TEXTUAL", "TEXTUAL_DEVTOOLS_HOST", "TEXTUAL_DEBUG")


def run_tui(services: Services, environment: str = "") -> int:
    """Return the TUI's exit code, or `TRY_DEMO` if the user chose the demo.

    Nothing imports Textual before this is called.

    Raises:
        Exception: An internal error; the terminal is restored, and the caller reports it.
    """
    set_up_textual()

    from cognitui.tui.background import ProfileReader

    # Started before Textual (150 ms) is imported, so that the list and the screen load in parallel.
    reader = ProfileReader(services)
    reader.begin()

    from cognitui.tui.app import CognituiApp

    app = CognituiApp(services, environment=environment, reader=reader)
    code = app.run()
    app.clear_clipboard()
    app.save_preferences()
    if app.failure is not None:
        raise app.failure
    sys.stdout.flush()
    return code or 0


def load() -> None:
    """Import Textual and the TUI, which takes 150 ms, while something else starts."""
    set_up_textual()
    import cognitui.tui.app  # noqa: F401


def set_up_textual() -> None:
    """Set the variables that Textual reads when it is imported."""
    # Its log and console would hold every key, and so passwords.
    for name in _TEXTUAL_DIAGNOSTICS:
        os.environ.pop(name, None)
    # Textual collects changes for a frame; at its 60 frames a second, a key would wait up to 16 ms.
    os.environ.setdefault("TEXTUAL_FPS", "240")
