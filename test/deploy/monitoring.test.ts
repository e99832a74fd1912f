// The alert rules and the dashboard: valid PromQL over metrics, labels and values that exist, and a way on for whoever is woken.
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { endpoints } from '../../src/auth0/endpoints.ts';
import type { EffectOutcome } from '../../src/flows/effect.ts';
import { actorId, instant } from '../../src/flows/ids.ts';
import type { Failure } from '../../src/flows/outcome.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { documentsIn, read } from './files.ts';

const rulesFile = z
  .strictObject({
    groups: z.array(
      z.strictObject({
        name: z.string(),
        rules: z.array(
          z.strictObject({
            alert: z.string(),
            expr: z.string(),
            for: z
              .string()
              .regex(/^\d+[smh]$/)
              .optional(),
            labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
            annotations: z.strictObject({ summary: z.string(), runbook_url: z.string() }),
          }),
        ),
      }),
    ),
  })
  .parse(documentsIn('deploy/prometheus/alerts.yaml')[0]);
const rules = rulesFile.groups.flatMap((group) => group.rules);
const panel = z.looseObject({
  id: z.number(),
  title: z.string(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(z.looseObject({ refId: z.string(), expr: z.string(), legendFormat: z.string() })),
});
const dashboard = z
  .looseObject({ uid: z.literal('latchkey'), panels: z.array(panel) })
  .parse(JSON.parse(read('deploy/grafana/latchkey.json')));

const kinds: Record<Failure['kind'], true> = {
  'rate-limited': true,
  absent: true,
  malformed: true,
  misconfigured: true,
  refused: true,
  unreachable: true,
};
const outcomes: Record<EffectOutcome, true> = {
  done: true,
  delayed: true,
  waiting: true,
  failed: true,
  obsolete: true,
};
const entries = <T extends string>(from: Record<T, true>): readonly T[] =>
  Object.keys(from).filter((key): key is T => key in from);

/** Every metric with every label, as /metrics shows them after a busy day. */
async function driven(): Promise<string> {
  const metrics = createMetrics({
    tally: async () => ({ open: {}, waitingEffects: 1, oldestEffectAt: 0, readySince: 0 }),
    clock: { now: () => instant(1_000) },
  });
  for (const platform of ['slack', 'teams']) {
    const flow = { actor: actorId({ platform, tenant: 'T', user: 'U' }), kind: 'reset' } as const;
    metrics.request(platform, 'reset', 'accepted');
    metrics.ended(flow, { outcome: 'done', because: 'password-changed' }, 1);
    metrics.ended(flow, { outcome: 'expired', because: 'approval' }, 1);
    metrics.ended(flow, { outcome: 'failed', because: 'unreachable' }, 1);
  }
  for (const outcome of entries(outcomes)) metrics.effect('lift-lock', outcome);
  // The names are those of the code, so that one that is renamed there is missed here.
  for (const { name, limit } of Object.values(endpoints)) {
    for (const kind of entries(kinds)) metrics.outsideCall('auth0', name, kind, 1);
    metrics.outsideCall('auth0', name, 'ok', 1);
    metrics.auth0Budget(limit, 41, 60_000);
  }
  metrics.unmatched('absent');
  metrics.notice('sent');
  metrics.coverage('CorpUsers', { accounts: 2, withContact: 1 });
  metrics.answered('/go/:token', 200, 1);
  metrics.auth0Clock(0);
  metrics.checks(new Map([['slack.scopes', 'failed']]));
  return `${await metrics.text()}\nup{job="latchkey",instance="a"} 1\n`;
}

/** By name: its labels, each with its values. Prometheus itself adds job and instance. */
function seriesIn(text: string): ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>> {
  const series = new Map<string, Map<string, Set<string>>>();
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-z_0-9]+)(?:\{(.*)\})? \S+$/gm)) {
    const known =
      series.get(name) ??
      new Map([
        ['job', new Set(['latchkey'])],
        ['instance', new Set<string>()],
      ]);
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g))
      known.set(label, (known.get(label) ?? new Set<string>()).add(value));
    series.set(name, known);
  }
  return series;
}
const existing = seriesIn(await driven());

