// Measures how many people can reset their password per second, from the command to the message that it is done. The
// baseline is a script that makes the fewest calls that a reset needs, and nothing else. Also measures how long one person waits when every
// outside call takes 150 ms.
import { type Helper, startHelper } from './channel.ts';
import { type Emulators, startProduct } from './product.ts';
import type { ResetTimes } from './resident.ts';
import { middle, ratioOf, takeTurns } from './rounds.ts';
import { scaled } from './scale.ts';
import { amount, type Row, row, spread, times } from './table.ts';

const rounds = 4;
const perRound = scaled(96);
const atOnce = 16;
const alone = scaled(10);
const latencyMs = 150;

export async function measureResets(emulators: Helper, where: Emulators): Promise<readonly Row[]> {
  const script = startHelper('bench/straight-script.ts', {
    env: { SLACK_API_URL: where.slackApiUrl, AUTH0_URL: where.auth0Url },
    silent: true,
  });
  const product = await startProduct(where);
  try {
    const urls = { product: product.url, script: await script.ask<string>('where') };
    const crowd = async (url: string): Promise<number> => {
      await emulators.ask('connect', url);
      const began = performance.now();
      await residents(emulators, perRound, atOnce);
      const perSecond = (perRound * 1000) / (performance.now() - began);
      await product.drained();
      return perSecond;
    };
    for (const url of Object.values(urls)) await crowd(url);
    const rates = await takeTurns(rounds, { ours: () => crowd(urls.product), theirs: () => crowd(urls.script) });
    await emulators.ask('connect', urls.product);
    await emulators.ask('latency', latencyMs);
    const seen = await residents(emulators, alone, 1);
    return [
      row(
        `complete resets, ${atOnce} people at once`,
        amount(middle(rates.ours).median, '/s'),
        `script of the fewest calls ${amount(middle(rates.theirs).median, '/s')}`,
        spread(ratioOf(rates, (one) => one)),
      ),
      callsRow('command → first window, every call slow', seen, (one) => one.window, '< 1 s'),
      callsRow('code typed → answer, every call slow', seen, (one) => one.answered, '≤ 2 calls'),
    ];
  } finally {
    await emulators.ask('latency', 0);
    await Promise.all([product.end(), script.end()]);
  }
}

async function residents(emulators: Helper, count: number, together: number): Promise<readonly ResetTimes[]> {
  const from = await emulators.ask<number>('settle', count);
  const seen: ResetTimes[] = [];
  let next = from;
  await Promise.all(
    Array.from({ length: together }, async () => {
      while (next < from + count) seen.push(await emulators.ask<ResetTimes>('reset', next++));
    }),
  );
  return seen;
}

/** The wait divided by the duration of one outside call. */
function callsRow(what: string, seen: readonly ResetTimes[], pick: (one: ResetTimes) => number, aim: string): Row {
  const { median } = middle(seen.map(pick));
  return row(what, amount(median, 'ms'), `one outside call ${amount(latencyMs, 'ms')}`, times(median / latencyMs), aim);
}
