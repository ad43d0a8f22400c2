"""Real servers for tests: a Secret Service of its own on a D-Bus of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_PROGRAMS = ("dbus-daemon", "dbus-send", "gnome-keyring-daemon", "secret-tool")

_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>{address}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
"""
"""No service folder: nothing but what a test starts comes onto this bus, no prompter either."""

_PASSWORD = b"keyring-password"


def missing_programs() -> list[str]:
    """Return the programs that a keyring needs and that are not installed."""
    return [program for program in _PROGRAMS if shutil.which(program) is None]


class SecretService:
    """gnome-keyring, unlocked, with its files in a folder of its own; `environ` leads a program to it."""

    def __init__(self, folder: Path, sockets: Path) -> None:
        self._address = f"unix:path={sockets / 'bus'}"
        self._config = folder / "bus.conf"
        self._config.write_text(_BUS.format(address=self._address), "utf-8")
        # The keyring's own socket needs a short path, too.
        self.settings = {
            "DBUS_SESSION_BUS_ADDRESS": self._address,
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(sockets),
            **{f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "CACHE", "STATE")},
        }
        self._bus: subprocess.Popen[bytes] | None = None
        self._daemon: subprocess.Popen[bytes] | None = None

    @property
    def environ(self) -> dict[str, str]:
        """The environment for a subprocess."""
        mine = {key: value for key, value in os.environ.items() if key not in ("PYTHON_KEYRING_BACKEND", "DISPLAY")}
        return {**mine, **self.settings}

    def start(self) -> None:
        """Start the bus and the keyring, or those again that were killed."""
        if self._bus is None:
            self._bus = self.started("dbus-daemon", "--nofork", f"--config-file={self._config}")
            self.wait_for("org.freedesktop.DBus", "/", "org.freedesktop.DBus.GetId")
        self._daemon = self.start_daemon()
        secrets = "org.freedesktop.secrets", "/org/freedesktop/secrets"
        self.wait_for(*secrets, "org.freedesktop.Secret.Service.ReadAlias", "string:default", answer="/collection/")

    def start_daemon(self) -> subprocess.Popen[bytes]:
        """Start only the keyring."""
        daemon = self.started("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
        assert daemon.stdin is not None
        daemon.stdin.write(_PASSWORD)
        daemon.stdin.close()
        return daemon

    @property
    def has_died(self) -> bool:
        """Whether the bus or the keyring exited on its own."""
        return any(program is not None and program.poll() is not None for program in (self._bus, self._daemon))

    def freeze(self) -> None:
        """Stop the keyring as a debugger would."""
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kills the keyring; the bus goes on."""
        end(self._daemon)
        self._daemon = None

    def kill_bus(self) -> None:
        """Kills the bus, too."""
        self.kill()
        end(self._bus)
        self._bus = None

    def secret_tool(self, *arguments: str, stdin: str = "") -> str:
        """Return what `secret-tool` prints, on both of its outputs."""
        ran = subprocess.run(
            ["secret-tool", *arguments],
            env=self.environ,
            input=stdin,
            check=True,
            capture_output=True,
            text=True,
            timeout=10,
        )
        return ran.stdout + ran.stderr

    def started(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a program that serves until it is killed."""
        return subprocess.Popen(
            command,
            env=self.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def wait_for(self, destination: str, path: str, method: str, *arguments: str, answer: str = "") -> None:
        """Wait until a method is answered, with a text in the answer."""
        command = ["dbus-send", "--session", "--print-reply=literal", f"--dest={destination}", path, method, *arguments]
        deadline = time.monotonic() + 10
        while True:
            asked = subprocess.run(command, env=self.environ, check=False, capture_output=True, text=True, timeout=10)
            if asked.returncode == 0 and answer in asked.stdout:
                return
            assert time.monotonic() < deadline, f"{destination} does not answer: {asked.stdout}{asked.stderr}"
            time.sleep(0.02)


@pytest.fixture
def secret_service(tmp_path: Path) -> Iterator[SecretService]:
    """A keyring as a Linux desktop has it; skipped if its programs are missing."""
    if missing := missing_programs():
        pytest.skip(f"not installed: {', '.join(missing)} (Debian: gnome-keyring, dbus, libsecret-tools)")
    with running_secret_service(tmp_path) as service:
        yield service


@contextmanager
def running_secret_service(folder: Path) -> Iterator[SecretService]:
    """Start a keyring, unlocked, and ends it with its bus."""
    # A socket's path has at most 108 bytes, and a test's folder may be longer.
    with tempfile.TemporaryDirectory(prefix="bus") as sockets:
        service = SecretService(folder, Path(sockets))
        try:
            service.start()
            yield service
        finally:
            service.kill_bus()


def end(process: subprocess.Popen[bytes] | None) -> None:
    """Kills a program, if there is one, and waits for its end."""
    if process is None:
        return
    process.kill()
    process.wait()
    if process.stdin is not None:
        process.stdin.close()
