import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openContactsFile } from '../../src/cli/contacts-file.ts';
import { importContacts } from '../../src/cli/import-contacts.ts';
import { createProgress } from '../../src/cli/import-progress.ts';
import { accountId, instant } from '../../src/flows/ids.ts';
import { success } from '../../src/flows/outcome.ts';
import { defaultContactRules } from '../../src/flows/policy.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-progress-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Imports so many rows, one in half a second, and gives back all that the output was given. */
async function shownAt(rows: number, isTTY: boolean): Promise<readonly string[]> {
  const path = join(folder, `${rows}-${isTTY}.csv`);
  const people = Array.from({ length: rows }, (_, nth) => `jane@acme.example,j${nth}@home.example\n`).join('');
  await writeFile(path, `account,email\n${people}`);
  const file = await openContactsFile(path);
  let at = 0;
  const clock = { now: () => instant(at) };
  const written: string[] = [];
  const progress = createProgress({ isTTY, write: (text) => written.push(text) }, file.sizeBytes, clock);
  await importContacts(file, {
    apply: false,
    fromLine: 1,
    rules: defaultContactRules,
    target: {
      accountOf: async () =>
        success({ is: 'account', account: accountId('auth0|jane'), binding: 'free', contacts: [] }),
      ownerOf: async () => success('nobody'),
      link: async () => success({ is: 'linked', rests: false }),
    },
    tell: async () => 'untold',
    clock,
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
    progress: progress.show,
    pause: async (ms) => {
      at += Math.max(0, ms);
    },
  });
  progress.clear();
  return written;
}

const percent = (shown: string) => Number(/(\d+) %/.exec(shown)?.[1]);

describe('how far an import has come', () => {
  it('is the share of the rows that are done, also of a file that is read at once', async () => {
    const shown = await shownAt(1_000, true);
    expect(shown).toHaveLength(1_001);
    for (const [done, line] of [
      [1, 2],
      [250, 251],
      [500, 501],
      [750, 751],
      [999, 1_000],
    ] as const) {
      expect(shown[done - 1]).toContain(`, line ${line}`);
      expect(Math.abs(percent(shown[done - 1] ?? '') - done / 10), `after ${done} rows`).toBeLessThanOrEqual(1);
    }
    expect(shown[999]).toBe(`\r\u001b[K[${'#'.repeat(30)}] 100 % of the file is done, line 1001`);
    expect(shown[499]).toBe(`\r\u001b[K[${'#'.repeat(14)}${'.'.repeat(16)}] 49 % of the file is done, line 501`);
  });

  it('leaves an empty line behind', async () => {
    expect((await shownAt(3, true)).at(-1)).toBe('\r\u001b[K');
  });

  it('is shown to nobody where no terminal is', async () => {
    expect(await shownAt(3, false)).toEqual([]);
  });
});
