"""Plain fakes of the ports, and makers of profiles and tokens: what tests hand in instead of the real parts."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import msgspec

from cognitui.doctor.profile import ProfileDoctor
from cognitui.doctor.setup import Doctor
from cognitui.model.challenge import Challenge, GivenSecrets, Prompt, SignedIn, Step
from cognitui.model.diagnostics import SettingError
from cognitui.model.duration import parse_duration
from cognitui.model.errors import CognituiError, NoKeyring, ProfileConflict, ProfileFileError
from cognitui.model.preferences import NO_PREFERENCES, Preferences
from cognitui.model.profile import NO_FIELDS, Environment, FileStamp, Flow, Profile, ProfileFields, ProfileSet
from cognitui.model.secret import SecretKind, SecretName
from cognitui.model.secret_source import SecretSource
from cognitui.model.struct import replace
from cognitui.model.token import REFRESH_LIFETIME, Expiries, Lifetime, Token, TokenKind, TokenSet
from cognitui.profiles.export import ProfileExport
from cognitui.profiles.validation import ProfileRules, name_error
from cognitui.tokens.broker import TokenBroker
from cognitui.tokens.cache import SECRET_OF_TOKEN, pack
from cognitui.tokens.user_sessions import UserSessions
from tests.unit.doctor.fake_exams import FakeExam, FakeMachine
from tests.unit.fake_clients import FakeAppClientSecrets
from tests.unit.fake_directory import FakeDirectory, FakeProvisioning
from tests.unit.fake_sessions import FakeIdentities, FakeSessions, FakeUserSessions
from tests.unit.standin import StandIn

if TYPE_CHECKING:
    from cognitui.model.token import Verification
    from cognitui.profiles.drafts import ProfileDrafts
    from cognitui.services import Location
    from cognitui.storage.settings import Rules
    from cognitui.system.clipboard import Clipboard
    from cognitui.tokens.interfaces import Provider
    from cognitui.tokens.secret_rotation import SecretRotation

T = TypeVar("T")

NOW = 1_795_340_531.0
"""2026-11-22T09:42:11Z: when a test begins."""

POOL = "eu-west-1_AbCdEf123"
CLIENT = "1h57kf5cpq17m0eml12example"


def make_profile(
    id_: str = "dev/alice",
    *,
    protected: bool = False,
    label: str = "",
    defaults: ProfileFields | None = None,
    **own: object,
) -> Profile:
    """Return a profile that signs in `NAME@example.com`; keyword arguments are fields of its own."""
    environment, name = id_.split("/")
    fields = {"username": f"{name}@example.com", "user_pool_id": POOL, "client_id": CLIENT, **own}
    return Profile(
        environment=Environment(
            name=environment,
            label=label,
            protected=protected,
            defaults=defaults or ProfileFields(),
            source="profiles.toml",
        ),
        name=name,
        own=ProfileFields(**fields),  # type: ignore[arg-type]  # the tests name the right fields
        source="profiles.toml",
    )


def make_exchange(id_: str, subject: Profile, actor: Profile | None = None, **own: object) -> Profile:
    """Return a profile that exchanges the token of a subject, as the loader joins them."""
    named = {"subject": subject.id, **({"actor": actor.id} if actor else {})}
    given = {"flow": Flow.TOKEN_EXCHANGE, "username": None, "client_id": "service", **named, **own}
    return msgspec.structs.replace(make_profile(id_, **given), subject=subject, actor=actor)  # type: ignore[arg-type]


def make_book(*profiles: Profile, **more: object) -> ProfileSet:
    """Return a book of those profiles and their environments, in the order of their coming."""
    environments = {profile.environment.name: profile.environment for profile in profiles}
    return ProfileSet(
        environments=tuple(environments.values()),
        profiles=profiles,
        path="profiles.toml",
        **more,  # type: ignore[arg-type]  # the tests name the right fields
    )


def make_jwt(claims: Mapping[str, object], header: Mapping[str, object] | None = None) -> str:
    """Return claims in the shape of a token; the signature is nobody's."""
    head = {"alg": "RS256", "kid": "key-1"} if header is None else header
    return ".".join(_base64url(part) for part in (json.dumps(head), json.dumps(dict(claims)), "nobody signed this"))


