#!/usr/bin/env bash
# pycognito can't verify an ID token with an at_hash claim: it raises a bare TypeError, as it hashes the access token as
# a string and compares bytes. Amazon Cognito puts at_hash into the ID tokens of a browser sign-in (OpenID Connect Core
# 1.0, 3.1.3.6). A refresh verifies its answer in the same way, so it raises, too. Without at_hash all is well: tests
# with tokens of a sign-in with a password pass.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install -q --disable-pip-version-check pycognito==2024.5.1 PyJWT==2.15.1 cryptography==50.0.2 2>/dev/null
cat >seen.py <<'PY'
import base64, hashlib, json, time
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from pycognito import Cognito
from pycognito.exceptions import TokenVerificationException

POOL, CLIENT = "eu-west-1_AbCdEf123", "client"
key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
jwks = {"keys": [{"alg": "RS256", "use": "sig", "kid": "1", "kty": "RSA", "n": public["n"], "e": public["e"]}]}
now = int(time.time())
common = {"iss": f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL}", "sub": "alice", "iat": now, "exp": now + 3600}


def token(**claims):
    return jwt.encode(common | claims, key, algorithm="RS256", headers={"kid": "1"})


access = token(token_use="access", client_id=CLIENT, scope="openid")
# The left half of the SHA-256 of the access token, in base64url without padding.
at_hash = base64.urlsafe_b64encode(hashlib.sha256(access.encode()).digest()[:16]).rstrip(b"=").decode()
for words, claims in (("without at_hash", {}), ("with the right at_hash", {"at_hash": at_hash})):
    user = Cognito(POOL, CLIENT, access_token=access, id_token=token(token_use="id", aud=CLIENT, **claims),
                   access_key="test", secret_key="test")
    user.pool_jwk = jwks
    try:
        user.verify_tokens()
        print(f"{words}: verified")
    except Exception as error:
        kind = "a" if isinstance(error, TokenVerificationException) else "no"
        print(f"{words}: {type(error).__name__}, {kind} TokenVerificationException")
PY
echo "pycognito $(env/bin/pip show pycognito 2>/dev/null | sed -n 's/^Version: //p')"
env/bin/python seen.py | tee seen.txt
diff seen.txt - <<'EXPECTED'
without at_hash: verified
with the right at_hash: TypeError, no TokenVerificationException
EXPECTED
