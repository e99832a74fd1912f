// What the checks of both platforms have in common: what they compare with, and how a failed call reads.
import type { Check, CheckState, Finding } from '../doctor/check.ts';
import type { OwnAddress } from '../doctor/own-address.ts';
import type { RefusedPerson } from '../flows/ending.ts';
import type { Failure } from '../flows/outcome.ts';

/** What the operator has set up for one platform. */
export interface SetUp {
  readonly own: OwnAddress;
  /** The helpdesk's channels on this platform, as the policy names them. */
  readonly channels: readonly string[];
  /** Absent: the policy does not say. */
  readonly approvers?: readonly string[] | 'members';
  /** Every request needs somebody's approval: without a channel in which one can be given nobody can be helped. */
  readonly needsChannel?: boolean;
}

export const ok = (check: string, what: string): Finding => ({ check, state: 'ok', what });
export const skipped = (check: string, what: string): Finding => ({ check, state: 'skipped', what });
export const wrong = (
  state: Extract<CheckState, 'warning' | 'failed'>,
  check: string,
  what: string,
  remedy: string,
): Finding => ({ check, state, what, remedy });

/** Of a wrong setting: a server with no other platform is not ready. A platform that does not answer stops nothing. */
export const stopping = (finding: Finding, failure: Failure): Finding =>
  failure.kind === 'misconfigured' ? { ...finding, stopsReady: true } : finding;

/** What makes a channel useless for approvals, and does not pass by itself. */
export const useless = (finding: Finding, { needsChannel }: SetUp): Finding =>
  needsChannel === true ? { ...finding, stopsReady: true } : finding;

/** A server whose requests all need a channel waits for the look at it. */
export const channelCheck = ({ needsChannel }: SetUp): Pick<Check, 'isFirst' | 'alternative'> =>
  needsChannel === true ? { isFirst: true, alternative: 'helpdesk-channel' } : {};

/** Only a list of people can be looked up. */
export const approversCheck = (name: string, { approvers }: SetUp): Pick<Check, 'finds'> => ({
  finds: approvers === undefined || approvers === 'members' ? [] : [name],
});

/** A call to the platform that failed. `platform` is the name that people read. */
export function callFailed(check: string, platform: string, failure: Failure): Finding {
  const { kind, cause } = failure;
  if (kind === 'unreachable')
    return wrong(
      'failed',
      check,
      `${platform} cannot be reached (${cause}).`,
      'Look at the network, at HTTPS_PROXY and NO_PROXY, and, where a proxy opens TLS connections, at NODE_EXTRA_CA_CERTS.',
    );
  if (kind === 'rate-limited') return skipped(check, `${platform} asks for a pause: run the doctor again in a minute.`);
  const remedy = 'remedy' in failure ? failure.remedy : undefined;
  const fallback = `Look up what ${platform} means by ${cause}.`;
  return wrong('failed', check, `${platform} refuses (${cause}).`, remedy ?? fallback);
}

/** Why somebody on the policy's list may not decide. Completes "… may not approve: ". */
export const refusedWords: Readonly<Record<RefusedPerson, string>> = {
  bot: 'this is a bot',
  deactivated: 'the account is deactivated',
  guest: 'this is a guest',
  invited: 'this person was invited and has not joined yet',
  external: 'this is somebody of another company',
  'unconfirmed-email': 'their work address is missing or not confirmed',
};
