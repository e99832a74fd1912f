// The real process, with a database file of its own in a temporary folder, connected to the emulators.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { freePort } from '../playground/free-port.ts';
import { type Helper, startHelper } from './channel.ts';
import { helpdesk, teamsApp, tenant, webhookSecret, workspace } from './settings.ts';

export interface Emulators {
  readonly auth0Url: string;
  readonly slackApiUrl: string;
  readonly teams: {
    readonly url: string;
    readonly serviceUrl: string;
    readonly loginUrl: string;
    readonly keysUrl: string;
  };
}

export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
}

export interface Product {
  readonly url: string;
  /** From the start of the process to the first 200 from /readyz, in milliseconds. */
  readonly readyAfterMs: number;
  memory(): Promise<Memory>;
  /** Since the process started, in milliseconds. */
  processorMs(): Promise<number>;
  /** Waits until no work is left after the answers; returns how long that took, in milliseconds. */
  drained(): Promise<number>;
  end(): Promise<void>;
}

/** Slack is always connected. */
export async function startProduct(
  where: Emulators,
  withTeams = false,
  { policy = '', trustProxy = '' }: { readonly policy?: string; readonly trustProxy?: string } = {},
): Promise<Product> {
  const [folder, port] = await Promise.all([mkdtemp(join(tmpdir(), 'latchkey-bench-')), freePort()]);
  const url = `http://127.0.0.1:${port}`;
  const databaseFile = join(folder, 'latchkey.db');
  const policyFile = join(folder, 'policy.yaml');
  await writeFile(policyFile, `companyName: Acme\nhelpdesk:\n  channels: [slack:${helpdesk}]\n${policy}`);
  const began = performance.now();
  const helper = startHelper('src/main.ts', {
    preload: 'bench/gauge.mjs',
    silent: true,
    flags: ['--expose-gc'],
    env: {
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: url,
      DATABASE_URL: `sqlite:${databaseFile}`,
      SECRET_KEYS: randomBytes(32).toString('base64'),
      POLICY_FILE: policyFile,
      WEBHOOK_SECRET: webhookSecret,
      ...(trustProxy === '' ? {} : { TRUST_PROXY: trustProxy }),
      ...auth0Settings(where),
      ...slackSettings(where),
      ...(withTeams ? teamsSettings(where) : {}),
    },
  });
  await isReady(url, helper);
  return {
    url,
    readyAfterMs: performance.now() - began,
    memory: () => helper.ask<Memory>('memory'),
    processorMs: () => helper.ask<number>('processorMs'),
    drained: () => drained(databaseFile),
    async end() {
      await helper.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const auth0Settings = ({ auth0Url }: Emulators) => ({
  AUTH0_DOMAIN: tenant.domain,
  AUTH0_CLIENT_ID: tenant.clientId,
  AUTH0_CLIENT_SECRET: tenant.clientSecret,
  AUTH0_BASE_URL: auth0Url,
});

export const slackSettings = ({ slackApiUrl }: Emulators) => ({
  SLACK_SIGNING_SECRET: workspace.signingSecret,
  SLACK_BOT_TOKEN: workspace.botToken,
  SLACK_API_URL: slackApiUrl,
});

export const teamsSettings = ({ teams }: Emulators) => ({
  TEAMS_APP_ID: teamsApp.appId,
  TEAMS_APP_PASSWORD: teamsApp.appPassword,
  TEAMS_TENANT_ID: teamsApp.tenantId,
  TEAMS_OPENID_METADATA_URL: teams.keysUrl,
  TEAMS_LOGIN_URL: teams.loginUrl,
  TEAMS_SERVICE_URLS: teams.url,
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function isReady(url: string, { child }: Helper): Promise<void> {
  for (;;) {
    const status = await fetch(`${url}/readyz`).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => undefined,
    );
    if (status === 200) return;
    if (child.exitCode !== null) throw new Error(`the product ended with ${child.exitCode} before it was ready`);
    await pause(4);
  }
}

/** The work is finished when three looks in a row find nothing to do. Returns the time until the first of the three. */
async function drained(databaseFile: string): Promise<number> {
  const began = performance.now();
  const db = new DatabaseSync(databaseFile, { readOnly: true, timeout: 5_000 });
  const left = db.prepare(
    'select (select count(*) from outbox) + (select count(*) from intakes where flow is null) as things',
  );
  let since = began;
  try {
    for (let quiet = 0; quiet < 3; await pause(100)) {
      quiet = left.get()?.['things'] === 0 ? quiet + 1 : 0;
      if (quiet < 2) since = performance.now();
    }
  } finally {
    db.close();
  }
  return since - began;
}
