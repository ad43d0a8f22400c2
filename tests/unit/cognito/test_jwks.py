from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import cache

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from cognitui.cognito.jwks import TokenVerifier
from cognitui.model.errors import ServiceFault, Unreachable
from cognitui.model.issuer import issuer_of
from cognitui.model.profile import Profile
from tests.unit.fakes import CLIENT, NOW, POOL, FakeClock, make_profile

ISSUER = f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL}"
EVIL = "https://evil.example"
PROFILE = make_profile("dev/alice")


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """Return a key for a `kid`; making one takes 0.1 s."""
    return rsa.generate_private_key(public_exponent=65537, key_size=1024 if name == "short" else 2048)


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def number(value: int) -> str:
    return base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def jwk(key_id: str, **more: object) -> dict[str, object]:
    public = private_key(key_id).public_key().public_numbers()
    entry = {"kid": key_id, "kty": "RSA", "alg": "RS256", "use": "sig", "n": number(public.n), "e": number(public.e)}
    return {**entry, **more}


def jwks(*entries: Mapping[str, object]) -> bytes:
    return json.dumps({"keys": entries or [jwk("key-1")]}).encode()


def unsigned(claims: Mapping[str, object], header: Mapping[str, object]) -> str:
    return ".".join(base64url(json.dumps(dict(part)).encode()) for part in (header, claims))


def signed(claims: Mapping[str, object], header: Mapping[str, object] | None = None, by: str = "key-1") -> str:
    body = unsigned(claims, {"alg": "RS256", "kid": by, **(header or {})})
    return f"{body}.{base64url(private_key(by).sign(body.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def access(**more: object) -> dict[str, object]:
    said = {"iss": ISSUER, "token_use": "access", "client_id": CLIENT, "sub": "5f2c", "exp": NOW + 3600, "iat": NOW}
    return {name: value for name, value in {**said, **more}.items() if value is not None}


def id_claims(**more: object) -> dict[str, object]:
    return access(**{"token_use": "id", "client_id": None, "aud": CLIENT, **more})


class FakeWeb:
    """Serves the same at every address and remembers who was asked."""

    def __init__(self, body: bytes | None = None) -> None:
        self.body = jwks() if body is None else body
        self.asked: list[str] = []

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        return self.body


class Check:
    """A verifier with its fakes."""

    def __init__(self, body: bytes | None = None) -> None:
        self.web = FakeWeb(body)
        self.clock = FakeClock()
        self.verifier = TokenVerifier(self.web, self.clock)

    def reason(self, token: str, profile: Profile = PROFILE) -> str:
        verification = self.verifier.verify(profile, token)
        assert verification.verified == (not verification.reason)
        return verification.reason


# What is genuine


def test_an_access_token_of_the_pool_and_the_client_is_verified() -> None:
    verification = Check().verifier.verify(PROFILE, signed(access()))
    assert verification.verified
    assert verification.reason == ""
    assert (verification.algorithm, verification.key_id, verification.issuer) == ("RS256", "key-1", ISSUER)


def test_an_id_token_is_verified_by_its_audience() -> None:
    assert Check().reason(signed(id_claims())) == ""


def test_a_pasted_token_is_verified_without_its_wrapping() -> None:
    assert Check().reason(f" Authorization: Bearer {signed(access())}\n") == ""


def test_clocks_may_differ_by_a_minute() -> None:
    assert Check().reason(signed(access(exp=NOW - 59))) == ""
    assert Check().reason(signed(access(nbf=NOW + 59))) == ""


def test_the_times_are_those_of_the_clock_of_the_issuer() -> None:
    asked: list[str] = []

    def an_hour_behind(issuer: str) -> float:
        asked.append(issuer)
        return NOW - 3600

    ours = FakeClock(NOW)
    fresh = signed(access(iat=NOW - 3600, exp=NOW - 1800))

    assert TokenVerifier(FakeWeb(), ours, an_hour_behind).verify(PROFILE, fresh).verified
    assert not TokenVerifier(FakeWeb(), ours).verify(PROFILE, fresh).verified
    assert asked == [ISSUER]


# Whose keys


@pytest.mark.parametrize(
    ("profile", "issuer"),
    [
        (PROFILE, ISSUER),
        (make_profile(user_pool_id="cn-north-1_AbC"), "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_AbC"),
        (make_profile(endpoint_url="http://localhost:4566/"), f"http://localhost:4566/{POOL}"),
        (make_profile(endpoint_url="https://cognito-idp-fips.us-east-1.amazonaws.com"), ISSUER),
        (make_profile(user_pool_id="local_1", endpoint_url="http://127.0.0.1:9229"), "http://127.0.0.1:9229/local_1"),
        (make_profile(user_pool_id=None, endpoint_url="http://localhost:4566"), ""),
    ],
)
def test_the_issuer_is_built_from_the_profile(profile: Profile, issuer: str) -> None:
    assert issuer_of(profile) == issuer
    check = Check()
    if issuer:
        assert check.reason(signed(access(iss=issuer)), profile) == ""
        assert check.web.asked == [f"{issuer}/.well-known/jwks.json"]


