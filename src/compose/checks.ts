// What the doctor looks at: the checks of every part, for the server and for `latchkey doctor`.
import type { Config } from '../config/config.ts';
import { nearestName } from '../config/nearest-name.ts';
import type { Policy } from '../config/policy/policy-file.ts';
import type { Check } from '../doctor/check.ts';
import type { createTenant } from './tenant.ts';

export interface ChecksParts {
  readonly config: Config;
  readonly policy: Policy;
  readonly auth0: Pick<ReturnType<typeof createTenant>, 'diagnose'>;
  /** Between two requests to a service; 0 where somebody waits for the report. */
  readonly pauseMs: number;
}

/** New ones for each look. */
export const createChecks =
  ({ config, policy, auth0, pauseMs }: ChecksParts): (() => readonly Check[]) =>
  () => [
    ...auth0.diagnose({
      publicUrl: config.publicUrl,
      hasHook: config.webhookSecret !== undefined,
      connections: policy.connections,
      inRules: connectionsInRules(policy),
      nearest: nearestName,
      codeAttempts: policy.limits.codeAttempts,
      codeFailuresPerDay: policy.limits.codeFailuresPerDay,
      pauseMs,
    }),
  ];

/** Each once. */
const connectionsInRules = ({ rules }: Policy): readonly string[] => [
  ...new Set(rules.flatMap(({ when }) => (when?.connection === undefined ? [] : [when.connection]))),
];
