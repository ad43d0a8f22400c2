"""Runs the emulator for as long as whoever started it holds the other end of standard input.

The system closes that pipe when the starter ends, also by SIGKILL, and Windows does so, too. The emulator runs in this
very process: there is no child that could outlive its guard.

    python -m cognitui.demo.guard FOLDER

FOLDER holds the emulator's files and the demo's; it is removed when the starter is gone.
"""

from __future__ import annotations

import contextlib
import os
import runpy
import shutil
import sys
import threading


def main(folder: str) -> None:
    """Serves until standard input ends."""
    threading.Thread(target=end_with_input, args=(sys.stdin.fileno(), folder), daemon=True).start()
    # The emulator reads its own command line, and must find nothing there.
    sys.argv = ["ministack"]
    runpy.run_module("ministack", run_name="__main__", alter_sys=True)


def end_with_input(descriptor: int, folder: str) -> None:
    """Waits for the end of standard input, removes the folder, and ends this process."""
    # Not sys.stdin.read(): a thread that waits inside of it holds a lock that Python's own exit wants.
    # Windows may report the end of a broken pipe as an error.
    with contextlib.suppress(OSError):
        while os.read(descriptor, 1024):
            pass
    shutil.rmtree(folder, ignore_errors=True)
    # Not sys.exit(): that would end this thread alone, and the emulator waits for open connections.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