def test_an_emulator_that_writes_the_name_of_aws_is_checked_with_its_own_keys() -> None:
    check = Check()
    assert check.reason(signed(access()), make_profile(endpoint_url="http://localhost:4566")) == ""
    assert check.web.asked == [f"http://localhost:4566/{POOL}/.well-known/jwks.json"]


def test_a_profile_without_a_pool_has_no_keys_to_check_with() -> None:
    check = Check()
    assert "names no user pool" in check.reason(signed(access()), make_profile(user_pool_id=None))
    assert check.web.asked == []


def test_keys_are_fetched_once_a_run_and_pool() -> None:
    check = Check()
    for _ in range(3):
        check.reason(signed(access()))
        check.clock.advance(600)
    assert len(check.web.asked) == 1


def test_a_new_key_is_looked_for_at_most_once_a_minute() -> None:
    check = Check()
    token = signed(access(exp=NOW + 9000), by="key-2")
    assert "not the pool's (key-2)" in check.reason(token)
    check.web.body = jwks(jwk("key-1"), jwk("key-2"))
    check.clock.advance(59)
    assert check.reason(token)
    assert len(check.web.asked) == 1
    check.clock.advance(1)
    assert check.reason(token) == ""
    assert len(check.web.asked) == 2


def test_a_stream_of_forged_key_ids_is_no_stream_of_requests() -> None:
    check = Check()
    for forged in range(50):
        assert check.reason(signed(access(), {"kid": f"forged-{forged}"}))
    assert len(check.web.asked) == 1


def test_keys_that_could_not_be_fetched_are_asked_for_again() -> None:
    class Flaky(FakeWeb):
        def __call__(self, url: str) -> bytes:
            if not super().__call__(url) or len(self.asked) == 1:
                raise Unreachable("Nobody answers.")
            return self.body

    verifier = TokenVerifier(Flaky(), FakeClock())
    with pytest.raises(Unreachable):
        verifier.verify(PROFILE, signed(access()))
    assert verifier.verify(PROFILE, signed(access())).verified


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        (b"<html>502</html>", "is not JSON"),
        (b"\xff", "is not UTF-8"),
        (b"[]", "is not a JSON object"),
        (b"{}", "contains no keys"),
        (b'{"keys": "none"}', "contains no keys"),
        (b'{"keys": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "is nested too deeply"),
        (b'{"keys": [' + b" " * 262_144 + b"]}", "longer than 256 KB"),
    ],
    ids=range(7),
)
def test_an_answer_without_keys_is_a_service_error(body: bytes, cause: str) -> None:
    with pytest.raises(ServiceFault, match=cause) as caught:
        Check(body).verifier.verify(PROFILE, signed(access()))
    assert caught.value.fix


@pytest.mark.parametrize(
    "entry",
    [
        {"kty": "oct", "k": "c2VjcmV0"},
        {"use": "enc"},
        {"alg": "RS512"},
        {"n": 5},
        {"n": "AA", "e": "AQ"},
        {"e": None},
        {"kty": "EC"},
    ],
)
def test_a_key_that_is_not_for_rs256_signatures_is_passed_over(entry: dict[str, object]) -> None:
    check = Check(jwks(jwk("key-1", **entry), jwk("key-2")))
    assert "not the pool's" in check.reason(signed(access(), by="key-1"))
    assert check.reason(signed(access(), by="key-2")) == ""


def test_a_key_that_is_too_short_to_be_safe_verifies_nothing() -> None:
    assert "signature does not fit" in Check(jwks(jwk("short"))).reason(signed(access(), by="short"))


# Hostile tokens: no request is made if the header is enough


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", None, "HS256", "RS512", "PS256", 5, ["RS256"]])
def test_another_algorithm_is_refused_before_anything_is_fetched(algorithm: object) -> None:
    check = Check()
    assert "Cognito signs with RS256 only" in check.reason(signed(access(), {"alg": algorithm}))
    assert check.web.asked == []


def test_a_token_without_a_signature_is_refused() -> None:
    assert "RS256 only" in Check().reason(unsigned(access(), {"alg": "none", "kid": "key-1"}) + ".")
    assert "signature does not fit" in Check().reason(unsigned(access(), {"alg": "RS256", "kid": "key-1"}) + ".")


