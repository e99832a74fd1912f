// The real process with emulators around it: started, killed, restarted on the same file, with one clock for all.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { type Auth0Server, startAuth0 } from '../../playground/auth0/server.ts';
import { freePort } from '../../playground/free-port.ts';
import { type MailServer, startMail } from '../../playground/mail/server.ts';
import { type Slack, startSlack } from '../../playground/slack/server.ts';
import { callbacksAt } from '../../src/auth0/application.ts';
import { createSigningKeys } from '../../src/signing-keys.ts';
import { readRecoveryCode, writeRecoveryCode } from '../../src/text/recovery-code.ts';
import { queuedMs } from '../cpu-time.ts';
import type { Aim, Order, Report } from './stopwatch.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const node = join(root, 'node_modules/.bin/node');
const lookEveryMs = 15;
const stopwatch = fileURLToPath(new URL('./stopwatch.ts', import.meta.url));

export const helpdesk = 'C0HELPDESK';
export const sam = 'U0SAM';
const clientSecret = 'latchkey-client-secret-0123456789abcdef';
export const webhookSecret = 'a-webhook-secret-of-forty-characters-0123';
export const workspace = {
  teamId: 'T0ACME001',
  appId: 'A0LATCHKEY',
  botUserId: 'U0LATCHKEY',
  signingSecret: 'f3a1c09e7b2d4586a1b2c3d4e5f60718',
  botToken: 'xoxb-1111111111-2222222222-AbCdEfGhIjKlMnOpQrStUvWx',
};

export interface Newcomer {
  readonly slackId: string;
  readonly account: string;
  readonly workEmail: string;
  /** Of their contact, or of the one that they will enrol. */
  readonly mailbox: string;
  /** Their recovery codes, as they wrote them down; none where their account needs one proof. */
  readonly recoveryCodes?: readonly string[];
}

export const oldPassword = 'Old-Passw0rd-of-Jane';

export interface ProcessHarness {
  readonly auth0: Auth0Server;
  readonly slack: Slack;
  readonly mail: MailServer;
  readonly url: string;
  readonly databaseFile: string;
  /** Where the process was killed, in order. */
  readonly deaths: readonly string[];
  /** Everything that all processes have written so far. */
  logged(): string;
  /** A new person, with an account of their own. `contacts`: addresses that are linked; without it the mailbox alone. `inDirectory`: the id of an account in the connection CorpAD. */
  newcomer(contacts?: (mailbox: string) => readonly string[], inDirectory?: string): Newcomer;
  /** Kills the process at once; another one is started. */
  kill(): void;
  /** Ten codes that the account has had for two days. */
  recoveryCodesFor(account: string): readonly string[];
  /** What is stored of a code of this account. */
  recoveryCodeHash(account: string, code: string): string;
  /** From now on every operation is appended to this list, until `aim` is called. */
  watch(): readonly string[];
  /** From now on operations are counted, and the process is killed at the one given. */
  aim(at: Aim): void;
  /**
   * Resolves when the process is not going to be killed any more. Until it has heard of it, which takes long on a busy machine, it may
   * still be: then this resolves when the next one answers.
   */
  withdrawAim(): Promise<void>;
  /** The same for the process that is started after the next kill, counted from its start. */
  aimNext(at: Aim): void;
  /** Writes the compile cache, so that the next process need not compile what was compiled until now. */
  keepCompiled(): void;
  /** Resolves when the process answers, also where it was killed just now. */
  up(): Promise<void>;
  /** Whether a process answers now; false from the moment at which it kills itself, before its exit is visible. */
  isUp(): boolean;
  /** Waits a moment before the next look. */
  look(): Promise<void>;
  /**
   * For how long, over all looks, the process could have done something: it was alive and did not wait for a processor.
   */
  idledMs(): number;
  pass(seconds: number): void;
  now(): number;
  /** Sends this signal and waits for the exit; no process is started afterwards. */
  signal(signal: 'SIGTERM' | 'SIGKILL'): Promise<{ readonly code: number | null; readonly ms: number }>;
  /** Starts a process after `signal`. */
  startAgain(): Promise<void>;
  end(): Promise<void>;
}

export interface ProcessHarnessOptions {
  /** How many times shorter the sleeps in the process's loops are. */
  readonly haste?: number;
  /** Every account needs two proofs for a reset. */
  readonly needsTwoProofs?: boolean;
  /** Passwords are chosen on the product's own page. */
  readonly setsPasswords?: boolean;
  /** Programs may reset passwords for people who cannot reach chat. */
  readonly offersRest?: boolean;
  /** Auth0 mails its own link. */
  readonly mailsLinks?: boolean;
  /** Also kills around requests that only read. */
  readonly readings?: boolean;
  /** Where the first process is killed. */
  readonly aim?: Aim;
  /** Used instead of a file. */
  readonly databaseUrl?: string;
  /** What the policy names a directory with, and the password of its service account. */
  readonly directory?: { readonly policy: string; readonly password: string };
}

