// Sixty people reset their passwords within eighteen seconds, with Auth0's published rate limits. Measures how long it
// takes until the last of them is served, compared with what the scarcest group of calls permits (10 at once, 150 a
// minute: tickets, locks, sessions). The files of this folder and of playground/auth0 can be copied into an older
// checkout to measure that one.
import { setTimeout as delay } from 'node:timers/promises';
import type { Helper } from './channel.ts';
import { type Emulators, startProduct } from './product.ts';
import { scaled } from './scale.ts';
import { amount, type Row, row, times } from './table.ts';

export interface Patient {
  readonly failures: number;
  readonly gaveUp: boolean;
}
/** `servedAt`: on the bench's own clock, in milliseconds. */
interface Served extends Patient {
  readonly servedAt: number;
}
export interface ScarceCalls {
  readonly answered: number;
  readonly refused: number;
}

const people = scaled(60);
const everyMs = 300;
/** One call creates the ticket, one ends the sessions. */
const callsAPerson = 2;
const atOnce = 10;
const perSecond = 150 / 60;

export async function measureStorm(emulators: Helper, where: Emulators): Promise<readonly Row[]> {
  const product = await startProduct(where);
  try {
    await emulators.ask('connect', product.url);
    // The first reset fills the compile cache.
    await emulators.ask('reset', await emulators.ask<number>('settle', 1));
    await product.drained();
    const before = await emulators.ask<ScarceCalls>('scarceCalls');
    await emulators.ask('limitManagement');
    const from = await emulators.ask<number>('settle', people);
    const began = performance.now();
    const served = await Promise.all(
      Array.from({ length: people }, async (_, nth) => {
        await delay(nth * everyMs);
        const one = await emulators.ask<Patient>('patientReset', from + nth);
        return { ...one, servedAt: performance.now() };
      }),
    );
    const tookMs = performance.now() - began;
    const after = await emulators.ask<ScarceCalls>('scarceCalls');
    return rowsOf(tookMs, after.answered - before.answered, after.refused - before.refused, served);
  } finally {
    await product.end();
  }
}

function rowsOf(tookMs: number, answered: number, refused: number, served: readonly Served[]): readonly Row[] {
  const arriving = ((people - 1) * everyMs) / 1000;
  const permitted = Math.max(arriving, (people * callsAPerson - atOnce) / perSecond);
  const troubled = served.filter(({ failures }) => failures > 0).length;
  const gaveUp = served.filter((one) => one.gaveUp).length;
  const within = `${Math.round(arriving)} s`;
  return [
    row(
      `storm: ${people} resets begun in ${within}, Auth0's limits`,
      amount(tookMs / 1000, 's'),
      `what the limit permits ${amount(permitted, 's')}`,
      times(tookMs / 1000 / permitted),
    ),
    row(
      '  scarce calls a person',
      amount(answered / people, 'calls'),
      `ticket and sessions ${amount(callsAPerson, 'calls')}`,
      times(answered / people / callsAPerson),
      '≤ 2 calls',
    ),
    row(
      '  asked in vain (429)',
      amount(refused, 'calls'),
      `served ${amount(answered, 'calls')}`,
      times(refused / answered),
    ),
    row(
      '  people who read of trouble, who gave up',
      `${troubled}, ${gaveUp}`,
      `all ${people}`,
      times(troubled / people),
      '0, 0',
    ),
    row('  pairs of people of whom the later was served first', '', 'all pairs', times(overtaken(served))),
  ];
}

/** In the order in which they began: the share of pairs in which the second was served before the first. */
function overtaken(served: readonly Served[]): number {
  const pairs = (served.length * (served.length - 1)) / 2;
  const count = served.reduce(
    (sum, first, nth) => sum + served.slice(nth + 1).filter((second) => second.servedAt < first.servedAt).length,
    0,
  );
  return pairs === 0 ? 0 : count / pairs;
}
