// What the doctor looks at: the checks of every part, for the server and for `latchkey doctor`.
import type { Outbound } from '../adapters/adapter.ts';
import type { Config } from '../config/config.ts';
import { databaseUrl } from '../config/database-url.ts';
import { nearestName } from '../config/nearest-name.ts';
import { platformNames } from '../config/policy/approvers.ts';
import {
  checksKnownPasswords,
  gatesInUse,
  isSelfServiceOn,
  type Policy,
  policyDoubts,
} from '../config/policy/policy-file.ts';
import type { Check, Finding } from '../doctor/check.ts';
import type { OwnAddress } from '../doctor/own-address.ts';
import { gatedKinds, someLinksAreMailed } from '../flows/policy.ts';
import type { Clock } from '../flows/ports.ts';
import type { ConnectedDirectory } from '../ldap/connected-directory.ts';
import { createMailChecks } from '../notices/diagnosis.ts';
import type { Mail } from '../notices/mail.ts';
import { createSigningKeys } from '../signing-keys.ts';
import { createDatabaseChecks } from '../store/diagnosis.ts';
import { createAddressChecks, isServedHere } from '../web/diagnosis.ts';
import { createRecoveryChecks } from '../web/diagnosis-recovery.ts';
import type { createTenant } from './tenant.ts';

export interface ChecksParts {
  readonly config: Config;
  readonly policy: Policy;
  readonly auth0: Pick<ReturnType<typeof createTenant>, 'diagnose'>;
  readonly adapters: readonly Pick<Outbound, 'messenger' | 'checks'>[];
  /** Those of the policy. */
  readonly directories: readonly ConnectedDirectory[];
  /** Absent where SMTP_URL is not set. */
  readonly mail?: Pick<Mail, 'look'>;
  readonly clock: Clock;
  /** Between two requests to a service in a patient look; 0 where somebody waits for the report. */
  readonly pauseMs: number;
  /** Whether this process is the server. Otherwise the doctor finds out whether a server runs on this machine. */
  readonly isServer: boolean;
}

/** New ones for each look. */
export const createChecks =
  (parts: ChecksParts): ((look: 'first' | 'patient') => readonly Check[]) =>
  (look) => [
    {
      ...{ name: 'policy.helpdesk', isFirst: true },
      run: async () => policyFindings(parts.policy, parts.adapters),
    },
    ...createDatabaseChecks({
      url: databaseUrl(parts.config.database),
      clock: parts.clock,
      isBesideServer: !parts.isServer,
    }),
    ...auth0Checks(parts, look === 'first' ? 0 : parts.pauseMs),
    ...addressChecks(parts),
    ...directoryChecks(parts),
    ...(parts.mail === undefined ? [] : createMailChecks(parts.mail)),
  ];

const auth0Checks = ({ config, policy, auth0 }: ChecksParts, pauseMs: number): readonly Check[] =>
  auth0.diagnose({
    publicUrl: config.publicUrl,
    hasHook: config.webhookSecret !== undefined,
    checksPasswords: checksKnownPasswords(policy),
    connections: policy.connections,
    setPasswordHere: policy.setPasswordHere ?? [],
    connectorWriteBack: policy.connectorWriteBack ?? [],
    mailsLinks: someLinksAreMailed(policy.rules),
    inRules: connectionsInRules(policy),
    withDirectory: policy.directories.map(({ connection }) => connection),
    nearest: nearestName,
    codeAttempts: policy.limits.codeAttempts,
    codeFailuresPerDay: policy.limits.codeFailuresPerDay,
    pauseMs,
  });

/** Where there are several, each finding says of which it is. */
const directoryChecks = ({ directories, clock }: ChecksParts): readonly Check[] =>
  directories.flatMap(({ connection, activeDirectory, probe, reset: resets }) =>
    activeDirectory.checks({ clock, resets, ...(probe === undefined ? {} : { probe }) }).map((check) => ({
      ...check,
      run: async () => {
        const findings = await check.run();
        return directories.length === 1
          ? findings
          : findings.map((finding) => ({ ...finding, what: `${connection}: ${finding.what}` }));
      },
    })),
  );

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
      needsChannel: needsApprovals(policy),
    });
  });
  const typed = isSelfServiceOn(policy)
    ? createRecoveryChecks({ own, keys, hasPages: policy.web.enabled, trustProxy: config.trustProxy })
    : [];
  return [...createAddressChecks({ own, keys, clock }), ...typed, ...platforms];
}

/** Whether no request of any kind goes through without somebody's approval. */
const needsApprovals = ({ rules }: Policy): boolean =>
  gatedKinds.every((kind) => gatesInUse(rules, kind).every(({ approvals }) => approvals > 0));

/** What the policy allows, but is surely a mistake with these platforms. */
function policyFindings(policy: Policy, adapters: ChecksParts['adapters']): readonly Finding[] {
  const check = 'policy.helpdesk';
  const platforms = platformNames.filter((name) => adapters.some(({ messenger }) => messenger.platform === name));
  const isReachable = policy.helpdesk.channels.some(({ platform }) => platforms.includes(platform));
  if (needsApprovals(policy) && !isReachable)
    return [
      {
        ...{ check, state: 'failed', stopsReady: true },
        what: 'Every request needs an approval, but helpdesk.channels of the policy names no channel on a platform that is on.',
        remedy: 'Name the helpdesk’s channel in helpdesk.channels of the policy, or let a rule need no approval.',
      },
    ];
  const doubts = policyDoubts(policy, platforms);
  const remedy = 'Correct helpdesk, rules or binding in the policy, or turn the platform on.';
  return doubts.length === 0
    ? [{ check, state: 'ok', what: 'The helpdesk of the policy fits its rules and the platforms that are on.' }]
    : doubts.map((what) => ({ check, state: 'warning', what, remedy }));
}

/** Each once. */
const connectionsInRules = ({ rules }: Policy): readonly string[] => [
  ...new Set(rules.flatMap(({ when }) => (when?.connection === undefined ? [] : [when.connection]))),
];
