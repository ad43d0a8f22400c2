"""Sign-ins with stored secrets, and with the user's answers."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from cognitui.model.challenge import INSTEAD, Challenge, GivenSecrets, Prompt, Step
from cognitui.model.errors import CognituiError, KeyringTimeout, SaveFailed, Unreachable, WrongCredentials
from cognitui.model.profile import Profile
from cognitui.model.secret import SecretKind, SecretName
from cognitui.model.struct import replace
from cognitui.model.token import TokenKind
from cognitui.tokens.broker import TokenBroker
from cognitui.tokens.request import Source, TokenPolicy
from tests.unit.fakes import (
    FakeIndex,
    FakeServices,
    FakeSignIn,
    FakeVault,
    make_profile,
    make_token,
    make_tokens,
    password_challenge,
    signed_in,
)
from tests.unit.tokens.brokering import ALICE, SulkyVault, asked, got

PASSWORD = ALICE.secret_name(SecretKind.PASSWORD)
TOTP = ALICE.secret_name(SecretKind.TOTP)
CLIENT_SECRET = ALICE.secret_name(SecretKind.CLIENT_SECRET)
ASKED = password_challenge(ALICE)
WRONG = WrongCredentials("Wrong username or password.")


class UnremovableVault(FakeVault):
    """Removes nothing."""

    def __init__(self, why: CognituiError) -> None:
        super().__init__()
        self._why = why

    def delete(self, name: SecretName) -> bool:
        raise self._why


def code_challenge(profile: Profile = ALICE) -> Challenge:
    return Challenge("SMS_MFA", profile, "Code needed", "From a text message.", (Prompt("code", "code"),))


def client_secret_challenge(profile: Profile = ALICE) -> Challenge:
    prompt = Prompt("client-secret", "client secret", masked=True, keeps=SecretKind.CLIENT_SECRET)
    return Challenge("CLIENT_SECRET_NEEDED", profile, "Client secret needed", "", (prompt,))


def answering(*steps: Step | CognituiError, **parts: object) -> FakeServices:
    """Return services that ask for a password first; each answer then leads to the next of the steps."""
    return FakeServices(signin=FakeSignIn(start=[ASKED, ASKED], answer=list(steps)), **parts)  # type: ignore[arg-type]


# What is stored.


def test_a_sign_in_begins_with_what_the_vault_holds() -> None:
    services = FakeServices(signin=FakeSignIn(start=[signed_in()]))
    services.broker.set_secret(ALICE, SecretKind.PASSWORD, "correct horse")
    services.broker.set_secret(ALICE, SecretKind.CLIENT_SECRET, "of the app client")

    assert got(services.broker.get(ALICE)).source is Source.SIGNED_IN

    assert services.signin.started == [(ALICE, GivenSecrets("correct horse", "of the app client"))]


def test_a_stored_password_is_not_used_if_the_user_is_asked() -> None:
    services = FakeServices(signin=FakeSignIn(start=[ASKED]))
    services.broker.set_secret(ALICE, SecretKind.PASSWORD, "correct horse")

    services.broker.get(ALICE, policy=TokenPolicy.SIGN_IN, ask=True)

    assert services.signin.started == [(ALICE, GivenSecrets(None, None))]


def test_a_stored_password_that_was_refused_is_not_sent_again() -> None:
    services = FakeServices(signin=FakeSignIn(start=[WRONG, ASKED]))
    services.broker.set_secret(ALICE, SecretKind.PASSWORD, "outdated")

    with pytest.raises(WrongCredentials):
        services.broker.get(ALICE)
    asked(services.broker.get(ALICE))

    assert [given.password for _profile, given in services.signin.started] == ["outdated", None]


def test_a_stored_password_that_was_refused_after_a_choice_is_not_sent_again() -> None:
    choice = Challenge("SELECT_CHALLENGE", ALICE, "How?", "", (Prompt("factor", "factor"),))
    services = FakeServices(signin=FakeSignIn(start=[choice, ASKED], answer=[WRONG]))
    services.broker.set_secret(ALICE, SecretKind.PASSWORD, "stored and wrong")

    with pytest.raises(WrongCredentials):
        services.broker.answer(asked(services.broker.get(ALICE)), {"factor": "PASSWORD"})
    services.broker.get(ALICE)

    assert [given.password for _, given in services.signin.started] == ["stored and wrong", None]


def test_another_password_is_tried_after_one_that_was_refused() -> None:
    services = FakeServices(signin=FakeSignIn(start=[WRONG, signed_in()]))
    services.broker.set_secret(ALICE, SecretKind.PASSWORD, "outdated")
    with pytest.raises(WrongCredentials):
        services.broker.get(ALICE)

    services.vault.entries[PASSWORD] = "stored by another process"

    assert got(services.broker.get(ALICE)).source is Source.SIGNED_IN


def test_a_password_that_is_stored_again_is_tried_although_it_was_refused() -> None:
    services = FakeServices(signin=FakeSignIn(start=[WRONG, signed_in()]))
    services.broker.set_secret(ALICE, SecretKind.PASSWORD, "the same")
    with pytest.raises(WrongCredentials):
        services.broker.get(ALICE)

    services.broker.set_secret(ALICE, SecretKind.PASSWORD, "the same")

    assert got(services.broker.get(ALICE)).source is Source.SIGNED_IN


def test_a_network_failure_does_not_count_as_a_refusal_of_the_password() -> None:
    services = FakeServices(signin=FakeSignIn(start=[Unreachable("No network."), signed_in()]))
    services.broker.set_secret(ALICE, SecretKind.PASSWORD, "correct horse")
    with pytest.raises(Unreachable):
        services.broker.get(ALICE)

    services.broker.get(ALICE)

    assert services.signin.started[-1][1].password == "correct horse"


# The user's answers.


def test_what_is_missing_comes_as_a_challenge() -> None:
    assert FakeServices(signin=FakeSignIn(start=[ASKED])).broker.get(ALICE) == ASKED


@pytest.mark.parametrize("kind", list(TokenKind))
def test_an_answer_leads_to_the_token_that_was_asked_for(kind: TokenKind) -> None:
    services = answering(signed_in())

    handed = got(services.broker.answer(ASKED, {"password": "typed"}, kind=kind))

    assert (handed.token, handed.source) == (make_token(kind), Source.SIGNED_IN)
    assert services.signin.answered == [(ASKED, {"password": "typed"})]


def test_an_answer_is_given_under_the_lock_of_the_identity() -> None:
    services = answering(signed_in())

    services.broker.answer(ASKED, {"password": "typed"})

    assert services.locks.held == [ALICE.token_key]


def test_the_challenge_of_a_protected_profile_had_its_consent_already() -> None:
    guarded = make_profile("prod/alice", protected=True)
    services = FakeServices(signin=FakeSignIn(start=[password_challenge(guarded)], answer=[signed_in()]))

    challenge = asked(services.broker.get(guarded, consent=True))

    assert got(services.broker.answer(challenge, {"password": "typed"})).source is Source.SIGNED_IN


def test_an_answer_says_that_a_token_cannot_last_as_long_as_was_asked() -> None:
    services = answering(signed_in(length=300))

    assert "live 5m" in got(services.broker.answer(ASKED, {"password": "typed"}, min_valid=600)).warning


# What is kept of it.


def test_a_typed_password_is_stored_once_cognito_has_accepted_it() -> None:
    services = answering(code_challenge(), signed_in())

    challenge = asked(services.broker.answer(ASKED, {"password": "typed"}))
    assert PASSWORD not in services.vault.entries

    services.broker.answer(challenge, {"code": "123456"})
    assert services.vault.entries[PASSWORD] == "typed"


def test_a_password_that_cognito_has_set_is_stored_before_the_sign_in_goes_on() -> None:
    next_one = replace(code_challenge(), taken={SecretKind.PASSWORD: "Str0nger!pass"})
    services = answering(next_one, Unreachable("No network."))

    code = asked(services.broker.answer(asked(services.broker.get(ALICE)), {"password": "Str0nger!pass"}))
    with pytest.raises(Unreachable):
        services.broker.answer(code, {"code": "123456"})

    assert services.vault.entries[PASSWORD] == "Str0nger!pass"


def test_a_new_password_is_not_stored_if_the_user_declined() -> None:
    services = answering(replace(code_challenge(), taken={SecretKind.PASSWORD: "Str0nger!pass"}))

    services.broker.answer(asked(services.broker.get(ALICE)), {"password": "Str0nger!pass"}, keep=False)

    assert PASSWORD not in services.vault.entries


def test_a_password_that_was_refused_on_the_way_is_stored_neither_then_nor_at_the_end() -> None:
    another = replace(code_challenge(), taken={SecretKind.PASSWORD: "of the admin"})
    services = answering(another, replace(signed_in(), served={SecretKind.PASSWORD: "of the admin"}))

    code = asked(services.broker.answer(asked(services.broker.get(ALICE)), {"password": "refused"}))
    assert PASSWORD not in services.vault.entries
    services.broker.answer(code, {"code": "123456"})

    assert PASSWORD not in services.vault.entries


def test_a_seed_that_was_offered_and_is_not_set_up_is_not_stored() -> None:
    offering = replace(code_challenge(), offered={SecretKind.TOTP: "JBSWY3DPEHPK3PXP"})
    services = answering(replace(signed_in(), served={SecretKind.PASSWORD: "stored"}))

    services.broker.answer(offering, {"code": "123456"}, keep=True)

    assert TOTP not in services.vault.entries


def test_a_replaced_secret_is_removed_if_the_new_one_is_not_stored() -> None:
    services = answering(replace(signed_in(), taken={SecretKind.TOTP: "JBSWY3DPEHPK3PXP"}))
    services.broker.set_secret(ALICE, SecretKind.TOTP, "DEADSEED")

    warning = got(services.broker.answer(code_challenge(), {"code": "123456"})).warning

    assert TOTP not in services.vault.entries
    assert warning == "The stored TOTP seed no longer works and was removed."


def test_a_replaced_secret_that_cannot_be_removed_is_reported() -> None:
    services = answering(
        replace(signed_in(), taken={SecretKind.PASSWORD: "new"}), vault=UnremovableVault(KeyringTimeout("No answer."))
    )
    services.broker.set_secret(ALICE, SecretKind.PASSWORD, "old")

    warning = got(services.broker.answer(code_challenge(), {"code": "123456"})).warning

    assert warning == "The stored password no longer works and could not be removed. No answer."


def test_a_client_secret_that_is_stored_stays_though_another_one_served_unkept() -> None:
    services = answering(replace(signed_in(), served={SecretKind.CLIENT_SECRET: "the second of two"}))
    services.broker.set_secret(ALICE, SecretKind.CLIENT_SECRET, "the first of two")

    services.broker.answer(client_secret_challenge(), {"client-secret": "the second of two"}, keep=False)

    assert services.vault.entries[CLIENT_SECRET] == "the first of two"


def test_what_is_typed_before_another_way_is_chosen_replaces_nothing() -> None:
    other_way = replace(code_challenge(), title="Make the present password permanent")
    services = answering(ASKED, other_way, replace(signed_in(), served={SecretKind.PASSWORD: "typed"}))

    first = asked(services.broker.answer(ASKED, {"password": "typed"}, keep=True))
    other = asked(services.broker.answer(first, {"password": "another", INSTEAD: "as-admin"}, keep=False))
    services.broker.answer(other, {}, keep=False)

    assert services.vault.entries[PASSWORD] == "typed"


def test_a_code_is_not_stored() -> None:
    services = answering(signed_in())

    services.broker.answer(code_challenge(), {"code": "123456"})

    assert not any("123456" in value for value in services.vault.entries.values())


def test_a_password_that_the_user_did_not_store_is_kept_for_this_run() -> None:
    services = answering(code_challenge(), signed_in())
    challenge = asked(services.broker.answer(ASKED, {"password": "typed"}, keep=False))
    services.broker.answer(challenge, {"code": "123456"}, keep=True)

    services.broker.get(ALICE, policy=TokenPolicy.SIGN_IN)

    assert PASSWORD not in services.vault.entries
    assert services.signin.started == [(ALICE, GivenSecrets("typed", None))]


def test_dropping_the_memory_drops_a_typed_password() -> None:
    services = answering(signed_in())
    services.broker.answer(ASKED, {"password": "typed"}, keep=False)

    services.broker.drop_memory()
    services.broker.get(ALICE, policy=TokenPolicy.SIGN_IN)

    assert services.signin.started == [(ALICE, GivenSecrets(None, None))]


def test_a_password_that_is_stored_later_counts_more_than_the_one_that_was_typed() -> None:
    services = answering(signed_in())
    services.broker.answer(ASKED, {"password": "typed"}, keep=False)

    services.broker.set_secret(ALICE, SecretKind.PASSWORD, "stored")
    services.broker.get(ALICE, policy=TokenPolicy.SIGN_IN)

    assert services.signin.started == [(ALICE, GivenSecrets("stored", None))]


@pytest.mark.parametrize(
    "remove",
    [lambda broker: broker.remove_secret(ALICE, SecretKind.PASSWORD), lambda broker: broker.forget(ALICE, ())],
    ids=["removed", "forgotten"],
)
def test_a_typed_password_is_gone_with_the_stored_one(remove: Callable[[TokenBroker], object]) -> None:
    services = answering(signed_in())
    services.broker.answer(ASKED, {"password": "typed"}, keep=False)

    remove(services.broker)
    services.broker.get(ALICE, policy=TokenPolicy.SIGN_IN)

    assert services.signin.started == [(ALICE, GivenSecrets(None, None))]


def test_secrets_of_several_challenges_are_stored_together() -> None:
    services = answering(client_secret_challenge(), signed_in())

    challenge = asked(services.broker.answer(ASKED, {"password": "typed"}))
    services.broker.answer(challenge, {"client-secret": "of the app client"})

    assert services.vault.entries[PASSWORD] == "typed"
    assert services.vault.entries[CLIENT_SECRET] == "of the app client"


def test_a_secret_is_sent_and_stored_without_what_was_pasted_around_it() -> None:
    services = answering(client_secret_challenge(), signed_in())

    challenge = asked(services.broker.answer(ASKED, {"password": "\ufeff typed "}))
    services.broker.answer(challenge, {"client-secret": '"of the app client"\n'})

    assert [answers for _, answers in services.signin.answered] == [
        {"password": " typed "},
        {"client-secret": "of the app client"},
    ]
    assert services.vault.entries[PASSWORD] == " typed "
    assert services.vault.entries[CLIENT_SECRET] == "of the app client"


def test_of_a_password_that_is_asked_for_again_the_last_answer_is_stored() -> None:
    services = answering(ASKED, signed_in())

    challenge = asked(services.broker.answer(ASKED, {"password": "with a slip"}))
    services.broker.answer(challenge, {"password": "typed"})

    assert services.vault.entries[PASSWORD] == "typed"


def test_a_wrong_password_is_not_stored_if_the_right_one_is_not() -> None:
    services = answering(ASKED, signed_in())

    challenge = asked(services.broker.answer(ASKED, {"password": "with a slip"}, keep=True))
    services.broker.answer(challenge, {"password": "typed"}, keep=False)

    assert PASSWORD not in services.vault.entries


def test_an_empty_answer_is_no_secret() -> None:
    services = answering(signed_in())

    services.broker.answer(client_secret_challenge(), {"client-secret": ""})

    assert CLIENT_SECRET not in services.vault.entries


def test_a_refused_answer_leaves_the_stored_password_as_it_is() -> None:
    services = answering(WRONG)
    services.broker.set_secret(ALICE, SecretKind.PASSWORD, "stored")

    with pytest.raises(WrongCredentials):
        services.broker.answer(ASKED, {"password": "typed"})

    assert services.vault.entries[PASSWORD] == "stored"


# What cannot be kept.


def test_a_password_that_cannot_be_stored_serves_this_run_with_a_warning() -> None:
    services = answering(signed_in(), vault=SulkyVault(SecretKind.PASSWORD))

    handed = got(services.broker.answer(ASKED, {"password": "typed"}))
    services.broker.get(ALICE, policy=TokenPolicy.SIGN_IN)

    assert handed.warning == (
        "The secret could not be stored and is kept only for this run. The keyring does not answer."
    )
    assert services.signin.started == [(ALICE, GivenSecrets("typed", None))]


def test_a_password_is_stored_though_the_expiry_could_not_be_noted() -> None:
    services = answering(signed_in(), index=FakeIndex(SaveFailed("The disk is full.")))

    handed = got(services.broker.answer(ASKED, {"password": "typed"}))

    assert "could not be stored" in handed.warning
    assert services.vault.entries[PASSWORD] == "typed"


def test_every_warning_is_reported() -> None:
    services = answering(
        signed_in(), vault=SulkyVault(SecretKind.PASSWORD), index=FakeIndex(SaveFailed("The disk is full."))
    )

    warning = got(services.broker.answer(ASKED, {"password": "typed"})).warning

    assert "The disk is full." in warning
    assert "The keyring does not answer." in warning


def test_a_wait_for_the_browser_blocks_no_other_request_and_its_answer_signs_in() -> None:
    signin = FakeSignIn(start=[password_challenge(ALICE)], answer=[signed_in()])
    services = FakeServices(signin=signin)
    signin.arrivals.append({"address": "http://localhost:8976/callback?code=c"})
    challenge = asked(services.broker.get(ALICE))
    held = list(services.locks.held)

    answers = services.broker.wait(challenge, threading.Event())

    assert services.locks.held == held
    assert answers is not None
    assert got(services.broker.answer(challenge, answers)).token == make_tokens().access


def test_a_wait_that_is_stopped_brings_nothing() -> None:
    services = FakeServices()
    stop = threading.Event()
    stop.set()

    assert services.broker.wait(password_challenge(ALICE), stop) is None
