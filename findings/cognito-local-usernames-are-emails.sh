#!/usr/bin/env bash
# A pool that cognito-local creates without UsernameAttributes takes e-mail addresses as usernames only, also if the
# caller passes an empty list. At Amazon Cognito such a pool takes any username.
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
for (const [words, options] of [["not given", {}], ["empty", { UsernameAttributes: [] }]]) {
  const pool = (await call("CreateUserPool", { PoolName: "finding", ...options })).UserPool.Id;
  const user = { UserPoolId: pool, MessageAction: "SUPPRESS" };
  const plain = await call("AdminCreateUser", { ...user, Username: "alice" });
  const email = await call("AdminCreateUser", { ...user, Username: "alice@example.com" });
  console.log(`UsernameAttributes ${words}: alice HTTP ${plain.status} ${plain.message ?? ""}; e-mail HTTP ${email.status}`);
}
JS
echo "cognito-local $(node -p 'require("./node_modules/cognito-local/package.json").version'), node $(node --version)"
node seen.mjs "$port" | tee seen.txt
diff seen.txt - <<'EXPECTED'
UsernameAttributes not given: alice HTTP 400 Username should be an email.; e-mail HTTP 200
UsernameAttributes empty: alice HTTP 400 Username should be an email.; e-mail HTTP 200
EXPECTED
