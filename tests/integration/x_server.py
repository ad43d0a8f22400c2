"""An X server without a screen."""

from __future__ import annotations

import os
import subprocess


def started_x_server(screen: str = "64x64x24") -> tuple[subprocess.Popen[bytes], str]:
    """Return an Xvfb that runs, and its `DISPLAY`: a number that nobody else has."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", screen, "-nolisten", "tcp"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with open(reading, "rb") as said:  # noqa: PTH123 (a descriptor has no path)
        number = said.readline().decode().strip()
    assert number, "Xvfb does not start"
    return server, f":{number}"
