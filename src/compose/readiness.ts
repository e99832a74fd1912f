// What /readyz answers: for each part, whether it works.
import { withTimeout } from '../concurrency/timeout.ts';
import type { Watch } from '../doctor/watch.ts';
import type { Readiness } from '../web/health.ts';

type Answer = () => Promise<unknown>;

/** A part that takes longer is failing. Short enough that `/readyz` answers in its own time, however many of them hang. */
const partWithinMs = 2_500;

/**
 * An instance is ready when it can store a request, because then it can acknowledge it. An unreachable or slow Auth0 or platform is
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
      // Wrapped, because a check without an answer resolves to nothing.
      const asked = await withTimeout(
        check().then((answer) => ({ answer })),
        partWithinMs,
      ).catch(() => undefined);
      const works = asked !== undefined && Object(asked.answer).ok !== false;
      return [name, works ? ('ok' as const) : ('failing' as const)] as const;
    }),
  );
  const isStored = states.every(([name, state]) => name !== 'database' || state === 'ok');
  return {
    ok: isStored && watch.isReady(),
    parts: Object.fromEntries(states),
    checks: Object.fromEntries(watch.states()),
  };
}
