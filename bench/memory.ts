// The memory of the process as the operating system counts it, when idle and after many requests. The bench forces no
// garbage collection.
import { setTimeout as delay } from 'node:timers/promises';
import { type Helper, startHelper } from './channel.ts';
import { type Emulators, type Memory, startProduct } from './product.ts';
import { scaled } from './scale.ts';
import { type Send, slackSender } from './senders.ts';
import { megabytes, type Row, row, times } from './table.ts';

const manyFlows = scaled(10_000);
const perCrowd = scaled(1_000);
const restMs = 5_000;
/** Longer than the idle time after which the product gives memory back. */
const laterMs = 15_000;

export async function measureMemory(emulators: Helper, where: Emulators): Promise<readonly Row[]> {
  const load = startHelper('bench/load.ts');
  const bolt = startHelper('bench/empty-bolt.ts', { env: { SLACK_API_URL: where.slackApiUrl }, silent: true });
  try {
    await bolt.ask('where');
    await delay(restMs);
    const { rss: ofBolt } = await bolt.ask<Memory>('memory');
    const both = await atRest(where, true);
    const slack = await throughCrowds(where, emulators, slackSender(emulators, load));
    const against = (what: string, { rss }: Memory, baseline: string, of: number, aim = ''): Row =>
      row(what, megabytes(rss), `${baseline} ${megabytes(of)}`, times(rss / of), aim);
    const { rss: rest } = slack.rest;
    return [
      against('memory at rest, Slack', slack.rest, 'empty Bolt', ofBolt, '< 150 MB'),
      against('memory at rest, Slack and Teams', both, 'Slack alone', rest, '< 250 MB'),
      against(`memory right after ${manyFlows.toLocaleString('en-US')} flows`, slack.after, 'at rest', rest),
      against('  fifteen quiet seconds later', slack.later, 'at rest', rest),
    ];
  } finally {
    await Promise.all([bolt.end(), load.end()]);
  }
}

async function atRest(where: Emulators, withTeams: boolean): Promise<Memory> {
  const product = await startProduct(where, withTeams);
  try {
    await delay(restMs);
    return await product.memory();
  } finally {
    await product.end();
  }
}

/** The flows stay open: nobody answers their modals. */
async function throughCrowds(where: Emulators, emulators: Helper, send: Send) {
  const product = await startProduct(where);
  try {
    await emulators.ask('connect', product.url);
    await delay(restMs);
    const rest = await product.memory();
    for (let sent = 0; sent < manyFlows; sent += perCrowd) {
      await send(product.url, perCrowd);
      await product.drained();
    }
    const after = await product.memory();
    await delay(laterMs);
    return { rest, after, later: await product.memory() };
  } finally {
    await product.end();
  }
}
