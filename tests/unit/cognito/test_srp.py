"""Our SRP against an independent implementation, and against what the protocol forbids."""

from __future__ import annotations

import base64
import random
from datetime import UTC, datetime

import pytest
from pycognito.aws_srp import AWSSRP

from cognitui.cognito import srp
from cognitui.cognito.srp import (
    EphemeralKey,
    PasswordClaim,
    ServerChallenge,
    device_claim,
    new_ephemeral_key,
    password_claim,
)
from cognitui.model.challenge import RememberedDevice
from cognitui.model.errors import ServiceFault

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning:pycognito")
"""pycognito 2024.5.1 dates its proofs by `utcnow`, which is deprecated since Python 3.12."""

POOL = "eu-west-1_AbCdEf123"
PRIME = srp._PRIME


def _password(chance: random.Random) -> str:
    return "".join(chr(chance.choice((*range(33, 127), *range(0xA1, 0x2FF), 0x1F600))) for _ in range(12))


def _oracle(key: EphemeralKey) -> AWSSRP:
    """pycognito with our key pair, so that both prove the same thing."""
    oracle = AWSSRP(username="x", password="set by each case", pool_id=POOL, client_id="c", client=object())
    oracle.small_a_value, oracle.large_a_value = key.private, key.public
    return oracle


@pytest.mark.parametrize("part", range(6))
def test_it_agrees_with_pycognito(part: int) -> None:
    """300 random cases in six parts, so that every core has some."""
    chance = random.Random(part)
    key = new_ephemeral_key(chance.getrandbits)
    oracle = _oracle(key)
    for case in range(50):
        password = _password(chance)
        salt, public = chance.getrandbits(chance.choice((8, 120, 127, 128))), chance.randrange(1, PRIME)
        block = base64.b64encode(chance.randbytes(200)).decode()
        oracle.password = password
        answer = oracle.process_challenge(
            {
                "USER_ID_FOR_SRP": f"user-{case}",
                "SALT": f"{salt:x}",
                "SRP_B": f"{public:x}",
                "SECRET_BLOCK": block,
            },
            {"USERNAME": "x"},
        )
        now = datetime.strptime(answer["TIMESTAMP"], "%a %b %d %H:%M:%S UTC %Y").replace(tzinfo=UTC).timestamp()

        claim = password_claim(
            key, POOL, ServerChallenge(f"user-{case}", f"{salt:x}", f"{public:x}", block), password, now
        )

        assert (claim.signature, claim.timestamp) == (answer["PASSWORD_CLAIM_SIGNATURE"], answer["TIMESTAMP"])


@pytest.mark.parametrize("part", range(3))
def test_a_device_proof_agrees_with_pycognito(part: int) -> None:
    chance = random.Random(part)
    key = new_ephemeral_key(chance.getrandbits)
    for case in range(20):
        device = RememberedDevice(f"eu-west-1_{case}", f"-g{chance.randrange(999)}", _password(chance))
        salt, public = chance.getrandbits(chance.choice((8, 120, 127, 128))), chance.randrange(1, PRIME)
        block = base64.b64encode(chance.randbytes(200)).decode()
        oracle = AWSSRP(
            username="x", password="", pool_id=POOL, client_id="c", client=object(),
            device_key=device.key, device_group_key=device.group, device_password=device.password,
        )  # fmt: skip
        oracle.small_a_value, oracle.large_a_value = key.private, key.public
        answer = oracle.process_device_challenge(
            {"USERNAME": "u", "SALT": f"{salt:x}", "SRP_B": f"{public:x}", "SECRET_BLOCK": block}
        )
        now = datetime.strptime(answer["TIMESTAMP"], "%a %b %d %H:%M:%S UTC %Y").replace(tzinfo=UTC).timestamp()

        claim = device_claim(key, device, ServerChallenge("u", f"{salt:x}", f"{public:x}", block), now)

        assert (claim.signature, claim.timestamp) == (answer["PASSWORD_CLAIM_SIGNATURE"], answer["TIMESTAMP"])


@pytest.mark.parametrize("public", [0, PRIME, 5 * PRIME])
def test_a_public_value_that_is_zero_in_the_group_is_refused(public: int) -> None:
    with pytest.raises(ServiceFault):
        password_claim(new_ephemeral_key(), POOL, ServerChallenge("u", "ab", f"{public:x}", "AAAA"), "pw", 0)


@pytest.mark.parametrize(("salt", "public", "block"), [("xyz", "ab", "AAAA"), ("ab", "", "AAAA"), ("ab", "ab", "?")])
def test_an_unreadable_challenge_is_a_service_error(salt: str, public: str, block: str) -> None:
    with pytest.raises(ServiceFault):
        password_claim(new_ephemeral_key(), POOL, ServerChallenge("u", salt, public, block), "pw", 0)


def _claim_of(block: str) -> PasswordClaim:
    key = EphemeralKey(private=123456789, public=2)
    return password_claim(key, POOL, ServerChallenge("u", "ab", "ab", block), "pw", 0)


def test_a_secret_block_in_the_alphabet_of_urls_proves_the_same_as_in_the_usual_one() -> None:
    block = b"\xfb\xef\xbe\xff"

    usual, of_urls = base64.b64encode(block).decode(), base64.urlsafe_b64encode(block).decode()

    assert usual != of_urls
    assert _claim_of(of_urls) == _claim_of(of_urls.rstrip("=")) == _claim_of(usual)


def test_a_secret_block_that_is_a_uuid_as_in_moto_is_accepted() -> None:
    assert _claim_of("0f8fad5b-d9cb-469f-a165-70867728950e").signature


def test_the_timestamp_is_english_and_has_no_leading_zero_in_the_day() -> None:
    now = datetime(2026, 11, 3, 9, 5, 7, tzinfo=UTC).timestamp()

    claim = password_claim(new_ephemeral_key(), POOL, ServerChallenge("u", "ab", "ab", "AAAA"), "pw", now)

    assert claim.timestamp == "Tue Nov 3 09:05:07 UTC 2026"


def test_two_sign_ins_never_share_a_key() -> None:
    assert new_ephemeral_key().public != new_ephemeral_key().public


def test_a_key_has_256_bits_even_if_the_random_bits_are_zero() -> None:
    assert new_ephemeral_key(lambda _bits: 0).private.bit_length() == 256


def test_neither_the_key_nor_the_proof_shows_itself_in_a_traceback() -> None:
    key = EphemeralKey(private=123456789, public=2)
    claim = password_claim(key, POOL, ServerChallenge("u", "ab", "ab", "AAAA"), "pw", 0)

    assert "123456789" not in repr(key)
    assert claim.signature not in repr(claim)
