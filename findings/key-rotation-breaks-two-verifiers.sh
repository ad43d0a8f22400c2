#!/usr/bin/env bash
# After a user pool starts signing with a new key, @southlane/cognito-jwt-verifier refuses the first token it sees: it
# fetches the JWKS again, verifies the token with it, and still throws the old error. The same token passes at the second
# try. cognito-express fetches the JWKS once per process, so it refuses every token until a restart. Amazon's developer
# guide says that keys may rotate and to fetch the JWKS again for an unknown kid; aws-jwt-verify does just that.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund @southlane/cognito-jwt-verifier@0.1.8 cognito-express@3.0.4 \
    aws-jwt-verify@5.2.1 jsonwebtoken@9.0.3 nock@14.0.17 >/dev/null
cat >seen.cjs <<'JS'
const { generateKeyPairSync } = require("crypto");
const { verifierFactory } = require("@southlane/cognito-jwt-verifier");
const { CognitoJwtVerifier } = require("aws-jwt-verify");
const CognitoExpress = require("cognito-express");
const jwt = require("jsonwebtoken");
const nock = require("nock");

const [region, userPoolId, clientId, tokenUse] = ["eu-west-1", "eu-west-1_AbCdEf123", "client", "access"];
const host = `https://cognito-idp.${region}.amazonaws.com`;
const keys = [];
let fetches = 0;
nock(host).persist().get(`/${userPoolId}/.well-known/jwks.json`).reply(200, () => { fetches++; return { keys }; });

function tokenOfNewKey(kid) {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  keys.push({ ...publicKey.export({ format: "jwk" }), alg: "RS256", kid, use: "sig" });
  const claims = { iss: `${host}/${userPoolId}`, sub: "alice", client_id: clientId, token_use: tokenUse, username: "alice" };
  return jwt.sign(claims, privateKey, { algorithm: "RS256", keyid: kid, expiresIn: "1h" });
}

(async () => {
  const amazons = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse });
  const southlane = verifierFactory({ region, userPoolId, appClientId: clientId, tokenType: tokenUse });
  const express = new CognitoExpress({ region, cognitoUserPoolId: userPoolId, tokenUse });
  const verifiers = {
    "aws-jwt-verify": (token) => amazons.verify(token),
    "@southlane/cognito-jwt-verifier": (token) => southlane.verify(token),
    "cognito-express": (token) => express.validate(token),
  };
  const seen = async (verify, token) => {
    const before = fetches;
    const result = await verify(token).then(() => "verified", (error) => error.message);
    return `${result}, JWKS fetched ${fetches - before}x`;
  };
  const before = tokenOfNewKey("first");
  for (const verify of Object.values(verifiers)) await verify(before);
  const after = tokenOfNewKey("second");
  for (const [name, verify] of Object.entries(verifiers))
    for (const words of ["first try", "second try"]) console.log(`${name}, ${words}: ${await seen(verify, after)}`);
})();
JS
for name in aws-jwt-verify @southlane/cognito-jwt-verifier cognito-express; do
    echo "$name $(sed -n 's/^ *"version": "\(.*\)".*/\1/p' "node_modules/$name/package.json")"
done
node seen.cjs | tee seen.txt
diff seen.txt - <<'EXPECTED'
aws-jwt-verify, first try: verified, JWKS fetched 1x
aws-jwt-verify, second try: verified, JWKS fetched 0x
@southlane/cognito-jwt-verifier, first try: Cannot find matching key in key set, JWKS fetched 1x
@southlane/cognito-jwt-verifier, second try: verified, JWKS fetched 0x
cognito-express, first try: Invalid access token, JWKS fetched 0x
cognito-express, second try: Invalid access token, JWKS fetched 0x
EXPECTED
