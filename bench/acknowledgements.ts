// Measures how many signed Slack commands are acknowledged per second. Each is stored durably before the
// acknowledgement. The baseline is Bolt alone, which stores nothing. The work that continues after the acknowledgement
// is measured as well: the acknowledgement rate alone would hide it.
import { rateRow, waitRows } from './answered.ts';
import { type Helper, startHelper } from './channel.ts';
import type { Result } from './load.ts';
import { type Emulators, startProduct } from './product.ts';
import { middle, ratioOf, takeTurns } from './rounds.ts';
import { scaled } from './scale.ts';
import { slackSender } from './senders.ts';
import { type Row, row, spread } from './table.ts';

const rounds = 8;
const perRound = scaled(1_000);
/**
 * Warm-up: after this many requests V8 has optimised the code of both sides. With fewer, the product would be measured
 * cold.
 */
const warmUp = { count: scaled(500), deliveries: 20 };
/**
 * While processor time is measured, Slack answers only after all acknowledgements: what follows them is not counted. A
 * round takes a fifth of a second.
 */
const afterTheRoundMs = 1_500;

interface Measured extends Result {
  /** From the first request until all work that followed the last one was finished. */
  readonly wholeSeconds: number;
}

export async function measureAcknowledgements(emulators: Helper, where: Emulators): Promise<readonly Row[]> {
  return [...(await measureRates(emulators, where)), ...(await measureProcessorTime(emulators, where))];
}

/** One of the sides that are compared by processor time. */
interface Side {
  readonly url: string;
  processorMs(): Promise<number>;
  drained(): Promise<number>;
}

async function measureProcessorTime(emulators: Helper, where: Emulators): Promise<readonly Row[]> {
  const load = startHelper('bench/load.ts');
  const send = slackSender(emulators, load);
  const [insert, bolt] = [
    startHelper('bench/grouped-insert.ts', { silent: true }),
    startHelper('bench/empty-bolt.ts', { env: { SLACK_API_URL: where.slackApiUrl }, silent: true }),
  ];
  const product = await startProduct(where);
  const sideOf = async (helper: Helper): Promise<Side> => ({
    url: await helper.ask<string>('where'),
    processorMs: () => helper.ask<number>('processorMs'),
    drained: () => helper.ask<number>('drained'),
  });
  const round = async ({ url, processorMs, drained }: Side): Promise<number> => {
    await emulators.ask('latency', afterTheRoundMs);
    const before = await processorMs();
    await send(url, perRound);
    const spent = (await processorMs()) - before;
    await emulators.ask('latency', 0);
    await drained();
    return spent / perRound;
  };
  try {
    await emulators.ask('connect', product.url);
    const rows: Row[] = [];
    await send(product.url, warmUp.count, warmUp.deliveries);
    await product.drained();
    for (const [name, helper] of [
      ['node:http, HMAC, grouped insert', insert],
      ['empty Bolt', bolt],
    ] as const) {
      const theirs = await sideOf(helper);
      await send(theirs.url, warmUp.count, warmUp.deliveries);
      const measured = await takeTurns(rounds, { ours: () => round(product), theirs: () => round(theirs) });
      const [us, them] = [middle(measured.ours).median, middle(measured.theirs).median];
      const what =
        rows.length === 0 ? 'processor time of one acknowledgement' : '  against a server that stores nothing';
      rows.push(row(what, micro(us), `${name} ${micro(them)}`, spread(ratioOf(measured, (one) => one))));
    }
    return rows;
  } finally {
    await emulators.ask('latency', 0);
    await Promise.all([product.end(), insert.end(), bolt.end(), load.end()]);
  }
}

const micro = (ms: number): string => `${Math.round(ms * 1000)} µs`;

async function measureRates(emulators: Helper, where: Emulators): Promise<readonly Row[]> {
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
