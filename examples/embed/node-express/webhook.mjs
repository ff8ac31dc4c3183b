// webhook.mjs — checks that a message is from Cloud Pocket, and says what it tells.
import { createHmac, timingSafeEqual } from "node:crypto";

const age = 5 * 60; // seconds; older messages are not taken

// secret is what the console showed once (whsec_…), body the bytes as they came.
export function told(headers, body, secret) {
  const id = headers["webhook-id"];
  const at = headers["webhook-timestamp"];
  if (!id || !(Math.abs(Date.now() / 1000 - Number(at)) < age)) throw new Error("webhook: stale");
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const want = createHmac("sha256", key).update(`${id}.${at}.`).update(body).digest();
  const good = (headers["webhook-signature"] ?? "").split(" ").some((one) => {
    const [version, text = ""] = one.split(",");
    const got = Buffer.from(text, "base64");
    return version === "v1" && got.length === want.length && timingSafeEqual(got, want);
  });
  if (!good) throw new Error("webhook: not signed by Cloud Pocket");
  return JSON.parse(body);
}
