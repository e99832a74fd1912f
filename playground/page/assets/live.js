// The line to the playground's server: the world's state comes by Server-Sent Events, what somebody does goes by POST.

/** `onState(state)` for each state; `onLine(isOpen)` when the line is cut or back. */
export function listen(onState, onLine) {
  const source = new EventSource('/api/events');
  source.addEventListener('state', (event) => onState(JSON.parse(event.data)));
  source.addEventListener('open', () => onLine(true));
  source.addEventListener('error', () => onLine(false));
}

/** Answers `{ ok, said? }`; never throws. */
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