@pytest.mark.parametrize("algorithm", ["HS256", "RS256"])
def test_an_hmac_made_with_the_public_key_is_refused(algorithm: str) -> None:
    body = unsigned(access(), {"alg": algorithm, "kid": "key-1"})
    public = private_key("key-1").public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    forged = f"{body}.{base64url(hmac.new(pem, body.encode(), hashlib.sha256).digest())}"
    assert Check().reason(forged)


def test_a_key_that_the_token_brings_along_is_not_used() -> None:
    check = Check()
    for header in ({"jwk": jwk("evil")}, {"jku": f"{EVIL}/jwks.json"}, {"x5u": f"{EVIL}/cert.pem"}, {"x5c": ["MII"]}):
        assert "signature does not fit" in check.reason(signed(access(), {**header, "kid": "key-1"}, by="evil"))
    assert check.web.asked == [f"{ISSUER}/.well-known/jwks.json"]


@pytest.mark.parametrize("issuer", [EVIL, f"{ISSUER}/", f"{ISSUER}@evil.example", ISSUER.upper(), None, 5, [ISSUER]])
def test_a_foreign_issuer_is_refused_and_never_asked(issuer: object) -> None:
    check = Check()
    assert "the issuer of dev/alice is" in check.reason(signed(access(iss=issuer), by="evil"))
    assert check.web.asked == []


@pytest.mark.parametrize("key_id", [None, 5, "", "../../key", f"{EVIL}/key", "key-1\x00", ["key-1"], {"a": 1}])
def test_a_key_id_is_looked_up_and_nothing_else(key_id: object) -> None:
    check = Check()
    assert "not the pool's" in check.reason(signed(access(), {"kid": key_id}))
    assert set(check.web.asked) <= {f"{ISSUER}/.well-known/jwks.json"}


def test_a_changed_claim_breaks_the_signature() -> None:
    header, _, signature = signed(access()).split(".")
    changed = base64url(json.dumps(access(sub="admin")).encode())
    assert "signature does not fit" in Check().reason(f"{header}.{changed}.{signature}")


def test_an_extension_that_is_critical_and_unknown_is_refused() -> None:
    assert "(crit)" in Check().reason(signed(access(), {"crit": ["b64"], "b64": False}))


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        (access(exp=NOW - 60), "It has expired 1m ago."),
        (access(exp=NOW - 7200), "It has expired 2h ago."),
        (access(exp=None), "It does not say when it ends"),
        (access(exp="tomorrow"), "It does not say when it ends"),
        (access(exp=True), "It does not say when it ends"),
        (access(exp=10**400), "It does not say when it ends"),
        (access(nbf=NOW + 61), "It is not valid yet"),
        (access(nbf="later"), "It does not say when it ends (exp) or begins"),
        (access(token_use=None), "It is neither an access nor an ID token (token_use is missing)"),
        (access(token_use="refresh"), "It is neither an access nor an ID token"),
        (access(client_id="another"), "It was issued to another app client (client_id is another)."),
        (access(client_id=None, aud=CLIENT), "It was issued to another app client (client_id is missing)."),
        (id_claims(aud="another"), "It was issued to another app client (aud is another)."),
        (id_claims(aud=["another", CLIENT]), "It was issued to another app client (aud is no text)."),
        (id_claims(aud=None, client_id=CLIENT), "It was issued to another app client (aud is missing)."),
    ],
)
def test_an_invalid_claim_is_explained_in_a_sentence(claims: dict[str, object], reason: str) -> None:
    assert Check().reason(signed(claims)).startswith(reason)


def test_a_profile_without_a_client_matches_no_token() -> None:
    assert "another app client" in Check().reason(signed(access(client_id="")), make_profile(client_id=None))


@pytest.mark.parametrize("token", ["", "opaque", "a.b", "e30.e30.", "a" * 13_000_000, "ü.ü.ü"], ids=range(6))
def test_what_is_no_token_is_not_verified_and_never_an_error(token: str) -> None:
    check = Check()
    assert check.reason(token)
    assert check.web.asked == []


def test_what_a_token_says_is_inert_in_the_reason() -> None:
    for token in (
        signed(access(), {"alg": "\x1b[2J"}),
        signed(access(iss="\x1b[2J\u202e")),
        signed(access(), {"kid": "\x1b[2J"}),
        signed(access(client_id="\x1b[2J")),
    ):
        verification = Check().verifier.verify(PROFILE, token)
        assert not verification.verified
        assert (verification.reason + verification.algorithm + verification.key_id).isprintable()
