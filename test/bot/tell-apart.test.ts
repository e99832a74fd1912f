// Two names of one human are taken for one, two of two for two; in doubt for one.
import { expect, it } from 'vitest';
import { mayBeOneName } from '../../src/bot/tell-apart.ts';

it.each([
  ['Jane Doe', 'jane doe'],
  ['Jane Doe', 'Doe, Jane (IT)'],
  ['Jane Doe', 'J. Doe'],
  ['Jane Doe', 'Jane'],
  ['Zoë Müller', 'Zoe Muller'],
  ['Jane Doe', ''],
  ['Jane Doe', '🙂'],
])('%s may be %s', (one, other) => {
  expect(mayBeOneName(one, other)).toBe(true);
  expect(mayBeOneName(other, one)).toBe(true);
});

it.each([
  ['Jane Doe', 'Sam Agent'],
  ['Ada Agent', 'Sam Agent'],
  ['Jane Doe', 'Jane Miller'],
  ['J. Doe', 'K. Doe'],
])('%s is not %s', (one, other) => {
  expect(mayBeOneName(one, other)).toBe(false);
  expect(mayBeOneName(other, one)).toBe(false);
});
