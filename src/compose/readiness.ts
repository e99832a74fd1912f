// What /readyz answers: for each part, whether it works.
import type { Readiness } from '../web/health.ts';

type Check = () => Promise<unknown>;

/**
 * An instance is ready when it can store a request, because then it can acknowledge it. An unreachable Auth0 or platform is
 * reported but does not count: it would take every instance out of the load balancer, and nobody would get any answer.
 */
export async function readiness(parts: Readonly<Record<string, Check>>): Promise<Readiness> {
  const states = await Promise.all(
    Object.entries(parts).map(async ([name, check]) => {
      const answer = await check().catch(() => ({ ok: false }));
      const failing = typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === false;
      return [name, failing ? ('failing' as const) : ('ok' as const)] as const;
    }),
  );
  const isStored = states.every(([name, state]) => name !== 'database' || state === 'ok');
  return { ok: isStored, parts: Object.fromEntries(states) };
}
