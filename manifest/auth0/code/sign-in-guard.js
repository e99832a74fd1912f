// Latchkey, after a login. A recovery contact opens no other application: whoever reads a private mailbox could otherwise
// sign in as the employee, without a password. Written by `latchkey manifest auth0`; the list is yours to edit.
const latchkey = {};
const callbacks = [];
/** Ids of other applications to which employees may sign in by a code. What you add here is kept. */
const mayUseCodes = [];

/** Latchkey asks for a sign-in at that moment. Longer than anybody takes to sign in. */
const freshMinutes = 30;

const isOurs = (client) => Object.entries(latchkey).every(([name, value]) => client[name] === value);
const isContact = (name) => ['email', 'sms'].includes(name);

/**
 * Whoever takes that out of the address, to come back with an old session, is refused. What Auth0 does not say here counts as right:
 * Latchkey itself looks at the time of the sign-in, by Auth0's signature.
 */
const isFresh = ({ request, authentication }) => {
  const { redirect_uri: asked, prompt, max_age: maxAge } = request?.query ?? {};
  if (asked !== undefined && (prompt !== 'login' || String(maxAge) !== '0')) return false;
  const times = (authentication?.methods ?? [])
    .filter(({ name }) => name !== 'mfa')
    .map(({ timestamp }) => Date.parse(timestamp))
    .filter(Number.isFinite);
  return times.length === 0 || Date.now() - Math.max(...times) < freshMinutes * 60_000;
};

exports.onExecutePostLogin = async (event, api) => {
  const isByCode = isContact(event.connection?.strategy);
  if (isOurs(event.client)) {
    const isInBrowser = callbacks.includes(event.transaction?.redirect_uri);
    // Latchkey checks a code by the OTP grant, which has no address to return to: nothing may be asked for there.
    if (!isInBrowser && isByCode) return;
    if (isByCode) api.access.deny('Sign in with your work account.');
    else if (isInBrowser && !isFresh(event))
      api.access.deny('Begin again in the chat, and sign in when you are asked to.');
    // Also where Latchkey checks a password: whoever has a second factor is then sent to sign in.
    else if (event.user.multifactor?.length) api.multifactor.enable('any', { allowRememberBrowser: false });
    return;
  }
  // Somebody who has nothing but an address, like a customer, may sign in by it.
  const isEmployee = (event.user.identities ?? []).some(({ provider }) => !isContact(provider));
  if (isByCode && isEmployee && !mayUseCodes.includes(event.client.client_id)) {
    api.access.deny('A recovery contact cannot be used to sign in here. Sign in with your password.');
  }
};
