"""The exceptions of keyring backends, in the words of this program: no text of theirs is taken over."""

from __future__ import annotations

from cognitui.model.errors import KeyringLocked, KeyringTimeout, SecretStoreError
from cognitui.model.text import inert

_LOCKED = frozenset({"KeyringLocked", "LockedException", "PromptDismissedException", "KeychainDenied"})
_GONE = frozenset(
    {"NoKeyringError", "InitError", "SecretServiceNotAvailableException", "ConnectionError", "FileNotFoundError"}
)
"""Names, as half of the libraries that they are from are not there on any one system."""


def fault_of(error: BaseException) -> SecretStoreError:
    """Returns what a person is told of a backend's exception."""
    if isinstance(error, SecretStoreError):
        return error
    names = {base.__name__ for base in type(error).__mro__}
    if names & _LOCKED:
        return KeyringLocked("The keyring is locked, and was not unlocked.")
    if names & _GONE:
        return SecretStoreError("The keyring service cannot be reached.")
    if isinstance(error, TimeoutError):
        return KeyringTimeout("The keyring does not answer.")
    return SecretStoreError(f"The keyring failed ({inert(type(error).__name__)}).")
