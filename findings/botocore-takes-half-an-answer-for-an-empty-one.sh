#!/usr/bin/env bash
# Up to botocore 1.43, a connection that closes in the middle of an answer raises an error: urllib3 compares what came
# with Content-Length. From 1.44.0 on, botocore asks urllib3 not to compare, and its JSON parser takes a body that it
# cannot read for an empty one: InitiateAuth "succeeds" without tokens and without a challenge. A caller that reads
# answer["AuthenticationResult"] fails with KeyError, and one that uses .get() goes on without a token.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for version in 1.43.106 1.44.8; do
    python3 -m venv "$version"
    "$version/bin/pip" install --quiet --disable-pip-version-check "botocore==$version" urllib3==2.8.0
done
cat >half.py <<'PY'
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import botocore
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import HTTPClientError
from botocore.session import Session

ANSWER = json.dumps({"AuthenticationResult": {"AccessToken": "a.b.c", "ExpiresIn": 3600}}).encode()


class Server(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER[: len(ANSWER) // 2])
        self.close_connection = True

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = Session().create_client(
    "cognito-idp",
    region_name="eu-west-1",
    endpoint_url=f"http://127.0.0.1:{server.server_port}",
    config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
)
try:
    answer = client.initiate_auth(ClientId="client", AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "alice"})
    print(f"botocore {botocore.__version__}: HTTP {answer.pop('ResponseMetadata')['HTTPStatusCode']}, {answer}")
except HTTPClientError as error:
    print(f"botocore {botocore.__version__}: {type(error).__name__}")
PY
for version in 1.43.106 1.44.8; do
    "$version/bin/python" half.py
done | tee seen.txt
diff seen.txt - <<'EXPECTED'
botocore 1.43.106: ConnectionClosedError
botocore 1.44.8: HTTP 200, {}
EXPECTED
