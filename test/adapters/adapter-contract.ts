// What every platform must do for the conversation. One set of tests, run on each platform.
import { describe } from 'vitest';
import type { Bench } from './bench.ts';
import { messengerContract } from './messenger-contract.ts';
import { peopleContract } from './people-contract.ts';
import { pressesContract } from './presses-contract.ts';
import { screensContract } from './screens-contract.ts';

export function adapterContract(bench: Bench): void {
  describe(`on ${bench.name}`, () => {
    describe('a screen', () => screensContract(bench));
    describe('as a messenger', () => messengerContract(bench));
    describe('a person', () => peopleContract(bench));
    describe('a press', () => pressesContract(bench));
  });
}
