// Five hundred addresses type ten thousand names into the REST flow while people in chat reset their passwords, with Auth0's limit of fifty
// codes an hour. The baseline is the same people without the strangers. A tenth of the names has an account.
import { setTimeout as delay } from 'node:timers/promises';
import { type Helper, startHelper } from './channel.ts';
import { typedName } from './names.ts';
import { type Emulators, startProduct } from './product.ts';
import { middle } from './rounds.ts';
import { scaled } from './scale.ts';
import type { Patient } from './storm.ts';
import type { Typed, TypedAnswer, TypedOrder } from './strangers.ts';
import { amount, type Row, row, times } from './table.ts';

const names = scaled(10_000);
const addresses = 500;
const people = scaled(20);
const everyMs = 1_000;

type Answers = readonly (readonly TypedAnswer[])[];

interface Served extends Patient {
  readonly ms: number;
}

export async function measureStrangers(emulators: Helper, where: Emulators): Promise<readonly Row[]> {
  const quiet = await servedBeside(emulators, where, async () => []);
  const strangers = startHelper('bench/strangers.ts');
  try {
    await emulators.ask('addNames', Math.ceil(names / 10));
    const storm = await servedBeside(emulators, where, (url) =>
      strangers.ask<Answers>('type', {
        ...{ url, typed: typedNames(), concurrency: 100, acts: ['name'] },
      } satisfies TypedOrder),
    );
    return rowsOf(quiet.served, storm);
  } finally {
    await strangers.end();
  }
}

/** Each name once, from one address after the other. */
const typedNames = (): readonly Typed[] =>
  Array.from({ length: names }, (_, nth) => ({
    name: nth % 10 === 0 ? typedName('ordinary', nth / 10) : typedName('unknown', nth),
    address: `10.9.${(nth % addresses) >> 8}.${(nth % addresses) & 255}`,
  }));

async function servedBeside(emulators: Helper, where: Emulators, strangers: (url: string) => Promise<Answers>) {
  const product = await startProduct(where, false, { policy: 'rest: { enabled: true }\n', trustProxy: '127.0.0.1' });
  try {
    await emulators.ask('connect', product.url);
    // The first reset fills the compile cache.
    await emulators.ask('reset', await emulators.ask<number>('settle', 1));
    await product.drained();
    await emulators.ask('limitCodes');
    const from = await emulators.ask<number>('settle', people);
    const typed = strangers(product.url);
    const served = await Promise.all(
      Array.from({ length: people }, async (_, nth): Promise<Served> => {
        await delay(nth * everyMs);
        const began = performance.now();
        const one = await emulators.ask<Patient>('patientReset', from + nth);
        return { ...one, ms: performance.now() - began };
      }),
    );
    return { served, typed: await typed };
  } finally {
    await product.end();
  }
}

function rowsOf(quiet: readonly Served[], storm: { readonly served: readonly Served[]; readonly typed: Answers }) {
  const ms = (all: readonly Served[]): number => middle(all.map((one) => one.ms)).median;
  const worst = (all: readonly Served[]): number => middle(all.map((one) => one.ms)).most;
  const taken = storm.typed.flat().filter(({ status }) => status === 200).length;
  const troubled = storm.served.filter(({ failures }) => failures > 0).length;
  const gaveUp = storm.served.filter((one) => one.gaveUp).length;
  return [
    row(
      `${names.toLocaleString('en-US')} names from ${addresses} addresses: one reset in chat`,
      amount(ms(storm.served), 'ms'),
      `without strangers ${amount(ms(quiet), 'ms')}`,
      times(ms(storm.served) / ms(quiet)),
    ),
    row(
      '  the slowest',
      amount(worst(storm.served), 'ms'),
      `without strangers ${amount(worst(quiet), 'ms')}`,
      times(worst(storm.served) / worst(quiet)),
    ),
    row(
      '  people who read of trouble, who gave up',
      `${troubled}, ${gaveUp}`,
      `all ${people}`,
      times((troubled + gaveUp) / people),
      '0, 0',
    ),
    row(
      '  names that were taken',
      String(taken),
      `typed ${storm.typed.length}`,
      times(taken / Math.max(1, storm.typed.length)),
    ),
  ];
}
