// `npm run bench`: each line a ratio against a named baseline, measured in the same run on this machine.
import { spawnSync } from 'node:child_process';
import { measureAcknowledgements } from './acknowledgements.ts';
import { type Helper, root, startHelper } from './channel.ts';
import type { Order, Result } from './load.ts';
import { type Neighbours, startProduct } from './product.ts';
import type { ResetTimes } from './resident.ts';

interface Row {
  readonly what: string;
  readonly measured: string;
  readonly baseline: string;
  readonly ratio: string;
  readonly aim: string;
}

const commandsPerRound = 1_000;
const manyFlows = 10_000;
const resets = 64;
const starts = 5;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const per = (value: number, unit: string): string => `${value >= 100 ? Math.round(value) : value.toFixed(1)} ${unit}`;
const mb = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;
const times = (ratio: number): string => ratio.toFixed(2);

async function acknowledgements(neighbours: Helper, where: Neighbours): Promise<readonly Row[]> {
  const { rounds } = await measureAcknowledgements(neighbours, where, commandsPerRound);
  const ratios = rounds.map(({ ours, bolt }) => ours.perSecond / bolt.perSecond);
  const mid = (pick: (result: Result) => number, side: 'ours' | 'bolt') =>
    median(rounds.map((round) => pick(round[side])));
  const rates = { ours: mid((one) => one.perSecond, 'ours'), bolt: mid((one) => one.perSecond, 'bolt') };
  const drained = median(rounds.map(({ drainedMs }) => drainedMs)) / 1000;
  return [
    row(
      'signed /unlock acknowledged, 50 at once',
      per(rates.ours, '/s'),
      `empty Bolt ${per(rates.bolt, '/s')}`,
      times(median(ratios)),
      '≥ 1.0',
    ),
    ...(['p50', 'p99'] as const).map((percentile) => {
      const [ours, bolt] = [mid((one) => one[percentile], 'ours'), mid((one) => one[percentile], 'bolt')];
      return row(
        `  ${percentile} of an acknowledgement`,
        per(ours, 'ms'),
        `empty Bolt ${per(bolt, 'ms')}`,
        times(ours / bolt),
        '',
      );
    }),
    row(`  the windows behind ${commandsPerRound} of them`, per(drained, 's'), '', '', ''),
  ];
}

async function wholeResets(neighbours: Helper, where: Neighbours): Promise<readonly Row[]> {
  const product = await startProduct(where);
  try {
    await neighbours.ask('connect', product.url);
    await neighbours.ask('settle', 30_000 + resets * 4);
    const rate = async (from: number, atOnce: number): Promise<readonly [number, readonly ResetTimes[]]> => {
      const seen: ResetTimes[] = [];
      let next = from;
      const began = performance.now();
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          while (next < from + resets) seen.push(await neighbours.ask<ResetTimes>('reset', next++));
        }),
      );
      return [(resets * 1000) / (performance.now() - began), seen];
    };
    await rate(30_000, 8);
    const [alone] = await rate(30_000 + resets, 1);
    const [crowd, seen] = await rate(30_000 + resets * 2, 16);
    const answered = median(seen.map((one) => one.answered));
    return [
      row(
        'complete resets, 16 people at once',
        per(crowd, '/s'),
        `1 person ${per(alone, '/s')}`,
        times(crowd / alone),
        '',
      ),
      row('  code typed → link, among them', per(answered, 'ms'), '', '', ''),
    ];
  } finally {
    await product.end();
  }
}

async function memory(neighbours: Helper, where: Neighbours): Promise<readonly Row[]> {
  const product = await startProduct(where);
  const load = startHelper('bench/load.ts');
  try {
    await neighbours.ask('connect', product.url);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const rest = await product.memory();
    await neighbours.ask('settle', 40_000 + manyFlows);
    const order: Order = { url: product.url, from: 40_000, count: manyFlows, concurrency: 50 };
    await load.ask<Result>('load', order);
    await product.drained();
    const after = await product.memory();
    return [
      row('memory at rest', mb(rest.rss), 'limit 150 MB', times(rest.rss / 1024 / 1024 / 150), '< 1.0'),
      row(
        `memory after ${manyFlows} requests`,
        mb(after.rss),
        `at rest ${mb(rest.rss)}`,
        times(after.rss / rest.rss),
        '',
      ),
    ];
  } finally {
    await Promise.all([product.end(), load.end()]);
  }
}

async function start(where: Neighbours): Promise<readonly Row[]> {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < starts; round += 1) {
    const began = performance.now();
    spawnSync(process.execPath, ['-e', "import('@slack/bolt')"], { cwd: root });
    bare.push(performance.now() - began);
    const product = await startProduct(where);
    ours.push(product.readyAfterMs);
    await product.end();
  }
  const ready = median(ours);
  return [
    row(
      'from process start to ready',
      per(ready, 'ms'),
      `Bolt imported ${per(median(bare), 'ms')}`,
      times(ready / median(bare)),
      '< 1.5 s',
    ),
  ];
}

const row = (what: string, measured: string, baseline: string, ratio: string, aim: string): Row => ({
  what,
  measured,
  baseline,
  ratio,
  aim,
});

async function main(): Promise<void> {
  const neighbours = startHelper('bench/neighbours.ts');
  try {
    const where = await neighbours.ask<Neighbours>('where');
    console.table([
      ...(await start(where)),
      ...(await acknowledgements(neighbours, where)),
      ...(await wholeResets(neighbours, where)),
      ...(await memory(neighbours, where)),
    ]);
  } finally {
    await neighbours.end();
  }
}

await main();
