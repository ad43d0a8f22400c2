#!/usr/bin/env bash
# fastapi-cognito answers a client_credentials token of an app client with HTTP 500. It verifies signature, expiry and
# client, then fills a model that requires the claim "username", which Amazon Cognito gives to tokens of users only; the
# pydantic error isn't caught. It isn't a 401 or 403 either: the caller sees a broken server, and a retry won't help.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install -q --disable-pip-version-check \
    fastapi-cognito==2.10.0 fastapi==0.165.0 pydantic==2.14.4 httpx==0.28.1 PyJWT==2.15.1 cryptography==50.0.2 2>/dev/null
cat >seen.py <<'PY'
import json, threading, time, warnings
from http.server import BaseHTTPRequestHandler, HTTPServer

warnings.simplefilter("ignore")
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from fastapi_cognito import CognitoAuth, CognitoSettings

key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
jwks = {"keys": [{"alg": "RS256", "use": "sig", "kid": "1", "kty": "RSA", "n": public["n"], "e": public["e"]}]}


class Pool(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(jwks).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


pool = HTTPServer(("127.0.0.1", 0), Pool)
threading.Thread(target=pool.serve_forever, daemon=True).start()
auth = CognitoAuth(settings=CognitoSettings(
    check_expiration=True, jwt_header_name="Authorization", jwt_header_prefix="Bearer",
    userpools={"eu": {"region": "eu-west-1", "userpool_id": "eu-west-1_AbCdEf123", "app_client_id": "client",
                      "jwks_url": f"http://127.0.0.1:{pool.server_port}/jwks.json"}}))
app = FastAPI()


@app.get("/")
def read(token=Depends(auth.auth_required)):
    return {"sub": token.cognito_id}


now = int(time.time())
# The claims of an access token as the developer guide of Amazon Cognito lists them.
common = {"iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123", "version": 2, "client_id": "client",
          "token_use": "access", "auth_time": now, "iat": now, "exp": now + 3600, "jti": "1"}
tokens = {
    "a user": {"sub": "0001", "username": "alice", "origin_jti": "2", "event_id": "3",
               "scope": "aws.cognito.signin.user.admin"},
    "client_credentials": {"sub": "client", "scope": "api/read"},
    "client_credentials of another client": {"sub": "other", "client_id": "other", "scope": "api/read"},
}
for words, claims in tokens.items():
    token = jwt.encode(common | claims, key, algorithm="RS256", headers={"kid": "1"})
    answer = TestClient(app, raise_server_exceptions=False).get("/", headers={"Authorization": f"Bearer {token}"})
    print(f"{words}: HTTP {answer.status_code} {answer.text}")
PY
echo "fastapi-cognito $(env/bin/pip show fastapi-cognito 2>/dev/null | sed -n 's/^Version: //p')"
env/bin/python seen.py 2>/dev/null | tee seen.txt
diff seen.txt - <<'EXPECTED'
a user: HTTP 200 {"sub":"0001"}
client_credentials: HTTP 500 Internal Server Error
client_credentials of another client: HTTP 401 {"detail":"Error decoding JWT token."}
EXPECTED
