// Started, killed or stopped by a test: an instance in the middle of an order and of the check of a code. It reports
// that, and on `report` completes both, like an instance that comes too late.
import { openStore } from '../../src/store/store.ts';
import { beginFlow, challengedFlow, movedBy, report, start } from './contract-moment.ts';

const store = await openStore({ url: process.argv[2] ?? '' });
const now = start;
const { id } = await beginFlow(store);
const [claimed] = await store.claim(now, 60_000, 1);
const asked = await challengedFlow(store);
const checking = await movedBy(store, asked.id, { type: 'code.submitted', by: asked.actor });
const send = (message: object) => process.send?.(message);

process.on('message', async () => {
  const alive = await store.alive().then(() => 'alive');
  const settled = claimed === undefined ? undefined : await store.finish(claimed.lease, now);
  const word = await report(store, checking.id, { type: 'code.rejected', because: 'wrong' }, now, {
    asOf: checking.version,
  });
  const claims = (await store.claim(now, 60_000, 100)).length;
  send({ alive, settled, word: word.kind, claims });
});
setInterval(() => void store.alive(), 100);
await store.alive();
send({ flow: id, checking: checking.id, token: claimed?.lease.token });
