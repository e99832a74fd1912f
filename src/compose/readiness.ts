// What /readyz says: each part with whether it works.
import type { Readiness } from '../web/health.ts';

type Check = () => Promise<unknown>;

/**
 * Ready is who can store a request and so acknowledge it. That Auth0 or a platform cannot be reached is told, but taking
 * every instance out of the balancer for it would only silence us.
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
