// The operator's commands about contacts, as a real process against an emulated tenant.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AddUser } from '../../playground/auth0/people.ts';
import { type Auth0Server, startAuth0 } from '../../playground/auth0/server.ts';
import { startMail } from '../../playground/mail/server.ts';
import { asStarted } from '../as-started.ts';
import { application, jane } from '../auth0/tenant.ts';

const script = fileURLToPath(new URL('../../src/cli/cli.ts', import.meta.url));
const mike = 'auth0|65a000000000000000000002';
const ada = 'auth0|65a000000000000000000003';

let folder = '';
let emulator: Auth0Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-import-'));
  await writeFile(
    join(folder, 'policy.yaml'),
    'connections: [CorpUsers]\ncontacts: { phoneCountries: [DE], blockedDomains: [acme.org] }\n',
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  emulator = await startAuth0(application);
  const { control } = emulator;
  control.addConnection('Partners', 'auth0');
  const contacts = [{ provider: 'email' as const, address: jane.email, userId: '65a0000000000000000000e1' }];
  control.addUser({ userId: jane.account, connection: 'CorpUsers', email: jane.workEmail, contacts });
  control.addUser({ userId: mike, connection: 'CorpUsers', email: 'mike@acme.test' });
  control.addUser({ userId: ada, connection: 'Partners', email: 'ada@acme.test' });
});
afterEach(() => emulator.close());

const settings = () => ({
  AUTH0_DOMAIN: application.domain,
  AUTH0_CLIENT_ID: application.clientId,
  AUTH0_CLIENT_SECRET: application.clientSecret,
  AUTH0_BASE_URL: emulator.url,
  NODE_ENV: 'development',
});

interface Run {
  readonly code: number | null;
  readonly err: string;
  readonly out: string;
  readonly rows: readonly unknown[];
}

async function latchkey(
  args: readonly string[],
  env: Readonly<Record<string, string>> = settings(),
  watch: (child: ChildProcess) => void = () => undefined,
): Promise<Run> {
  const child = spawn(process.execPath, [...asStarted(script), ...args], { env, cwd: folder });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  watch(child);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, err, out, rows: rowsIn(out) };
}

function rowsIn(out: string): readonly unknown[] {
  const lines = out.split('\n').filter((line) => line.includes('"contacts.import.row"'));
  return lines.map((line) => {
    const { line: number, account, problem, contacts, failure, cause } = JSON.parse(line);
    return [number, account, problem ?? contacts, ...(failure === undefined ? [] : [failure, cause])];
  });
}

async function file(content: string): Promise<string> {
  const path = join(folder, `${Math.random()}.csv`);
  await writeFile(path, content);
  return path;
}

const contact = (channel: 'email' | 'sms', result: string, more: object = {}) => ({ channel, result, ...more });
const linkedTo = (account: string) => emulator.control.user(account).contacts.map(({ provider }) => provider);

