from __future__ import annotations

import base64
import itertools
import json
import time
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognitui.model.claims import (
    LARGEST_TOKEN,
    ClaimRow,
    Decoded,
    decode,
    describe,
    lifetime_of,
    text_of,
    unwrapped,
    username_of,
)
from cognitui.model.errors import BadToken
from cognitui.model.token import Lifetime
from tests.unit.fakes import NOW, make_jwt

REFRESH_TOKEN = ".".join(("eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIn0", "a2V5", "aXY", "Y2lwaGVy", "dGFn"))


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def with_payload(payload: bytes) -> str:
    return f"{base64url(b'{}')}.{base64url(payload)}.c2ln"


def rows(**claims: object) -> dict[str, ClaimRow]:
    return {row.name: row for row in described(claims)}


def described(claims: dict[str, object]) -> tuple[ClaimRow, ...]:
    return describe(Decoded(header={}, claims=claims), NOW)


# What is decoded


def test_header_and_claims_are_returned_as_they_are() -> None:
    decoded = decode(make_jwt({"sub": "5f2c", "exp": 1}, header={"alg": "none"}))
    assert decoded == Decoded(header={"alg": "none"}, claims={"sub": "5f2c", "exp": 1})


@pytest.mark.parametrize("before", ["", "  ", "Bearer ", "bearer  ", "Authorization: Bearer ", "authorization:bearer "])
@pytest.mark.parametrize("behind", ["", "\n", " \r\n"])
def test_a_token_is_taken_out_of_what_was_pasted(before: str, behind: str) -> None:
    token = make_jwt({"sub": "5f2c"})
    assert unwrapped(before + token + behind) == token
    assert decode(before + token + behind).claims == {"sub": "5f2c"}


@pytest.mark.parametrize("space", ["\n", "\r\n   ", "\t"])
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_a_token_that_a_terminal_has_wrapped_is_put_together_again(space: str, quote: str) -> None:
    token = make_jwt({"sub": "5f2c"})
    wrapped = space.join(token[at : at + 20] for at in range(0, len(token), 20))
    assert unwrapped(f"{quote}Authorization: Bearer {wrapped}{quote}\n") == token
    assert unwrapped(f"Bearer {quote}{wrapped}{quote}") == token


def test_padding_as_load_balancers_write_it_is_read() -> None:
    token = ".".join(base64.urlsafe_b64encode(part).decode() for part in (b'{"alg":"ES256"}', b'{"sub":"a"}', b"sign"))
    assert "=" in token
    assert decode(token).claims == {"sub": "a"}


def test_neither_the_token_nor_its_claims_are_in_the_repr() -> None:
    assert "canary" not in repr(decode(make_jwt({"sub": "canary"}, header={"kid": "canary"})))


# What is copied of a claim


def test_a_claim_is_copied_as_the_token_holds_it() -> None:
    claims = {"cognito:groups": ["admins", "editors"], "sub": "5f2c", "exp": 1795340531, "scope": "a b", "x": {"y": 1}}
    decoded = Decoded(header={}, claims=claims)
    shown = [row.name for row in describe(decoded, NOW)]
    copied = {name: text_of(decoded, place) for place, name in enumerate(shown)}
    assert copied == {
        "sub": "5f2c",
        "exp": "1795340531",
        "cognito:groups": '["admins", "editors"]',
        "scope": "a b",
        "x": '{"y": 1}',
    }


def test_a_copied_claim_has_no_control_character_that_a_shell_would_obey() -> None:
    decoded = Decoded(header={}, claims={"sub": "a\nrm -rf ~\x1b[2J\u202e"})
    assert text_of(decoded, 0) == r"a\x0arm -rf ~\x1b[2J\u202e"


# What is no token