/** What of one expression does not exist; empty where all is well. */
function faultsIn(expression: string): readonly string[] {
  const faults: string[] = [];
  const tree = parser.parse(expression);
  const textOf = ({ from, to }: { readonly from: number; readonly to: number }) => expression.slice(from, to);
  const labels = new Set<string>();
  tree.iterate({
    enter({ node, type }) {
      if (type.isError) faults.push(`no PromQL at ${node.from}`);
      if (type.name === 'VectorSelector') {
        const name = textOf(node.getChild('Identifier') ?? node);
        const known = existing.get(name);
        if (known === undefined) faults.push(`no metric ${name}`);
        for (const label of known?.keys() ?? []) labels.add(label);
        for (const matcher of node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [])
          faults.push(...matcherFaults(name, textOf(matcher)));
      }
    },
  });
  tree.iterate({
    enter({ node, type }) {
      if (type.name === 'LabelName' && node.parent?.type.name === 'GroupingLabels' && !labels.has(textOf(node)))
        faults.push(`no label ${textOf(node)} to group by`);
    },
  });
  return faults;
}

function matcherFaults(name: string, matcher: string): readonly string[] {
  const [, label = '', , pattern = ''] = /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/.exec(matcher) ?? [];
  const values = existing.get(name)?.get(label);
  if (values === undefined) return [`${name} has no label ${label}`];
  return pattern.split('|').flatMap((value) => (values.has(value) ? [] : [`${name}: ${label} is never ${value}`]));
}

it('finds what does not exist', () => {
  expect(faultsIn('sum(rate(latchkey_requests_totl[5m]))')).toEqual(['no metric latchkey_requests_totl']);
  expect(faultsIn('latchkey_open_flows{place="in-doubt"}')).toEqual(['latchkey_open_flows has no label place']);
  expect(faultsIn('latchkey_open_flows{at="indoubt"}')).toEqual(['latchkey_open_flows: at is never indoubt']);
  expect(faultsIn('latchkey_effects_total{outcome=~"failed|wating"}')).toHaveLength(1);
  expect(faultsIn('sum by (palce) (latchkey_open_flows)')).toEqual(['no label palce to group by']);
  expect(faultsIn('sum(rate(latchkey_effects_total[5m])').length).toBeGreaterThan(0);
});

describe.each(rules)('$alert', ({ alert, expr, annotations }) => {
  it('names only what exists', () => {
    expect(faultsIn(expr)).toEqual([]);
    const shown = [...annotations.summary.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label);
    for (const label of shown) expect(expr).toMatch(new RegExp(`by \\([^)]*\\b${label}\\b`));
  });

  it('has its place in the runbook', () => {
    expect(annotations.runbook_url).toBe(`RUNBOOK.md#${alert.toLowerCase()}`);
    const [, text = ''] = read('RUNBOOK.md').split(`#### ${alert}\n`);
    expect(text.split('####')[0]?.trim().length).toBeGreaterThan(40);
  });
});

it('the runbook describes no alert that does not exist', () => {
  const described = [...read('RUNBOOK.md').matchAll(/^#### (Latchkey\w+)$/gm)].map(([, alert]) => alert);
  expect(described).toEqual(rules.map(({ alert }) => alert));
});

describe.each(dashboard.panels)('the panel "$title"', ({ targets }) => {
  it('names only what exists', () => {
    expect(targets.length).toBeGreaterThan(0);
    for (const { expr, legendFormat } of targets) {
      expect(faultsIn(expr)).toEqual([]);
      for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
        expect(expr).toMatch(new RegExp(`by \\([^)]*\\b${label}\\b|^(?!.*\\bby\\b)`));
    }
  });
});

it('no two panels lie on one another, and none is beside the page', () => {
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, n) => `${x + (n % w)} ${y + Math.floor(n / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  for (const { gridPos } of dashboard.panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
});

it('the dashboard or an alert shows every metric of ours', () => {
  const shown = [
    ...rules.map(({ expr }) => expr),
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];
  const names = [...existing.keys()].filter((name) => name.startsWith('latchkey_'));
  const stems = new Set(names.map((name) => name.replace(/_(?:bucket|sum|count)$/, '')));
  expect([...stems].filter((stem) => !shown.some((expr) => expr.includes(stem)))).toEqual([]);
});
