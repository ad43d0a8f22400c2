#!/usr/bin/env bash
# Installed without the package cryptography, ministack publishes a JWKS whose modulus is no base64url (RFC 7518, 6.3):
# nobody can verify its tokens. With cryptography beside it, key and signature are right.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder"
cat >seen.py <<'PY'
import base64, hashlib, json, sys, time, urllib.request
import boto3
from botocore.exceptions import EndpointConnectionError

url = sys.argv[1]
cognito = boto3.client("cognito-idp", endpoint_url=url, region_name="eu-west-1",
                       aws_access_key_id="test", aws_secret_access_key="test")
for _ in range(100):
    try:
        cognito.list_user_pools(MaxResults=1)
        break
    except EndpointConnectionError:
        time.sleep(0.1)
pool = cognito.create_user_pool(PoolName="finding")["UserPool"]["Id"]
client = cognito.create_user_pool_client(
    UserPoolId=pool, ClientName="finding",
    ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])["UserPoolClient"]["ClientId"]
cognito.admin_create_user(UserPoolId=pool, Username="alice", MessageAction="SUPPRESS")
cognito.admin_set_user_password(UserPoolId=pool, Username="alice", Password="Permanent1!", Permanent=True)
token = cognito.initiate_auth(
    ClientId=client, AuthFlow="USER_PASSWORD_AUTH",
    AuthParameters={"USERNAME": "alice", "PASSWORD": "Permanent1!"})["AuthenticationResult"]["AccessToken"]
signed, _, signature = token.rpartition(".")


def raw(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


kid = json.loads(raw(signed.split(".")[0]))["kid"]
keys = {key["kid"]: key for key in json.load(urllib.request.urlopen(f"{url}/{pool}/.well-known/jwks.json"))["keys"]}
modulus = keys[kid]["n"]
if len(modulus) % 4 == 1:
    sys.exit(print(f"the modulus in its JWKS is no base64url: {len(modulus)} characters"))
n, e = (int.from_bytes(raw(keys[kid][name]), "big") for name in "ne")
# RSASSA-PKCS1-v1_5 (RFC 8017): the padded block ends with the digest.
block = pow(int.from_bytes(raw(signature), "big"), e, n).to_bytes(n.bit_length() // 8 + 1, "big")
right = block.endswith(hashlib.sha256(signed.encode()).digest())
print("the RS256 signature is", "right" if right else "wrong", "by its JWKS")
PY
look() {
    python3 -m venv "$1"
    "$1/bin/pip" install -q --disable-pip-version-check ministack==1.5.33 boto3==1.43.106 ${2:-} 2>/dev/null
    port=$("$1/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    BIND_HOST=127.0.0.1 GATEWAY_PORT=$port SERVICES=cognito-idp IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 \
        "$1/bin/ministack" >server.log 2>&1 &
    server=$!
    echo "ministack 1.5.33 ${2:-without cryptography}: $("$1/bin/python" seen.py "http://127.0.0.1:$port")"
    kill "$server"
    wait "$server" 2>/dev/null || true
    server=
}
{ look bare; look beside cryptography==46.0.3; } | tee seen.txt
diff seen.txt - <<'EXPECTED'
ministack 1.5.33 without cryptography: the modulus in its JWKS is no base64url: 193 characters
ministack 1.5.33 cryptography==46.0.3: the RS256 signature is right by its JWKS
EXPECTED
