// Latchkey, after a login. A recovery contact opens no other application: whoever reads a private mailbox could otherwise
// sign in as the employee, without a password. Written by `latchkey manifest auth0`; the list is yours to edit.
const latchkey = {};
const callbacks = [];
/** Ids of other applications to which employees may sign in by a code. What you add here is kept. */
const mayUseCodes = [];

const isOurs = (client) => Object.entries(latchkey).every(([name, value]) => client[name] === value);
const isContact = (name) => ['email', 'sms'].includes(name);

exports.onExecutePostLogin = async (event, api) => {
  const isByCode = isContact(event.connection?.strategy);
  if (isOurs(event.client)) {
    // Latchkey checks a code by the OTP grant, which has no address to return to: nothing may be asked for there.
    if (!callbacks.includes(event.transaction?.redirect_uri)) return;
    if (isByCode) api.access.deny('Sign in with your work account.');
    else if (event.user.multifactor?.length) api.multifactor.enable('any', { allowRememberBrowser: false });
    return;
  }
  // Somebody who has nothing but an address, like a customer, may sign in by it.
  const isEmployee = (event.user.identities ?? []).some(({ provider }) => !isContact(provider));
  if (isByCode && isEmployee && !mayUseCodes.includes(event.client.client_id)) {
    api.access.deny('A recovery contact cannot be used to sign in here. Sign in with your password.');
  }
};
