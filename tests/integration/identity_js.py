"""amazon-cognito-identity-js in front of our strict server: another client's word that the server is right."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from cognitui.cognito.http import fetch_https
from cognitui.cognito.jwks import TokenVerifier
from cognitui.demo.child_process import child_process
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.users import SoftwareToken
from cognitui.model.profile import Flow
from tests.integration.flow_cases import CASES, NICKNAME, Case
from tests.integration.flow_world import PASSWORD, World, a_world
from tests.servers.environments import FOLDER, SCRIPTS

VERSION = "6.3.21"

_FLOWS = (Flow.USER_SRP_AUTH, Flow.USER_PASSWORD_AUTH, Flow.CUSTOM_AUTH)
_REMEMBERED = next(case for case in CASES if case.twice and case.challenge.startswith("SMS_MFA"))
_DEVICE_ALONE = replace(
    _REMEMBERED,
    challenge="DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER",
    pool={**_REMEMBERED.pool, "device_suppresses_mfa": True},
)
"""After a second factor the library answers with the session of the challenge before, which is used up by then."""

_LACKING = ("EMAIL_OTP", "unconfirmed", "reset required", "seed stored", "wrong answer first")
"""What it does not know, and what is about our vault or our way on from a refusal."""

JS_CASES: tuple[Case, ...] = (
    *(
        case
        for case in CASES
        if case.flow in _FLOWS
        and case.alias != NICKNAME
        and not case.twice
        and not any(lacking in case.challenge for lacking in _LACKING)
        # It always proves the password first.
        and (case.flow is not Flow.CUSTOM_AUTH or case.fields.get("srp_first"))
        # The rotation of refresh tokens is newer than its refresh.
        and not case.client.get("rotation")
    ),
    _DEVICE_ALONE,
)

_PATIENCE = 30.0
_MOST_QUESTIONS = 6

Said = Mapping[str, object]


class IdentityJs:
    """The library in a process of its own; one user at a time."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def tell(self, **what: object) -> Said:
        """Send it an instruction, and return which callback it called, with what."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(what).encode() + b"\n")
        process.stdin.flush()
        too_long = threading.Timer(_PATIENCE, process.kill)
        too_long.start()
        try:
            line = process.stdout.readline()
        finally:
            too_long.cancel()
        assert line, f"no answer to {what['do']}"
        said: Said = json.loads(line)
        return said


@contextmanager
def running_identity_js(folder: Path) -> Iterator[IdentityJs]:
    """Run it while the context is open."""
    environ = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "ORACLES": str(FOLDER / "node")}
    command = ["node", str(SCRIPTS / "identity-js.cjs")]
    log = folder / "identity-js.log"
    with child_process(command, folder, log, environ=environ, output=subprocess.PIPE) as process:
        yield IdentityJs(process)


def js_row(server: StrictServer, js: IdentityJs, case: Case) -> list[str]:
    """Sign in, refresh and sign out everywhere; return how the first two went."""
    # By USER_PASSWORD_AUTH it answers challenges under the name that was typed, which must be the real one then.
    world = a_world(server, case, case.names[case.flow is Flow.USER_PASSWORD_AUTH], "")
    said, asked = _sign_in(world, js, keep=False)
    if case.twice:
        assert said["says"] == "onSuccess", said
        said, asked = _sign_in(world, js, keep=True)
    if said["says"] != "onSuccess":
        return [f"refused: {said['code']}", ""]
    cells = [f"signed in ({', '.join(asked)})" if asked else "signed in"]
    for token in ("access", "id"):
        _check(world, said[token])
    again = js.tell(do="refresh")
    _check(world, again["access"])
    assert again["access"] != said["access"]
    assert js.tell(do="sign out everywhere")["says"] == "signed out"
    return [*cells, "refreshed"]


def js_sign_in(world: World, js: IdentityJs, *, keep: bool = False, password: str = PASSWORD) -> Said:
    """Begin a sign-in, with what the library has stored if `keep` is set; return its first callback."""
    return js.tell(
        do="sign in",
        endpoint=world.server.url,
        pool=world.client.pool.id,
        client=world.client.id,
        username=world.profile.username,
        password=password,
        flow=world.case.flow.value,
        keep=keep,
    )


def _sign_in(world: World, js: IdentityJs, *, keep: bool) -> tuple[Said, list[str]]:
    world.begin()
    asked: list[str] = []
    said = js_sign_in(world, js, keep=keep)
    for _ in range(_MOST_QUESTIONS):
        label = _LABELS.get(str(said["says"]))
        if label is None:
            break
        asked.append(label)
        said = js.tell(do="answer", value=_answer(world, label, said))
    return said, asked


def _answer(world: World, label: str, said: Said) -> str:
    match said["says"]:
        case "associateSecretCode":
            return SoftwareToken(str(said["seed"])).code(world.server.now())
        case "totpRequired":
            return world.answer(label, "authenticator app")
    return world.answer(label, json.dumps(said.get("parameters", {})))


def _check(world: World, token: object) -> None:
    result = TokenVerifier(fetch_https, world.server.now).verify(world.profile, str(token))
    assert result.verified, result.reason


_LABELS = {
    "newPasswordRequired": "new password",
    "mfaRequired": "code",
    "totpRequired": "code",
    "associateSecretCode": "code",
    "selectMFAType": "second factor",
    "customChallenge": "answer",
}
