// Verify tokens with aws-jwt-verify: {endpoint, pool, client, tokens} as JSON on standard input, a list of the same
// length on standard output: the issuer of each token that is valid, the name of the error for every other.
//
// The keys of AWS's own addresses are fetched from the endpoint: same path, another host.
"use strict";
const { readFileSync } = require("node:fs");
const load = (name) => require(require.resolve(name, { paths: [process.env.ORACLES] }));
const { CognitoJwtVerifier } = load("aws-jwt-verify");
const { SimpleJwksCache } = load("aws-jwt-verify/jwk");

const { endpoint, pool, client, tokens } = JSON.parse(readFileSync(0, "utf8"));

const fetcher = {
  fetch: async (address) => {
    const answer = await fetch(endpoint + new URL(address).pathname);
    return answer.arrayBuffer();
  },
};
const verifier = CognitoJwtVerifier.create(
  { userPoolId: pool, clientId: client, tokenUse: null },
  { jwksCache: new SimpleJwksCache({ fetcher }) },
);
const verify = (token) => verifier.verify(token).then((claims) => claims.iss, (error) => error.constructor.name);

Promise.all(tokens.map(verify)).then((results) => process.stdout.write(JSON.stringify(results)));
