#!/usr/bin/env bash
# botocore takes an HTML page with status 200 (a proxy's, a captive portal's) for a successful answer of InitiateAuth:
# no exception, neither tokens nor a challenge. For the same page from STS it raises a bare KeyError, and for a page that
# is not well-formed XML a ResponseParserError: neither is a BotoCoreError.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install -q --disable-pip-version-check boto3==1.43.106 botocore==1.43.106 2>/dev/null
cat >seen.py <<'PY'
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import boto3
from botocore.exceptions import BotoCoreError

PAGES = {
    "well-formed": b"<html><body>Please log in to the network.</body></html>",
    "not well-formed": b"<html><body>Please log in<br>to the network.</body></html>",
}
page = b""


class Portal(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *args):
        pass


portal = HTTPServer(("127.0.0.1", 0), Portal)
threading.Thread(target=portal.serve_forever, daemon=True).start()
access = {"endpoint_url": f"http://127.0.0.1:{portal.server_port}", "region_name": "eu-west-1",
          "aws_access_key_id": "test", "aws_secret_access_key": "test"}
for words, page in PAGES.items():
    answer = boto3.client("cognito-idp", **access).initiate_auth(
        ClientId="client", AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "alice", "PASSWORD": "secret"})
    found = sorted(set(answer) - {"ResponseMetadata"}) or "a result without a member, no exception"
    try:
        boto3.client("sts", **access).get_caller_identity()
    except Exception as error:
        kind = "a" if isinstance(error, BotoCoreError) else "no"
        print(f"{words}: InitiateAuth: {found}; GetCallerIdentity: {type(error).__name__}, {kind} BotoCoreError")
PY
echo "botocore $(env/bin/pip show botocore 2>/dev/null | sed -n 's/^Version: //p')"
env/bin/python seen.py | tee seen.txt
diff seen.txt - <<'EXPECTED'
well-formed: InitiateAuth: a result without a member, no exception; GetCallerIdentity: KeyError, no BotoCoreError
not well-formed: InitiateAuth: a result without a member, no exception; GetCallerIdentity: ResponseParserError, no BotoCoreError
EXPECTED
