// What every platform must do for the conversation. One set of tests, run on each platform.
import { describe } from 'vitest';
import type { Harness } from './harness.ts';
import { messengerContract } from './messenger-contract.ts';
import { peopleContract } from './people-contract.ts';
import { pressesContract } from './presses-contract.ts';
import { screensContract } from './screens-contract.ts';

export function adapterContract(harness: Harness): void {
  describe(`on ${harness.name}`, () => {
    describe('a screen', () => screensContract(harness));
    describe('as a messenger', () => messengerContract(harness));
    describe('a person', () => peopleContract(harness));
    describe('a press', () => pressesContract(harness));
  });
}
