"""What the doctor says of a token exchange."""

from __future__ import annotations

import pytest

from cognitui.doctor.exchange import check_sources, exchange_flow, of_plan
from cognitui.doctor.profile import ProfileDoctor
from cognitui.model.diagnostics import Finding, PoolSettings, Verdict
from cognitui.model.profile import Flow, Profile
from cognitui.model.struct import replace
from cognitui.model.token import TokenSet
from tests.unit.doctor.fake_exams import SETTINGS, FakeExam
from tests.unit.fakes import NOW, FakeIndex, FakeServices, make_exchange, make_profile, make_token, make_tokens

READ = "orders/read"
ALICE = make_profile("dev/alice")
BROWSER = make_profile("dev/browser", flow=Flow.AUTHORIZATION_CODE, domain="https://x", scopes=("openid", READ))
ORDERS = make_profile("dev/orders", flow=Flow.CLIENT_CREDENTIALS, username=None)


def sources(profile: Profile, index: FakeIndex | None = None) -> dict[str, Finding]:
    return {finding.check: finding for finding in check_sources(profile, (index or FakeIndex()).read(), NOW)}


def test_a_profile_that_exchanges_nothing_has_no_such_lines() -> None:
    assert sources(ALICE) == {}


@pytest.mark.parametrize(
    ("age", "words", "verdict"),
    [
        (0.0, "is valid for 1h", Verdict.PASS),
        (7_200.0, "has a token to refresh", Verdict.PASS),
        (9e6, "signs in at the next use", Verdict.NOTE),
    ],
)
def test_the_state_of_the_subjects_token_is_reported(age: float, words: str, verdict: Verdict) -> None:
    index = FakeIndex()
    index.note(ALICE, make_tokens(now=NOW - age))

    found = sources(make_exchange("dev/for-alice", ALICE), index)["subject"]

    assert (found.verdict, words in found.result) == (verdict, True)
    assert found.result.startswith("dev/alice ")


def test_the_state_of_the_actors_token_is_reported() -> None:
    index = FakeIndex()
    index.note(ORDERS, TokenSet(access=make_token()))

    assert sources(make_exchange("dev/x", ALICE, ORDERS), index)["actor"].verdict is Verdict.PASS


def test_a_subject_of_another_pool_fails() -> None:
    stranger = make_profile("dev/bob", user_pool_id="eu-west-1_Other0001")

    found = sources(make_exchange("dev/for-bob", stranger))["subject"]

    assert found.verdict is Verdict.FAIL
    assert "eu-west-1_Other0001" in found.result


@pytest.mark.parametrize(
    ("subject", "scopes", "words", "verdict"),
    [
        (
            ALICE,
            (READ,),
            "brings only aws.cognito.signin.user.admin unless a trigger adds orders/read",
            Verdict.NOTE,
        ),
        (ALICE, ("aws.cognito.signin.user.admin",), "", None),
        (ALICE, None, "", None),
        (BROWSER, (READ,), "", None),
        (BROWSER, (READ, "orders/write"), "does not ask for orders/write", Verdict.WARN),
    ],
)
def test_scopes_that_the_subject_may_lack_are_reported(
    subject: Profile, scopes: tuple[str, ...] | None, words: str, verdict: Verdict | None
) -> None:
    found = sources(make_exchange("dev/x", subject, scopes=scopes)).get("narrowing")

    assert (found is not None) == bool(words)
    assert found is None or (words in found.result and found.verdict is verdict)


@pytest.mark.parametrize(
    ("actor", "flow"), [(ORDERS, "TOKEN_EXCHANGE_DELEGATION"), (None, "TOKEN_EXCHANGE_IMPERSONATION")]
)
def test_the_app_client_must_allow_the_kind_of_exchange(actor: Profile | None, flow: str) -> None:
    profile = make_exchange("dev/x", ALICE, actor, aws_profile="shop")
    assert exchange_flow(profile) == flow

    assert examined(profile, flows=(f"ALLOW_{flow}",))["flow"].verdict is Verdict.PASS
    refused = examined(profile, flows=("ALLOW_USER_SRP_AUTH",))["flow"]
    assert refused.verdict is Verdict.FAIL
    assert flow in refused.result


def test_the_scopes_of_an_exchange_are_compared_with_the_client() -> None:
    profile = make_exchange("dev/x", ALICE, aws_profile="shop", scopes=(READ,))

    assert examined(profile, scopes=(READ,))["scopes"].verdict is Verdict.PASS
    assert examined(profile)["scopes"].verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("tier", "verdict"), [("LITE", Verdict.FAIL), ("ESSENTIALS", Verdict.PASS), ("PLUS", Verdict.PASS)]
)
def test_the_plan_must_have_token_exchange(tier: str, verdict: Verdict) -> None:
    assert of_plan(tier).verdict is verdict
    exam = FakeExam(pool_settings=PoolSettings(tier=tier))
    assert examined(make_exchange("dev/x", ALICE, aws_profile="shop"), exam)["plan"].verdict is verdict


def examined(profile: Profile, exam: FakeExam | None = None, **settings: object) -> dict[str, Finding]:
    services = FakeServices()
    exam = exam or FakeExam(client_settings=replace(SETTINGS, **settings))
    doctor = ProfileDoctor(exam, services.vault, services.index.read, services.clock, services.sources)
    return {finding.check: finding for finding in doctor.examine(profile)}