PAYLOAD = "The second part, the payload, is not a JSON object in base64url: its content"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "No token found."),
        ("Bearer ", "No token found."),
        ("AQICAHh-opaque", "This is not a JWT: it has no dots."),
        ("one.two", "This is not a JWT: it has 2 parts"),
        ("a.b.c.d", "This is not a JWT: it has 4 parts"),
        (REFRESH_TOKEN, "This is an encrypted token (five parts), such as a Cognito refresh token"),
        ("a.b.c.d.e", "This is not a JWT: it has 5 parts instead of three."),
        ("eyJhbGciOiJSUzI1NiJ9.e30.a.b.c", "This is not a JWT: it has 5 parts instead of three."),
        ("e$J9.e30.c2ln", "The first part, the header, is not base64url."),
        ("e30.e!0.c2ln", "The second part, the payload, is not base64url."),
        ("e30.e30.ü", "The third part, the signature, is not base64url."),
        ("e30.A.c2ln", "The second part, the payload, is not base64url."),
        (with_payload(b'{"sub": "\xff\xfe"}'), f"{PAYLOAD} is not UTF-8."),
        (with_payload(b"sub=5f2c"), f"{PAYLOAD} is not JSON."),
        (with_payload(b""), f"{PAYLOAD} is not JSON."),
        (with_payload(b'{"exp": NaN}'), f"{PAYLOAD} is not JSON."),
        (with_payload(b'{"exp": -Infinity}'), f"{PAYLOAD} is not JSON."),
        (with_payload(b'{"exp": ' + b"9" * 5000 + b"}"), f"{PAYLOAD} is not JSON."),
        (with_payload(b'["sub"]'), f"{PAYLOAD} is not a JSON object."),
        (with_payload(b"null"), f"{PAYLOAD} is not a JSON object."),
        (with_payload(b'{"sub": "a", "sub": "b"}'), f"{PAYLOAD} has a duplicate name."),
        (with_payload(b'{"a": {"b": 1, "b": 1}}'), f"{PAYLOAD} has a duplicate name."),
        (with_payload(b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}"), f"{PAYLOAD} is nested too"),
        (with_payload(b'{"a":' * 5_000 + b"1" + b"}" * 5_000), f"{PAYLOAD} is nested too deeply."),
        (with_payload(b"[" * 40_000), f"{PAYLOAD} is nested too deeply."),
    ],
    ids=itertools.count(),
)
def test_a_bad_token_is_reported_in_a_sentence_with_a_fix(text: str, cause: str) -> None:
    with pytest.raises(BadToken) as caught:
        decode(text)
    assert caught.value.cause.startswith(cause)
    assert caught.value.fix


def test_of_words_with_dots_it_is_said_what_a_token_looks_like() -> None:
    with pytest.raises(BadToken) as caught:
        decode("foo.bar.baz")
    assert caught.value.cause == (
        "The first part, the header, is not a JSON object in base64url: its content is not UTF-8."
    )
    assert "It looks like eyJhbG….eyJzdW….c2lnbm…" in caught.value.fix


def test_brackets_in_a_text_are_no_nesting() -> None:
    assert decode(make_jwt({"note": '\\"' + "[{" * 500})).claims["note"] == '\\"' + "[{" * 500


def test_thirteen_megabytes_are_refused_unread() -> None:
    class Unread(str):
        def encode(self, *_args: object) -> bytes:
            raise AssertionError

    with pytest.raises(BadToken, match="longer than 64 KB"):
        decode(Unread("a" * 13_000_000))


def test_decoding_stops_at_64_kb() -> None:
    largest = f"e30.e30.{'a' * (LARGEST_TOKEN - 8)}"
    assert decode(largest).claims == {}
    with pytest.raises(BadToken, match="longer than 64 KB"):
        decode(largest + "a")


def test_unterminated_texts_full_of_escaped_quotes_are_scanned_in_linear_time() -> None:
    began = time.perf_counter()
    with pytest.raises(BadToken):
        decode(with_payload(b'{"a": "' + b'\\"' * 20_000))
    assert time.perf_counter() - began < 0.5


def test_the_error_shows_nothing_of_the_token() -> None:
    with pytest.raises(BadToken) as caught:
        decode(with_payload(b'{"canary": canary}'))
    assert "canary" not in f"{caught.value.cause}{caught.value.fix}"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@given(st.text())
def test_any_text_is_decoded_or_a_bad_token(text: str) -> None:
    with_no_other_error(text)


