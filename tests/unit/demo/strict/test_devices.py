"""Remembered devices; pycognito creates their passwords and proofs."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Unpack

import jwt
import pytest
from pycognito.aws_srp import AWSSRP, generate_hash_device

from cognitui.demo.strict.pools import MfaConfiguration
from cognitui.demo.strict.server import PoolSettings, StrictServer
from cognitui.demo.strict.users import Mfa
from tests.unit.demo.strict.raw import USER_POOLS, Reply, ask
from tests.unit.demo.strict.visitor import BOB, Visitor, parameters, tokens
from tests.unit.demo.strict.world import PASSWORD, SECRET, hashed

# pycognito gets the time with a function that Python 3.12 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")

NO_DEVICE = ("ResourceNotFoundException", "Device does not exist.")
NO_TOKEN = ("NotAuthorizedException", "Invalid Refresh Token")
WRONG = ("NotAuthorizedException", "Incorrect username or password.")
ANOTHER = "eu-west-1_3fa85f64-5717-4562-b3fc-2c963f66afa6"


@dataclass(frozen=True)
class Machine:
    """A machine with the values of its remembered device."""

    bob: Visitor
    key: str
    group: str
    password: str
    verifier: Mapping[str, str]
    refresh_token: str
    access_token: str

    def call(self, operation: str, **given: object) -> Reply:
        given = {"AccessToken": self.access_token, "DeviceKey": self.key, **given}
        return ask(self.bob.server, operation, USER_POOLS, **given)

    def confirm(self) -> Reply:
        return self.call("ConfirmDevice", DeviceName="desk", DeviceSecretVerifierConfig=self.verifier)

    def update(self, status: str | None) -> Reply:
        return self.call("UpdateDeviceStatus", DeviceRememberedStatus=status)

    def srp(self, device_password: str = "") -> AWSSRP:
        return AWSSRP(
            BOB,
            PASSWORD,
            self.bob.pool.id,
            self.bob.client.id,
            client=object(),
            client_secret=SECRET,
            device_key=self.key,
            device_group_key=self.group,
            device_password=device_password or self.password,
        )

    def enter(self) -> Reply:
        return self.bob.enter(DEVICE_KEY=self.key)

    def begin(self, srp: AWSSRP, asked: Reply) -> Reply:
        """Answer DEVICE_SRP_AUTH."""
        return self.bob.answer(asked, DEVICE_KEY=self.key, SRP_A=srp.get_auth_params()["SRP_A"])

    def prove(self, srp: AWSSRP, asked: Reply, **given: str) -> Reply:
        """Answer DEVICE_PASSWORD_VERIFIER."""
        return self.bob.answer(asked, **{**srp.process_device_challenge(parameters(asked)), **given})

    def refresh(self, key: str | None) -> Reply:
        return ask(
            self.bob.server,
            "GetTokensFromRefreshToken",
            ClientId=self.bob.client.id,
            ClientSecret=SECRET,
            RefreshToken=self.refresh_token,
            DeviceKey=key,
        )

    def old_refresh(self, **device: str) -> Reply:
        name = self.bob.user.username
        given = {"REFRESH_TOKEN": self.refresh_token, **hashed(self.bob.client, name), **device}
        client_id = self.bob.client.id
        return ask(
            self.bob.server, "InitiateAuth", ClientId=client_id, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=given
        )


def visitor(strict: StrictServer, **pool: Unpack[PoolSettings]) -> Visitor:
    strict.clock.stop()
    made = strict.add_pool(**pool)
    return Visitor(strict, strict.add_client(made, secret=SECRET), strict.add_user(made, BOB, PASSWORD))


def machine(bob: Visitor) -> Machine:
    """Return a machine that has signed in and has received a device key."""
    result = bob.enter().body["AuthenticationResult"]
    assert isinstance(result, dict)
    new = result["NewDeviceMetadata"]
    key, group = new["DeviceKey"], new["DeviceGroupKey"]
    password, verifier = generate_hash_device(group, key)
    return Machine(bob, key, group, password, verifier, result["RefreshToken"], result["AccessToken"])


def remembered(bob: Visitor) -> Machine:
    """Return a machine that is a remembered device."""
    made = machine(bob)
    made.confirm()
    made.update("remembered")
    return made


@pytest.fixture
def bob(strict: StrictServer) -> Visitor:
    return visitor(strict, device_tracking="always", device_suppresses_mfa=True, mfa=MfaConfiguration.OPTIONAL)


def test_a_sign_in_without_a_device_gets_one(bob: Visitor) -> None:
    new = machine(bob)
    assert re.fullmatch(r"eu-west-1_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", new.key)
    assert new.group.startswith("-")
    claims = jwt.decode(new.access_token, options={"verify_signature": False})
    assert claims["device_key"] == new.key


def test_a_pool_without_tracking_gives_no_device(strict: StrictServer) -> None:
    result = tokens(visitor(strict).enter())
    assert "NewDeviceMetadata" not in result
    assert "device_key" not in jwt.decode(result["AccessToken"], options={"verify_signature": False})


def test_a_remembered_device_proves_itself_and_no_new_one_is_created(bob: Visitor) -> None:
    known = remembered(bob)
    srp = known.srp()
    asked = known.enter()
    assert asked.body["ChallengeName"] == "DEVICE_SRP_AUTH"
    asked = known.begin(srp, asked)
    assert asked.body["ChallengeName"] == "DEVICE_PASSWORD_VERIFIER"
    assert parameters(asked)["DEVICE_KEY"] == known.key
    assert "NewDeviceMetadata" not in tokens(known.prove(srp, asked))


def test_the_password_proof_is_followed_by_the_device_proof(bob: Visitor) -> None:
    known = remembered(bob)
    srp = known.srp()
    asked = bob.start("USER_SRP_AUTH", **srp.get_auth_params())
    asked = bob.prove(srp, asked)
    assert asked.body["ChallengeName"] == "DEVICE_SRP_AUTH"
    assert tokens(known.prove(srp, known.begin(srp, asked)))


def test_a_password_proof_without_a_device_key_creates_a_new_device(bob: Visitor) -> None:
    known = remembered(bob)
    srp = known.srp()
    asked = bob.start("USER_SRP_AUTH", **srp.get_auth_params())
    srp.device_key = None
    assert "NewDeviceMetadata" in tokens(bob.prove(srp, asked))


def test_the_proof_of_another_device_password_is_refused_and_ends_the_session(bob: Visitor) -> None:
    known = remembered(bob)
    srp = known.srp("b3RoZXI=")
    asked = known.begin(srp, known.enter())
    assert known.prove(srp, asked).refusal == WRONG
    srp.device_password = known.password
    assert known.prove(srp, asked).refusal[1].startswith("Invalid session for the user")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"DEVICE_KEY": ANOTHER}, NO_DEVICE),
        ({"PASSWORD_CLAIM_SECRET_BLOCK": "AAAA"}, WRONG),
        ({"PASSWORD_CLAIM_SIGNATURE": "AAAA"}, WRONG),
        ({"TIMESTAMP": "Tue Nov 3 09:05:07 UTC 2020"}, WRONG),
        ({"DEVICE_KEY": ""}, ("InvalidParameterException", "Missing required parameter DEVICE_KEY")),
    ],
)
def test_a_device_proof_with_a_changed_parameter_is_refused(
    bob: Visitor, changed: dict[str, str], expected: tuple[str, str]
) -> None:
    known = remembered(bob)
    srp = known.srp()
    asked = known.begin(srp, known.enter())
    assert known.prove(srp, asked, **changed).refusal == expected


def test_a_device_proof_from_a_clock_an_hour_ahead_is_refused(bob: Visitor) -> None:
    known = remembered(bob)
    srp = known.srp()
    asked = known.begin(srp, known.enter())
    bob.server.skew = -3_600
    assert known.prove(srp, asked).refusal == WRONG


@pytest.mark.parametrize("public", ["0", "no number"])
def test_a_public_value_that_would_prove_any_device_is_refused(bob: Visitor, public: str) -> None:
    known = remembered(bob)
    reply = bob.answer(known.enter(), DEVICE_KEY=known.key, SRP_A=public)
    assert reply.refusal[0] == "InvalidParameterException"


def test_another_device_cannot_answer_for_this_one(bob: Visitor) -> None:
    known, other = remembered(bob), remembered(bob)
    srp = other.srp()
    reply = bob.answer(known.enter(), DEVICE_KEY=other.key, SRP_A=srp.get_auth_params()["SRP_A"])
    assert reply.refusal == NO_DEVICE
    srp = known.srp()
    assert known.prove(srp, known.begin(srp, known.enter()), DEVICE_KEY=other.key).refusal == NO_DEVICE


def test_the_session_of_a_device_is_good_for_one_public_value(bob: Visitor) -> None:
    known = remembered(bob)
    asked, srp = known.enter(), known.srp()
    assert known.begin(srp, asked).status == 200
    assert known.begin(srp, asked).refusal[1].startswith("Invalid session for the user")


def test_an_unknown_device_is_reported_after_the_correct_password(bob: Visitor) -> None:
    assert bob.start(PASSWORD="Wr0ng-one", DEVICE_KEY=ANOTHER).refusal == WRONG
    assert bob.enter(DEVICE_KEY=ANOTHER).refusal == NO_DEVICE


def test_a_proof_with_an_unknown_device_may_be_repeated_without_it(bob: Visitor) -> None:
    known = remembered(bob)
    known.call("ForgetDevice")
    srp = known.srp()
    asked = bob.start("USER_SRP_AUTH", **srp.get_auth_params())
    assert bob.prove(srp, asked).refusal == NO_DEVICE
    srp.device_key = None
    assert "NewDeviceMetadata" in tokens(bob.prove(srp, asked))


def test_the_device_of_another_user_does_not_exist(bob: Visitor) -> None:
    known = remembered(bob)
    eve = bob.server.add_user(bob.pool, "eve", PASSWORD)
    reply = Visitor(bob.server, bob.client, eve).start(name="eve", PASSWORD=PASSWORD, DEVICE_KEY=known.key)
    assert reply.refusal == NO_DEVICE


def test_a_remembered_device_replaces_mfa(bob: Visitor) -> None:
    known = remembered(bob)
    bob.user.mfa = (Mfa.EMAIL,)
    assert bob.enter().body["ChallengeName"] == "EMAIL_OTP"
    assert known.enter().body["ChallengeName"] == "DEVICE_SRP_AUTH"


def test_a_remembered_device_proves_itself_after_mfa_if_it_does_not_replace_it(strict: StrictServer) -> None:
    bob = visitor(strict, device_tracking="always", mfa=MfaConfiguration.OPTIONAL)
    known = remembered(bob)
    bob.user.mfa = (Mfa.EMAIL,)
    asked = known.enter()
    assert asked.body["ChallengeName"] == "EMAIL_OTP"
    asked = bob.answer(asked, EMAIL_OTP_CODE=bob.message.code)
    assert asked.body["ChallengeName"] == "DEVICE_SRP_AUTH"
    srp = known.srp()
    assert tokens(known.prove(srp, known.begin(srp, asked)))


def test_the_device_key_may_come_with_the_code(bob: Visitor) -> None:
    known = remembered(bob)
    bob.user.mfa = (Mfa.EMAIL,)
    asked = bob.answer(bob.enter(), EMAIL_OTP_CODE=bob.message.code, DEVICE_KEY=known.key)
    assert asked.body["ChallengeName"] == "DEVICE_SRP_AUTH"


def test_a_device_works_after_the_choice_of_a_first_factor(bob: Visitor) -> None:
    known = remembered(bob)
    given = {"ANSWER": "PASSWORD", "PASSWORD": PASSWORD, "DEVICE_KEY": known.key}
    asked = bob.answer(bob.start("USER_AUTH"), **given)
    assert asked.body["ChallengeName"] == "DEVICE_SRP_AUTH"


def test_a_pool_that_remembers_all_devices_needs_no_confirmation_by_the_user(bob: Visitor) -> None:
    new = machine(bob)
    assert new.confirm().body == {"UserConfirmationNecessary": False}
    assert new.enter().body["ChallengeName"] == "DEVICE_SRP_AUTH"


def test_an_opt_in_device_is_remembered_once_the_user_agrees(strict: StrictServer) -> None:
    bob = visitor(strict, device_tracking="opt_in")
    new = machine(bob)
    assert new.confirm().body == {"UserConfirmationNecessary": True}
    assert "NewDeviceMetadata" not in tokens(new.enter())
    assert new.update("remembered").body == {}
    assert new.enter().body["ChallengeName"] == "DEVICE_SRP_AUTH"
    new.update("not_remembered")
    assert tokens(new.enter())


@pytest.mark.parametrize("status", [None, "forgotten"])
def test_an_invalid_status_is_refused(bob: Visitor, status: str | None) -> None:
    assert remembered(bob).update(status).refusal[0] == "InvalidParameterException"


@pytest.mark.parametrize(
    "operation",
    ["ConfirmDevice", "UpdateDeviceStatus", "GetDevice", "ForgetDevice"],
)
def test_each_operation_needs_a_device_of_the_user_and_a_valid_token(bob: Visitor, operation: str) -> None:
    new = machine(bob)
    given = {"DeviceSecretVerifierConfig": new.verifier, "DeviceRememberedStatus": "remembered"}
    assert new.call(operation, **given, DeviceKey=ANOTHER).refusal == NO_DEVICE
    assert new.call(operation, **given, DeviceKey="no key").refusal[0] == "InvalidParameterException"
    assert new.call(operation, **given, AccessToken="a.b.c").refusal[0] == "NotAuthorizedException"


@pytest.mark.parametrize("operation", ["UpdateDeviceStatus", "GetDevice", "ForgetDevice"])
def test_an_unconfirmed_device_does_not_exist(bob: Visitor, operation: str) -> None:
    new = machine(bob)
    assert new.call(operation, DeviceRememberedStatus="remembered").refusal == NO_DEVICE
    assert new.enter().refusal == NO_DEVICE


def test_a_device_is_confirmed_once(bob: Visitor) -> None:
    assert remembered(bob).confirm().refusal[0] == "DeviceKeyExistsException"


@pytest.mark.parametrize("name", ["PasswordVerifier", "Salt"])
@pytest.mark.parametrize("value", ["", "no base64", base64.b64encode(b"\x80\x01").decode(), "AAAA"])
def test_a_verifier_that_is_not_a_positive_number_is_refused(bob: Visitor, name: str, value: str) -> None:
    new = machine(bob)
    reply = new.call("ConfirmDevice", DeviceSecretVerifierConfig={**new.verifier, name: value})
    assert reply.refusal[0] == "InvalidParameterException"


def test_get_device_returns_the_name(bob: Visitor) -> None:
    device = remembered(bob).call("GetDevice").body["Device"]
    assert isinstance(device, dict)
    assert {"Name": "device_name", "Value": "desk"} in device["DeviceAttributes"]


def test_tokens_of_a_device_are_refreshed_only_with_its_key(bob: Visitor) -> None:
    known = remembered(bob)
    assert known.refresh(known.key).status == 200
    assert known.refresh(None).refusal == NO_TOKEN
    assert known.refresh(ANOTHER).refusal == NO_TOKEN
    assert known.old_refresh(DEVICE_KEY=known.key).status == 200
    assert known.old_refresh().refusal == NO_TOKEN


def test_tokens_of_a_forgotten_device_are_not_refreshed(bob: Visitor) -> None:
    known = remembered(bob)
    assert known.call("ForgetDevice").body == {}
    assert known.refresh(known.key).refusal == NO_TOKEN
