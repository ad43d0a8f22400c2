"""SRP proofs recorded from pycognito: `python -m tests.unit.cognito.srp_vectors` writes them again.

A proof costs a test 30 ms, half of it in pycognito. Recorded ones cost half, and few are needed if they are chosen:
what an implementation gets wrong is the padding of a number, so each number of the protocol comes in each shape.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from pycognito.aws_srp import AWSSRP, calculate_u, hex_hash, hex_to_long, pad_hex

from cognitui.cognito.srp import EphemeralKey, ServerChallenge
from cognitui.model.challenge import RememberedDevice

POOL = "eu-west-1_AbCdEf123"
RECORDED = Path(__file__).with_name("srp_vectors.json")

SHAPES = ("starts with a set bit", "has an odd number of hexadecimal digits", "is short")
EACH_SHAPE = tuple(product(("A", "B", "salt", "u", "x", "S"), SHAPES, (False, True)))

_OF_EACH_SHAPE = 2
_MOST_DRAWS = 10_000
_DEVICES = 12


@dataclass(frozen=True, slots=True)
class Proof:
    """A challenge, what answers it, and the proof that pycognito gives."""

    private: int
    public: int
    user: str
    salt: str
    server_public: str
    block: str
    password: str
    """The user's or the device's."""
    device: tuple[str, str] | None
    """Its key and its group."""
    timestamp: str
    signature: str

    @property
    def key(self) -> EphemeralKey:
        """The client's key pair."""
        return EphemeralKey(self.private, self.public)

    @property
    def challenge(self) -> ServerChallenge:
        """What the server has sent."""
        return ServerChallenge(self.user, self.salt, self.server_public, self.block)

    @property
    def now(self) -> float:
        """When it was made, in seconds since the epoch."""
        return datetime.strptime(self.timestamp, "%a %b %d %H:%M:%S UTC %Y").replace(tzinfo=UTC).timestamp()

    @property
    def remembered_device(self) -> RememberedDevice:
        """The device that proves itself."""
        assert self.device is not None
        return RememberedDevice(*self.device, self.password)

    @property
    def row(self) -> dict[str, object]:
        """The proof as JSON holds it, with numbers as hexadecimal texts."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return {**fields, "private": f"{self.private:x}", "public": f"{self.public:x}"}


def recorded() -> tuple[Proof, ...]:
    """Return the proofs of the file."""
    rows = json.loads(RECORDED.read_text("ascii"))
    return tuple(_read(row) for row in rows)


def user_proof(chance: random.Random) -> Proof:
    """Return a random challenge for a user and pycognito's proof."""
    user, password = f"user-{chance.randrange(999)}", a_password(chance)
    oracle, sent = _oracle(chance, password=password), _sent(chance)
    answer = oracle.process_challenge({"USER_ID_FOR_SRP": user, **sent}, {"USERNAME": "x"})
    return _proof(oracle, user, sent, password, None, answer)


def device_proof(chance: random.Random) -> Proof:
    """Return a random challenge for a device and pycognito's proof."""
    key, group, password = f"eu-west-1_{chance.randrange(999)}", f"-g{chance.randrange(999)}", a_password(chance)
    oracle = _oracle(chance, password="", device_key=key, device_group_key=group, device_password=password)
    sent = _sent(chance)
    answer = oracle.process_device_challenge({"USERNAME": "u", **sent})
    return _proof(oracle, "u", sent, password, (key, group), answer)


def a_password(chance: random.Random) -> str:
    """Return twelve characters of ASCII, of other alphabets and beyond the basic plane."""
    return "".join(chr(chance.choice((*range(33, 127), *range(0xA1, 0x2FF), 0x1F600))) for _ in range(12))


def shapes(proof: Proof) -> Iterator[tuple[str, str, bool]]:
    """Yield how each number of a user's proof is written, as far as padding depends on it."""
    oracle = AWSSRP(username="x", password="x", pool_id=POOL, client_id="c", client=object())
    salt, server_public = int(proof.salt, 16), int(proof.server_public, 16)
    scramble = calculate_u(proof.public, server_public)
    identity = f"{POOL.partition('_')[2]}{proof.user}:{proof.password}"
    exponent = hex_to_long(hex_hash(pad_hex(salt) + hex_hash(identity.encode().hex())))
    base = server_public - oracle.val_k * pow(oracle.val_g, exponent, oracle.big_n)
    shared = pow(base, proof.private + scramble * exponent, oracle.big_n)
    numbers = {
        "A": (proof.public, 384), "B": (server_public, 384), "salt": (salt, 16),
        "u": (scramble, 32), "x": (exponent, 32), "S": (shared, 384),
    }  # fmt: skip
    for name, (number, size) in numbers.items():
        found = number.bit_length() % 8 == 0, len(f"{number:x}") % 2 == 1, number.bit_length() <= 8 * (size - 1)
        yield from ((name, shape, has_it) for shape, has_it in zip(SHAPES, found, strict=True))


def _chosen(chance: random.Random) -> Iterator[Proof]:
    wanted = dict.fromkeys(EACH_SHAPE, _OF_EACH_SHAPE)
    for _ in range(_MOST_DRAWS):
        proof = user_proof(chance)
        found = [shape for shape in shapes(proof) if shape in wanted]
        if found:
            yield proof
        for shape in found:
            wanted[shape] -= 1
            if not wanted[shape]:
                del wanted[shape]
        if not wanted:
            return
    raise SystemExit(f"Not found: {sorted(wanted)}")


def _oracle(chance: random.Random, **settings: str) -> AWSSRP:
    oracle = AWSSRP(username="x", pool_id=POOL, client_id="c", client=object(), **settings)
    oracle.small_a_value = chance.getrandbits(256) | 1 << 255
    oracle.large_a_value = pow(oracle.val_g, oracle.small_a_value, oracle.big_n)
    return oracle


def _sent(chance: random.Random) -> dict[str, str]:
    public = chance.getrandbits(chance.choice((3060, 3064, 3071, 3071, 3071))) | 1
    return {
        "SALT": f"{chance.getrandbits(chance.choice((8, 120, 127, 128))):x}",
        "SRP_B": f"{public:x}",
        "SECRET_BLOCK": base64.b64encode(chance.randbytes(200)).decode(),
    }


def _proof(
    oracle: AWSSRP,
    user: str,
    sent: dict[str, str],
    password: str,
    device: tuple[str, str] | None,
    answer: dict[str, str],
) -> Proof:
    return Proof(
        private=oracle.small_a_value,
        public=oracle.large_a_value,
        user=user,
        salt=sent["SALT"],
        server_public=sent["SRP_B"],
        block=sent["SECRET_BLOCK"],
        password=password,
        device=device,
        timestamp=answer["TIMESTAMP"],
        signature=answer["PASSWORD_CLAIM_SIGNATURE"],
    )


def _read(row: dict[str, str | list[str] | None]) -> Proof:
    fields = dict(row)
    numbers = {name: int(str(fields.pop(name)), 16) for name in ("private", "public")}
    device = fields.pop("device")
    pair = (device[0], device[1]) if device else None
    return Proof(**numbers, device=pair, **{name: str(value) for name, value in fields.items()})  # type: ignore[arg-type]  # by name


if __name__ == "__main__":
    chance = random.Random(6_056)
    proofs = [*_chosen(chance), *(device_proof(chance) for _ in range(_DEVICES))]
    RECORDED.write_text(json.dumps([proof.row for proof in proofs], indent=1) + "\n", "ascii")
