// Started and killed by a test: stores requests and prints the id of each only when it is acknowledged.
import { openStore } from '../../src/store/store.ts';
import { intakeOf, someone } from './contract-moment.ts';

const store = await openStore({ url: process.argv[2] ?? '' });

async function acceptForever(): Promise<never> {
  for (;;) {
    const intake = intakeOf(someone(), 'reset');
    await store.accept(intake);
    process.stdout.write(`${intake.delivery}\n`);
  }
}

await Promise.all(Array.from({ length: 20 }, acceptForever));
