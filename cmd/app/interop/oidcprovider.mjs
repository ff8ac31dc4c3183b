// Runs oidc-provider with the settings found in the JSON file that the first argument names. Package interop starts it.

import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const settings = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { default: Provider } = await import(pathToFileURL(`${settings.modules}/oidc-provider/lib/index.js`).href);

// Names below localhost are the loopback address (RFC 6761, 6.3), which the system's resolver does not know.
const lookup = dns.lookup;
dns.lookup = (host, ...rest) => lookup(host.endsWith('.localhost') ? '127.0.0.1' : host, ...rest);

const provider = new Provider(settings.issuer, {
  clients: settings.clients,
  jwks: settings.jwks,
  cookies: { keys: [settings.secret] },
  pkce: { required: () => true },
  scopes: ['openid', 'offline_access', 'profile', 'email'],
  claims: { openid: ['sub', 'acr', 'amr', 'auth_time', ...settings.claims], sid: null, iss: null },
  conformIdTokenClaims: false, // claims go into the ID token, not to userinfo alone
  acrValues: settings.acr_values,
  ttl: { AccessToken: 3600, AuthorizationCode: 60, Grant: 3600, IdToken: 3600, Interaction: 3600, RefreshToken: 3600, Session: 3600 },
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true, logoutSource },
  },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ ...settings.people[id]?.claims, sub: id }) }),
  loadExistingGrant: consented,
  renderError: (ctx, out) => { ctx.type = 'text'; ctx.body = JSON.stringify(out); },
  // By default requests to loopback addresses are cut off, and back-channel logout tokens with them.
  fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
});

// Nobody is asked for consent: the services are the company's own.
async function consented(ctx) {
  const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
  grant.addOIDCScope([...ctx.oidc.requestParamScopes].join(' '));
  await grant.save();
  return grant;
}

// Nor whether they are sure, when a service asks to sign out.
function logoutSource(ctx, form) {
  const button = '<button id="sign-out" name="logout" value="yes" form="op.logoutForm">Sign out</button>';
  const click = settings.confirm_logout ? '' : '<script>document.getElementById("sign-out").click()</script>';
  ctx.body = `<!DOCTYPE html><title>Sign out</title>${form}${button}${click}`;
}

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next();
  const { params } = await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.method !== 'POST') {
    ctx.body = form(params.login_hint ?? '');
    return undefined;
  }
  const answer = new URLSearchParams(await text(ctx.req));
  const person = settings.people[answer.get('user')];
  if (answer.has('refuse')) {
    const result = { error: 'access_denied', error_description: 'the person refused' };
    return finish(ctx, result);
  }
  if (!person || person.password !== answer.get('password')) {
    ctx.status = 403;
    ctx.body = form(answer.get('user'));
    return undefined;
  }
  return finish(ctx, { login: { accountId: answer.get('user'), acr: person.acr || undefined, amr: person.amr ?? undefined } });
});

async function finish(ctx, result) {
  ctx.status = 303;
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false }));
}

function form(user) {
  const escaped = user.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  return `<!DOCTYPE html><html lang="en"><title>Sign in</title><form method="post">
<input name="user" autocomplete="username" value="${escaped}"><input name="password" type="password">
<button id="sign-in">Sign in</button><button id="refuse" name="refuse" value="yes">Refuse</button></form></html>`;
}

async function text(stream) {
  let all = '';
  for await (const chunk of stream) all += chunk;
  return all;
}

for (const name of ['server_error', 'authorization.error', 'grant.error', 'backchannel.error']) {
  provider.on(name, (ctx, err) => console.error(name, err));
}
provider.on('backchannel.success', (ctx, client) => console.error('back-channel logout told', client.clientId));

provider.listen(settings.port, '127.0.0.1');
