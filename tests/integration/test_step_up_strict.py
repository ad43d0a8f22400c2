"""Step-up against a Cognito that refuses what AWS refuses: only what is missing is asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Unpack
from urllib.parse import urlencode, urljoin

import pytest
import urllib3

from cognitui.cognito.admin_api import AdminCaller, AwsDirectory
from cognitui.cognito.oauth.provider import OAuthProvider
from cognitui.cognito.oauth.token_endpoint import TokenEndpoint
from cognitui.cognito.provider import UserPoolProvider
from cognitui.cognito.transport import Transport
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.strict.pools import AppClient, MfaConfiguration
from cognitui.demo.strict.server import PoolSettings, StrictServer
from cognitui.demo.strict.tiers import Tier
from cognitui.demo.strict.users import SoftwareToken, User
from cognitui.model.authentication_level import authentication_of
from cognitui.model.challenge import Challenge
from cognitui.model.claims import decode, username_of
from cognitui.model.errors import CognituiError, InputRejected, LevelNotReached, MfaNotSetUp, NotInThisPool
from cognitui.model.profile import Environment, Flow, PreferredChallenge, Profile, ProfileFields
from cognitui.model.secret import SecretKind
from cognitui.model.token import TokenKind
from cognitui.tokens.broker import TokenBroker
from cognitui.tokens.request import Source, TokenPolicy, TokenResult
from tests.strict.browser import Browser
from tests.unit.fake_sessions import FakeIdentities
from tests.unit.fakes import FakeIndex, FakeLocks, FakeSecretReader, FakeVault, FakeVerifier

CAROL, PASSWORD = "carol@example.com", "Passw0rd!"
TWO, THREE, FOUR = (f"urn:cognito:loa:{number}" for number in (2, 3, 4))
CALLBACK = "myapp://callback"


class Desk:
    """Carol at an app client, and a broker with her password."""

    def __init__(self, server: StrictServer, client: AppClient, user: User) -> None:
        self.server, self.client, self.user = server, client, user
        self.vault, self.index = FakeVault(), FakeIndex()
        api = UserPoolApi(server.clock)
        ways = UserPoolProvider(api, server.clock), OAuthProvider(TokenEndpoint(server.clock), api, server.clock)
        self.broker = TokenBroker(
            vault=self.vault,
            provider_at=ways.__getitem__,
            identity_pools=FakeIdentities(),
            index=self.index,
            locks=FakeLocks(),
            verifier=FakeVerifier(CognituiError("not asked")),
            clock=server.clock,
            username_of=username_of,
            secret_reader=FakeSecretReader(),
            level_directory=AwsDirectory(AdminCaller(Transport(server.clock)), {}),
        )

    def profile(self, **own: object) -> Profile:
        fields = {
            "user_pool_id": self.client.pool.id,
            "client_id": self.client.id,
            "username": CAROL,
            "flow": Flow.USER_AUTH,
            "endpoint_url": self.server.url,
            **own,
        }
        profile = Profile(environment=Environment(name="dev"), name="carol", own=ProfileFields(**fields))  # type: ignore[arg-type]
        self.vault.entries[profile.secret_name(SecretKind.PASSWORD)] = PASSWORD
        return profile

    def signed_in(self, **own: object) -> Profile:
        """Return a profile with a token from its password."""
        profile = self.profile(preferred_challenge=PreferredChallenge.PASSWORD_SRP, **own)
        assert isinstance(self.broker.get(profile), TokenResult)
        return profile

    def answered(self, asked: TokenResult | Challenge, **answers: str) -> TokenResult | Challenge:
        assert isinstance(asked, Challenge)
        return self.broker.answer(asked, answers)

    @property
    def mail(self) -> str:
        return self.server.outbox.last(self.user.username).code


MakeDesk = Callable[..., Desk]


@pytest.fixture
def desk(strict: StrictServer) -> MakeDesk:
    def make(*, token: SoftwareToken | None = None, **settings: Unpack[PoolSettings]) -> Desk:
        strict.clock.stop()
        given: PoolSettings = {
            "mfa": MfaConfiguration.OPTIONAL,
            "first_factors": ("PASSWORD", "EMAIL_OTP"),
            **settings,
        }
        pool = strict.add_pool(**given)
        client = strict.add_client(pool, redirect_uris=(CALLBACK,))
        return Desk(strict, client, strict.add_user(pool, CAROL, PASSWORD, software_token=token))

    return make


def level(got: TokenResult | Challenge, now: float) -> str:
    assert isinstance(got, TokenResult), got
    return authentication_of(decode(got.token.value).claims, now).words()


def test_a_step_up_asks_only_for_the_code(desk: MakeDesk) -> None:
    at = desk()
    profile = at.signed_in()
    asked = at.broker.get(profile.wanting(TWO))
    assert isinstance(asked, Challenge)
    assert (asked.kind, [prompt.name for prompt in asked.prompts]) == ("EMAIL_OTP", ["code"])
    assert asked.remark.startswith("The sign-in is level 1: password")
    got = at.answered(asked, code=at.mail)
    assert level(got, at.server.now()) == "level 3: password and e-mail code, now"


def test_a_higher_level_makes_no_call(desk: MakeDesk) -> None:
    at = desk()
    profile = at.signed_in()
    at.answered(at.broker.get(profile.wanting(THREE)), code=at.mail)
    calls = len(at.server.journal.requests)
    again = at.broker.get(profile.wanting(TWO))
    assert isinstance(again, TokenResult)
    assert (again.source, len(at.server.journal.requests)) == (Source.CACHED, calls)


def test_a_stored_app_steps_up_without_a_question(desk: MakeDesk) -> None:
    app = SoftwareToken()
    at = desk(token=app)
    profile = at.signed_in()
    at.vault.entries[profile.secret_name(SecretKind.TOTP)] = app.seed
    got = at.broker.get(profile.wanting(FOUR))
    assert level(got, at.server.now()) == "level 4: password and one-time code, now"


def test_a_step_up_from_a_code_takes_the_stored_password(desk: MakeDesk) -> None:
    at = desk()
    profile = at.profile(preferred_challenge=PreferredChallenge.EMAIL_OTP)
    assert level(at.answered(at.broker.get(profile), code=at.mail), at.server.now()).startswith("level 2")
    got = at.broker.get(profile.wanting(THREE))
    assert level(got, at.server.now()) == "level 3: password and e-mail code, now"


def test_the_choice_between_second_factors_is_asked(desk: MakeDesk) -> None:
    app = SoftwareToken()
    at = desk(token=app)
    asked = at.broker.get(at.signed_in().wanting(TWO))
    assert isinstance(asked, Challenge)
    assert [choice.value for choice in asked.prompts[0].choices] == ["EMAIL_OTP", "SOFTWARE_TOKEN_MFA"]
    code = at.answered(asked, ANSWER="SOFTWARE_TOKEN_MFA")
    assert level(at.answered(code, code=app.code(at.server.now())), at.server.now()).startswith("level 4")


def test_a_wrong_code_is_asked_for_again(desk: MakeDesk) -> None:
    at = desk()
    asked = at.broker.get(at.signed_in().wanting(THREE))
    wrong = "000000" if at.mail != "000000" else "000001"
    again = at.answered(asked, code=wrong)
    assert level(at.answered(again, code=at.mail), at.server.now()).startswith("level 3")


def test_a_refresh_keeps_the_level_and_the_time(desk: MakeDesk) -> None:
    at = desk()
    profile = at.signed_in()
    at.answered(at.broker.get(profile.wanting(THREE)), code=at.mail)
    at.server.clock.advance(120)
    got = at.broker.get(profile.wanting(THREE), policy=TokenPolicy.REFRESH)
    assert isinstance(got, TokenResult)
    assert (got.source, level(got, at.server.now())) == (
        Source.REFRESHED,
        "level 3: password and e-mail code, 2 min ago",
    )


def test_a_profile_gets_its_level_at_the_first_sign_in(desk: MakeDesk) -> None:
    at = desk()
    profile = at.profile(preferred_challenge=PreferredChallenge.PASSWORD, acr_values=(FOUR, THREE))
    asked = at.broker.get(profile)
    assert level(at.answered(asked, code=at.mail), at.server.now()).startswith("level 3")


def test_a_token_that_was_revoked_begins_a_whole_sign_in(desk: MakeDesk) -> None:
    at = desk()
    profile = at.signed_in()
    refresh = at.broker.get(profile, TokenKind.REFRESH)
    assert isinstance(refresh, TokenResult)
    at.server.revoke(refresh.token.value)
    asked = at.broker.get(profile.wanting(THREE))
    assert level(at.answered(asked, code=at.mail), at.server.now()).startswith("level 3")


def test_a_sign_in_that_is_too_old_is_repeated(desk: MakeDesk) -> None:
    at = desk()
    profile = at.signed_in(max_age=300)
    at.server.clock.advance(301)
    got = at.broker.get(profile)
    assert level(got, at.server.now()) == "level 1: password, now"


def test_a_user_without_the_factors_gets_a_fix(desk: MakeDesk) -> None:
    at = desk()
    with pytest.raises(MfaNotSetUp) as caught:
        at.broker.get(at.signed_in().wanting(FOUR))
    assert "lower level" in caught.value.fix


def test_a_level_that_the_pool_does_not_know_names_acr_values(desk: MakeDesk) -> None:
    at = desk()
    with pytest.raises(InputRejected) as caught:
        at.broker.get(at.signed_in().wanting("gold"))
    assert "acr_values" in caught.value.fix


def test_a_small_plan_says_that_it_has_no_levels(desk: MakeDesk) -> None:
    at = desk(tier=Tier.LITE)
    with pytest.raises(NotInThisPool, match="LITE"):
        at.broker.get(at.profile(preferred_challenge=PreferredChallenge.PASSWORD, acr_values=(THREE,)))


def test_names_of_a_pool_are_asked_for_with_aws_credentials(
    desk: MakeDesk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    (tmp_path / "credentials").write_text(
        "[shop]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secretsecret\n"
    )
    at = desk(acr_names={1: "bronze", 3: "gold"})
    at.server.add_iam_user("AKIAIOSFODNN7EXAMPLE", "secretsecret")
    profile = at.signed_in(aws_profile="shop")
    assert level(at.broker.get(profile), at.server.now()).startswith("level bronze")
    at.answered(at.broker.get(profile.wanting("gold")), code=at.mail)
    again = at.broker.get(profile.wanting(TWO))
    assert isinstance(again, TokenResult)
    assert again.source is Source.CACHED


# In the browser


def code_page(at: Desk, url: str) -> str:
    """Return the address that the browser ends on after password and code."""
    form = urllib3.request("GET", url).data.decode()
    page = _posted(url, form, username=CAROL, password=PASSWORD).data.decode()
    pending = re.search(r'name="pending" value="([^"]+)"', page)
    assert pending, page
    return _posted(url, page, pending=pending[1], code=at.mail).headers["Location"]


def _posted(url: str, page: str, **fields: str) -> urllib3.BaseHTTPResponse:
    action = re.search(r'action="([^"]+)"', page)
    assert action, page
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    to = urljoin(url, unescape(action[1]))
    return urllib3.request("POST", to, body=urlencode(fields), headers=headers, redirect=False)


def browsing(at: Desk, **own: object) -> Profile:
    return at.profile(
        flow=Flow.AUTHORIZATION_CODE,
        domain=at.server.url,
        redirect_uri=CALLBACK,
        scopes=("openid", "aws.cognito.signin.user.admin"),
        **own,
    )


def test_the_browser_is_sent_with_the_level_and_the_age(desk: MakeDesk) -> None:
    at = desk()
    asked = at.broker.get(browsing(at, acr_values=(FOUR, THREE), max_age=0))
    assert isinstance(asked, Challenge)
    assert f"acr_values={FOUR.replace(':', '%3A')}+{THREE.replace(':', '%3A')}" in asked.url
    assert "max_age=0" in asked.url
    got = at.answered(asked, address=code_page(at, asked.url))
    assert level(got, at.server.now()) == "level 3: password and e-mail code, now"


def test_a_login_page_that_ignores_the_level_is_noticed_and_the_token_stays(desk: MakeDesk) -> None:
    at = desk(tier=Tier.LITE)
    profile = browsing(at, acr_values=(THREE,))
    asked = at.broker.get(profile)
    assert isinstance(asked, Challenge)
    with pytest.raises(LevelNotReached, match="The token has no level; level 3 is wanted") as caught:
        at.answered(asked, address=Browser().log_in(asked.url, CAROL, PASSWORD))
    assert "plan" in caught.value.fix
    plain = at.broker.get(browsing(at))
    assert isinstance(plain, TokenResult)
    assert plain.source is Source.CACHED
