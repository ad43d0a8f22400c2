"""Every way into a pool as data: which flow, what Cognito asks on the way, and who answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from cognitui.demo.strict.pools import CLIENT_TOKEN_AUTH, CustomChallenge, MfaConfiguration
from cognitui.demo.strict.users import Mfa, UserStatus
from cognitui.model.profile import Flow, PreferredChallenge

SECRET = "9drv7kalt3vq0ssexampleexample"
ALIAS = "alice@example.com"
PLAIN = "alice"
NICKNAME = "alice.liddell"
"""An alias that contains no address."""


@dataclass(frozen=True)
class Case:
    """One row of the table."""

    flow: Flow
    challenge: str
    """What Cognito asks, in its own words, or the state of the account."""
    pool: Mapping[str, object] = field(default_factory=dict)
    user: Mapping[str, object] = field(default_factory=dict)
    client: Mapping[str, object] = field(default_factory=dict)
    fields: Mapping[str, object] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    """What a user chooses when asked, one after the other."""
    instead: str = ""
    """What a person does instead of answering the first question."""
    wrong_first: bool = False
    """Whether a person's first answer is wrong."""
    twice: bool = False
    """Whether the row is about the second sign-in, from a device that the pool remembers."""
    totp: str = ""
    """`typed` if a user reads the code off an app, `stored` if the vault holds the seed."""
    has_app: bool = False
    """Whether the user has an authenticator app that sign-ins do not ask for."""
    alias: str = ALIAS
    """What signs in beside the username."""
    without_domain: bool = False
    """Whether an app client gets its token by GetClientToken."""
    has_actor: bool = False
    """Whether a token exchange names who acts for the subject."""
    at_domain: bool = False
    """Whether a token exchange knows only the pool's domain."""

    @property
    def row(self) -> str:
        """Names the row."""
        return f"{self.flow.value} · {self.challenge}"

    @property
    def names(self) -> tuple[str, str]:
        """What signs in: the alias, and the username."""
        return self.alias, PLAIN


_PHONE = {"attributes": {"phone_number": "+14155550123", "phone_number_verified": "true"}}
_OPTIONAL = {"mfa": MfaConfiguration.OPTIONAL}
_BY_SMS = {"mfa": (Mfa.SMS,), **_PHONE}
_BY_EMAIL = {"mfa": (Mfa.EMAIL,)}
_BY_APP = {"mfa": (Mfa.TOTP,)}
_BY_TWO = {"mfa": (Mfa.EMAIL, Mfa.TOTP)}
_TEMPORARY = {"status": UserStatus.FORCE_CHANGE_PASSWORD}
_REMEMBERED = {**_OPTIONAL, "device_tracking": "opt_in", "device_suppresses_mfa": True}
_REMEMBERED_BESIDE_MFA = {**_OPTIONAL, "device_tracking": "always"}
_COLOUR = CustomChallenge({"question": "Best colour?"}, "green")
_FRUIT = CustomChallenge({"question": "Best fruit?"}, "pear")
_ONE_QUESTION = {"custom_challenges": (_COLOUR,)}
_SRP_FIRST = {"srp_first": True}
_KEPT = {"remember_device": True}
_DEVICE = "DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER"


def _by_password(flow: Flow) -> Iterator[Case]:
    """What can follow a password, however it was proven."""
    yield Case(flow, "none")
    yield Case(flow, "NEW_PASSWORD_REQUIRED", user=_TEMPORARY)
    yield Case(flow, "SMS_MFA", _OPTIONAL, _BY_SMS)
    yield Case(flow, "EMAIL_OTP", _OPTIONAL, _BY_EMAIL)
    yield Case(flow, "SOFTWARE_TOKEN_MFA, seed stored", _OPTIONAL, _BY_APP, totp="stored")
    yield Case(flow, "SOFTWARE_TOKEN_MFA, code typed", _OPTIONAL, _BY_APP, totp="typed")
    yield from _with_a_choice_of_mfa(flow)
    yield from _with_mfa_to_set_up(flow)
    yield Case(flow, "NEW_PASSWORD_REQUIRED, EMAIL_OTP", _OPTIONAL, {**_TEMPORARY, **_BY_EMAIL})
    yield Case(flow, _DEVICE, _REMEMBERED, _BY_EMAIL, fields=_KEPT, twice=True)
    yield Case(flow, f"SMS_MFA, {_DEVICE}", _REMEMBERED_BESIDE_MFA, _BY_SMS, twice=True)
    yield Case(flow, "unconfirmed user", user={"status": UserStatus.UNCONFIRMED}, instead="resend")
    yield Case(flow, "password reset required", user={"status": UserStatus.RESET_REQUIRED}, instead="resend")


