"""Token exchange in the broker: the tokens of its sources first, and what happens if one of them is missing or refused.

The fake sign-in serves every profile, so its steps are in the order of the calls.
"""

from __future__ import annotations

import msgspec
import pytest

from cognitui.model.challenge import SignedIn
from cognitui.model.errors import (
    ConsentNeeded,
    RefreshTokenDead,
    ScopeNotAllowed,
    TokenRefused,
    Unreachable,
    WrongCredentials,
)
from cognitui.model.profile import Flow, Profile, SubjectToken
from cognitui.model.secret import SecretKind
from cognitui.model.token import TokenKind, TokenSet
from cognitui.tokens.request import Source, TokenPolicy
from tests.unit.fakes import (
    NOW,
    FakeServices,
    FakeSignIn,
    make_exchange,
    make_profile,
    make_token,
    make_tokens,
    password_challenge,
    signed_in,
)
from tests.unit.tokens.brokering import ALICE, asked, got

ORDERS = make_profile("dev/orders", flow=Flow.CLIENT_CREDENTIALS, username=None, client_id="orders")
FOR_ALICE = make_exchange("dev/for-alice", ALICE)
AS_ORDERS = make_exchange("dev/as-orders", ALICE, ORDERS)


def issued(mark: str = "issued", warning: str = "") -> SignedIn:
    """Return the result of an exchange: an access token and nothing else."""
    return SignedIn(TokenSet(access=make_token(mark=mark)), warning=warning)


def refused(about: Profile = ALICE) -> TokenRefused:
    """Return what Cognito answers to a source's token that it does not accept."""
    error = TokenRefused("The token was revoked.")
    error.about = about.id
    return error


def services(*start: object, **more: object) -> FakeServices:
    return FakeServices(signin=FakeSignIn(start=list(start), **more))  # type: ignore[arg-type]  # by name


def exchanged(of: FakeServices) -> tuple[str | None, str | None]:
    """Return the tokens of subject and actor that were exchanged last."""
    given = of.signin.started[-1][1]
    return given.subject_token, given.actor_token


def test_a_stored_token_of_the_subject_is_exchanged() -> None:
    tokens = make_tokens()
    with_alice = services(issued()).holding(ALICE, tokens)

    handed = got(with_alice.broker.get(FOR_ALICE))

    assert (handed.profile, handed.token) == (FOR_ALICE, make_token(mark="issued"))
    assert [profile for profile, _ in with_alice.signin.started] == [FOR_ALICE]
    assert exchanged(with_alice) == (tokens.access.value, None)


def test_the_issued_token_is_cached_like_any_other() -> None:
    with_alice = services(issued()).holding(ALICE, make_tokens())
    with_alice.broker.get(FOR_ALICE)

    assert got(with_alice.broker.get(FOR_ALICE)).source is Source.CACHED
    life = with_alice.broker.expiries()[FOR_ALICE.token_key]
    assert (life.access is not None, life.id, life.refresh) == (True, None, None)


def test_an_expired_token_of_the_subject_is_refreshed_first() -> None:
    with_alice = services(issued(), refresh=[make_tokens(now=NOW + 3600, mark="new")]).holding(ALICE, make_tokens())
    with_alice.clock.advance(3600)

    got(with_alice.broker.get(FOR_ALICE))

    assert exchanged(with_alice)[0] == make_token(now=NOW + 3600, mark="new").value


def test_the_subject_and_the_actor_sign_in_if_they_must() -> None:
    with_actor = services(signed_in(mark="alice"), issued("orders"), issued())
    with_actor.vault.entries[ALICE.secret_name(SecretKind.PASSWORD)] = "stored"

    got(with_actor.broker.get(AS_ORDERS))

    assert [profile for profile, _ in with_actor.signin.started] == [ALICE, ORDERS, AS_ORDERS]
    assert with_actor.signin.started[0][1].password == "stored"
    assert exchanged(with_actor) == (make_token(mark="alice").value, make_token(mark="orders").value)


def test_the_id_token_is_exchanged_if_the_profile_says_so() -> None:
    tokens = make_tokens()
    with_alice = services(issued()).holding(ALICE, tokens)
    by_id = make_exchange("dev/by-id", ALICE, subject_token=SubjectToken.ID)

    got(with_alice.broker.get(by_id))

    assert tokens.id is not None
    assert exchanged(with_alice)[0] == tokens.id.value


def test_the_token_of_another_exchange_is_exchanged() -> None:
    with_alice = services(issued("first"), issued("second")).holding(ALICE, make_tokens())
    further = make_exchange("dev/further", FOR_ALICE)

    assert got(with_alice.broker.get(further)).token == make_token(mark="second")
    assert exchanged(with_alice)[0] == make_token(mark="first").value


def test_a_refresh_exchanges_again_and_does_not_renew_a_valid_subject() -> None:
    with_alice = services(issued("one"), issued("two")).holding(ALICE, make_tokens())
    with_alice.broker.get(FOR_ALICE)

    renewed = got(with_alice.broker.get(FOR_ALICE, policy=TokenPolicy.REFRESH))

    assert renewed.token == make_token(mark="two")
    assert with_alice.signin.refreshed == []


# What a person must give.


def test_the_question_names_the_subject_and_why_it_is_asked() -> None:
    question = asked(services(password_challenge(ALICE)).broker.get(FOR_ALICE))

    assert (question.profile, question.requested) == (ALICE, FOR_ALICE)
    assert question.remark == "dev/for-alice exchanges the token of dev/alice."


