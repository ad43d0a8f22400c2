"""Opens the screen and gives the terminal back, whatever happens."""

from __future__ import annotations

import os
import sys

from cognitui.services import Services

_DIAGNOSTICS = ("TEXTUAL_LOG", "TEXTUAL", "TEXTUAL_DEVTOOLS_HOST", "TEXTUAL_DEBUG")


def run_tui(services: Services, environment: str = "") -> int:
    """Returns the exit code of the screen, or `TRY_DEMO` where a person chose the demo.

    Raises:
        Exception: A fault of ours ended it; the terminal works again, and the caller reports it.
    """
    # Textual reads these at its import; its log and its console would hold every key, and so passwords.
    for name in _DIAGNOSTICS:
        os.environ.pop(name, None)
    # Textual gathers changes for a frame; at its 60 a second a key would wait 16 ms before anything is drawn.
    os.environ.setdefault("TEXTUAL_FPS", "240")

    from cognitui.tui.profile_watcher import ProfileReader

    # Begun before Textual (150 ms) is imported, so that the list and the screen get ready side by side.
    reader = ProfileReader(services)
    reader.begin()

    from cognitui.tui.app import CognituiApp

    app = CognituiApp(services, environment=environment, reader=reader)
    code = app.run()
    app.clear_clipboard()
    app.keep_choices()
    if app.failure is not None:
        raise app.failure
    sys.stdout.flush()
    return code or 0
