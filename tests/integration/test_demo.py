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

from cognitui.cli.commands.demo import environment, services_of
from cognitui.cognito.identity_pool_api import IdentityPoolApi
from cognitui.cognito.oauth.provider import OAuthProvider
from cognitui.cognito.oauth.token_endpoint import TokenEndpoint
from cognitui.cognito.provider import UserPoolProvider
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo import DemoSet, prepare
from cognitui.model.aws import AwsPlace
from cognitui.model.challenge import INSTEAD, Challenge, GivenSecrets, SignedIn, Step
from cognitui.model.claims import decode
from cognitui.model.diagnostics import Verdict
from cognitui.model.errors import WrongCredentials
from cognitui.model.profile import Profile, ProfileSet
from cognitui.model.secret import SecretKind
from cognitui.model.struct import replace
from cognitui.model.token import TokenSet
from cognitui.profiles.store import ProfileFile
from cognitui.services import Services, wire
from cognitui.storage.paths import Paths
from cognitui.tokens.request import TokenPolicy, TokenResult
from tests.integration.login_page import log_in

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


@pytest.fixture(scope="module")
def services(demo: DemoSet) -> Iterator[Services]:
    with environment(demo.environ):
        yield services_of(demo, wire)


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


def test_the_doctor_finds_nothing_wrong_with_any_profile(services: Services) -> None:
    wrong = [
        (one.id, found.check, found.result)
        for one in services.profiles.load().profiles
        for found in services.doctor.of_profile(one)
        if found.verdict in (Verdict.WARN, Verdict.FAIL)
    ]
    assert wrong == []


@pytest.mark.parametrize("aws_profile", ["default", "demo"])
def test_an_import_lists_the_pools_clients_and_users_of_the_demo(services: Services, aws_profile: str) -> None:
    directory = services.directory
    assert aws_profile in directory.aws_profiles()
    place = AwsPlace(aws_profile, directory.default_region(aws_profile), services.aws_endpoint)

    pools = {pool.name: pool.id for pool in directory.pools(place).items}
    clients = {client.name: client.id for client in directory.clients(place, pools["shop-dev"]).items}
    emails = {user.email for user in directory.users(place, pools["shop-dev"]).items}

    assert {"shop-dev", "shop-staging", "shop-prod"} <= pools.keys()
    assert directory.client(place, pools["shop-dev"], clients["shop-orders"]).grants == ("client_credentials",)
    assert directory.pool(place, pools["shop-dev"]).domain == services.aws_endpoint
    assert {"alice@example.com", "heidi@example.com"} <= emails


def test_a_client_secret_is_read_from_secrets_manager(services: Services) -> None:
    profile = services.profiles.load().by_id["playground/rotated-secret"]

    assert isinstance(services.broker.get(profile), TokenResult)
    assert isinstance(services.broker.get(profile, policy=TokenPolicy.REFRESH), TokenResult)


def test_what_is_provisioned_in_the_demo_signs_in(services: Services, book: ProfileSet) -> None:
    dev = book.by_id["dev/alice"]
    assert dev.user_pool_id
    place, provisioning = AwsPlace("demo", "eu-west-1", services.aws_endpoint), services.provisioning
    assert provisioning.account(place).id == "123456789012"
    made = provisioning.make_client(place, dev.user_pool_id, "from-the-demo")
    username, password = "victor@example.com", "Pr0visioned!"
    provisioning.make_user(place, dev.user_pool_id, username, {"email": username, "email_verified": "true"})
    provisioning.set_password(place, dev.user_pool_id, username, password)
    own = {"client_id": made.id, "username": username, "identity_pool_id": None}
    profile = replace(dev, own=replace(dev.own, **own))

    assert isinstance(signin().start(profile, GivenSecrets(password, made.secret)), SignedIn)


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


def test_heidi_logs_in_there_with_the_password_of_her_note(services: Services) -> None:
    heidi = services.profiles.load().by_id["dev/heidi"]
    password = (heidi.fields.notes or "").rpartition(": ")[2]
    asked = services.broker.get(heidi)
    assert isinstance(asked, Challenge)

    back = log_in(asked.url, "heidi@example.com", password)

    done = services.broker.answer(asked, {prompt.name: back for prompt in asked.prompts})
    assert isinstance(done, TokenResult)
    assert services.broker.verify(heidi, done.token).verified


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
    """The ports of the demo's Cognito: one for each Region."""
    endpoints = {profile.fields.endpoint_url for profile in ProfileFile(profiles).load().profiles}
    ports = {port for endpoint in endpoints if (port := urlsplit(endpoint or "").port)}
    assert len(ports) == 2
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