export async function startProcessHarness(options: ProcessHarnessOptions = {}): Promise<ProcessHarness> {
  let shiftMs = 0;
  const now = (): number => Date.now() + shiftMs;
  const [folder, port, auth0, slack, mail] = await Promise.all([
    mkdtemp(join(tmpdir(), 'latchkey-kill-')),
    freePort(),
    startAuth0({
      domain: 'acme.eu.auth0.test',
      clientId: 'latchkey-client',
      clientSecret,
      ticketOrigin: 'self',
      tenantName: 'Acme',
      now,
    }),
    startSlack({ ...workspace, now }),
    startMail(now),
  ]);
  const url = `http://127.0.0.1:${port}`;
  auth0.control.setCallbacks(callbacksAt(url));
  if (options.directory !== undefined) auth0.control.addConnection('CorpAD', 'ad');
  const databaseFile = join(folder, 'latchkey.db');
  const policyFile = join(folder, 'policy.yaml');
  const rules = options.needsTwoProofs === true ? 'rules: [{ reset: { approvals: 0, proofs: 2 } }]\n' : '';
  const mailed = options.mailsLinks === true ? 'rules: [{ reset: { approvals: 0, via: email } }]\n' : '';
  const here = options.setsPasswords === true ? 'setPasswordHere: [CorpUsers]\n' : '';
  const rest = options.offersRest === true ? 'rest: { enabled: true }\nselfService: { codesPerHour: 1000 }\n' : '';
  await writeFile(
    policyFile,
    `companyName: Acme\n${here}${rest}helpdesk:\n  channels: [slack:${helpdesk}]\n${rules}${mailed}${options.directory?.policy ?? ''}`,
  );
  const secretKey = randomBytes(32);
  slack.control.addUser({ id: sam, name: 'sam', realName: 'Sam Agent', email: 'sam@acme.example.com' });
  // Somebody who typed a name has no address in a chat, so only accounts tell them and the agent apart.
  if (options.offersRest === true) {
    const sams = { email: 'sam@acme.example.com', emailVerified: true, name: 'Sam Agent', password: oldPassword };
    auth0.control.addUser({ userId: 'auth0|65000000000000000000sam0', connection: 'CorpUsers', ...sams });
  }
  slack.control.addChannel({ id: helpdesk, name: 'helpdesk', isPrivate: true, members: [sam] });
  slack.control.connect(`${url}/slack/events`);

  const env = {
    PATH: process.env['PATH'],
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: url,
    DATABASE_URL: options.databaseUrl ?? `sqlite:${databaseFile}`,
    SECRET_KEYS: secretKey.toString('base64'),
    POLICY_FILE: policyFile,
    AUTH0_DOMAIN: 'acme.eu.auth0.test',
    AUTH0_CLIENT_ID: 'latchkey-client',
    AUTH0_CLIENT_SECRET: clientSecret,
    AUTH0_BASE_URL: auth0.url,
    SLACK_SIGNING_SECRET: workspace.signingSecret,
    SLACK_BOT_TOKEN: workspace.botToken,
    SLACK_API_URL: slack.apiUrl,
    SMTP_URL: mail.url,
    WEBHOOK_SECRET: webhookSecret,
    ...(options.directory === undefined ? {} : { DIRECTORY_PASSWORD: options.directory.password }),
    NODE_OPTIONS: `--import=${stopwatch}`,
    KILL_TEST_HASTE: String(options.haste ?? 1),
    KILL_TEST_READINGS: options.readings === true ? 'yes' : 'no',
  };

  const keys = createSigningKeys([secretKey]);
  const recoveryCodeHash = (account: string, code: string): string =>
    keys.sign('recovery-code', `${account} ${readRecoveryCode(code)}`);
  const deaths: string[] = [];
  const written: string[] = [];
  let watched: string[] = [];
  let hasNoAim = Promise.withResolvers<void>();
  const nextAims: Aim[] = options.aim === undefined ? [] : [options.aim];
  let isWanted = true;
  let answers = false;
  let child: ChildProcess | undefined;
  let ready: Promise<void> = Promise.resolve();
  let ended: Promise<number | null> = Promise.resolve(null);

  const start = (): void => {
    const aim = nextAims.shift();
    const started = spawn(node, [join(root, 'src/main.ts')], {
      // Not the project's folder, where a developer may have a `.env` of their own.
      cwd: folder,
      env: {
        ...env,
        KILL_TEST_SHIFT_MS: String(shiftMs),
        ...(aim === undefined ? {} : { KILL_TEST_AIM: JSON.stringify(aim) }),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child = started;
    const isUp = Promise.withResolvers<void>();
    ready = isUp.promise;
    const hear = (chunk: Buffer): void => {
      const text = chunk.toString();
      written.push(text);
      for (const [, where] of text.matchAll(/^killed (.*)$/gm)) {
        answers = false;
        if (where !== undefined) deaths.push(where);
      }
      if (!text.includes('"msg":"ready"')) return;
      answers = child === started;
      isUp.resolve();
    };
    started.on('message', (report: Report) => {
      if (report === 'no aim') hasNoAim.resolve();
      else watched.push(report.operation);
    });
    started.stdout?.on('data', hear);
    started.stderr?.on('data', hear);
    ended = new Promise((resolve) => {
      started.once('exit', (code, signal) => {
        resolve(code);
        if (code !== null && isWanted) isUp.reject(new Error(`it ended by itself with ${code}:\n${written.join('')}`));
        if (signal === 'SIGKILL' && isWanted) {
          start();
          // Callers that wait for the killed process wait for this one.
          ready.then(isUp.resolve, isUp.reject);
        }
      });
    });
    ready.catch(() => undefined);
  };
  const tell = (order: Order): void => {
    if (child?.connected === true) child.send(order, () => undefined);
  };
  const up = async (): Promise<void> => {
    for (let waited = ready; ; waited = ready) {
      await waited;
      if (waited === ready) return;
    }
  };
  start();

  let idledMs = 0;
  const look = async (): Promise<void> => {
    const [pid, queued] = [child?.pid, queuedMs(child?.pid)];
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    // However long a look took: if it took longer than one pause, the cause cannot be told from a busy machine, so one
    // pause counts.
    if (child?.pid === pid) idledMs += Math.max(0, lookEveryMs - (queuedMs(pid) - queued));
  };

  let startAgain = up;
  let newcomers = 0;
  return {
    auth0,
    slack,
    mail,
    url,
    databaseFile,
    deaths,
    logged: () => written.join(''),
    newcomer(contacts = (mailbox) => [mailbox], inDirectory) {
      newcomers += 1;
      const nth = String(newcomers).padStart(4, '0');
      const account = inDirectory ?? `auth0|65000000000000000000${nth}`;
      const email = `jane${nth}@acme.example.com`;
      const mailbox = `jane${nth}@home.example.net`;
      slack.control.addUser({ id: `U0JANE${nth}`, name: `jane${nth}`, realName: 'Jane Doe', email });
      auth0.control.addUser({
        userId: account,
        connection: inDirectory === undefined ? 'CorpUsers' : 'CorpAD',
        email,
        ...(inDirectory === undefined ? { emailVerified: true } : {}),
        name: 'Jane Doe',
        givenName: 'Jane',
        password: oldPassword,
        contacts: contacts(mailbox).map((address) => ({ provider: 'email', address })),
      });
      return { slackId: `U0JANE${nth}`, account, workEmail: email, mailbox };
    },
    recoveryCodeHash,
    recoveryCodesFor(account) {
      const codes = Array.from({ length: 10 }, () => writeRecoveryCode(randomBytes(8)));
      const db = new DatabaseSync(databaseFile, { timeout: 2_000 });
      const row = db.prepare('insert into recovery_codes (account, hash, made_at) values (?, ?, ?)');
      for (const code of codes) row.run(account, recoveryCodeHash(account, code), now() - 2 * 86_400_000);
      db.close();
      return codes;
    },
    watch() {
      watched = [];
      tell('tell');
      return watched;
    },
    kill: () => {
      answers = false;
      deaths.push('from outside');
      child?.kill('SIGKILL');
    },
    aim: (at) => tell({ aim: at }),
    async withdrawAim() {
      hasNoAim = Promise.withResolvers();
      const isGone = ended;
      tell({ aim: undefined });
      await Promise.race([hasNoAim.promise, isGone]);
      await up();
    },
    keepCompiled: () => tell('keep-compiled'),
    aimNext: (at) => void nextAims.push(at),
    up,
    isUp: () => answers,
    look,
    idledMs: () => idledMs,
    pass(seconds) {
      shiftMs += seconds * 1_000;
      tell({ passMs: seconds * 1_000 });
    },
    now,
    async signal(signal) {
      isWanted = false;
      const again = Promise.withResolvers<void>();
      ready = again.promise;
      startAgain = async () => {
        isWanted = true;
        start();
        ready.then(again.resolve, again.reject);
        await up();
      };
      const since = performance.now();
      child?.kill(signal);
      return { code: await ended, ms: performance.now() - since };
    },
    startAgain: () => startAgain(),
    async end() {
      isWanted = false;
      child?.kill('SIGKILL');
      await ended;
      await Promise.all([auth0.close(), slack.close(), mail.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Everything in the database's files, as text. */
export const onDisk = (databaseFile: string): string =>
  ['', '-wal', '-shm']
    .map((ending) => databaseFile + ending)
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file).toString('latin1'))
    .join('\n');
