// Why somebody was not matched to an account with a contact, for the operator: one log line, without an address, and one count.
import type { Logger } from 'pino';
import type { Ending } from '../flows/ending.ts';
import type { ActorId } from '../flows/ids.ts';
import type { Unmatched } from '../flows/ports.ts';
import type { Flow } from '../flows/state.ts';

export type ReportUnmatched = (flow: Pick<Flow, 'id' | 'actor'>, reason: Unmatched) => void;

export const createReportUnmatched =
  (log: Logger, count: (reason: Unmatched) => void): ReportUnmatched =>
  ({ id, actor }, reason) => {
    const line = { event: 'person.unmatched', flow: id, actor, reason, remedy: remedies[reason] };
    log.info(line, 'somebody asked, and no account with a contact was found for them');
    count(reason);
  };

/** The same for somebody whose words did not become a request, because the platform does not vouch for them. */
export const createReportUnknown =
  (log: Logger, count: (reason: Unmatched) => void) =>
  (reason: 'anonymous' | 'unknown-on-platform', actor?: ActorId): void => {
    const who = actor === undefined ? {} : { actor };
    const line = { event: 'person.unmatched', ...who, reason, remedy: remedies[reason] };
    log.info(line, 'somebody asked, and the platform does not say who they are');
    count(reason);
  };

/** What shows only later in a request. What ends it while somebody is looked up, the look-up itself reports. */
export function unmatchedLater({ state }: Pick<Flow, 'state'>, because: Ending['because']): Unmatched | undefined {
  switch (because) {
    case 'disabled':
      return 'blocked';
    case 'denied-by-provider':
      return 'denied';
    case 'no-contact':
      return state.at === 'inspecting' ? 'not-bound' : undefined;
    case 'bot':
    case 'deactivated':
    case 'guest':
    case 'invited':
    case 'external':
    case 'unconfirmed-email':
      return state.at === 'identifying' ? undefined : because;
    default:
      return undefined;
  }
}

/** RUNBOOK.md has more about each. */
export const remedies: Readonly<Record<Unmatched, string>> = {
  absent:
    'No account has this address, as the platform writes it or in lower case. Compare the address of the account at Auth0 with it, capitals included.',
  ambiguous:
    'Several accounts have this address. Name the connections of employees in the policy, or merge the accounts.',
  unverified: 'Verify the address at Auth0.',
  'other-connection': 'The account is in a connection that the policy does not count as employees’: see `connections`.',
  unreadable: 'See the line `auth0.user.unreadable`, and mend the fields that it names.',
  'no-contact': 'Link a contact to the account.',
  'own-domain-contact': 'Link a contact that is not at a domain of the company.',
  'unverified-contact': 'Verify the linked contact at Auth0.',
  'unusable-contact': 'The linked contact has no address, or one that is not accepted. Link another.',
  'resting-contact': 'Nothing. The new contact can be used after the cool-off of the policy: `contacts.coolOffHours`.',
  'unconfirmed-contact':
    'The contact came from a file. The person confirms it by enrolling, or the policy lets it be used: `contacts.unconfirmed`.',
  'not-bound': 'The account is not bound to this chat user. The person binds this one by enrolling from it: /enroll.',
  'unknown-on-platform': 'The platform does not know the person any more, or the app was removed for them.',
  blocked: 'An administrator blocked the account at Auth0. Unblock it there if its owner may sign in again.',
  denied:
    'Auth0 denied the sign-in: an administrator blocked the account, or an Action denies it. See the log of the tenant.',
  anonymous: 'The platform does not say who wrote, as for people in a meeting who are not signed in. Nothing, if so.',
  guest: 'Guests are not served.',
  external: 'People of other companies are not served.',
  bot: 'Bots are not served.',
  deactivated: 'The person is deactivated on the platform.',
  invited: 'The person has not accepted the invitation yet.',
  'unconfirmed-email': 'The platform has no confirmed address of the person, or one that is not accepted.',
};