describe('latchkey contacts import', { timeout: 120_000 }, () => {
  const people = `Account;Email;Phone
MIKE@acme.test;Mike@Home.test;0151 23456789
jane@acme.test;Jane.Doe@gmail.test;
nobody@acme.test;nobody@home.test;
ada@acme.test;ada@home.test;
mike@acme.test;mike@acme.test;+1 202 555 0143
mike@acme.test;jane.doe@gmail.test;
mike@acme.test;mike@home.test;
`;
  const refused = [
    [4, undefined, 'no-account'],
    [5, undefined, 'other-connection'],
    [6, undefined, [contact('email', 'own-domain'), contact('sms', 'country')]],
  ];

  it('says of each row what would become of it, and changes nothing', async () => {
    const before = JSON.stringify(emulator.control.users());
    const { code, err, out, rows } = await latchkey(['contacts', 'import', await file(people)]);
    expect(rows).toEqual([
      [2, mike, [contact('email', 'would-link'), contact('sms', 'would-link')]],
      [3, jane.account, [contact('email', 'already')]],
      ...refused,
      [7, undefined, [contact('email', 'repeated', { firstLine: 3 })]],
      [8, undefined, [contact('email', 'repeated', { firstLine: 2 })]],
    ]);
    expect(code).toBe(1);
    expect(err).toContain('7 rows');
    expect(err).toContain('2  would-link');
    expect(err).toContain('Nothing was changed: that needs --apply.');
    expect(JSON.stringify(emulator.control.users())).toBe(before);
    const changes = emulator.control.requests.filter(({ method, path }) => method !== 'GET' && !path.includes('token'));
    expect(changes).toEqual([]);
    expect(`${out}${err}`).not.toMatch(/@|home\.test|23456789|secret-of/);
  });

  it('links with --apply, as not yet confirmed, and a second time finds all of it there', async () => {
    const path = await file(people);
    const { rows, err } = await latchkey(['contacts', 'import', path, '--apply']);
    expect(rows[0]).toEqual([2, mike, [contact('email', 'linked'), contact('sms', 'linked')]]);
    expect(rows.slice(2, 5)).toEqual(refused);
    expect(err).toContain('The whole file was read.');
    expect(linkedTo(mike)).toEqual(['email', 'sms']);
    expect(linkedTo(ada)).toEqual([]);
    const notes = JSON.stringify(emulator.control.user(mike).appMetadata);
    expect(notes.match(/"unconfirmed":true/g)).toHaveLength(2);
    const again = await latchkey(['contacts', 'import', path, '--apply']);
    expect(again.rows[0]).toEqual([2, mike, [contact('email', 'already'), contact('sms', 'already')]]);
    expect(linkedTo(mike)).toEqual(['email', 'sms']);
  });

  it('tells older contacts and the work address by mail, with nothing to press, and nobody of a first contact', async () => {
    const mail = await startMail(() => 0);
    try {
      const path = await file(
        'account,email,phone\njane@acme.test,second@home.test,0151 23456789\nmike@acme.test,m@home.test,\n',
      );
      const env = { ...settings(), SMTP_URL: mail.url, PUBLIC_URL: 'http://127.0.0.1:3000' };
      const { code, err, out } = await latchkey(['contacts', 'import', path, '--apply'], env);
      expect(code).toBe(0);
      expect(err).toContain('Told by mail of a new contact: the owners of 2 contacts.');
      const about = (masked: string) => mail.received.filter(({ text }) => text.includes(masked));
      expect(
        about('s•••@h•••.test')
          .map(({ to }) => to)
          .toSorted(),
      ).toEqual([jane.email, jane.workEmail].toSorted());
      expect(
        about('•••89')
          .map(({ to }) => to)
          .toSorted(),
      ).toEqual([jane.email, jane.workEmail, 'second@home.test'].toSorted());
      expect(mail.received).toHaveLength(5);
      const [{ text } = { text: '' }] = about('s•••@h•••.test');
      expect(text).toContain('Added by: your administrator');
      expect(text).toContain(
        'Not yours? Then somebody else would get codes for your account. Tell your helpdesk at once.',
      );
      expect(text).not.toMatch(/https?:|It wasn/);
      expect(`${out}${err}`).not.toMatch(/@|home\.test|23456789/);
    } finally {
      await mail.close();
    }
  });

  const bound = { actors: ['slack:T0ACME000:U0MIKE000'] };
  const anHourAgo = () => new Date(Date.now() - 3_600_000).toISOString();
  const twoDaysAgo = () => new Date(Date.now() - 48 * 3_600_000).toISOString();
  it.each<[string, Partial<AddUser>, readonly boolean[]]>([
    [
      'has one that can never be used',
      { contacts: [{ provider: 'email', address: 'mike.too@acme.test' }] },
      [false, true],
    ],
    ['has a chat only', { appMetadata: { latchkey: bound } }, [false, true]],
    ['had one until an hour ago', { appMetadata: { latchkey: { ...bound, removedAt: anHourAgo() } } }, [true, true]],
    ['had one until two days ago', { appMetadata: { latchkey: { ...bound, removedAt: twoDaysAgo() } } }, [false, true]],
    ['has an older one', { contacts: [{ provider: 'email', address: 'old@home.test' }] }, [true, true]],
  ])('tells by mail from when each new contact can be used, of an account that %s', async (_what, more, rests) => {
    emulator.control.removeUser(mike);
    emulator.control.addUser({ userId: mike, connection: 'CorpUsers', email: 'mike@acme.test', ...more });
    const mail = await startMail(() => 0);
    try {
      const path = await file('account,email,phone\nmike@acme.test,m.new@home.test,0151 23456789\n');
      const env = { ...settings(), SMTP_URL: mail.url, PUBLIC_URL: 'http://127.0.0.1:3000' };
      expect((await latchkey(['contacts', 'import', path, '--apply'], env)).code).toBe(0);
      for (const [nth, masked] of ['m•••@h•••.test', '•••89'].entries()) {
        const told = mail.received.filter(({ to, text }) => to === 'mike@acme.test' && text.includes(masked));
        expect(told).toHaveLength(1);
        expect(told[0]?.text.includes('starting now')).toBe(rests[nth] === false);
        expect(/starting [^n]/.test(told[0]?.text ?? '')).toBe(rests[nth]);
      }
    } finally {
      await mail.close();
    }
  });

  it('says of how many new contacts nobody was told, where mail is not set up', async () => {
    const path = await file('account,email\njane@acme.test,second@home.test\nmike@acme.test,m@home.test\n');
    const { err, rows } = await latchkey(['contacts', 'import', path, '--apply']);
    expect(rows[0]).toEqual([2, jane.account, [contact('email', 'linked', { notice: 'untold' })]]);
    expect(err).toContain('Not told: 1 contact of accounts that had a contact or a chat before.');
  });

  it.each([[], ['--apply']])('leaves a contact where it is linked, and does not say where: %j', async (...more) => {
    const path = await file('account,email\nmike@acme.test,jane.doe@gmail.test\n');
    const { rows, out, err, code } = await latchkey(['contacts', 'import', path, ...more]);
    expect(rows).toEqual([[2, mike, [contact('email', 'elsewhere')]]]);
    expect(`${out}${err}`).not.toContain(jane.account);
    expect([code, linkedTo(mike), linkedTo(jane.account)]).toEqual([1, [], ['email']]);
  });

  it('finds an account that the directory writes with other capitals', async () => {
    await writeFile(join(folder, 'directory.yaml'), 'connections: [CorpAD]\n');
    const account = emulator.control.addUser({
      ...{ userId: 'ad|CorpAD|grace', connection: 'CorpAD', email: 'Grace.Hopper@Acme.test' },
    }).userId;
    const path = await file('account,email\ngrace.hopper@acme.test,grace@home.test\n');
    const env = { ...settings(), POLICY_FILE: 'directory.yaml' };
    const { code, rows } = await latchkey(['contacts', 'import', path, '--apply'], env);
    expect([code, rows]).toEqual([0, [[2, account, [contact('email', 'linked')]]]]);
    expect(linkedTo(account)).toEqual(['email']);
  });

  it.each([[], ['--apply']])('does nothing for an account that an administrator blocked: %j', async (...more) => {
    emulator.control.adminBlock(mike, true);
    const path = await file('account,email\nmike@acme.test,mike@home.test\n');
    const { rows } = await latchkey(['contacts', 'import', path, ...more]);
    expect(rows).toEqual([[2, mike, [contact('email', 'failed')], 'refused', 'the account is disabled']]);
    expect(linkedTo(mike)).toEqual([]);
  });

  it('ends with 0 where all is well, and begins at the line that is named', async () => {
    const path = await file('account,email\nnobody@acme.test,a@home.test\nmike@acme.test,mike@home.test\n');
    const { code, rows } = await latchkey(['contacts', 'import', path, '--apply', '--from', '3']);
    expect([code, rows]).toEqual([0, [[3, mike, [contact('email', 'linked')]]]]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('stops after the row on %s, and says how to go on', async (signal) => {
    const path = await file('account,email\njane@acme.test,a@home.test\nmike@acme.test,mike@home.test\n');
    const { code, err, rows } = await latchkey(['contacts', 'import', path, '--apply'], settings(), (child) => {
      child.stdout?.once('data', () => {
        child.kill(signal);
        child.kill(signal);
      });
    });
    expect(rows).toEqual([[2, jane.account, [contact('email', 'linked', { notice: 'untold' })]]]);
    expect(err).toContain('Stopped after line 2. Run it again, or go on with --from 3.');
    expect([code, linkedTo(mike)]).toEqual([130, []]);
  });

  it('waits as long as Auth0 says where it goes too fast', async () => {
    emulator.control.faults.next({ path: /users-by-email/ }, { status: 429, headers: { 'retry-after': '1' } });
    const path = await file('account,email\nmike@acme.test,mike@home.test\n');
    const { code, rows } = await latchkey(['contacts', 'import', path, '--apply']);
    expect([code, rows]).toEqual([0, [[2, mike, [contact('email', 'linked')]]]]);
  });

  it('ends with the remedy where the application may not link', async () => {
    await emulator.close();
    emulator = await startAuth0({ ...application, scopes: ['read:users'] });
    emulator.control.addUser({ userId: jane.account, connection: 'CorpUsers', email: jane.workEmail });
    const path = await file('account,email\njane@acme.test,a@home.test\nmike@acme.test,mike@home.test\n');
    const { code, err, rows } = await latchkey(['contacts', 'import', path, '--apply']);
    expect(rows).toHaveLength(1);
    expect(err).toContain('Auth0 does not allow this.');
    expect(err).toContain('create:users');
    expect(err).toContain('Then run it again, or go on with --from 1.');
    expect(code).toBe(1);
  });

  it('does all that comes before a line that it could misread, and says how to go on', async () => {
    const path = await file('account,email\nmike@acme.test,mike@home.test\njane@acme.test,"a@home.test\n');
    const { code, err, out, rows } = await latchkey(['contacts', 'import', path, '--apply']);
    expect(rows).toEqual([[2, mike, [contact('email', 'linked')]]]);
    expect(err).toBe(
      `Chats will not be told of new contacts: there is no database at ./data/latchkey.db. Set DATABASE_URL to the one that the server uses.
1 row
          1  linked
The file cannot be used: line 3 ends the file inside a quotation mark that is opened and never closed. All is known up to line 2. See to the file, then run it again, or go on with --from 3. What is linked already is left alone.
Chats were not told: there is no database at ./data/latchkey.db. To change that, run the same import again within a day, where DATABASE_URL names the database of the server. What is linked already is left alone.
`,
    );
    const end = out.split('\n').find((line) => line.includes('"contacts.import.end"')) ?? '{}';
    expect(JSON.parse(end)).toMatchObject({ rows: 1, ended: 'unreadable', lastLine: 2 });
    expect([code, linkedTo(mike)]).toEqual([1, ['email']]);
  });

  it('refuses a file whose first line it could misread, in one sentence', async () => {
    const path = await file('user,email\nmike@acme.test,mike@home.test\n');
    const { code, err, out } = await latchkey(['contacts', 'import', path]);
    expect(err).toMatch(/^latchkey: The file cannot be used: it has no column `account`\. [^\n]*\n$/);
    expect([code, out]).toEqual([1, '']);
  });

  it.each([
    [[]],
    [['import']],
    [['import', 'a.csv', 'b.csv']],
    [['import', 'a.csv', '--aply']],
    [['import', 'a.csv', '--apply=no']],
    [['import', 'a.csv', '--from', '0']],
    [['import', 'a.csv', '--from', 'x']],
    [['export', 'a.csv']],
    [['coverage', 'CorpUsers']],
  ])('does nothing for an order that is not understood: %j', async (args) => {
    const { code, err } = await latchkey(['contacts', ...args], {});
    expect(err).toContain('there is no command');
    expect(err).toContain('contacts import FILE.csv [--apply]');
    expect(code).toBe(2);
  });

  it('names the settings that it lacks', async () => {
    const { code, err } = await latchkey(['contacts', 'import', 'a.csv'], { NODE_ENV: 'development' });
    expect(err).toMatch(/^3 settings need attention before `latchkey contacts import` can do its work:$/m);
    expect(err).toContain('AUTH0_DOMAIN is not set');
    expect(code).toBe(1);
  });

  it('does not begin on defaults in production', async () => {
    const env = { ...settings(), NODE_ENV: 'production', AUTH0_BASE_URL: '', POLICY_FILE: 'nowhere.yaml' };
    const { code, err } = await latchkey(['contacts', 'import', 'a.csv'], env);
    expect(err).toContain('nowhere.yaml: cannot be read (ENOENT)');
    expect(code).toBe(1);
  });
});

describe('latchkey contacts coverage', { timeout: 120_000 }, () => {
  it('says how many accounts of each connection have a contact', async () => {
    await writeFile(join(folder, 'two.yaml'), 'connections: [CorpUsers, Partners]\n');
    const { code, out } = await latchkey(['contacts', 'coverage'], { ...settings(), POLICY_FILE: 'two.yaml' });
    expect(out).toBe(
      'CorpUsers: 1 of 2 accounts have a contact (50 %)\nPartners: 0 of 1 accounts have a contact (0 %)\n',
    );
    expect(code).toBe(0);
  });

  it('counts every database and every Active Directory where the policy names no connection', async () => {
    const { code, out } = await latchkey(['contacts', 'coverage'], { ...settings(), POLICY_FILE: 'built-in' });
    expect(out).toBe(
      'every database: 1 of 3 accounts have a contact (33 %)\nevery Active Directory: 0 of 0 accounts have a contact\n',
    );
    expect(code).toBe(0);
  });

  it('says what could not be counted', async () => {
    emulator.control.faults.next({ path: /api\/v2\/users\?/, times: 9 }, { status: 503 });
    const { code, err } = await latchkey(['contacts', 'coverage']);
    expect(err).toContain('CorpUsers could not be counted');
    expect(code).toBe(1);
  });
});
