// Latchkey, after a password was changed: tells Latchkey at once. If a request there waits for the change, Latchkey ends the
// person's sessions and tells them; of any other change it takes no notice. Only the account's id and the time are sent.
// A failure changes nothing for the person: Latchkey also reads the log.
const hook = '';

exports.onExecutePostChangePassword = async (event) => {
  const change = { type: 'scp', user_id: event.user.user_id, date: new Date().toISOString() };
  try {
    const answer = await fetch(hook, {
      method: 'POST',
      headers: { authorization: `Bearer ${event.secrets.WEBHOOK_SECRET}`, 'content-type': 'application/json' },
      body: JSON.stringify(change),
      signal: AbortSignal.timeout(5000),
    });
    if (!answer.ok) console.log(`Latchkey answered ${answer.status}`);
  } catch (error) {
    console.log(`Latchkey was not reached: ${error.name}`);
  }
};
