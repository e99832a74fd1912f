// `npm run bench` prints one table; each row is compared with a named baseline that was measured in the same run on
// this machine. `npm run bench -- memory start` runs only those parts; with `quick` as one of the words, a tenth of
// everything is done.
import { measureAcknowledgements } from './acknowledgements.ts';
import { measureActivities } from './activities.ts';
import { type Helper, startHelper } from './channel.ts';
import { measureMemory } from './memory.ts';
import type { Emulators } from './product.ts';
import { measureResets } from './resets.ts';
import { measureStart } from './start.ts';
import { measureStealth, measureStealthResend } from './stealth.ts';
import { measureStorm } from './storm.ts';
import { measureStrangers } from './strangers-storm.ts';
import { printed, type Row } from './table.ts';

type Measure = (emulators: Helper, where: Emulators) => Promise<readonly Row[]>;

const parts = new Map<string, Measure>([
  ['start', (_, where) => measureStart(where)],
  ['slack', measureAcknowledgements],
  ['teams', measureActivities],
  ['resets', measureResets],
  ['storm', measureStorm],
  ['stealth', measureStealth],
  ['stealth-resend', measureStealthResend],
  ['strangers', measureStrangers],
  ['memory', measureMemory],
]);

/** Each part starts new emulators: they keep every request that they have received. */
async function measured(name: string, measure: Measure): Promise<readonly Row[]> {
  process.stderr.write(`${name} …\n`);
  const emulators = startHelper('bench/emulators.ts');
  try {
    return await measure(emulators, await emulators.ask<Emulators>('where'));
  } finally {
    await emulators.end();
  }
}

async function main(): Promise<void> {
  const asked = process.argv.slice(2).filter((word) => word !== 'quick');
  const unknown = asked.find((word) => !parts.has(word));
  if (unknown !== undefined) throw new Error(`${unknown} is none of ${[...parts.keys(), 'quick'].join(', ')}`);
  const rows: Row[] = [];
  for (const [name, measure] of parts) {
    if (asked.length === 0 || asked.includes(name)) rows.push(...(await measured(name, measure)));
  }
  process.stdout.write(`${printed(rows)}\n`);
}

await main();
