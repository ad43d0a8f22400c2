"""What the doctor says about a client secret: in Secrets Manager, added as a second one, or not shown at all."""

from __future__ import annotations

import msgspec
import pytest

from cognitui.model.aws import HIDDEN_SECRET
from cognitui.model.diagnostics import Finding, Verdict
from cognitui.model.errors import (
    ClientSecretMissing,
    ClientSecretWrong,
    CognituiError,
    FlowNotEnabled,
    PermissionMissing,
)
from cognitui.model.profile import Flow, Profile
from cognitui.model.secret import SecretKind
from tests.unit.doctor.fake_exams import SETTINGS, FakeExam
from tests.unit.fakes import make_profile, services_with

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:web-AbCdEf"
SOURCE = f"secretsmanager:{ARN}"
CANARY = "canary0secret0of0the0web0client"
ALICE = make_profile(aws_profile="admin")
BY_SOURCE = make_profile(aws_profile="admin", client_secret_from=SOURCE)
MACHINE = make_profile("dev/batch", flow=Flow.CLIENT_CREDENTIALS, username=None, aws_profile="admin")
NEEDS_ONE = ClientSecretMissing("The app client has a secret.")


def examined(
    profile: Profile,
    *,
    stored: str = "",
    source: str | CognituiError = CANARY,
    error: CognituiError | None = None,
    **settings: object,
) -> dict[str, Finding]:
    services = services_with(profile)
    services.exam = FakeExam(client_error=error, client_settings=msgspec.structs.replace(SETTINGS, **settings))
    services.sources.holds(SOURCE, source)
    if stored:
        services.vault.entries[profile.secret_name(SecretKind.CLIENT_SECRET)] = stored
    findings = {finding.check: finding for finding in services.doctor.of_profile(profile)}
    assert CANARY not in repr(findings)
    return findings


def test_the_source_is_read_and_cognito_asked_with_its_secret() -> None:
    services = services_with(BY_SOURCE)
    services.sources.holds(SOURCE, CANARY)

    findings = {finding.check: finding for finding in services.doctor.of_profile(BY_SOURCE)}

    assert findings["client secret source"].result == f"It is read from the secret {ARN} in Secrets Manager."
    assert "accepts the one from Secrets Manager" in findings["app client"].result
    assert ("client", "dev/alice", CANARY) in services.exam.asked


def test_a_source_that_cannot_be_read_fails_with_its_fix() -> None:
    refusal = PermissionMissing("dev/alice: not authorized.", fix="Allow secretsmanager:GetSecretValue.")

    findings = examined(BY_SOURCE, source=refusal, error=NEEDS_ONE)

    source = findings["client secret source"]
    assert (source.verdict, source.fix, source.exit_code) == (Verdict.FAIL, "Allow secretsmanager:GetSecretValue.", 4)
    assert "cannot be read" in findings["app client"].result


def test_a_stored_secret_beside_a_source_is_noted() -> None:
    source = examined(BY_SOURCE, stored=CANARY)["client secret source"]

    assert source.verdict is Verdict.NOTE
    assert "cognitui secret rm dev/alice client-secret" in source.fix


def test_a_secret_in_secrets_manager_is_not_called_missing() -> None:
    finding = examined(BY_SOURCE, secret_source=SOURCE)["client secret"]

    assert (finding.verdict, finding.result) == (Verdict.PASS, f"Cognito keeps it in Secrets Manager: {ARN}.")


def test_a_profile_that_does_not_name_it_gets_the_line_to_add() -> None:
    finding = examined(ALICE, stored=CANARY, secret_source=SOURCE)["client secret"]

    assert finding.verdict is Verdict.WARN
    assert f'client_secret_from = "{SOURCE}"' in finding.fix


def test_another_arn_than_cognitos_is_a_warning() -> None:
    finding = examined(BY_SOURCE, secret_source=SOURCE.replace("web-AbCdEf", "web-GhIjKl"))["client secret"]

    assert finding.verdict is Verdict.WARN


def test_a_secret_that_only_the_unsigned_call_shows_is_believed() -> None:
    finding = examined(ALICE, error=NEEDS_ONE)["client secret"]

    assert (finding.verdict, finding.result) == (Verdict.WARN, HIDDEN_SECRET)
    assert "cognitui secret set dev/alice client-secret" in finding.fix


def test_a_second_secret_that_cognito_accepts_is_correct_though_aws_shows_another() -> None:
    finding = examined(ALICE, stored=CANARY, has_secret=True, secret_matches=False)["client secret"]

    assert (finding.verdict, finding.result) == (Verdict.PASS, "The stored one is correct.")


@pytest.mark.parametrize("shown", [True, False])
def test_a_secret_that_cognito_refuses_fails_whatever_aws_shows(shown: bool) -> None:
    error = ClientSecretWrong("It is wrong.")

    findings = examined(ALICE, stored=CANARY, error=error, has_secret=shown)

    assert findings["app client"].verdict is Verdict.FAIL
    assert findings["client secret"].verdict is Verdict.FAIL


def test_a_client_without_a_secret_loses_its_source() -> None:
    services = services_with(BY_SOURCE)
    services.sources.holds(SOURCE, CANARY)
    services.exam = FakeExam(client_error=FlowNotEnabled("No refresh tokens."))

    findings = {finding.check: finding for finding in services.doctor.of_profile(BY_SOURCE)}

    assert findings["client secret"].fix == "Remove client_secret_from from dev/alice."


@pytest.mark.parametrize(
    ("flows", "verdict"),
    [(("ALLOW_CLIENT_TOKEN_AUTH",), Verdict.PASS), (("ALLOW_USER_SRP_AUTH",), Verdict.FAIL)],
)
def test_client_credentials_without_a_domain_need_their_own_flow(flows: tuple[str, ...], verdict: Verdict) -> None:
    finding = examined(MACHINE, stored=CANARY, flows=flows)["flow"]

    assert finding.verdict is verdict
    assert "ALLOW_CLIENT_TOKEN_AUTH" in finding.result


def test_a_client_that_could_use_the_domain_is_recognized() -> None:
    finding = examined(MACHINE, stored=CANARY, grants=("client_credentials",))["flow"]

    assert "set domain in the profile" in finding.fix


def test_a_machine_only_client_allows_no_refresh_and_is_known() -> None:
    findings = examined(MACHINE, stored=CANARY, error=FlowNotEnabled("No refresh tokens."))

    assert findings["app client"].verdict is Verdict.PASS
