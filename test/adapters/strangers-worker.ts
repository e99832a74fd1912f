// Strangers in a thread of their own, so that what their ends of the connections hold is not counted to the product. Sends unfinished
// requests, says when all but a few were turned away, and drops them when it is told to.
import { parentPort, workerData } from 'node:worker_threads';
import { openRequest } from './open-request.ts';

export interface Strangers {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly count: number;
  /** How many may stay connected. */
  readonly held: number;
  readonly bodyBytes: number;
}

const { port, path, headers, count, held, bodyBytes }: Strangers = workerData;
const body = Buffer.alloc(bodyBytes, ' ');
const open = Array.from({ length: count }, () => openRequest(port, path, headers, body));
let gone = 0;
for (const { ended } of open) {
  void ended.then(() => {
    gone += 1;
    if (gone === count - held) parentPort?.postMessage('turned away');
  });
}
parentPort?.once('message', () => {
  for (const { socket } of open) socket.destroy();
});
