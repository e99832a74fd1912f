// The doctor's checks of Auth0. They read how the tenant is set up, nobody's account, and change nothing.
import type { Check, Finding } from '../doctor/check.ts';
import { type AccessOptions, lookAtAccess, lookAtClock, lookAtKeys, lookAtSessions } from './diagnosis-access.ts';
import { lookAtActions } from './diagnosis-actions.ts';
import { lookAtApplication } from './diagnosis-application.ts';
import { lookAtCodes } from './diagnosis-codes.ts';
import { type ConnectionsOptions, lookAtEach, lookAtNames } from './diagnosis-connections.ts';
import { lookAtNotice, type StreamOptions } from './diagnosis-notice.ts';
import { lookAtProtection, lookAtThrottling, type ProtectionOptions } from './diagnosis-protection.ts';
import { lookAtDomain, lookAtResetMail, lookAtStream } from './diagnosis-tenant.ts';
import type { Management } from './management.ts';
import type { ProviderClock } from './provider-clock.ts';
import type { AccountSessions } from './sessions.ts';
import { createTenantReader } from './tenant-reader.ts';

/** The settings and the policy, as far as the tenant must fit them. */
export type ExpectedTenant = Omit<ConnectionsOptions & ProtectionOptions & StreamOptions, 'reader' | 'clientId'> & {
  /** Whether a rule of the policy lets people of a database type a password that they know. */
  readonly checksPasswords: boolean;
  /** Between two requests, in milliseconds; 0 where somebody waits for the report. */
  readonly pauseMs: number;
};

export interface DiagnosisParts extends AccessOptions {
  readonly management: Management;
  readonly providerClock: ProviderClock;
  readonly sessions: Pick<AccountSessions, 'lastSeen'>;
  readonly clientId: string;
}

/** New ones for each look: within it they share what they have read. */
export type Diagnose = (expected: ExpectedTenant) => readonly Check[];

const ofAccess = ['auth0.credentials', 'auth0.scopes'];
const ofApplication = ['auth0.grant-types', 'auth0.callbacks', 'auth0.application'];
const ofActions = ['auth0.actions', 'auth0.sign-in-guard'];
const ofCodes = [
  ...['auth0.passwordless.email', 'auth0.codes.email', 'auth0.mail-provider'],
  ...['auth0.passwordless.sms', 'auth0.codes.sms', 'auth0.phone-provider'],
];
/** A check that has nothing to find in this installation. */
const only = (isOn: boolean): Pick<Check, 'finds'> => (isOn ? {} : { finds: [] });

export function createDiagnose(parts: DiagnosisParts): Diagnose {
  return (expected) => {
    const reader = createTenantReader({ management: parts.management, pauseMs: expected.pauseMs });
    const about = { ...parts, ...expected, reader };
    const hasCustomDomain = parts.domain !== parts.tenantDomain;
    const names: Check = { name: 'auth0.connections', isFirst: true, run: () => lookAtNames(about) };
    const checks: readonly Check[] = [
      { name: 'auth0.credentials', finds: ofAccess, isFirst: true, run: () => lookAtAccess(about) },
      names,
      { name: 'auth0.keys', run: () => lookAtKeys(about) },
      { name: 'auth0.application', finds: ofApplication, isFirst: true, run: () => lookAtApplication(about) },
      { name: 'auth0.passwordless', finds: ofCodes, isFirst: true, run: () => lookAtCodes(about) },
      { name: 'auth0.tickets', finds: ['auth0.tickets', 'auth0.sign-in'], run: () => lookAtEach(about) },
      { name: 'auth0.brute-force', run: () => lookAtProtection(about) },
      { name: 'auth0.ip-throttling', run: () => lookAtThrottling(about) },
      { name: 'auth0.actions', finds: ofActions, run: () => lookAtActions(about) },
      { name: 'auth0.log-stream', run: () => lookAtStream(about) },
      { name: 'auth0.notice-action', ...only(expected.hasHook), run: () => lookAtNotice(about) },
      { name: 'auth0.reset-mail', run: () => lookAtResetMail(reader, expected.mailsLinks) },
      { name: 'auth0.sessions', run: async () => [lookAtSessions(parts.sessions)] },
      { name: 'auth0.custom-domain', ...only(hasCustomDomain), isFirst: true, run: () => lookAtDomain(about) },
    ];
    const clock: Check = {
      ...{ name: 'auth0.clock', isFirst: true },
      run: async (): Promise<readonly Finding[]> => {
        // Each answer measures the clock, so this one comes after some others, which are asked for anyway.
        await Promise.allSettled([
          lookAtAccess(about),
          lookAtNames(about),
          lookAtApplication(about),
          lookAtCodes(about),
        ]);
        return lookAtClock(parts.providerClock);
      },
    };
    return [...checks, clock];
  };
}
