"""`python -m cognitui`, and what the console script runs."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress

_INTERRUPTED = 130
"""128 + SIGINT, as shells have it."""


def main() -> None:
    """Runs the command line with the real parts, and ends the process."""
    # Nothing that a start makes is garbage: looking for some costs 30 ms of the way to the first paint. The screen
    # turns the collector on again once it is painted; a command ends before there is anything to collect.
    gc.disable()
    try:
        from cognitui.cli import cognitui
        from cognitui.services import wire

        cognitui(obj=wire)
    except SystemExit as end:
        leave(end.code if isinstance(end.code, int) else int(end.code is not None))
    except KeyboardInterrupt:
        # Before or after the command, which has words for it: a traceback has none.
        leave(_INTERRUPTED)


def leave(code: int) -> None:
    """Ends the process now: everything is closed, and a call that hangs in a thread is nobody's to wait for.

    Taking the interpreter down in order costs 100 to 200 ms after boto3 and Textual, and joins pools of threads.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
