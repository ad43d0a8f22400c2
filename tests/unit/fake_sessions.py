"""Plain fakes of what follows a sign-in: sessions at Cognito, and identity pools."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping

from cognitui.model.aws import AwsCredentials
from cognitui.model.errors import CognituiError
from cognitui.model.profile import Profile
from cognitui.model.token import Lifetime, UserInfo
from cognitui.model.user_session import UserSession


class FakeSessions:
    """Remembers what was asked of Cognito. Every call raises the error, if one is set."""

    def __init__(self, user: UserInfo | None = None, fault: CognituiError | None = None) -> None:
        self.calls: list[tuple[str, ...]] = []
        self.fault = fault
        self._user = user

    def revoke(self, profile: Profile, refresh_token: str, client_secret: str | None, *, linked: bool = False) -> None:
        self._called("revoke", profile.id, refresh_token, client_secret or "", *(["linked"] if linked else []))

    def sign_out_everywhere(self, profile: Profile, access_token: str) -> None:
        self._called("sign out everywhere", profile.id, access_token)

    def user(self, profile: Profile, access_token: str) -> UserInfo:
        self._called("user", profile.id, access_token)
        assert self._user is not None, "no test told who the user is"
        return self._user

    def forget_device(self, profile: Profile, access_token: str, device_key: str) -> None:
        self._called("forget device", profile.id, access_token, device_key)

    def _called(self, *call: str) -> None:
        self.calls.append(call)
        if self.fault is not None:
            raise self.fault


class FakeUserSessions:
    """The sessions of a user in a list; remembers what was asked. Every call raises the error, if one is set."""

    def __init__(self, *sessions: UserSession, fault: CognituiError | None = None) -> None:
        self.sessions = list(sessions)
        self.calls: list[tuple[str, ...]] = []
        self.fault = fault
        self.names: dict[str, str] = {}
        """The names of app clients, by id."""
        self.may_run = threading.Event()
        """A test may clear it to see what happens until an answer arrives."""
        self.may_run.set()

    def of(self, profile: Profile, access_token: str) -> tuple[UserSession, ...]:
        self._called("list", profile.id, access_token)
        return tuple(self.sessions)

    def end(self, profile: Profile, access_token: str, session_id: str, *, linked: bool = False) -> None:
        self._called("end", profile.id, access_token, session_id, *(["linked"] if linked else []))
        self.sessions = [session for session in self.sessions if session.id != session_id]

    def of_user(self, profile: Profile) -> tuple[UserSession, ...]:
        self._called("admin list", profile.id)
        return tuple(self.sessions)

    def end_of_user(self, profile: Profile, session_id: str, *, linked: bool = False) -> None:
        self._called("admin end", profile.id, session_id, *(["linked"] if linked else []))
        self.sessions = [session for session in self.sessions if session.id != session_id]

    def client_names(self, profile: Profile, wanted: Collection[str]) -> Mapping[str, str]:
        self._called("names", profile.id)
        return {client_id: name for client_id, name in self.names.items() if client_id in wanted}

    def _called(self, *call: str) -> None:
        self.calls.append(call)
        assert self.may_run.wait(10), "the test never let the call run"
        if self.fault is not None:
            raise self.fault


class FakeIdentities:
    """Gives these credentials, one after the other, and remembers for which ID tokens."""

    def __init__(self, *answers: AwsCredentials | CognituiError) -> None:
        self.asked: list[str] = []
        self._answers = list(answers)

    def credentials(self, profile: Profile, id_token: str) -> AwsCredentials:
        self.asked.append(id_token)
        assert self._answers, "nothing was scripted for another request of credentials"
        answer = self._answers.pop(0)
        if isinstance(answer, CognituiError):
            raise answer
        return answer


def make_credentials(now: float, *, length: float = 3600, mark: str = "1") -> AwsCredentials:
    """Return credentials issued at `now`; `mark` distinguishes some that are otherwise the same."""
    return AwsCredentials(
        "eu-west-1:5f2c8a10-0000-0000-0000-000000000001",
        f"ASIAEXAMPLE{mark}",
        f"secret-key-{mark}",
        f"session-token-{mark}",
        Lifetime(now, now + length),
    )
