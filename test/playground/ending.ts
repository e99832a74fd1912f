// Preloaded into the playground (NODE_OPTIONS=--import): reports how long the shutdown took after the signal.
import { writeSync } from 'node:fs';
import { queuedMs } from '../cpu-time.ts';

function signalled(): void {
  const since = performance.now() - queuedMs();
  process.once('exit', () => writeSync(2, `ended in ${performance.now() - queuedMs() - since} ms\n`));
}
process.once('SIGINT', signalled);
process.once('SIGTERM', signalled);
