"""Entry point of `python -m cognitui` and of the console script."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress

_INTERRUPTED = 130
"""128 + SIGINT, as shells have it."""


def main() -> None:
    """Run the command line with the real services, and end the process."""
    # Start-up creates no garbage, and looking for some would delay the first paint by 30 ms. The TUI turns the
    # collector on again after it; a command exits before there is anything to collect.
    gc.disable()
    try:
        from cognitui.cli import cognitui
        from cognitui.services import wire

        cognitui(obj=wire)
    except SystemExit as end:
        leave(end.code if isinstance(end.code, int) else int(end.code is not None))
    except KeyboardInterrupt:
        # Outside the command, which would report it: better no message than a traceback.
        leave(_INTERRUPTED)


def leave(code: int) -> None:
    """End the process now: everything is closed, and nobody needs to wait for a call that hangs in a thread.

    A regular exit takes 100 to 200 ms after boto3 and Textual were loaded, and joins thread pools.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