@given(st.binary(), st.binary(), st.binary())
def test_any_three_parts_are_decoded_or_a_bad_token(header: bytes, payload: bytes, signature: bytes) -> None:
    with_no_other_error(".".join(map(base64url, (header, payload, signature))))


def with_no_other_error(text: str) -> None:
    with suppress(BadToken):
        describe(decode(text), NOW)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
names = st.text() | st.sampled_from(["exp", "iat", "scope", "aud", "sub", "cognito:groups", "identities", "custom:a"])


@given(st.dictionaries(names, json_values, max_size=8))
def test_whatever_a_claim_holds_its_row_is_inert(claims: dict[str, object]) -> None:
    for row in described(claims):
        for text in (row.name, row.note, row.explanation, *row.lines):
            assert not {unicodedata.category(character) for character in text} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.dictionaries(names, json_values, max_size=8))
def test_what_was_encoded_is_decoded(claims: dict[str, object]) -> None:
    payload = json.dumps(claims)
    if "Infinity" not in payload:
        assert decode(with_payload(payload.encode())).claims == json.loads(payload)


# What a person is shown


def test_claims_come_as_who_what_when_the_pools_own_and_the_rest() -> None:
    said = {"jti": "1", "exp": 1, "tenant": "x", "iss": "https://…", "scope": "a", "custom:plan": "pro", "sub": "5f2c"}
    assert [row.name for row in described(said)] == ["sub", "scope", "exp", "tenant", "custom:plan", "iss", "jti"]


def test_known_claims_are_explained_and_others_are_not() -> None:
    shown = rows(token_use="access", tenant="x", **{"custom:plan": "pro", "cognito:new": "1"})
    assert "access" in shown["token_use"].explanation
    assert shown["custom:plan"].explanation == "A custom attribute of the pool."
    assert shown["cognito:new"].explanation
    assert shown["tenant"].explanation == ""


def test_a_time_is_shown_on_the_local_clock_with_its_distance() -> None:
    row = rows(exp=NOW + 3120)["exp"]
    assert (row.kind, row.note) == ("time", "in 52 min")
    assert row.lines == (time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(NOW + 3120)),)


@pytest.mark.parametrize("value", [10**400, -1, 1e300, float("inf"), "tomorrow", True, None, [1]])
def test_a_time_that_is_none_is_shown_as_it_is(value: object) -> None:
    row = rows(exp=value)["exp"]
    assert row.kind != "time"
    assert row.note == "not a date"
    assert len(row.lines[0]) <= 2000


def test_scopes_and_groups_are_one_on_a_line() -> None:
    shown = rows(scope="openid orders/read", **{"cognito:groups": ["admins", "editors"]})
    assert (shown["scope"].kind, shown["scope"].lines) == ("list", ("openid", "orders/read"))
    assert (shown["cognito:groups"].kind, shown["cognito:groups"].lines) == ("list", ("admins", "editors"))


def test_an_empty_list_is_seen() -> None:
    assert rows(groups=[])["groups"].lines == ("[]",)


def test_objects_are_laid_out_as_json() -> None:
    row = rows(identities=[{"providerName": "Okta"}])["identities"]
    assert row.kind == "json"
    assert row.lines == ("[", "  {", '    "providerName": "Okta"', "  }", "]")


@pytest.mark.parametrize(("value", "line"), [(True, "true"), (None, "null"), (42, "42"), (1.5, "1.5"), ("", "")])
def test_single_values_are_shown_as_json_has_them(value: object, line: str) -> None:
    assert rows(tenant=value)["tenant"].lines == (line,)


def test_long_values_lists_and_tokens_are_cut_and_say_so() -> None:
    shown = rows(long="a" * 5000, many=list(range(1000)))
    assert len(shown["long"].lines[0]) == 2000
    assert shown["long"].lines[0].endswith("…")
    assert shown["many"].lines[-1] == "… and 800 more"
    assert described({f"claim {n}": n for n in range(600)})[-1].lines == ("and 100 more",)


def test_markup_in_a_claim_stays_text() -> None:
    assert rows(**{"[@click=app.quit]x[/]": "[red]"})["[@click=app.quit]x[/]"].lines == ("[red]",)


