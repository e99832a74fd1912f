// A copy that is taken while a server works at its limit is put back, and people are served by it. From the first release to this
// one and back on PostgreSQL. Real processes throughout, as RUNBOOK.md says.
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actorId, contactRef } from '../../src/flows/ids.ts';
import type { FlowState } from '../../src/flows/state.ts';
import { runLatchkey } from '../cli/run-latchkey.ts';
import { titled } from '../skipped-reporter.ts';
import { lastReleaseMissing, unpackLastRelease } from '../store/last-release.ts';
import { type PostgresServer, postgresMissing, startPostgres } from '../store/postgres-server.ts';
import { type Release, startRelease } from '../store/start-release.ts';

const thisRelease = fileURLToPath(new URL('../..', import.meta.url));
/** How many requests are under way at once, and how many must have been served on each side of the copy. */
const people = 8;
const someRequests = 40;

let folder = '';
const started: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-load-'));
});
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const start = (root: string, url: string): Promise<Release> => {
  const { child, release } = startRelease(root, url);
  started.push(child);
  return release;
};
const latchkey = (url: string, ...args: readonly string[]) =>
  runLatchkey(args, { DATABASE_URL: url, PATH: process.env['PATH'] ?? '' });
/** Ends with the process that is asked, where a poll of the test's own would go on asking it. */
async function isAt(release: Release, flow: string, at: FlowState['at']): Promise<void> {
  for (const until = Date.now() + 60_000; (await release.state(flow)).at !== at; await delay(20))
    if (Date.now() > until) throw new Error(`${flow} never came to ${at}`);
}

/** A request as far as its code. */
async function asks(release: Release, user: string): Promise<string> {
  const by = actorId({ platform: 'slack', tenant: 'T1', user });
  const flow = String(await release.tell({ do: 'begin', actor: by, kind: 'reset' }));
  await isAt(release, flow, 'choosing-contact');
  const event = { type: 'code.requested', by, contact: contactRef('email|1') } as const;
  await release.tell({ do: 'deliver', flow, event });
  await isAt(release, flow, 'challenged');
  return flow;
}

/** People who ask without a pause until told to stop. `served`: the ids of requests that have come to their code. */
function crowd(release: Release) {
  const served: string[] = [];
  let isOver = false;
  let nth = 0;
  const one = async (): Promise<void> => {
    while (!isOver) {
      nth += 1;
      served.push(await asks(release, `person-${nth}`));
    }
  };
  const all = Promise.all(Array.from({ length: people }, one));
  // Who fails is told at the end; the others do not go on asking a process that is gone.
  all.catch(() => {
    isOver = true;
  });
  return {
    served,
    hasServed: (count: number) => expect.poll(() => served.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(count),
    stop: async () => {
      isOver = true;
      await all;
    },
  };
}

async function isRestoredFromLoad(url: string): Promise<void> {
  const server = await start(thisRelease, url);
  const load = crowd(server);
  await load.hasServed(someRequests);
  const before = [...load.served];
  const copied = latchkey(url, 'backup', join(folder, 'copy'));
  expect(await copied).toMatchObject({ code: 0, out: expect.stringContaining('checked') });
  const atCopy = load.served.length;
  await load.hasServed(atCopy + someRequests);
  await load.stop();
  const since = load.served.at(-1) ?? '';
  await server.stop();

  const restored = await latchkey(url, 'restore', join(folder, 'copy'), '--yes');
  expect(restored).toMatchObject({ code: 0 });
  const again = await start(thisRelease, url);
  // All that had been served before the copy is in it, and has ended: nothing that was open then goes on by itself.
  for (const flow of before)
    expect(await again.state(flow)).toMatchObject({ at: 'closed', ending: { because: 'operator' } });
  await expect(again.state(since)).rejects.toThrow();
  const flow = await asks(again, 'after-the-restore');
  expect(await again.tell({ do: 'submit-code', flow, by: personAfter })).toBe('moved');
  await isAt(again, flow, 'link-ready');
  await again.stop();
}
const personAfter = actorId({ platform: 'slack', tenant: 'T1', user: 'after-the-restore' });

describe('a copy that is taken under load', { timeout: 180_000 }, () => {
  it('is put back, and people are served by it: SQLite', () => isRestoredFromLoad(`sqlite:${folder}/latchkey.db`));
});

const missing = postgresMissing();
describe.skipIf(missing !== undefined)(titled('on PostgreSQL', missing), { timeout: 180_000 }, () => {
  let postgres: PostgresServer;
  beforeEach(async () => {
    postgres = await startPostgres();
    return () => postgres.stop();
  });

  it('a copy that is taken under load is put back, and people are served by it', async () =>
    isRestoredFromLoad(await postgres.database()));

  it.skipIf(lastReleaseMissing !== undefined)(
    titled('the first release is upgraded, and works again on the copy from before', lastReleaseMissing),
    async () => {
      const url = await postgres.database();
      const firstRelease = unpackLastRelease();
      try {
        const older = await start(firstRelease, url);
        const flow = await asks(older, 'jane');
        await older.stop();
        const by = actorId({ platform: 'slack', tenant: 'T1', user: 'jane' });
        expect(await latchkey(url, 'backup', join(folder, 'copy'))).toMatchObject({ code: 0 });
        const migrated = await latchkey(url, 'migrate');
        expect(migrated).toMatchObject({ code: 0, out: expect.stringContaining('Applied: 0006-instances') });
        const newer = await start(thisRelease, url);
        expect(await newer.tell({ do: 'submit-code', flow, by })).toBe('moved');
        await isAt(newer, flow, 'link-ready');
        await newer.stop();
        await expect(start(firstRelease, url)).rejects.toThrow('newer');

        expect(await latchkey(url, 'restore', join(folder, 'copy'), '--yes')).toMatchObject({ code: 0 });
        const back = await start(firstRelease, url);
        expect(await back.state(flow)).toMatchObject({ at: 'closed', ending: { outcome: 'cancelled' } });
        await asks(back, 'john');
        await back.stop();
      } finally {
        await rm(firstRelease, { recursive: true, force: true });
      }
    },
  );
});
