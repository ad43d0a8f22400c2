#!/usr/bin/env bash
# cognito-srp (npm) signs a wrong password claim if SRP_B has an odd number of hex digits: Node's Buffer.from(text,
# "hex") silently drops the last digit, and the hash over A and B comes out wrong. SRP_B is a number of 3072 bits in hex,
# so one sign-in in sixteen fails with the right password, and the next try works. Amazon's clients, and
# cognito-srp-helper, read SRP_B as a number and pad it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund cognito-srp@0.2.0 cognito-srp-helper@2.3.4 >/dev/null
cat >seen.cjs <<'JS'
const { createHash, createHmac, getDiffieHellman } = require("crypto");
const { UserPool } = require("cognito-srp");
const { createSrpSession, signSrpSession } = require("cognito-srp-helper");

// The server's side of SRP as Cognito does it, over the 3072-bit group of RFC 3526.
const number = (bytes) => BigInt(`0x${bytes.toString("hex")}`);
const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts.map((part) => Buffer.from(part)))).digest();
const hmac = (key, ...parts) => parts.reduce((mac, part) => mac.update(part), createHmac("sha256", key)).digest();
const signed = (value) => { // the shortest two's complement
  const digits = value.toString(16);
  const even = digits.length % 2 ? `0${digits}` : digits;
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, "hex");
};
const N = number(getDiffieHellman("modp15").getPrime());
const power = (base, exponent) => {
  let result = 1n;
  for (let square = base % N, rest = exponent; rest; rest >>= 1n, square = (square * square) % N)
    if (rest & 1n) result = (result * square) % N;
  return result;
};
const [pool, username, password] = ["AbCdEf123", "alice", "Permanent1!"];
const block = Buffer.from("secret block").toString("base64");
const salt = number(sha256("salt").subarray(0, 16));
const verifier = power(2n, number(sha256(signed(salt), sha256(`${pool}${username}:${password}`))));
const k = number(sha256(signed(N), signed(2n)));
const whole = (value) => value >> (3072n - 8n) !== 0n; // no zero byte at its start

function answer(A, B, b, timestamp) {
  const u = number(sha256(signed(A), signed(B)));
  const S = power(A * power(verifier, u), b);
  const key = hmac(hmac(signed(u), signed(S)), "Caldera Derived Key\x01").subarray(0, 16);
  return whole(A) && whole(S) ? hmac(key, pool, username, Buffer.from(block, "base64"), timestamp).toString("base64") : null;
}
const clients = {
  "cognito-srp": async (B) => {
    const challenge = await new UserPool(pool).getClientChallenge({ username, password });
    const timestamp = "Thu Jan 1 00:00:00 UTC 2026";
    const A = number(challenge.calculateA());
    return { A, timestamp, signature: challenge.getSession(B, salt.toString(16)).calculateSignature(block, timestamp) };
  },
  "cognito-srp-helper": async (B) => {
    const session = signSrpSession(createSrpSession(username, password, `eu-west-1_${pool}`, false), {
      ChallengeName: "PASSWORD_VERIFIER",
      ChallengeParameters: { SALT: salt.toString(16), SRP_B: B, SECRET_BLOCK: block, USER_ID_FOR_SRP: username },
    });
    return { A: BigInt(`0x${session.largeA}`), timestamp: session.timestamp, signature: session.passwordSignature };
  },
};
(async () => {
  for (const odd of [false, true]) {
    let b, B;
    for (let tries = 0; B === undefined || (B.toString(16).length % 2 === 1) !== odd; tries++) {
      b = number(sha256(`b ${tries}`));
      B = (k * verifier + power(2n, b)) % N;
    }
    for (const [name, client] of Object.entries(clients)) {
      let wanted = null, given;
      while (wanted === null) {
        given = await client(B.toString(16));
        wanted = answer(given.A, B, b, given.timestamp);
      }
      const right = given.signature === wanted ? "right" : "wrong";
      console.log(`SRP_B of ${B.toString(16).length} digits, ${name}: the signature is ${right}`);
    }
  }
})();
JS
for name in cognito-srp cognito-srp-helper; do
    echo "$name $(node -p "require('./node_modules/$name/package.json').version")"
done
node seen.cjs | tee seen.txt
diff seen.txt - <<'EXPECTED'
SRP_B of 768 digits, cognito-srp: the signature is right
SRP_B of 768 digits, cognito-srp-helper: the signature is right
SRP_B of 767 digits, cognito-srp: the signature is wrong
SRP_B of 767 digits, cognito-srp-helper: the signature is right
EXPECTED