def make_token(
    kind: TokenKind = TokenKind.ACCESS, *, now: float = NOW, length: float = 3600, mark: str = "1", **claims: object
) -> Token:
    """Return a token issued at `now`; `mark` distinguishes tokens that are otherwise the same."""
    if kind is TokenKind.REFRESH:
        return Token(kind, f"opaque-refresh-{mark}", Lifetime(now, now + REFRESH_LIFETIME, estimated=True))
    said = {
        "iss": f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL}",
        "token_use": kind.value,
        "jti": mark,
        "iat": int(now),
        "exp": int(now + length),
        **({"client_id": CLIENT, "username": "alice-sub"} if kind is TokenKind.ACCESS else {"aud": CLIENT}),
        **claims,
    }
    return Token(kind, make_jwt(said), Lifetime(now, now + length))


def make_tokens(
    *, now: float = NOW, length: float = 3600, mark: str = "1", refresh: bool = True, **claims: object
) -> TokenSet:
    """Return the tokens of a sign-in at `now`; `refresh=False` is what a refresh without rotation brings."""
    return TokenSet(
        access=make_token(TokenKind.ACCESS, now=now, length=length, mark=mark, **claims),
        id=make_token(TokenKind.ID, now=now, length=length, mark=mark, **claims),
        refresh=make_token(TokenKind.REFRESH, now=now, mark=mark) if refresh else None,
    )


def password_challenge(profile: Profile, **more: object) -> Challenge:
    """Return the challenge of a profile whose password is not stored."""
    prompt = Prompt("password", "password", masked=True, keeps=SecretKind.PASSWORD)
    words: dict[str, object] = {"title": "Password needed", "message": f"The password of {profile.username}.", **more}
    return Challenge(kind="PASSWORD", profile=profile, prompts=(prompt,), **words)  # type: ignore[arg-type]


