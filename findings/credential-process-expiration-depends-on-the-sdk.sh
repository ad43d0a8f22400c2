#!/usr/bin/env bash
# A credential_process gives its Expiration as an ISO 8601 timestamp, says Amazon's reference guide, but each SDK reads
# only some forms of it. For the basic form (20260101T120000Z) the SDK for JavaScript makes an Invalid Date and says
# nothing: the credentials never expire for it, and it goes on signing with them. For a time without an offset botocore
# raises a bare TypeError at the first use. Each SDK reads the form at which the other one fails.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install -q --disable-pip-version-check botocore==1.44.8 2>/dev/null
npm install --silent --no-audit --no-fund \
    @aws-sdk/credential-providers@3.1175.0 @aws-sdk/client-cognito-identity-provider@3.1169.0 >/dev/null
cat >process.cjs <<'JS'
const { appendFileSync, readFileSync } = require("fs");
const [form, minutes] = process.argv.slice(2);
const whole = `${new Date(Date.now() + minutes * 60000).toISOString().slice(0, 19)}Z`;
const forms = { extended: whole, basic: whole.replace(/[-:]/g, ""), "no-offset": whole.slice(0, -1) };
appendFileSync(`runs-${form}`, ".");
console.log(JSON.stringify({
  Version: 1, AccessKeyId: `run-${readFileSync(`runs-${form}`).length}`, SecretAccessKey: "secret", SessionToken: "token",
  Expiration: forms[form],
}));
JS
for form in extended basic no-offset; do
    printf '[profile %s-60]\ncredential_process = node process.cjs %s 60\n' "$form" "$form"
    printf '[profile %s-2]\ncredential_process = node process.cjs %s 2\n' "$form" "$form"
done >config
cat >seen.py <<'PY'
from botocore.exceptions import BotoCoreError
from botocore.session import Session

for form in ("extended", "basic", "no-offset"):
    try:
        Session(profile=f"{form}-60").get_credentials().get_frozen_credentials()
        print(f"{form}, botocore: read")
    except Exception as error:
        kind = "a" if isinstance(error, BotoCoreError) else "no"
        print(f"{form}, botocore: {type(error).__name__}: {error}; {kind} BotoCoreError")
PY
cat >seen.mjs <<'JS'
import http from "http";
import { CognitoIdentityProviderClient, ListUserPoolsCommand } from "@aws-sdk/client-cognito-identity-provider";
import { fromIni } from "@aws-sdk/credential-providers";
let signers = [];
const server = http.createServer((request, response) => {
  signers.push(request.headers.authorization.match(/Credential=([^/]*)/)[1]);
  request.resume().on("end", () => response.end("{}"));
});
server.listen(0, "127.0.0.1", async () => {
  for (const form of ["extended", "basic", "no-offset"]) {
    signers = [];
    const credentials = fromIni({ profile: `${form}-2` }); // two minutes left: the SDK renews from five on
    const client = new CognitoIdentityProviderClient({
      region: "eu-west-1", endpoint: `http://127.0.0.1:${server.address().port}`, credentials,
    });
    for (let count = 0; count < 3; count++) await client.send(new ListUserPoolsCommand({ MaxResults: 1 }));
    const renewed = new Set(signers).size > 1 ? "renewed" : "never renewed";
    console.log(`${form}, JavaScript: expires ${isNaN((await credentials()).expiration) ? "Invalid Date" : "in time"}, ${renewed}`);
  }
  server.close();
});
JS
export AWS_CONFIG_FILE=$folder/config AWS_SHARED_CREDENTIALS_FILE=$folder/none TZ=UTC
unset AWS_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
echo "botocore $(env/bin/pip show botocore 2>/dev/null | sed -n 's/^Version: //p')"
echo "@aws-sdk/credential-providers $(sed -n 's/^ *"version": "\(.*\)".*/\1/p' node_modules/@aws-sdk/credential-providers/package.json)"
{ env/bin/python seen.py; node seen.mjs 2>/dev/null; } | tee seen.txt
diff seen.txt - <<'EXPECTED'
extended, botocore: read
basic, botocore: read
no-offset, botocore: TypeError: can't subtract offset-naive and offset-aware datetimes; no BotoCoreError
extended, JavaScript: expires in time, renewed
basic, JavaScript: expires Invalid Date, never renewed
no-offset, JavaScript: expires in time, renewed
EXPECTED
