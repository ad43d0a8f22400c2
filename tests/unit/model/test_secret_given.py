"""Secrets as people give them, and what is kept of that."""

from __future__ import annotations

import pytest

from cognitui.model.challenge import Prompt, given_secret, refuse_without_user
from cognitui.model.errors import UsageError
from cognitui.model.profile import Flow
from cognitui.model.secret import SecretKind
from tests.unit.fakes import make_exchange, make_profile

SECRET = "s3cretvalues3cretvalues3cretvalues3cretvalue1234567"
SEED = "JBSWY3DPEHPK3PXP"
URI = f"otpauth://totp/Example:alice?secret={SEED}&issuer=Example"


# Client secrets.


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        f'"{SECRET}"',
        f"'{SECRET}'",
        f'  "{SECRET}"  \r\n',
        f"“{SECRET}”",
        f"\ufeff{SECRET}\n",
        f'" {SECRET} "',
        f"{SECRET[:20]}\n{SECRET[20:]}\n",
        f"`{SECRET}`\t",
    ],
)
def test_a_client_secret_loses_quotes_blanks_and_newlines(text: str) -> None:
    assert given_secret(SecretKind.CLIENT_SECRET, text) == SECRET


@pytest.mark.parametrize("text", ["", '""', " \n", "\ufeff", "''"])
@pytest.mark.parametrize("kind", [SecretKind.CLIENT_SECRET, SecretKind.TOTP])
def test_what_is_empty_without_its_quotes_is_refused(kind: SecretKind, text: str) -> None:
    with pytest.raises(UsageError, match=f"No {kind.label} was entered"):
        given_secret(kind, text)


# Passwords.


@pytest.mark.parametrize("text", [' "correct horse" ', "a\n", "'", "correct\ufeffhorse", "pässwörd🔑"])
def test_a_password_keeps_its_blanks_and_quotes(text: str) -> None:
    assert given_secret(SecretKind.PASSWORD, text) == text


def test_a_password_loses_its_byte_order_mark() -> None:
    assert given_secret(SecretKind.PASSWORD, "\ufeffcorrect horse") == "correct horse"


def test_only_a_byte_order_mark_is_no_password() -> None:
    with pytest.raises(UsageError, match="No password was entered"):
        given_secret(SecretKind.PASSWORD, "\ufeff")


# TOTP seeds.


@pytest.mark.parametrize(
    "text",
    [
        SEED,
        SEED.lower(),
        "jbsw y3dp ehpk 3pxp",
        "JBSW-Y3DP-EHPK-3PXP\n",
        f'"{SEED}"',
        f"\ufeff{SEED}",
        URI,
        f" {URI}\n",
        f'"{URI}"',
        URI.replace("otpauth", "OTPAUTH").replace("secret", "Secret"),
        f"{URI}&algorithm=SHA1&digits=6&period=30",
        f"{URI}&algorithm=sha-1",
        f"otpauth://totp/alice%40example.com?secret={SEED.lower()}%3D%3D",
        "otpauth://totp/?secret=JBSW%20Y3DP-EHPK%203PXP",
    ],
)
def test_a_totp_seed_is_kept_as_cognito_shows_it(text: str) -> None:
    assert given_secret(SecretKind.TOTP, text) == SEED


@pytest.mark.parametrize("text", ["0189canary", "canary!", "JBSWY3DPEHPK3PXPA", "123456", "ÄÖÜ", "JBSW=Y3DP"])
def test_what_is_not_base32_is_named_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError, match="not base32") as caught:
        given_secret(SecretKind.TOTP, text)
    assert text not in f"{caught.value.cause} {caught.value.fix}"
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        (URI.replace("totp", "hotp") + "&counter=1", "hotp"),
        (URI + "&digits=8", "another digits than Cognito's 6"),
        (URI + "&period=60", "another period than Cognito's 30"),
        (URI + "&algorithm=SHA256", "another algorithm than Cognito's SHA1"),
        ("otpauth://totp/Example:alice?issuer=Example", "has no secret"),
        ("otpauth://steam/alice?secret=JBSWY3DPEHPK3PXP", "has no secret"),
        ("otpauth-migration://offline?data=CjEKCkhlbGxv", "several seeds"),
        ("otpauth://[totp?secret=JBSWY3DPEHPK3PXP", "has no secret"),
        ("otpauth://totp/a?" + "x=1&" * 20 + "secret=JBSWY3DPEHPK3PXP", "has no secret"),
    ],
)
def test_an_otpauth_uri_that_cognito_cannot_use_is_refused_with_the_reason(uri: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        given_secret(SecretKind.TOTP, uri)
    assert words in caught.value.cause
    assert SEED not in f"{caught.value.cause} {caught.value.fix}"


# Profiles without a user.


@pytest.mark.parametrize("kind", [SecretKind.PASSWORD, SecretKind.TOTP])
def test_a_secret_of_a_user_is_refused_for_a_profile_without_one(kind: SecretKind) -> None:
    service = make_profile("dev/service", flow=Flow.CLIENT_CREDENTIALS)
    with pytest.raises(UsageError, match=f"no {kind.label}") as caught:
        refuse_without_user(service, kind)
    assert caught.value.fix == "Store its client secret: cognitui secret set dev/service client-secret"


def test_a_user_of_the_browser_has_no_password_here() -> None:
    with pytest.raises(UsageError) as caught:
        refuse_without_user(make_profile("dev/web", flow=Flow.AUTHORIZATION_CODE), SecretKind.PASSWORD)
    assert "in the browser" in caught.value.fix


def test_the_password_of_an_exchange_is_that_of_its_subject() -> None:
    exchange = make_exchange("dev/for-alice", make_profile("dev/alice"))
    with pytest.raises(UsageError) as caught:
        refuse_without_user(exchange, SecretKind.PASSWORD)
    assert caught.value.fix == "Store it for the subject: cognitui secret set dev/alice password"


def test_a_client_secret_needs_no_user() -> None:
    refuse_without_user(make_profile("dev/service", flow=Flow.CLIENT_CREDENTIALS), SecretKind.CLIENT_SECRET)


# Questions.


def test_an_answer_that_is_a_secret_follows_the_same_rule() -> None:
    assert Prompt("x", "client secret", keeps=SecretKind.CLIENT_SECRET).cleaned(f'"{SECRET}" ') == SECRET
    assert Prompt("x", "password", keeps=SecretKind.PASSWORD).cleaned("\ufeff a ") == " a "
    assert Prompt("x", "code").cleaned(' "1" ') == ' "1" '


def test_an_answer_that_is_no_seed_is_an_error() -> None:
    assert "not base32" in Prompt("x", "TOTP seed", keeps=SecretKind.TOTP).error("0189")


def test_two_answers_that_are_the_same_without_their_marks_agree() -> None:
    prompt = Prompt("x", "new password", confirm=True, keeps=SecretKind.PASSWORD)
    assert prompt.error("\ufeffcorrect horse", "correct horse") == ""
