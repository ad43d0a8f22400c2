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
from cognitui.model.token import Lifetime, Token, TokenKind
from cognitui.model.token_formats import TokenFormat, formatted, variable
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
        (TokenFormat.CURL, "curl -H 'Authorization: Bearer eyJ.a_b-c.sig'"),
        (TokenFormat.ENV, "export COGNITO_ACCESS_TOKEN=eyJ.a_b-c.sig"),
        (TokenFormat.DOTENV, "COGNITO_ACCESS_TOKEN=eyJ.a_b-c.sig"),
    ],
)
def test_each_form_is_one_line_that_is_ready_to_paste(form: TokenFormat, line: str) -> None:
    assert formatted(PROFILE, token("eyJ.a_b-c.sig"), form) == line


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
    assert shlex.split(formatted(PROFILE, token(value), TokenFormat.CURL))[-1] == f"Authorization: Bearer {value}"
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
