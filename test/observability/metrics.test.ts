import { expect, it } from 'vitest';
import { createMetrics, type Tally } from '../../src/observability/metrics.ts';

const tally: Tally = { open: { 'awaiting-approval': 2, changing: 1, 'auth0|planted': 9 }, waitingEffects: 4 };
const create = (answer: () => Promise<Tally> = async () => tally) => createMetrics({ tally: answer });

it('counts what happened and what waits', async () => {
  const metrics = create();
  metrics.request('reset', 'accepted');
  metrics.request('reset', 'accepted');
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
    'latchkey_requests_total{kind="reset",outcome="accepted"} 2',
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
    'latchkey_database_up 1',
  ]) {
    expect(text).toContain(line);
  }
  expect(text).toContain('process_resident_memory_bytes');
});

it('no id becomes a label, and labels cannot grow without end', async () => {
  const metrics = create();
  for (const call of ['auth0|planted', 'planted@example.com', 'Planted', 'a'.repeat(100)])
    metrics.outsideCall('auth0', call, 'ok', 1);
  for (let n = 0; n < 500; n += 1) metrics.answered(`/page-${n}`, 200, 1);
  const text = await metrics.text();
  expect(text).not.toMatch(/planted/i);
  expect(text.match(/latchkey_http_seconds_count/g)?.length).toBeLessThan(70);
  expect(text).toContain('call="other"');
});

it('answers without the database, and says so', async () => {
  const broken = create(() => Promise.reject(new Error('no database')));
  broken.request('unlock', 'throttled');
  const text = await broken.text();
  expect(text).toContain('latchkey_database_up 0');
  expect(text).toContain('latchkey_requests_total{kind="unlock",outcome="throttled"} 1');
});

it('two live side by side', async () => {
  const [one, other] = [create(), create()];
  one.request('reset', 'accepted');
  expect(await other.text()).not.toContain('latchkey_requests_total{');
});
