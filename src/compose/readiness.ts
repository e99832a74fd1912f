// What /readyz answers: for each part, whether it works.
import type { Watch } from '../doctor/watch.ts';
import type { Readiness } from '../web/health.ts';

type Answer = () => Promise<unknown>;

/**
 * An instance is ready when it can store a request, because then it can acknowledge it. An unreachable Auth0 or platform is
 * reported but does not count: it would take every instance out of the load balancer, and nobody would get any answer. A setting
 * with which nobody can be helped counts until it was right once, so that a deploy stops at it (decision 0057).
 */
export async function readiness(
  parts: Readonly<Record<string, Answer>>,
  watch: Pick<Watch, 'isReady' | 'states'>,
  isServing: () => boolean = () => true,
): Promise<Readiness> {
  // Answered without asking anybody: whoever looks now shall send no more requests here.
  if (!isServing()) return { ok: false, stopping: true, parts: {}, checks: {} };
  const states = await Promise.all(
    Object.entries(parts).map(async ([name, check]) => {
      const answer = await check().catch(() => ({ ok: false }));
      const failing = typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === false;
      return [name, failing ? ('failing' as const) : ('ok' as const)] as const;
    }),
  );
  const isStored = states.every(([name, state]) => name !== 'database' || state === 'ok');
  return {
    ok: isStored && watch.isReady(),
    parts: Object.fromEntries(states),
    checks: Object.fromEntries(watch.states()),
  };
}
