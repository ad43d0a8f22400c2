#!/usr/bin/env bash
# With a storage that answers null for what it lacks, as a browser's does, amazon-cognito-identity-js sends
# "DEVICE_KEY": null with every refresh of a user who has no device. AuthParameters is a map of strings in Amazon's API
# model: a server that checks its input by the model refuses each of these refreshes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund amazon-cognito-identity-js@6.3.21 >/dev/null
cat >seen.cjs <<'JS'
const http = require("http");
const {
  CognitoAccessToken, CognitoIdToken, CognitoRefreshToken, CognitoUser, CognitoUserPool, CognitoUserSession,
} = require("amazon-cognito-identity-js");
const token = `e30.${Buffer.from(JSON.stringify({ exp: 4102444800, iat: 0 })).toString("base64url")}.c2ln`;
const server = http.createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  console.log(request.headers["x-amz-target"].split(".")[1], JSON.stringify(JSON.parse(body).AuthParameters));
  response.end(JSON.stringify({ AuthenticationResult: { AccessToken: token, IdToken: token } }));
});
server.listen(0, "127.0.0.1", () => {
  const items = new Map();
  const storage = { // The Web Storage standard: getItem of a key that is not there is null.
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
    removeItem: (key) => items.delete(key),
    clear: () => items.clear(),
  };
  const pool = new CognitoUserPool({
    UserPoolId: "eu-west-1_AbCdEf123", ClientId: "client", endpoint: `http://127.0.0.1:${server.address().port}/`,
    Storage: storage,
  });
  const user = new CognitoUser({ Username: "alice", Pool: pool, Storage: storage });
  // As a sign-in leaves it.
  user.setSignInUserSession(new CognitoUserSession({
    IdToken: new CognitoIdToken({ IdToken: token }),
    AccessToken: new CognitoAccessToken({ AccessToken: token }),
    RefreshToken: new CognitoRefreshToken({ RefreshToken: "refresh" }),
  }));
  user.refreshSession(new CognitoRefreshToken({ RefreshToken: "refresh" }), () => server.close());
});
JS
echo "amazon-cognito-identity-js $(node -p 'require("./node_modules/amazon-cognito-identity-js/package.json").version')"
node seen.cjs | tee seen.txt
diff seen.txt - <<'EXPECTED'
InitiateAuth {"REFRESH_TOKEN":"refresh","DEVICE_KEY":null}
EXPECTED
