#!/usr/bin/env bash
# aws-jwt-verify and amazon-cognito-identity-js build every host name with amazonaws.com. In the AWS European Sovereign
# Cloud (eusc-de-east-1) Cognito is at amazonaws.eu, as Amazon's SDK knows: given a pool's ID, the one library expects an
# issuer and fetches a JWKS that don't exist there, the other signs in at a host that doesn't. Both take the region's
# name for valid. For GovCloud, which shares the usual suffix, all three agree.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund @aws-sdk/client-cognito-identity-provider@3.1169.0 aws-jwt-verify@5.2.1 \
    amazon-cognito-identity-js@6.3.21 >/dev/null
cat >seen.cjs <<'JS'
const { CognitoIdentityProviderClient } = require("@aws-sdk/client-cognito-identity-provider");
const { CognitoUserPool } = require("amazon-cognito-identity-js");
const { CognitoJwtVerifier } = require("aws-jwt-verify");
for (const region of ["us-gov-west-1", "eusc-de-east-1"]) {
  const pool = `${region}_AbCdEf123`;
  const seen = {
    "the SDK's endpoint": new CognitoIdentityProviderClient({ region }).config.endpointProvider({ Region: region }).url,
    "the verifier's issuer": CognitoJwtVerifier.parseUserPoolId(pool).issuer,
    "the sign-in's endpoint": new CognitoUserPool({ UserPoolId: pool, ClientId: "client" }).client.endpoint,
  };
  for (const [words, url] of Object.entries(seen)) console.log(`${words}: ${new URL(url).hostname}`);
}
JS
for name in @aws-sdk/client-cognito-identity-provider aws-jwt-verify amazon-cognito-identity-js; do
    echo "$name $(sed -n 's/^ *"version": "\(.*\)".*/\1/p' "node_modules/$name/package.json")"
done
node seen.cjs 2>/dev/null | tee seen.txt
diff seen.txt - <<'EXPECTED'
the SDK's endpoint: cognito-idp.us-gov-west-1.amazonaws.com
the verifier's issuer: cognito-idp.us-gov-west-1.amazonaws.com
the sign-in's endpoint: cognito-idp.us-gov-west-1.amazonaws.com
the SDK's endpoint: cognito-idp.eusc-de-east-1.amazonaws.eu
the verifier's issuer: cognito-idp.eusc-de-east-1.amazonaws.com
the sign-in's endpoint: cognito-idp.eusc-de-east-1.amazonaws.com
EXPECTED
