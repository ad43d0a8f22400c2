"""Reading the profile file: every error is reported with its place, never with a value, and hides no other profile."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import msgspec
import pytest

from cognitui.model.errors import ProfileFileError, ProfileFileUnsafe
from cognitui.model.expectations import Expect
from cognitui.model.profile import FIELD_NAMES, Flow, ProfileError, ProfileFields, ProfileSet
from cognitui.profiles.export import ProfileExport
from cognitui.profiles.store import ProfileFile
from cognitui.system.programs import code_from_process

posix = pytest.mark.skipif(os.name != "posix", reason="modes, pipes and symbolic links of POSIX")

CANARY = "c4n4ry"
"""Part of every invalid value; no message may contain it."""

BASE = """\
version = 1

[environments.dev]
user_pool_id = "eu-west-1_AbCdEf123"
client_id = "1h57"

[environments.dev.profiles.alice]
username = "alice"
"""
SRP_BOB = '\n[environments.dev.profiles.bob]\nusername = "bob"\nflow = "USER_SRP_AUTH"\n'
BOB = '\n[environments.dev.profiles.bob]\nusername = "bob"\n'


def written(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    path.chmod(0o600)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profiles.toml"


def loaded(path: Path, text: str) -> ProfileSet:
    return ProfileFile(written(path, text)).load()


def ids(profile_set: ProfileSet) -> set[str]:
    return {profile.id for profile in profile_set.profiles}


def only_problem(profile_set: ProfileSet) -> ProfileError:
    (problem,) = profile_set.errors
    return problem


def refused(path: Path, data: bytes) -> ProfileFileError:
    path.write_bytes(data)
    path.chmod(0o600)
    with pytest.raises(ProfileFileError) as caught:
        ProfileFile(path).load()
    assert CANARY not in f"{caught.value!s}{caught.value.fix}"
    assert caught.value.fix
    assert path.read_bytes() == data
    return caught.value


# What is read


def test_a_file_becomes_a_book(path: Path) -> None:
    profile_set = loaded(path, BASE + BOB + "\n[environments.prod]\nlabel = 'Live'\ncolor = '#f00'\nprotected = true\n")
    assert [profile.id for profile in profile_set.profiles] == ["dev/alice", "dev/bob"]
    dev, prod = profile_set.environments
    assert (dev.title, dev.protected, dev.read_only) == ("dev", False, False)
    assert (prod.title, prod.color, prod.protected) == ("Live", "#f00", True)
    assert profile_set.by_id["dev/alice"].client_id == "1h57"
    assert profile_set.by_id["dev/alice"].own.client_id is None
    assert (profile_set.path, profile_set.exists, profile_set.errors) == (str(path), True, ())


def test_no_file_is_an_empty_book(path: Path) -> None:
    profile_set = ProfileFile(path).load()
    assert (profile_set.exists, profile_set.profiles, profile_set.errors) == (False, (), ())
    assert not path.exists()


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "version = 1", "\ufeff", "include = []\n[environments]\n"])
def test_a_file_without_profiles_is_no_error(path: Path, text: str) -> None:
    profile_set = loaded(path, text)
    assert (profile_set.exists, profile_set.profiles, profile_set.errors) == (True, (), ())


@pytest.mark.parametrize("name", FIELD_NAMES)
def test_every_key_may_be_in_the_environment_or_the_profile(path: Path, name: str) -> None:
    values = {
        "region": '"eu-west-1"',
        "user_pool_id": '"eu-west-1_Other"',
        "client_id": '"other"',
        "username": '"someone"',
        "flow": '"USER_AUTH"',
        "domain": '"https://shop.auth.eu-west-1.amazoncognito.com"',
        "scopes": '["a"]',
        "redirect_uri": '"http://localhost:1/callback"',
        "endpoint_url": '"http://localhost:4566"',
        "identity_pool_id": '"eu-west-1:5f2c8a10-90c1-4012-8b7d-1f2c3d4e5f60"',
        "aws_profile": '"shop"',
        "remember_device": "true",
        "preferred_challenge": '"EMAIL_OTP"',
        "srp_first": "true",
        "mfa_process": '"pass otp cognito"',
        "identity_provider": '"Google"',
        "resource": '"https://api.example.com"',
        "acr_values": '"urn:cognito:loa:3 urn:cognito:loa:2"',
        "max_age": '"5m"',
        "issuer": '"http://cognito:9229/eu-west-1_AbCdEf123"',
        "client_secret_from": '"secretsmanager:shop/client"',
        "subject": '"bob"',
        "subject_token": '"id"',
        "actor": '"dev/bob"',
        "audiences": '["https://api.example.com"]',
        "client_metadata": '{ a = "b" }',
        "api_url": '"https://api.example.com/v1"',
        "expect": '{ token_use = "access", scopes = ["a"] }',
        "tags": '["web"]',
        "notes": '"hello"',
    }
    line = f"{name} = {values[name]}\n"
    if name == "issuer":
        line += 'endpoint_url = "http://localhost:9229"\n'
    bob = f'{SRP_BOB}user_pool_id = "eu-west-1_Bob"\nclient_id = "bob"\n'
    beside = {
        "subject": 'flow = "token_exchange"\n',
        **dict.fromkeys(("subject_token", "actor", "audiences"), 'flow = "token_exchange"\nsubject = "bob"\n'),
        **dict.fromkeys(("acr_values", "max_age"), 'flow = "USER_AUTH"\n'),
    }.get(name, "")
    inside = loaded(path, re.sub(rf"(?m)^{name} = .*\n", "", BASE) + line + beside + bob)
    rest = re.sub(rf"(?m)^(version|\[env.*dev\]|{name}).*\n", "", BASE)
    above = loaded(path, f"[environments.dev]\n{line}{rest}{beside}{bob}")
    assert inside.errors == above.errors == ()
    assert inside.profiles[0].fields == above.profiles[0].fields
    assert getattr(inside.profiles[0].own, name) == getattr(above.environments[0].defaults, name) is not None


@pytest.mark.parametrize("flow", Flow)
def test_every_flow_is_known(path: Path, flow: Flow) -> None:
    beside = 'subject = "bob"\n' if flow is Flow.TOKEN_EXCHANGE else ""
    profile_set = loaded(path, f'{BASE}flow = "{flow.value}"\ndomain = "https://a.example.com"\n{beside}{SRP_BOB}')
    assert profile_set.by_id["dev/alice"].flow is flow


@pytest.mark.parametrize(
    "url",
    [
        "https://cognito.example.com",
        "http://localhost:4566",
        "http://127.0.0.1:1",
        "http://[::1]:9",
        "HTTPS://A.example",
    ],
)
def test_an_endpoint_is_https_or_this_machine(path: Path, url: str) -> None:
    assert loaded(path, f'{BASE}endpoint_url = "{url}"\n').errors == ()


def test_an_emulators_pool_needs_no_region_in_its_id(path: Path) -> None:
    text = BASE + 'endpoint_url = "http://localhost:9229"\nuser_pool_id = "local_1"\nregion = "local"\n'
    assert loaded(path, text).profiles[0].region == "local"


def test_what_is_expected_may_be_a_table_of_its_own(path: Path) -> None:
    text = BASE + '[environments.dev.expect]\ntoken_use = "access"\n[environments.dev.profiles.alice.expect]\n'
    profile_set = loaded(path, text + 'min_valid = "5m"\naudience = ["web", "app"]\n')

    wanted = Expect(token_use="access", min_valid="5m", audience=("web", "app"))
    assert [profile.fields.expect for profile in profile_set.profiles] == [wanted]


def test_an_error_in_a_table_of_what_is_expected_is_reported_with_its_line(path: Path) -> None:
    text = BASE + '[environments.dev.profiles.alice.expect]\ntoken_use = "access"\nmin_valid = "soon"\n'
    problem = only_problem(loaded(path, text))

    assert (problem.where, problem.key) == ("dev/alice", "expect.min_valid")
    assert text.splitlines()[problem.line - 1] == 'min_valid = "soon"'


# What is wrong with a key


FAULTS = [
    ("region = 7", "region", "is not a string"),
    (f'region = "{CANARY}"', "region", "is not a region"),
    ('region = "cn-north-1"', "region", "is in another partition of AWS than user_pool_id"),
    (f'resource = "{CANARY} b"', "resource", "is not an absolute URL without a fragment"),
    (f'resource = "https://a.example.com#{CANARY}"', "resource", "is not an absolute URL without a fragment"),
    (f'issuer = "ftp://{CANARY}"', "issuer", "is not an issuer"),
    ('issuer = "http://cognito:9229"', "issuer", "is only for emulators, and there is no endpoint_url"),
    ("acr_values = 3", "acr_values", "is neither a string nor a list of strings"),
    (f'acr_values = ["{CANARY} b"]', "acr_values", "has an empty one, or one with a space"),
    ('acr_values = "7"', "acr_values", "has a level that Cognito does not have"),
    ("acr_values = []", "acr_values", "has an empty one, or one with a space"),
    ('acr_values = " "', "acr_values", "is empty"),
    ("max_age = true", "max_age", "is no duration"),
    (f'max_age = "{CANARY}"', "max_age", "is no duration"),
    ("max_age = -1", "max_age", "is negative"),
    (f'audiences = "{CANARY}"', "audiences", "is not a list of strings"),
    ("client_secret_from = 1", "client_secret_from", "is not a string"),
    ('client_secret_from = " "', "client_secret_from", "is empty"),
    (f'subject_token = "{CANARY}"', "subject_token", "is not a token that can be exchanged"),
    (f'user_pool_id = "{CANARY}"', "user_pool_id", "is not a pool id"),
    ('user_pool_id = ""', "user_pool_id", "is empty"),
    (f'client_id = "{CANARY} x"', "client_id", "is not an app client id"),
    (f'client_id = ["{CANARY}"]', "client_id", "is not a string"),
    ('username = " "', "username", "is empty"),
    (f'flow = "{CANARY}"', "flow", "is not a flow"),
    ("flow = 1", "flow", "is not a flow"),
    ('flow = "token_exchange"', "subject", "is missing, and token_exchange needs it"),
    ('flow = "authorization_code"', "domain", "is missing, and authorization_code needs it"),
    (f'domain = "{CANARY}"', "domain", "is not a URL"),
    (f'domain = "http://{CANARY}.example.com"', "domain", "is http and not on this machine"),
    (f'domain = "https://a.example.com/{CANARY}"', "domain", "has a path"),
    (f'domain = "https://{CANARY}@a.example.com"', "domain", "contains a user or a password"),
    (f'domain = "https://a.example.com?{CANARY}"', "domain", "has a query or fragment"),
    (f'scopes = "{CANARY}"', "scopes", "is not a list of strings"),
    (f'scopes = ["{CANARY} b"]', "scopes", "contains a scope with a space or a quote"),
    ("scopes = [1]", "scopes", "is not a list of strings"),
    (f'redirect_uri = "http://{CANARY}.example.com/"', "redirect_uri", "is http and not on this machine"),
    (f'redirect_uri = "https://a.example.com/cb#{CANARY}"', "redirect_uri", "has a query or fragment"),
    (f'redirect_uri = "javascript://{CANARY}"', "redirect_uri", "has a scheme that no app can own"),
    (f'redirect_uri = "javascript:{CANARY}"', "redirect_uri", "is not a URL"),
    (f'redirect_uri = "data:text/html,{CANARY}"', "redirect_uri", "is not a URL"),
    (f'redirect_uri = "file:///{CANARY}"', "redirect_uri", "has a scheme that no app can own"),
    (f'redirect_uri = "ftp://{CANARY}"', "redirect_uri", "has a scheme that no app can own"),
    (f'redirect_uri = "htps://{CANARY}.example.com/cb"', "redirect_uri", "has a scheme that no app can own"),
    (f'redirect_uri = "c:/{CANARY}"', "redirect_uri", "is not a URL"),
    (f'redirect_uri = "localhost:8976/{CANARY}"', "redirect_uri", "is not a URL"),
    (f'redirect_uri = "myapp:{CANARY}"', "redirect_uri", "is not a URL"),
    (f'redirect_uri = "4{CANARY}://callback"', "redirect_uri", "is not a URL"),
    (f'redirect_uri = "myapp://{CANARY}@host"', "redirect_uri", "contains a user or a password"),
    (f'redirect_uri = "myapp://callback#{CANARY}"', "redirect_uri", "has a query or fragment"),
    (f'endpoint_url = "myapp://{CANARY}"', "endpoint_url", "is not a URL"),
    (f'domain = "myapp://{CANARY}"', "domain", "is not a URL"),
    (f'identity_provider = "{CANARY} b"', "identity_provider", "is not the name of an identity provider"),
    ("identity_provider = 1", "identity_provider", "is not a string"),
    (f'endpoint_url = "http://{CANARY}.example.com"', "endpoint_url", "is http and not on this machine"),
    ('endpoint_url = "http://localhost.example.com"', "endpoint_url", "is http and not on this machine"),
    ('endpoint_url = "http://127.0.0.1.example.com"', "endpoint_url", "is http and not on this machine"),
    ('endpoint_url = "http://localhost@a.example.com"', "endpoint_url", "contains a user or a password"),
    (f'endpoint_url = "ftp://{CANARY}"', "endpoint_url", "is not a URL"),
    (f'api_url = "http://{CANARY}.example.com"', "api_url", "is http and not on this machine"),
    (f'api_url = "https://{CANARY}@api.example.com"', "api_url", "contains a user or a password"),
    (f'api_url = "https://api.example.com/?key={CANARY}"', "api_url", "has a query or fragment"),
    ('api_url = ""', "api_url", "is empty"),
    ('endpoint_url = "https://a.example.com:99999"', "endpoint_url", "is not a URL"),
    (r'endpoint_url = "https://a.example.com\\@b.example.com"', "endpoint_url", "is not a URL"),
    (r'endpoint_url = "https://a.example\t.com"', "endpoint_url", "is not a URL"),
    ('endpoint_url = "https://[::1"', "endpoint_url", "is not a URL"),
    (f'identity_pool_id = "{CANARY}"', "identity_pool_id", "is not an identity pool id"),
    ("aws_profile = false", "aws_profile", "is not a string"),
    (f'remember_device = "{CANARY}"', "remember_device", "is not true or false"),
    ("remember_device = 1", "remember_device", "is not true or false"),
    (f'client_metadata = "{CANARY}"', "client_metadata", "is not a table of strings"),
    ("client_metadata = { a = 1 }", "client_metadata", "is not a table of strings"),
    (f'expect = "{CANARY}"', "expect", "is not a table"),
    (f'expect = {{ token_use = "{CANARY}" }}', "expect.token_use", "is not a token use"),
    (f'expect = {{ audience = "a", scope = "{CANARY}" }}', "expect.scope", "is not a known key"),
    (f'expect = {{ scopes = "{CANARY}" }}', "expect.scopes", "is not a list of strings"),
    ("expect = { groups = [] }", "expect.groups", "is empty"),
    ('expect = { audience = ["a", " "] }', "expect.audience", "is empty"),
    ("expect = { client_id = 7 }", "expect.client_id", "is not a string"),
    (f'expect = {{ min_valid = "{CANARY}" }}', "expect.min_valid", "is not a duration"),
    (f'tags = ["{CANARY}", 1]', "tags", "is not a list of strings"),
    ("notes = 1979-05-27", "notes", "is not a string"),
    (f'usrname = "{CANARY}"', "usrname", "is not a known key"),
    (f'password = "{CANARY}"', "password", "is a secret, which does not belong in this file"),
    (f'client_secret = "{CANARY}"', "client_secret", "is a secret, which does not belong in this file"),
    (f'"a\\u001bb" = "{CANARY}"', "a\\x1bb", "is not a known key"),
    ("protected = true", "protected", "is not a key of a profile"),
]
HARMLESS = (
    "audiences",
    "subject_token",
    "api_url",
    "tags",
    "notes",
    "remember_device",
    "expect",
    "password",
    "client_secret",
    "a\\x1bb",
)
FAULTS_OF_DEFAULTS = [
    (line, key, what)
    for line, key, what in FAULTS
    if key != "protected" and not what.startswith(("is missing", "is only"))
]


@pytest.mark.parametrize(
    "uri",
    [
        "myapp://callback",
        "myapp://callback/",
        "myapp://",
        "com.example.app:/oauth2redirect",
        "com.example.app://auth/callback?from=cognito",
        "exp://127.0.0.1:19000/--/",
        "msauth.com.example.app://auth",
        "https://app.example.com/callback?tenant=1",
    ],
)
def test_a_redirect_uri_may_have_the_scheme_of_an_app(path: Path, uri: str) -> None:
    profile_set = loaded(path, f'{BASE}redirect_uri = "{uri}"\n')

    assert profile_set.errors == ()
    assert profile_set.by_id["dev/alice"].redirect_uri == uri


def test_a_blank_username_spoils_only_its_own_profile(path: Path) -> None:
    # Profiles that look alike are checked once: a blank name must not look like a name.
    for first, second in (("bob", " "), (" ", "bob")):
        text = f'{BASE}[environments.dev.profiles.a]\nusername = "{first}"\n'
        profile_set = loaded(path, f'{text}[environments.dev.profiles.b]\nusername = "{second}"\n')
        assert [problem.what for problem in profile_set.errors] == ["is empty"]
        assert ids(profile_set) == {"dev/alice", "dev/a" if second == " " else "dev/b"}


@pytest.mark.parametrize(("line", "key", "what"), FAULTS, ids=[line for line, _, _ in FAULTS])
def test_an_invalid_profile_is_reported_with_its_place_and_the_others_are_usable(
    path: Path, line: str, key: str, what: str
) -> None:
    text = "\n".join(row for row in BASE.splitlines() if line[:8] != row[:8] or row[:8] != "username") + f"\n{line}\n"
    problem = only_problem(profile_set := loaded(path, text + BOB))
    lines = text.splitlines()
    assert (problem.where, problem.key, problem.what) == ("dev/alice", key, what)
    assert problem.source == str(path)
    missing = what.startswith("is missing")
    assert lines[problem.line - 1] == ("[environments.dev.profiles.alice]" if missing else line)
    assert problem.fix
    assert CANARY not in str(problem)
    assert ids(profile_set) == {"dev/bob"}


@pytest.mark.parametrize(("line", "key", "what"), FAULTS_OF_DEFAULTS, ids=[line for line, _, _ in FAULTS_OF_DEFAULTS])
def test_an_invalid_environment_is_reported_once(path: Path, line: str, key: str, what: str) -> None:
    name = line.partition(" = ")[0]
    kept = [row for row in BASE.splitlines() if not row.startswith(f"{name} =")]
    text = "\n".join(row for part in kept for row in ([part, line] if part == "[environments.dev]" else [part])) + "\n"
    whole = 'username = "bob"\nuser_pool_id = "us-east-1_Own"\nclient_id = "own"\nregion = "us-east-1"\n'
    whole += 'resource = "https://a.example.com"\nissuer = "http://cognito:9229"\n'
    whole += 'client_secret_from = "secretsmanager:x"\n'
    whole += 'acr_values = "urn:cognito:loa:2"\nmax_age = 60\n'
    carol = '[environments.dev.profiles.carol]\nusername = "carol"\nflow = "USER_AUTH"\n'
    carol += 'user_pool_id = "us-east-1_Own"\nclient_id = "own"\nregion = "us-east-1"\n'
    if key in ("audiences", "subject_token"):  # only an exchange sets them
        whole += 'audiences = ["a"]\nsubject_token = "access"\nsubject = "carol"\n'
        whole = whole.replace('resource = "https://a.example.com"\n', "")
        whole = whole.replace('acr_values = "urn:cognito:loa:2"\nmax_age = 60\n', "")
    flow = "token_exchange" if key in ("audiences", "subject_token") else "USER_AUTH"
    oauth = f'flow = "{flow}"\ndomain = "https://a.example.com"\nscopes = []\nendpoint_url = "https://a.example.com"\n'
    more = 'redirect_uri = "https://a.example.com"\naws_profile = "a"\nclient_metadata = {}\n'
    more += 'identity_provider = "Google"\n'
    more += 'identity_pool_id = "eu-west-1:5f2c8a10-90c1-4012-8b7d-1f2c3d4e5f60"\n'
    profile_set = loaded(path, f"{text}[environments.dev.profiles.bob]\n{whole}{oauth}{more}{carol}")
    problem = profile_set.errors[0]
    assert (problem.where, problem.key, problem.what) == ("environments.dev", key, what)
    assert text.splitlines()[problem.line - 1] == line
    assert CANARY not in "".join(map(str, profile_set.errors))
    assert "dev/bob" in ids(profile_set), "a profile that sets the key itself is right"
    # A profile that inherits the key is not usable: it would sign in elsewhere than was meant.
    harmless = key.partition(".")[0] in HARMLESS
    sets_it_herself = key == "usrname"
    assert ("dev/alice" in ids(profile_set)) is (harmless or sets_it_herself)


@pytest.mark.parametrize("key", ["client_id", "user_pool_id", "username"])
def test_a_key_that_the_flow_needs_is_missed(path: Path, key: str) -> None:
    text = re.sub(rf"(?m)^{key} = .*\n", "", BASE)
    problem = only_problem(
        profile_set := loaded(
            path,
            text + '[environments.x.profiles.m]\nflow = "client_credentials"\n'
            'domain = "https://a.example.com"\nclient_id = "a"\n',
        )
    )
    assert (problem.where, problem.key) == ("dev/alice", key)
    assert problem.what == "is missing, and USER_SRP_AUTH needs it"
    assert ids(profile_set) == {"x/m"}


@pytest.mark.parametrize(
    ("flow", "scopes", "what"),
    [
        ("client_credentials", '["orders/read", "openid"]', "has a scope for users"),
        ("client_credentials", '["aws.cognito.signin.user.admin"]', "has a scope for users"),
        ("authorization_code", '["email"]', "has email, phone or profile without openid"),
    ],
)
def test_scopes_that_do_not_go_with_the_flow_are_reported(path: Path, flow: str, scopes: str, what: str) -> None:
    domain = f'domain = "https://a.example.com"\nflow = "{flow}"\n'
    problem = only_problem(loaded(path, f"{BASE}{domain}scopes = {scopes}\n"))
    assert problem.key == "scopes"
    assert problem.what.startswith(what)


@pytest.mark.parametrize(
    ("flow", "scopes"),
    [
        ("client_credentials", '["orders/read"]'),
        ("authorization_code", '["openid", "email"]'),
        ("authorization_code", '["aws.cognito.signin.user.admin"]'),
        ("USER_SRP_AUTH", '["email"]'),
    ],
)
def test_scopes_that_go_with_the_flow_are_right(path: Path, flow: str, scopes: str) -> None:
    domain = f'domain = "https://a.example.com"\nflow = "{flow}"\n'
    assert loaded(path, f"{BASE}{domain}scopes = {scopes}\n").errors == ()


def test_an_emulators_region_is_missed(path: Path) -> None:
    problem = only_problem(loaded(path, BASE + 'endpoint_url = "http://localhost:1"\nuser_pool_id = "local_1"\n'))
    assert (problem.key, problem.what) == ("region", "is missing, and the pool id does not contain one")


def test_a_misspelt_key_is_guessed(path: Path) -> None:
    assert only_problem(loaded(path, BASE + 'usrname = "x"\n')).fix == "did you mean username?"


@pytest.mark.parametrize("key", ["password", "client_secret", "totp"])
def test_a_secret_in_the_file_is_sent_to_the_keyring(path: Path, key: str) -> None:
    problem = only_problem(loaded(path, f'{BASE}{key} = "{CANARY}"\n'))
    assert "cognitui secret set" in problem.fix


def test_several_errors_of_a_profile_are_all_reported(path: Path) -> None:
    profile_set = loaded(path, BASE + "region = 1\nflow = 2\n" + BOB)
    assert [problem.key for problem in profile_set.errors] == ["region", "flow"]


def test_a_profile_that_inherits_an_error_points_at_it(path: Path) -> None:
    text = BASE.replace("1h57", CANARY + " ")
    environment, profile = loaded(path, text).errors
    assert (environment.where, environment.key, environment.line) == ("environments.dev", "client_id", 5)
    assert (profile.where, profile.key, profile.what) == ("dev/alice", "client_id", "has an error in the environment")
    assert "environments.dev" in profile.fix


@pytest.mark.parametrize("line", ['protected = "yes"', "protected = 1", "protcted = true", "portected = true"])
def test_an_environment_that_was_meant_to_be_protected_is(path: Path, line: str) -> None:
    profile_set = loaded(path, BASE.replace("[environments.dev]", f"[environments.dev]\n{line}"))
    assert profile_set.environments[0].protected
    assert profile_set.errors[0].where == "environments.dev"


@pytest.mark.parametrize("line", ['color = "nice"', "color = 1", "label = 1", 'color = "#12345"'])
def test_an_error_in_the_looks_spoils_no_profile(path: Path, line: str) -> None:
    profile_set = loaded(path, BASE.replace("[environments.dev]", f"[environments.dev]\n{line}"))
    assert only_problem(profile_set).key == line.split()[0]
    assert ids(profile_set) == {"dev/alice"}


def test_an_invalid_api_url_of_an_environment_spoils_no_sign_in(path: Path) -> None:
    profile_set = loaded(
        path, BASE.replace("[environments.dev]", '[environments.dev]\napi_url = "http://a.example.com"')
    )

    assert only_problem(profile_set).key == "api_url"
    assert profile_set.by_id["dev/alice"].api_url == ""


# What is no TOML


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("broken = [", "2: is not TOML: a list is not closed."),
        ("broken = [\n[environments.dev]\nregion = 'x'\n", "2: is not TOML: a list is not closed."),
        ("broken = [ # one, two\n\n[[other]] # more\n", "2: is not TOML: a list is not closed."),
        ("broken = [\n  'a#b',\n# c\n", "3: is not TOML: a list is not closed."),
        ("broken = ['a', b]", "2: is not TOML: an invalid value (strings need quotes)."),
        ("broken =\n[environments.dev]", "2: is not TOML: an invalid value (strings need quotes)."),
        ("broken =", "2: is not TOML: an invalid value (strings need quotes)."),
    ],
)
def test_a_list_that_is_not_closed_is_reported_at_its_opening(path: Path, text: str, told: str) -> None:
    with pytest.raises(ProfileFileError) as caught:
        loaded(path, f"version = 1\n{text}")
    assert caught.value.cause.endswith(f"profiles.toml:{told}")
    assert "F5" not in caught.value.fix, "which means nothing in a shell"


# What is wrong with a name or a shape


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("", "is missing"),
        ("a b", "cannot contain a space"),
        ("a/b c", "cannot contain / or a space"),
        ("-a", "cannot begin with -"),
        ("ä", "cannot contain ä"),
        ("a\u202eb", "cannot contain U+202E"),
        ("[@click=app.quit]a[/]", "cannot contain [, =, ] or /"),
        ("!$%&()", "cannot contain !, $, %, &, ( or more"),
    ],
    ids=["empty", *"bcdefgh"],
)
def test_a_name_that_cannot_be_typed_is_reported_inertly(path: Path, name: str, what: str) -> None:
    profile_set = loaded(path, f'{BASE}[environments.dev.profiles."{name}"]\nusername = "x"\n')
    problem = only_problem(profile_set)
    assert problem.what == what
    assert problem.line == 9
    assert problem.where.isprintable()
    assert ids(profile_set) == {"dev/alice"}


def test_an_environment_with_a_name_that_cannot_be_typed_is_reported(path: Path) -> None:
    profile_set = loaded(path, BASE + '[environments."a b".profiles.x]\nusername = "x"\n')
    assert (only_problem(profile_set).where, only_problem(profile_set).line) == ("environments.a b", 9)


@pytest.mark.parametrize(
    ("text", "where", "key"),
    [
        ("environments = 1\n", "", "environments"),
        ("[[environments]]\n", "", "environments"),
        ("[environments]\ndev = 1\n", "environments.dev", ""),
        ("[[environments.dev]]\n", "environments.dev", ""),
        ("[environments.dev]\nprofiles = 1\n", "environments.dev", "profiles"),
        ("[[environments.dev.profiles]]\n", "environments.dev", "profiles"),
        ("[environments.dev.profiles]\nalice = 1\n", "dev/alice", ""),
        ("[[environments.dev.profiles.alice]]\n", "dev/alice", ""),
        ("versoin = 1\n", "", "versoin"),
        ("include = 1\n", "", "include"),
        ("include = [1]\n", "", "include"),
        ('include = "a.toml"\n', "", "include"),
    ],
)
def test_a_wrong_shape_is_reported_with_its_line(path: Path, text: str, where: str, key: str) -> None:
    problem = only_problem(loaded(path, text))
    assert (problem.where, problem.key) == (where, key)
    assert problem.line == text.count("\n")


def test_an_error_in_another_shape_of_table_has_its_line(path: Path) -> None:
    text = (
        'environments.dev = { client_id = "a", user_pool_id = "eu-west-1_a", profiles = { alice = { username = 1 } } }'
    )
    problem = only_problem(loaded(path, f"\n\n{text}"))
    assert (problem.where, problem.key, problem.line) == ("dev/alice", "username", 3)


# What is wrong with the file as a whole


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (f'a = "{CANARY}\n', 1, "quotes are not closed"),
        (f"\n\nx = {CANARY}\n", 3, "strings need quotes"),
        (f"[a]\n[a]\n# {CANARY}", 2, "twice"),
        (f"a = 1\na = '{CANARY}'\n", 2, "twice"),
        (f"\n{CANARY}\n", 2, "not followed by ="),
        (f"a = [\n'{CANARY}'\n", 3, "not closed"),
        (f"a = 1 {CANARY}\n", 1, "after the end"),
        (f"a = {{ b = 1, b = '{CANARY}' }}\n", 1, "twice"),
        (f"a.b = 1\n[a.b.c]\n# {CANARY}", 2, "twice"),
        (f"[x\n# {CANARY}", 1, "not closed"),
        (f"ä = '{CANARY}'", 1, "neither a table nor a key"),
        (f"[ä]\n# '{CANARY}'", 1, "need quotes"),
        (f"a = '{CANARY}\nb = 'b'\n", 1, "quotes are not closed"),
        (f"a = '{CANARY}", 1, "quotes are not closed"),
        (f'a = "\\u1x{CANARY}"', 1, "invalid escape"),
        (f'a = "\\q{CANARY}"', 1, "backslash"),
        (f'a = "\\ud800{CANARY}"', 1, "invalid escape"),
        (f"a = '\x01{CANARY}'", 1, "not allowed"),
        (f"a = {'9' * 5000} # {CANARY}", 0, "cannot be read"),
        ("a = " + "[" * 100_000, 0, ""),
    ],
    ids=map(str, range(99)),
)
def test_a_file_that_is_not_toml_is_reported_with_its_line(path: Path, text: str, line: int, what: str) -> None:
    error = str(refused(path, text.encode()))
    place = f"{path}:{line}: " if line else str(path)
    assert error.startswith(place)
    assert "is not TOML" in error
    assert what in error


def test_a_file_that_is_not_utf8_is_reported_with_its_line(path: Path) -> None:
    assert str(refused(path, b"version = 1\n# gr\xfc\xdfe\n")) == f"{path}:2: is not UTF-8."


@pytest.mark.parametrize(
    ("version", "fix"),
    [("2", "Update"), ("0", "version = 1"), ("'1'", "version = 1"), ("true", "version = 1"), ("1.0", "version = 1")],
)
def test_a_file_of_another_version_is_refused(path: Path, version: str, fix: str) -> None:
    assert fix in refused(path, f"version = {version}\n".encode()).fix


@posix
def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(ProfileFileError, match="is not a file"):
            ProfileFile(path).load()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts open files in /proc")
def test_what_is_refused_is_closed(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        with pytest.raises(ProfileFileError):
            ProfileFile(tmp_path).load()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_file_that_is_too_large_is_refused(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate((64 << 20) + 1)
    path.chmod(0o600)
    with pytest.raises(ProfileFileError, match="larger than 64 MB"):
        ProfileFile(path).load()


# Includes


def include(*files: str) -> str:
    listed = ", ".join(f"'{file}'" for file in files)
    return f"include = [{listed}]\n{BASE}"


def team(client: str = "team", name: str = "carol", environment: str = "dev") -> str:
    return f"""\
