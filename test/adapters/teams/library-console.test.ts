// What botbuilder prints while it authenticates never reaches the operator's console or log verbatim.
import { pino } from 'pino';
import { afterAll, expect, it, vi } from 'vitest';

const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
const { quietly } = await import('../../../src/adapters/teams/library-console.ts');
afterAll(() => void vi.restoreAllMocks());

it('what is printed during its work is noted without its words, and what others print is theirs', async () => {
  const logged: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line) => void logged.push(line) });
  const failing = quietly(log, async () => {
    console.error(new TypeError('part of a token'));
    await Promise.resolve();
    console.warn('Available keys:', 'part of a key');
    throw new Error('goes on');
  });
  await expect(failing).rejects.toThrow('goes on');
  expect(printed).not.toHaveBeenCalled();
  expect(warned).not.toHaveBeenCalled();
  expect(logged.map((line) => JSON.parse(line))).toMatchObject([
    { event: 'teams.library', said: 'TypeError' },
    { event: 'teams.library', said: 'words' },
  ]);
  expect(logged.join('')).not.toMatch(/part of/);
  console.error('somebody else');
  expect(printed).toHaveBeenCalledExactlyOnceWith('somebody else');
});