def _with_a_choice_of_mfa(flow: Flow) -> Iterator[Case]:
    by_phone = {"mfa": (Mfa.SMS, Mfa.EMAIL), **_PHONE}
    yield Case(flow, "SELECT_MFA_TYPE, EMAIL_OTP", _OPTIONAL, _BY_TWO, choices=("EMAIL_OTP",), totp="typed")
    yield Case(flow, "SELECT_MFA_TYPE, SMS_MFA", _OPTIONAL, by_phone, choices=("SMS_MFA",))
    yield Case(
        flow, "SELECT_MFA_TYPE, SOFTWARE_TOKEN_MFA", _OPTIONAL, _BY_TWO, choices=("SOFTWARE_TOKEN_MFA",), totp="typed"
    )
    yield Case(flow, "SELECT_MFA_TYPE, seed stored", _OPTIONAL, _BY_TWO, totp="stored")


def _with_mfa_to_set_up(flow: Flow) -> Iterator[Case]:
    def demanded(*methods: Mfa) -> Mapping[str, object]:
        return {"mfa": MfaConfiguration.REQUIRED, "mfa_methods": methods}

    yield Case(flow, "MFA_SETUP", demanded(Mfa.TOTP), totp="typed")
    yield Case(flow, "MFA_SETUP, EMAIL_OTP", demanded(Mfa.EMAIL), alias=NICKNAME)
    yield Case(
        flow, "MFA_SETUP, either, EMAIL_OTP", demanded(Mfa.TOTP, Mfa.EMAIL), choices=("EMAIL_OTP",), alias=NICKNAME
    )


def _by_choice() -> Iterator[Case]:
    """USER_AUTH: with a factor that the profile prefers, or one that a person chooses; then as after a password."""
    passwordless = {"first_factors": ("PASSWORD", "EMAIL_OTP", "SMS_OTP")}
    for factor in PreferredChallenge:
        preferred = {"preferred_challenge": factor}
        yield Case(Flow.USER_AUTH, f"{factor.value}, preferred", passwordless, _PHONE, fields=preferred)
    for factor in (PreferredChallenge.PASSWORD, PreferredChallenge.PASSWORD_SRP):
        yield from _after_a_preferred_password(factor)
    for choice in ("PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP"):
        yield Case(Flow.USER_AUTH, f"SELECT_CHALLENGE, {choice}", passwordless, _PHONE, choices=(choice,))
    yield from _after_a_choice()
    yield from _for_a_level()


def _after_a_preferred_password(factor: PreferredChallenge) -> Iterator[Case]:
    flow, name, preferred = Flow.USER_AUTH, f"{factor.value}, preferred", {"preferred_challenge": factor}
    yield Case(flow, f"{name}, SMS_MFA", _OPTIONAL, _BY_SMS, fields=preferred)
    yield Case(flow, f"{name}, NEW_PASSWORD_REQUIRED", user=_TEMPORARY, fields=preferred)
    yield Case(flow, f"{name}, {_DEVICE}", _REMEMBERED, _BY_EMAIL, fields={**preferred, **_KEPT}, twice=True)


def _after_a_choice() -> Iterator[Case]:
    flow, app, unconfirmed = Flow.USER_AUTH, "SOFTWARE_TOKEN_MFA", {"status": UserStatus.UNCONFIRMED}
    yield Case(
        flow,
        "SELECT_CHALLENGE, EMAIL_OTP beside WEB_AUTHN",
        {"first_factors": ("PASSWORD", "EMAIL_OTP", "WEB_AUTHN")},
        {"has_passkey": True},
        choices=("EMAIL_OTP",),
    )
    yield Case(
        flow,
        f"SELECT_CHALLENGE, PASSWORD_SRP, SELECT_MFA_TYPE, {app}",
        _OPTIONAL,
        _BY_TWO,
        choices=("PASSWORD_SRP", app),
        totp="typed",
    )
    needs_app = {"mfa": MfaConfiguration.REQUIRED, "mfa_methods": (Mfa.TOTP,)}
    yield Case(flow, "SELECT_CHALLENGE, PASSWORD, MFA_SETUP", needs_app, choices=("PASSWORD",), totp="typed")
    yield Case(flow, "PASSWORD_SRP, unconfirmed user", user=unconfirmed, choices=("PASSWORD_SRP",), instead="resend")


def _for_a_level() -> Iterator[Case]:
    """`acr_values` in the profile: a second factor that the sign-in would not need otherwise."""
    flow, name = Flow.USER_AUTH, "PASSWORD_SRP, preferred"
    by_code, by_app = {"first_factors": ("PASSWORD", "EMAIL_OTP")}, {**_OPTIONAL, "first_factors": ("PASSWORD",)}
    preferred = {"preferred_challenge": PreferredChallenge.PASSWORD_SRP}
    level_3, level_4 = ({**preferred, "acr_values": (f"urn:cognito:loa:{number}",)} for number in (3, 4))
    yield Case(flow, f"{name}, EMAIL_OTP for level 3", by_code, fields=level_3)
    yield Case(flow, f"{name}, SOFTWARE_TOKEN_MFA for level 4", by_app, fields=level_4, has_app=True, totp="stored")


