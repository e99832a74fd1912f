// The real process, on a file of its own in a temporary folder, between the emulated neighbours.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { freePort } from '../playground/free-port.ts';
import { type Helper, startHelper } from './channel.ts';
import { helpdesk, tenant, webhookSecret, workspace } from './settings.ts';

export interface Product {
  readonly helper: Helper;
  readonly url: string;
  /** From the start of the process to the first 200 of /readyz, in milliseconds. */
  readonly readyAfterMs: number;
  memory(): Promise<{ readonly rss: number; readonly heapUsed: number }>;
  /** Waits until nothing is left to be done behind the answers; answers how long that took. */
  drained(): Promise<number>;
  end(): Promise<void>;
}

export interface Neighbours {
  readonly auth0Url: string;
  readonly slackApiUrl: string;
}

export async function startProduct({ auth0Url, slackApiUrl }: Neighbours): Promise<Product> {
  const [folder, port] = await Promise.all([mkdtemp(join(tmpdir(), 'latchkey-bench-')), freePort()]);
  const url = `http://127.0.0.1:${port}`;
  const databaseFile = join(folder, 'latchkey.db');
  const policyFile = join(folder, 'policy.yaml');
  await writeFile(policyFile, `companyName: Acme\nhelpdesk:\n  channels: [slack:${helpdesk}]\n`);
  const began = performance.now();
  const helper = startHelper('src/main.ts', {
    preload: 'bench/gauge.ts',
    silent: true,
    env: {
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: url,
      DATABASE_URL: `sqlite:${databaseFile}`,
      SECRET_KEYS: randomBytes(32).toString('base64'),
      POLICY_FILE: policyFile,
      AUTH0_DOMAIN: tenant.domain,
      AUTH0_CLIENT_ID: tenant.clientId,
      AUTH0_CLIENT_SECRET: tenant.clientSecret,
      AUTH0_BASE_URL: auth0Url,
      SLACK_SIGNING_SECRET: workspace.signingSecret,
      SLACK_BOT_TOKEN: workspace.botToken,
      SLACK_API_URL: slackApiUrl,
      WEBHOOK_SECRET: webhookSecret,
    },
  });
  await answers(`${url}/readyz`);
  const readyAfterMs = performance.now() - began;
  return {
    helper,
    url,
    readyAfterMs,
    memory: () => helper.ask('memory'),
    drained: () => drained(databaseFile),
    async end() {
      await helper.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asked every few milliseconds until it answers at all with a success, or with 404 where there is no such page. */
export async function answers(url: string): Promise<void> {
  for (;;) {
    const status = await fetch(url).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => undefined,
    );
    if (status === 200 || status === 404) return;
    await pause(4);
  }
}

async function drained(databaseFile: string): Promise<number> {
  const began = performance.now();
  const db = new DatabaseSync(databaseFile, { readOnly: true, timeout: 5_000 });
  const left = db.prepare(
    'select (select count(*) from outbox) + (select count(*) from intakes where flow is null) as things',
  );
  try {
    for (let quiet = 0; quiet < 3; await pause(100)) quiet = left.get()?.['things'] === 0 ? quiet + 1 : 0;
  } finally {
    db.close();
  }
  return performance.now() - began;
}
