"""Any file leads to a message or a result in bounded time, and never to another service's secret."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognitui.importing.file_reader import Format, formats_of, read_as
from cognitui.importing.from_file import FoundFile, found_in_text
from cognitui.importing.script import entries_of_script
from cognitui.importing.values import Entry, TooMuch, entries_of, is_placeholder
from cognitui.model.errors import UsageError

POOL = "eu-west-1_AbCdEf123"
CLIENT = "1h57kf5cpq17m0eml12exampl0"
SECRET = "9drv7kalt3vq0ssexampleexample9drv7kalt3vq0ssexample"
CANARY = "9canary0canary0canary0canary0canary0canary0canary09"
"""A secret that looks like an app client's."""

PIECES = st.sampled_from(
    [
        *(
            "{",
            "}",
            "[",
            "]",
            "(",
            ")",
            ":",
            ",",
            "=",
            "\n",
            " ",
            "\t",
            '"',
            "'",
            "`",
            "\\",
            "$",
            "${",
            "//",
            "/*",
            "*/",
        ),
        *(
            "#",
            ";",
            "---\n",
            "- ",
            "&a",
            "*a",
            "<<:",
            "!tag ",
            "export ",
            "const ",
            "||",
            "=>",
            "x",
            "0",
            "\0",
            "\ufeff",
        ),
        *("USER_POOL_ID", "clientId", "client_secret", POOL, CLIENT, SECRET, "[a]\n", "name", "value"),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=6), max_size=60).map("".join)

NAMES = st.sampled_from(
    ["userPoolId", "clientId", "clientSecret", "name", "value", "kind", "data", "dev", "prod", "[0]"]
)
VALUES: st.SearchStrategy[object] = st.recursive(
    st.sampled_from([POOL, CLIENT, SECRET, "", "Secret", "${X}", "{", "[1]", None, True, 1.5]) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=6), inner, max_size=4),
    max_leaves=25,
)


def outcome_of(text: str, path: str) -> FoundFile | UsageError:
    try:
        return found_in_text(text, "f", path)
    except UsageError as error:
        return error


def outcome_words(outcome: FoundFile | UsageError) -> str:
    """What the user sees; an error begins with the file."""
    if isinstance(outcome, UsageError):
        assert outcome.cause.startswith("f")
        return f"{outcome.cause} {outcome.fix}"
    assert outcome.found.pools
    return f"{outcome!r} {list(outcome.notes())}"


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.sampled_from(["", ".env", "a.json", "a.yml", "a.toml", "a.ini", "a.js"]))
def test_any_text_is_read_or_refused_with_a_message(text: str, path: str) -> None:
    outcome = outcome_of(text, path)

    assert SECRET not in outcome_words(outcome)


@pytest.mark.parametrize("format_", Format)
@settings(max_examples=80, deadline=None)
@given(text=TEXTS)
def test_each_reader_accepts_any_text(format_: Format, text: str) -> None:
    try:
        read = read_as(format_, text, "f")
    except (UsageError, TooMuch):
        return
    assert all(isinstance(entry.value, str) for entry in read.entries)
    assert all(0 < line <= text.count("\n") + text.count("\r") + 1 for line in read.skipped)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_any_value_is_searched_or_refused(value: object) -> None:
    for entry in entries_of(value):
        assert entry.label == entry.label
        assert isinstance(entry.is_of_another, bool)
        is_placeholder(entry.value)
    assert outcome_words(outcome_of(json.dumps(value), "a.json"))


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-zA-Z]{2,8}", fullmatch=True), st.text("abcXYZ019_- ", max_size=12), max_size=8
    )
)
def test_a_script_says_what_json_says(values: dict[str, str]) -> None:
    text = f"export const config = {json.dumps(values)};"

    in_script = {entry.path[-1]: entry.value for entry in entries_of_script(text)}

    assert in_script == {name: value.strip() for name, value in values.items()}


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.text(max_size=12))
def test_the_formats_of_any_text_are_known(text: str, path: str) -> None:
    assert set(formats_of(text, path)) <= set(Format)


SERVICES = ("GOOGLE", "ZOOM", "STRIPE", "OKTA", "SLACK", "NOTION", "KEYCLOAK", "MICROSOFT", "ACME", "PAYMENTS", "CRM")
SECRET_NAMES = ("CLIENT_SECRET", "SECRET", "OAUTH_CLIENT_SECRET", "APP_CLIENT_SECRET", "API_KEY", "TOKEN", "PASSWORD")
OWN = {"COGNITO_USER_POOL_ID": POOL, "COGNITO_CLIENT_ID": CLIENT}


def as_env(values: dict[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in values.items())


def as_camels(values: dict[str, str]) -> str:
    return json.dumps({"".join(word.title() for word in name.split("_")): value for name, value in values.items()})


def as_pairs(values: dict[str, str]) -> str:
    return json.dumps([{"name": name, "value": value} for name, value in values.items()])


def as_tables(values: dict[str, str]) -> str:
    tables: dict[str, dict[str, str]] = {}
    for name, value in values.items():
        service, _, rest = name.partition("_")
        tables.setdefault(service.lower(), {})[rest.lower()] = value
    return json.dumps(tables)


def as_script(values: dict[str, str]) -> str:
    return f"const config = {as_camels(values)};"


@pytest.mark.parametrize("written", [as_env, as_camels, as_pairs, as_tables, as_script, json.dumps])
@settings(max_examples=60, deadline=None)
@given(
    service=st.sampled_from(SERVICES),
    name=st.sampled_from(SECRET_NAMES),
    id_=st.sampled_from(["abcDEF123", "7d8ckn3u9ma5ttpexample00zz"]),
)
def test_nothing_of_another_service_is_imported(
    written: Callable[[dict[str, str]], str], service: str, name: str, id_: str
) -> None:
    values = {**OWN, f"{service}_CLIENT_ID": id_, f"{service}_{name}": CANARY}
    (pool,) = found_in_text(written(values), "f").found.pools

    assert [(client.id, client.secret) for client in pool.clients] == [(CLIENT, "")]
    assert CANARY not in repr(pool)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_the_repr_of_a_value_does_not_show_it(value: str) -> None:
    assert repr(Entry(("A",), f"canary{value}")) == "Entry(path=('A',), line=0, shared=0)"
