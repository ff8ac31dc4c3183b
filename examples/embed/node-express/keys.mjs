// keys.mjs — makes the key that your back end signs with, and its public half for Cloud Pocket.
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 3072 });
writeFileSync("client-key.pem", privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
writeFileSync("jwks.json", JSON.stringify({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "embed-1", alg: "RS256", use: "sig" }] }));
