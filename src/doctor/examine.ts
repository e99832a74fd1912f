// Runs the checks side by side. One that fails or hangs becomes a finding of its own and hides no other.
import { withTimeout } from '../concurrency/timeout.ts';
import type { Check, CheckState, Finding } from './check.ts';

export interface Examination {
  readonly checks: readonly Check[];
  /** Time limit of each check, in milliseconds. */
  readonly eachWithinMs: number;
  /** A check threw, which is a mistake of ours. */
  readonly onBroken: (check: string, error: Error) => void;
}

/** In the order of the checks. */
export async function examine({ checks, eachWithinMs, onBroken }: Examination): Promise<readonly Finding[]> {
  const found = await Promise.all(
    checks.map(async (check): Promise<Examined> => {
      try {
        const findings = await withTimeout(check.run(), eachWithinMs);
        return { check, findings: findings ?? [late(check, eachWithinMs)] };
      } catch (error) {
        onBroken(check.name, error instanceof Error ? error : new Error('not an error'));
        return { check, findings: [broken(check)] };
      }
    }),
  );
  return found.flatMap((one) => (hasAlternative(one, found) ? one.findings.map(harmless) : one.findings));
}

interface Examined {
  readonly check: Check;
  readonly findings: readonly Finding[];
}

const stops = ({ findings }: Examined): boolean => findings.some(({ stopsReady }) => stopsReady === true);

const hasAlternative = ({ check }: Examined, all: readonly Examined[]): boolean =>
  check.alternative !== undefined &&
  all.some((other) => other.check.alternative === check.alternative && !stops(other));

const harmless = ({ stopsReady: _, ...finding }: Finding): Finding => finding;

/** What does not answer is not wrong (decision 0057). */
const late = ({ name }: Check, ms: number): Finding => ({
  check: name,
  state: 'skipped',
  what: `not seen: it took more than ${Math.round(ms / 1000)} seconds.`,
  remedy: 'Run the doctor again. If it stays so, look at the network, and at the status page of the service.',
});

const broken = ({ name }: Check): Finding => ({
  check: name,
  state: 'failed',
  what: 'could not be looked at. The check itself failed.',
  remedy: 'Run it again. If it stays so, look at the log, and report it with the lines around it.',
});

const worstFirst: readonly CheckState[] = ['failed', 'warning', 'skipped', 'ok'];

/** The worst state of each check, by its name. */
export function statesOf(findings: readonly Finding[]): ReadonlyMap<string, CheckState> {
  const states = new Map<string, CheckState>();
  for (const { check, state } of findings) {
    const known = states.get(check) ?? 'ok';
    states.set(check, worstFirst.indexOf(state) < worstFirst.indexOf(known) ? state : known);
  }
  return states;
}

export const hasFailed = (findings: readonly Finding[]): boolean => findings.some(({ state }) => state === 'failed');
