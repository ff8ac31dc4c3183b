// embed-code.mjs — asks Cloud Pocket for a one-use code for a person whom your IdP vouches for.
import { createPrivateKey, randomUUID, sign } from "node:crypto";
import { readFileSync } from "node:fs";

const pocket = "https://pocket.example";
const client = process.env.POCKET_CLIENT; // the client_id of the API client
const key = createPrivateKey(readFileSync("client-key.pem"));
const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

// A proof of who this back end is (private_key_jwt, RFC 7523): for a minute, and once.
function assertion() {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: client, sub: client, aud: pocket, jti: randomUUID(), iat: now, exp: now + 60 };
  const text = `${part({ alg: "RS256", kid: "embed-1" })}.${part(claims)}`;
  return `${text}.${sign("sha256", Buffer.from(text), key).toString("base64url")}`;
}

// Exchanges a fresh ID token for the code (RFC 8693).
export async function embedCode(idToken) {
  const form = new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    scope: "embed",
    subject_token: idToken,
    subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: assertion(),
  });
  const answer = await fetch(`${pocket}/oauth/token`, { method: "POST", body: form });
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${answer.status} ${body.error}: ${body.error_description ?? ""}`);
  return body.access_token;
}