def test_the_answer_signs_the_subject_in_and_then_exchanges_its_token() -> None:
    alone = services(password_challenge(ALICE), issued(), answer=[password_challenge(ALICE), signed_in(mark="alice")])
    question = asked(alone.broker.get(FOR_ALICE))

    question = asked(alone.broker.answer(question, {"password": "typo"}))
    assert question.requested == FOR_ALICE
    handed = got(alone.broker.answer(question, {"password": "Passw0rd!"}, min_valid=60))

    assert (handed.profile, handed.token) == (FOR_ALICE, make_token(mark="issued"))
    assert exchanged(alone)[0] == make_token(mark="alice").value
    assert alone.vault.entries[ALICE.secret_name(SecretKind.PASSWORD)] == "Passw0rd!"
    assert got(alone.broker.get(ALICE)).source is Source.CACHED


def test_the_secret_of_the_exchanging_client_is_asked_for_and_stored() -> None:
    question = msgspec.structs.replace(password_challenge(FOR_ALICE), kind="CLIENT_SECRET")
    with_alice = services(question, answer=[issued()]).holding(ALICE, make_tokens())

    handed = got(with_alice.broker.answer(asked(with_alice.broker.get(FOR_ALICE)), {"password": "secret"}))

    assert handed.profile == FOR_ALICE


def test_a_stored_password_that_was_refused_is_asked_for() -> None:
    alone = services(password_challenge(ALICE))
    alone.vault.entries[ALICE.secret_name(SecretKind.PASSWORD)] = "outdated"

    asked(alone.broker.get(FOR_ALICE, ask=True))

    assert alone.signin.started[0][1].password is None


def test_a_protected_subject_is_asked_about_once() -> None:
    boss = make_profile("prod/boss", protected=True)
    for_boss = make_exchange("dev/for-boss", boss)
    with_boss = services(issued()).holding(boss, make_tokens())

    with pytest.raises(ConsentNeeded, match="prod/boss, whose token it exchanges, is protected"):
        with_boss.broker.get(for_boss)
    assert got(with_boss.broker.get(for_boss, consent=True)).token == make_token(mark="issued")


# What goes wrong.


def test_a_stored_token_that_cognito_refuses_is_renewed_once() -> None:
    with_alice = services(refused(), issued(), refresh=[make_tokens(now=NOW + 1, mark="new")])
    with_alice.holding(ALICE, make_tokens())

    got(with_alice.broker.get(FOR_ALICE))

    assert exchanged(with_alice)[0] == make_token(now=NOW + 1, mark="new").value


def test_a_new_token_that_cognito_refuses_is_an_error() -> None:
    with_alice = services(refused(), refused(), refresh=[make_tokens(now=NOW + 1, mark="new")])
    with_alice.holding(ALICE, make_tokens())

    with pytest.raises(TokenRefused):
        with_alice.broker.get(FOR_ALICE)


def test_only_the_token_that_is_refused_is_renewed() -> None:
    with_both = services(refused(ORDERS), issued("orders"), issued()).holding(ALICE, make_tokens())
    with_both.holding(ORDERS, TokenSet(access=make_token(mark="revoked")))

    got(with_both.broker.get(AS_ORDERS))

    assert with_both.signin.refreshed == []
    assert exchanged(with_both) == (make_token().value, make_token(mark="orders").value)


def test_keep_alive_never_signs_the_subject_in() -> None:
    with_issued = services().holding(FOR_ALICE, TokenSet(access=make_token(length=60)))
    with_issued.clock.advance(60)

    with pytest.raises(RefreshTokenDead, match="dev/alice") as caught:
        with_issued.broker.get(FOR_ALICE, policy=TokenPolicy.RENEW)
    assert caught.value.about == "dev/alice"


def test_keep_alive_exchanges_a_token_that_the_subject_still_has() -> None:
    with_both = services(issued()).holding(FOR_ALICE, TokenSet(access=make_token(length=60)))
    with_both.holding(ALICE, make_tokens())
    with_both.clock.advance(60)

    assert got(with_both.broker.get(FOR_ALICE, policy=TokenPolicy.RENEW)).token == make_token(mark="issued")


@pytest.mark.parametrize("error", [Unreachable("No network."), WrongCredentials("Wrong.")])
def test_an_error_of_the_subject_names_it(error: Unreachable | WrongCredentials) -> None:
    with pytest.raises(type(error)) as caught:
        services(error).broker.get(FOR_ALICE)
    assert caught.value.about == "dev/alice"


def test_an_error_of_the_exchange_keeps_what_the_subject_got() -> None:
    alone = services(signed_in(), ScopeNotAllowed("Nothing to narrow."))

    with pytest.raises(ScopeNotAllowed):
        alone.broker.get(FOR_ALICE)
    assert got(alone.broker.get(ALICE)).source is Source.CACHED


def test_warnings_of_the_subject_and_of_the_exchange_are_handed_on() -> None:
    alone = services(SignedIn(make_tokens(), warning="Alice's."), issued(warning="The exchange's."))

    assert got(alone.broker.get(FOR_ALICE)).warning == "Alice's. The exchange's."


def test_the_locks_are_taken_from_the_exchange_to_its_sources() -> None:
    alone = services(signed_in(), issued("orders"), issued())

    alone.broker.get(AS_ORDERS)

    assert alone.locks.held == [AS_ORDERS.token_key, ALICE.token_key, ORDERS.token_key]


def test_an_exchange_has_only_an_access_token() -> None:
    assert FOR_ALICE.kinds == (TokenKind.ACCESS,)


def test_no_token_of_a_source_is_in_a_repr() -> None:
    with_alice = services(issued()).holding(ALICE, make_tokens())
    with_alice.broker.get(FOR_ALICE)

    assert make_token().value not in repr(with_alice.signin.started)
