// Five hundred addresses type ten thousand names into the REST flow, and then into the page, while people in chat reset their passwords, with Auth0's limit of fifty
// codes an hour. The baseline is the same people without the strangers. A tenth of the names has an account.
import { setTimeout as delay } from 'node:timers/promises';
import { type Helper, startHelper } from './channel.ts';
import { typedName } from './names.ts';
import { type Emulators, startProduct } from './product.ts';
import { middle } from './rounds.ts';
import { scaled } from './scale.ts';
import type { Patient } from './storm.ts';
import type { Act, Typed, TypedAnswer, TypedOrder } from './strangers.ts';
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
    const rows: Row[] = [];
    for (const [act, into, taken] of entrances) {
      const storm = await servedBeside(emulators, where, (url) =>
        strangers.ask<Answers>('type', {
          url,
          typed: typedNames(),
          concurrency: 100,
          acts: [act],
        } satisfies TypedOrder),
      );
      rows.push(...rowsOf(into, quiet.served, storm.served), takenRow(storm.typed, taken));
    }
    return rows;
  } finally {
    await strangers.end();
  }
}

/** What is done there with a name, and the status of the answer to one that was taken. */
const entrances = [
  ['name', 'the REST flow', 200],
  ['page', 'the page', 303],
] as const satisfies readonly (readonly [Act, string, number])[];

/** Each name once, from one address after the other. */
const typedNames = (): readonly Typed[] =>
  Array.from({ length: names }, (_, nth) => ({
    name: nth % 10 === 0 ? typedName('ordinary', nth / 10) : typedName('unknown', nth),
    address: `10.9.${(nth % addresses) >> 8}.${(nth % addresses) & 255}`,
  }));

async function servedBeside(emulators: Helper, where: Emulators, strangers: (url: string) => Promise<Answers>) {
  const product = await startProduct(where, false, {
    policy: 'rest: { enabled: true }\nweb: { enabled: true }\n',
    trustProxy: '127.0.0.1',
  });
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

function rowsOf(into: string, quiet: readonly Served[], storm: readonly Served[]) {
  const ms = (all: readonly Served[]): number => middle(all.map((one) => one.ms)).median;
  const worst = (all: readonly Served[]): number => middle(all.map((one) => one.ms)).most;
  const troubled = storm.filter(({ failures }) => failures > 0).length;
  const gaveUp = storm.filter((one) => one.gaveUp).length;
  return [
    row(
      `${names.toLocaleString('en-US')} names from ${addresses} addresses into ${into}: one reset in chat`,
      amount(ms(storm), 'ms'),
      `without strangers ${amount(ms(quiet), 'ms')}`,
      times(ms(storm) / ms(quiet)),
    ),
    row(
      '  the slowest',
      amount(worst(storm), 'ms'),
      `without strangers ${amount(worst(quiet), 'ms')}`,
      times(worst(storm) / worst(quiet)),
    ),
    row(
      '  people who read of trouble, who gave up',
      `${troubled}, ${gaveUp}`,
      `all ${people}`,
      times((troubled + gaveUp) / people),
      '0, 0',
    ),
  ];
}

function takenRow(typed: Answers, takenStatus: number): Row {
  const taken = typed.flat().filter(({ status }) => status === takenStatus).length;
  return row(
    '  names that were taken',
    String(taken),
    `typed ${typed.length}`,
    times(taken / Math.max(1, typed.length)),
  );
}
