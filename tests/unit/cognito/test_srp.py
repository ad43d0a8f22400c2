"""Our SRP against an independent implementation, and against what the protocol forbids."""

from __future__ import annotations

import base64
import random
from datetime import UTC, datetime

import pytest

from cognitui.cognito import srp
from cognitui.cognito.srp import (
    EphemeralKey,
    PasswordClaim,
    ServerChallenge,
    device_claim,
    new_ephemeral_key,
    password_claim,
)
from cognitui.model.errors import ServiceFault
from tests.unit.cognito.srp_vectors import EACH_SHAPE, POOL, Proof, device_proof, recorded, shapes, user_proof

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning:pycognito")
"""pycognito 2024.5.1 dates its proofs by `utcnow`, which is deprecated since Python 3.12."""

PRIME = srp._PRIME


PROOFS = recorded()


@pytest.mark.parametrize("proof", [proof for proof in PROOFS if not proof.device])
def test_a_proof_is_the_one_that_was_recorded_from_pycognito(proof: Proof) -> None:
    claim = password_claim(proof.key, POOL, proof.challenge, proof.password, proof.now)

    assert (claim.signature, claim.timestamp) == (proof.signature, proof.timestamp)


@pytest.mark.parametrize("proof", [proof for proof in PROOFS if proof.device])
def test_a_device_proof_is_the_one_that_was_recorded_from_pycognito(proof: Proof) -> None:
    claim = device_claim(proof.key, proof.remembered_device, proof.challenge, proof.now)

    assert (claim.signature, claim.timestamp) == (proof.signature, proof.timestamp)


def test_the_recorded_proofs_have_each_number_in_each_shape() -> None:
    found = {shape for proof in PROOFS if not proof.device for shape in shapes(proof)}

    assert found == set(EACH_SHAPE)


@pytest.mark.parametrize("seed", range(3))
def test_it_agrees_with_pycognito_today(seed: int) -> None:
    proof = user_proof(random.Random(seed))

    claim = password_claim(proof.key, POOL, proof.challenge, proof.password, proof.now)

    assert (claim.signature, claim.timestamp) == (proof.signature, proof.timestamp)


def test_a_device_proof_agrees_with_pycognito_today() -> None:
    proof = device_proof(random.Random(0))

    claim = device_claim(proof.key, proof.remembered_device, proof.challenge, proof.now)

    assert (claim.signature, claim.timestamp) == (proof.signature, proof.timestamp)


def test_a_key_pair_is_the_one_of_pycognito() -> None:
    assert all(new_ephemeral_key(lambda _bits, proof=proof: proof.private) == proof.key for proof in PROOFS[:3])  # type: ignore[misc]  # bound


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
