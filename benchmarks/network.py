"""Getting a token and signing in, compared with the same raw calls; and quitting while a call hangs."""

from __future__ import annotations

import json
import multiprocessing
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

import urllib3

from benchmarks.places import LAST, Place, place
from benchmarks.screen import resident, wait_for
from benchmarks.table import Row
from cognitui.cognito.provider import UserPoolProvider
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo import DemoSet, prepare
from cognitui.demo.strict.errors import hang
from cognitui.demo.strict.server import StrictServer
from cognitui.model.challenge import GivenSecrets, SignedIn
from cognitui.model.profile import Environment, Flow, Profile, ProfileFields
from cognitui.model.secret import SecretKind
from cognitui.profiles.store import ProfileFile
from tests.e2e.terminal import Terminal

_SIGN_INS = 20

_THINKS = 0.1
"""Seconds that the server takes: Cognito hashes a password and is some distance away. On loopback without it, no time
would be the network's, and nobody has such a Cognito."""

_PASSWORD = "Passw0rd!"


def quitting(runs: int) -> Iterator[Row]:
    """Measure quitting while Cognito hangs."""
    yield Row(
        "quitting while a sign-in hangs", statistics.median(_time_to_quit() for _ in range(min(runs, 5))), "ms", 500
    )


def getting_a_token(_runs: int) -> Iterator[Row]:
    """Measure a password sign-in with a warm client, and the memory after a first token."""
    with _cognito_like() as profile:
        ours, raw = _sign_in_times(profile, GivenSecrets(_PASSWORD))
    yield Row(
        f"getting a token, the server thinking {_THINKS * 1000:.0f} ms (the same call, raw)", ours, "ms", 1.2, raw
    )
    with prepare(lambda _words: None) as demo:
        profile, secrets = _password_profile(demo)
        yield Row("memory after the first token", _memory_after_a_token(demo, profile, secrets), "MiB", 90)


_LOGS_IN = """
import sys
from cognitui.cli import cognitui
from cognitui.model.secret import SecretKind
from cognitui.services import wire

def with_password(options):
    services = wire(options)
    services.broker.set_secret(services.profiles.load().profiles[0], SecretKind.PASSWORD, "Passw0rd!")
    return services

cognitui(["login", sys.argv[1]], obj=with_password)
"""

_BY_URLLIB3 = """
import json, sys, urllib3
url, client = sys.argv[1:]
body = {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client,
        "AuthParameters": {"USERNAME": "alice@example.com", "PASSWORD": "Passw0rd!"}}
headers = {"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
           "Content-Type": "application/x-amz-json-1.1"}
print(urllib3.PoolManager().request("POST", url, body=json.dumps(body), headers=headers).json()["AuthenticationResult"])
"""

_BY_PYCOGNITO = """
import sys
from pycognito import Cognito
url, client, pool = sys.argv[1:]
keys = {"aws_access_key_id": "A", "aws_secret_access_key": "B", "region_name": "eu-west-1", "endpoint_url": url}
user = Cognito(pool, client, username="alice@example.com", boto3_client_kwargs=keys)
user.get_keys = lambda: {}
user.verify_tokens = lambda: None
user.verify_token = lambda *_arguments: {}
user.authenticate("Passw0rd!")
print(user.access_token)
"""


def signing_in(runs: int) -> Iterator[Row]:
    """Measure `cognitui login`, the whole process, against scripts that make the same calls."""
    with place() as at, _server_beside() as (url, pool, client):
        at.paths.profiles.parent.mkdir(parents=True, exist_ok=True)
        at.paths.profiles.write_text(
            f'version = 1\n[environments.dev]\nuser_pool_id = "{pool}"\nclient_id = "{client}"\n'
            f'endpoint_url = "{url}"\n[environments.dev.profiles.srp]\nusername = "alice@example.com"\n'
            "[environments.dev.profiles.password]\n"
            'username = "alice@example.com"\nflow = "USER_PASSWORD_AUTH"\n'
        )
        at.paths.profiles.chmod(0o600)
        ways = (
            ("password", "a urllib3 script", [_BY_URLLIB3, url, client], 2.0),
            ("srp", "a pycognito script", [_BY_PYCOGNITO, url, client, pool], 0.6),
        )
        for name, other, script, budget in ways:
            ours = ["-c", _LOGS_IN, f"dev/{name}"]
            env = {**at.env, "COGNITUI_VAULT": "memory", "NO_PROXY": "127.0.0.1"}
            times = [(_process(ours, env), _process(["-c", *script], env)) for _ in range(runs + 1)][1:]
            figure, raw = (statistics.median(column) for column in zip(*times, strict=True))
            yield Row(f"cognitui login, {name} ({other})", figure, "ms", budget, raw)


