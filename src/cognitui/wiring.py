"""Picks the real parts and hands them over; the only file that knows them all.

Nothing is made before it is used: opening the list needs the profile file and the expiry index, and no keyring, no
boto3 and no clipboard.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from cognitui.late_vault import IndexOfVault, LateVault
from cognitui.model.profile import Flow, Profile
from cognitui.model.text import inert
from cognitui.services import Location, Options
from cognitui.storage.paths import Paths

if TYPE_CHECKING:
    from pathlib import Path

    from cognitui.cognito.admin_api import AdminCaller
    from cognitui.cognito.clock_skew import ServerClocks
    from cognitui.cognito.oauth.token_endpoint import TokenEndpoint
    from cognitui.cognito.request_events import Announcer
    from cognitui.cognito.user_pool_api import CognitoApi
    from cognitui.doctor.setup import Doctor
    from cognitui.importing.interfaces import Directory, Provisioning
    from cognitui.model.diagnostics import SettingFault
    from cognitui.model.token import Expiries, Verification
    from cognitui.storage.settings import SettingsReading, TomlSettings
    from cognitui.system.clipboard import Clipboard
    from cognitui.tokens.broker import TokenBroker
    from cognitui.tokens.interfaces import (
        ChoicesStore,
        Identities,
        Index,
        ProfileDrafts,
        ProfileSharing,
        ProfileStore,
        Sessions,
        SettingsRules,
        SignIn,
        Verifier,
    )


def wire(options: Options) -> Wiring:
    """Returns the services for the options of a command; `Wire` in `services.py`."""
    wiring = Wiring(options, os.environ, core_limit=forbid_core_dumps())
    wiring.clear_left_drafts(options.warn)
    return wiring


def forbid_core_dumps() -> int | None:
    """Forbids what would hold every secret of the run; returns the former limit, in bytes, where there are limits."""
    try:
        import resource
    except ImportError:  # Windows has none
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    return soft


class Wiring:
    """The running program's parts, each made when it is first used; `Services` in `services.py`."""

    def __init__(self, options: Options, environ: Mapping[str, str], *, core_limit: int | None = None) -> None:
        """Takes the options of the command, the environment of the process, and its former limit of core dumps."""
        self._core_limit = core_limit
        self._environ = environ
        self._hear = self._hear_news = options.warn
        self._own_server = options.own_server
        options.news(self._tell_news)
        self._settings: SettingsReading | None = None
        self._paths = Paths.find(environ, options.profiles, options.state)
        self._vault = LateVault(options.vault, environ, self._tell, for_command=options.for_command)

    @property
    def clock(self) -> Callable[[], float]:
        """Returns the seconds since the epoch."""
        return time.time

    @property
    def uptime(self) -> Callable[[], float]:
        """Returns seconds by a clock that nobody sets; Linux has one that goes on while the machine sleeps."""
        boot = getattr(time, "CLOCK_BOOTTIME", None)
        return time.monotonic if boot is None else partial(time.clock_gettime, boot)

    @property
    def secrets_in_memory(self) -> bool:
        """Whether secrets are kept for this run alone."""
        return self._vault.in_memory

    @cached_property
    def profiles(self) -> ProfileStore:
        """The profile file."""
        from cognitui.profiles.store import ProfileFile

        return ProfileFile(self._paths.profiles)

    @property
    def drafts(self) -> ProfileDrafts:
        """The profile file edited whole."""
        from cognitui.profiles.drafts import ProfileDrafts

        return ProfileDrafts(self._paths.profiles, self._paths.state)

    def clear_left_drafts(self, warn: Callable[[str], None]) -> None:
        """Removes copies of the profile file that a closed terminal left, and says where one with changes is."""
        from cognitui.profiles.drafts import sweep

        for folder in sweep(self._paths.state, self._paths.profiles):
            warn(f"An edit of the profile file was cut off. What was typed is kept in {inert(str(folder))}")

    @property
    def sharing(self) -> ProfileSharing:
        """Profiles for others."""
        from cognitui.profiles.export import ProfileExport

        return ProfileExport()

    @property
    def settings(self) -> TomlSettings:
        """What `config.toml` says; the default for what is faulty in it."""
        return self._read_settings().settings

    def settings_faults(self, rules: SettingsRules) -> tuple[SettingFault, ...]:
        """Returns all that is wrong with `config.toml`, by these rules, too."""
        return self._read_settings().with_those_of(rules)

    def change_settings(self, values: Mapping[str, str | bool]) -> None:
        """Writes settings to `config.toml`; see `Services` in `services.py`."""
        from cognitui.storage.settings import change_settings, read_settings

        change_settings(self._paths.settings, values)
        self._settings = read_settings(self._paths.settings)

    @cached_property
    def choices(self) -> ChoicesStore:
        """What is remembered of how a person uses the program."""
        from cognitui.storage.preferences import ChoicesFile

        return ChoicesFile(self._paths.choices, self._paths.profiles)

    @cached_property
    def broker(self) -> TokenBroker:
        """Tokens and secrets."""
        # Costs 12 ms, and what is drawn into a prompt needs none of it.
        from cognitui.late import LateIdentities, LateSessions, LateSignIn
        from cognitui.storage.locks import FileLocks
        from cognitui.tokens.broker import TokenBroker

        return TokenBroker(
            vault=self._vault,
            signin=LateSignIn(self._make_signin),
            sessions=LateSessions(self._make_sessions),
            identities=LateIdentities(self._make_identities),
            index=self._index,
            locks=FileLocks(self._paths.locks),
            verifier=_LateVerifier(self.clock, lambda: self._server_clocks),
            clock=self.clock,
            username_of=_username_of,
        )

    def expiries(self) -> Mapping[str, Expiries]:
        """Returns what is noted of all tokens, by `Profile.token_key`."""
        return self._index.read()

    @cached_property
    def doctor(self) -> Doctor:
        """Examines the set-up and profiles."""
        from cognitui.cognito.health import PoolExam
        from cognitui.cognito.http import look
        from cognitui.cognito.request_events import AnnouncedExam
        from cognitui.doctor.machine import ThisMachine
        from cognitui.doctor.profile import ProfileDoctor
        from cognitui.doctor.setup import Doctor
        from cognitui.storage.settings import read_settings

        # The file as it is now: a screen that runs has read it at its start.
        machine = ThisMachine(
            self._environ,
            self._paths,
            lambda: read_settings(self._paths.settings),
            self._vault.trial,
            memory_was_chosen=self._vault.memory_was_chosen,
        )
        exam = AnnouncedExam(PoolExam(self._api.caller, look, self.clock), self._announcer)
        return Doctor(self.profiles, machine, exam, ProfileDoctor(exam, self._vault, self.expiries, self.clock))

    @cached_property
    def directory(self) -> Directory:
        """What an AWS account has of Cognito."""
        from cognitui.cognito.admin_api import AwsDirectory

        return AwsDirectory(self._admin_caller, self._environ)

    @cached_property
    def provisioning(self) -> Provisioning:
        """What an AWS account is given."""
        from cognitui.cognito.admin_api import AwsProvisioning

        return AwsProvisioning(self._admin_caller)

    @property
    def aws_endpoint(self) -> str:
        """The address that AWS_ENDPOINT_URL names for user pools; raises UsageError where secrets may not go there."""
        from cognitui.profiles.urls import endpoint_in

        return endpoint_in(self._environ)

    def clipboard(self, write_to_terminal: Callable[[str], None]) -> Clipboard:
        """Returns the clipboard; `write_to_terminal` sends an escape sequence for OSC 52."""
        from cognitui.system.clipboard import Clipboard

        return Clipboard.for_terminal(self._environ, write_to_terminal, self.settings.clipboard)

    def locations(self) -> tuple[Location, ...]:
        """Returns every file and folder that the program uses."""
        paths = self._paths
        return (
            Location("profiles", paths.profiles),
            Location("settings", paths.settings),
            Location("expiry index", paths.expiry_index),
            Location("choices", paths.choices),
            Location("locks", paths.locks),
            Location("log", paths.log),
        )

    def warm_up(self, profile: Profile) -> None:
        """Loads what a first token will need."""
        if profile.signs_in_at_domain:
            self._token_endpoint.warm_up()
        else:
            self._api.warm_up(profile)

    def open_browser(self, url: str) -> bool:
        """Opens an address in the person's browser; returns False where they must do it themselves."""
        from cognitui.system.browser import open_browser

        return open_browser(url, self._environ)

    def edit(self, path: Path, line: int) -> None:
        """Opens the person's editor on a file at a line."""
        from cognitui.system.editor import edit

        edit(path, line, self._environ)

    def become(self, command: Sequence[str], environ: Mapping[str, str]) -> int:
        """Replaces this process by a command."""
        from cognitui.system.processes import become

        return become(command, environ, core_limit=self._core_limit)

    def use_memory(self) -> None:
        """Keeps secrets in memory for the rest of this run."""
        self._vault.use_memory()

    def listen(self, hear: Callable[[str], None], hear_news: Callable[[str], None]) -> None:
        """Sends what a person should know while a call runs to `hear`, and what an own server tells to `hear_news`."""
        self._hear, self._hear_news = hear, hear_news

    def _read_settings(self) -> SettingsReading:
        from cognitui.storage.settings import read_settings

        if self._settings is None:
            self._settings = read_settings(self._paths.settings)
        return self._settings

    @cached_property
    def _index(self) -> Index:
        from cognitui.storage.token_index import ExpiryIndex, MemoryIndex

        return IndexOfVault(self._vault, ExpiryIndex(self._paths.expiry_index), MemoryIndex())

    @cached_property
    def _api(self) -> CognitoApi:
        from cognitui.cognito.user_pool_api import CognitoApi

        return CognitoApi(self.clock, hear_date=self._server_clocks.hear)

    @cached_property
    def _admin_caller(self) -> AdminCaller:
        from cognitui.cognito.admin_api import AdminCaller
        from cognitui.cognito.transport import Caller

        return AdminCaller(Caller(self.clock, hear_date=self._server_clocks.hear))

    @cached_property
    def _server_clocks(self) -> ServerClocks:
        from cognitui.cognito.clock_skew import ServerClocks

        return ServerClocks(self.clock, self._tell)

    @cached_property
    def _token_endpoint(self) -> TokenEndpoint:
        from cognitui.cognito.oauth.token_endpoint import TokenEndpoint

        return TokenEndpoint(self.clock, hear_date=self._server_clocks.hear)

    @cached_property
    def _announcer(self) -> Announcer:
        from cognitui.cognito.request_events import Announcer
        from cognitui.storage.log import RunLog

        warn = None if self._own_server else self._tell
        return Announcer(warn=warn, log=RunLog(self._paths.log, self.clock).note)

    def _make_signin(self) -> SignIn:
        from cognitui.cognito.by_flow import SignInByFlow
        from cognitui.cognito.oauth.provider import OAuthSignIn
        from cognitui.cognito.request_events import AnnouncedSignIn
        from cognitui.cognito.signin.flow import CognitoSignIn
        from cognitui.system.mfa_command import code_from_process

        by_api = CognitoSignIn(self._api, self.clock, code_from_process, self._tell)
        return AnnouncedSignIn(SignInByFlow(by_api, OAuthSignIn(self._token_endpoint)), self._announcer)

    def _make_sessions(self) -> Sessions:
        from cognitui.cognito.after_sign_in import AfterSignIn
        from cognitui.cognito.domain_revocation import DomainRevocation
        from cognitui.cognito.request_events import AnnouncedSessions

        revocations = {Flow.AUTHORIZATION_CODE: DomainRevocation(self._token_endpoint, self._api.sessions)}
        after = AfterSignIn(self._api.sessions, self._api.devices, self.clock, revocations)
        return AnnouncedSessions(after, self._announcer)

    def _make_identities(self) -> Identities:
        from cognitui.cognito.request_events import AnnouncedIdentities

        return AnnouncedIdentities(self._api.identities, self._announcer)

    def _tell(self, text: str) -> None:
        self._hear(text)

    def _tell_news(self, text: str) -> None:
        self._hear_news(text)


def _username_of(access_token: str) -> str:
    # Costs 4 ms, and only a refresh needs it.
    from cognitui.model.claims import username_of

    return username_of(access_token)


class _LateVerifier:
    """The verifier, made at the first verification: PyJWT costs 70 ms."""

    def __init__(self, clock: Callable[[], float], server_clocks: Callable[[], ServerClocks]) -> None:
        self._clock = clock
        self._server_clocks = server_clocks

    @cached_property
    def _verifier(self) -> Verifier:
        from cognitui.cognito.http import fetch_https
        from cognitui.cognito.jwks import TokenVerifier

        clocks = self._server_clocks()
        return TokenVerifier(partial(fetch_https, hear_date=clocks.hear), self._clock, clocks.now_at)

    def verify(self, profile: Profile, token: str) -> Verification:
        return self._verifier.verify(profile, token)
