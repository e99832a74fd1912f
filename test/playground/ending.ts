// Runs inside the playground, ahead of it (NODE_OPTIONS=--import): tells how long its end took, from the signal on.
import { writeSync } from 'node:fs';
import { queuedMs } from '../cpu-time.ts';

function signalled(): void {
  const since = performance.now() - queuedMs();
  process.once('exit', () => writeSync(2, `ended in ${performance.now() - queuedMs() - since} ms\n`));
}
process.once('SIGINT', signalled);
process.once('SIGTERM', signalled);
