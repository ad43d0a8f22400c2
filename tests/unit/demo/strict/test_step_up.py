"""Step-up: the claims acr and amr, and a sign-in for a level, through boto3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

import jwt
import pytest

from cognitui.demo.strict.pools import AppClient, MfaConfiguration
from cognitui.demo.strict.server import PoolSettings
from cognitui.demo.strict.tiers import Tier
from cognitui.demo.strict.users import Mfa, SoftwareToken, User
from tests.unit.demo.strict.admin import Admin
from tests.unit.demo.strict.world import PASSWORD, World, refused

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import InitiateAuthResponseTypeDef, RespondToAuthChallengeResponseTypeDef

    Answer = InitiateAuthResponseTypeDef | RespondToAuthChallengeResponseTypeDef

CAROL = "carol@example.com"
ONE, TWO, THREE, FOUR = (f"urn:cognito:loa:{number}" for number in (1, 2, 3, 4))


@dataclass(frozen=True)
class Carol:
    """A user with a password, an e-mail address for codes, and an app that sign-ins do not ask for."""

    world: World
    client: AppClient
    user: User

    def start(self, **given: str) -> InitiateAuthResponseTypeDef:
        parameters = {"USERNAME": CAROL, **given}
        return self.world.boto.initiate_auth(ClientId=self.client.id, AuthFlow="USER_AUTH", AuthParameters=parameters)

    def sign_in(self, **given: str) -> str:
        """Return the access token of a sign-in by password."""
        answer = self.start(PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD, **given)
        return answer["AuthenticationResult"]["AccessToken"]

    def step_up(self, token: str, levels: str, **given: str) -> InitiateAuthResponseTypeDef:
        return self.start(ACCESS_TOKEN=token, TARGET_ACR_VALUES=levels, **given)

    def answer(self, asked: Answer, **given: str) -> RespondToAuthChallengeResponseTypeDef:
        return self.world.boto.respond_to_auth_challenge(
            ClientId=self.client.id,
            ChallengeName=asked["ChallengeName"],
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": self.user.username, **given},
        )

    @property
    def mail(self) -> str:
        return self.world.server.outbox.last(self.user.username).code

    @property
    def app(self) -> str:
        assert self.user.software_token is not None
        return self.user.software_token.code(self.world.server.now())


def carol(world: World, token: SoftwareToken | None = None, **settings: Unpack[PoolSettings]) -> Carol:
    world.server.clock.stop()
    given: PoolSettings = {"mfa": MfaConfiguration.OPTIONAL, "first_factors": ("PASSWORD", "EMAIL_OTP"), **settings}
    pool = world.server.add_pool(**given)
    client = world.server.add_client(pool)
    return Carol(world, client, world.server.add_user(pool, CAROL, PASSWORD, software_token=token))


def claims(token: str) -> Mapping[str, object]:
    decoded: Mapping[str, object] = jwt.decode(token, options={"verify_signature": False})
    return decoded


def level(token: str) -> tuple[object, object]:
    found = claims(token)
    return found.get("acr"), found.get("amr")


def test_a_sign_in_says_its_level_in_both_tokens(world: World) -> None:
    result = carol(world).start(PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)["AuthenticationResult"]
    assert level(result["AccessToken"]) == level(result["IdToken"]) == (ONE, ["pwd"])


def test_a_refresh_keeps_level_and_time(world: World) -> None:
    her = carol(world)
    result = her.start(PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)["AuthenticationResult"]
    world.server.clock.advance(600)
    renewed = world.refresh(her.client, result["RefreshToken"])
    before, after = claims(result["AccessToken"]), claims(renewed["AccessToken"])
    assert {name: before[name] for name in ("acr", "amr", "auth_time")} == {
        name: after[name] for name in ("acr", "amr", "auth_time")
    }


def test_a_code_by_e_mail_is_level_2(world: World) -> None:
    her = carol(world)
    asked = her.start(PREFERRED_CHALLENGE="EMAIL_OTP", TARGET_ACR_VALUES=TWO)
    result = her.answer(asked, EMAIL_OTP_CODE=her.mail)["AuthenticationResult"]
    assert level(result["AccessToken"]) == (TWO, ["email_otp"])


def test_a_sign_in_for_a_level_asks_for_the_second_factor_that_it_needs(world: World) -> None:
    her = carol(world, SoftwareToken())
    asked = her.start(PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD, TARGET_ACR_VALUES=FOUR)
    assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    result = her.answer(asked, SOFTWARE_TOKEN_MFA_CODE=her.app)["AuthenticationResult"]
    assert level(result["AccessToken"]) == (FOUR, ["pwd", "otp", "mfa"])


def test_the_highest_level_that_the_user_can_reach_is_taken(world: World) -> None:
    her = carol(world)
    asked = her.start(
        PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD, TARGET_ACR_VALUES=f"unknown {FOUR} {THREE} {ONE}"
    )
    assert asked["ChallengeName"] == "EMAIL_OTP"


def test_a_step_up_asks_only_for_what_is_missing_and_brings_new_tokens(world: World) -> None:
    her = carol(world)
    token = her.sign_in()
    world.server.clock.advance(120)
    asked = her.step_up(token, TWO)
    assert asked["ChallengeName"] == "EMAIL_OTP"
    result = her.answer(asked, EMAIL_OTP_CODE=her.mail)["AuthenticationResult"]
    # Level 2 was asked for: with the password of the first sign-in, the code makes it 3.
    assert level(result["AccessToken"]) == level(result["IdToken"]) == (THREE, ["pwd", "email_otp", "mfa"])
    assert result["RefreshToken"]
    assert claims(result["AccessToken"])["auth_time"] == int(world.server.now())
    assert world.boto.get_user(AccessToken=token)["Username"] == her.user.username


def test_a_step_up_after_a_code_asks_for_the_password(world: World) -> None:
    her = carol(world)
    asked = her.start(PREFERRED_CHALLENGE="EMAIL_OTP")
    token = her.answer(asked, EMAIL_OTP_CODE=her.mail)["AuthenticationResult"]["AccessToken"]
    choice = her.step_up(token, THREE)
    assert (choice["ChallengeName"], choice["AvailableChallenges"]) == (
        "SELECT_CHALLENGE",
        ["PASSWORD_SRP", "PASSWORD"],
    )
    done = her.step_up(token, THREE, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
    assert level(done["AuthenticationResult"]["AccessToken"])[0] == THREE


def test_several_second_factors_are_offered(world: World) -> None:
    her = carol(world, SoftwareToken())
    asked = her.step_up(her.sign_in(), TWO)
    assert asked["ChallengeName"] == "SELECT_MFA_TYPE"
    assert asked["ChallengeParameters"]["MFAS_CAN_CHOOSE"] == '["EMAIL_OTP", "SOFTWARE_TOKEN_MFA"]'
    code = her.answer(asked, ANSWER="SOFTWARE_TOKEN_MFA")
    result = her.answer(code, SOFTWARE_TOKEN_MFA_CODE=her.app)["AuthenticationResult"]
    assert level(result["AccessToken"])[0] == FOUR


def test_a_usual_second_factor_counts(world: World) -> None:
    her = carol(world)
    her.user.mfa, her.user.preferred_mfa = (Mfa.EMAIL,), Mfa.EMAIL
    asked = her.start(PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
    result = her.answer(asked, EMAIL_OTP_CODE=her.mail)["AuthenticationResult"]
    assert level(result["AccessToken"])[0] == THREE


def test_a_token_that_has_the_level_is_refused(world: World) -> None:
    her = carol(world)
    code, message = refused(lambda: her.step_up(her.sign_in(), ONE))
    assert code == "InvalidParameterException"
    assert "already" in message


@pytest.mark.parametrize("levels", [FOUR, f"{FOUR} unknown"])
def test_a_level_that_the_user_cannot_reach_is_refused(world: World, levels: str) -> None:
    her = carol(world)
    code, message = refused(lambda: her.step_up(her.sign_in(), levels))
    assert (code, "factors" in message) == ("InvalidParameterException", True)


def test_only_unknown_levels_are_refused(world: World) -> None:
    assert refused(lambda: carol(world).start(TARGET_ACR_VALUES="gold"))[0] == "InvalidParameterException"


def test_an_access_token_needs_a_level_and_its_own_user(world: World) -> None:
    her = carol(world)
    token = her.sign_in()
    assert refused(lambda: her.start(ACCESS_TOKEN=token))[0] == "InvalidParameterException"
    world.server.add_user(her.client.pool, "dave@example.com", PASSWORD)
    assert refused(lambda: her.step_up(token, THREE, USERNAME="dave@example.com"))[0] == "NotAuthorizedException"
    assert refused(lambda: her.step_up("not.a.token", THREE))[0] == "NotAuthorizedException"


def test_methods_of_an_old_sign_in_do_not_count(world: World) -> None:
    her = carol(world)
    token = her.sign_in()
    world.server.clock.advance(301)
    assert her.step_up(token, THREE, MAX_AGE="600")["ChallengeName"] == "EMAIL_OTP"
    assert her.step_up(token, THREE, MAX_AGE="300")["ChallengeName"] == "SELECT_CHALLENGE"
    # The level is reached, and the sign-in is too old: everything is asked for again.
    assert her.step_up(token, ONE, MAX_AGE="300")["ChallengeName"] == "SELECT_CHALLENGE"
    assert refused(lambda: her.step_up(token, ONE, MAX_AGE="soon"))[0] == "InvalidParameterException"


def test_a_pool_may_rename_its_levels(world: World, admin: Admin) -> None:
    her = carol(world, acr_names={1: "bronze", 3: "gold"})
    token = her.sign_in()
    assert level(token)[0] == "bronze"
    result = her.answer(her.step_up(token, "gold"), EMAIL_OTP_CODE=her.mail)["AuthenticationResult"]
    assert level(result["AccessToken"])[0] == "gold"
    described = admin.boto.describe_user_pool(UserPoolId=her.client.pool.id)["UserPool"]
    assert described["AcrConfiguration"] == {"Level1": {"AcrValue": "bronze"}, "Level3": {"AcrValue": "gold"}}


def test_a_small_plan_has_no_levels(world: World) -> None:
    her = carol(world, tier=Tier.LITE)
    result = world.boto.initiate_auth(
        ClientId=her.client.id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": CAROL, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    assert level(result["AccessToken"]) == (None, None)
    error = refused(lambda: her.start(TARGET_ACR_VALUES=THREE))[0]
    assert error == "FeatureUnavailableInTierException"