[environments.{environment}]
client_id = "{client}"
user_pool_id = "eu-west-1_Team"

[environments.{environment}.profiles.{name}]
username = "{name}"
"""


def test_a_relative_include_begins_at_its_file(tmp_path: Path, path: Path) -> None:
    (tmp_path / "shop" / "more").mkdir(parents=True)
    written(tmp_path / "shop" / "cognito.toml", "include = ['more/x.toml']\n" + team())
    written(tmp_path / "shop" / "more" / "x.toml", team(name="dora", environment="test"))
    profile_set = loaded(path, include("shop/cognito.toml"))
    assert profile_set.errors == ()
    assert ids(profile_set) == {"dev/alice", "dev/carol", "test/dora"}


def test_an_include_may_be_at_home(tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    written(tmp_path / "home" / "cognito.toml", team())
    assert ids(loaded(path, include("~/cognito.toml"))) == {"dev/alice", "dev/carol"}


def test_what_is_included_is_read_only_and_inherits_from_the_joined_environment(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "team.toml", team() + "[environments.test]\nlabel = 'Test'\n")
    profile_set = loaded(path, include("team.toml"))
    alice, carol = profile_set.by_id["dev/alice"], profile_set.by_id["dev/carol"]
    assert (alice.read_only, carol.read_only) == (False, True)
    assert (alice.source, carol.source) == (str(path), str(tmp_path / "team.toml"))
    assert carol.client_id == "1h57", "the file that edits go to has the first say"
    dev, test = profile_set.environments
    assert (dev.read_only, test.read_only) == (False, True)


PROTECTED = """\
[environments.prod]
protected = true
user_pool_id = "eu-west-1_AbCdEf123"
client_id = "1h57"
[environments.prod.profiles.boss]
username = "alice"
[environments.prod.profiles.other]
username = "zoe"
"""


def test_a_profile_with_the_tokens_of_a_protected_one_is_protected_too(path: Path) -> None:
    profile_set = loaded(path, BASE + BOB + PROTECTED)

    alice, bob = profile_set.by_id["dev/alice"], profile_set.by_id["dev/bob"]
    assert (alice.protected, alice.shares_with) == (True, "prod/boss")
    assert (bob.protected, bob.shares_with) == (False, "")


@pytest.mark.parametrize("fault", ["notez = 'typo'", "tags = 'web'"])
def test_so_it_is_if_the_protected_one_has_an_error(path: Path, fault: str) -> None:
    profile_set = loaded(path, BASE + PROTECTED.replace('username = "alice"', f'username = "alice"\n{fault}'))

    assert "prod/boss" not in profile_set.by_id
    assert profile_set.by_id["dev/alice"].shares_with == "prod/boss"


@pytest.mark.parametrize(
    "other", ["flow = 'USER_PASSWORD_AUTH'", "scopes = ['openid']", "domain = 'https://x.example'"]
)
def test_so_it_is_by_another_flow_or_for_other_scopes(path: Path, other: str) -> None:
    profile_set = loaded(path, f"{BASE}{other}\n{PROTECTED}")

    assert profile_set.by_id["dev/alice"].protected


def test_so_is_one_that_an_included_file_adds(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "team.toml", BASE.partition("\n")[2].replace("dev", "team"))
    profile_set = loaded(path, f"include = ['team.toml']\n{PROTECTED}")

    assert profile_set.by_id["team/alice"].protected


def test_of_another_app_client_nothing_is_protected(path: Path) -> None:
    profile_set = loaded(path, BASE + PROTECTED.replace('"1h57"', '"2h57"'))

    assert not profile_set.by_id["dev/alice"].protected


EVIL = """\
[environments.dev]
endpoint_url = "https://evil.example"
domain = "https://evil.example"
flow = "USER_PASSWORD_AUTH"
api_url = "https://evil.example"
aws_profile = "admin"
mfa_process = "touch /tmp/x"
tags = ["team"]
"""


def test_an_included_file_does_not_lead_a_pool_of_ones_own_elsewhere(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "team.toml", EVIL)
    profile_set = loaded(path, include("team.toml"))

    fields = profile_set.by_id["dev/alice"].fields
    assert (fields.endpoint_url, fields.domain, fields.flow, fields.api_url, fields.aws_profile) == (None,) * 5
    assert fields.tags == ("team",), "what leads nowhere is inherited"
    assert profile_set.environments[0].defaults.endpoint_url is None


def test_nor_does_it_lead_a_profile_elsewhere_that_names_its_pool_itself(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "team.toml", EVIL)
    profile = '[environments.dev.profiles.me]\nusername = "me"\nclient_id = "1h57"\nuser_pool_id = "eu-west-1_Own"\n'
    profile_set = loaded(path, f"include = ['team.toml']\n{profile}")

    assert profile_set.by_id["dev/me"].fields.endpoint_url is None


def test_a_profile_of_ones_own_in_a_teams_environment_has_what_the_team_says(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "team.toml", team().replace("user_pool_id", 'api_url = "https://api.example"\nuser_pool_id'))
    profile_set = loaded(path, "include = ['team.toml']\n[environments.dev.profiles.me]\nusername = 'me'\n")

    me = profile_set.by_id["dev/me"]
    assert (me.user_pool_id, me.client_id, me.api_url) == ("eu-west-1_Team", "team", "https://api.example")


def test_what_is_saved_is_checked_by_what_it_will_inherit(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "team.toml", EVIL.replace("USER_PASSWORD_AUTH", "client_credentials"))
    written(path, "include = ['team.toml']\n[environments.dev]\nclient_id = '1h57'\n")
    file = ProfileFile(path)

    with pytest.raises(ProfileFileError, match="domain"):
        file.add("dev", "x", ProfileFields(user_pool_id="eu-west-1_Own", flow=Flow.AUTHORIZATION_CODE))
    profile_set = file.add("dev", "me", ProfileFields(user_pool_id="eu-west-1_Own", username="me"))

    assert (profile_set.errors, profile_set.by_id["dev/me"].flow) == ((), Flow.USER_SRP_AUTH)


def test_an_export_means_the_same_for_profiles_that_inherit_differently(tmp_path: Path, path: Path) -> None:
    shared = '[environments.dev.profiles.m2m]\nclient_id = "m2m"\nflow = "client_credentials"\n'
    written(tmp_path / "team.toml", EVIL.replace('flow = "USER_PASSWORD_AUTH"\n', "") + shared)
    profile_set = loaded(path, include("team.toml"))
    chosen = [profile_set.by_id[id_] for id_ in ("dev/alice", "dev/m2m")]

    for order in (chosen, chosen[::-1]):
        again = loaded(tmp_path / "again.toml", ProfileExport().text(order))
        for profile in chosen:
            meant = msgspec.structs.replace(profile.fields, aws_profile=None, mfa_process=None)
            assert again.by_id[profile.id].fields == meant


def test_a_command_of_an_included_environment_is_never_taken(tmp_path: Path, path: Path) -> None:
    mark = tmp_path / "mark"
    with_command = f'mfa_process = "touch {mark}"\nuser_pool_id'
    written(tmp_path / "team.toml", team(environment="test").replace("user_pool_id", with_command))
    mine = "[environments.test]\nlabel = 'Mine'\n[environments.test.profiles.me]\nusername = 'me'\n"
    profile_set = loaded(path, f"include = ['team.toml']\n{mine}")

    assert [code_from_process(profile_set.by_id[id_]) for id_ in ("test/me", "test/carol")] == [None, None]
    assert not mark.exists()


def test_a_command_of_ones_own_environment_is_run_for_included_profiles_too(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "team.toml", team(environment="test"))
    text = "include = ['team.toml']\n[environments.test]\nmfa_process = 'echo 123456'\n"

    assert code_from_process(loaded(path, text).by_id["test/carol"]) == "123456"


def test_the_first_of_two_includes_wins(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "a.toml", team("first", environment="test"))
    written(tmp_path / "b.toml", team("second", name="dora", environment="test"))
    profile_set = loaded(path, include("a.toml", "b.toml"))
    assert {profile_set.by_id[id_].client_id for id_ in ("test/carol", "test/dora")} == {"first"}


def test_an_environment_is_protected_if_an_included_file_says_so(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "team.toml", "[environments.dev]\nprotected = true\n")
    assert loaded(path, include("team.toml")).environments[0].protected


def test_a_profile_that_two_files_have_is_reported_and_the_first_one_wins(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "team.toml", team(name="alice"))
    problem = only_problem(profile_set := loaded(path, include("team.toml")))
    assert (problem.where, problem.source, problem.line) == ("dev/alice", str(tmp_path / "team.toml"), 5)
    assert "in another file" in problem.what
    assert not profile_set.by_id["dev/alice"].read_only


def test_an_include_that_is_missing_is_named(tmp_path: Path, path: Path) -> None:
    problem = only_problem(loaded(path, include("gone.toml")))
    assert problem.what == f"{tmp_path / 'gone.toml'} cannot be found"


def test_a_fix_inside_of_a_warning_is_a_part_of_its_sentence(path: Path) -> None:
    problem = only_problem(loaded(path, include("")))

    assert str(problem).endswith("is not a file (name a file)")


@pytest.mark.parametrize("name", ["gone.toml", "", "a\0b", "~nobody-such/x.toml"])
def test_an_include_that_is_missing_is_reported_by_its_position(tmp_path: Path, path: Path, name: str) -> None:
    written(tmp_path / "team.toml", team())
    quoted = name.replace("\0", "\\u0000")
    problem = only_problem(profile_set := loaded(path, f'include = ["team.toml", "{quoted}"]\n{BASE}'))
    assert (problem.where, problem.key, problem.line) == ("", "include", 1)
    assert "cannot be found" in problem.what or "is not a file" in problem.what
    assert ids(profile_set) == {"dev/alice", "dev/carol"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing yet\n",
        "version = 1\n",
        "\ufeff",
        "include = []\n[environments]\n",
        "[environments.dev]\n",
        "[environments.dev.profiles]\n",
    ],
)
def test_an_include_that_holds_nothing_is_named_with_the_fix(tmp_path: Path, path: Path, text: str) -> None:
    written(tmp_path / "full.toml", team())
    written(tmp_path / "team.toml", text)
    problem = only_problem(profile_set := loaded(path, include("full.toml", "team.toml")))
    assert problem.what == f"{tmp_path / 'team.toml'} contains no profile"
    assert problem.fix == "add profiles to it, or remove file 2 from the list"
    assert (problem.source, problem.key, problem.line) == (str(path), "include", 1)
    assert ids(profile_set) == {"dev/alice", "dev/carol"}


def test_an_include_of_an_include_that_holds_nothing_is_named_in_the_file_that_lists_it(
    tmp_path: Path, path: Path
) -> None:
    written(tmp_path / "team.toml", f"include = ['empty.toml']\n{team()}")
    written(tmp_path / "empty.toml", "")
    assert only_problem(loaded(path, include("team.toml"))).source == str(tmp_path / "team.toml")


def test_an_include_that_was_empty_is_read_again_once_it_is_written(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "team.toml", "")
    before = loaded(path, include("team.toml"))
    written(tmp_path / "team.toml", team())
    assert ProfileFile(path).stamps(before) != before.stamps
    assert ids(ProfileFile(path).load()) == {"dev/alice", "dev/carol"}


@pytest.mark.parametrize("text", ["include = ['more.toml']\n", "[environments.dev]\nprotected = true\n"])
def test_an_include_that_only_leads_on_or_only_sets_defaults_is_fine(tmp_path: Path, path: Path, text: str) -> None:
    written(tmp_path / "team.toml", text)
    written(tmp_path / "more.toml", team())
    assert loaded(path, include("team.toml")).errors == ()


def test_a_pattern_among_the_includes_is_reported_as_such(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "team.toml", team())
    problem = only_problem(loaded(path, include("*.toml")))
    assert problem.fix == "name each file: patterns such as * do not work (file 1 of the list)"


def test_includes_in_a_circle_are_read_once(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "team.toml", f"include = ['{path.name}', 'team.toml']\n{team()}")
    profile_set = loaded(path, include("team.toml", "team.toml", "./team.toml", path.name))
    assert (ids(profile_set), profile_set.errors) == ({"dev/alice", "dev/carol"}, ())


def test_includes_that_are_nested_too_deeply_are_reported(tmp_path: Path, path: Path) -> None:
    for depth in range(12):
        written(tmp_path / f"{depth}.toml", f"include = ['{depth + 1}.toml']\n" + team(name=f"p{depth}"))
    problem = only_problem(profile_set := loaded(path, include("0.toml")))
    assert (problem.key, problem.what) == ("include", "is nested too deeply")
    assert ids(profile_set) == {"dev/alice", *(f"dev/p{depth}" for depth in range(8))}


def test_an_include_that_is_not_toml_is_reported_and_hides_nothing_else(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "team.toml", f"\n\nx = {CANARY}\n")
    problem = only_problem(profile_set := loaded(path, include("team.toml")))
    assert f"{tmp_path / 'team.toml'}:3" in problem.what
    assert CANARY not in str(problem)
    assert ids(profile_set) == {"dev/alice"}


@posix
def test_an_include_that_others_may_write_is_refused_with_the_fix(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "team.toml", team()).chmod(0o664)
    problem = only_problem(profile_set := loaded(path, include("team.toml")))
    assert "is writable by others" in problem.what
    assert problem.fix == f"Run: chmod go-w {tmp_path / 'team.toml'}"
    assert ids(profile_set) == {"dev/alice"}


@posix
def test_a_file_that_others_may_write_is_refused(path: Path) -> None:
    written(path, BASE).chmod(0o622)
    with pytest.raises(ProfileFileUnsafe):
        ProfileFile(path).load()


def test_an_error_in_an_include_names_that_file(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "team.toml", team() + "flow = 1\n")
    problem = only_problem(loaded(path, include("team.toml")))
    assert (problem.source, problem.line) == (str(tmp_path / "team.toml"), 7)


def test_an_invalid_default_of_an_include_is_made_good_by_the_first_file(tmp_path: Path, path: Path) -> None:
    written(tmp_path / "team.toml", team().replace('"team"', "1"))
    profile_set = loaded(path, include("team.toml"))
    assert only_problem(profile_set).where == "environments.dev"
    assert ids(profile_set) == {"dev/alice", "dev/carol"}


@pytest.mark.parametrize("key", ["acr_values = 'urn:cognito:loa:3'", "max_age = 300"])
def test_a_level_needs_a_flow_that_can_ask_for_it(path: Path, key: str) -> None:
    (error,) = loaded(path, f"{BASE}{key}\nflow = 'USER_SRP_AUTH'\n").errors
    assert (error.key, error.what) == (key.partition(" ")[0], "needs a flow that can ask for it")
    assert "USER_AUTH" in error.fix
    of_environment = loaded(path, BASE.replace("[environments.dev]\n", f"[environments.dev]\n{key}\n"))
    assert of_environment.errors == (), "an environment sets it for those of its profiles that can"
