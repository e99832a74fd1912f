import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { startAuth0 } from '../../playground/auth0/server.ts';
import { freePort } from '../../playground/free-port.ts';
import { coverageGroups } from '../../src/auth0/coverage.ts';
import { countNowAndThen } from '../../src/compose/coverage.ts';
import { compose } from '../../src/compose.ts';
import { readConfig } from '../../src/config/config.ts';
import { parsePolicy } from '../../src/config/policy/policy-file.ts';
import { instant } from '../../src/flows/ids.ts';
import { failed, success } from '../../src/flows/outcome.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { application, jane } from '../auth0/tenant.ts';

const silent = pino({ level: 'silent' });
const create = () =>
  createMetrics({ tally: async () => ({ open: {}, waitingEffects: 0 }), clock: { now: () => instant(0) } });

it('coverage is absent until it was counted, and then told for each connection', async () => {
  const metrics = create();
  expect(await metrics.text()).not.toContain('latchkey_enrolment_accounts{');
  metrics.coverage('CorpUsers', { accounts: 10_000, withContact: 4_711 });
  metrics.coverage('CorpAD', { accounts: 3, withContact: 0 });
  const text = await metrics.text();
  expect(text).toContain('latchkey_enrolment_accounts{connection="CorpUsers"} 10000');
  expect(text).toContain('latchkey_enrolment_accounts_with_contact{connection="CorpUsers"} 4711');
  expect(text).toContain('latchkey_enrolment_accounts_with_contact{connection="CorpAD"} 0');
});

/** The product as it starts in production, with a tenant in which one of two employees has a contact. */
async function startedWith(policy: string): Promise<AsyncDisposable & { readonly metrics: () => Promise<string> }> {
  const auth0 = await startAuth0(application);
  auth0.control.addConnection('Partners', 'auth0');
  const contacts = [{ provider: 'email' as const, address: jane.email, userId: '65a0000000000000000000e1' }];
  auth0.control.addUser({ userId: jane.account, connection: 'CorpUsers', email: jane.workEmail, contacts });
  auth0.control.addUser({ userId: 'auth0|mike', connection: 'CorpUsers', email: 'mike@acme.test' });
  auth0.control.addUser({ userId: 'auth0|ada', connection: 'Partners', email: 'ada@acme.test' });
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-coverage-'));
  const port = await freePort();
  const config = readConfig({
    ...{ HOST: '127.0.0.1', PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}` },
    DATABASE_URL: `sqlite:${join(folder, 'latchkey.db')}`,
    SECRET_KEYS: randomBytes(32).toString('base64'),
    ...{ AUTH0_DOMAIN: application.domain, AUTH0_CLIENT_ID: application.clientId },
    ...{ AUTH0_CLIENT_SECRET: application.clientSecret, AUTH0_BASE_URL: auth0.url },
    ...{ SLACK_SIGNING_SECRET: randomBytes(16).toString('hex'), SLACK_BOT_TOKEN: 'xoxb-1-2-abc' },
    SLACK_API_URL: 'http://127.0.0.1:9/api/',
  });
  const options = { clock: { now: () => instant(Date.now()) }, log: silent, firstCountInMs: 0 };
  const product = await compose(config, parsePolicy(policy, 'policy.yaml'), options);
  const { url } = await product.start();
  return {
    metrics: async () => (await fetch(`${url}/metrics`)).text(),
    async [Symbol.asyncDispose]() {
      await product.stop();
      await auth0.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

describe('the server says on /metrics how many accounts have a contact', () => {
  const helpdesk = 'helpdesk: { channels: [slack:C0HELPDESK], approvers: { slack: [U0AGENT1, U0AGENT2] } }\n';

  it.each([
    [
      'for each connection that the policy names',
      'connections: [CorpUsers, Partners]\n',
      { CorpUsers: [2, 1], Partners: [1, 0] },
    ],
    [
      'for all databases and all Active Directories where it names none',
      '',
      { 'every database': [3, 1], 'every Active Directory': [0, 0] },
    ],
  ])(
    '%s',
    async (_what, policy, counted) => {
      await using server = await startedWith(`${helpdesk}${policy}`);
      for (const [connection, [accounts, withContact]] of Object.entries(counted)) {
        const text = await vi.waitUntil(
          async () => {
            const shown = await server.metrics();
            return shown.includes(`latchkey_enrolment_accounts_with_contact{connection="${connection}"}`) && shown;
          },
          { timeout: 60_000 },
        );
        expect(text).toContain(`latchkey_enrolment_accounts{connection="${connection}"} ${accounts}\n`);
        expect(text).toContain(`latchkey_enrolment_accounts_with_contact{connection="${connection}"} ${withContact}\n`);
        // Whoever reads the numbers alone must know what an "every database" is.
        expect(text).toMatch(/^# HELP latchkey_enrolment_accounts .*where it names none, every database together/m);
      }
    },
    40_000,
  );
});

it('coverage is counted again and again, and a failure leaves the last number standing', async () => {
  const metrics = create();
  const answers = [
    success({ accounts: 8, withContact: 2 }),
    failed({ kind: 'malformed', retry: 'never', cause: 'odd' }),
    success({ accounts: 8, withContact: 5 }),
  ];
  const texts: string[] = [];
  await new Promise<void>((resolve) => {
    const counting = countNowAndThen({
      groups: coverageGroups(['CorpUsers']),
      metrics,
      log: silent,
      everyMs: 1,
      firstInMs: 0,
      count: async () => {
        texts.push(await metrics.text());
        const answer = answers.shift();
        if (answer !== undefined) return answer;
        counting.stop();
        resolve();
        return failed({ kind: 'malformed', retry: 'never', cause: 'odd' });
      },
    });
  });
  const covered = texts.map((text) => /with_contact\{connection="CorpUsers"\} (\d+)/.exec(text)?.[1]);
  expect(covered).toEqual([undefined, '2', '2', '5']);
});
