"""Free ports of this machine."""

from __future__ import annotations

import socket


def free_port() -> int:
    """Return a loopback port that is free now; another program may take it before the server does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
