// Sign in with amazon-cognito-identity-js: one JSON object a line in and out, until standard input ends.
//
// In:  {"do": "sign in", endpoint, pool, client, username, password, flow, keep}, {"do": "answer", value},
//      {"do": "refresh"}, {"do": "sign out everywhere"}, {"do": "attributes"}
// Out: {"says": NAME OF THE CALLBACK, ...what came with it}
"use strict";
const { createInterface } = require("node:readline");
const cognito = require(require.resolve("amazon-cognito-identity-js", { paths: [process.env.ORACLES] }));

class Storage {
  items = new Map();
  setItem(key, value) { this.items.set(key, value); return value; }
  getItem(key) { return this.items.get(key) ?? null; }
  removeItem(key) { this.items.delete(key); }
  clear() { this.items.clear(); }
}

const say = (says, more = {}) => process.stdout.write(`${JSON.stringify({ says, ...more })}\n`);

let storage = new Storage();
let user;
let answer;

const callbacks = {
  onSuccess: (session) => say("onSuccess", {
    access: session.getAccessToken().getJwtToken(),
    id: session.getIdToken().getJwtToken(),
    refresh: session.getRefreshToken().getToken(),
  }),
  onFailure: (error) => say("onFailure", { code: error.code ?? error.name, message: error.message }),
  newPasswordRequired: (_attributes, required) => {
    answer = (value) => user.completeNewPasswordChallenge(value, {}, callbacks);
    say("newPasswordRequired", { required });
  },
  mfaRequired: (name) => {
    answer = (value) => user.sendMFACode(value, callbacks, name);
    say("mfaRequired", { name });
  },
  totpRequired: (name) => {
    answer = (value) => user.sendMFACode(value, callbacks, name);
    say("totpRequired", { name });
  },
  selectMFAType: (name, parameters) => {
    answer = (value) => user.sendMFASelectionAnswer(value, callbacks);
    say("selectMFAType", { name, choices: JSON.parse(parameters.MFAS_CAN_CHOOSE) });
  },
  mfaSetup: () => user.associateSoftwareToken(callbacks),
  associateSecretCode: (seed) => {
    answer = (value) => user.verifySoftwareToken(value, "identity-js", callbacks);
    say("associateSecretCode", { seed });
  },
  customChallenge: (parameters) => {
    answer = (value) => user.sendCustomChallengeAnswer(value, callbacks);
    say("customChallenge", { parameters });
  },
};

const either = (name) => (error, result) => (error ? callbacks.onFailure(error) : say(name, { result }));

const deeds = {
  "sign in": (given) => {
    if (!given.keep) storage = new Storage();
    const pool = new cognito.CognitoUserPool({
      UserPoolId: given.pool, ClientId: given.client, endpoint: given.endpoint, Storage: storage,
    });
    user = new cognito.CognitoUser({ Username: given.username, Pool: pool, Storage: storage });
    user.setAuthenticationFlowType(given.flow);
    const details = new cognito.AuthenticationDetails({ Username: given.username, Password: given.password });
    user.authenticateUser(details, callbacks);
  },
  answer: (given) => answer(given.value),
  refresh: () => user.refreshSession(user.getSignInUserSession().getRefreshToken(), (error, session) =>
    error ? callbacks.onFailure(error) : callbacks.onSuccess(session)),
  "sign out everywhere": () => user.globalSignOut({ onSuccess: () => say("signed out"), onFailure: callbacks.onFailure }),
  attributes: () => user.getUserAttributes(either("attributes")),
};

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const given = JSON.parse(line);
    deeds[given.do](given);
  })
  .on("close", () => process.exit(0));
