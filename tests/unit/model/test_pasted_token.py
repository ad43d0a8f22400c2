"""Tokens are found in what people paste, and nothing else of it is taken or repeated."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognitui.model.errors import BadToken
from cognitui.model.pasted_token import LARGEST_PASTE, PastedToken, holds_token, tokens_in
from tests.unit.fakes import make_jwt

ACCESS = make_jwt({"sub": "alice", "token_use": "access"})
IDENTITY = make_jwt({"sub": "alice", "token_use": "id"})
REFRESH = ".".join(("eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIn0", "a2V5", "aXY", "Y2lwaGVy", "dGFn"))
WRAPPED = "\n".join(ACCESS[at : at + 40] for at in range(0, len(ACCESS), 40))

BARE = [PastedToken("", ACCESS)]
BOTH = [PastedToken("id_token", IDENTITY), PastedToken("access_token", ACCESS)]


@pytest.mark.parametrize(
    "text",
    [
        ACCESS,
        f"  Bearer {ACCESS}\n",
        f"Authorization: Bearer {ACCESS}",
        f"authorization: {ACCESS}",
        f"export T={ACCESS}",
        f"export T='{ACCESS}'",
        f'TOKEN="{ACCESS}"  # of alice',
        f"set -gx TOKEN {ACCESS}",
        f'$env:TOKEN = "{ACCESS}"',
        f"curl -H 'Authorization: Bearer {ACCESS}' https://api.example.com/orders",
        f'curl https://api.example.com -H "accept: */*" -H "authorization: Bearer {ACCESS}" --compressed',
        f"curl --oauth2-bearer {ACCESS} https://api.example.com",
        f'{{"Authorization": "Bearer {ACCESS}"}}',
        WRAPPED,
        f"export T='{WRAPPED}'",
        f"curl -H 'Authorization: Bearer {WRAPPED}' https://api.example.com",
        f"\ufeff{ACCESS}",
    ],
)
def test_one_token_is_found_in_what_is_around_it(text: str) -> None:
    assert list(tokens_in(text)) == BARE


@pytest.mark.parametrize(
    "text",
    [
        f"http://localhost:3000/cb#id_token={IDENTITY}&access_token={ACCESS}&expires_in=3600&token_type=Bearer",
        f"'myapp://callback/?id_token={IDENTITY}&access_token={ACCESS}'",
        f"ID_TOKEN={IDENTITY}\nACCESS_TOKEN={ACCESS}\n",
        f"export COGNITO_ID_TOKEN={IDENTITY}\nexport COGNITO_ACCESS_TOKEN={ACCESS}",
        json.dumps({"id_token": IDENTITY, "access_token": ACCESS, "expires_in": 3600, "token_type": "Bearer"}),
        json.dumps({"AuthenticationResult": {"IdToken": IDENTITY, "AccessToken": ACCESS}, "ChallengeParameters": {}}),
        json.dumps([{"idToken": IDENTITY}, {"accessToken": f"Bearer {ACCESS}"}]),
        json.dumps({"body": json.dumps({"id_token": IDENTITY, "access_token": ACCESS})}),
        f"{{'IdToken': '{IDENTITY}', 'AccessToken': '{ACCESS}'}}",
        f"Cookie: CognitoIdentityServiceProvider.1h57.alice.idToken={IDENTITY}; x.accessToken={ACCESS}",
    ],
)
def test_each_of_several_tokens_is_named_as_the_text_names_it(text: str) -> None:
    assert list(tokens_in(text)) == BOTH


def test_a_token_in_json_that_a_terminal_has_wrapped_is_put_together() -> None:
    assert list(tokens_in(f'{{"AccessToken": "{WRAPPED}"}}')) == [PastedToken("access_token", ACCESS)]


def test_the_refresh_token_of_an_answer_is_found_by_its_name_although_it_is_opaque() -> None:
    answer = json.dumps({"access_token": ACCESS, "refresh_token": "opaque"})

    assert [(found.name, found.value) for found in tokens_in(answer)] == [
        ("access_token", ACCESS),
        ("refresh_token", "opaque"),
    ]


def test_two_tokens_on_two_lines_are_two() -> None:
    assert list(tokens_in(f"{ACCESS}\n{IDENTITY}\n")) == [PastedToken("", ACCESS), PastedToken("", IDENTITY)]


def test_the_same_token_is_returned_once() -> None:
    assert len(tokens_in(f"{ACCESS}\n{ACCESS}\n")) == 1


@pytest.mark.parametrize("name", ["paid_token", "androidToken", "TOKEN", "valid_token"])
def test_a_name_that_only_ends_like_a_kind_is_none(name: str) -> None:
    assert [found.name for found in tokens_in(f"{name}={IDENTITY}")] == [""]


def test_an_encrypted_token_is_returned_whole() -> None:
    assert list(tokens_in(f"REFRESH_TOKEN={REFRESH}")) == [PastedToken("refresh_token", REFRESH)]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("http://localhost:8976/callback?code=canary&state=canary", "contains an authorization code and no token"),
        ("myapp://callback?error=canary", "reports a sign-in error"),
        ("https://canary:canary@api.example.com/canary", "This URL contains no token"),
        ('{"client_secret": "canary", "ChallengeName": "PASSWORD_VERIFIER"}', "This JSON contains no token"),
        ("canary" * LARGEST_PASTE, "longer than 64 KB"),
    ],
)
def test_what_holds_no_token_is_refused_and_nothing_of_it_is_repeated(text: str, cause: str) -> None:
    with pytest.raises(BadToken, match=cause) as caught:
        tokens_in(text)

    assert "canary" not in f"{caught.value.cause} {caught.value.fix}"


@pytest.mark.parametrize("text", ["", "hello", "a.b.c.d.e", "hello world. two. three"])
def test_what_looks_like_no_token_is_left_to_the_decoder(text: str) -> None:
    assert [found.name for found in tokens_in(text)] == [""]


def test_a_token_is_in_no_repr() -> None:
    assert ACCESS not in repr(tokens_in(f"ACCESS_TOKEN={ACCESS}"))


PIECES = st.lists(
    st.sampled_from([ACCESS, IDENTITY, REFRESH, "eyJ", ".", "\n", " ", '"', "{", "}", "=", "#", "&", "Bearer "])
    | st.text(max_size=8),
    max_size=30,
).map("".join)


@given(PIECES)
def test_whatever_is_pasted_is_either_read_or_refused(text: str) -> None:
    try:
        found = tokens_in(text)
    except BadToken:
        return
    assert found
    assert all(not any(map(str.isspace, token.value)) for token in found)


@pytest.mark.parametrize("text", ["eyJ" * 80_000, "eyJ." * 60_000, "[" * 200_000, "eyJ\n" * 60_000, "= " * 100_000])
def test_of_a_hostile_paste_few_tokens_are_returned(text: str) -> None:
    assert 1 <= len(tokens_in(text)) <= 20


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (make_jwt({}), True),
        (f"x={make_jwt({})}", True),
        ('{"RefreshToken": "opaque"}', True),
        ("eyJ.e.e.e.e", True),
        (f"{make_jwt({})} {'x' * LARGEST_PASTE}", True),
        ("x" * (LARGEST_PASTE + 1), False),
        ("a.b.c", False),
        ("dev/alice", False),
        ("", False),
        ('{"name": "alice"}', False),
        ("https://example.com/?code=1", False),
    ],
)
def test_a_text_holds_a_token_or_none(text: str, holds: bool) -> None:
    assert holds_token(text) is holds
