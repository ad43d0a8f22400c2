"""Secret Service of Linux desktops: GNOME Keyring, KWallet, KeePassXC.

One D-Bus connection serves the whole run. KeePassXC treats each connection as another program, and asks for consent to
each item that another program wrote; the keyring library opens a connection for every call.

Imported only if it was chosen, because it loads the keyring library and D-Bus.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import secretstorage
from jeepney import HeaderFields
from keyring.backends import SecretService
from keyring.errors import KeyringLocked
from secretstorage.collection import DEFAULT_COLLECTION
from secretstorage.util import DBusAddressWrapper

T = TypeVar("T")

_SESSION = "org.freedesktop.Secret.Session"
_PROMPT = "org.freedesktop.Secret.Prompt"
_WRITES = ("CreateItem", "Delete")

_AT_ONCE = 1.0
"""Seconds in which no user can answer a prompt."""

_ANSWERS = (KeyringLocked, secretstorage.LockedException, secretstorage.PromptDismissedException, TimeoutError)
"""Answers of the service or the user, which another connection would not change."""


class PromptingSecretService(SecretService.Keyring):
    """The library's backend with its entries and settings, on one connection; thread-safe."""

    def __init__(self, on_prompt: Callable[[], None], connect: Callable[[], Any] = secretstorage.dbus_init) -> None:
        """Create the backend.

        Args:
            on_prompt: Called just before a prompt is shown.
            connect: Returns a connection to the session bus.
        """
        super().__init__()  # type: ignore[no-untyped-call]
        self._on_prompt = on_prompt
        self._connect = connect
        self._guard = threading.Lock()
        self._bus: _AnnouncingConnection | None = None
        self._close: Callable[[], object] | None = None

    def get_password(self, service: str, username: str) -> str | None:
        """Return the password of an entry, or None."""

        def get(collection: secretstorage.Collection) -> str | None:
            item = self._unlocked_item(collection, service, username)
            if item is None:
                return None
            try:
                secret: bytes = item.get_secret()
            finally:
                _end(item)
            return secret.decode("utf-8")

        return self._with_collection(get)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store the password of an entry, replacing the old one."""
        attributes = self._query(service, username, application=self.appid)
        label = f"Password for '{username}' on '{service}'"

        def put(collection: secretstorage.Collection) -> None:
            try:
                collection.create_item(label, attributes, password.encode("utf-8"), replace=True)
            finally:
                _end(collection)

        self._with_collection(put)

    def delete_password(self, service: str, username: str) -> None:
        """Remove an entry; do nothing if there is none."""

        def delete(collection: secretstorage.Collection) -> None:
            if item := self._unlocked_item(collection, service, username):
                item.delete()

        self._with_collection(delete)

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        with self._guard:
            self._drop()

    def _with_collection(self, use: Callable[[secretstorage.Collection], T]) -> T:
        with self._guard:
            # Twice, because the service or the bus may have been restarted since the last call.
            tries = 1 if self._bus is None else 2
            while True:
                try:
                    return use(self._collection())
                except _ANSWERS:
                    raise
                except Exception:
                    self._drop()
                    tries -= 1
                    if not tries:
                        raise

    def _collection(self) -> secretstorage.Collection:
        """Return the default collection, unlocked.

        Raises:
            KeyringLocked: The prompt was dismissed, or there is nothing to show it.
        """
        if self._bus is None:
            connection = self._connect()
            self._close = weakref.finalize(self, connection.close)
            self._bus = _AnnouncingConnection(connection, self._on_prompt)
        path = getattr(self, "preferred_collection", DEFAULT_COLLECTION)
        try:
            collection = secretstorage.Collection(self._bus, path)
        except secretstorage.ItemNotFoundException:
            if path != DEFAULT_COLLECTION:
                raise
            # A new desktop has no collection, and the service asks for the password of the first one.
            return secretstorage.create_collection(self._bus, "Default", "default")
        _unlock(collection)
        return collection

    def _unlocked_item(
        self, collection: secretstorage.Collection, service: str, username: str
    ) -> secretstorage.Item | None:
        query = self._query(service, username)
        item = next(iter(collection.search_items(query)), None)
        if item is not None:
            # KeePassXC asks for each item that another program wrote.
            _unlock(item)
        return item

    def _drop(self) -> None:
        self._bus = None
        if self._close is not None:
            with suppress(OSError):
                self._close()


class _AnnouncingConnection:
    """A D-Bus connection that reports when the service is asked to show a prompt.

    KeePassXC names a prompt for each write, but only shows it if the user must be asked. So a prompt for a write is
    reported only if it is not answered at once.
    """

    def __init__(self, connection: Any, on_prompt: Callable[[], None]) -> None:
        self._connection = connection
        self._on_prompt = on_prompt
        self._method = ""
        self._is_announced = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def send_and_get_reply(self, message: Any, **options: Any) -> Any:
        fields = message.header.fields
        if fields.get(HeaderFields.interface) == _PROMPT:
            self._is_announced = self._method not in _WRITES
            if self._is_announced:
                self._on_prompt()
        self._method = fields.get(HeaderFields.member)
        return self._connection.send_and_get_reply(message, **options)

    def recv_until_filtered(self, *arguments: Any, **options: Any) -> Any:
        """Wait for the end of a prompt."""
        if self._is_announced:
            return self._connection.recv_until_filtered(*arguments, **options)
        timer = threading.Timer(_AT_ONCE, self._on_prompt)
        timer.daemon = True
        timer.start()
        try:
            return self._connection.recv_until_filtered(*arguments, **options)
        finally:
            timer.cancel()


def _unlock(locked: secretstorage.Collection | secretstorage.Item) -> None:
    if locked.is_locked():
        locked.unlock()
        if locked.is_locked():
            raise KeyringLocked


def _end(used: secretstorage.Collection | secretstorage.Item) -> None:
    """Close the session that was opened for a secret.

    If it stayed open, it would be unknown after a restart of the service, and KeePassXC treats a write with an
    unknown session as a dismissed prompt.
    """
    if used.session is not None and used.session.object_path:
        with suppress(Exception):
            DBusAddressWrapper(used.session.object_path, _SESSION, used.connection).call("Close", "")
