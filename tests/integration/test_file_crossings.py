"""How many files of ours an operation passes through: a bound on forwarding layers, by a profiler's call trace.

Counted is every file below `src/cognitui`, the demo aside, in which at least one function is called on the way from the
operation's own function down, apart from that function's own file. Imports are made by a first run on other services;
each operation then runs on services whose parts are made on the way. Secrets are kept in memory, and Cognito is the
strict server. A second, tighter bound leaves out the packages that hold data and files: there, a file is a subject of
its own and no layer.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, FunctionType
from typing import Any, cast

import pytest

import cognitui
from cognitui.demo.strict.server import StrictServer
from cognitui.model.profile import Profile
from cognitui.model.secret import SecretKind
from cognitui.model.struct import replace
from cognitui.profiles.store import ProfileFile
from cognitui.services import Options, Services
from cognitui.tokens.broker import TokenBroker
from cognitui.tokens.request import TokenResult
from cognitui.tokens.sign_out import SigningOut

OURS = Path(cognitui.__file__).parent
PASSWORD = "Passw0rd!"

DATA = ("model/", "profiles/", "storage/", "vault/")
"""The packages that hold data and files."""

PROFILES = """
version = 1
[environments.dev]
user_pool_id = "{pool}"
client_id = "{client}"
endpoint_url = "{url}"
[environments.dev.profiles.alice]
username = "alice@example.com"
"""


class Crossings:
    """The files that are passed from a function down."""

    def __init__(self, entry: object) -> None:
        self._entry = cast(FunctionType, entry).__code__
        self._within: FrameType | None = None
        self.files: set[str] = set()

    def __call__(self, frame: FrameType, event: str, _argument: Any) -> None:
        if event == "return" and frame is self._within:
            self._within = None
        if event != "call":
            return
        if self._within is None and frame.f_code is self._entry:
            self._within = frame
        path = Path(frame.f_code.co_filename)
        if self._within is not None and path.is_relative_to(OURS) and frame.f_code.co_filename != self._own_file:
            name = path.relative_to(OURS).as_posix()
            if not name.startswith("demo/"):
                self.files.add(name)

    @property
    def _own_file(self) -> str:
        return self._entry.co_filename


def without_data(files: set[str]) -> set[str]:
    return {file for file in files if not file.startswith(DATA)}


@contextmanager
def traced(crossings: Crossings) -> Any:
    before = sys.getprofile()
    sys.setprofile(crossings)
    try:
        yield
    finally:
        sys.setprofile(before)


class Desk:
    """One user whose password is stored, on services that are made again for each test."""

    def __init__(self, folder: Path, server: StrictServer) -> None:
        pool = server.add_pool()
        client = server.add_client(pool)
        server.add_user(pool, "alice@example.com", PASSWORD)
        self._file = folder / "profiles.toml"
        self._file.write_text(PROFILES.format(pool=pool.id, client=client.id, url=server.url))
        self._file.chmod(0o600)
        self._state = folder / "state"
        self.services = self._new_services()

    def run(self) -> None:
        """Do everything once, so that all is imported."""
        self.sign_in()
        self.services.broker.signing_out.revoke(self.profile)
        self.edit()
        self.services = self._new_services()

    @property
    def profile(self) -> Profile:
        return self.services.profiles.load().profiles[0]

    def sign_in(self) -> None:
        got = self.services.broker.get(self.profile)
        assert isinstance(got, TokenResult)

    def edit(self, region: str = "eu-west-1") -> None:
        seen = self.profile
        self.services.profiles.change(seen, "dev", "alice", replace(seen.own, region=region))
        assert self.profile.region == region

    def crossed(self, entry: object, operation: Callable[[], object]) -> set[str]:
        crossings = Crossings(entry)
        with traced(crossings):
            operation()
        return crossings.files

    def _new_services(self) -> Services:
        services = Services(Options(profiles=self._file, state=self._state, vault="memory"), {})
        services.broker.set_secret(services.profiles.load().profiles[0], SecretKind.PASSWORD, PASSWORD)
        return services


@pytest.fixture
def desk(tmp_path: Path, strict: StrictServer) -> Desk:
    made = Desk(tmp_path, strict)
    made.run()
    return made


def test_a_sign_in_by_srp_crosses_at_most_20_files_and_13_without_data(desk: Desk) -> None:
    files = desk.crossed(TokenBroker.get, desk.sign_in)

    assert "cognito/srp.py" in files
    assert len(files) <= 20, sorted(files)
    assert len(without_data(files)) <= 13, sorted(files)


def test_a_cached_token_crosses_at_most_5_files(desk: Desk) -> None:
    desk.sign_in()
    files = desk.crossed(TokenBroker.get, desk.sign_in)

    assert "tokens/cache.py" in files
    assert len(files) <= 5, sorted(files)


def test_a_revocation_crosses_at_most_8_files_and_4_without_data(desk: Desk) -> None:
    desk.sign_in()
    profile = desk.profile
    files = desk.crossed(SigningOut.revoke, lambda: desk.services.broker.signing_out.revoke(profile))

    assert "cognito/provider.py" in files
    assert len(files) <= 8, sorted(files)
    assert len(without_data(files)) <= 4, sorted(files)


def test_an_edit_of_the_profile_file_crosses_at_most_9_files(desk: Desk) -> None:
    files = desk.crossed(ProfileFile.change, lambda: desk.edit("us-east-1"))

    assert len(files) <= 9, sorted(files)
