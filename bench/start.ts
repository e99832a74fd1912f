// From the start of the process until it is ready. The baseline is an empty Bolt app until it listens.
import { startHelper } from './channel.ts';
import { type Emulators, startProduct } from './product.ts';
import { middle, ratioOf, takeTurns } from './rounds.ts';
import { scaled } from './scale.ts';
import { amount, type Row, row, spread } from './table.ts';

const starts = scaled(9);

export async function measureStart(where: Emulators): Promise<readonly Row[]> {
  // The first start fills the compile cache for all others, so it is not measured.
  await ours(where);
  const rounds = await takeTurns(starts, { ours: () => ours(where), theirs: () => bolts(where) });
  const [ready, listening] = [middle(rounds.ours).median, middle(rounds.theirs).median];
  const ratio = spread(ratioOf(rounds, (one) => one));
  return [row('process start → ready', amount(ready, 'ms'), `empty Bolt ${amount(listening, 'ms')}`, ratio, '< 1.5 s')];
}

async function ours(where: Emulators): Promise<number> {
  const product = await startProduct(where);
  await product.end();
  return product.readyAfterMs;
}

async function bolts({ slackApiUrl }: Emulators): Promise<number> {
  const began = performance.now();
  const bolt = startHelper('bench/empty-bolt.ts', { env: { SLACK_API_URL: slackApiUrl }, silent: true });
  await bolt.ask('where');
  const listeningAfterMs = performance.now() - began;
  await bolt.end();
  return listeningAfterMs;
}
