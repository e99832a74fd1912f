// Routes for the operator's probes: liveness, readiness, metrics. They reveal no person and no cause of a failure.
import type { FastifyPluginAsync } from 'fastify';
import { withTimeout } from '../concurrency/timeout.ts';
import type { CheckState } from '../doctor/check.ts';
import type { NotYetLooked } from '../doctor/watch.ts';
import type { Metrics } from '../observability/metrics.ts';

export interface Readiness {
  readonly ok: boolean;
  /** The process was told to stop. */
  readonly stopping?: true;
  readonly parts: Readonly<Record<string, 'ok' | 'failing'>>;
  /** Of the doctor: names and states, no cause. */
  readonly checks: Readonly<Record<string, CheckState | NotYetLooked>>;
}

export interface HealthOptions {
  ready(): Promise<Readiness>;
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>;
}

/** Probes give up after a few seconds. We answer before that. */
const readyWithinMs = 4_000;

export function createHealth({ ready, metrics }: HealthOptions): FastifyPluginAsync {
  return async (scope) => {
    scope.get('/healthz', () => ({ ok: true }));
    scope.get('/readyz', async (request, reply) => {
      const readiness = await withTimeout(ready(), readyWithinMs).catch((error: unknown) => {
        request.log.error({ err: error }, 'readiness could not be found out');
        return undefined;
      });
      const answer: Readiness = readiness ?? { ok: false, parts: {}, checks: {} };
      return reply.code(answer.ok ? 200 : 503).send(answer);
    });
    scope.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  };
}
