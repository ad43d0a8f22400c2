#!/usr/bin/env bash
# cognito-local issues a refresh token after a challenge, but never stores it: the first refresh is refused.
# A refresh token from a sign-in without a challenge works, and at Amazon Cognito both do.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund cognito-local@5.3.0 >/dev/null
port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
HOST=127.0.0.1 PORT=$port node node_modules/.bin/cognito-local >server.log 2>&1 &
server=$!
cat >seen.mjs <<'JS'
const url = `http://127.0.0.1:${process.argv[2]}/`;
async function call(operation, body) {
  const headers = {
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": `AWSCognitoIdentityProviderService.${operation}`,
  };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: answer.status, ...(await answer.json()) };
}
for (let tries = 0; ; tries++) {
  try { await call("ListUserPools", { MaxResults: 1 }); break; }
  catch (error) { if (tries > 100) throw error; await new Promise((go) => setTimeout(go, 100)); }
}
const pool = (await call("CreateUserPool", { PoolName: "finding" })).UserPool.Id;
const client = (await call("CreateUserPoolClient", { UserPoolId: pool, ClientName: "finding" })).UserPoolClient.ClientId;
await call("AdminCreateUser", { UserPoolId: pool, Username: "alice@example.com", TemporaryPassword: "Temporary1!", MessageAction: "SUPPRESS" });
const signIn = (password) => call("InitiateAuth", {
  ClientId: client, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME: "alice@example.com", PASSWORD: password },
});
const refresh = (tokens) => call("InitiateAuth", {
  ClientId: client, AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: { REFRESH_TOKEN: tokens.RefreshToken },
});
const asked = await signIn("Temporary1!");
const after = await call("RespondToAuthChallenge", {
  ClientId: client, ChallengeName: asked.ChallengeName, Session: asked.Session,
  ChallengeResponses: { USERNAME: "alice@example.com", NEW_PASSWORD: "Permanent1!" },
});
const refused = await refresh(after.AuthenticationResult);
const direct = await refresh((await signIn("Permanent1!")).AuthenticationResult);
console.log(`challenge: ${asked.ChallengeName}, refresh token given: ${Boolean(after.AuthenticationResult.RefreshToken)}`);
console.log(`refresh after the challenge: HTTP ${refused.status} ${refused.__type ?? "tokens"}`);
console.log(`refresh after a sign-in without a challenge: HTTP ${direct.status} ${direct.__type ?? "tokens"}`);
JS
echo "cognito-local $(node -p 'require("./node_modules/cognito-local/package.json").version'), node $(node --version)"
node seen.mjs "$port" | tee seen.txt
diff seen.txt - <<'EXPECTED'
challenge: NEW_PASSWORD_REQUIRED, refresh token given: true
refresh after the challenge: HTTP 400 NotAuthorizedException
refresh after a sign-in without a challenge: HTTP 200 tokens
EXPECTED
