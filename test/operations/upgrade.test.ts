// From the database of the first release to this one and back, as RUNBOOK.md says: real processes of both releases on one file.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { actorId, contactRef, instant } from '../../src/flows/ids.ts';
import type { FlowState } from '../../src/flows/state.ts';
import { createDatabaseChecks } from '../../src/store/diagnosis.ts';
import { runLatchkey } from '../cli/run-latchkey.ts';
import { lastReleaseMissing, unpackLastRelease } from '../store/last-release.ts';
import { type Release, startRelease } from '../store/start-release.ts';

const thisRelease = fileURLToPath(new URL('../..', import.meta.url));
const jane = actorId({ platform: 'slack', tenant: 'T1', user: 'jane' });
const newSteps = [
  '0006-instances',
  '0013-operator',
  '0014-backups',
  '0015-uncounted-endings',
  '0016-occasions',
  '0017-typed-sessions',
  '0018-strangers',
];
const copies = () => readdirSync(folder).filter((name) => name.startsWith('latchkey.db-before-0006-instances-'));
const theCopy = () => join(folder, copies()[0] ?? 'none');

let firstRelease = '';
let folder = '';
const started: ChildProcess[] = [];
beforeAll(() => {
  if (lastReleaseMissing !== undefined) return;
  firstRelease = unpackLastRelease();
  return () => rm(firstRelease, { recursive: true, force: true });
});
beforeEach(async ({ skip }) => {
  skip(lastReleaseMissing !== undefined, lastReleaseMissing);
  folder = await mkdtemp(join(tmpdir(), 'latchkey-upgrade-'));
});
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

const url = () => `sqlite:${folder}/latchkey.db`;
const latchkey = (...args: readonly string[]) => runLatchkey(args, { DATABASE_URL: url() });
const start = (root: string): Promise<Release> => {
  const { child, release } = startRelease(root, url());
  started.push(child);
  return release;
};
const isAt = (release: Release, flow: string, at: FlowState['at']) =>
  expect.poll(async () => (await release.state(flow)).at, { timeout: 60_000 }).toBe(at);

/** A request with the first release, as far as its code. */
async function asksAtFirst(release: Release, by = jane): Promise<string> {
  const flow = String(await release.tell({ do: 'begin', actor: by, kind: 'reset' }));
  await isAt(release, flow, 'choosing-contact');
  const event = { type: 'code.requested', by, contact: contactRef('email|1') } as const;
  await release.tell({ do: 'deliver', flow, event });
  await isAt(release, flow, 'challenged');
  return flow;
}

/** The real server, until it is ready or has refused to start. */
async function serverStarts(): Promise<{ readonly out: string; readonly err: string }> {
  const env = {
    ...{ PORT: '0', PUBLIC_URL: 'https://latchkey.acme.example', POLICY_FILE: 'built-in', DATABASE_URL: url() },
    ...{ AUTH0_DOMAIN: 'acme.eu.auth0.com', AUTH0_CLIENT_ID: 'client', AUTH0_CLIENT_SECRET: 'client-secret-of-acme' },
    ...{ AUTH0_BASE_URL: 'http://127.0.0.1:9', SLACK_API_URL: 'http://127.0.0.1:9/api/' },
    ...{ SLACK_SIGNING_SECRET: randomBytes(16).toString('hex'), SLACK_BOT_TOKEN: 'xoxb-1-2-abc' },
    SECRET_KEYS: randomBytes(32).toString('base64'),
  };
  const server = spawn(process.execPath, [join(thisRelease, 'src/main.ts')], { cwd: folder, env });
  started.push(server);
  let [out, err] = ['', ''];
  server.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    if (out.includes('"msg":"ready"')) server.kill('SIGTERM');
  });
  server.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  await once(server, 'close');
  return { out, err };
}

const runbook = readFileSync(join(thisRelease, 'RUNBOOK.md'), 'utf8');
it.each(['migrate --dry-run', 'migrate', 'backup FILE', 'restore FILE', 'work list'])(
  'RUNBOOK.md says %s',
  (command) => {
    expect(runbook).toContain(`\`npm run latchkey -- ${command}\``);
  },
);

describe('an upgrade from the first release', { timeout: 120_000 }, () => {
  it('is told before it is done, keeps a copy, and what people had begun goes on', async () => {
    const older = await start(firstRelease);
    const flow = await asksAtFirst(older);
    await older.stop();
    const look = await latchkey('migrate', '--dry-run');
    for (const step of newSteps) expect(look.out).toContain(step);
    expect(look.out).toContain('latchkey.db-before-0006-instances-');
    expect(copies()).toEqual([]);

    expect(await latchkey('migrate')).toMatchObject({
      code: 0,
      out: expect.stringContaining('Applied: 0006-instances'),
    });
    expect(statSync(theCopy()).mode & 0o777).toBe(0o600);
    expect(await latchkey('migrate')).toMatchObject({ code: 0, out: 'The database is up to date.\n' });
    const newer = await start(thisRelease);
    expect(await newer.tell({ do: 'submit-code', flow, by: jane })).toBe('moved');
    await isAt(newer, flow, 'link-ready');
  });

  it('the release before refuses the database, and works again on the copy from before', async () => {
    const older = await start(firstRelease);
    const flow = await asksAtFirst(older);
    await older.stop();
    await latchkey('migrate');
    await (await start(thisRelease)).stop();
    await expect(start(firstRelease)).rejects.toThrow('newer');

    const { code, out } = await latchkey('restore', theCopy(), '--yes');
    expect([code, out]).toEqual([0, expect.stringContaining('ended: 1')]);
    const back = await start(firstRelease);
    expect(await back.state(flow)).toMatchObject({ at: 'closed', ending: { outcome: 'cancelled' } });
    await asksAtFirst(back, actorId({ platform: 'slack', tenant: 'T1', user: 'john' }));
    await back.stop();
    // And forward again, with a copy of its own.
    expect(await latchkey('migrate')).toMatchObject({
      code: 0,
      out: expect.stringContaining('Applied: 0006-instances'),
    });
    await (await start(thisRelease)).stop();
    expect(copies()).toHaveLength(2);
  });

  it('by several processes at once leaves copies from before only, and is done once', async () => {
    await (await start(firstRelease)).stop();
    const runs = await Promise.all([1, 2, 3].map(() => latchkey('migrate')));
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(copies().length).toBeGreaterThan(0);
    for (const name of copies()) {
      const copy = new DatabaseSync(join(folder, name), { readOnly: true });
      const steps = copy
        .prepare('select name from kysely_migration')
        .all()
        .map((row) => row['name']);
      copy.close();
      expect(steps).not.toContain('0006-instances');
    }
  });

  it('is done by the server when it starts, with the same copy', async () => {
    await (await start(firstRelease)).stop();
    const { out } = await serverStarts();
    expect(out).toContain('the database was brought to this release');
    expect(copies()).toHaveLength(1);
  });

  it('a server that is given a copy by hand does not start, and says what to do', async () => {
    await latchkey('migrate');
    expect(await latchkey('backup', join(folder, 'copy.db'))).toMatchObject({ code: 0 });
    renameSync(join(folder, 'copy.db'), join(folder, 'latchkey.db'));
    expect((await serverStarts()).err).toContain('latchkey restore FILE');
    const [check] = createDatabaseChecks({ url: url(), clock: { now: () => instant(Date.now()) } });
    const findings = (await check?.run()) ?? [];
    expect(findings.find(({ check: name }) => name === 'database.migrations')).toMatchObject({
      state: 'failed',
      remedy: expect.stringContaining('latchkey restore FILE'),
    });
  });
});
