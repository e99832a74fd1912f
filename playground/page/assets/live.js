// The connection to the playground's server: the state arrives by Server-Sent Events; actions are sent by POST.

/** Calls `onState(state)` for each state, and `onLine(isOpen)` when the connection is lost or restored. */
export function listen(onState, onLine) {
  const source = new EventSource('/api/events');
  source.addEventListener('state', (event) => onState(JSON.parse(event.data)));
  source.addEventListener('open', () => onLine(true));
  source.addEventListener('error', () => onLine(false));
}

/** Returns `{ ok, said? }`; never throws. */
export async function post(act, path = '/api/act') {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(act),
    });
    return await response.json();
  } catch {
    return { ok: false, said: 'The playground does not answer. Is it still running?' };
  }
}
