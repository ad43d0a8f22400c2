#!/usr/bin/env bash
# ministack asks a custom challenge in a pool without any Lambda trigger.
# Amazon Cognito refuses CUSTOM_AUTH there: the pool has nothing that could define a challenge.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install -q --disable-pip-version-check ministack==1.5.33 cryptography==46.0.3 boto3==1.43.106
port=$(env/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
BIND_HOST=127.0.0.1 GATEWAY_PORT=$port SERVICES=cognito-idp IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 env/bin/ministack >server.log 2>&1 &
server=$!
cat >seen.py <<'PY'
import sys, time
import boto3
from botocore.exceptions import ClientError, EndpointConnectionError

cognito = boto3.client("cognito-idp", endpoint_url=sys.argv[1], region_name="eu-west-1",
                       aws_access_key_id="test", aws_secret_access_key="test")
for _ in range(100):
    try:
        cognito.list_user_pools(MaxResults=1)
        break
    except EndpointConnectionError:
        time.sleep(0.1)
pool = cognito.create_user_pool(PoolName="finding")["UserPool"]
client = cognito.create_user_pool_client(
    UserPoolId=pool["Id"], ClientName="finding", ExplicitAuthFlows=["ALLOW_CUSTOM_AUTH"])["UserPoolClient"]["ClientId"]
cognito.admin_create_user(UserPoolId=pool["Id"], Username="alice", MessageAction="SUPPRESS")
cognito.admin_set_user_password(UserPoolId=pool["Id"], Username="alice", Password="Permanent1!", Permanent=True)
asked = cognito.initiate_auth(ClientId=client, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": "alice"})
print("triggers of the pool:", pool.get("LambdaConfig") or "none")
print("asked:", asked.get("ChallengeName"))
PY
echo "ministack $(env/bin/pip show ministack | sed -n 's/^Version: //p')"
env/bin/python seen.py "http://127.0.0.1:$port" | tee seen.txt
diff seen.txt - <<'EXPECTED'
triggers of the pool: none
asked: CUSTOM_CHALLENGE
EXPECTED
