// How many accounts have a contact, for /metrics: counted now and then, so that looking at /metrics costs Auth0 nothing.
import type { Logger } from 'pino';
import type { CountCoverage, CoverageGroup } from '../auth0/coverage.ts';
import { createPeriodic } from '../engine/periodic.ts';
import type { Metrics } from '../observability/metrics.ts';

export interface CoverageParts {
  readonly groups: readonly CoverageGroup[];
  readonly count: CountCoverage;
  readonly metrics: Pick<Metrics, 'coverage'>;
  readonly log: Logger;
  readonly everyMs?: number;
  readonly firstInMs?: number;
}

/** Each instance counts for itself: two searches a group each quarter of an hour. */
const quarterHourMs = 15 * 60_000;
/** The first people after a start come before statistics. */
const afterStartMs = 60_000;

export function countNowAndThen(parts: CoverageParts): { stop(): void } {
  const { groups, count, metrics, log, everyMs = quarterHourMs, firstInMs = afterStartMs } = parts;
  const periodic = createPeriodic(log);
  periodic.run(
    'counting accounts with a contact',
    everyMs,
    async () => {
      for (const group of groups) {
        const counted = await count(group);
        // What was counted before stands until it can be counted again; why it could not is in the log already.
        if (counted.ok) metrics.coverage(group.name, counted.value);
      }
    },
    firstInMs,
  );
  return { stop: () => periodic.stop() };
}
