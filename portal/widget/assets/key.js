// The key that the frame's token is bound to, and the proofs of having it (RFC 9449, 4.2). It cannot be read out of the
// browser, is kept nowhere, and is gone with the frame.

const encoder = new TextEncoder();

export function base64url(bytes) {
  let text = "";
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export const digest = async (text) => base64url(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
export const secret = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

const part = (value) => base64url(encoder.encode(JSON.stringify(value)));

// newKey returns { proof(method, path, token) }, which makes a proof for one request. clock gives seconds since 1970.
export async function newKey(clock) {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const pair = await crypto.subtle.generateKey(algorithm, false, ["sign"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const head = part({ typ: "dpop+jwt", alg: "ES256", jwk: { kty, crv, x, y } });
  return {
    async proof(method, path, token) {
      const says = { jti: secret(), htm: method, htu: location.origin + path.split("?")[0], iat: Math.floor(clock.now()) };
      if (token) says.ath = await digest(token);
      const signed = head + "." + part(says);
      return signed + "." + base64url(await crypto.subtle.sign(algorithm, pair.privateKey, encoder.encode(signed)));
    },
  };
}

// Clock is the server's: a reader's may be wrong by hours.
export class Clock {
  #offset;

  constructor(seconds) {
    this.#offset = seconds - performance.now() / 1000;
  }
  now() {
    return this.#offset + performance.now() / 1000;
  }

  // correct sets it by an answer of the server, and reports whether it was wrong by more than proofs may be old.
  correct(answer) {
    const at = Date.parse(answer.headers.get("Date")) / 1000;
    if (!at) return false;
    const off = at - this.now();
    if (Math.abs(off) > 2) this.#offset += off;
    return Math.abs(off) > 20;
  }
}
