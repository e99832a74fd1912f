// What the doctor looks at: the checks of every part, for the server and for `latchkey doctor`.
import type { Outbound } from '../adapters/adapter.ts';
import type { Config } from '../config/config.ts';
import { databaseUrl } from '../config/database-url.ts';
import { nearestName } from '../config/nearest-name.ts';
import type { Policy } from '../config/policy/policy-file.ts';
import type { Check } from '../doctor/check.ts';
import type { OwnAddress } from '../doctor/own-address.ts';
import type { Clock } from '../flows/ports.ts';
import { createSigningKeys } from '../signing-keys.ts';
import { createDatabaseChecks } from '../store/diagnosis.ts';
import { createAddressChecks, isServedHere } from '../web/diagnosis.ts';
import type { createTenant } from './tenant.ts';

export interface ChecksParts {
  readonly config: Config;
  readonly policy: Policy;
  readonly auth0: Pick<ReturnType<typeof createTenant>, 'diagnose'>;
  readonly adapters: readonly Pick<Outbound, 'messenger' | 'checks'>[];
  readonly clock: Clock;
  /** Between two requests to a service; 0 where somebody waits for the report. */
  readonly pauseMs: number;
  /** Whether this process is the server. Otherwise the doctor finds out whether a server runs on this machine. */
  readonly isServer: boolean;
}

/** New ones for each look. */
export const createChecks =
  (parts: ChecksParts): (() => readonly Check[]) =>
  () => [
    ...createDatabaseChecks({
      url: databaseUrl(parts.config.database),
      clock: parts.clock,
      isBesideServer: !parts.isServer,
    }),
    ...auth0Checks(parts),
    ...addressChecks(parts),
  ];

const auth0Checks = ({ config, policy, auth0, pauseMs }: ChecksParts): readonly Check[] =>
  auth0.diagnose({
    publicUrl: config.publicUrl,
    hasHook: config.webhookSecret !== undefined,
    connections: policy.connections,
    inRules: connectionsInRules(policy),
    nearest: nearestName,
    codeAttempts: policy.limits.codeAttempts,
    codeFailuresPerDay: policy.limits.codeFailuresPerDay,
    pauseMs,
  });

/** The public address, and the platforms, which call it. */
function addressChecks({ config, policy, adapters, clock, isServer }: ChecksParts): readonly Check[] {
  const keys = createSigningKeys(config.secretKeys);
  const isServing = isServer ? async () => true : () => isServedHere(config.listen, keys);
  const own: OwnAddress = { publicUrl: config.publicUrl, isServing };
  const platforms = adapters.flatMap(({ messenger: { platform }, checks }) => {
    const channels = policy.helpdesk.channels.filter((channel) => channel.platform === platform);
    const [, approvers] = Object.entries(policy.helpdesk.approvers).find(([name]) => name === platform) ?? [];
    return checks({
      own,
      channels: channels.map(({ channel }) => channel),
      ...(approvers === undefined ? {} : { approvers }),
      isOnly: adapters.length === 1,
    });
  });
  return [...createAddressChecks({ own, keys, clock }), ...platforms];
}

/** Each once. */
const connectionsInRules = ({ rules }: Policy): readonly string[] => [
  ...new Set(rules.flatMap(({ when }) => (when?.connection === undefined ? [] : [when.connection]))),
];
