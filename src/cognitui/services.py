"""Container of the running program's parts. Nothing is made before it is used.

The only module that knows all packages: opening the list needs the profile file and the token index, and no keyring, no
boto3 and no clipboard.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct

from cognitui.model.profile import Profile
from cognitui.model.secret import vault_choice
from cognitui.model.text import inert
from cognitui.storage.paths import Paths

if TYPE_CHECKING:
    # Only types: `cognitui --help` and `cognitui list` load none of them.
    from pathlib import Path

    from cognitui.cognito.admin_api import AdminCaller, AwsDirectory
    from cognitui.cognito.health import PoolHealth
    from cognitui.cognito.identity_pool_api import IdentityPoolApi
    from cognitui.cognito.jwks import TokenVerifier
    from cognitui.cognito.oauth.provider import OAuthProvider
    from cognitui.cognito.oauth.token_endpoint import TokenEndpoint
    from cognitui.cognito.provider import UserPoolProvider
    from cognitui.cognito.provisioning import AwsProvisioning
    from cognitui.cognito.secrets_manager import SecretsManager
    from cognitui.cognito.transport import RequestEvents, ServerClocks
    from cognitui.cognito.user_pool_api import UserPoolApi
    from cognitui.doctor.setup import Doctor
    from cognitui.model.diagnostics import SettingError
    from cognitui.model.profile import Profile
    from cognitui.model.token import Expiries
    from cognitui.profiles.drafts import ProfileDrafts
    from cognitui.profiles.export import ProfileExport
    from cognitui.profiles.store import ProfileFile
    from cognitui.storage.preferences import PreferencesFile
    from cognitui.storage.settings import Rules, SettingsReading, TomlSettings
    from cognitui.storage.token_index import ExpiryIndex, MemoryIndex
    from cognitui.system.clipboard import Clipboard
    from cognitui.tokens.broker import TokenBroker
    from cognitui.tokens.interfaces import Provider
    from cognitui.tokens.secret_rotation import SecretRotation
    from cognitui.tokens.user_sessions import UserSessions
    from cognitui.vault.vault import KeyringVault, MemoryVault


def ignore(_what: object) -> None:
    """Do nothing: a listener that is not needed."""


def no_rules(_settings: TomlSettings) -> Iterable[SettingError]:
    """Return no errors."""
    return ()


class Options(Struct, frozen=True):
    """The global options, and the listeners for messages."""

    profiles: Path | None = None
    """`--profiles FILE`."""
    vault: str = ""
    """`--vault NAME`: keyring, memory, or empty for what the environment says."""
    for_command: bool = False
    """Whether a command runs, and not the TUI: it waits longer for a slow keyring."""
    state: Path | None = None
    """The folder for the program's own state, if it is not the user's (the demo's)."""
    warn: Callable[[str], None] = ignore
    """Receives messages while a call runs: a server that is not AWS's, a keyring prompt, a wrong clock."""
    news: Callable[[Callable[[str], None]], None] = ignore
    """Receives a listener for messages of a server that this program has started (the demo's mail)."""
    own_server: bool = False
    """Whether this program has started the endpoints (the demo's): no warning that they are not AWS's."""
    settings_rules: Rules = no_rules
    """Checks settings by what only the TUI knows; the doctor needs it."""


class Location(Struct, frozen=True):
    """A file or folder that the program uses, for `cognitui locate`."""

    name: str
    path: Path


def wire(options: Options) -> Services:
    """Return the services for the options of a command."""
    services = Services(options, os.environ, core_limit=forbid_core_dumps())
    services.remove_left_drafts(options.warn)
    return services


Wire = Callable[[Options], "Services"]
"""Makes the services for the options of a command."""


def forbid_core_dumps() -> int | None:
    """Forbid core dumps, which would contain every secret of the run; return the previous limit in bytes, if any."""
    try:
        import resource
    except ImportError:  # Windows has none
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    return soft


class Lazy:
    """Stand-in for an object that is expensive to make: made at the first use of one of its attributes."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make
        self._made: object = None
        self._guard = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        with self._guard:
            if self._made is None:
                self._made = self._make()
        return getattr(self._made, name)


class Services:
    """The running program's parts. Threads may share them.

    Args:
        options: The options of the command.
        environ: The environment of the process.
        core_limit: The limit of core dumps before this program forbade them.
    """

    secrets_in_memory: bool
    """Whether secrets are kept only for this run."""

    def __init__(self, options: Options, environ: Mapping[str, str], *, core_limit: int | None = None) -> None:
        self._core_limit = core_limit
        self._environ = environ
        self._options = options
        self._hear = self._hear_news = options.warn
        options.news(lambda text: self._hear_news(text))
        self._settings: SettingsReading | None = None
        self._paths = Paths.find(environ, options.profiles, options.state)
        self._memory_was_chosen = self.secrets_in_memory = vault_choice(options.vault, environ) == "memory"
        self._to_memory = threading.Lock()

    # Profiles, settings and preferences.

    @cached_property
    def profiles(self) -> ProfileFile:
        """The profile file."""
        from cognitui.profiles.store import ProfileFile

        return ProfileFile(self._paths.profiles)

    @property
    def drafts(self) -> ProfileDrafts:
        """Copy of the profile file, to edit it as a whole."""
        from cognitui.profiles.drafts import ProfileDrafts

        return ProfileDrafts(self._paths.profiles, self._paths.state)

    def remove_left_drafts(self, warn: Callable[[str], None]) -> None:
        """Remove copies of the profile file that a closed terminal left; report those with changes."""
        # Importing the drafts costs 12 ms, and nearly always there are none.
        if not self._paths.has_drafts():
            return
        from cognitui.profiles.drafts import sweep

        for folder in sweep(self._paths.state, self._paths.profiles):
            warn(f"An edit of the profile file was cut off. What was typed is kept in {inert(str(folder))}")

    @property
    def sharing(self) -> ProfileExport:
        """Profiles as a file for others."""
        from cognitui.profiles.export import ProfileExport

        return ProfileExport()

    @property
    def settings(self) -> TomlSettings:
        """The settings of `config.toml`; the default for each one that is invalid."""
        return self._read_settings().settings

    def settings_errors(self, rules: Rules) -> tuple[SettingError, ...]:
        """Return all errors in `config.toml`, in its order.

        Args:
            rules: Checks what could be read: keys and themes, which only the TUI knows.
        """
        return self._read_settings().with_those_of(rules)

    def change_settings(self, values: Mapping[str, str | bool]) -> None:
        """Write settings to `config.toml`, by their names there.

        Raises:
            UsageError: A value is invalid, or the file is; nothing was written.
            SaveFailed: The file could not be written; it is as before.
        """
        from cognitui.storage.settings import change_settings, read_settings

        change_settings(self._paths.settings, values)
        self._settings = read_settings(self._paths.settings)

    @cached_property
    def preferences(self) -> PreferencesFile:
        """Remembered preferences; nothing depends on them."""
        from cognitui.storage.preferences import PreferencesFile

        return PreferencesFile(self._paths.preferences, self._paths.profiles)

    def locations(self) -> tuple[Location, ...]:
        """Return every file and folder that the program uses."""
        paths = self._paths
        return (
            Location("profiles", paths.profiles),
            Location("settings", paths.settings),
            Location("expiry index", paths.expiry_index),
            Location("choices", paths.preferences),
            Location("locks", paths.locks),
            Location("log", paths.log),
        )

    # Tokens and secrets.

    @cached_property
    def broker(self) -> TokenBroker:
        """Tokens and secrets."""
        # Costs 12 ms, and `cognitui status` does not need it.
        from cognitui.storage.atomic import FileLocks
        from cognitui.tokens.broker import TokenBroker

        return TokenBroker(
            vault=self._vault,
            provider_at=cache(self._provider_at),
            # PyJWT costs 70 ms.
            identity_pools=cast("IdentityPoolApi", Lazy(self._make_identity_pools)),
            verifier=cast("TokenVerifier", Lazy(self._make_verifier)),
            index=self._index,
            locks=FileLocks(self._paths.locks),
            clock=time.time,
            username_of=_username_of,
            secret_reader=self._secret_reader,
            level_directory=cast("AwsDirectory", Lazy(lambda: self.directory)),
        )

    @cached_property
    def user_sessions(self) -> UserSessions:
        """The sessions of users, in pools that track them."""
        from cognitui.cognito.user_sessions import UserSessionsApi
        from cognitui.tokens.user_sessions import UserSessions

        return UserSessions(UserSessionsApi(self._api.transport, self._events))

    def expiries(self) -> Mapping[str, Expiries]:
        """Return the expiry of all known tokens by `Profile.token_key`, without broker and keyring."""
        return self._index.read()

    def use_memory(self) -> None:
        """Keep secrets in memory for the rest of this run: there is no usable keyring."""
        from cognitui.storage.token_index import MemoryIndex
        from cognitui.vault.vault import MemoryVault

        with self._to_memory:
            if self.secrets_in_memory:
                return  # another call has found no keyring either: what is in memory by now must stay
            self._vault, self._index = MemoryVault(), MemoryIndex()
            self.broker.store_in(self._vault, self._index)
            self.secrets_in_memory = True

    def _provider_at(self, domain: bool) -> Provider:
        """Return a way to Cognito: the OAuth endpoints of the pool's domain, or the user pool API."""
        return self._oauth_provider if domain else self._user_pool_provider

    def warm_up(self, profile: Profile) -> None:
        """Load what a first token needs (certificates, oauthlib), so that the user does not wait for it."""
        if profile.signs_in_at_domain:
            self._token_endpoint.warm_up()
        else:
            self._api.transport.warm_up(profile)

    # The AWS account and diagnostics.

    @cached_property
    def directory(self) -> AwsDirectory:
        """The user pools of an AWS account."""
        from cognitui.cognito.admin_api import AwsDirectory

        return AwsDirectory(self._admin_caller, self._environ, lambda profile: self._health.has_secret(profile))

    @cached_property
    def secret_rotation(self) -> SecretRotation:
        """Rotate stored client secrets, with IAM credentials."""
        from cognitui.cognito.client_secrets import ClientSecrets

        clients = ClientSecrets(self._api.transport, self._events)
        return self.broker.secret_rotation(clients, self._prove_secret, time.sleep)

    def _prove_secret(self, profile: Profile, secret: str) -> None:
        """Make a call with a client secret: for a token of the client itself, else one that brings nothing."""
        from cognitui.model.challenge import GivenSecrets
        from cognitui.model.profile import Flow

        if profile.flow is Flow.CLIENT_CREDENTIALS:
            self._provider_at(profile.signs_in_at_domain).start(profile, GivenSecrets(client_secret=secret))
        else:
            self._health.client(profile, secret)

    @cached_property
    def provisioning(self) -> AwsProvisioning:
        """Create app clients and users in an AWS account."""
        from cognitui.cognito.provisioning import AwsProvisioning

        return AwsProvisioning(self._admin_caller)

    @property
    def aws_endpoint(self) -> str:
        """The address in AWS_ENDPOINT_URL for user pools: an emulator's; empty for AWS's own.

        Raises:
            UsageError: It is neither https nor on this machine.
        """
        from cognitui.profiles.schema import endpoint_in

        return endpoint_in(self._environ)

    @property
    def doctor(self) -> Doctor:
        """Check the setup and profiles; does not sign in."""
        from cognitui.doctor.machine import ThisMachine
        from cognitui.doctor.profile import ProfileDoctor, by_command, for_this_run
        from cognitui.doctor.setup import Doctor
        from cognitui.storage.settings import read_settings

        machine = ThisMachine(
            self._environ,
            self._paths,
            # The file as it is now: the TUI has read it at its start.
            lambda: read_settings(self._paths.settings),
            lambda: self._vault.trial(),
            memory_was_chosen=self._memory_was_chosen,
            settings_rules=self._options.settings_rules,
        )
        health = self._health
        how_to_store = for_this_run if self.secrets_in_memory else by_command
        of_profile = ProfileDoctor(
            health, self._vault, self.expiries, time.time, self._secret_reader, how_to_store=how_to_store
        )
        return Doctor(self.profiles, machine, health, of_profile)

    # The system.

    @property
    def clock(self) -> Callable[[], float]:
        """Return the seconds since the epoch."""
        return time.time

    @property
    def uptime(self) -> Callable[[], float]:
        """Return seconds by a clock that cannot be set; on Linux it continues while the machine sleeps."""
        boot = getattr(time, "CLOCK_BOOTTIME", None)
        return time.monotonic if boot is None else partial(time.clock_gettime, boot)

    def clipboard(self, write_to_terminal: Callable[[str], None]) -> Clipboard:
        """Return the clipboard; `write_to_terminal` sends an escape sequence for OSC 52."""
        from cognitui.system.clipboard import Clipboard

        return Clipboard.for_terminal(self._environ, write_to_terminal, self.settings.clipboard)

    def open_browser(self, url: str) -> bool:
        """Open an address in the user's browser; return False if there is none."""
        from cognitui.system.programs import open_browser

        return open_browser(url, self._environ)

    def edit(self, path: Path, line: int) -> None:
        """Open the user's editor on a file at a line, and wait for it to exit.

        Raises:
            UsageError: It cannot be started, or exited with an error.
        """
        from cognitui.system.editor import edit

        edit(path, line, self._environ)

    def become(self, command: Sequence[str], environ: Mapping[str, str]) -> int:
        """Replace this process by a command; if the system cannot, run it and return its exit code.

        Raises:
            CommandNotFound: There is no such program.
            CommandNotRun: There is one, and the system does not run it.
        """
        from cognitui.system.processes import become

        return become(command, environ, core_limit=self._core_limit)

    def listen(self, hear: Callable[[str], None], hear_news: Callable[[str], None]) -> None:
        """Send messages to other listeners from now on, from the thread of the call.

        Args:
            hear: Receives messages while a call runs: a keyring prompt, an endpoint that is not AWS's.
            hear_news: Receives messages of a server that this program has started; only the newest counts.
        """
        self._hear, self._hear_news = hear, hear_news

    # Parts that only other parts need.

    def _notify(self, text: str) -> None:
        self._hear(text)

    def _read_settings(self) -> SettingsReading:
        from cognitui.storage.settings import read_settings

        if self._settings is None:
            self._settings = read_settings(self._paths.settings)
        return self._settings

    @cached_property
    def _vault(self) -> KeyringVault | MemoryVault:
        # Takes 15 ms, and a list needs no secret.
        from cognitui.vault.vault import open_vault

        options = self._options
        return open_vault(options.vault, self._environ, self._notify, for_command=options.for_command)

    @cached_property
    def _index(self) -> ExpiryIndex | MemoryIndex:
        from cognitui.storage.token_index import ExpiryIndex, MemoryIndex

        return MemoryIndex() if self.secrets_in_memory else ExpiryIndex(self._paths.expiry_index)

    @cached_property
    def _events(self) -> RequestEvents:
        from cognitui.cognito.transport import RequestEvents
        from cognitui.storage.atomic import RunLog

        warn = None if self._options.own_server else self._notify
        return RequestEvents(warn=warn, log=RunLog(self._paths.log, time.time).note)

    @cached_property
    def _server_clocks(self) -> ServerClocks:
        from cognitui.cognito.transport import ServerClocks

        return ServerClocks(time.time, self._notify)

    @cached_property
    def _api(self) -> UserPoolApi:
        from cognitui.cognito.user_pool_api import UserPoolApi

        return UserPoolApi(time.time, hear_date=self._server_clocks.hear)

    @cached_property
    def _health(self) -> PoolHealth:
        from cognitui.cognito.health import PoolHealth
        from cognitui.cognito.http import look

        return PoolHealth(self._api.transport, look, time.time, self._events)

    @cached_property
    def _admin_caller(self) -> AdminCaller:
        from cognitui.cognito.admin_api import AdminCaller
        from cognitui.cognito.transport import Transport

        return AdminCaller(Transport(time.time, hear_date=self._server_clocks.hear))

    @cached_property
    def _token_endpoint(self) -> TokenEndpoint:
        from cognitui.cognito.oauth.token_endpoint import TokenEndpoint

        return TokenEndpoint(time.time, hear_date=self._server_clocks.hear)

    @cached_property
    def _user_pool_provider(self) -> UserPoolProvider:
        from cognitui.cognito.provider import UserPoolProvider
        from cognitui.system.programs import code_from_process

        return UserPoolProvider(self._api, time.time, code_from_process, self._notify, events=self._events)

    @cached_property
    def _oauth_provider(self) -> OAuthProvider:
        from cognitui.cognito.oauth.provider import OAuthProvider

        return OAuthProvider(self._token_endpoint, self._api, time.time, events=self._events)

    def _make_identity_pools(self) -> IdentityPoolApi:
        from cognitui.cognito.identity_pool_api import IdentityPoolApi

        return IdentityPoolApi(self._api.transport, self._events)

    @cached_property
    def _secret_reader(self) -> SecretsManager:
        # boto3 costs 200 ms.
        return cast("SecretsManager", Lazy(self._make_secrets_manager))

    def _make_secrets_manager(self) -> SecretsManager:
        from cognitui.cognito.secrets_manager import SecretsManager

        return SecretsManager(self._api.transport, self._environ, self._events)

    def _make_verifier(self) -> TokenVerifier:
        from cognitui.cognito.http import fetch_https
        from cognitui.cognito.jwks import TokenVerifier
        from cognitui.cognito.transport import repeated

        fetch = repeated(partial(fetch_https, hear_date=self._server_clocks.hear))
        return TokenVerifier(fetch, time.time, self._server_clocks.now_at)


def _username_of(access_token: str) -> str:
    # Costs 4 ms, and only a refresh needs it.
    from cognitui.model.claims import username_of

    return username_of(access_token)
