"""What can be seen of this machine and of a pool without signing in."""

from __future__ import annotations

from cognitui.model.frozen import Frozen


class TerminalFacts(Frozen, frozen=True):
    """The terminal that the program was started in."""

    is_terminal: bool
    """False in a pipe or a CI job."""
    term: str
    """`TERM`."""
    encoding: str
    """That of standard output, as Python names it."""
    columns: int
    rows: int


class LoosePlace(Frozen, frozen=True):
    """A file or folder that others than this user can read or write, and need not."""

    path: str
    fix: str
    """The command that mends it."""


class KeysSeen(Frozen, frozen=True):
    """A pool's answer to whoever asks for its keys."""

    count: int
    skew: float
    """Seconds that the server's clock is ahead of this machine's; 0 where it is right or was not told."""


class ClientSettings(Frozen, frozen=True):
    """What DescribeUserPoolClient tells of an app client; its secret is not among it."""

    flows: tuple[str, ...]
    """ExplicitAuthFlows, `ALLOW_USER_SRP_AUTH`."""
    has_secret: bool
    secret_matches: bool
    """Whether the stored client secret is the app client's; False where either is missing."""
    grants: tuple[str, ...]
    """AllowedOAuthFlows, `code`, `client_credentials`."""
    scopes: tuple[str, ...]
    redirect_uris: tuple[str, ...]