# What the program itself reads


def test_the_username_is_the_one_that_the_token_says_untouched() -> None:
    assert username_of(make_jwt({"username": "zoë\u202e"})) == "zoë\u202e"


@pytest.mark.parametrize(
    "token", ["", "opaque", make_jwt({}), make_jwt({"username": 5}), "a" * 70_000], ids=itertools.count()
)
def test_a_token_that_says_no_username_gives_an_empty_one(token: str) -> None:
    assert username_of(token) == ""


def test_the_life_of_a_token_is_that_from_iat_to_exp() -> None:
    assert lifetime_of(make_jwt({"iat": 1000, "exp": 4600}), 1002) == Lifetime(1000, 4600)


def test_a_clock_that_is_an_hour_behind_counts_on_its_own_time() -> None:
    assert lifetime_of(make_jwt({"iat": 8200, "exp": 11_800}), 4602, skew=3600) == Lifetime(4600, 8200)


@pytest.mark.parametrize("iat", [None, "now", -5, 10**400, 5000, True])
def test_a_token_without_a_believable_iat_began_when_it_came(iat: object) -> None:
    assert lifetime_of(make_jwt({"iat": iat, "exp": 4600}), 1002) == Lifetime(1002, 4600)


@pytest.mark.parametrize("exp", [10**400, 10**15, 1e300])
def test_a_huge_exp_is_cut_to_the_longest_life_of_a_token(exp: float) -> None:
    life = lifetime_of(make_jwt({"iat": 1000, "exp": exp}), 1000, skew=7)
    assert life == Lifetime(993, 1000 + 3660 * 86400)


@pytest.mark.parametrize("exp", [None, "4600", -1, True, [4600]])
def test_without_a_usable_exp_no_life_is_known(exp: object) -> None:
    assert lifetime_of(make_jwt({"iat": 1000, "exp": exp}), 1002) is None


@pytest.mark.parametrize("token", ["", "opaque", REFRESH_TOKEN])
def test_of_a_text_that_is_no_jwt_no_life_is_known(token: str) -> None:
    assert lifetime_of(token, 1002) is None


def test_the_level_and_the_methods_of_a_sign_in_have_plain_words() -> None:
    claims = {"amr": ["pwd", "email_otp", "mfa"], "acr": "urn:cognito:loa:3", "auth_time": int(NOW) - 120}
    acr, amr, _ = describe(Decoded(header={}, claims=claims), NOW)
    assert (acr.name, acr.note) == ("acr", "level 3: password and e-mail code, 2 min ago")
    assert (amr.name, amr.lines, amr.note) == ("amr", ("pwd", "email_otp", "mfa"), "")
    assert "How strongly the user signed in" in acr.explanation


def test_a_level_that_only_the_pool_knows_is_shown_as_it_is() -> None:
    (row,) = describe(Decoded(header={}, claims={"acr": "gold"}), NOW)
    assert (row.lines, row.note) == (("gold",), "level gold")


@pytest.mark.parametrize(
    ("act", "note"),
    [
        ({"sub": "orders-service"}, "orders-service acts for the user"),
        ({"sub": "b", "act": {"sub": "a"}}, "b acts for the user, after a"),
        ({"sub": "x", "client_id": "orders"}, "orders acts for the user"),
        ("orders-service", "orders-service acts for the user"),
        ({"sub": "b", "act": {"iss": "https://example.com"}}, "b acts for the user"),
        ({"sub": "\x1b[2J"}, r"\x1b[2J acts for the user"),
        ({}, ""),
        ([1], ""),
    ],
    ids=str,
)
def test_who_acts_for_the_user_is_said_in_plain_words(act: object, note: str) -> None:
    (row,) = describe(Decoded(header={}, claims={"act": act}), NOW)
    assert row.note == note
    assert "token exchange" in row.explanation


def test_a_chain_of_actors_without_an_end_is_cut() -> None:
    act: dict[str, object] = {"sub": "first"}
    for _ in range(30):
        act = {"sub": "next", "act": act}
    (row,) = describe(Decoded(header={}, claims={"act": act}), NOW)
    assert row.note.count("next") == 10
