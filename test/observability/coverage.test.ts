import { pino } from 'pino';
import { expect, it } from 'vitest';
import { coverageGroups } from '../../src/auth0/coverage.ts';
import { countNowAndThen } from '../../src/compose/coverage.ts';
import { instant } from '../../src/flows/ids.ts';
import { failed, success } from '../../src/flows/outcome.ts';
import { createMetrics } from '../../src/observability/metrics.ts';

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
