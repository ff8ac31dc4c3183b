// id-token.mjs — has a fresh ID token made for a person. It stands in for what your OpenID provider does: replace it by that.
import { createPrivateKey, randomUUID, sign } from "node:crypto";
import { readFileSync } from "node:fs";

const key = createPrivateKey(readFileSync("issuer-key.pem"));
const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

export async function idToken(person) {
  const now = Math.floor(Date.now() / 1000);
  const text = `${part({ alg: "RS256", kid: "issuer-1" })}.${part({
    iss: process.env.ISSUER, // as in the trust
    aud: process.env.AUDIENCE, // the client ID by which your provider knows Cloud Pocket
    sub: person.subject,
    jti: randomUUID(),
    iat: now,
    exp: now + 300,
    auth_time: person.signedInAt,
  })}`;
  return `${text}.${sign("sha256", Buffer.from(text), key).toString("base64url")}`;
}
