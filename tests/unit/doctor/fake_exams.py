"""Fakes for the doctor: a computer and pools, all fine until a test breaks something."""

from __future__ import annotations

from dataclasses import dataclass, field

from cognitui.model.diagnostics import ClientSettings, InsecurePath, KeysSeen, PoolSettings, SettingError, TerminalFacts
from cognitui.model.errors import CognituiError
from cognitui.model.profile import Profile
from tests.unit.standin import StandIn

TERMINAL = TerminalFacts(is_terminal=True, term="xterm-256color", encoding="utf-8", columns=120, rows=36)


@dataclass
class FakeMachine(StandIn):  # type: ignore[misc]  # see StandIn
    """A computer; an error instead of an answer is raised."""

    settings: str = "config.toml"
    errors: tuple[SettingError, ...] = ()
    memory_was_chosen: bool = False
    loose: tuple[InsecurePath, ...] = ()
    keyring: str | CognituiError = "keyring.backends.SecretService.Keyring"
    clipboard: str | CognituiError = "A token goes to the clipboard (xclip)."
    facts: TerminalFacts = TERMINAL

    def settings_file(self) -> str:
        return self.settings

    def settings_errors(self) -> tuple[SettingError, ...]:
        return self.errors

    def insecure_permissions(self) -> tuple[InsecurePath, ...]:
        return self.loose

    def try_keyring(self) -> str:
        return _answer(self.keyring)

    def clipboard_way(self) -> str:
        return _answer(self.clipboard)

    def terminal(self) -> TerminalFacts:
        return self.facts


SETTINGS = ClientSettings(
    flows=("ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
    has_secret=False,
    secret_matches=False,
    grants=(),
    scopes=(),
    redirect_uris=(),
)


@dataclass
class FakeExam(StandIn):  # type: ignore[misc]  # see StandIn
    """Pools that record calls; an error instead of an answer is raised."""

    seen: KeysSeen | CognituiError = field(default_factory=lambda: KeysSeen(2, 0.0))
    domain_error: CognituiError | None = None
    client_error: CognituiError | None = None
    client_settings: ClientSettings | CognituiError = SETTINGS
    pool_settings: PoolSettings = field(default_factory=PoolSettings)
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def keys(self, profile: Profile) -> KeysSeen:
        self.asked.append(("keys", profile.id))
        if isinstance(self.seen, CognituiError):
            raise self.seen
        return self.seen

    def domain(self, profile: Profile) -> None:
        self.asked.append(("domain", profile.id))
        if self.domain_error is not None:
            raise self.domain_error

    def client(self, profile: Profile, client_secret: str | None) -> None:
        self.asked.append(("client", profile.id, client_secret or ""))
        if self.client_error is not None:
            raise self.client_error

    def pool(self, profile: Profile) -> PoolSettings:
        self.asked.append(("pool", profile.id))
        return self.pool_settings

    def settings(self, profile: Profile, client_secret: str | None) -> ClientSettings:
        self.asked.append(("settings", profile.id, client_secret or ""))
        if isinstance(self.client_settings, CognituiError):
            raise self.client_settings
        return self.client_settings


def _answer(answer: str | CognituiError) -> str:
    if isinstance(answer, CognituiError):
        raise answer
    return answer
