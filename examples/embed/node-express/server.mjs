// server.mjs — serves your page, and gives it a code whenever the element asks.
import express from "express";
import { embedCode } from "./embed-code.mjs";
import { idToken } from "./id-token.mjs";
import { signedIn } from "./session.mjs";

const app = express();
app.use(express.static("public"));

app.post("/embed-code", async (request, response) => {
  const site = request.get("Sec-Fetch-Site");
  if (site && site !== "same-origin") return response.sendStatus(403);
  const person = signedIn(request);
  if (!person) return response.sendStatus(401);
  try {
    response.set("Cache-Control", "no-store").json({ code: await embedCode(await idToken(person)) });
  } catch (err) {
    console.error("embed code:", err.message);
    response.sendStatus(502);
  }
});

app.listen(process.env.PORT ?? 3000);