def _process(arguments: list[str], env: dict[str, str]) -> float:
    def run() -> None:
        subprocess.run([sys.executable, *arguments], env=env, check=True, capture_output=True)

    return _milliseconds(run)


@contextmanager
def _server_beside() -> Iterator[tuple[str, str, str]]:
    """Run a server in its own process; yield its address, a pool and an app client with the user."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send(None)
        process.join()


def _serve(parent: Connection) -> None:
    with StrictServer() as server:
        pool = server.add_pool()
        client = server.add_client(pool)
        server.add_user(pool, "alice@example.com", _PASSWORD)
        parent.send((server.url, pool.id, client.id))
        parent.recv()


def _time_to_quit() -> float:
    with _deaf_server() as port, place(5) as few:
        path = few.paths.profiles
        endpoint = f'endpoint_url = "http://127.0.0.1:{port}"\nflow = "USER_PASSWORD_AUTH"\nuser_pool_id'
        path.write_text(path.read_text().replace("user_pool_id", endpoint, 1))
        with Terminal(few.argv, env=few.env) as terminal:
            terminal.see(LAST)
            terminal.press("enter")
            terminal.see("Password needed")
            terminal.press("a password", "enter")
            terminal.see("Signing in")
            pressed = time.perf_counter()
            terminal.press("q")
            terminal.exit_code()
            return (time.perf_counter() - pressed) * 1000


@contextmanager
def _deaf_server() -> Iterator[int]:
    """Run a server that accepts connections and never answers; yield its port."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield server.getsockname()[1]


@contextmanager
def _cognito_like() -> Iterator[Profile]:
    """Run a slow server; yield the profile of a user who sends a password to it."""
    with StrictServer() as server:
        pool = server.add_pool()
        client = server.add_client(pool)
        server.add_user(pool, "alice@example.com", _PASSWORD)
        server.errors.always("InitiateAuth", hang(_THINKS))
        fields = ProfileFields(
            user_pool_id=pool.id,
            client_id=client.id,
            username="alice@example.com",
            flow=Flow.USER_PASSWORD_AUTH,
            endpoint_url=server.url,
        )
        yield Profile(environment=Environment(name="dev"), name="alice", own=fields)


def _password_profile(demo: DemoSet) -> tuple[Profile, GivenSecrets]:
    """Return a profile of the demo that sends a correct password to an app client without a secret."""
    for profile in ProfileFile(demo.profiles).load().profiles:
        held = {kind: value for id_, kind, value in demo.secrets if id_ == profile.id}
        sends_password = profile.flow is Flow.USER_PASSWORD_AUTH and profile.id not in demo.refused
        if sends_password and SecretKind.CLIENT_SECRET not in held:
            return profile, GivenSecrets(held[SecretKind.PASSWORD])
    raise LookupError("no profile of the demo sends a password to a client without a secret")


def _sign_in_times(profile: Profile, secrets: GivenSecrets) -> tuple[float, float]:
    """Milliseconds of ours and of the raw call, in turn, so that a slow moment meets both."""
    signin = UserPoolProvider(UserPoolApi(time.time), time.time)
    pool = urllib3.PoolManager()
    body = json.dumps(
        {
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": profile.client_id,
            "AuthParameters": {"USERNAME": profile.username, "PASSWORD": secrets.password},
        }
    )
    headers = {
        "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
        "Content-Type": "application/x-amz-json-1.1",
    }

    def ours() -> None:
        assert isinstance(signin.start(profile, secrets), SignedIn)

    def raw() -> None:
        answer = pool.request("POST", profile.fields.endpoint_url or "", body=body, headers=headers)
        assert answer.json()["AuthenticationResult"]["AccessToken"]

    times: list[tuple[float, float]] = [(_milliseconds(ours), _milliseconds(raw)) for _ in range(_SIGN_INS)]
    return statistics.median(first for first, _ in times), statistics.median(second for _, second in times)


def _milliseconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _memory_after_a_token(demo: DemoSet, profile: Profile, secrets: GivenSecrets) -> float:
    with place() as own:
        at: Place = own
        argv = [*at.argv, "--profiles", str(demo.profiles), "--env", profile.environment.name]
        with Terminal(argv, env=at.env) as terminal:
            wait_for(terminal, profile.name)
            terminal.press(f"/{profile.name}")
            terminal.see("1 match")
            terminal.press("enter")
            terminal.settle()
            terminal.press("enter")
            terminal.see("Password needed")
            terminal.press(secrets.password or "", "enter")
            terminal.see("unverified")
            return resident(terminal)