def _by_questions() -> Iterator[Case]:
    """CUSTOM_AUTH: the pool's own questions, with or without a proof of the password before them."""
    flow, two = Flow.CUSTOM_AUTH, {"custom_challenges": (_COLOUR, _FRUIT)}
    yield Case(flow, "CUSTOM_CHALLENGE", _ONE_QUESTION)
    yield Case(flow, "CUSTOM_CHALLENGE twice", two)
    yield Case(flow, "CUSTOM_CHALLENGE, wrong answer first", _ONE_QUESTION, wrong_first=True)
    yield Case(flow, "PASSWORD_VERIFIER, CUSTOM_CHALLENGE", _ONE_QUESTION, fields=_SRP_FIRST)
    yield Case(
        flow, "PASSWORD_VERIFIER, CUSTOM_CHALLENGE twice, wrong answer first", two, fields=_SRP_FIRST, wrong_first=True
    )
    yield Case(
        flow,
        f"CUSTOM_CHALLENGE, {_DEVICE}",
        {**_ONE_QUESTION, "device_tracking": "opt_in"},
        fields=_KEPT,
        twice=True,
    )


CASES: tuple[Case, ...] = (
    Case(Flow.USER_SRP_AUTH, "none, refresh tokens rotate", client={"rotation": True}),
    *_by_password(Flow.USER_SRP_AUTH),
    *_by_password(Flow.USER_PASSWORD_AUTH),
    *_by_password(Flow.ADMIN_USER_PASSWORD_AUTH),
    *_by_choice(),
    *_by_questions(),
    Case(Flow.AUTHORIZATION_CODE, "login page"),
    Case(
        Flow.AUTHORIZATION_CODE,
        "login page of an identity provider",
        {"identity_providers": ("Google",)},
        fields={"identity_provider": "Google"},
    ),
    Case(Flow.CLIENT_CREDENTIALS, "none"),
    Case(
        Flow.CLIENT_CREDENTIALS,
        "none, without a domain",
        client={"flows": frozenset({CLIENT_TOKEN_AUTH}), "grants": frozenset()},
        without_domain=True,
    ),
    Case(Flow.TOKEN_EXCHANGE, "impersonation, by the API"),
    Case(Flow.TOKEN_EXCHANGE, "delegation, by the API", has_actor=True),
    Case(Flow.TOKEN_EXCHANGE, "impersonation, at the domain", at_domain=True),
    Case(Flow.TOKEN_EXCHANGE, "delegation, at the domain", has_actor=True, at_domain=True),
)

COLUMNS = tuple(product((0, 1), ("", SECRET)))
"""Which of its names and which client secret each cell of a row signs in with."""


def one_column(case: Case) -> tuple[str, str]:
    """Return the username and the client secret of one cell of a row: of the next row, those of the next cell."""
    turn = CASES.index(case)
    if case.flow is Flow.CLIENT_CREDENTIALS:
        return case.alias, SECRET
    if case.has_actor:
        # The actor's client has a secret: two would be asked for in the same words.
        return case.alias, ""
    name, secret = COLUMNS[turn % len(COLUMNS)]
    return case.names[name], secret


def kinds(case: Case) -> frozenset[tuple[str, object]]:
    """Return what a row has in common with others: its flow, each challenge and choice on the way, what is stored."""
    found: set[tuple[str, object]] = {("flow", case.flow), ("column", one_column(case)), ("alias", case.alias)}
    found |= {("challenge", name) for name in case.challenge.split(", ")}
    found |= {("choice", (at, name)) for at, name in enumerate(case.choices)}
    found |= {("without domain", case.without_domain)}
    found |= {("instead", case.instead), ("wrong first", case.wrong_first), ("twice", case.twice), ("totp", case.totp)}
    found |= {("has actor", case.has_actor), ("at the domain", case.at_domain)}
    found |= {("fields", name) for name in case.fields}
    return frozenset(found)


def _samples() -> Iterator[Case]:
    seen: set[tuple[str, object]] = set()
    for case in CASES:
        if not kinds(case) <= seen:
            seen |= kinds(case)
            yield case


SAMPLES: tuple[Case, ...] = tuple(_samples())
"""The first row of each kind. The TUI and the terminal answer the questions of a sign-in, whichever row they belong to:
there a row without a new flow, challenge, choice or stored secret would repeat what another one has shown."""


def why_not(case: Case, secret: str) -> str:
    """Return why Cognito does not allow a cell, or an empty text if it does."""
    return "needs a secret" if case.flow is Flow.CLIENT_CREDENTIALS and not secret else ""
