// How many signed commands are acknowledged a second, each safely stored before, against Bolt alone, which stores nothing.
import { type Helper, startHelper } from './channel.ts';
import type { Order, Result } from './load.ts';
import { type Neighbours, startProduct } from './product.ts';

export interface Acknowledgements {
  readonly rounds: readonly { readonly ours: Result; readonly bolt: Result; readonly drainedMs: number }[];
}

const concurrency = 50;
const rounds = 5;
/** Both are compiled by then to what they will be: with fewer, the younger code of the two is measured cold. */
const warmUp = { count: 500, deliveries: 20 };

/** Ours and Bolt's take turns, so that what else the machine does meets both. */
export async function measureAcknowledgements(
  neighbours: Helper,
  where: Neighbours,
  perRound: number,
): Promise<Acknowledgements> {
  const load = startHelper('bench/load.ts');
  const bolt = startHelper('bench/empty-bolt.ts', { env: { SLACK_API_URL: where.slackApiUrl }, silent: true });
  const product = await startProduct(where);
  try {
    await neighbours.ask('connect', product.url);
    const boltUrl = await bolt.ask<string>('where');
    let from = 0;
    const run = async (url: string, count: number, deliveries = 1): Promise<Result> => {
      const order: Order = { url, from, count, concurrency, deliveries };
      from += count;
      const result = await load.ask<Result>('load', order);
      if (result.failed > 0) throw new Error(`${result.failed} of ${count} commands were not acknowledged`);
      return result;
    };
    await neighbours.ask('settle', (warmUp.count + perRound * rounds) * 2);
    await run(boltUrl, warmUp.count, warmUp.deliveries);
    await run(product.url, warmUp.count, warmUp.deliveries);
    await product.drained();
    const measured: Acknowledgements['rounds'][number][] = [];
    for (let round = 0; round < rounds; round += 1) {
      const theirs = await run(boltUrl, perRound);
      const ours = await run(product.url, perRound);
      measured.push({ ours, bolt: theirs, drainedMs: await product.drained() });
    }
    return { rounds: measured };
  } finally {
    await Promise.all([product.end(), bolt.end(), load.end()]);
  }
}
