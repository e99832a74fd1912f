// Auth0's protection against guessing, as far as it would block contacts or Latchkey itself.
import type { Finding } from '../doctor/check.ts';
import { looks } from './endpoints.ts';
import { doubtful, fine, unseen, whyUnseen, wrong } from './finding.ts';
import { bruteForceLook, throttlingLook } from './look-schemas.ts';
import type { TenantReader } from './tenant-reader.ts';

export interface ProtectionOptions {
  readonly reader: TenantReader;
  readonly codeAttempts: number;
  readonly codeFailuresPerDay: number;
}

const protectionPage = 'Auth0: Security → Attack Protection → Brute-force Protection';

export async function lookAtProtection(options: ProtectionOptions): Promise<readonly Finding[]> {
  const check = 'auth0.brute-force';
  const seen = await options.reader.read(looks.bruteForce, bruteForceLook, '/attack-protection/brute-force-protection');
  if (seen.is !== 'seen') return [unseen(check, whyUnseen(seen))];
  const { enabled, shields = [], allowlist = [], max_attempts: most } = seen.value;
  if (enabled === false || !shields.includes('block'))
    return [
      doubtful(
        check,
        'Brute-force protection blocks nobody, so passwords can be guessed at the login page, and there is nothing to unlock.',
        `Switch it on, with blocking. ${protectionPage}.`,
      ),
    ];
  if (most === undefined || most > options.codeFailuresPerDay)
    return [fine(check, 'Brute-force protection is on, and blocks no contact before our own limits do.')];
  if (allowlist.length > 0)
    return [
      fine(
        check,
        'Brute-force protection is on. Its allow list must hold the address from which Latchkey calls Auth0.',
      ),
    ];
  const what = `Brute-force protection blocks a contact for up to 30 days after ${most} wrong codes; ours allows ${options.codeFailuresPerDay} a day.`;
  const remedy = `Set its threshold to ${options.codeFailuresPerDay + 1} or more, or put the address from which Latchkey calls Auth0 on its allow list. ${protectionPage}.`;
  return [(most <= options.codeAttempts ? wrong : doubtful)(check, what, remedy)];
}

/** Auth0 sends as many codes in an hour to one address (D:connections/passwordless/reference/relevant-api-endpoints). */
const codesPerHour = 50;
const throttlingPage = 'Auth0: Security → Attack Protection → Suspicious IP Throttling';

/**
 * All codes are checked from one address, and Auth0 does not say whether wrong ones count as failed sign-ins. If they do, the codes of
 * one hour, all typed wrong, must not use up what the address may do in a day. As it is not known, and so on every tenant as Auth0
 * makes it, it is no warning.
 */
export async function lookAtThrottling({ reader, codeAttempts }: ProtectionOptions): Promise<readonly Finding[]> {
  const check = 'auth0.ip-throttling';
  const seen = await reader.read(looks.throttling, throttlingLook, '/attack-protection/suspicious-ip-throttling');
  if (seen.is !== 'seen') return [unseen(check, whyUnseen(seen))];
  const { enabled, shields = [], allowlist = [], stage } = seen.value;
  if (enabled === false || !shields.includes('block'))
    return [fine(check, 'Suspicious-IP throttling blocks no address, so Latchkey cannot be blocked by it.')];
  if (allowlist.length > 0)
    return [
      fine(
        check,
        'Suspicious-IP throttling is on. Its allow list must hold the address from which Latchkey calls Auth0.',
      ),
    ];
  const most = stage?.['pre-login']?.max_attempts;
  if (most === undefined) return [unseen(check, 'Auth0 does not say how many failed sign-ins an address may have.')];
  if (most > codesPerHour * codeAttempts)
    return [fine(check, `Suspicious-IP throttling is on, and allows an address ${most} failed sign-ins a day.`)];
  return [
    {
      ...{ check, state: 'skipped' },
      what: `not known whether Auth0 counts wrong codes. Suspicious-IP throttling blocks an address after ${most} failed sign-ins in a day, and all codes are checked from one address, that of Latchkey: if they count, as many wrong codes stop everybody.`,
      remedy: `Put the address from which Latchkey calls Auth0 on the allow list to be sure. ${throttlingPage}.`,
    },
  ];
}
