// The real product with the REST flow on, and with room for more names in a second than strangers are given, so that thousands of answers
// can be timed. Everything else is as it ships.
import { pino } from 'pino';
import { compose } from '../src/compose.ts';
import { readConfig } from '../src/config/config.ts';
import { parsePolicy } from '../src/config/policy/policy-file.ts';
import { instant } from '../src/flows/ids.ts';
import { answering } from './channel.ts';

const policy = parsePolicy(process.env['BENCH_POLICY'] ?? '', 'bench');
let passedMs = 0;
const product = await compose(readConfig(process.env), policy, {
  clock: { now: () => instant(Date.now() + passedMs) },
  log: pino({ level: 'silent' }),
  namesAtOnce: 1_000_000,
});
await product.start();
answering({
  /** Lets this time pass, in seconds. */
  pass(seconds: number) {
    passedMs += seconds * 1000;
  },
});
process.once('SIGTERM', () => void product.stop().then(() => process.exit(0)));
