"""The tool of `credential_process`, run within bounds: botocore waits for it, and for its children, for ever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cognitui.cognito.bounds import not_counted
from cognitui.system.processes import PrintedTooMuch, TookTooLong, printed_by

if TYPE_CHECKING:
    from botocore.credentials import ProcessProvider
    from botocore.session import Session

_TIMEOUT = 60.0
"""Seconds: the tool may ask a person to log in, or to touch a key."""

_LARGEST = 64 * 1024
"""Bytes; a session token has 2 KB at the most."""

_METHOD = "custom-process"
"""botocore's name of the provider."""


def bound_tools(session: Session, timeout: float = _TIMEOUT) -> None:
    """Let a session run the tools of `credential_process` within bounds, that of a source_profile as well.

    Args:
        session: A session whose credentials were not asked for yet.
        timeout: Seconds that a tool may take.
    """
    from botocore.credentials import ProcessProvider

    def popen(command: Sequence[str], **_: object) -> _Tool:
        return _Tool(command, timeout)

    def provider(profile_name: str) -> ProcessProvider:
        return ProcessProvider(profile_name, lambda: session.full_config, popen=popen)

    resolver = session.get_component("credential_provider")
    for at, each in enumerate(resolver.providers):
        if each.METHOD == _METHOD:
            resolver.providers[at] = provider(session.get_config_variable("profile") or "default")
        # Roles make providers of their own for the profile that they are based on; botocore has no other way in.
        builder = getattr(each, "_profile_provider_builder", None)
        if builder is not None:
            builder._create_process_provider = provider  # noqa: SLF001


class ToolFailed(OSError):
    """A tool that hangs or prints without an end; `str()` says which, and goes on after the profile's name."""


class _Tool:
    """The part of a Popen that botocore uses."""

    def __init__(self, command: Sequence[str], timeout: float) -> None:
        self._command = command
        self._timeout = timeout
        self.returncode = 0

    def communicate(self) -> tuple[bytes, bytes]:
        try:
            # A person may be at work on it, and a call to STS or Cognito may follow.
            with not_counted():
                done = printed_by(self._command, within=self._timeout, largest=_LARGEST)
        except TookTooLong:
            raise ToolFailed(f"names a credential_process that gave nothing within {self._timeout:g} s") from None
        except PrintedTooMuch:
            raise ToolFailed("names a credential_process that prints without an end") from None
        self.returncode = done.exit_code
        return done.output, b""
