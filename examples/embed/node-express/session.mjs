// session.mjs — says who is signed in to your product. It stands in for your own session: replace it by that.
export function signedIn(request) {
  const subject = process.env.PERSON;
  return subject ? { subject, signedInAt: Math.floor(Date.now() / 1000) - 60 } : null;
}