class FakeClock:
    """A clock that only a test moves."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


class FakeVault:
    """Secrets in a dict. Every call raises the error, if one is set."""

    def __init__(self, fault: CognituiError | None = None) -> None:
        self.entries: dict[SecretName, str] = {}
        self.calls: list[tuple[str, SecretName]] = []
        self.fault = fault

    def get(self, name: SecretName) -> str | None:
        self._called("get", name)
        return self.entries.get(name)

    def set(self, name: SecretName, value: str) -> None:
        self._called("set", name)
        self.entries[name] = value

    def delete(self, name: SecretName) -> bool:
        self._called("delete", name)
        return self.entries.pop(name, None) is not None

    def hold_tokens(self, profile: Profile, tokens: TokenSet) -> None:
        """Put tokens in as an earlier run would have left them."""
        for token in tokens.present():
            self.entries[profile.secret_name(SECRET_OF_TOKEN[token.kind])] = pack(token)

    def _called(self, what: str, name: SecretName) -> None:
        self.calls.append((what, name))
        if self.fault is not None:
            raise self.fault


@dataclass(frozen=True, slots=True)
class RefreshCall:
    """What `FakeSignIn.refresh` was called with."""

    profile: Profile
    refresh_token: str
    client_secret: str | None
    username: str
    device_key: str = ""


class FakeSignIn:
    """Scripted sign-ins: each call takes the next step of its own list, and raises it if it is an error."""

    def __init__(
        self,
        start: list[Step | CognituiError] | None = None,
        answer: list[Step | CognituiError] | None = None,
        refresh: list[TokenSet | CognituiError] | None = None,
    ) -> None:
        self.start_steps = start or []
        self.answer_steps = answer or []
        self.refresh_steps = refresh or []
        self.started: list[tuple[Profile, GivenSecrets]] = []
        self.fresh: list[bool] = []
        """Of each start, whether it was a fresh one."""
        self.answered: list[tuple[Challenge, dict[str, str]]] = []
        self.refreshed: list[RefreshCall] = []
        self.arrivals: list[Mapping[str, str] | CognituiError] = []
        """Answers that come during a wait; a test may add to them."""
        self.waited: list[Challenge] = []
        self.waits_ended = threading.Event()

    def start(self, profile: Profile, secrets: GivenSecrets, *, fresh: bool = False) -> Step:
        self.started.append((profile, secrets))
        self.fresh.append(fresh)
        step = _next(self.start_steps, "start")
        if isinstance(step, CognituiError):
            raise step
        return step

    def answer(self, challenge: Challenge, answers: Mapping[str, str]) -> Step:
        self.answered.append((challenge, dict(answers)))
        step = _next(self.answer_steps, "answer")
        if isinstance(step, CognituiError):
            raise step
        return step

    def with_client_secret(self, challenge: Challenge, client_secret: str) -> Challenge:
        return replace(challenge, state=client_secret)

    def wait(self, challenge: Challenge, stop: threading.Event) -> Mapping[str, str] | None:
        self.waited.append(challenge)
        while not (self.arrivals or stop.wait(0.01)):
            pass
        self.waits_ended.set()
        arrived = self.arrivals.pop(0) if self.arrivals else None
        if isinstance(arrived, CognituiError):
            raise arrived
        return arrived

    def refresh(
        self, profile: Profile, refresh_token: str, client_secret: str | None, username: str, device_key: str = ""
    ) -> TokenSet:
        self.refreshed.append(RefreshCall(profile, refresh_token, client_secret, username, device_key))
        step = _next(self.refresh_steps, "refresh")
        if isinstance(step, CognituiError):
            raise step
        return step


class FakeSecretReader:
    """Values of secret sources, by the source as profiles write it: each a list of what is read in turn.

    The last one stays. An error is raised.
    """

    def __init__(self) -> None:
        self.values: dict[str, list[str | CognituiError]] = {}
        self.read_by: list[tuple[str, str]] = []
        """The profile and the source of each reading."""
        self.gate: threading.Event | None = None
        """If set, a reading waits for it."""

    def holds(self, source: str, *values: str | CognituiError) -> None:
        """Set what is read from a source from now on."""
        self.values[source] = list(values)

    def read(self, profile: Profile, source: SecretSource) -> str:
        self.read_by.append((profile.id, str(source)))
        if self.gate is not None:
            assert self.gate.wait(10), "nobody opened the gate"
        found = self.values[str(source)]
        value = found.pop(0) if len(found) > 1 else found[0]
        if isinstance(value, CognituiError):
            raise value
        return value


class FakeIndex:
    """Expiry times in a dict."""

    def __init__(self, fault: CognituiError | None = None) -> None:
        self.entries: dict[str, Expiries] = {}
        self.fault = fault

    def read(self) -> Mapping[str, Expiries]:
        return dict(self.entries)

    def put(self, token_key: str, expiries: Expiries) -> None:
        if self.fault is not None:
            raise self.fault
        self.entries[token_key] = expiries

    def forget(self, token_key: str) -> None:
        self.entries.pop(token_key, None)

    def stamp(self) -> object:
        return tuple(self.entries.items())

    def note(self, profile: Profile, tokens: TokenSet) -> None:
        """Note tokens as an earlier run would have."""
        lives = {token.kind.value: token.lifetime for token in tokens.present()}
        self.entries[profile.token_key] = Expiries(**lives)


class FakeLocks:
    """Real locks between threads, none between processes."""

    def __init__(self) -> None:
        self.held: list[str] = []
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            self.held.append(key)
            yield


class FakeVerifier:
    """Returns one verification for every token."""

    def __init__(self, answer: Verification | CognituiError) -> None:
        self.answer = answer
        self.asked: list[tuple[Profile, str]] = []

    def verify(self, profile: Profile, token: str) -> Verification:
        self.asked.append((profile, token))
        if isinstance(self.answer, CognituiError):
            raise self.answer
        return self.answer


class FakeProfileStore(StandIn):  # type: ignore[misc]  # see StandIn
    """A profile file in memory, with the store's own refusals. Its error is raised by every change."""

    def __init__(self, profile_set: ProfileSet | None = None, fault: CognituiError | None = None) -> None:
        self.profile_set = profile_set or ProfileSet()
        self.fault = fault

    @property
    def path(self) -> Path:
        return Path("profiles.toml")

    def load(self) -> ProfileSet:
        return self.profile_set

    def stamps(self, profile_set: ProfileSet | None) -> tuple[FileStamp, ...]:
        return profile_set.stamps if profile_set else ()

    def check(
        self,
        environment: str,
        name: str,
        fields: ProfileFields,
        *,
        protected: bool = False,
        shared: ProfileFields = NO_FIELDS,
    ) -> None:
        self._refuse_taken(f"{environment}/{name}")
        known = self.profile_set.environment(environment)
        faults = ProfileRules(known.defaults if known else shared).errors(fields)
        for fault in filter(None, (name_error(environment), name_error(name), *faults)):
            raise ProfileFileError(f"Not saved: {environment}/{name} {fault.key} {fault.what}.")

    def add(
        self,
        environment: str,
        name: str,
        fields: ProfileFields,
        *,
        protected: bool = False,
        shared: ProfileFields = NO_FIELDS,
    ) -> ProfileSet:
        self._refuse_taken(f"{environment}/{name}")
        made = self._made(environment, name, fields, shared)
        if not protected:
            return self._keep((*self.profile_set.profiles, made))
        place = msgspec.structs.replace(made.environment, protected=True)
        return self._keep(
            tuple(
                msgspec.structs.replace(profile, environment=place)
                if profile.environment.name == environment
                else profile
                for profile in (*self.profile_set.profiles, made)
            )
        )

    def change(self, seen: Profile, environment: str, name: str, fields: ProfileFields) -> ProfileSet:
        self._refuse_changed(seen)
        if (new_id := f"{environment}/{name}") != seen.id:
            self._refuse_taken(new_id)
        changed = self._made(environment, name, fields)
        return self._keep(tuple(changed if profile == seen else profile for profile in self.profile_set.profiles))

    def remove(self, seen: Profile) -> ProfileSet:
        self._refuse_changed(seen)
        return self._keep(tuple(profile for profile in self.profile_set.profiles if profile != seen))

    def _made(self, environment: str, name: str, fields: ProfileFields, shared: ProfileFields = NO_FIELDS) -> Profile:
        known = self.profile_set.environment(environment)
        fields = fields.merged_into(shared) if known else fields
        place = known or Environment(name=environment, source="profiles.toml", defaults=shared)
        return Profile(environment=place, name=name, own=fields, source="profiles.toml")

    def _keep(self, profiles: tuple[Profile, ...]) -> ProfileSet:
        if self.fault is not None:
            raise self.fault
        environments = {environment.name: environment for environment in self.profile_set.environments}
        environments |= {profile.environment.name: profile.environment for profile in profiles}
        self.profile_set = ProfileSet(
            environments=tuple(environments.values()),
            profiles=profiles,
            errors=self.profile_set.errors,
            path="profiles.toml",
        )
        return self.profile_set

    def _refuse_taken(self, id_: str) -> None:
        if id_ in self.profile_set.by_id:
            raise ProfileFileError(f"There is a profile {id_} already.")

    def _refuse_changed(self, seen: Profile) -> None:
        if self.profile_set.by_id.get(seen.id) != seen:
            raise ProfileConflict(f"{seen.id} is no longer as it was read.")


