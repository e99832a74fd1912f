// Measures how many signed Slack commands are acknowledged per second. Each is stored durably before the
// acknowledgement. The baseline is Bolt alone, which stores nothing. The work that continues after the acknowledgement
// is measured as well: the acknowledgement rate alone would hide it.
import { rateRow, waitRows } from './answered.ts';
import { type Helper, startHelper } from './channel.ts';
import type { Result } from './load.ts';
import { type Emulators, startProduct } from './product.ts';
import { takeTurns } from './rounds.ts';
import { scaled } from './scale.ts';
import { slackSender } from './senders.ts';
import type { Row } from './table.ts';

const rounds = 8;
const perRound = scaled(1_000);
/**
 * Warm-up: after this many requests V8 has optimised the code of both sides. With fewer, the product would be measured
 * cold.
 */
const warmUp = { count: scaled(500), deliveries: 20 };

interface Measured extends Result {
  /** From the first request until all work that followed the last one was finished. */
  readonly wholeSeconds: number;
}

export async function measureAcknowledgements(emulators: Helper, where: Emulators): Promise<readonly Row[]> {
  const load = startHelper('bench/load.ts');
  const send = slackSender(emulators, load);
  const startBolt = (env: Readonly<Record<string, string>>): Helper =>
    startHelper('bench/empty-bolt.ts', { env: { SLACK_API_URL: where.slackApiUrl, ...env }, silent: true });
  const [empty, opening] = [startBolt({}), startBolt({ WINDOW: '1' })];
  const product = await startProduct(where);
  try {
    await emulators.ask('connect', product.url);
    const measured = async (url: string, count: number, deliveries: number, rest: () => Promise<number>) => {
      const result = await send(url, count, deliveries);
      return { ...result, wholeSeconds: result.seconds + (await rest()) / 1000 };
    };
    const ours = (count: number, deliveries = 1): Promise<Measured> =>
      measured(product.url, count, deliveries, product.drained);
    const against = async (bolt: Helper) => {
      const url = await bolt.ask<string>('where');
      const theirs = (count: number, deliveries = 1): Promise<Measured> =>
        measured(url, count, deliveries, () => bolt.ask<number>('drained'));
      await theirs(warmUp.count, warmUp.deliveries);
      return takeTurns(rounds, { ours: () => ours(perRound), theirs: () => theirs(perRound) });
    };
    await ours(warmUp.count, warmUp.deliveries);
    const withEmpty = await against(empty);
    const withOpening = await against(opening);
    const whole = (one: Measured): Result => ({ ...one, perSecond: perRound / one.wholeSeconds });
    const sustained = { ours: withOpening.ours.map(whole), theirs: withOpening.theirs.map(whole) };
    return [
      rateRow('signed /unlock acknowledged, 50 at once', withEmpty, 'empty Bolt', '≥ 1.0'),
      ...waitRows(withEmpty, 'empty Bolt'),
      rateRow('  with windows, people and contacts behind them', sustained, 'Bolt that opens one window'),
    ];
  } finally {
    await Promise.all([product.end(), empty.end(), opening.end(), load.end()]);
  }
}
