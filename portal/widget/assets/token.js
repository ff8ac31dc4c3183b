// The token of the frame: it is got, renewed a minute or two before it ends, and given up when the server says so. It is
// kept in memory alone.

// Ended is thrown when there will be no token until a person does something.
export class Ended extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

const later = (tries) => Math.min(1000 * 2 ** tries, 60000) * (0.5 + Math.random());

export class Token {
  #value = null;
  #ends = 0;
  #spare = 0; // seconds before its end in which it is renewed before it is used: timers are late where a machine has slept
  #timer;
  #underway = null;
  #tries = 0;
  #renews = false; // whether the token renews itself; otherwise another code is asked for
  #means;

  // means are what it works by: key, clock, client, origin, code() for a new code as { code, verifier }, tell(name,
  // detail), ended(reason), renewed(), lost() when the token is good no more and there is none yet in its place, wake (an EventTarget that says when trying again may help).
  constructor(means) {
    this.#means = means;
    means.wake.addEventListener("wake", () => this.#tries && this.#again());
  }

  get value() {
    return this.#value;
  }

  // begin gets the first token for what was given instead of a code: a code of the popup, or a cookie that holds one.
  async begin(given, options) {
    this.#keep(await this.#post("/embed/token", given, options));
  }

  // fresh returns a token that is not old: it waits for one when there is none.
  async fresh(old) {
    const left = this.#ends - this.#means.clock.now();
    const good = this.#value && this.#value !== old && left > 0;
    if (good && left > this.#spare) return this.#value;
    this.#underway ??= this.#renew().finally(() => (this.#underway = null));
    try {
      await this.#underway;
    } catch (problem) {
      if (good) return this.#value;
      if (this.#value && !(problem instanceof Ended)) this.#means.lost();
      throw problem;
    }
    return this.#value;
  }

  // drop forgets it.
  drop() {
    clearTimeout(this.#timer);
    this.#value = null;
    this.#tries = 0;
  }

  async #renew() {
    try {
      if (this.#renews && this.#value) this.#keep(await this.#post("/embed/renew", {}));
      else this.#keep(await this.#post("/embed/token", await this.#means.code()));
      this.#means.renewed();
    } catch (problem) {
      if (!(problem instanceof Ended)) this.#retry();
      throw problem;
    }
  }

  #keep({ access_token, expires_in, ends_in, renews }) {
    clearTimeout(this.#timer);
    this.#tries = 0;
    this.#value = access_token;
    this.#renews = renews === true;
    this.#ends = this.#means.clock.now() + expires_in;
    const before = Math.min(60 + 60 * Math.random(), expires_in / 2);
    const last = ends_in !== undefined && ends_in <= expires_in + 1; // no renewal goes past the end of the sign-in
    this.#spare = last ? 0 : Math.min(50, expires_in / 4);
    this.#timer = setTimeout(() => (last ? this.#means.tell("expiring", { seconds: Math.round(before) }) : this.#again()), (expires_in - before) * 1000);
  }

  #again() {
    clearTimeout(this.#timer);
    this.fresh(this.#value).catch((problem) => problem instanceof Ended && this.#means.ended(problem.reason));
  }

  // retry asks once more after a while, each time a longer one, until there is a token.
  #retry() {
    if (this.#tries === 0) this.#means.tell("error", { code: "renewal" });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#again(), later(this.#tries++));
  }

  async #post(path, given, options = {}) {
    const { key, clock, client, origin } = this.#means;
    for (let turn = 0; ; turn++) {
      const headers = { Accept: "application/json", "Content-Type": "application/json" };
      const token = path === "/embed/renew" ? this.#value : null;
      headers.DPoP = await key.proof("POST", path, token);
      if (token) headers.Authorization = "DPoP " + token;
      const body = token ? undefined : JSON.stringify({ client, origin, ...given });
      const answer = await fetch(path, { method: "POST", headers, body, credentials: "omit", signal: AbortSignal.timeout(15000), ...options });
      if (answer.ok) return answer.json();
      const wrong = clock.correct(answer);
      if (answer.status >= 500 || answer.status === 429) throw new Error("the server has no token now");
      const { error } = await answer.json().catch(() => ({}));
      if (turn > 0 || (error !== "invalid_dpop_proof" && !(wrong && token))) throw new Ended(error === "invalid_grant" ? "refused" : "expired");
    }
  }
}

// asker returns what sends a request with the token: a token that has ended is renewed once, and a clock that was wrong is set.
export function asker({ token, key, clock, lang }) {
  return async (path, { method = "GET", headers = {}, ...options } = {}) => {
    let old = null;
    for (let turn = 0; ; turn++) {
      const value = await token.fresh(old);
      const proof = await key.proof(method, path, value);
      const sent = { ...headers, "Accept-Language": lang, Authorization: "DPoP " + value, DPoP: proof };
      const answer = await fetch(path, { method, headers: sent, credentials: "omit", cache: "no-store", redirect: "error", ...options });
      if (answer.status !== 401) return answer;
      const wrong = clock.correct(answer) || /invalid_dpop_proof/.test(answer.headers.get("WWW-Authenticate"));
      if (turn > 1) throw new Ended("expired");
      old = wrong && turn === 0 ? null : value;
    }
  };
}