class FakePreferences:
    """What is remembered, in memory. Its error is raised by every change."""

    def __init__(self, known: Preferences = NO_PREFERENCES, fault: CognituiError | None = None) -> None:
        self.known = known
        self.fault = fault

    def read(self) -> Preferences:
        return self.known

    def change(self, change: Callable[[Preferences], Preferences]) -> Preferences:
        if self.fault is not None:
            raise self.fault
        self.known = change(self.known)
        return self.known


@dataclass
class FakeSettings(StandIn):  # type: ignore[misc]  # see StandIn
    """What `config.toml` would say."""

    theme: str = "cognitui"
    clear_after: float = 30.0
    clipboard: str = "auto"
    reduced_motion: bool = False
    auto_refresh: bool = False
    idle_lock: float = 600.0
    keymap: Mapping[str, str] = field(default_factory=dict)


@dataclass
class FakeServices(StandIn):  # type: ignore[misc]  # see StandIn
    """The parts of the program, all fakes but the broker: `vault`, `signin`, `index` … are there to look at."""

    profiles: FakeProfileStore = field(default_factory=FakeProfileStore)
    vault: FakeVault = field(default_factory=FakeVault)
    signin: FakeSignIn = field(default_factory=FakeSignIn)
    sessions: FakeSessions = field(default_factory=FakeSessions)
    session_calls: FakeUserSessions = field(default_factory=FakeUserSessions)
    identities: FakeIdentities = field(default_factory=FakeIdentities)
    directory: FakeDirectory = field(default_factory=FakeDirectory)
    provisioning: FakeProvisioning = field(default_factory=FakeProvisioning)
    aws_endpoint: str = ""
    index: FakeIndex = field(default_factory=FakeIndex)
    locks: FakeLocks = field(default_factory=FakeLocks)
    verifier: FakeVerifier | None = None
    clients: FakeAppClientSecrets = field(default_factory=FakeAppClientSecrets)
    sources: FakeSecretReader = field(default_factory=FakeSecretReader)
    clock: FakeClock = field(default_factory=FakeClock)
    uptime: FakeClock = field(default_factory=lambda: FakeClock(0.0))
    settings: FakeSettings = field(default_factory=FakeSettings)
    faults: tuple[SettingError, ...] = ()
    sharing: ProfileExport = field(default_factory=ProfileExport)
    machine: FakeMachine = field(default_factory=FakeMachine)
    exam: FakeExam = field(default_factory=FakeExam)
    real_drafts: ProfileDrafts | None = None
    edit: Callable[[Path, int], None] = lambda _path, _line: None
    preferences: FakePreferences = field(default_factory=FakePreferences)
    clip: Clipboard | None = None
    username_of: Callable[[str], str] = lambda _token: ""
    secrets_in_memory: bool = False
    places: tuple[Location, ...] = ()
    warmed_up: list[Profile] = field(default_factory=list)
    hear: Callable[[str], None] = lambda _text: None
    hear_news: Callable[[str], None] = lambda _text: None
    has_browser: bool = True
    browsed: list[str] = field(default_factory=list)
    became: list[tuple[tuple[str, ...], dict[str, str]]] = field(default_factory=list)
    broker: TokenBroker = field(init=False)

    def __post_init__(self) -> None:
        self.broker = TokenBroker(
            vault=self.vault,
            provider_at=providing(self.signin, self.sessions),
            identity_pools=self.identities,
            index=self.index,
            locks=self.locks,
            verifier=self.verifier or FakeVerifier(CognituiError("No test told the verifier what to say.")),
            clock=self.clock,
            username_of=self.username_of,
            secret_reader=self.sources,
        )

    @property
    def secret_rotation(self) -> SecretRotation:
        return self.broker.secret_rotation(self.clients, self.clients.prove, self.clock.advance)

    @property
    def user_sessions(self) -> UserSessions:
        return UserSessions(self.session_calls)

    def settings_errors(self, rules: Rules) -> tuple[SettingError, ...]:
        return (*self.faults, *rules(self.settings))

    def change_settings(self, values: Mapping[str, str | bool]) -> None:
        for name, value in values.items():
            if name in ("clear_after", "idle_lock"):
                setattr(self.settings, name, float(parse_duration(str(value))))
            else:
                setattr(self.settings, name, value)

    @property
    def doctor(self) -> Doctor:
        of_profile = ProfileDoctor(self.exam, self.vault, self.expiries, self.clock, self.sources)
        return Doctor(self.profiles, self.machine, self.exam, of_profile)

    @property
    def drafts(self) -> ProfileDrafts:
        assert self.real_drafts is not None, "the test hands no drafts in"
        return self.real_drafts

    def clipboard(self, write_to_terminal: Callable[[str], None]) -> Clipboard:
        assert self.clip is not None, "the test hands no clipboard in"
        return self.clip

    def expiries(self) -> Mapping[str, Expiries]:
        return self.index.read()

    def locations(self) -> tuple[Location, ...]:
        return self.places

    def warm_up(self, profile: Profile) -> None:
        self.warmed_up.append(profile)

    def open_browser(self, url: str) -> bool:
        self.browsed.append(url)
        return self.has_browser

    def become(self, command: Sequence[str], environ: Mapping[str, str]) -> int:
        self.became.append((tuple(command), dict(environ)))
        return 7

    def use_memory(self) -> None:
        self.secrets_in_memory = True
        if isinstance(self.vault.fault, NoKeyring):
            self.vault.fault = None

    def listen(self, hear: Callable[[str], None], hear_news: Callable[[str], None]) -> None:
        self.hear, self.hear_news = hear, hear_news

    def holding(self, profile: Profile, tokens: TokenSet) -> FakeServices:
        """Store tokens as an earlier run would have left them, in the vault and in the index; returns itself."""
        self.vault.hold_tokens(profile, tokens)
        self.index.note(profile, tokens)
        return self


class FakeProvider:
    """A provider of two halves: a sign-in, and what follows it."""

    def __init__(self, signin: object, sessions: object) -> None:
        self._halves = signin, sessions

    def __getattr__(self, name: str) -> object:
        return next(getattr(half, name) for half in self._halves if hasattr(half, name))


def providing(signin: object, sessions: object = None) -> Callable[[bool], Provider]:
    """Return what hands one provider to every profile."""
    provider = cast("Provider", FakeProvider(signin, sessions))
    return lambda _domain: provider


def signed_in(**how: float | str) -> SignedIn:
    """Return the end of a sign-in; keyword arguments are those of `make_tokens`."""
    return SignedIn(make_tokens(**how))  # type: ignore[arg-type]  # the tests name the right ones


def services_with(*profiles: Profile, **parts: object) -> FakeServices:
    """Return services whose profile file holds these profiles; keyword arguments are parts of `FakeServices`."""
    return FakeServices(profiles=FakeProfileStore(make_book(*profiles)), **parts)  # type: ignore[arg-type]


def _next(steps: list[T], what: str) -> T:
    if not steps:
        raise AssertionError(f"nothing was scripted for another call of {what}")
    return steps.pop(0)


def _base64url(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).rstrip(b"=").decode()
