"""The demo: what it prepares, where it listens, and that nothing of it is left."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cognitui.cli.commands.demo import environment
from cognitui.cognito.identity_pool_api import IdentityPoolApi
from cognitui.cognito.oauth.provider import OAuthProvider
from cognitui.cognito.oauth.token_endpoint import TokenEndpoint
from cognitui.cognito.provider import UserPoolProvider
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo import DemoSet, prepare
from cognitui.model.challenge import INSTEAD, Challenge, GivenSecrets, SignedIn, Step
from cognitui.model.claims import decode
from cognitui.model.errors import WrongCredentials
from cognitui.model.profile import Profile, ProfileSet
from cognitui.model.secret import SecretKind
from cognitui.model.token import TokenSet
from cognitui.profiles.store import ProfileFile
from cognitui.storage.paths import Paths

pytestmark = pytest.mark.xdist_group("cognito")

PREPARE_AND_WAIT = """
from cognitui.demo import prepare
with prepare(lambda _: None) as demo_set:
    print(demo_set.profiles, flush=True)
    input()
"""


def say_nothing(_text: str) -> None:
    """Progress is of no interest here."""


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoSet]:
    with prepare(say_nothing) as demo_set:
        yield demo_set


@pytest.fixture(scope="module")
def book(demo: DemoSet) -> ProfileSet:
    return ProfileFile(demo.profiles).load()


def test_the_profile_file_has_four_environments_without_an_error(book: ProfileSet) -> None:
    assert book.errors == ()
    assert [environment.name for environment in book.environments] == ["dev", "staging", "prod", "playground"]


def test_only_production_is_protected(book: ProfileSet) -> None:
    assert [environment.name for environment in book.environments if environment.protected] == ["prod"]


def test_every_profile_leads_to_this_machine(book: ProfileSet) -> None:
    assert {urlsplit(profile.fields.endpoint_url or "").hostname for profile in book.profiles} == {"127.0.0.1"}


def test_the_profile_file_holds_no_secret(demo: DemoSet) -> None:
    text = demo.profiles.read_text("utf-8")

    assert demo.secrets
    assert [value for _, _, value in demo.secrets if value in text] == []


def test_no_secret_is_in_the_repr(demo: DemoSet) -> None:
    assert [value for _, _, value in demo.secrets if value in repr(demo)] == []


def test_its_environment_leads_another_process_to_its_files(demo: DemoSet) -> None:
    paths = Paths.find(demo.environ)

    assert (paths.profiles, paths.state) == (demo.profiles, demo.state)


def test_everyone_whose_password_is_right_gets_tokens(demo: DemoSet, book: ProfileSet) -> None:
    with_password = [
        profile
        for profile in book.profiles
        if not profile.signs_in_at_domain and profile.environment.name != "playground"
    ]
    ready = [profile for profile in with_password if profile.id not in {"dev/carol", *demo.refused}]

    assert {profile.id for profile in ready if isinstance(signed_in(demo, profile), SignedIn)} == {
        "dev/alice",
        "dev/bob",
        "dev/erin",
        "dev/ivan",
        "staging/alice",
        "staging/frank",
        "staging/erin",
        "prod/alice",
        "prod/grace",
    }


def test_carol_is_asked_for_a_new_password(demo: DemoSet, book: ProfileSet) -> None:
    step = signed_in(demo, book.by_id["dev/carol"])

    assert isinstance(step, Challenge)
    assert step.kind == "NEW_PASSWORD_REQUIRED"


def test_an_admin_makes_the_password_of_tess_permanent_without_the_persons_aws_files(
    demo: DemoSet, book: ProfileSet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "config"
    broken.write_text("[default\n", "utf-8")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(broken))
    for name, value in {
        "AWS_PROFILE": "nonexistent",
        "AWS_DEFAULT_PROFILE": "nonexistent",
        "AWS_ACCESS_KEY_ID": "AKIAOFTHEPERSON",
        "AWS_SECRET_ACCESS_KEY": "secret-of-the-person",
        "AWS_SESSION_TOKEN": "token-of-the-person",
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": "http://127.0.0.1:9",
        "AWS_CA_BUNDLE": "/nonexistent",
        "AWS_MAX_ATTEMPTS": "many",
        "AWS_DEFAULTS_MODE": "none",
        "HTTP_PROXY": "http://127.0.0.1:9",
    }.items():
        monkeypatch.setenv(name, value)

    with environment(demo.environ):
        asked = signed_in(demo, book.by_id["playground/temporary"])
        assert isinstance(asked, Challenge)
        sure = signin().answer(asked, {INSTEAD: "as-admin"})
        assert isinstance(sure, Challenge)
        assert "tess@example.com" in sure.message
        assert isinstance(signin().answer(sure, {}), SignedIn)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_nobody_else_may_read_the_demos_admin_key(demo: DemoSet) -> None:
    assert Path(demo.environ["AWS_SHARED_CREDENTIALS_FILE"]).stat().st_mode & 0o077 == 0


def test_dave_is_refused(demo: DemoSet, book: ProfileSet) -> None:
    assert demo.refused == {"dev/dave"}
    with pytest.raises(WrongCredentials):
        signed_in(demo, book.by_id["dev/dave"])


def test_the_service_signs_in_with_the_secret_of_its_client(demo: DemoSet, book: ProfileSet) -> None:
    profile = book.by_id["dev/orders-service"]
    secret = next(value for id_, _, value in demo.secrets if id_ == profile.id)

    step = _oauth().start(profile, GivenSecrets(client_secret=secret))

    assert isinstance(step, SignedIn)
    assert decode(step.tokens.access.value).claims["scope"] == "orders/read"


def test_heidi_is_sent_to_the_login_page(demo: DemoSet, book: ProfileSet) -> None:
    step = _oauth().start(book.by_id["dev/heidi"], GivenSecrets())

    assert isinstance(step, Challenge)
    assert step.url.startswith(f"{book.by_id['dev/heidi'].fields.domain}/oauth2/authorize?")


def test_the_app_of_ivan_answers_automatically(demo: DemoSet, book: ProfileSet) -> None:
    ivan = book.by_id["dev/ivan"]
    stored = {kind: value for profile_id, kind, value in demo.secrets if profile_id == ivan.id}

    step = signin().start(ivan, GivenSecrets(stored[SecretKind.PASSWORD]))

    assert isinstance(step, Challenge), "without the seed, a person is asked"
    assert step.kind == "SOFTWARE_TOKEN_MFA"
    assert isinstance(signed_in(demo, ivan), SignedIn)


def test_the_tokens_of_alice_in_dev_open_aws_credentials(demo: DemoSet, book: ProfileSet) -> None:
    alice = book.by_id["dev/alice"]
    tokens = tokens_of(demo, alice)
    assert tokens.id is not None

    given = IdentityPoolApi(UserPoolApi(time.time).transport).credentials(alice, tokens.id.value)

    assert given.lifetime.remaining(time.time()) > 0


def test_the_tokens_of_bob_live_five_minutes(demo: DemoSet, book: ProfileSet) -> None:
    assert tokens_of(demo, book.by_id["dev/bob"]).access.lifetime.length == 300


@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
def test_alice_has_her_groups_everywhere(demo: DemoSet, book: ProfileSet, environment: str) -> None:
    access = decode(tokens_of(demo, book.by_id[f"{environment}/alice"]).access.value)

    assert access.claims["cognito:groups"] == ["admins", "editors"]


def test_each_run_has_other_secrets(demo: DemoSet) -> None:
    with prepare(say_nothing) as another:
        assert not {value for _, _, value in demo.secrets} & {value for _, _, value in another.secrets}


def test_nothing_is_left_when_the_demo_ends() -> None:
    with prepare(say_nothing) as demo_set:
        ports = ports_of(demo_set.profiles)
        assert answering(ports) == ports

    assert not answering(ports)
    assert not demo_set.profiles.parent.exists()


def test_nothing_is_left_when_the_demo_fails() -> None:
    with contextlib.suppress(ZeroDivisionError), prepare(say_nothing) as demo_set:
        ports = ports_of(demo_set.profiles)
        assert answering(ports) == ports
        raise ZeroDivisionError

    assert not answering(ports)
    assert not demo_set.profiles.parent.exists()


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_nothing_is_left_when_the_demo_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PREPARE_AND_WAIT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        profiles = Path(process.stdout.readline().strip())
        ports = ports_of(profiles)
        assert answering(ports) == ports
        process.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + 10
    while answering(ports) or profiles.parent.exists():
        assert time.monotonic() < deadline, "the server has outlived the demo"
        time.sleep(0.02)


@cache
def signin() -> UserPoolProvider:
    return UserPoolProvider(UserPoolApi(time.time), time.time)


def signed_in(demo: DemoSet, profile: Profile) -> Step:
    stored = {kind: value for profile_id, kind, value in demo.secrets if profile_id == profile.id}
    given = GivenSecrets(stored[SecretKind.PASSWORD], stored.get(SecretKind.CLIENT_SECRET), stored.get(SecretKind.TOTP))
    return signin().start(profile, given)


def tokens_of(demo: DemoSet, profile: Profile) -> TokenSet:
    step = signed_in(demo, profile)
    assert isinstance(step, SignedIn)
    return step.tokens


def ports_of(profiles: Path) -> set[int]:
    """The port of the demo's Cognito."""
    endpoints = {profile.fields.endpoint_url for profile in ProfileFile(profiles).load().profiles}
    ports = {port for endpoint in endpoints if (port := urlsplit(endpoint or "").port)}
    assert len(ports) == 1
    return ports


def answering(ports: set[int]) -> set[int]:
    found = set()
    for port in ports:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                found.add(port)
    return found


def _oauth() -> OAuthProvider:
    return OAuthProvider(TokenEndpoint(time.time), UserPoolApi(time.time), time.time)
