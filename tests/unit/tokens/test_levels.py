"""Authentication levels: which tokens are good enough, and what a step-up begins with."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cognitui.model.challenge import SignedIn
from cognitui.model.errors import (
    CognituiError,
    LevelAlreadyReached,
    LevelNotReached,
    PermissionMissing,
    UsageError,
)
from cognitui.model.profile import Flow, Profile
from cognitui.model.token import Token, TokenKind, TokenSet
from cognitui.tokens.levels import Levels
from cognitui.tokens.request import Source, TokenPolicy
from tests.unit.fakes import (
    NOW,
    FakeClock,
    FakeServices,
    FakeSignIn,
    make_profile,
    make_token,
    make_tokens,
    password_challenge,
)
from tests.unit.tokens.brokering import asked, got

ONE, TWO, THREE, FOUR = (f"urn:cognito:loa:{number}" for number in (1, 2, 3, 4))
ALICE = make_profile(flow=Flow.USER_AUTH)
STRICT = make_profile(flow=Flow.USER_AUTH, acr_values=(THREE,))
SRP = make_profile(flow=Flow.USER_SRP_AUTH)
BROWSER = make_profile(flow=Flow.AUTHORIZATION_CODE, domain="https://a.example.com", acr_values=(THREE,))


def tokens(acr: str, *, mark: str = "1", now: float = NOW, signed_in: float | None = None) -> TokenSet:
    return make_tokens(mark=mark, now=now, acr=acr, amr=["pwd"], auth_time=int(NOW if signed_in is None else signed_in))


def holding(profile: Profile, held: TokenSet, *steps: object, refresh: TokenSet | None = None) -> FakeServices:
    fake = FakeSignIn(start=list(steps), refresh=[refresh] if refresh else [])  # type: ignore[arg-type]
    return FakeServices(signin=fake).holding(profile, held)


@pytest.mark.parametrize("acr", [THREE, FOUR])
@pytest.mark.parametrize("kind", list(TokenKind))
def test_a_token_that_has_the_level_is_used_as_it_is(acr: str, kind: TokenKind) -> None:
    services = holding(STRICT, tokens(acr))
    assert got(services.broker.get(STRICT, kind)).source is Source.CACHED


@pytest.mark.parametrize("kind", [TokenKind.ACCESS, TokenKind.REFRESH])
def test_a_level_that_is_too_low_is_stepped_up_with_the_access_token(kind: TokenKind) -> None:
    held = tokens(ONE)
    services = holding(STRICT, held, SignedIn(tokens(THREE, mark="new")))
    result = got(services.broker.get(STRICT, kind))
    ((_, given),) = services.signin.started
    assert given.access_token == held.access.value
    assert (result.source, services.signin.fresh, services.signin.refreshed) == (Source.SIGNED_IN, [False], [])
    assert got(services.broker.get(STRICT)).source is Source.CACHED


def test_what_is_asked_says_why() -> None:
    services = holding(STRICT, tokens(ONE), password_challenge(STRICT))
    challenge = asked(services.broker.get(STRICT))
    assert challenge.remark == "The sign-in is level 1: password, now; level 3 is wanted."


def test_an_expired_token_is_refreshed_first_and_then_stepped_up() -> None:
    services = holding(
        STRICT,
        tokens(ONE),
        SignedIn(tokens(THREE, mark="new", now=NOW + 3600)),
        refresh=tokens(ONE, mark="refreshed", now=NOW + 3600),
    )
    services.clock.advance(3600)
    assert got(services.broker.get(STRICT)).source is Source.SIGNED_IN
    assert len(services.signin.refreshed) == 1
    ((_, given),) = services.signin.started
    assert given.access_token == tokens(ONE, mark="refreshed", now=NOW + 3600).access.value


def test_a_refreshed_token_that_has_the_level_is_enough() -> None:
    services = holding(STRICT, tokens(THREE), refresh=tokens(THREE, mark="new", now=NOW + 3600))
    services.clock.advance(3600)
    assert got(services.broker.get(STRICT)).source is Source.REFRESHED


def test_without_tokens_a_sign_in_is_enough() -> None:
    services = FakeServices(signin=FakeSignIn(start=[SignedIn(tokens(THREE))]))
    assert got(services.broker.get(STRICT)).source is Source.SIGNED_IN
    ((profile, given),) = services.signin.started
    assert (profile.wanted_level.target_values, given.access_token) == (THREE, None)


def test_the_level_of_a_request_replaces_the_profiles() -> None:
    services = holding(STRICT, tokens(THREE), SignedIn(tokens(FOUR, mark="new")))
    wanting = STRICT.wanting(FOUR)
    got(services.broker.get(wanting))
    ((profile, _),) = services.signin.started
    assert profile.wanted_level.target_values == FOUR
    assert wanting.token_key == STRICT.token_key


def test_an_answer_is_checked_for_the_level_too() -> None:
    wanting = ALICE.wanting(THREE)
    services = holding(ALICE, tokens(ONE), password_challenge(wanting))
    services.signin.answer_steps = [SignedIn(tokens(ONE, mark="new"))]
    challenge = asked(services.broker.get(wanting))
    with pytest.raises(LevelNotReached, match="level 3 is wanted"):
        services.broker.answer(challenge, {"password": "Passw0rd!"})


@pytest.mark.parametrize("acr", [ONE, ""])
def test_a_level_that_was_not_reached_is_an_error_and_the_token_stays(acr: str) -> None:
    new = tokens(acr, mark="new") if acr else make_tokens(mark="new")
    services = holding(BROWSER, tokens(ONE), SignedIn(new))
    with pytest.raises(LevelNotReached) as caught:
        services.broker.get(BROWSER)
    assert caught.value.exit_code == 4
    assert "smaller plan" in caught.value.fix
    assert len(services.signin.started) == 1
    plain = make_profile(flow=Flow.AUTHORIZATION_CODE, domain="https://a.example.com")
    assert got(services.broker.get(plain)).token.value == new.access.value


def test_a_browser_gets_no_access_token() -> None:
    services = holding(BROWSER, tokens(ONE), SignedIn(tokens(THREE, mark="new")))
    got(services.broker.get(BROWSER))
    ((_, given),) = services.signin.started
    assert given.access_token is None


def test_a_sign_in_that_is_too_old_is_repeated_from_the_start() -> None:
    profile = make_profile(flow=Flow.USER_AUTH, acr_values=(ONE,), max_age=300)
    services = holding(profile, tokens(ONE), SignedIn(tokens(ONE, mark="new", signed_in=NOW + 301)))
    assert got(services.broker.get(profile)).source is Source.CACHED
    services.clock.advance(301)
    assert got(services.broker.get(profile)).source is Source.SIGNED_IN
    ((_, given),) = services.signin.started
    assert given.access_token is None


def test_keep_alive_raises_no_level() -> None:
    services = holding(STRICT, tokens(ONE), refresh=tokens(ONE, mark="new", now=NOW + 3600))
    assert got(services.broker.get(STRICT, policy=TokenPolicy.RENEW)).source is Source.CACHED
    services.clock.advance(3600)
    assert got(services.broker.get(STRICT, policy=TokenPolicy.RENEW)).source is Source.REFRESHED


def test_a_flow_that_cannot_ask_for_a_level_says_which_can() -> None:
    services = holding(SRP, tokens(ONE))
    with pytest.raises(LevelNotReached) as caught:
        services.broker.get(SRP.wanting(TWO))
    assert 'flow = "USER_AUTH"' in caught.value.fix
    assert services.signin.started == []


def test_a_flow_that_cannot_ask_for_a_level_may_have_it() -> None:
    services = holding(SRP, tokens(FOUR))
    assert got(services.broker.get(SRP.wanting(TWO))).source is Source.CACHED


def test_an_environments_level_does_not_concern_other_flows() -> None:
    from cognitui.model.profile import ProfileFields

    profile = make_profile(flow=Flow.USER_SRP_AUTH, defaults=ProfileFields(acr_values=(FOUR,), max_age=60))
    services = holding(profile, tokens(ONE, signed_in=NOW - 600))
    assert got(services.broker.get(profile)).source is Source.CACHED


def test_an_app_client_has_no_level() -> None:
    client = make_profile(flow=Flow.CLIENT_CREDENTIALS, domain="https://a.example.com")
    with pytest.raises(UsageError, match="has no authentication level"):
        FakeServices().broker.get(client.wanting(TWO))


def test_cognito_knows_better_that_a_token_has_the_level() -> None:
    profile = make_profile(flow=Flow.USER_AUTH, acr_values=("gold",))
    services = holding(profile, tokens("platinum"), LevelAlreadyReached("It has."))
    assert got(services.broker.get(profile)).source is Source.CACHED


class Directory:
    """A pool that renames its levels."""

    def __init__(self, *answers: Mapping[str, int] | CognituiError) -> None:
        self.answers = list(answers)

    def level_names(self, profile: Profile) -> Mapping[str, int]:
        answer = self.answers.pop(0)
        if isinstance(answer, CognituiError):
            raise answer
        return answer


def lacking(directory: Directory, token: Token, *levels: str, aws_profile: str | None = "shop") -> str:
    profile = make_profile(flow=Flow.USER_AUTH, acr_values=levels, aws_profile=aws_profile)
    found = Levels(directory, FakeClock())
    first = found.lacking(profile, token)
    assert found.lacking(profile, token) == first, "the names are asked for once"
    return first


def test_a_pools_own_names_are_compared_by_its_levels() -> None:
    gold = make_token(acr="gold")
    assert lacking(Directory({"silver": 2, "gold": 3}), gold, "silver") == ""
    assert "level 4 is wanted" in lacking(Directory({"silver": 2, "gold": 3}), gold, FOUR)


@pytest.mark.parametrize("directory", [Directory(), Directory(PermissionMissing("IAM says no."))])
def test_without_the_pools_names_the_order_in_the_profile_counts(directory: Directory) -> None:
    profile = "shop" if directory.answers else None
    assert lacking(directory, make_token(acr="gold"), "gold", "silver", aws_profile=profile) == ""
    assert lacking(Directory(), make_token(acr="gold"), "platinum", aws_profile=None) != ""


def test_cognitos_own_names_need_no_call() -> None:
    assert lacking(Directory(), make_token(acr=THREE), TWO) == ""
