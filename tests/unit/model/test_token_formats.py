from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognitui.model.errors import BadToken
from cognitui.model.profile import ProfileFields
from cognitui.model.token import Lifetime, Token, TokenKind
from cognitui.model.token_formats import TokenFormat, formatted, preview, variable, what_is_missing
from cognitui.tui.actions.registry import BY_ID, Place, actions_of
from tests.unit.fakes import NOW, make_profile

PROFILE = make_profile("dev/alice")
ODD = "a'b\"c$(id)`id`\\!#;&|<>*?[]{}~%"


def token(value: str, kind: TokenKind = TokenKind.ACCESS) -> Token:
    return Token(kind, value, Lifetime(NOW, NOW + 3600))


@pytest.mark.parametrize(
    ("form", "line"),
    [
        (TokenFormat.RAW, "eyJ.a_b-c.sig"),
        (TokenFormat.BEARER, "Bearer eyJ.a_b-c.sig"),
        (TokenFormat.HEADER, "Authorization: Bearer eyJ.a_b-c.sig"),
        (TokenFormat.CURL, "curl -H 'Authorization: Bearer eyJ.a_b-c.sig' https://your-api.invalid"),
        (TokenFormat.HTTPIE, "https -A bearer --auth=eyJ.a_b-c.sig https://your-api.invalid"),
        (TokenFormat.FISH, "set -gx COGNITO_ACCESS_TOKEN 'eyJ.a_b-c.sig'"),
        (TokenFormat.POWERSHELL, "$env:COGNITO_ACCESS_TOKEN = 'eyJ.a_b-c.sig'"),
        (TokenFormat.BRUNO, "vars {\n  COGNITO_ACCESS_TOKEN: eyJ.a_b-c.sig\n}"),
        (TokenFormat.INSOMNIA, '{"COGNITO_ACCESS_TOKEN": "eyJ.a_b-c.sig"}'),
        (TokenFormat.ENV, "export COGNITO_ACCESS_TOKEN=eyJ.a_b-c.sig"),
        (TokenFormat.DOTENV, "COGNITO_ACCESS_TOKEN=eyJ.a_b-c.sig"),
    ],
)
def test_each_form_is_ready_to_paste(form: TokenFormat, line: str) -> None:
    assert formatted(PROFILE, token("eyJ.a_b-c.sig"), form) == line


def test_what_a_command_without_an_address_lacks_is_reported() -> None:
    with_address = make_profile("dev/alice", api_url="https://api.example.com")

    told = {form for form in TokenFormat if "api_url" in what_is_missing(PROFILE, form)}
    assert told == {TokenFormat.CURL, TokenFormat.HTTPIE}
    assert not any(what_is_missing(with_address, form) for form in TokenFormat)


def test_the_json_form_names_the_profile_the_kind_and_the_end() -> None:
    assert json.loads(formatted(PROFILE, token("eyJ.a.b", TokenKind.ID), TokenFormat.JSON)) == {
        "profile": "dev/alice",
        "type": "id",
        "token": "eyJ.a.b",
        "expires_at": "2026-11-22T10:42:11Z",
    }


def test_each_kind_has_a_variable_of_its_own() -> None:
    assert [variable(token("a", kind)) for kind in TokenKind] == [
        "COGNITO_ACCESS_TOKEN",
        "COGNITO_ID_TOKEN",
        "COGNITO_REFRESH_TOKEN",
    ]


@pytest.mark.parametrize("form", list(TokenFormat))
@pytest.mark.parametrize("value", ["", "a b", "a\nb", "a\x1b[2J", "a\r\nX-Evil: 1", "zoë", "a\x7f"])
def test_a_token_that_no_header_can_carry_is_refused_and_not_shown(form: TokenFormat, value: str) -> None:
    with pytest.raises(BadToken) as caught:
        formatted(PROFILE, token(value), form)
    assert "dev/alice" in caught.value.cause
    assert value == "" or value not in caught.value.cause


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1))
def test_a_shell_takes_any_token_as_it_is(value: str) -> None:
    assert shlex.split(formatted(PROFILE, token(value), TokenFormat.CURL))[-2] == f"Authorization: Bearer {value}"
    assert shlex.split(formatted(PROFILE, token(value), TokenFormat.ENV))[-1] == f"COGNITO_ACCESS_TOKEN={value}"


