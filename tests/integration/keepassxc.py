"""A real KeePassXC that serves secrets, with a person who answers its windows."""

from __future__ import annotations

import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.integration.conftest import SecretService, end
from tests.integration.x_server import started_x_server

PROGRAMS = ("keepassxc", "keepassxc-cli", "Xvfb", "xdotool", "dbus-daemon", "dbus-send")

DATABASE_PASSWORD = "opens-the-database"

_SETTINGS = """\
[General]
ConfigVersion=2
[GUI]
CheckForUpdates=false
[FdoSecrets]
Enabled=true
ConfirmAccessItem=true
ConfirmDeleteItem=true
ShowNotification=false
"""

_DATABASE = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<KeePassFile>
  <Meta>
    <DatabaseName>trial</DatabaseName>
    <CustomData>
      <Item>
        <Key>FDO_SECRETS_EXPOSED_GROUP</Key>
        <Value>{01010101-0101-0101-0101-010101010101}</Value>
      </Item>
    </CustomData>
  </Meta>
  <Root>
    <Group><UUID>AQEBAQEBAQEBAQEBAQEBAQ==</UUID><Name>Root</Name></Group>
  </Root>
</KeePassFile>
"""
"""A group is exposed to the Secret Service by the database itself; the command line cannot say so."""

CONSENT = "Access Request"
"""What KeePassXC calls the window in which it asks whether a program may see an entry."""

UNLOCK = "Unlock Database"

_PATIENCE = 20.0


class KeePassXC(SecretService):
    """KeePassXC on a bus and a display of its own, its database open and served."""

    def __init__(self, folder: Path, sockets: Path) -> None:
        super().__init__(folder, sockets)
        self._server, display = started_x_server("1024x768x24")
        self.settings |= {"DISPLAY": display, "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "xcb"}
        settings = Path(self.settings["XDG_CONFIG_HOME"]) / "keepassxc" / "keepassxc.ini"
        settings.parent.mkdir(parents=True)
        settings.write_text(_SETTINGS, "utf-8")
        self._database = folder / "trial.kdbx"

    @property
    def environ(self) -> dict[str, str]:
        return super().environ | self.settings

    def start_daemon(self) -> subprocess.Popen[bytes]:
        if not self._database.exists():
            self._make_database()
        started = self.started("keepassxc", "--pw-stdin", str(self._database))
        assert started.stdin is not None
        started.stdin.write(f"{DATABASE_PASSWORD}\n".encode())
        started.stdin.close()
        return started

    def start(self) -> None:
        super().start()
        # It serves the database before it has opened it.
        place = "org.freedesktop.secrets", "/org/freedesktop/secrets/aliases/default"
        locked = "string:org.freedesktop.Secret.Collection", "string:Locked"
        self.wait_for(*place, "org.freedesktop.DBus.Properties.Get", *locked, answer="boolean false")

    def _make_database(self) -> None:
        described = self._database.with_suffix(".xml")
        described.write_text(_DATABASE, "utf-8")
        subprocess.run(
            ["keepassxc-cli", "import", "--set-password", "--decryption-time", "100", described, self._database],
            input=f"{DATABASE_PASSWORD}\n{DATABASE_PASSWORD}\n".encode(),
            env=self.environ,
            check=True,
            capture_output=True,
            timeout=30,
        )

    def lock(self) -> None:
        """Locks the database, as a person does who leaves."""
        from jeepney.io.blocking import open_dbus_connection
        from secretstorage import get_default_collection
        from secretstorage.defines import SS_PATH
        from secretstorage.util import SERVICE_IFACE, DBusAddressWrapper, add_match_rules, exec_prompt

        with open_dbus_connection(bus=self.settings["DBUS_SESSION_BUS_ADDRESS"]) as bus:
            add_match_rules(bus)
            path = get_default_collection(bus).collection_path
            _locked, prompt = DBusAddressWrapper(SS_PATH, SERVICE_IFACE, bus).call("Lock", "ao", [path])
            exec_prompt(bus, prompt)

    def kill_all(self) -> None:
        """End the program, its bus and its display."""
        self.kill_bus()
        end(self._server)

    def window(self, title: str) -> str:
        """Return the id of a window that is shown, once it is; an empty text if it does not come."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if found := self._xdotool("search", "--onlyvisible", "--name", title).split():
                return found[0]
            time.sleep(0.05)
        return ""

    def windows(self) -> list[str]:
        """Return the titles of all windows."""
        ids = self._xdotool("search", "--onlyvisible", "--name", ".").split()
        return [self._xdotool("getwindowname", number).strip() for number in ids]

    @contextmanager
    def person(self, title: str, key: str, text: str = "", after: float = 0.0) -> Iterator[None]:
        """A person who waits for a window, types a text in it and presses a key, after so many seconds."""
        answering = threading.Thread(target=self._answer, args=(title, key, text, after), daemon=True)
        answering.start()
        yield
        answering.join(_PATIENCE)

    def _answer(self, title: str, key: str, text: str, after: float) -> None:
        window = self.window(title)
        time.sleep(after)
        # Without a window manager a window does not get the keys automatically, and takes none before it is drawn.
        while window and window in self._xdotool("search", "--onlyvisible", "--name", title).split():
            self._xdotool("windowfocus", "--sync", window)
            if text:
                self._xdotool("type", text)
            self._xdotool("key", key)
            time.sleep(0.3)

    def _xdotool(self, *arguments: str) -> str:
        ran = subprocess.run(
            ["xdotool", *arguments], env=self.environ, check=False, capture_output=True, text=True, timeout=10
        )
        return ran.stdout


@contextmanager
def running_keepassxc(folder: Path) -> Iterator[KeePassXC]:
    """Start KeePassXC and ends it with its bus and its display."""
    with tempfile.TemporaryDirectory(prefix="bus") as sockets:
        service = KeePassXC(folder, Path(sockets))
        try:
            service.start()
            yield service
        finally:
            service.kill_all()
