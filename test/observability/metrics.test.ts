import { expect, it } from 'vitest';
import { actorId, instant } from '../../src/flows/ids.ts';
import { createMetrics, type Tally } from '../../src/observability/metrics.ts';

const tally: Tally = {
  open: { 'awaiting-approval': 2, changing: 1, 'auth0|planted': 9 },
  waitingEffects: 4,
  oldestEffectAt: 1_000,
  readySince: 31_000,
};
const time = { now: 61_000 };
const clock = { now: () => instant(time.now) };
const create = (answer: () => Promise<Tally> = async () => tally) => createMetrics({ tally: answer, clock });
const slackPerson = actorId({ platform: 'slack', tenant: 'T0ACME', user: 'U0PLANTED' });

it('counts what happened and what waits', async () => {
  const metrics = create();
  metrics.request('slack', 'reset', 'accepted');
  metrics.request('slack', 'reset', 'accepted');
  metrics.ended({ actor: slackPerson, kind: 'reset' }, { outcome: 'done', because: 'password-changed' }, 95_000);
  metrics.auth0Budget('passwordless', 41, 3_600_000);
  metrics.effect('lift-lock', 'done');
  metrics.outsideCall('auth0', 'ticket-mint', 'rate-limited', 120);
  metrics.answered('/go/:token', 303, 8);
  metrics.hookSkipped(3);
  metrics.unmatched('own-domain-contact');
  metrics.notice('sent');
  metrics.auth0Clock(-40_250);
  metrics.slackEventsWithheld();
  const text = await metrics.text();
  for (const line of [
    'latchkey_requests_total{platform="slack",kind="reset",outcome="accepted"} 2',
    'latchkey_effects_total{effect="lift-lock",outcome="done"} 1',
    'latchkey_outside_call_seconds_count{system="auth0",call="ticket-mint",outcome="rate-limited"} 1',
    'latchkey_http_seconds_count{route="/go/:token",status="3xx"} 1',
    'latchkey_hook_entries_skipped_total 3',
    'latchkey_people_unmatched_total{reason="own-domain-contact"} 1',
    'latchkey_notices_total{outcome="sent"} 1',
    'latchkey_auth0_clock_ahead_seconds -40.25',
    'latchkey_slack_events_withheld_total 1',
    'latchkey_open_flows{at="awaiting-approval"} 2',
    'latchkey_open_flows{at="in-doubt"} 0',
    'latchkey_approvals_waiting 2',
    'latchkey_effects_waiting 4',
    'latchkey_effects_oldest_seconds 60',
    'latchkey_effects_overdue_seconds 30',
    'latchkey_requests_closed_total{platform="slack",kind="reset",outcome="done",because="password-changed"} 1',
    'latchkey_request_seconds_bucket{le="60",platform="slack",kind="reset",outcome="done"} 0',
    'latchkey_request_seconds_bucket{le="120",platform="slack",kind="reset",outcome="done"} 1',
    'latchkey_auth0_budget_left{limit="passwordless"} 41',
    'latchkey_database_up 1',
  ]) {
    expect(text).toContain(line);
  }
  expect(text).toContain('process_resident_memory_bytes');
});

it('counts what another process has ended, also where the database was slow to say so', async () => {
  const ended = {
    ...{ actor: slackPerson, kind: 'unlock' as const, startedAt: instant(1_000) },
    state: {
      at: 'closed' as const,
      ending: { outcome: 'cancelled' as const, because: 'operator' as const },
      closedAt: instant(21_000),
      helpdeskKnows: true,
      approvals: [],
    },
  };
  const said = Promise.withResolvers<readonly (typeof ended)[]>();
  const answers = [() => said.promise, () => Promise.reject(new Error('locked'))];
  const takeUncounted = async () => (await answers.shift()?.()) ?? [];
  const metrics = createMetrics({ tally: async () => tally, takeUncounted, clock });
  const line =
    'latchkey_requests_closed_total{platform="slack",kind="unlock",outcome="cancelled",because="operator"} 1';
  expect(await metrics.text()).not.toContain('because="operator"');
  said.resolve([ended]);
  for (const _ of ['while it is locked', 'and after it']) expect(await metrics.text()).toContain(line);
  expect(await metrics.text()).toContain(
    'latchkey_request_seconds_bucket{le="30",platform="slack",kind="unlock",outcome="cancelled"} 1',
  );
});

it('no id becomes a label, and labels cannot grow without end', async () => {
  const metrics = create();
  for (const call of ['auth0|planted', 'planted@example.com', 'Planted', 'a'.repeat(100)])
    metrics.outsideCall('auth0', call, 'ok', 1);
  metrics.request('planted@example.com', 'reset', 'accepted');
  metrics.ended({ actor: slackPerson, kind: 'unlock' }, { outcome: 'cancelled', because: 'person' }, 1);
  for (let n = 0; n < 500; n += 1) metrics.auth0Budget(`group-${n}`, 1, 1_000);
  for (let n = 0; n < 500; n += 1) metrics.answered(`/page-${n}`, 200, 1);
  const text = await metrics.text();
  expect(text).not.toMatch(/planted/i);
  expect(text.match(/latchkey_http_seconds_count/g)?.length).toBeLessThan(70);
  expect(text).toContain('call="other"');
  expect(text).toContain('latchkey_requests_total{platform="other"');
  expect(text.match(/latchkey_auth0_budget_left\{/g)?.length).toBeLessThan(20);
});

it('answers without the database, and says so', async () => {
  const broken = create(() => Promise.reject(new Error('no database')));
  broken.request('teams', 'unlock', 'throttled');
  const text = await broken.text();
  expect(text).toContain('latchkey_database_up 0');
  expect(text).toContain('latchkey_requests_total{platform="teams",kind="unlock",outcome="throttled"} 1');
});

it('two live side by side', async () => {
  const [one, other] = [create(), create()];
  one.request('slack', 'reset', 'accepted');
  expect(await other.text()).not.toContain('latchkey_requests_total{');
});

it('an order that is only due later is not overdue, and none is no age', async () => {
  expect(await create(async () => ({ ...tally, readySince: 90_000 })).text()).toContain(
    'latchkey_effects_overdue_seconds 0',
  );
  const none = await create(async () => ({ open: {}, waitingEffects: 0 })).text();
  expect(none).toContain('latchkey_effects_oldest_seconds 0');
  expect(none).toContain('latchkey_effects_overdue_seconds 0');
});

it('what Auth0 said of a limit is forgotten when it says nothing any more', async () => {
  const metrics = create();
  metrics.auth0Budget('passwordless', 3, 3_600_000);
  metrics.auth0Budget('other', 9, 60_000);
  time.now += 60_000;
  expect(await metrics.text()).toContain('latchkey_auth0_budget_left{limit="passwordless"} 3');
  expect(await metrics.text()).not.toContain('limit="other"');
  time.now += 3_540_000;
  expect(await metrics.text()).not.toContain('latchkey_auth0_budget_left{');
});