@pytest.mark.skipif(sys.platform == "win32" or shutil.which("sh") is None, reason="needs a POSIX shell")
def test_a_real_shell_runs_nothing_that_an_odd_token_holds() -> None:
    script = formatted(PROFILE, token(ODD), TokenFormat.ENV) + '\nprintf %s "$COGNITO_ACCESS_TOKEN"'
    ran = subprocess.run(["sh", "-c", script], check=True, capture_output=True, text=True, timeout=10)
    assert ran.stdout == ODD
    assert ran.stderr == ""


def test_a_dotenv_value_is_quoted_where_it_must_be() -> None:
    assert formatted(PROFILE, token("a$b"), TokenFormat.DOTENV) == "COGNITO_ACCESS_TOKEN='a$b'"
    assert formatted(PROFILE, token("a'b$c"), TokenFormat.DOTENV) == 'COGNITO_ACCESS_TOKEN="a\'b\\$c"'


def test_postman_gets_an_environment_of_the_profiles_name_with_a_secret_in_it() -> None:
    assert json.loads(formatted(PROFILE, token("eyJ.a.b", TokenKind.ID), TokenFormat.POSTMAN)) == {
        "name": "dev/alice",
        "values": [{"key": "COGNITO_ID_TOKEN", "value": "eyJ.a.b", "type": "secret", "enabled": True}],
        "_postman_variable_scope": "environment",
    }


@pytest.mark.parametrize(
    ("url", "form", "ends"),
    [
        ("https://api.example.com/v1", TokenFormat.CURL, " https://api.example.com/v1"),
        ("https://api.example.com/v1", TokenFormat.HTTPIE, " https://api.example.com/v1"),
        ("http://localhost:8080", TokenFormat.CURL, " http://localhost:8080"),
        ("https://api.example.com/a'b&c;$(id)", TokenFormat.CURL, " 'https://api.example.com/a'\\''b&c;$(id)'"),
        ("https://api.example.com/a'b&c;$(id)", TokenFormat.HTTPIE, " 'https://api.example.com/a'\\''b&c;$(id)'"),
    ],
)
def test_a_command_calls_the_api_that_the_profile_names(url: str, form: TokenFormat, ends: str) -> None:
    assert formatted(make_profile("dev/alice", api_url=url), token("eyJ.a.b"), form).endswith(ends)


def test_an_api_of_the_environment_is_that_of_its_profiles() -> None:
    profile = make_profile("dev/alice", defaults=ProfileFields(api_url="https://api.example.com"))

    assert formatted(profile, token("eyJ.a.b"), TokenFormat.CURL).endswith(" https://api.example.com")


def test_curl_takes_brackets_and_braces_of_an_address_as_they_are() -> None:
    profile = make_profile("dev/alice", api_url="http://[::1]:8080/{a,b}")

    assert formatted(profile, token("eyJ.a.b"), TokenFormat.CURL) == (
        "curl -g -H 'Authorization: Bearer eyJ.a.b' 'http://[::1]:8080/{a,b}'"
    )


def test_a_tilde_in_front_is_no_home() -> None:
    assert formatted(PROFILE, token("~a"), TokenFormat.ENV) == "export COGNITO_ACCESS_TOKEN='~a'"


@pytest.mark.parametrize("form", [TokenFormat.POSTMAN, TokenFormat.BRUNO, TokenFormat.INSOMNIA])
def test_an_api_client_gets_no_token_in_which_it_would_replace_something(form: TokenFormat) -> None:
    with pytest.raises(BadToken):
        formatted(PROFILE, token("{{process.env.HOME}}"), form)


@pytest.mark.parametrize("form", list(TokenFormat))
@pytest.mark.parametrize("kind", list(TokenKind))
def test_a_preview_is_one_line_that_shows_the_place_of_the_token(form: TokenFormat, kind: TokenKind) -> None:
    shown = preview(PROFILE, kind, form, NOW)

    assert shown.count("eyJ…") == 1
    assert "\n" not in shown
    assert len({form.label for form in TokenFormat}) == len(TokenFormat)


def test_each_form_is_found_by_its_name_and_has_an_action_of_the_copy_dialog() -> None:
    actions = {action.id: action for action in actions_of(Place.COPY_AS)}

    for form in TokenFormat:
        action = actions[f"form_{form}"]
        assert TokenFormat.named(form.value) is form
        assert (action.keys, action.label, action.help) == (form.key, form.short, form.help)
        assert action.call == f"pick('{form}')"
        assert form in (BY_ID["copy_as"].search_terms or "").split()
