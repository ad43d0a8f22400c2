"""Checks of the doctor, passing and failing, with fixes and codes."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from cognitui.doctor.profile import ProfileDoctor, for_this_run
from cognitui.model.diagnostics import (
    Finding,
    InsecurePath,
    KeysSeen,
    PoolSettings,
    SettingError,
    TerminalFacts,
    Verdict,
    failed,
    passed,
    warned,
    worst_code,
)
from cognitui.model.errors import (
    AwsCredentialsUnusable,
    ClientSecretMissing,
    ClientSecretUnwanted,
    ClientSecretWrong,
    CognituiError,
    KeyringLocked,
    NoKeyring,
    OperationUnknown,
    PermissionMissing,
    PoolOrClientNotFound,
    ProfileFileError,
    ProfileFileUnsafe,
    ServiceFault,
    Unreachable,
    UsageError,
)
from cognitui.model.profile import Flow, Profile, ProfileError, ProfileSet
from cognitui.model.secret import SecretKind
from cognitui.model.struct import replace
from tests.unit.doctor.fake_exams import SETTINGS, TERMINAL, FakeExam, FakeMachine
from tests.unit.fakes import NOW, FakeProfileStore, FakeServices, make_book, make_profile, make_tokens, services_with

ALICE = make_profile("dev/alice")
SIGNED = make_profile("dev/signed", aws_profile="admin")
DOMAIN = "https://shop.auth.eu-west-1.amazoncognito.com"
BROWSER = make_profile(
    "dev/web", flow=Flow.AUTHORIZATION_CODE, domain=DOMAIN, aws_profile="admin", scopes=("openid", "email")
)
ORDERS = make_profile(
    "dev/orders", flow=Flow.CLIENT_CREDENTIALS, domain=DOMAIN, aws_profile="admin", username=None, scopes=("a/read",)
)


def by_check(findings: Iterable[Finding]) -> dict[str, Finding]:
    return {finding.check: finding for finding in findings}


def setup(**machine: object) -> dict[str, Finding]:
    services = services_with(ALICE, machine=FakeMachine(**machine))  # type: ignore[arg-type]
    return by_check(services.doctor.of_setup())


def profile(
    examined: Profile = ALICE, *, secret: str | None = None, services: FakeServices | None = None, **exam: object
) -> dict[str, Finding]:
    used = services or services_with(examined)
    used.exam = FakeExam(**exam)  # type: ignore[arg-type]
    if secret:
        used.vault.entries[examined.secret_name(SecretKind.CLIENT_SECRET)] = secret
    return by_check(used.doctor.of_profile(examined))


# The setup.


def test_a_setup_in_order_passes_every_check() -> None:
    found = setup()

    assert list(found) == ["profile file", "config.toml", "permissions", "keyring", "clipboard", "terminal", "clock"]
    assert {finding.verdict for finding in found.values()} == {Verdict.PASS}
    assert "SecretService" in found["keyring"].result


def test_each_check_runs_when_it_is_asked_for() -> None:
    services = services_with(ALICE)
    findings = services.doctor.of_setup()

    assert next(iter(findings)).check == "profile file"
    assert services.exam.asked == []


@pytest.mark.parametrize(
    ("part", "check", "error"),
    [
        ("keyring", "keyring", NoKeyring("There is none.", fix="Install one.")),
        ("keyring", "keyring", KeyringLocked("It is locked.")),
        ("clipboard", "clipboard", UsageError("None can be reached.", fix="Install xclip.")),
    ],
)
def test_an_error_fails_with_cause_fix_and_code_and_the_other_checks_go_on(
    part: str, check: str, error: CognituiError
) -> None:
    found = setup(**{part: error})

    assert found[check] == Finding(check, Verdict.FAIL, error.cause, error.fix, error.exit_code)
    assert found["clock"].verdict is Verdict.PASS


def test_each_error_of_config_toml_fails_with_its_fix() -> None:
    errors = (
        SettingError(("theme",), "is not the name of a theme", "Did you mean nord?", "config.toml", 1),
        SettingError(("keymap", "verify"), "is not a text", "Write it.", "config.toml", 4),
    )
    services = services_with(ALICE, machine=FakeMachine(errors=errors))
    found = [finding for finding in services.doctor.of_setup() if finding.check == "config.toml"]

    assert [(finding.verdict, finding.exit_code) for finding in found] == [(Verdict.FAIL, 2)] * 2
    assert found[0].result == "config.toml:1: theme is not the name of a theme."
    assert found[0].fix == "Did you mean nord?"


def test_each_error_of_the_profile_file_fails() -> None:
    problem = ProfileError(where="dev/eve", key="region", what="is not a text", fix="write it in quotes")
    services = FakeServices(profiles=FakeProfileStore(make_book(ALICE, errors=(problem,))))
    first = next(services.doctor.of_setup())

    assert (first.verdict, first.exit_code) == (Verdict.FAIL, 2)
    assert "dev/eve: region" in first.result


@pytest.mark.parametrize("error", [ProfileFileError("It is not TOML."), ProfileFileUnsafe("Others may write it.")])
def test_a_file_that_cannot_be_read_stops_no_other_check(error: ProfileFileError) -> None:
    class Broken(FakeProfileStore):
        def load(self) -> ProfileSet:
            raise error

    found = by_check(FakeServices(profiles=Broken()).doctor.of_setup())

    assert found["profile file"].verdict is Verdict.FAIL
    assert found["clock"].verdict is Verdict.SKIP


def test_a_first_start_is_no_failure() -> None:
    services = FakeServices(profiles=FakeProfileStore(ProfileSet(exists=False)))

    assert next(services.doctor.of_setup()).verdict is Verdict.WARN


def test_what_is_open_to_others_is_named_with_the_command_that_closes_it() -> None:
    found = setup(loose=(InsecurePath("/state", "Run: chmod go= /state"),))["permissions"]

    assert (found.verdict, found.fix) == (Verdict.WARN, "Run: chmod go= /state")


def test_secrets_in_memory_without_a_keyring_are_a_warning() -> None:
    assert setup(keyring="")["keyring"].verdict is Verdict.WARN


def test_secrets_in_memory_that_were_chosen_are_only_noted() -> None:
    found = setup(keyring="", memory_was_chosen=True)["keyring"]

    assert (found.verdict, found.fix) == (Verdict.NOTE, "")


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        (replace(TERMINAL, is_terminal=False, term="", columns=0), Verdict.NOTE),
        (replace(TERMINAL, term="dumb"), Verdict.WARN),
        (replace(TERMINAL, term=""), Verdict.WARN),
        (replace(TERMINAL, encoding="ANSI_X3.4-1968"), Verdict.WARN),
        (replace(TERMINAL, encoding="UTF-8"), Verdict.PASS),
        (replace(TERMINAL, columns=59), Verdict.WARN),
        (replace(TERMINAL, rows=19), Verdict.WARN),
    ],
    ids=str,
)
def test_an_unsuitable_terminal_is_a_warning(facts: TerminalFacts, verdict: Verdict) -> None:
    assert setup(facts=facts)["terminal"].verdict is verdict


@pytest.mark.parametrize(
    ("skew", "verdict", "words"),
    [
        (0.0, "pass", "agree"),
        (59.0, "pass", "agree"),
        (3600.0, "warn", "1h behind"),
        (-3600.0, "warn", "1h ahead of"),
    ],
)
def test_a_clock_that_is_wrong_is_a_warning(skew: float, verdict: str, words: str) -> None:
    services = services_with(ALICE, exam=FakeExam(seen=KeysSeen(2, skew)))
    found = by_check(services.doctor.of_setup())["clock"]

    assert found.verdict.value == verdict
    assert words in found.result


def test_a_clock_is_not_compared_with_an_emulators() -> None:
    services = services_with(make_profile("local/eve", endpoint_url="http://localhost:4566"))

    found = by_check(services.doctor.of_setup())["clock"]

    assert found.verdict is Verdict.SKIP
    assert found.result.startswith("Not checked: it is compared with the clock of AWS, and no profile uses AWS")
    assert found.fix
    assert services.exam.asked == []


def test_a_clock_that_could_not_be_compared_is_not_reported_as_right() -> None:
    services = services_with(ALICE, exam=FakeExam(seen=Unreachable("No network.", fix="Connect.")))
    found = by_check(services.doctor.of_setup())["clock"]

    assert (found.verdict, found.result, found.fix) == (Verdict.SKIP, "Not checked: No network.", "Connect.")


# A profile.


def test_a_profile_in_order_fails_no_check() -> None:
    found = profile()

    assert list(found) == [
        "profile", "endpoint", "keys", "clock skew", "password", "TOTP seed", "app client", "flow", "tokens",
    ]  # fmt: skip
    assert {check for check, finding in found.items() if finding.verdict is not Verdict.PASS} == {
        "password", "TOTP seed", "flow", "tokens",
    }  # fmt: skip
    assert {finding.verdict for finding in found.values()} == {Verdict.PASS, Verdict.NOTE, Verdict.SKIP}


def test_no_check_of_the_set_up_has_the_name_of_one_of_the_profile() -> None:
    assert not set(setup()) & set(profile())


def test_an_endpoint_that_cannot_be_reached_fails_and_its_keys_are_not_judged() -> None:
    found = profile(seen=Unreachable("Nobody answers."))

    assert (found["endpoint"].verdict, found["endpoint"].exit_code) == (Verdict.FAIL, 5)
    assert "keys" not in found


def test_a_pool_that_is_not_there_fails_though_the_endpoint_answers() -> None:
    found = profile(seen=PoolOrClientNotFound("No such pool."))

    assert found["endpoint"].verdict is Verdict.PASS
    assert (found["keys"].verdict, found["keys"].exit_code) == (Verdict.FAIL, 4)


def test_without_a_pool_tokens_cannot_be_verified() -> None:
    own = "https://login.example.com"
    found = profile(make_profile("dev/m2m", flow=Flow.CLIENT_CREDENTIALS, domain=own, user_pool_id=None))

    assert found["keys"].verdict is Verdict.WARN
    assert "app client" not in found


def test_without_a_pool_the_region_of_the_domain_is_asked_for_the_app_client() -> None:
    found = profile(make_profile("dev/m2m", flow=Flow.CLIENT_CREDENTIALS, domain=DOMAIN, user_pool_id=None))

    assert found["profile"].result.endswith("at AWS, eu-west-1.")
    assert found["app client"].verdict is Verdict.PASS


def test_a_domain_is_checked_if_there_is_one() -> None:
    assert profile(BROWSER)["domain"].verdict is Verdict.PASS
    assert profile(BROWSER, domain_error=Unreachable("Nobody answers."))["domain"].exit_code == 5


@pytest.mark.parametrize(
    ("fault", "verdict", "code"),
    [
        (ClientSecretMissing("needed"), Verdict.WARN, 0),
        (ClientSecretWrong("wrong"), Verdict.FAIL, 4),
        (ClientSecretUnwanted("unwanted"), Verdict.FAIL, 4),
        (PoolOrClientNotFound("no such client"), Verdict.FAIL, 4),
        (Unreachable("no network"), Verdict.FAIL, 5),
        (ServiceFault("HTTP 500"), Verdict.FAIL, 5),
        (OperationUnknown("an emulator"), Verdict.WARN, 0),
    ],
)
def test_what_cognito_says_about_the_app_client_is_reported(fault: CognituiError, verdict: Verdict, code: int) -> None:
    found = profile(client_error=fault)["app client"]

    assert (found.verdict, found.exit_code) == (verdict, code)
    assert found.fix


def test_the_stored_client_secret_is_what_cognito_is_asked_with() -> None:
    services = services_with(ALICE)
    found = profile(services=services, secret="canary-secret")

    assert ("client", "dev/alice", "canary-secret") in services.exam.asked
    assert "accepts the stored secret" in found["app client"].result
    assert not any("canary" in repr(finding) for finding in found.values())


def test_a_secret_of_the_domain_is_not_sent_to_an_endpoint() -> None:
    elsewhere = make_profile(
        "dev/m2m", flow=Flow.CLIENT_CREDENTIALS, domain=DOMAIN, username=None, endpoint_url="https://evil.example.com"
    )
    services = services_with(elsewhere)
    found = profile(elsewhere, services=services, secret="canary-secret", client_error=ClientSecretMissing("needed"))

    assert ("client", "dev/m2m", "") in services.exam.asked
    assert found["app client"].verdict is Verdict.PASS


def test_a_failing_keyring_is_one_failure_and_the_other_checks_go_on() -> None:
    services = services_with(ALICE)
    services.vault.fault = KeyringLocked("It is locked.")
    found = profile(services=services)

    assert (found["secrets"].verdict, found["secrets"].exit_code) == (Verdict.FAIL, 6)
    assert found["app client"].verdict is Verdict.PASS


def test_whether_the_password_is_stored_is_reported() -> None:
    services = services_with(ALICE)
    services.vault.entries[ALICE.secret_name(SecretKind.PASSWORD)] = "canary"

    stored, missing = profile(services=services)["password"], profile()["password"]

    assert (stored.verdict, stored.result) == (Verdict.PASS, "It is stored.")
    assert missing.verdict is Verdict.NOTE
    assert "you are prompted for it" in missing.result
    assert missing.fix == "To store it: cognitui secret set dev/alice password"


def test_a_vault_in_memory_is_filled_in_the_tui_which_has_it() -> None:
    services = services_with(ALICE)
    doctor = ProfileDoctor(
        services.exam, services.vault, dict, services.clock, services.sources, how_to_store=for_this_run
    )

    missing = next(found for found in doctor.examine(ALICE) if found.check == "password")

    assert missing.fix == "To store it: in the TUI, under Passwords"


def test_without_an_aws_profile_iam_is_not_asked() -> None:
    services = services_with(ALICE)
    profile(services=services)

    assert [call[0] for call in services.exam.asked] == ["keys", "client"]


def test_what_only_iam_knows_is_skipped_with_how_to_check_it() -> None:
    found = profile()["flow"]

    assert found.verdict is Verdict.SKIP
    assert "whether the app client allows USER_SRP_AUTH" in found.result
    assert "the profile's aws_profile" in found.fix
    assert "cognito-idp:DescribeUserPoolClient" in found.fix


def test_whether_a_client_secret_is_needed_is_reported_if_cognito_says_so() -> None:
    assert "requires no client secret" in profile()["app client"].result
    assert "It has a secret" in profile(client_error=ClientSecretMissing("needed"))["app client"].result

    found = profile(client_error=OperationUnknown("an emulator"))["client secret"]
    assert found.verdict is Verdict.SKIP
    assert "aws_profile" in found.fix


@pytest.mark.parametrize("error", [PermissionMissing("denied"), AwsCredentialsUnusable("none")])
def test_without_permission_the_settings_are_only_a_warning(error: CognituiError) -> None:
    found = profile(SIGNED, client_settings=error)

    assert found["settings"].verdict is Verdict.WARN
    assert found["flow"].verdict is Verdict.SKIP


@pytest.mark.parametrize(
    ("flows", "verdict"),
    [
        (("ALLOW_USER_SRP_AUTH",), Verdict.PASS),
        (("USER_SRP_AUTH",), Verdict.PASS),
        (("ALLOW_USER_PASSWORD_AUTH",), Verdict.FAIL),
    ],
)
def test_the_flow_is_compared_with_those_that_the_client_allows(flows: tuple[str, ...], verdict: Verdict) -> None:
    found = profile(SIGNED, client_settings=replace(SETTINGS, flows=flows))["flow"]

    assert found.verdict is verdict
    assert verdict is Verdict.PASS or flows[0] in found.fix


@pytest.mark.parametrize(
    ("has_secret", "stored", "matches", "error", "verdict"),
    [
        (False, None, False, None, Verdict.PASS),
        (False, "one", False, ClientSecretUnwanted("It has none."), Verdict.FAIL),
        (True, None, False, ClientSecretMissing("It has one."), Verdict.WARN),
        (True, "another", False, ClientSecretWrong("It has another."), Verdict.FAIL),
        (True, "that", True, None, Verdict.PASS),
    ],
)
def test_the_stored_client_secret_is_compared_with_that_of_the_client(
    has_secret: bool, stored: str | None, matches: bool, error: CognituiError | None, verdict: Verdict
) -> None:
    settings = replace(SETTINGS, has_secret=has_secret, secret_matches=matches)

    findings = profile(SIGNED, secret=stored, client_settings=settings, client_error=error)

    assert findings["client secret"].verdict is verdict


def test_what_the_browser_flow_needs_is_compared_with_the_client() -> None:
    right = replace(
        SETTINGS, grants=("code",), scopes=("openid", "email"), redirect_uris=("http://localhost:8976/callback",)
    )
    found = profile(BROWSER, client_settings=right)
    assert {found[check].verdict for check in ("flow", "scopes", "redirect_uri")} == {Verdict.PASS}

    found = profile(BROWSER, client_settings=SETTINGS)
    assert {found[check].verdict for check in ("flow", "scopes", "redirect_uri")} == {Verdict.FAIL}
    assert "openid, email" in found["scopes"].result


@pytest.mark.parametrize(
    ("registered", "verdict"), [("myapp://callback/", Verdict.PASS), ("myapp://callback", Verdict.FAIL)]
)
def test_a_custom_scheme_is_compared_with_the_client_exactly(registered: str, verdict: Verdict) -> None:
    browser = replace(BROWSER, own=replace(BROWSER.own, redirect_uri="myapp://callback/"))

    found = profile(browser, client_settings=replace(SETTINGS, redirect_uris=(registered,)))

    assert found["redirect_uri"].verdict is verdict


def test_what_client_credentials_need_is_compared_with_the_client() -> None:
    right = replace(SETTINGS, grants=("client_credentials",), scopes=("a/read",))
    found = profile(ORDERS, client_settings=right)

    assert {found[check].verdict for check in ("flow", "scopes")} == {Verdict.PASS}
    assert "redirect_uri" not in found
    assert "password" not in found


@pytest.mark.parametrize(
    ("issued", "words"),
    [
        (NOW, "valid: 1h left"),
        (NOW - 7200, "expired 1h ago: it is refreshed"),
        (NOW - 9e6, "the next use signs in"),
    ],
)
def test_the_state_of_the_tokens_is_reported(issued: float, words: str) -> None:
    services = services_with(ALICE)
    services.index.note(ALICE, make_tokens(now=issued))

    assert words in profile(services=services)["tokens"].result


def test_the_doctor_signs_nobody_in() -> None:
    services = services_with(ALICE)
    profile(services=services)

    assert services.signin.started == []


# Codes.


def test_the_code_is_the_highest_of_those_that_fail() -> None:
    fine, minor = passed("a", "fine"), warned("b", "minor", "fix it")
    refused, broken = failed("c", PoolOrClientNotFound("no")), failed("d", NoKeyring("no"))

    assert worst_code([fine, minor]) == 0
    assert worst_code([fine, refused, minor]) == 4
    assert worst_code([broken, refused]) == 6


def test_a_finding_is_inert() -> None:
    assert "\x1b" not in repr(warned("a", "x\x1b[2J", "y\x1b[2J")) + repr(failed("a", UsageError("z\x1b[2J")))


# Issuers and replicas


def test_which_issuer_new_tokens_name_is_reported_if_iam_may_know() -> None:
    updated = profile(SIGNED, pool_settings=PoolSettings(has_updated_issuer=True))["issuer"]

    assert (updated.verdict, "ALB" in updated.fix) == (Verdict.NOTE, True)
    assert profile(SIGNED)["issuer"].verdict is Verdict.PASS
    assert "issuer" not in profile(ALICE)


def test_a_replica_names_the_primary_region_without_iam_too() -> None:
    found = profile(make_profile(region="eu-central-1"))["region"]

    assert found.verdict is Verdict.NOTE
    assert "eu-central-1 is a replica's region; the primary one of the pool is eu-west-1" in found.result
    assert "region" not in profile(ALICE)


def test_a_replica_that_is_not_active_fails() -> None:
    replica = make_profile(region="eu-central-1", aws_profile="admin")

    found = profile(replica, pool_settings=PoolSettings(replica_status="INACTIVE"))["region"]

    assert (found.verdict, found.exit_code) == (Verdict.FAIL, 4)
    assert "set region to eu-west-1" in found.fix
